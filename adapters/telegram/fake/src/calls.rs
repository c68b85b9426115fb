//! The server's responses to the bot's calls.

use super::{BOT, Fake, Inner, Said};
use axum::body::{Body, Bytes};
use axum::response::Response;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(super) fn refuse(code: u16, words: &str, parameters: &Value) -> Response {
    let mut body = json!({"ok": false, "error_code": code, "description": words});
    if !parameters.is_null() {
        body["parameters"] = parameters.clone();
    }
    respond(code, &body)
}

/// An answer that breaks off.
pub(super) fn broken() -> Response {
    Response::builder().body(cut("{\"ok\":")).unwrap()
}

/// A body that breaks off after `start`.
fn cut(start: &'static str) -> Body {
    let pieces = [Ok(Bytes::from(start)), Err(std::io::Error::other("gone"))];
    Body::from_stream(futures_util::stream::iter(pieces))
}

/// An answer that does not end; 256 MiB here, so that a test that fails does not take the machine's memory.
pub(super) fn endless() -> Response {
    let start = std::iter::once(Bytes::from("{\"ok\":true,\"result\":[\""));
    let rest = std::iter::repeat_n(Bytes::from(vec![b'x'; 1 << 16]), 4_096);
    let pieces = futures_util::stream::iter(start.chain(rest).map(Ok::<_, std::io::Error>));
    Response::builder().body(Body::from_stream(pieces)).unwrap()
}

