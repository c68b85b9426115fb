//! The platform's types as they are, with the source of each. What is odd about one field costs the field alone
//! ([`groupdesk_kit::lenient_json`]): one member's message must not keep back all others'.
//!
//! Source: <https://example.com/docs/updates>.

use groupdesk_kit::lenient_json;
use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Update {
    /// Number; later ones have higher numbers.
    pub(crate) id: u64,
    pub(crate) chat: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) is_group: bool,
    pub(crate) from: Person,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) text: String,
    /// The ids of those whom it mentions.
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) mentions: Vec<u64>,
}

/// A person.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) name: String,
}

/// The account itself, by `GET /me`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Me {
    pub(crate) id: u64,
}

/// A message of ours, for `POST /messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct NewMessage {
    pub(crate) chat: u64,
    pub(crate) text: String,
}

/// The answer to it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sent {
    pub(crate) id: u64,
}
