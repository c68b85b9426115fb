//! The forms of Discord's answers, and of the messages in them.

use super::gateway::user;
use super::{APPLICATION, BOT, Said};
use axum::body::Body;
use axum::response::Response;
use serde_json::{Value, json};

pub(super) fn respond(status: u16, body: &Value) -> Response {
    let answer = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    if status == 204 {
        return answer.body(Body::empty()).unwrap();
    }
    answer.body(Body::from(body.to_string())).unwrap()
}

pub(super) fn refuse(status: u16, code: u64, words: &str) -> Response {
    respond(status, &json!({"message": words, "code": code}))
}

/// The message that `body` makes.
pub(super) fn read(channel: u64, id: u64, body: &Value) -> Said {
    let rows = body["components"].as_array().cloned().unwrap_or_default();
    let mut buttons = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for component in rows
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
    {
        match component["options"].as_array() {
            Some(options) => buttons.extend(
                options
                    .iter()
                    .map(|option| (text(&option["label"]), text(&option["value"]))),
            ),
            None => buttons.push((text(&component["label"]), text(&component["custom_id"]))),
        }
    }
    Said {
        channel,
        id,
        text: text(&body["content"]),
        quote: body["message_reference"]["message_id"]
            .as_str()
            .and_then(|id| id.parse().ok()),
        buttons,
        name: body["username"].as_str().map(str::to_owned),
        request: body.clone(),
    }
}

/// A message of the bot's, as the history tells it: without its nonce.
pub(super) fn told(channel: u64, id: u64, body: &Value, hook: Option<u64>) -> Value {
    let mut message = json!({
        "id": id.to_string(), "channel_id": channel.to_string(), "type": 0, "author": user(BOT),
        "content": body["content"].as_str().unwrap_or_default().trim(), "attachments": [], "embeds": [],
        "components": body["components"], "edited_timestamp": null,
    });
    if !body["message_reference"].is_null() {
        message["message_reference"] = body["message_reference"].clone();
    }
    if let Some(hook) = hook {
        message["webhook_id"] = json!(hook.to_string());
        message["application_id"] = json!(APPLICATION.to_string());
        message["author"] = json!({"id": hook.to_string(), "username": body["username"], "bot": true});
    }
    message
}
