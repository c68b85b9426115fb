//! GitHub's JSON, as far as it is used: github/rest-api-description, schemas `issue`, `issue-comment`, `simple-user`, and
//! the webhooks `issue_comment` and `issues` of github/docs.

use groupdesk_kit::lenient_json;
use jiff::Timestamp;
use serde::Deserialize;

/// Schema `simple-user`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) login: String,
    /// `User`, `Bot`, `Organization`.
    #[serde(rename = "type", default, deserialize_with = "lenient_json::text")]
    pub(crate) kind: String,
}

/// Schema `issue`. A pull request is an issue too; nobody's ticket is one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Issue {
    pub(crate) number: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) body: Option<String>,
    /// `open` or `closed`.
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) state: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) updated_at: Timestamp,
}

/// Schema `issue-comment`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) body: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) user: Option<User>,
    /// `OWNER`, `MEMBER`, `COLLABORATOR`, `CONTRIBUTOR`, `NONE`, ...
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) author_association: String,
    /// Ends with the issue's number.
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) issue_url: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Comment {
    /// True if `login` wrote it.
    pub(crate) fn is_of(&self, login: &str) -> bool {
        self.user
            .as_ref()
            .is_some_and(|user| user.login.eq_ignore_ascii_case(login))
    }
}

/// The fields of the webhooks `issue_comment` and `issues` beside issue and comment; other webhooks leave most of them out.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Hook {
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) action: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) repository: Option<HookRepository>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) sender: Option<User>,
}

/// Schema `repository`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct HookRepository {
    pub(crate) full_name: String,
}
