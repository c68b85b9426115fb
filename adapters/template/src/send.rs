//! Sends a reply message by message, and makes the platform's calls.

use crate::channel_id::ChannelRef;
use crate::wire::Sent;
use crate::{Core, codes, write};
use groupdesk_contract::{Delivery, MessageId, Reply, ReplyKey};
use groupdesk_kit::{CallError, CallErrorKind};
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Sends `reply`, or the rest of it if an earlier attempt sent a part.
pub(crate) async fn send(core: &Core, key: ReplyKey, channel: &ChannelRef, reply: &Reply) -> Delivery {
    let messages = write::messages(channel, reply);
    let sent_before = core.progress.lock().get(&key).copied().unwrap_or_default();
    let mut last = None;
    for (at, message) in messages.iter().enumerate().skip(sent_before) {
        match call::<Sent>(core, Method::POST, "messages", Some(message)).await {
            Ok(sent) => {
                core.progress.lock().insert(key, at + 1);
                last = Some(MessageId::new(sent.id.to_string()));
            }
            Err(error) => return error.into(),
        }
    }
    core.progress.lock().remove(&key);
    Delivery::Sent { message: last }
}

/// Makes one call.
///
/// # Errors
/// The failure, of the kind that decides whether it may be repeated.
pub(crate) async fn call<T: DeserializeOwned>(
    core: &Core,
    method: Method,
    path: &str,
    body: Option<&impl Serialize>,
) -> Result<T, CallError> {
    let url = format!("{}/{path}", core.settings.api_url.as_str());
    let request = core
        .client
        .request(method, url)
        .bearer_auth(core.settings.token.expose());
    let with_body = |request: RequestBuilder| match body {
        Some(body) => request.json(body),
        None => request,
    };
    let answer = with_body(request).send().await.map_err(CallError::of_request)?;
    let status = answer.status();
    let seconds = answer.headers().get(RETRY_AFTER);
    let seconds = seconds.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = groupdesk_kit::body(answer, groupdesk_kit::MAX_ANSWER_BYTES).await;
    let unreadable = |why: String| {
        CallError::new(
            CallErrorKind::NoAnswer,
            format!("the answer can't be read: {why}"),
        )
    };
    let body = body.map_err(|error| unreadable(error.to_string()))?;
    if !status.is_success() {
        let said: String = String::from_utf8_lossy(&body).chars().take(120).collect();
        return Err(codes::call_error(status, &said, seconds.map(Duration::from_secs)));
    }
    groupdesk_contract::read_json(&body).map_err(|error| unreadable(error.to_string()))
}
