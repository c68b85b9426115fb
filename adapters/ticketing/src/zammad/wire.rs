//! Zammad's JSON, as far as it is used: `api/ticket` and `api/intro` of zammad/zammad-documentation with `expand=true`, and
//! `manage/webhook/payload.rst` of zammad/zammad-admin-documentation. The first names people by login, the second shows them
//! whole; both are understood. A field that is odd costs itself only; what is referred to and not there is `{}` in a webhook
//! (`TriggerWebhookJob::RecordPayload`).

use crate::text;
use groupdesk_kit::lenient_json;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// `GET /api/v1/users/me`.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    #[serde(rename = "id", deserialize_with = "lenient_json::number")]
    _id: u64,
}

/// The id of a new object.
#[derive(Debug, Deserialize)]
pub(crate) struct Made {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
}

/// The ids of the tickets that `GET /api/v1/tickets/search` found, the newest first. Its form depends on the version and the
/// parameters: a list of tickets (since 6.5), `{"tickets": [ids], "assets": {"Ticket": {id: ticket}}}` (before), or
/// `{"record_ids": [ids], "assets": ...}` (`full=true`). Elements are ids, or objects with an `id`.
pub(crate) fn hits(found: &Value) -> Vec<u64> {
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let id = |hit: &Value| number(hit).or_else(|| number(hit.get("id")?));
    let lists = ["tickets", "record_ids", "result", "objects"].iter();
    let listed = lists.filter_map(|key| found.get(key)).chain([found]);
    let listed = listed.filter_map(Value::as_array).flatten().filter_map(id);
    let assets = found.pointer("/assets/Ticket").and_then(Value::as_object);
    let assets = assets.into_iter().flat_map(|tickets| tickets.keys());
    let ids: BTreeSet<u64> = listed.chain(assets.filter_map(|id| id.parse().ok())).collect();
    ids.into_iter().rev().collect()
}

/// A ticket.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ticket {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) state: String,
    pub(crate) updated_at: Timestamp,
}

/// An article.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Article {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) ticket_id: Option<u64>,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) body: String,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) content_type: String,
    /// `Agent`, `Customer`, `System`.
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) sender: String,
    #[serde(default = "lenient_json::on", deserialize_with = "lenient_json::unless_false")]
    pub(crate) internal: bool,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) from: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) created_by: Option<Author>,
    pub(crate) created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) attachments: Vec<Attachment>,
}

/// A file of an article.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attachment {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) filename: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) preferences: Value,
}

impl Attachment {
    /// Returns its media type, under any of the names that Zammad's APIs and webhooks use.
    fn kind(&self) -> &str {
        let names = ["Content-Type", "Mime-Type", "content_type", "mime_type"];
        let kind = names.iter().find_map(|name| self.preferences.get(name)?.as_str());
        kind.unwrap_or_default()
    }

    pub(crate) fn is_image(&self) -> bool {
        self.kind().starts_with("image/")
    }

    /// The body of a mail once more, in its other form.
    pub(crate) fn is_body(&self) -> bool {
        let of = |name| self.preferences.get(name).and_then(Value::as_bool) == Some(true);
        of("content-alternative") || of("original-format")
    }
}

impl Article {
    /// The text, without markup.
    pub(crate) fn text(&self) -> String {
        if self.is_html() {
            text::of_html(&self.body)
        } else {
            self.body.trim().to_owned()
        }
    }

    pub(crate) fn is_html(&self) -> bool {
        self.content_type.starts_with("text/html")
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_search_is_read_in_every_form_that_a_version_gives_it() {
        let ticket = json!({"id": 7, "title": "Ticket 12", "state": "open"});
        for found in [
            json!([ticket, {"id": 9}]),
            json!([7, "9"]),
            json!({"tickets": [7, 9], "tickets_count": 2, "assets": {"Ticket": {"7": ticket}}}),
            json!({"tickets": [], "assets": {"Ticket": {"7": ticket, "9": {}}}}),
            json!({"record_ids": [7, 9], "assets": {}, "total_count": 2}),
            json!({"assets": {}, "result": [{"type": "Ticket", "id": 7}, {"type": "Ticket", "id": 9}]}),
        ] {
            assert_eq!(hits(&found), [9, 7], "{found}");
        }
        for nothing in [
            json!([]),
            json!({}),
            json!(null),
            json!({"tickets": null, "assets": []}),
        ] {
            assert!(hits(&nothing).is_empty(), "{nothing}");
        }
    }
}
