//! Chatwoot's JSON, as far as it is used: the `jbuilder` views of chatwoot/chatwoot for the API, `webhook_data` of its
//! models for webhooks. The two spell a message's type and time differently; both are understood.

use groupdesk_kit::lenient_json;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// `GET /api/v1/profile`.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    #[serde(rename = "id", deserialize_with = "lenient_json::number")]
    _id: u64,
}

/// The wrapper of many responses.
#[derive(Debug, Deserialize)]
pub(crate) struct Payload<T> {
    pub(crate) payload: T,
}

/// `GET contacts/search`.
pub(crate) type Contacts = Payload<Vec<Value>>;

/// `GET conversations/{id}/messages`.
pub(crate) type Messages = Payload<Vec<Value>>;

/// `POST contacts`.
#[derive(Debug, Deserialize)]
pub(crate) struct Created {
    pub(crate) contact: Contact,
}

/// `api/v1/models/_contact`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Contact {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) identifier: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) contact_inboxes: Vec<ContactInbox>,
}

/// `api/v1/models/_contact_inbox`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ContactInbox {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) source_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) inbox: Option<Inbox>,
}

/// An inbox by its number.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Inbox {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
}

/// `GET conversations`.
#[derive(Debug, Deserialize)]
pub(crate) struct Conversations {
    pub(crate) data: Payload<Vec<Value>>,
}

/// `api/v1/conversations/partials/_conversation`, and a conversation's `webhook_data`. `id` is the number shown to agents.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Conversation {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) inbox_id: Option<u64>,
    /// `open`, `resolved`, `pending`, `snoozed`.
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) status: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) custom_attributes: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) last_activity_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) timestamp: Option<i64>,
}

impl Conversation {
    /// Returns our mark; empty if the conversation is not ours.
    pub(crate) fn mark(&self) -> &str {
        self.custom_attributes
            .get(super::write::MARK)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The time of the last activity, in seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.last_activity_at.or(self.timestamp).unwrap_or_default()
    }
}

/// `api/v1/models/_message`, and a message's `webhook_data`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Message {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) content: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) message_type: Option<Kind>,
    #[serde(default = "lenient_json::on", deserialize_with = "lenient_json::unless_false")]
    pub(crate) private: bool,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) created_at: Option<Moment>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) source_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) sender: Option<Sender>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) attachments: Vec<Attachment>,
}

impl Message {
    pub(crate) fn seconds(&self) -> i64 {
        match &self.created_at {
            Some(Moment::Seconds(seconds)) => *seconds,
            Some(Moment::Text(text)) => text
                .replace(" UTC", "Z")
                .parse::<Timestamp>()
                .map_or(0, |at| at.as_second()),
            None => 0,
        }
    }

    pub(crate) fn is_outgoing(&self) -> bool {
        match &self.message_type {
            Some(Kind::Number(number)) => *number == 1,
            Some(Kind::Word(word)) => word == "outgoing",
            None => false,
        }
    }
}

/// 0 incoming, 1 outgoing, 2 activity, 3 template; or the word.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Kind {
    Number(i64),
    Word(String),
}

/// Seconds since 1970; or `2020-03-03T13:05:57.000Z`, and `2020-03-03 13:05:57 UTC` in old versions.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Moment {
    Seconds(i64),
    Text(String),
}

/// `push_event_data` and `webhook_data` of a user, a contact, an agent bot.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sender {
    #[serde(deserialize_with = "lenient_json::number")]
    pub(crate) id: u64,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) name: Option<String>,
    /// `user`, `contact`, `agent_bot`.
    #[serde(default, deserialize_with = "lenient_json::or_default", rename = "type")]
    pub(crate) kind: Option<String>,
}

/// `push_event_data` of an attachment.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attachment {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) data_url: Option<String>,
}

/// A webhook's event; the message or the conversation surrounds it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Hook {
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) event: String,
}

/// The place of a message, as its webhook gives it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MessagePlace {
    pub(crate) conversation: Conversation,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) inbox: Option<Inbox>,
}
