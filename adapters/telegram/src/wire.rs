//! Telegram's answers that the library's own types are too strict for: fields that an older server does not send, updates
//! with something newer in them than the library knows. A member's question must not get lost over an entity.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use teloxide_core::requests::Payload;
use teloxide_core::types::{AllowedUpdate, ChatId, MessageEntity, MessageKind, Update, UpdateKind, UserId};

/// Calls whose answers are read as they are.
macro_rules! raw_call {
    ($(#[$doc:meta])* $name:ident, $method:literal, { $($field:ident: $type:ty),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize)]
        pub(crate) struct $name {
            $(
                #[serde(skip_serializing_if = "is_null")]
                pub(crate) $field: $type,
            )*
        }

        impl Payload for $name {
            type Output = Value;
            const NAME: &'static str = $method;
        }
    };
}

raw_call!(
    /// `getMe`.
    GetMe, "GetMe", {}
);
raw_call!(
    /// `getUpdates`.
    GetUpdates, "GetUpdates", { offset: Option<i64>, limit: u8, timeout: u64, allowed_updates: Vec<AllowedUpdate> }
);
raw_call!(
    /// `getChatAdministrators`.
    GetChatAdministrators, "GetChatAdministrators", { chat_id: ChatId }
);
raw_call!(
    /// `getChatMember`.
    GetChatMember, "GetChatMember", { chat_id: ChatId, user_id: UserId }
);
raw_call!(
    /// `getWebhookInfo`.
    GetWebhookInfo, "GetWebhookInfo", {}
);

/// True for a value that a request omits.
fn is_null<T: Serialize>(value: &T) -> bool {
    serde_json::to_value(value).is_ok_and(|value| value.is_null())
}

/// An update: its id, and what it is when it can be read.
pub(crate) struct Arrived {
    /// The id by which it is acknowledged, even if the rest is unreadable; `None` if it has none that can be one.
    pub(crate) id: Option<i64>,
    pub(crate) update: Option<Update>,
    /// It is a member's message and can't be read.
    pub(crate) is_lost: bool,
}

/// The largest id of an update: Telegram's are positive 32-bit numbers. Acknowledging a larger one would acknowledge all that
/// are still to come, and a negative one the whole queue.
pub(crate) const LAST_ID: i64 = i32::MAX as i64;

/// Returns the id by which an update is acknowledged; `None` for a number that no update can have.
pub(crate) fn id(value: &Value) -> Option<i64> {
    let id = value.get("update_id").and_then(Value::as_i64);
    id.filter(|id| (0..=LAST_ID).contains(id))
}

/// Reads an update.
pub(crate) fn arrived(value: &Value) -> Arrived {
    let id = id(value);
    // Without an id it would come again and again, and be told each time.
    let update = id.and_then(|_| {
        read(value)
            .or_else(|| read(&typed(value)?))
            .or_else(|| read(&plain(value)?))
    });
    let is_lost = update.is_none() && says_something(value);
    if update.is_none() {
        let fields = value.as_object();
        let kind = fields.and_then(|fields| fields.keys().find(|key| *key != "update_id").cloned());
        if is_lost {
            tracing::warn!(
                id,
                kind,
                "an update can't be read and is passed over; please report it"
            );
        } else {
            tracing::debug!(id, kind, "an update of a kind that is not read");
        }
    }
    Arrived { id, update, is_lost }
}

/// True for an update in which a person writes something, as far as its fields tell; false for a service message.
fn says_something(update: &Value) -> bool {
    const WORDS: [&str; 16] = [
        "text",
        "caption",
        "photo",
        "document",
        "voice",
        "audio",
        "video",
        "video_note",
        "animation",
        "sticker",
        "location",
        "contact",
        "venue",
        "poll",
        "dice",
        "rich_message",
    ];
    let messages = ["message", "edited_message"]
        .iter()
        .filter_map(|kind| update.get(kind));
    let mut messages = messages.filter(|message| !message.is_null());
    let is_press = update.get("callback_query").is_some_and(Value::is_object);
    is_press || messages.any(|message| WORDS.iter().any(|word| message.get(word).is_some()))
}

/// The update as the library reads it, unless it could not make anything of it.
fn read(value: &Value) -> Option<Update> {
    if let Some(reaction) = value.get("message_reaction") {
        // The library panics where nobody is named.
        let is_there = |key| reaction.get(key).is_some_and(Value::is_object);
        if !is_there("user") && !is_there("actor_chat") {
            return None;
        }
    }
    // By reference: the library finds an update's kind only under a key that it can borrow. It panics at some that it does not
    // know, and the same update would come again for ever.
    let read = AssertUnwindSafe(|| Update::deserialize(value));
    let update = catch_unwind(read).ok()?.ok()?;
    match &update.kind {
        UpdateKind::Error(_) => None,
        UpdateKind::Message(message) | UpdateKind::EditedMessage(message)
            if matches!(message.kind, MessageKind::Empty {}) =>
        {
            None
        }
        _ => Some(update),
    }
}

/// The update with the types of its files filled in: Telegram may leave them out, and the library wants them.
fn typed(update: &Value) -> Option<Value> {
    let mut update = update.clone();
    let kind = ["message", "edited_message"]
        .into_iter()
        .find(|kind| update.get(kind).is_some())?;
    let message = update.get_mut(kind)?;
    let file = ["voice", "audio", "video", "animation", "document"]
        .into_iter()
        .find(|file| message.get(file).is_some())?;
    let file = message.get_mut(file)?.as_object_mut()?;
    file.entry("mime_type").or_insert(Value::Null);
    Some(update)
}

/// Returns the plain text of a message, with author, chat and quote.
fn plain(update: &Value) -> Option<Value> {
    let (kind, message) = ["message", "edited_message"]
        .into_iter()
        .find_map(|kind| Some((kind, update.get(kind)?)))?;
    let mut bare = text_fields(message)?;
    if let Some(quoted) = message.get("reply_to_message").and_then(text_fields) {
        bare.insert("reply_to_message".to_owned(), Value::Object(quoted));
    }
    let mut plain = Map::new();
    plain.insert("update_id".to_owned(), update.get("update_id")?.clone());
    plain.insert(kind.to_owned(), Value::Object(bare));
    Some(Value::Object(plain))
}

fn text_fields(message: &Value) -> Option<Map<String, Value>> {
    let text = message.get("text").or_else(|| message.get("caption"))?;
    let entities = message
        .get("entities")
        .or_else(|| message.get("caption_entities"))
        .and_then(Value::as_array);
    let known: Vec<Value> = entities
        .into_iter()
        .flatten()
        .filter(|entity| serde_json::from_value::<MessageEntity>((*entity).clone()).is_ok())
        .cloned()
        .collect();
    let mut bare = Map::new();
    // What can be done without is left out where it is odd.
    type IsWellFormed = fn(&Value) -> bool;
    let kept: [(&str, IsWellFormed); 9] = [
        ("message_id", |_| true),
        ("date", |_| true),
        ("chat", |_| true),
        ("message_thread_id", Value::is_u64),
        ("is_topic_message", Value::is_boolean),
        ("edit_date", Value::is_u64),
        ("author_signature", Value::is_string),
        ("sender_chat", Value::is_object),
        ("from", Value::is_object),
    ];
    for (key, fits) in kept {
        if let Some(value) = message.get(key).filter(|value| fits(value)) {
            bare.insert(key.to_owned(), value.clone());
        }
    }
    bare.insert("text".to_owned(), text.clone());
    bare.insert("entities".to_owned(), Value::Array(known));
    Some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_read_whatever_else_is_new_about_a_message() {
        let message = json!({
            "message_id": 5, "date": 1_700_000_000, "chat": {"id": -5, "type": "group", "title": "G"},
            "from": {"id": 7, "is_bot": false, "first_name": "U"}, "text": "how do I pay? @Bot",
            "entities": [{"type": "hologram", "offset": 0, "length": 3}, {"type": "mention", "offset": 14, "length": 4}],
            "hologram": {"size": 3}
        });
        let arrived = arrived(&json!({"update_id": 9, "message": message}));
        let Some(UpdateKind::Message(message)) = arrived.update.map(|update| update.kind) else {
            panic!("no message");
        };
        assert_eq!(message.text(), Some("how do I pay? @Bot"));
        assert_eq!(message.entities().unwrap().len(), 1);
    }

    #[test]
    fn what_is_unknown_keeps_its_id_so_that_it_can_be_passed() {
        for update in [
            json!({"update_id": 9, "telepathy": {}}),
            json!({"update_id": 9, "message": {"message_id": 1}}),
            json!({"update_id": 9, "message_reaction": {"chat": {"id": -5, "type": "group"}, "message_id": 1,
                "date": 1, "old_reaction": [], "new_reaction": []}}),
            json!({"update_id": 9}),
        ] {
            let arrived = arrived(&update);
            let passed = arrived.id == Some(9) && arrived.update.is_none() && !arrived.is_lost;
            assert!(passed, "{update}");
        }
        assert_eq!(arrived(&json!({"message": {}})).id, None);
    }
    #[test]
    fn words_that_can_not_be_read_are_known_to_be_lost_and_acknowledged_all_the_same() {
        let chat = json!({"id": -5, "type": "group", "title": "G"});
        for update in [
            json!({"update_id": 9, "message": {"message_id": {}, "date": 1, "chat": chat, "text": "hi"}}),
            json!({"update_id": 9, "message": {"message_id": 1, "date": 1, "chat": chat, "photo": "none"}}),
            json!({"update_id": 9, "callback_query": {"id": 5}}),
        ] {
            let arrived = arrived(&update);
            assert!(
                arrived.is_lost && arrived.id == update["update_id"].as_i64(),
                "{update}"
            );
        }
        // Numbers that would acknowledge everything.
        for id in [
            json!(-1),
            json!(1_i64 << 31),
            json!(1_i64 << 53),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
        ] {
            let message = json!({"message_id": 1, "date": 1, "chat": chat, "text": "hi"});
            let arrived = arrived(&json!({"update_id": id, "message": message}));
            assert!(
                arrived.is_lost && arrived.id.is_none() && arrived.update.is_none(),
                "{id}"
            );
        }
    }

    #[test]
    fn a_field_that_is_null_or_odd_never_costs_the_words() {
        let message = json!({
            "message_id": 5, "date": 1_700_000_000, "chat": {"id": -5, "type": "supergroup", "title": "G"},
            "from": {"id": 7, "is_bot": false, "first_name": "U", "language_code": "zh"}, "text": "how do I pay?",
            "entities": [{"type": "bold", "offset": 0, "length": 3}], "reply_to_message": {"message_id": 4, "date": 1},
            "link_preview_options": {"is_disabled": true}, "via_bot": null, "quote": {"text": "x", "position": 0},
            "edit_date": 1_700_000_001, "message_thread_id": 3, "is_topic_message": false,
        });
        let odd = [
            json!(null),
            json!({}),
            json!([]),
            json!("x"),
            json!(-1),
            json!(0.5),
            json!({"x": {}}),
        ];
        for field in message.as_object().unwrap().keys() {
            if ["message_id", "date", "chat", "text"].contains(&field.as_str()) {
                continue;
            }
            for odd in &odd {
                let mut message = message.clone();
                message[field] = odd.clone();
                let arrived = arrived(&json!({"update_id": 9, "message": message}));
                let read = arrived.update.map(|update| update.kind);
                let is_read = matches!(&read, Some(UpdateKind::Message(message)) if message.text() == Some("how do I pay?"));
                assert!(is_read || arrived.is_lost, "{field} {odd}");
                assert!(is_read || field == "from", "{field} {odd}");
            }
        }
    }
}
