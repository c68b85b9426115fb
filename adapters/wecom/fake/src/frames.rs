//! The gateway's handling of a frame.

use super::{Asked, BOT, Fake, Inner, Out, SECRET, Said, Trouble};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// The time in which a message may be answered.
const ANSWER: Duration = Duration::from_secs(360);
/// The time in which a press or an entry may be answered.
const AT_ONCE: Duration = Duration::from_secs(5);

pub(super) async fn take(fake: &Fake, connection: u64, out: &UnboundedSender<Out>, frame: Value) {
    let cmd = frame["cmd"].as_str().unwrap().to_owned();
    let id = frame["headers"]["req_id"].as_str().unwrap().to_owned();
    if cmd == "ping" {
        let mut inner = fake.inner();
        inner.pings += 1;
        if !inner.deaf {
            let _ = out.send(Out::Frame(acknowledged(&id, 0, "ok")));
        }
        return;
    }
    let trouble = {
        let mut inner = fake.inner();
        inner.frames.push(frame.clone());
        let at = inner.trouble.iter().position(|(of, _)| *of == cmd);
        at.and_then(|at| inner.trouble.remove(at))
            .map(|(_, trouble)| trouble)
    };
    let work = || work(&mut fake.inner(), connection, out, &cmd, &id, &frame["body"]);
    let answer = |(code, words): (i64, &str)| {
        let _ = out.send(Out::Frame(acknowledged(&id, code, words)));
    };
    match trouble {
        None => answer(work()),
        Some(Trouble::Refuse(code, words)) => answer((code, words)),
        Some(Trouble::Mute) => {
            work();
        }
        Some(Trouble::Drop) => {
            let _ = out.send(Out::Drop);
        }
        Some(Trouble::TakeAndDrop) => {
            work();
            let _ = out.send(Out::Drop);
        }
        Some(Trouble::Slow(time)) => {
            tokio::time::sleep(time).await;
            answer(work());
        }
    }
}

/// An acknowledgement has no command.
fn acknowledged(id: &str, code: i64, words: &str) -> Value {
    json!({"headers": {"req_id": id}, "errcode": code, "errmsg": words})
}

fn work(
    inner: &mut Inner,
    connection: u64,
    out: &UnboundedSender<Out>,
    cmd: &str,
    id: &str,
    body: &Value,
) -> (i64, &'static str) {
    if cmd == "aibot_subscribe" {
        if body["bot_id"] != BOT || body["secret"] != SECRET {
            return (40001, "invalid credential");
        }
        inner.subscriptions += 1;
        if let Some((_, old)) = inner.live.replace((connection, out.clone())) {
            let event = json!({"eventtype": "disconnected_event"});
            let told = json!({"msgid": "kick", "aibotid": BOT, "create_time": 1_700_000_000, "msgtype": "event", "event": event});
            let _ = old.send(Out::Frame(
                json!({"cmd": "aibot_event_callback", "headers": {"req_id": "kick"}, "body": told}),
            ));
            let _ = old.send(Out::Drop);
        }
        return (0, "ok");
    }
    if inner.live.as_ref().is_none_or(|(live, _)| *live != connection) {
        let _ = out.send(Out::Drop);
        return (846_605, "invalid req_id");
    }
    if cmd == "aibot_send_msg" {
        return push(inner, body);
    }
    let Some(asked) = inner.asked.get(id).cloned() else {
        return (846_605, "invalid req_id");
    };
    if asked.connection != connection || asked.answers != cmd {
        return (846_605, "invalid req_id");
    }
    let within = if cmd == "aibot_respond_msg" {
        ANSWER
    } else {
        AT_ONCE
    };
    if asked.since.elapsed() > within {
        return (846_608, "stream message update expired");
    }
    match cmd {
        "aibot_respond_msg" => respond(inner, id, &asked, body),
        "aibot_respond_welcome_msg" => {
            inner.welcomes.push(body.clone());
            (0, "ok")
        }
        "aibot_respond_update_msg" => {
            let known = inner
                .said
                .iter()
                .any(|said| said.task.as_deref() == body["template_card"]["task_id"].as_str());
            if body["response_type"] != "update_template_card" || !known {
                return (40058, "invalid template card");
            }
            inner.asked.remove(id);
            inner.updates.push(body.clone());
            (0, "ok")
        }
        _ => (40008, "invalid message type"),
    }
}

fn respond(inner: &mut Inner, id: &str, asked: &Asked, body: &Value) -> (i64, &'static str) {
    if !matches!(
        body["msgtype"].as_str(),
        Some("stream" | "stream_with_template_card" | "template_card")
    ) {
        return (40008, "invalid message type");
    }
    let text = body["stream"]["content"].as_str().unwrap_or_default();
    if text.len() > 20_480 {
        return (45002, "content size out of limit");
    }
    if let Some(refused) = count(inner, &asked.chat) {
        return refused;
    }
    if body["stream"]["finish"] == true {
        inner.asked.remove(id);
    }
    inner
        .said
        .push(said(&asked.chat, text, Some(asked.message.clone()), body));
    (0, "ok")
}

fn push(inner: &mut Inner, body: &Value) -> (i64, &'static str) {
    let chat = body["chatid"].as_str().unwrap_or_default();
    let text = match body["msgtype"].as_str() {
        Some("markdown") => body["markdown"]["content"].as_str().unwrap_or_default(),
        Some("template_card") => body["template_card"]["main_title"]["title"]
            .as_str()
            .unwrap_or_default(),
        _ => return (40008, "invalid message type"),
    };
    if !inner.spoken.contains(chat) {
        return (86_008, "no permission to this chat");
    }
    if text.is_empty() || text.len() > 20_480 {
        return (40058, "content is empty or too long");
    }
    if let Some(refused) = count(inner, chat) {
        return refused;
    }
    inner.said.push(said(chat, text, None, body));
    (0, "ok")
}

/// Enforces the limit of thirty a minute, answers and messages together.
fn count(inner: &mut Inner, chat: &str) -> Option<(i64, &'static str)> {
    let counted = inner.counted.entry(chat.to_owned()).or_default();
    counted.retain(|at| at.elapsed() < Duration::from_secs(60));
    if counted.len() >= 30 {
        return Some((45009, "api freq out of limit"));
    }
    counted.push(Instant::now());
    None
}

fn said(chat: &str, text: &str, quote: Option<String>, body: &Value) -> Said {
    let card = &body["template_card"];
    let button = |button: &Value| {
        let part = |name: &str| button[name].as_str().unwrap().to_owned();
        (part("text"), part("key"))
    };
    Said {
        chat: chat.to_owned(),
        text: text.to_owned(),
        quote,
        buttons: card["button_list"]
            .as_array()
            .map(|all| all.iter().map(button).collect())
            .unwrap_or_default(),
        task: card["task_id"].as_str().map(str::to_owned),
        body: body.clone(),
    }
}
