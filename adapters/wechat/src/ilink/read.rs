//! From iLink's messages to the desk's.

use super::channel_id::OWNER;
use super::core::Core;
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Segment, Sender,
};
use jiff::Timestamp;
use serde_json::Value;

/// A message by a person; others are the bot's own.
const BY_USER: i64 = 1;

/// Reads a message of the owner's; other people's messages are ignored.
pub(super) fn message(core: &Core, value: &Value, owner: &str) -> Option<(Message, Option<String>)> {
    let number = |name: &str| value.get(name).and_then(Value::as_i64);
    if number("message_type")? != BY_USER || value.get("from_user_id")?.as_str()? != owner {
        return None;
    }
    let id = number("message_id")?;
    let items = value.get("item_list").and_then(Value::as_array);
    let segments: Vec<Segment> = items.into_iter().flatten().map(segment).collect();
    let at = number("create_time_ms").and_then(|at| Timestamp::from_millisecond(at).ok());
    let message = Message {
        id: MessageId::new(id.to_string()),
        channel: Channel {
            id: ChannelId::from(OWNER),
            kind: ChannelKind::Direct,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(owner),
            name: core.account.as_str().to_owned(),
            role: ChannelRole::Owner,
            is_bot: false,
            is_self: false,
            standing: core.settings.owner.standing(),
        },
        segments,
        mentions_bot: false,
        at: at.unwrap_or_else(|| core.clock.now()),
        ticket: None,
        link: None,
    };
    let context = value
        .get("context_token")
        .and_then(Value::as_str)
        .filter(|context| !context.is_empty());
    Some((message, context.map(str::to_owned)))
}

fn segment(item: &Value) -> Segment {
    let text = |part: &str, name: &str| Some(item.get(part)?.get(name)?.as_str()?.to_owned());
    let file = |name: Option<String>| Segment::File { name, url: None };
    match item.get("type").and_then(Value::as_i64) {
        Some(1) => Segment::Text(text("text_item", "text").unwrap_or_default()),
        Some(2) => Segment::Image { url: None },
        Some(3) => text("voice_item", "text").map_or_else(|| file(Some("voice".to_owned())), Segment::Text),
        Some(4) => file(text("file_item", "file_name")),
        Some(5) => file(Some("video".to_owned())),
        _ => Segment::Other("unknown".to_owned()),
    }
}