fn respond(code: u16, body: &Value) -> Response {
    Response::builder()
        .status(code)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn ok(result: &Value) -> Response {
    respond(200, &json!({"ok": true, "result": result}))
}

/// The fields of a multipart form; of files their names.
pub(super) fn form(body: &[u8], boundary: &str) -> Value {
    let text = String::from_utf8_lossy(body);
    let mut fields = serde_json::Map::new();
    for part in text.split(&format!("--{boundary}")) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let Some((_, name)) = head.split_once("name=\"") else {
            continue;
        };
        let name = name.split('"').next().unwrap_or_default();
        let value = value.trim_end_matches("\r\n");
        let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

pub(super) async fn answer(fake: &Fake, method: &str, params: &Value) -> Response {
    if method == "getupdates" {
        return updates(fake, params).await;
    }
    let chat = params["chat_id"]
        .as_i64()
        .or_else(|| params["chat_id"].as_str()?.parse().ok())
        .unwrap_or_default();
    let mut inner = fake.inner();
    if let Some(to) = inner.moved.get(&chat) {
        let words = "Bad Request: group chat was upgraded to a supergroup chat";
        return refuse(400, words, &json!({"migrate_to_chat_id": to}));
    }
    match method {
        "getme" => ok(&json!({
            "id": BOT, "is_bot": true, "first_name": "Desk", "username": "DeskBot", "can_join_groups": true,
            "can_read_all_group_messages": inner.hears_everything, "supports_inline_queries": false,
            "can_connect_to_business": false, "has_main_web_app": false,
        })),
        "getwebhookinfo" => {
            let url = inner
                .webhook
                .as_ref()
                .map(|(url, _)| url.clone())
                .unwrap_or_default();
            ok(
                &json!({"url": url, "has_custom_certificate": false, "pending_update_count": inner.updates.len()}),
            )
        }
        "setwebhook" => {
            let part = |key: &str| params[key].as_str().unwrap_or_default().to_owned();
            inner.webhook = Some((part("url"), part("secret_token")));
            ok(&json!(true))
        }
        "deletewebhook" => {
            inner.webhook = None;
            ok(&json!(true))
        }
        "setmycommands" => {
            inner.commands.push(params.clone());
            ok(&json!(true))
        }
        "answercallbackquery" => {
            let id = params["callback_query_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            inner.answered.push(id);
            ok(&json!(true))
        }
        "getchatadministrators" => {
            let ranks = inner.admins.get(&chat).cloned().unwrap_or_default();
            let members: Vec<Value> = ranks
                .iter()
                .map(|(user, rank)| {
                    json!({"status": rank, "user": {"id": user, "is_bot": false, "first_name": format!("user {user}")}})
                })
                .collect();
            ok(&json!(members))
        }
        "getchatmember" => {
            let user = params["user_id"].as_u64().unwrap_or_default();
            let user = json!({"id": user, "is_bot": false, "first_name": format!("user {user}")});
            ok(&json!({"status": "member", "user": user}))
        }
        "getfile" => {
            let id = params["file_id"].as_str().unwrap_or_default();
            if id == "gone" {
                return refuse(
                    400,
                    "Bad Request: wrong file_id or the file is temporarily unavailable",
                    &Value::Null,
                );
            }
            ok(
                &json!({"file_id": id, "file_unique_id": "u", "file_size": 20, "file_path": format!("photos/{id}.jpg")}),
            )
        }
        "createforumtopic" => topic(&mut inner, chat, params),
        "editmessagetext" | "editmessagecaption" => change(&mut inner, chat, params),
        "deletemessage" => {
            let id = params["message_id"].as_i64().unwrap_or_default();
            inner.deleted.push((chat, id));
            ok(&json!(true))
        }
        _ if method.starts_with("send") => say(&mut inner, chat, params),
        _ => refuse(404, "Not Found: method not found", &Value::Null),
    }
}

fn topic(inner: &mut Inner, chat: i64, params: &Value) -> Response {
    if !inner.forums.contains(&chat) {
        return refuse(400, "Bad Request: the chat is not a forum", &Value::Null);
    }
    let id = inner.next_message;
    inner.next_message += 1;
    let name = params["name"].as_str().unwrap_or_default().to_owned();
    inner.topics.push((chat, id, name.clone()));
    ok(&json!({"message_thread_id": id, "name": name, "icon_color": 7_322_096}))
}

/// The text of a request, or the words under a file.
fn words(params: &Value) -> String {
    let text = params["text"].as_str().or_else(|| params["caption"].as_str());
    text.unwrap_or_default().to_owned()
}

fn read(chat: i64, id: i64, params: &Value) -> Said {
    let rows = params["reply_markup"]["inline_keyboard"].as_array().cloned();
    let buttons = rows
        .into_iter()
        .flatten()
        .flat_map(|row| row.as_array().cloned().unwrap_or_default())
        .map(|button| {
            let part = |key: &str| button[key].as_str().unwrap_or_default().to_owned();
            (part("text"), part("callback_data"))
        })
        .collect();
    Said {
        chat,
        topic: params["message_thread_id"].as_i64(),
        id,
        text: words(params),
        quote: params["reply_parameters"]["message_id"].as_i64(),
        buttons,
        request: params.clone(),
    }
}

/// Checks a message as Telegram does.
fn check(params: &Value) -> Option<&'static str> {
    let text = words(params);
    let is_file = params["text"].is_null();
    let length = text.encode_utf16().count();
    if !is_file && text.trim().is_empty() {
        return Some("Bad Request: message text is empty");
    }
    if length > if is_file { 1024 } else { 4096 } {
        return Some("Bad Request: message is too long");
    }
    let entities = params["entities"].as_array().cloned().unwrap_or_default();
    let inside = |entity: &Value| {
        let end =
            entity["offset"].as_u64().unwrap_or_default() + entity["length"].as_u64().unwrap_or_default();
        end <= length as u64
    };
    if !entities.iter().all(inside) {
        return Some("Bad Request: entity is out of bounds");
    }
    let rows = params["reply_markup"]["inline_keyboard"].as_array().cloned();
    let too_long = rows.into_iter().flatten().any(|row| {
        let buttons = row.as_array().cloned().unwrap_or_default();
        buttons
            .iter()
            .any(|button| !(1..=64).contains(&button["callback_data"].as_str().map_or(0, str::len)))
    });
    too_long.then_some("Bad Request: BUTTON_DATA_INVALID")
}

fn say(inner: &mut Inner, chat: i64, params: &Value) -> Response {
    if let Some(words) = check(params) {
        return refuse(400, words, &Value::Null);
    }
    let topic = params["message_thread_id"].as_i64();
    if topic.is_some_and(|topic| {
        !inner
            .topics
            .iter()
            .any(|known| (known.0, known.1) == (chat, topic))
    }) {
        return refuse(400, "Bad Request: message thread not found", &Value::Null);
    }
    let id = inner.next_message;
    inner.next_message += 1;
    let said = read(chat, id, params);
    let message = sent(&said);
    inner.said.push(said);
    ok(&message)
}

fn sent(said: &Said) -> Value {
    let kind = if said.chat > 0 { "private" } else { "supergroup" };
    let mut chat = json!({"id": said.chat, "type": kind});
    chat[if said.chat > 0 { "first_name" } else { "title" }] = json!("a chat");
    json!({
        "message_id": said.id, "date": super::people::now(), "chat": chat, "text": said.text,
        "from": {"id": BOT, "is_bot": true, "first_name": "Desk", "username": "DeskBot"},
    })
}

fn change(inner: &mut Inner, chat: i64, params: &Value) -> Response {
    let id = params["message_id"].as_i64().unwrap_or_default();
    let Some(before) = inner
        .said
        .iter_mut()
        .find(|said| (said.chat, said.id) == (chat, id))
    else {
        return refuse(400, "Bad Request: message to edit not found", &Value::Null);
    };
    let text = words(params);
    if before.text == text {
        return refuse(400, "Bad Request: message is not modified", &Value::Null);
    }
    before.text = text;
    let now = read(chat, id, params);
    let message = sent(&now);
    inner.changed.push(now);
    ok(&message)
}

/// Updates from an offset on: those before it are forgotten, and a second receiver ends the first one's wait.
async fn updates(fake: &Fake, params: &Value) -> Response {
    let me = {
        let mut inner = fake.inner();
        if inner.webhook.is_some() {
            let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the \
                         webhook first";
            return refuse(409, words, &Value::Null);
        }
        if let Some(offset) = params["offset"].as_i64() {
            inner.offsets.push(offset);
            inner
                .updates
                .retain(|update| update["update_id"].as_i64() >= Some(offset));
        }
        inner.receivers += 1;
        inner.receivers
    };
    let limit = usize::try_from(params["limit"].as_u64().unwrap_or(100)).unwrap_or(100);
    let end = Instant::now() + Duration::from_secs(params["timeout"].as_u64().unwrap_or_default());
    loop {
        let news = fake.news.notified();
        {
            let inner = fake.inner();
            if inner.receivers != me {
                let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is \
                             running";
                return refuse(409, words, &Value::Null);
            }
            if !inner.updates.is_empty() || inner.is_hasty || Instant::now() >= end {
                let all = inner.repeated.iter().chain(&inner.updates);
                let first: Vec<Value> = all.take(limit).cloned().collect();
                return ok(&json!(first));
            }
        }
        let _ = tokio::time::timeout(Duration::from_millis(50), news).await;
    }
}
