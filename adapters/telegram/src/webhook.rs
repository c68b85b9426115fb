//! The webhook: Telegram posts updates to us. A caller without the secret learns nothing but the refusal. The status 200 waits
//! for the desk's commit; anything else makes Telegram repeat the update.

use crate::album;
use crate::core::Core;
use crate::intake;
use crate::wire;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use groupdesk_contract::AccountId;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use teloxide_core::types::Update;
use tokio::sync::watch;

/// The largest request.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The longest wait for the pieces of an album.
const ALBUM_TIMEOUT: Duration = Duration::from_secs(1);
/// The header in which Telegram sends the webhook's secret.
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// The path of an account's route.
pub(crate) fn path(account: &AccountId) -> String {
    format!("{}/{}", crate::Telegram::PATH, account.path_segment())
}

/// The route of an account.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let path = path(&core.account);
    let hook = Arc::new(WebhookState {
        core,
        albums: Mutex::new(BTreeMap::new()),
    });
    Router::new()
        .route(&path, post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&hook), guard))
        .with_state(hook)
}

struct WebhookState {
    core: Arc<Core>,
    albums: Mutex<BTreeMap<(i64, String), Gathering>>,
}

/// An album of which pieces are still to come.
struct Gathering {
    pieces: Vec<Update>,
    outcome: watch::Receiver<Option<StatusCode>>,
}

impl WebhookState {
    async fn take(&self, updates: Vec<Update>) -> StatusCode {
        let link = self.core.link.get();
        let Some(link) = link else {
            return StatusCode::SERVICE_UNAVAILABLE;
        };
        match intake::take(&self.core, &link, updates).await {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Refuses callers without the secret, before anything of the request is read.
async fn guard(State(hook): State<Arc<WebhookState>>, request: Request, next: Next) -> Response {
    let told = request
        .headers()
        .get(SECRET_HEADER)
        .and_then(|value| value.to_str().ok());
    let webhook = hook.core.settings.webhook.as_ref();
    if webhook.is_some_and(|webhook| webhook.secret.matches(told.unwrap_or_default())) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

async fn receive(State(hook): State<Arc<WebhookState>>, body: Bytes) -> StatusCode {
    let Ok(value) = groupdesk_contract::read_json(&body) else {
        hook.core.note_unreadable(1).await;
        return StatusCode::BAD_REQUEST;
    };
    let arrived = wire::arrived(&value);
    hook.core.note_unreadable(usize::from(arrived.is_lost)).await;
    let Some(update) = arrived.update else {
        // Nothing that we could read later either.
        return StatusCode::OK;
    };
    match album::key(&update) {
        Some(key) => gather(&hook, key, update).await,
        None => hook.take(vec![update]).await,
    }
}

/// Waits for the other pieces of an album; every piece is answered when all are committed.
async fn gather(hook: &Arc<WebhookState>, key: (i64, String), update: Update) -> StatusCode {
    let mut outcome = {
        let mut albums = hook.albums.lock();
        match albums.get_mut(&key) {
            Some(gathering) => {
                gathering.pieces.push(update);
                gathering.outcome.clone()
            }
            None => {
                let (tell, outcome) = watch::channel(None);
                let gathering = Gathering {
                    pieces: vec![update],
                    outcome: outcome.clone(),
                };
                albums.insert(key.clone(), gathering);
                tokio::spawn(finish(Arc::clone(hook), key, tell));
                outcome
            }
        }
    };
    match outcome.wait_for(Option::is_some).await {
        Ok(status) => (*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn finish(hook: Arc<WebhookState>, key: (i64, String), tell: watch::Sender<Option<StatusCode>>) {
    tokio::time::sleep(ALBUM_TIMEOUT).await;
    let gathered = hook.albums.lock().remove(&key);
    if let Some(gathering) = gathered {
        tell.send_replace(Some(hook.take(gathering.pieces).await));
    }
}
