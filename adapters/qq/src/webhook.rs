//! The webhook: QQ posts events to us, each signed. A caller with a wrong signature learns nothing but the refusal. The response
//! "done" waits for the desk's commit; anything else makes QQ repeat the event.
//!
//! Source: <https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html>.

use crate::core::Core;
use crate::intake;
use crate::wire::{Challenge, Payload, op};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::{BodyExt, Limited};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The largest request.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The timeout of reading a request.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest wait for the desk's commit; QQ gives up after 5 seconds.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(4);

/// The route of an account, `/qq/ACCOUNT`.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let path = format!("{}/{}", crate::Qq::PATH, core.account.path_segment());
    let hook = WebhookState {
        core,
        warned: AtomicI64::new(i64::MIN),
    };
    Router::new()
        .route(&path, post(receive))
        .with_state(Arc::new(hook))
}

struct WebhookState {
    core: Arc<Core>,
    /// The time of the last log line about a right signature with a wrong time, in seconds since 1970.
    warned: AtomicI64,
}

async fn receive(State(hook): State<Arc<WebhookState>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(READ_TIMEOUT, Limited::new(body, MAX_BODY_BYTES).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) | Err(_) => return refuse(),
    };
    if !hook.is_from_qq(&parts.headers, &body) {
        tracing::debug!(account = %hook.core.account, "a request that QQ did not sign just now was refused");
        return refuse();
    }
    let payload: Payload = match groupdesk_contract::read_json(&body) {
        Ok(payload) => payload,
        Err(error) => {
            // QQ's own, so that it would only come again.
            tracing::warn!(account = %hook.core.account, %error, "an event of QQ's can't be read; it is left out");
            return answer(StatusCode::OK, &json!({"op": op::CALLBACK_ACK, "d": 0}));
        }
    };
    match payload.op {
        op::CHALLENGE => hook.challenge(&payload.d),
        op::HEARTBEAT => answer(StatusCode::OK, &json!({"op": op::HEARTBEAT_ACK, "d": payload.d})),
        op::DISPATCH => hook.take(&payload).await,
        _ => answer(StatusCode::OK, &json!({"op": op::CALLBACK_ACK, "d": 0})),
    }
}

impl WebhookState {
    /// True if QQ signed `body`, for this bot, a short time ago.
    fn is_from_qq(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let (Some(signature), Some(timestamp)) =
            (header("x-signature-ed25519"), header("x-signature-timestamp"))
        else {
            return false;
        };
        if !self.core.key.has_signed(timestamp, body, signature) {
            return false;
        }
        if header("x-bot-appid").is_some_and(|id| id != self.core.settings.app_id.as_str()) {
            return false;
        }
        let now = self.core.clock.now();
        let is_fresh = groupdesk_kit::is_fresh(timestamp, now);
        if !is_fresh {
            self.complain(now);
        }
        is_fresh
    }

    /// Says once a minute that a signature is right and its time is not.
    fn complain(&self, now: Timestamp) {
        let (now, last) = (now.as_second(), self.warned.load(Ordering::Relaxed));
        if now.saturating_sub(last) >= 60 {
            self.warned.store(now, Ordering::Relaxed);
            tracing::warn!(
                account = %self.core.account,
                "a callback of QQ's is older or newer than five minutes: somebody repeats it, or this machine's clock is wrong"
            );
        }
    }

    /// Proves to QQ that this address has the secret. The signed text can't be mistaken for a callback of QQ's.
    fn challenge(&self, data: &Value) -> Response {
        let plain = |text: &str| {
            !text.is_empty() && text.len() <= 128 && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        match Challenge::deserialize(data) {
            Ok(ask) if plain(&ask.plain_token) && plain(&ask.event_ts) => {
                let signature = self.core.key.sign(&ask.event_ts, &ask.plain_token);
                tracing::info!(account = %self.core.account, "QQ checked the callback address");
                answer(
                    StatusCode::OK,
                    &json!({"plain_token": ask.plain_token, "signature": signature}),
                )
            }
            _ => {
                tracing::warn!(account = %self.core.account, "QQ checked the callback address in a way that is not known");
                refuse()
            }
        }
    }

    async fn take(&self, payload: &Payload) -> Response {
        let link = self.core.link.get();
        let taken = match link {
            Some(link) => {
                tokio::time::timeout(COMMIT_TIMEOUT, intake::take(&self.core, &link, payload)).await
            }
            None => return again(),
        };
        match taken {
            Ok(Ok(())) => answer(StatusCode::OK, &json!({"op": op::CALLBACK_ACK, "d": 0})),
            Ok(Err(_)) | Err(_) => again(),
        }
    }
}

/// Refuses a caller; the response is the same for every fault.
fn refuse() -> Response {
    StatusCode::UNAUTHORIZED.into_response()
}

/// Makes QQ send the event again.
fn again() -> Response {
    answer(
        StatusCode::SERVICE_UNAVAILABLE,
        &json!({"op": op::CALLBACK_ACK, "d": 1}),
    )
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body.to_string()),
    )
        .into_response()
}
