//! Members' actions in their chats, as the updates that a bot gets of them.

use super::{BOT, Fake};
use serde_json::{Value, json};

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    groupdesk_testkit::since_1970().as_secs()
}

/// A user as messages name them.
pub fn user(id: u64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": format!("user {id}"), "language_code": "zh-hans"})
}

/// A chat: users' own ids are private chats, others groups.
fn chat(id: i64, is_forum: bool) -> Value {
    if id > 0 {
        return json!({"id": id, "type": "private", "first_name": format!("user {id}")});
    }
    let kind = if id < -1_000 { "supergroup" } else { "group" };
    json!({"id": id, "type": kind, "title": "Users", "is_forum": is_forum})
}

impl Fake {
    /// A message of `who` in `place` with `more` fields; not told to anybody yet.
    pub fn message(&self, who: u64, place: i64, more: Value) -> Value {
        let mut inner = self.inner();
        let id = inner.next_message;
        inner.next_message += 1;
        let mut message = json!({
            "message_id": id, "date": now(), "from": user(who), "chat": chat(place, inner.forums.contains(&place)),
        });
        if let Some(name) = inner.names.get(&who) {
            message["from"]["first_name"] = json!(name);
        }
        if let (Some(message), Value::Object(more)) = (message.as_object_mut(), more) {
            message.extend(more);
        }
        message
    }

    fn tell(&self, message: Value) -> i64 {
        let id = message["message_id"].as_i64().unwrap();
        self.push(json!({"message": message}));
        id
    }

    /// Sends a message as `who`; returns its number.
    pub fn says(&self, who: u64, place: i64, text: &str) -> i64 {
        let message = self.message(who, place, json!({"text": text, "entities": entities(text)}));
        self.tell(message)
    }

    /// Sends a message that mentions the bot.
    pub fn calls_bot(&self, who: u64, place: i64, text: &str) -> i64 {
        self.says(who, place, &format!("@DeskBot {text}"))
    }

    /// Sends a message in a topic; it carries the topic's first message as if it answered it.
    pub fn says_in_topic(&self, who: u64, place: i64, topic: i64, text: &str) -> i64 {
        let made = json!({
            "message_id": topic, "date": now(), "from": {"id": BOT, "is_bot": true, "first_name": "Desk", "username": "DeskBot"},
            "chat": chat(place, true), "message_thread_id": topic, "is_topic_message": true,
            "forum_topic_created": {"name": "t", "icon_color": 7_322_096},
        });
        let more = json!({
            "text": text, "entities": entities(text), "message_thread_id": topic, "is_topic_message": true,
            "reply_to_message": made,
        });
        let message = self.message(who, place, more);
        self.tell(message)
    }

    /// Sends an answer to a message; to the bot's as one that mentions it.
    pub fn replies(&self, who: u64, place: i64, to: i64, text: &str) -> i64 {
        let ours = self
            .said()
            .into_iter()
            .find(|said| (said.chat, said.id) == (place, to));
        let (from, words) = match ours {
            Some(said) => (
                json!({"id": BOT, "is_bot": true, "first_name": "Desk", "username": "DeskBot"}),
                said.text,
            ),
            None => (user(999), "something".to_owned()),
        };
        let quoted =
            json!({"message_id": to, "date": now(), "chat": chat(place, false), "from": from, "text": words});
        let more = json!({"text": text, "entities": entities(text), "reply_to_message": quoted});
        let message = self.message(who, place, more);
        self.tell(message)
    }

    /// Edits a message as its author.
    pub fn edits(&self, who: u64, place: i64, id: i64, text: &str) {
        let mut message = self.message(who, place, json!({"text": text, "edit_date": now()}));
        message["message_id"] = json!(id);
        self.push(json!({"edited_message": message}));
    }

    /// Presses the button labelled `label` under a message of the bot; returns the press's id.
    pub fn presses(&self, who: u64, place: i64, under: i64, label: &str) -> String {
        let said = self
            .said()
            .into_iter()
            .find(|said| (said.chat, said.id) == (place, under));
        let said = said.expect("nothing stands there");
        let data = said.buttons.iter().find(|(text, _)| text == label);
        let (_, data) = data.unwrap_or_else(|| panic!("no button {label}: {:?}", said.buttons));
        let mut message = self.message(BOT, place, json!({"text": said.text}));
        message["message_id"] = json!(under);
        message["from"] = json!({"id": BOT, "is_bot": true, "first_name": "Desk", "username": "DeskBot"});
        let id = format!("{}", 900_000 + self.calls("sendmessage") + self.answered().len());
        self.push(json!({"callback_query": {
            "id": id, "from": user(who), "chat_instance": "1", "data": data, "message": message,
        }}));
        id
    }
}

/// The mentions and commands in a text, as Telegram finds them; offsets in UTF-16 units.
fn entities(text: &str) -> Value {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let length = bare.encode_utf16().count();
        let kind = match bare.chars().next() {
            Some('@') if length > 1 => Some("mention"),
            Some('/') if length > 1 => Some("bot_command"),
            _ => None,
        };
        if let Some(kind) = kind {
            found.push(json!({"type": kind, "offset": at, "length": length}));
        }
        at += word.encode_utf16().count();
    }
    json!(found)
}
