//! One request, and what its answer means.
//!
//! The body, ours: `{"key": 12, "account": "hook", "channel": "alerts", "text": "...", "pictures": ["https://..."]}`. 2xx
//! is taken as received; 408, 425, 429 and 5xx (RFC 9110, RFC 8470, RFC 6585) and a lost connection are tried again;
//! anything else is final.

use crate::Target;
use groupdesk_contract::{AccountId, Delivery, Reply, ReplyKey, Segment};
use reqwest::{Client, Response};
use serde_json::json;

pub(crate) async fn post(
    client: &Client,
    account: &AccountId,
    target: &Target,
    key: ReplyKey,
    reply: &Reply,
) -> Delivery {
    let pictures: Vec<&str> = reply
        .segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Image { url } => url.as_deref(),
            _ => None,
        })
        .collect();
    let body = json!({
        "key": key.0,
        "account": account.as_str(),
        "channel": reply.channel.as_str(),
        "text": reply.text(),
        "pictures": pictures,
    });
    let mut request = client
        .post(target.url.expose())
        .header("Idempotency-Key", format!("groupdesk-{account}-{}", key.0))
        .json(&body);
    if let Some(token) = &target.token {
        request = request.bearer_auth(token.expose());
    }
    match request.send().await {
        Ok(response) => outcome(&response),
        Err(error) => groupdesk_http::failure(error),
    }
}

fn outcome(response: &Response) -> Delivery {
    let status = response.status();
    if status.is_success() {
        return Delivery::Sent { message: None };
    }
    let reason = format!("the receiver answered {status}");
    groupdesk_http::refusal(status, response.headers(), reason)
}
