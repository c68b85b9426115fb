//! The webhook: the platform posts updates to us. A caller without the secret learns nothing but the refusal. The answer waits for
//! the desk's commit; anything but success makes the platform repeat the update.

use crate::wire::Update;
use crate::{Core, Example, receive};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use std::sync::Arc;

/// The largest request, in bytes.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The header that holds the secret.
const SECRET_HEADER: &str = "x-example-secret";

/// Returns the route of an account, `/example/ACCOUNT`.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let path = format!("{}/{}", Example::PATH, core.account.path_segment());
    Router::new()
        .route(&path, post(receive_update))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(core)
}

async fn receive_update(State(core): State<Arc<Core>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let told = headers.get(SECRET_HEADER).and_then(|value| value.to_str().ok());
    let secret = core.settings.webhook_secret.as_ref();
    if !secret.is_some_and(|secret| secret.matches(told.unwrap_or_default())) {
        tracing::debug!(account = %core.account, "a request without the secret was refused");
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(update) = groupdesk_contract::read_json::<Update>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let Some(link) = core.link.get() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    match receive::take(&core, &link, &[update]).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
