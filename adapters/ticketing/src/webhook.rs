//! The system's webhook: checked, read, handed to the desk, and only then acknowledged. Callers who fail learn nothing.

use crate::adapter::Ticketing;
use crate::remote::Call;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use groupdesk_contract::AccountId;
use std::sync::Arc;

/// The largest call. GitHub cuts at 25 MB, but an issue with its longest comment stays far below this.
const MAX_BODY_BYTES: usize = 1024 * 1024;

pub(crate) fn router(desk: Arc<Ticketing>, account: &AccountId) -> Router {
    let path = format!("{}/{}", Ticketing::PATH, account.path_segment());
    Router::new()
        .route(&path, post(plain))
        .route(&format!("{path}/{{secret}}"), post(with_secret))
        .with_state(desk)
}

async fn plain(State(desk): State<Arc<Ticketing>>, request: Request) -> StatusCode {
    called(&desk, None, request).await
}

async fn with_secret(
    State(desk): State<Arc<Ticketing>>,
    Path(secret): Path<String>,
    request: Request,
) -> StatusCode {
    called(&desk, Some(&secret), request).await
}

async fn called(desk: &Ticketing, path_secret: Option<&str>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let call = Call {
        headers: &parts.headers,
        body: &body,
        path_secret,
        now: desk.now(),
    };
    if !desk.remote().verify(&call) {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(link) = desk.link() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let items = desk.remote().read(&body);
    let unreadable = items.is_none().then(|| {
        let system = desk.remote().system();
        format!("a call of {system}'s webhook can't be read and is refused; please report it. Answers are polled for as well")
    });
    // Only when the program stops nobody takes it.
    let _ = desk.alert(&link, "webhook", unreadable).await;
    let Some(items) = items else {
        return StatusCode::BAD_REQUEST;
    };
    for item in items {
        if let Err(error) = desk.take(&link, item).await {
            tracing::warn!("a webhook call is to come again: {error}");
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    StatusCode::NO_CONTENT
}
