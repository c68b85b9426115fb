//! The wire format of QQ, as far as it is used. Unknown fields are ignored and missing ones are empty: QQ adds and omits fields
//! without notice.
//!
//! Sources: <https://bot.q.qq.com/wiki/develop/api-v2/>, and for what stands nowhere there (`msg_elements`, `message_scene`,
//! `mentions` in groups) what its events hold, as nonebot/adapter-qq reads them.

use serde::de::{Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A gateway frame, or the body of a callback.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Payload {
    /// The event's id, by which it can be answered.
    #[serde(default, deserialize_with = "text")]
    pub(crate) id: Option<String>,
    pub(crate) op: u32,
    /// The number of the event on this session.
    #[serde(default)]
    pub(crate) s: Option<u64>,
    /// The event's name.
    #[serde(default)]
    pub(crate) t: Option<String>,
    #[serde(default)]
    pub(crate) d: Value,
}

/// The `op` of a payload.
pub(crate) mod op {
    pub(crate) const DISPATCH: u32 = 0;
    pub(crate) const HEARTBEAT: u32 = 1;
    pub(crate) const IDENTIFY: u32 = 2;
    pub(crate) const RESUME: u32 = 6;
    pub(crate) const RECONNECT: u32 = 7;
    pub(crate) const INVALID_SESSION: u32 = 9;
    pub(crate) const HELLO: u32 = 10;
    pub(crate) const HEARTBEAT_ACK: u32 = 11;
    pub(crate) const CALLBACK_ACK: u32 = 12;
    pub(crate) const CHALLENGE: u32 = 13;
}

/// A frame that we send over the gateway.
#[derive(Debug, Serialize)]
pub(crate) struct Frame<T> {
    pub(crate) op: u32,
    pub(crate) d: T,
}

/// A message in a group, a direct chat or a guild.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    #[serde(deserialize_with = "text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) content: String,
    pub(crate) timestamp: Value,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) author: Author,
    #[serde(deserialize_with = "text")]
    pub(crate) group_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) channel_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) guild_id: Option<String>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) mentions: Vec<Mention>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) mention_everyone: bool,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) member: Member,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) message_scene: Scene,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) msg_elements: Vec<Element>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) message_reference: Reference,
}

/// The author: openids in groups and direct chats, an id in guilds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Author {
    #[serde(deserialize_with = "text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) member_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) user_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) username: Option<String>,
    /// `owner`, `admin` or `member`, in groups.
    #[serde(deserialize_with = "text")]
    pub(crate) member_role: Option<String>,
    pub(crate) bot: Option<bool>,
}

/// Somebody mentioned.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Mention {
    #[serde(deserialize_with = "text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) member_openid: Option<String>,
    pub(crate) is_you: Option<bool>,
    /// `all` or `single`, in groups.
    #[serde(deserialize_with = "text")]
    pub(crate) scope: Option<String>,
}

/// A member of a guild.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Member {
    #[serde(deserialize_with = "text")]
    pub(crate) nick: Option<String>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) roles: Vec<String>,
}

/// `msg_idx=REFIDX_...` and `ref_msg_idx=REFIDX_...`: the numbers by which groups quote.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Scene {
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) ext: Vec<String>,
}

impl Scene {
    /// The value behind `name=`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.ext
            .iter()
            .find_map(|ext| ext.strip_prefix(name)?.strip_prefix('='))
            .filter(|value| !value.is_empty())
    }
}

/// A quoted message, in groups and direct chats.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Element {
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) content: String,
    #[serde(deserialize_with = "text")]
    pub(crate) msg_idx: Option<String>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) author: Author,
}

/// A quoted message, in guilds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    #[serde(deserialize_with = "text")]
    pub(crate) message_id: Option<String>,
}

/// A picture, voice, video or file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attachment {
    #[serde(deserialize_with = "text")]
    pub(crate) content_type: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) filename: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) url: Option<String>,
    /// QQ's transcript of a voice message.
    #[serde(deserialize_with = "text")]
    pub(crate) asr_refer_text: Option<String>,
}

/// A pressed button.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Interaction {
    #[serde(deserialize_with = "text")]
    pub(crate) id: Option<String>,
    pub(crate) timestamp: Value,
    #[serde(deserialize_with = "text")]
    pub(crate) guild_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) channel_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) user_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) group_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) group_member_openid: Option<String>,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) data: InteractionData,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InteractionData {
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) resolved: Resolved,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resolved {
    #[serde(deserialize_with = "text")]
    pub(crate) button_data: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) button_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) user_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) message_id: Option<String>,
}

/// A message that was taken back, in guilds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Deleted {
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) message: Message,
    #[serde(deserialize_with = "empty_if_null")]
    pub(crate) op_user: Author,
}

/// A notice about the bot itself: added, removed, allowed or forbidden to speak first; or a review that ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoticePayload {
    #[serde(deserialize_with = "text")]
    pub(crate) group_openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) openid: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) channel_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) audit_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) message_id: Option<String>,
    pub(crate) timestamp: Value,
}

/// The challenge of a callback address.
#[derive(Debug, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) plain_token: String,
    pub(crate) event_ts: String,
}

/// The response of an API call: the created object, or the error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    #[serde(deserialize_with = "text")]
    pub(crate) id: Option<String>,
    pub(crate) ext_info: Option<ExtInfo>,
    #[serde(deserialize_with = "text")]
    pub(crate) file_info: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) url: Option<String>,
    pub(crate) session_start_limit: Option<StartLimit>,
    #[serde(deserialize_with = "text")]
    pub(crate) username: Option<String>,
    pub(crate) author: Option<Author>,
    #[serde(deserialize_with = "text")]
    pub(crate) content: Option<String>,
    /// One message is answered inside of this by some versions of the API.
    pub(crate) message: Value,
    pub(crate) code: Option<i64>,
    pub(crate) err_code: Option<i64>,
    pub(crate) data: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExtInfo {
    #[serde(deserialize_with = "text")]
    pub(crate) ref_idx: Option<String>,
}

/// The limit on new sessions of the gateway.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StartLimit {
    pub(crate) remaining: Option<i64>,
    /// Time until the limit is reset, in milliseconds.
    pub(crate) reset_after: Option<u64>,
}

/// A text, or a number in its place; anything else, and an empty text, is none.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Text(String),
        Whole(u64),
        Other(IgnoredAny),
    }
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Text(text) => Some(text).filter(|text| !text.is_empty()),
        Loose::Whole(number) => Some(number.to_string()),
        Loose::Other(_) => None,
    })
}

/// Reads `null` as an empty value.
fn empty_if_null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
