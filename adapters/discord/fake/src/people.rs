//! Members' actions in their channels, as the bot gets them from the gateway.

use super::gateway::{channel, user};
use super::{APPLICATION, BOT, Channel, FORUM, Fake, GUILD};
use serde_json::{Value, json};

/// The direct channel of somebody.
pub fn direct(who: u64) -> u64 {
    1_000_000 + who
}

/// An id as Discord writes it.
fn text(id: u64) -> String {
    id.to_string()
}

impl Fake {
    /// A message of `who` with `more` fields; in the history, but not told to anybody yet.
    pub fn message(&self, who: u64, place: u64, content: &str, more: Value) -> Value {
        let mut inner = self.inner();
        let id = inner.next();
        let guild = inner.channels.get(&place).and_then(|room| room.guild);
        let mut message = json!({
            "id": text(id), "channel_id": text(place), "content": content, "type": 0, "author": user(who),
            "timestamp": "2026-11-24T10:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": false, "components": [], "flags": 0,
        });
        let fields = message.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        // The history holds neither the server nor what the author is there.
        inner.history.push(Value::Object(fields.clone()));
        if let Some(guild) = guild {
            let roles: Vec<String> = inner
                .roles
                .get(&who)
                .into_iter()
                .flatten()
                .map(|role| text(*role))
                .collect();
            message["guild_id"] = json!(text(guild));
            message["member"] =
                json!({"nick": null, "roles": roles, "joined_at": "2026-01-01T00:00:00+00:00"});
        }
        message
    }

    fn tell(&self, message: Value) -> u64 {
        let id = message["id"].as_str().unwrap().parse().unwrap();
        self.push("MESSAGE_CREATE", message);
        id
    }

    /// Gives somebody a role.
    pub fn gives_role(&self, who: u64, role: u64) {
        self.inner().roles.entry(who).or_default().push(role);
    }

    /// Sends a message as `who`; returns its number.
    pub fn says(&self, who: u64, place: u64, content: &str) -> u64 {
        let message = self.message(who, place, content, json!({}));
        self.tell(message)
    }

    /// Sends a message with more fields as `who`.
    pub fn says_with(&self, who: u64, place: u64, content: &str, more: Value) -> u64 {
        let message = self.message(who, place, content, more);
        self.tell(message)
    }

    /// The last message of a server that somebody said is told once more.
    pub fn repeat(&self) {
        let told = {
            let inner = self.inner();
            let mut all = inner.sessions.iter().flat_map(|session| &session.log);
            all.rfind(|(kind, data)| kind == "MESSAGE_CREATE" && data["author"]["id"] != text(BOT))
                .cloned()
        };
        if let Some((kind, data)) = told {
            self.push(&kind, data);
        }
    }

    /// Sends a message that mentions the bot.
    pub fn mentions(&self, who: u64, place: u64, content: &str) -> u64 {
        self.says(who, place, &format!("<@{BOT}> {content}"))
    }

    /// Sends a direct message to the bot.
    pub fn tells(&self, who: u64, content: &str) -> u64 {
        let id = direct(who);
        let room = Channel {
            id,
            guild: None,
            kind: 1,
            name: String::new(),
            parent: None,
        };
        self.inner().channels.insert(id, room);
        self.says(who, id, content)
    }

    /// Sends an answer to a message.
    pub fn replies(&self, who: u64, place: u64, to: u64, content: &str) -> u64 {
        let quoted = self.find(to);
        let more = json!({
            "type": 19, "referenced_message": quoted,
            "message_reference": {"message_id": text(to), "channel_id": text(place)},
        });
        let message = self.message(who, place, content, more);
        self.tell(message)
    }

    fn find(&self, id: u64) -> Value {
        let inner = self.inner();
        let found = inner.history.iter().find(|message| message["id"] == text(id));
        found.cloned().unwrap_or(Value::Null)
    }

    /// Edits a message as its author.
    pub fn edits(&self, id: u64, content: &str) {
        let mut message = self.find(id);
        message["content"] = json!(content);
        message["edited_timestamp"] = json!("2026-11-24T10:05:00.000000+00:00");
        message["guild_id"] = json!(text(GUILD));
        self.push("MESSAGE_UPDATE", message);
    }

