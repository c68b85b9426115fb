//! Chatwoot's JSON, as far as it is used: the `jbuilder` views of chatwoot/chatwoot for the API, `webhook_data` of its
//! models for webhooks. The two spell a message's type and time differently; both are understood.

use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `GET /api/v1/profile`.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    #[serde(rename = "id")]
    _id: u64,
}

/// What many answers are wrapped in.
#[derive(Debug, Deserialize)]
pub(crate) struct Payload<T> {
    pub(crate) payload: T,
}

/// `GET contacts/search`.
pub(crate) type Contacts = Payload<Vec<Contact>>;

/// `GET conversations/{id}/messages`.
pub(crate) type Messages = Payload<Vec<Message>>;

/// `POST contacts`.
#[derive(Debug, Deserialize)]
pub(crate) struct Created {
    pub(crate) contact: Contact,
}

/// `api/v1/models/_contact`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Contact {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) identifier: Option<String>,
    #[serde(default)]
    pub(crate) contact_inboxes: Vec<ContactInbox>,
}

/// `api/v1/models/_contact_inbox`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ContactInbox {
    #[serde(default)]
    pub(crate) source_id: Option<String>,
    #[serde(default)]
    pub(crate) inbox: Option<Inbox>,
}

/// An inbox by its number.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Inbox {
    pub(crate) id: u64,
}

/// `GET conversations`.
#[derive(Debug, Deserialize)]
pub(crate) struct Conversations {
    pub(crate) data: Payload<Vec<Conversation>>,
}

/// `api/v1/conversations/partials/_conversation`, and a conversation's `webhook_data`. `id` is the number shown to agents.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) inbox_id: Option<u64>,
    /// `open`, `resolved`, `pending`, `snoozed`.
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) custom_attributes: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) last_activity_at: Option<i64>,
    #[serde(default)]
    pub(crate) timestamp: Option<i64>,
}

impl Conversation {
    /// Our mark, where it is ours.
    pub(crate) fn mark(&self) -> &str {
        self.custom_attributes
            .get(super::write::MARK)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    }

    /// When something last happened in it.
    pub(crate) fn seconds(&self) -> i64 {
        self.last_activity_at.or(self.timestamp).unwrap_or_default()
    }
}

/// `api/v1/models/_message`, and a message's `webhook_data`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) content: Option<String>,
    #[serde(default)]
    pub(crate) message_type: Option<Kind>,
    #[serde(default)]
    pub(crate) private: bool,
    #[serde(default)]
    pub(crate) created_at: Option<Moment>,
    #[serde(default)]
    pub(crate) source_id: Option<String>,
    #[serde(default)]
    pub(crate) sender: Option<Sender>,
    #[serde(default)]
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
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// `user`, `contact`, `agent_bot`.
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
}

/// `push_event_data` of an attachment.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attachment {
    #[serde(default)]
    pub(crate) data_url: Option<String>,
}

/// A webhook's event; the message or the conversation that it is about lies around it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Hook {
    #[serde(default)]
    pub(crate) event: String,
}

/// Where a message's webhook says that it was.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MessagePlace {
    pub(crate) conversation: Conversation,
    #[serde(default)]
    pub(crate) inbox: Option<Inbox>,
}
