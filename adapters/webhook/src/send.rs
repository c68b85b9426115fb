//! One request, and what its answer means: 2xx is taken as received, unless it is a page for people; 408, 425, 429, 5xx and a lost connection are tried
//! again; anything else is final.

use crate::Target;
use crate::wire::Outgoing;
use groupdesk_contract::{AccountId, Delivery, FileUrl, NO_LINK, PrivateHosts, Reply, ReplyKey, Segment};
use groupdesk_kit::private_reason;
use groupdesk_texts::Catalogue;
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response};
use std::borrow::Cow;

/// Returns the reply without pictures in private networks.
async fn screened<'r>(account: &AccountId, reply: &'r Reply) -> Cow<'r, Reply> {
    let mut screened = Cow::Borrowed(reply);
    for (at, segment) in reply.segments.iter().enumerate() {
        let Segment::Image { url: Some(url) } = segment else {
            continue;
        };
        let Ok(FileUrl::Web(url)) = FileUrl::parse(url) else {
            continue;
        };
        let Some(reason) = private_reason(&url, &PrivateHosts::default()).await else {
            continue;
        };
        tracing::warn!(%account, reason, "a picture is left out of a reply");
        if let Some(segment) = screened.to_mut().segments.get_mut(at) {
            // The program at the target must not be sent there by a member.
            let left = Catalogue::both().private_picture_left();
            *segment = Segment::Text(format!("\n{NO_LINK}（{left}）"));
        }
    }
    screened
}

pub(crate) async fn post(
    client: &Client,
    account: &AccountId,
    target: &Target,
    (key, id): (ReplyKey, &str),
    reply: &Reply,
    now: Timestamp,
) -> Delivery {
    let reply = screened(account, reply).await;
    let body = match serde_json::to_vec(&Outgoing::new(account, key, &reply)) {
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
            groupdesk_kit::sign(secret, id, seconds, &body),
        );
    }
    if let Some(token) = &target.token {
        request = request.bearer_auth(token.expose());
    }
    match request.body(body).send().await {
        Ok(response) if response.status().is_success() && is_page(&response) => Delivery::Later {
            reason: "the receiver answered with a web page (text/html), as a login page or a proxy does: nothing was taken"
                .to_owned(),
            after: None,
        },
        Ok(response) if response.status().is_success() => Delivery::Sent { message: None },
        Ok(response) => {
            let status = response.status();
            let reason = format!("the receiver answered {status}");
            groupdesk_kit::refusal(status, response.headers(), reason)
        }
        Err(error) => groupdesk_kit::failure(error),
    }
}

/// True for an answer that is a page for people.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()?.split(';').next());
    matches!(
        kind.unwrap_or_default().trim().to_ascii_lowercase().as_str(),
        "text/html" | "application/xhtml+xml"
    )
}
