//! Receives messages of staff that a program posts to us. A caller who can't sign learns which part of its signature is wrong, and
//! not which targets there are. A request with
//! the id of an earlier one is a repetition, whatever its content: it changes nothing.

use crate::read;
use crate::settings::{Settings, Target};
use crate::wire::Incoming;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use groupdesk_contract::{AccountId, Clock, Event, FileUrl, FileUrlError, Storage, StorageError};
use groupdesk_kit::{Forged, LinkSlot};
use std::sync::Arc;
use tokio::sync::Mutex as AsyncMutex;

/// The largest request.
const MAX_BODY_BYTES: usize = 256 << 10;

/// The number of a target's requests that are remembered to recognise a repeated one; older ones are refused by their time long
/// before.
const REQUEST_IDS_MAX: usize = 500;

/// The longest id of a request, in bytes.
const ID_LONGEST: usize = 256;

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
) -> Response {
    let signed = signed(&state, state.settings.targets.get(&name), &headers, &body);
    if groupdesk_kit::is_from_foreign_page(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match signed {
        Ok(id) => take_signed(&state, name, id, &body).await,
        Err(why) => {
            tracing::debug!(account = %state.account, ?why, "a request without a right signature was refused");
            refusal(StatusCode::UNAUTHORIZED, &why.in_words())
        }
    }
}

/// Takes a signed request with its id.
async fn take_signed(state: &RouteState, name: String, id: String, body: &Bytes) -> Response {
    let incoming: Incoming = match groupdesk_contract::read_json(body) {
        Ok(incoming) => incoming,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let is_order = incoming.text.trim_start().starts_with(['/', '／']);
    if incoming.ticket.is_none() && !is_order {
        return refusal(StatusCode::BAD_REQUEST, NO_TICKET);
    }
    let _one = state.taking.lock().await;
    let taken_before = match state.taken(&name).await {
        Ok(taken) if taken.contains(&id) => return StatusCode::NO_CONTENT.into_response(),
        Ok(taken) => taken,
        Err(error) => {
            tracing::warn!(account = %state.account, target = name, %error, "what was taken before can't be known now");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
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
        StatusCode::NO_CONTENT.into_response()
    } else if taken {
        // The words go to the member all the same; the program that posted is told what to put right.
        tracing::warn!(account = %state.account, target = name, left_out, "pictures of a webhook are left out");
        (StatusCode::OK, left_out).into_response()
    } else {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
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

/// The reason for which a request is not taken as the target's program's.
#[derive(Debug, Clone, Copy)]
enum Unsigned {
    /// A header is missing.
    Header(&'static str),
    /// The signature is another one.
    Signature,
    /// It was signed too long ago, or by another clock.
    Time,
}

impl Unsigned {
    /// Returns the sentence for the program's author.
    fn in_words(self) -> String {
        match self {
            Self::Header(name) => format!("缺少请求头 {name} / the header {name} is missing"),
            Self::Signature => "签名对不上：请核对密钥，以及签的是不是 id.timestamp.body / the signature does not fit: check the secret, and that \
                                id.timestamp.body is signed"
                .to_owned(),
            Self::Time => "时间相差超过 5 分钟：请校准时钟，webhook-timestamp 要写 1970 年以来的秒数 / the time is off by more than 5 minutes: set \
                           the clock, and write webhook-timestamp in seconds since 1970"
                .to_owned(),
        }
    }
}

/// Makes a refusal that says why.
fn refusal(status: StatusCode, why: &str) -> Response {
    let body = serde_json::json!({ "error": why }).to_string();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Returns the request's id, if it is signed with the target's secret. A target that is not there, or has no secret, has no signature that
/// fits: who can't sign does not learn which there are.
fn signed(
    state: &RouteState,
    target: Option<&Target>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, Unsigned> {
    let header = |name: &'static str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value
            .filter(|value| !value.is_empty())
            .ok_or(Unsigned::Header(name))
    };
    let id = header("webhook-id")?;
    let timestamp = header("webhook-timestamp")?;
    let signature = header("webhook-signature")?;
    let secret = target.and_then(|target| target.secret.as_ref());
    let secret = secret.filter(|secret| !secret.is_empty() && id.len() <= ID_LONGEST);
    let secret = secret.ok_or(Unsigned::Signature)?;
    match groupdesk_kit::verify(secret, id, timestamp, signature, body, state.clock.now()) {
        Ok(()) => Ok(id.to_owned()),
        Err(Forged::Signature) => Err(Unsigned::Signature),
        Err(Forged::Time) => Err(Unsigned::Time),
    }
}