    /// Adds the preview of a link to a message, as Discord does a moment later.
    pub fn unfurls(&self, id: u64) {
        let mut message = self.find(id);
        message["embeds"] = json!([{"type": "link", "url": "https://x.example"}]);
        message["guild_id"] = json!(text(GUILD));
        self.push("MESSAGE_UPDATE", message);
    }

    /// Deletes a message as its author.
    pub fn deletes(&self, place: u64, id: u64) {
        self.inner().history.retain(|message| message["id"] != text(id));
        let told = json!({"id": text(id), "channel_id": text(place), "guild_id": text(GUILD)});
        self.push("MESSAGE_DELETE", told);
    }

    /// Makes a post in the forum; returns its number.
    pub fn posts(&self, who: u64, title: &str, content: &str) -> u64 {
        let (thread, told) = {
            let mut inner = self.inner();
            let id = inner.next();
            let room = Channel {
                id,
                guild: Some(GUILD),
                kind: 11,
                name: title.to_owned(),
                parent: Some(FORUM),
            };
            inner.channels.insert(id, room);
            (id, channel(&inner, id))
        };
        self.push("THREAD_CREATE", told);
        let mut message = self.message(who, thread, content, json!({}));
        // The first message has the thread's number.
        message["id"] = json!(text(thread));
        if let Some(kept) = self.inner().history.last_mut() {
            kept["id"] = json!(text(thread));
        }
        self.tell(message)
    }

    fn interaction(&self, who: u64, place: u64, kind: u8, data: Value, message: Option<Value>) -> u64 {
        let (id, told) = {
            let mut inner = self.inner();
            let id = inner.next();
            inner.interactions.insert(format!("secret-{id}"), place);
            let guild = inner.channels.get(&place).and_then(|room| room.guild);
            let mut told = json!({
                "id": text(id), "application_id": text(APPLICATION), "type": kind, "token": format!("secret-{id}"),
                "version": 1, "channel_id": text(place), "data": data, "locale": "en-US", "entitlements": [],
                "app_permissions": "0", "authorizing_integration_owners": {}, "context": 0,
                "attachment_size_limit": 1,
            });
            if let Some(message) = message {
                told["message"] = message;
            }
            match guild {
                Some(guild) => {
                    let roles = inner.roles.get(&who).cloned().unwrap_or_default();
                    let roles: Vec<String> = roles.into_iter().map(text).collect();
                    told["guild_id"] = json!(text(guild));
                    told["member"] = json!({"user": user(who), "roles": roles, "permissions": "0",
                        "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false, "mute": false, "flags": 0});
                }
                None => told["user"] = user(who),
            }
            (id, told)
        };
        self.push("INTERACTION_CREATE", told);
        id
    }

    /// Presses the button labelled `label` under a message of the bot, or picks it from a menu; returns the press's id.
    pub fn presses(&self, who: u64, under: u64, label: &str) -> u64 {
        let said = self.said().into_iter().find(|said| said.id == under);
        let said = said.expect("nothing stands there");
        let found = said.buttons.iter().find(|(text, _)| text == label);
        let (_, id) = found.unwrap_or_else(|| panic!("no button {label}: {:?}", said.buttons));
        let is_menu = said.request["components"][0]["components"][0]["type"] == 3;
        let data = if is_menu {
            json!({"custom_id": "menu0", "component_type": 3, "values": [id]})
        } else {
            json!({"custom_id": id, "component_type": 2})
        };
        self.interaction(who, said.channel, 3, data, Some(self.find(under)))
    }

    /// Calls a command; returns its id.
    pub fn command(&self, who: u64, place: u64, name: &str, argument: Option<(&str, &str)>) -> u64 {
        let options: Vec<Value> = argument
            .iter()
            .map(|(name, value)| json!({"name": name, "type": 3, "value": value}))
            .collect();
        let data = json!({"id": "1", "name": name, "type": 1, "options": options});
        self.interaction(who, place, 2, data, None)
    }
}
