//! Members' actions in their chats, as the callbacks that a robot gets of them.

use super::{Asked, BOT, Fake, Out, Said};
use serde_json::{Value, json};
use std::time::Instant;

impl Fake {
    /// Sends a message in a group without a mention of the robot, which therefore never receives it; returns its id.
    pub fn says(&self, _who: &str, _group: &str, _text: &str) -> String {
        let mut inner = self.inner();
        inner.next += 1;
        format!("CAIQ{}", inner.next)
    }

    /// Mentions the robot in a group; returns the message's id.
    pub fn calls_bot(&self, who: &str, group: &str, text: &str) -> String {
        self.tell(
            who,
            group,
            json!({"msgtype": "text", "text": {"content": format!("@Desk {text}")}}),
        )
    }

    /// Writes a direct message to the robot; returns its id.
    pub fn writes(&self, who: &str, text: &str) -> String {
        self.tell(who, who, json!({"msgtype": "text", "text": {"content": text}}))
    }

    /// Quotes a text in a message to the robot.
    pub fn quotes(&self, who: &str, chat: &str, quoted: &str, text: &str) -> String {
        let text = if who == chat {
            text.to_owned()
        } else {
            format!("@Desk {text}")
        };
        let quote = json!({"msgtype": "text", "text": {"content": quoted}});
        self.tell(
            who,
            chat,
            json!({"msgtype": "text", "text": {"content": text}, "quote": quote}),
        )
    }

    /// A message of any kind; in the member's own chat when `chat` is theirs.
    pub fn tell(&self, who: &str, chat: &str, more: Value) -> String {
        self.call_back("aibot_msg_callback", "aibot_respond_msg", who, chat, more)
    }

    /// The same message once more, as WeCom may tell it.
    pub fn repeat(&self, who: &str, chat: &str, id: &str, text: &str) {
        let more = json!({"msgid": id, "msgtype": "text", "text": {"content": text}});
        self.tell(who, chat, more);
    }

    /// Presses the newest button with this label in `chat`.
    pub fn presses(&self, who: &str, chat: &str, label: &str) -> String {
        let shown = |said: &Said| {
            let found = said.buttons.iter().find(|(shown, _)| shown == label);
            found.map(|(_, key)| (key.clone(), said.task.clone().unwrap()))
        };
        let (key, task) = self
            .said()
            .iter()
            .rev()
            .filter(|said| said.chat == chat)
            .find_map(shown)
            .expect("such a button");
        let pressed = json!({"card_type": "button_interaction", "event_key": key, "task_id": task});
        let event = json!({"eventtype": "template_card_event", "template_card_event": pressed});
        self.call_back(
            "aibot_event_callback",
            "aibot_respond_update_msg",
            who,
            chat,
            json!({"msgtype": "event", "event": event}),
        )
    }

    /// A frame as it is, whatever is in it.
    pub fn raw(&self, frame: Value) {
        if let Some((_, out)) = &self.inner().live {
            let _ = out.send(Out::Frame(frame));
        }
    }

    /// Opens the chat with the robot.
    pub fn enters(&self, who: &str) {
        let event = json!({"eventtype": "enter_chat"});
        let more = json!({"msgtype": "event", "event": event});
        self.call_back(
            "aibot_event_callback",
            "aibot_respond_welcome_msg",
            who,
            who,
            more,
        );
    }

    fn call_back(&self, cmd: &str, answers: &'static str, who: &str, chat: &str, more: Value) -> String {
        let mut inner = self.inner();
        inner.next += 1;
        let (mut id, req) = (format!("CAIQ{}", inner.next), format!("req-{}", inner.next));
        let created = groupdesk_testkit::since_1970().as_secs();
        let mut body = json!({
            "msgid": id, "aibotid": BOT, "chattype": "single", "from": {"userid": who}, "create_time": created,
        });
        if who != chat {
            body["chattype"] = json!("group");
            body["chatid"] = json!(chat);
        }
        if let Some(late) = inner.late.as_ref().filter(|_| cmd == "aibot_msg_callback") {
            body["response_url"] = json!(format!("{late}{id}"));
        }
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        id = body["msgid"].as_str().unwrap().to_owned();
        inner.spoken.insert(chat.to_owned());
        // Whether what is said while nobody is connected comes later is not documented: here it is lost.
        if let Some((connection, out)) = inner.live.clone() {
            let asked = Asked {
                connection,
                answers,
                message: id.clone(),
                chat: chat.to_owned(),
                since: Instant::now(),
            };
            inner.asked.insert(req.clone(), asked);
            let _ = out.send(Out::Frame(
                json!({"cmd": cmd, "headers": {"req_id": req}, "body": body}),
            ));
        }
        id
    }
}
