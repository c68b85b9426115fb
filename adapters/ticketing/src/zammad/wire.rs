//! Zammad's JSON, as far as it is used: `api/ticket` of zammad/zammad-documentation with `expand=true`, and
//! `manage/webhook/payload.rst` of zammad/zammad-admin-documentation. The first names people by login, the second shows them
//! whole; both are understood.

use crate::text;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

/// `GET /api/v1/users/me`.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    #[serde(rename = "id")]
    _id: u64,
}

/// What was made, by its id.
#[derive(Debug, Deserialize)]
pub(crate) struct Made {
    pub(crate) id: u64,
}

/// `GET /api/v1/tickets/search`: a list of ids, and the tickets themselves by id.
#[derive(Debug, Deserialize)]
pub(crate) struct Hits {
    #[serde(default)]
    tickets: Vec<u64>,
    #[serde(default)]
    assets: Assets,
}

/// What a search's results are and refer to.
#[derive(Debug, Default, Deserialize)]
struct Assets {
    #[serde(rename = "Ticket", default)]
    tickets: BTreeMap<String, IgnoredAny>,
}

impl Hits {
    /// The ids, the newest first.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let assets = self.assets.tickets.keys().filter_map(|id| id.parse().ok());
        let ids: BTreeSet<u64> = self.tickets.iter().copied().chain(assets).collect();
        ids.into_iter().rev().collect()
    }
}

/// A ticket.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) state: String,
    pub(crate) updated_at: Timestamp,
}

/// An article.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Article {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) ticket_id: Option<u64>,
    #[serde(default)]
    pub(crate) body: String,
    #[serde(default)]
    pub(crate) content_type: String,
    /// `Agent`, `Customer`, `System`.
    #[serde(default)]
    pub(crate) sender: String,
    #[serde(default)]
    pub(crate) internal: bool,
    #[serde(default)]
    pub(crate) from: Option<String>,
    #[serde(default)]
    pub(crate) created_by: Option<Author>,
    pub(crate) created_at: Timestamp,
}

impl Article {
    /// What it says, without markup.
    pub(crate) fn text(&self) -> String {
        if self.content_type.starts_with("text/html") {
            text::of_html(&self.body)
        } else {
            self.body.trim().to_owned()
        }
    }
}

/// A login, or the whole user.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Author {
    Login(String),
    User { login: String },
}

impl Author {
    pub(crate) fn login(&self) -> &str {
        match self {
            Self::Login(login) | Self::User { login } => login,
        }
    }
}

/// What a trigger's webhook sends.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Hook {
    #[serde(default)]
    pub(crate) ticket: Option<Ticket>,
    #[serde(default)]
    pub(crate) article: Option<Article>,
}
