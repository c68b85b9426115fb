//! One request, and what its answer means.
//!
//! The body, ours: `{"key": 12, "account": "hook", "channel": "alerts", "text": "...", "pictures": ["https://..."]}`. 2xx
//! is taken as received; 408, 425, 429 and 5xx (RFC 9110, RFC 8470, RFC 6585) and a lost connection are tried again;
//! anything else is final.

use crate::Target;
use groupdesk_contract::{AccountId, Delivery, Reply, ReplyKey, Segment};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use std::time::Duration;

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
        .post(target.url.reveal())
        .header("Idempotency-Key", format!("groupdesk-{account}-{}", key.0))
        .json(&body);
    if let Some(token) = &target.token {
        request = request.bearer_auth(token.reveal());
    }
    match request.send().await {
        Ok(response) => outcome(&response),
        // The address may hold a key, so it is not part of any reason.
        Err(error) if error.is_builder() => Delivery::Refused {
            reason: format!("the address can't be used: {}", error.without_url()),
        },
        Err(error) => Delivery::Later {
            reason: if error.is_timeout() {
                "no answer in time".to_owned()
            } else {
                format!("no connection: {}", error.without_url())
            },
            after: None,
        },
    }
}

fn outcome(response: &Response) -> Delivery {
    let status = response.status();
    if status.is_success() {
        return Delivery::Sent { message: None };
    }
    let reason = format!("the receiver answered {status}");
    let passing = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    if !passing {
        return Delivery::Refused { reason };
    }
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Delivery::Later {
        reason,
        after: seconds.map(Duration::from_secs),
    }
}
