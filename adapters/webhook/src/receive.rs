//! Receives messages of staff that a program posts to us. A caller who can't sign learns nothing but the refusal. A request with
//! the id of an earlier one is a repetition, whatever its content: it changes nothing.

use crate::read;
use crate::settings::{Settings, Target};
use crate::wire::Incoming;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use groupdesk_contract::{AccountId, Clock, Event, FileUrl, FileUrlError, Storage, StorageError};
use groupdesk_kit::LinkSlot;
use std::sync::Arc;
use tokio::sync::Mutex as AsyncMutex;

/// The largest request.
const MAX_BODY_BYTES: usize = 256 << 10;

/// The number of a target's requests that are remembered to recognise a repeated one; older ones are refused by their time long
/// before.
const REQUEST_IDS_MAX: usize = 500;

/// The response to a text that names no ticket and is no command.
const NO_TICKET: &str = "没有说是哪个工单，谁也没收到：请加上 \"ticket\": 12，或以 /t 12 开头 / of which ticket? nobody was told: add \
                         \"ticket\": 12, or begin the text with /t 12";

/// The dependencies of the route.
pub(crate) struct RouteState {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    pub(crate) storage: Arc<dyn Storage>,
    /// One request is taken at a time, so that the same one twice at once is taken once.
    pub(crate) taking: AsyncMutex<()>,
}

impl RouteState {
    /// The ids of a target's requests that were taken, the oldest first.
    async fn taken(&self, target: &str) -> Result<Vec<String>, StorageError> {
        let kept = self.storage.get(&taken_key(target)).await?;
        Ok(kept
            .iter()
            .flat_map(|kept| kept.lines())
            .map(str::to_owned)
            .collect())
    }

    async fn keep_taken(&self, target: &str, mut taken: Vec<String>, id: &str) -> Result<(), StorageError> {
        taken.push(id.to_owned());
        let old = taken.len().saturating_sub(REQUEST_IDS_MAX);
        let kept = taken.get(old..).unwrap_or_default().join("\n");
        self.storage.put(&taken_key(target), &kept).await
    }
}

fn taken_key(target: &str) -> String {
    format!("taken/{target}")
}

/// The route of an account, `/webhook/ACCOUNT/TARGET`.
pub(crate) fn router(state: Arc<RouteState>) -> Router {
    let path = format!(
        "{}/{}/{{target}}",
        crate::Webhook::PATH,
        state.account.path_segment()
    );
    Router::new()
        .route(&path, post(take))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(state)
}

async fn take(
    State(state): State<Arc<RouteState>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let signed = state
        .settings
        .targets
        .get(&name)
        .and_then(|target| signed(&state, target, &headers, &body));
    if groupdesk_kit::is_from_foreign_page(&headers) {
        return (StatusCode::FORBIDDEN, String::new());
    }
    let Some(id) = signed else {
        tracing::debug!(account = %state.account, "a request without a right signature was refused");
        return (StatusCode::UNAUTHORIZED, String::new());
    };
    let incoming: Incoming = match groupdesk_contract::read_json(&body) {
        Ok(incoming) => incoming,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    let is_order = incoming.text.trim_start().starts_with(['/', '／']);
    if incoming.ticket.is_none() && !is_order {
        return (StatusCode::BAD_REQUEST, NO_TICKET.to_owned());
    }
    let _one = state.taking.lock().await;
    let taken_before = match state.taken(&name).await {
        Ok(taken) if taken.contains(&id) => return (StatusCode::NO_CONTENT, String::new()),
        Ok(taken) => taken,
        Err(error) => {
            tracing::warn!(account = %state.account, target = name, %error, "what was taken before can't be known now");
            return (StatusCode::SERVICE_UNAVAILABLE, String::new());
        }
    };
    let left_out = bad_pictures(&incoming.pictures);
    let link = state.link.get();
    let message = read::message(&name, &id, incoming, state.clock.now());
    let taken = match link {
        Some(link) => link.deliver(Event::Message(message)).await.is_ok(),
        None => false,
    };
    if taken && let Err(error) = state.keep_taken(&name, taken_before, &id).await {
        // It is committed. The same words again are known to the desk.
        tracing::warn!(account = %state.account, target = name, %error, "a request that was taken is not kept");
    }
    if taken && left_out.is_empty() {
        (StatusCode::NO_CONTENT, String::new())
    } else if taken {
        // The words go to the member all the same; the program that posted is told what to put right.
        tracing::warn!(account = %state.account, target = name, left_out, "pictures of a webhook are left out");
        (StatusCode::OK, left_out)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, String::new())
    }
}

/// Names the pictures that are not passed on, for the program that posted them; empty if all are.
fn bad_pictures(pictures: &[String]) -> String {
    let reasons = pictures.iter().enumerate().filter_map(|(at, url)| {
        let reason = match FileUrl::parse(url) {
            Ok(FileUrl::Web(_) | FileUrl::Inline(_)) => return None,
            Ok(FileUrl::Held { .. }) => FileUrlError::Foreign,
            Err(error) => error,
        };
        Some(format!("pictures[{at}] was left out: {reason}"))
    });
    reasons.collect::<Vec<_>>().join("\n")
}

/// The request's id, if it is signed with the target's secret.
fn signed(state: &RouteState, target: &Target, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let id = header("webhook-id").filter(|id| !id.is_empty() && id.len() <= 256)?;
    let secret = target.secret.as_ref().filter(|secret| !secret.is_empty())?;
    groupdesk_kit::verify(
        secret,
        id,
        header("webhook-timestamp")?,
        header("webhook-signature")?,
        body,
        state.clock.now(),
    )
    .ok()?;
    Some(id.to_owned())
}
