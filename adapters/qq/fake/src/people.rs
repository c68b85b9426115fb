//! Members' actions in their chats, as the events that a bot gets of them.

use super::{BOT, Fake};
use serde_json::{Value, json};
use std::time::Instant;

/// Seconds since 1970.
pub fn now() -> u64 {
    groupdesk_testkit::since_1970().as_secs()
}

/// The moment as QQ writes it.
fn stamp() -> String {
    let now = jiff::Timestamp::from_second(i64::try_from(now()).unwrap()).unwrap();
    now.to_string()
}

impl Fake {
    /// A message of `who` in `place` with `more` fields, and its id; not told to anybody yet.
    pub fn message(&self, who: &str, place: &str, content: &str, more: Value) -> (String, Value) {
        let (kind, id) = place.split_once(':').unwrap();
        let mut inner = self.inner();
        let message = match kind {
            "group" | "private" => inner.fresh("ROBOT1.0"),
            _ => inner.fresh("08ab"),
        };
        let idx = format!("REFIDX_{message}");
        let known = (place.to_owned(), Instant::now(), idx.clone());
        inner.answerable.insert(message.clone(), known);
        let name = inner.names.get(who).cloned();
        let mut data = json!({
            "id": message, "content": content, "timestamp": stamp(), "message_type": 0,
            "message_scene": {"source": "default", "ext": [format!("msg_idx={idx}")]},
        });
        match kind {
            "group" => {
                data["group_openid"] = json!(id);
                data["group_id"] = json!(id);
                data["author"] =
                    json!({"id": who, "member_openid": who, "member_role": "member", "bot": false});
            }
            "private" => data["author"] = json!({"id": who, "user_openid": who}),
            _ => {
                data["guild_id"] = json!(if kind == "dms" { id } else { "18700000000001" });
                data["channel_id"] = json!(if kind == "dms" { "777" } else { id });
                data["author"] = json!({"id": who, "username": format!("user {who}"), "bot": false});
                data["member"] = json!({"roles": ["1"], "joined_at": "2021-04-12T16:34:42+08:00"});
                data.as_object_mut().unwrap().remove("message_scene");
            }
        }
        if let Some(name) = name {
            data["author"]["username"] = json!(name);
        }
        if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
            data.extend(more);
        }
        (message, data)
    }

    /// Tells the bot of a message, as far as QQ tells bots.
    fn tell(&self, place: &str, data: Value, mentions_bot: bool) {
        let hears_everything = self.inner().hears_everything;
        let name = match place.split_once(':').unwrap().0 {
            "private" => "C2C_MESSAGE_CREATE",
            "dms" => "DIRECT_MESSAGE_CREATE",
            "group" if mentions_bot => "GROUP_AT_MESSAGE_CREATE",
            "channel" if mentions_bot => "AT_MESSAGE_CREATE",
            "group" if hears_everything => "GROUP_MESSAGE_CREATE",
            "channel" if hears_everything => "MESSAGE_CREATE",
            _ => return,
        };
        self.push(name, data);
    }

    /// Sends a message as `who`; returns its id.
    pub fn says(&self, who: &str, place: &str, text: &str) -> String {
        let (id, data) = self.message(who, place, &escaped(place, text), json!({}));
        self.tell(place, data, false);
        id
    }

    /// Sends a message that mentions the bot.
    pub fn calls_bot(&self, who: &str, place: &str, text: &str) -> String {
        let (content, more) = if place.starts_with("channel:") {
            let mentions = json!({"mentions": [{"id": BOT, "username": "Desk", "bot": true}]});
            (format!("<@!{BOT}> {}", escaped(place, text)), mentions)
        } else {
            (format!(" {text}"), json!({}))
        };
        let (id, data) = self.message(who, place, &content, more);
        self.tell(place, data, true);
        id
    }

    /// Sends an answer to a message; to the bot's as one that mentions it.
    pub fn replies(&self, who: &str, place: &str, to: &str, text: &str) -> String {
        let ours = self
            .said()
            .into_iter()
            .find(|said| said.place == place && said.id == to);
        let more = if place.starts_with("group:") || place.starts_with("private:") {
            let words = ours.as_ref().map_or("something", |said| said.text.as_str());
            json!({
                "message_type": 103,
                "msg_elements": [{
                    "msg_idx": format!("REFIDX_{to}"), "content": words, "message_type": 0,
                    "author": {"bot": ours.is_some(), "username": "somebody"},
                }],
            })
        } else {
            json!({"message_reference": {"message_id": to}})
        };
        let (id, mut data) = self.message(who, place, &escaped(place, text), more);
        if let Some(ext) = data
            .pointer_mut("/message_scene/ext")
            .and_then(Value::as_array_mut)
        {
            ext.push(json!(format!("ref_msg_idx=REFIDX_{to}")));
        }
        self.tell(place, data, false);
        id
    }

    /// Deletes a message; QQ tells of it in guilds only.
    pub fn deletes(&self, who: &str, place: &str, id: &str) {
        let (kind, room) = place.split_once(':').unwrap();
        assert_eq!(kind, "channel", "QQ does not tell");
        self.push(
            "PUBLIC_MESSAGE_DELETE",
            json!({
                "message": {"id": id, "channel_id": room, "guild_id": "18700000000001", "author": {"id": who}},
                "op_user": {"id": who},
            }),
        );
    }

    /// Presses the button labelled `label` under a message of the bot; returns the press's id.
    pub fn presses(&self, who: &str, place: &str, under: &str, label: &str) -> String {
        let said = self
            .said()
            .into_iter()
            .find(|said| said.place == place && said.id == under);
        let said = said.expect("nothing stands there");
        let button = said.buttons.iter().find(|(text, ..)| text == label);
        let (_, data, button) = button
            .unwrap_or_else(|| panic!("no button {label}: {:?}", said.buttons))
            .clone();
        let (kind, room) = place.split_once(':').unwrap();
        let id = self.inner().fresh("press");
        let mut press = json!({
            "id": id, "type": 11, "version": 1, "timestamp": stamp(), "application_id": super::APP,
            "data": {"type": 11, "resolved": {"button_data": data, "button_id": button}},
        });
        match kind {
            "group" => {
                press["chat_type"] = json!(1);
                press["scene"] = json!("group");
                press["group_openid"] = json!(room);
                press["group_member_openid"] = json!(who);
            }
            "private" => {
                press["chat_type"] = json!(2);
                press["scene"] = json!("c2c");
                press["user_openid"] = json!(room);
            }
            _ => {
                press["chat_type"] = json!(0);
                press["scene"] = json!("guild");
                press["guild_id"] = json!("18700000000001");
                press["channel_id"] = json!(room);
                press["data"]["resolved"]["user_id"] = json!(who);
                press["data"]["resolved"]["message_id"] = json!(under);
            }
        }
        let payload = self.push("INTERACTION_CREATE", press);
        let event = payload["id"].as_str().unwrap().to_owned();
        let known = (place.to_owned(), Instant::now(), String::new());
        self.inner().answerable.insert(event, known);
        id
    }
}

/// Guilds escape what people type.
fn escaped(place: &str, text: &str) -> String {
    if place.starts_with("group:") || place.starts_with("private:") {
        return text.to_owned();
    }
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
