//! One request, and what its answer means: 2xx is taken as received; 408, 425, 429, 5xx and a lost connection are tried
//! again; anything else is final.

use crate::Target;
use crate::wire::Outgoing;
use groupdesk_contract::{AccountId, Delivery, Reply, ReplyKey};
use jiff::Timestamp;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

pub(crate) async fn post(
    client: &Client,
    account: &AccountId,
    target: &Target,
    (key, id): (ReplyKey, &str),
    reply: &Reply,
    now: Timestamp,
) -> Delivery {
    let body = match serde_json::to_vec(&Outgoing::new(account, key, reply)) {
        Ok(body) => body,
        Err(error) => {
            return Delivery::Refused {
                reason: format!("it can't be written as JSON: {error}"),
            };
        }
    };
    let mut request = client
        .post(target.url.expose())
        .header("Idempotency-Key", id)
        .header("webhook-id", id)
        .header(CONTENT_TYPE, "application/json");
    if let Some(secret) = target.secret.as_ref().filter(|secret| !secret.is_empty()) {
        let seconds = now.as_second();
        request = request.header("webhook-timestamp", seconds).header(
            "webhook-signature",
            groupdesk_http::sign(secret, id, seconds, &body),
        );
    }
    if let Some(token) = &target.token {
        request = request.bearer_auth(token.expose());
    }
    match request.body(body).send().await {
        Ok(response) if response.status().is_success() => Delivery::Sent { message: None },
        Ok(response) => {
            let status = response.status();
            let reason = format!("the receiver answered {status}");
            groupdesk_http::refusal(status, response.headers(), reason)
        }
        Err(error) => groupdesk_http::failure(error),
    }
}
