//! WeCom posts to us, in encrypted JSON. A message is committed before it is answered, and the answer waits a little for
//! what the desk says; a caller without the signature learns nothing but that it was refused.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/101033> and path 101031.

use super::answerable::{ANSWER_WINDOW, ReplyRoute};
use super::core::Core;
use super::pending_reply::PendingReply;
use super::read::{self, CallbackEvent};
use super::{Robot, requesters, response_url};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use groupdesk_contract::{Event, Message};
use groupdesk_kit::BoundedMap;
use groupdesk_wechat_callback::{MAX_BODY_BYTES, Query, Refused, Sighting};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The longest time for which a callback is held: WeCom waits for 5 s.
const CALLBACK_TIMEOUT: Duration = Duration::from_secs(4);
/// The most streams that are not whole yet.
const STREAMS_MAX: usize = 5_000;

/// The dependencies of the routes.
struct WebhookState {
    core: Arc<Core>,
    streams: Mutex<BoundedMap<String, (Arc<PendingReply>, Timestamp)>>,
}

/// The routes of an account.
pub(super) fn router(core: Arc<Core>) -> Router {
    let path = format!("{}/{}", Robot::PATH, core.account.path_segment());
    let hook = Arc::new(WebhookState {
        core,
        streams: Mutex::new(BoundedMap::new(STREAMS_MAX)),
    });
    Router::new()
        .route(&path, get(check).post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(hook)
}

/// Answers WeCom's check of the address.
async fn check(State(hook): State<Arc<WebhookState>>, RawQuery(query): RawQuery) -> Response {
    let query = Query::read(query.as_deref());
    let Some(verifier) = &hook.core.verifier else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match verifier.verify_url(&query) {
        Ok(echo) => plain(echo),
        Err(refused) => hook.refuse(refused),
    }
}

async fn receive(State(hook): State<Arc<WebhookState>>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let until = Instant::now() + CALLBACK_TIMEOUT;
    let query = Query::read(query.as_deref());
    let Some(verifier) = &hook.core.verifier else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let opened = match verifier.open_json(&query, &body) {
        Ok(opened) => opened,
        Err(refused) => return hook.refuse(refused),
    };
    // What is signed and no JSON could not be read later either.
    let said: Value = groupdesk_contract::read_json(opened.content.as_bytes()).unwrap_or_default();
    let Ok(answer) = hook.take(&said, opened.sighting, until).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    verifier.answered(&opened);
    match answer.map(|answer| verifier.seal_json(&query, &answer.to_string())) {
        None => StatusCode::OK.into_response(),
        Some(Ok(sealed)) => plain(sealed),
        Some(Err(refused)) => hook.refuse(refused),
    }
}

fn plain(text: String) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// It could not be committed in time; WeCom sends it again.
struct NotTaken;

impl WebhookState {
    fn refuse(&self, refused: Refused) -> Response {
        tracing::warn!(account = %self.core.account, reason = %refused, "a callback was refused");
        refused.into_response()
    }

    /// Does what a callback asks for; what to answer, if anything.
    async fn take(
        &self,
        said: &Value,
        sighting: Sighting,
        until: Instant,
    ) -> Result<Option<Value>, NotTaken> {
        match read::read_callback(&self.core, said).await {
            CallbackEvent::Message(message, later) => self.message(*message, later, sighting, until).await,
            CallbackEvent::Press(press, message) => {
                let update = press.update(message.sender.id.as_str());
                if sighting == Sighting::New {
                    self.commit(*message, until).await?;
                }
                Ok(Some(update))
            }
            CallbackEvent::Entered => Ok(self
                .core
                .settings
                .welcome
                .as_ref()
                .map(|welcome| json!({"msgtype": "text", "text": {"content": welcome}}))),
            CallbackEvent::Stream(id) => Ok(Some(self.go_on(&id))),
            CallbackEvent::Kicked | CallbackEvent::Other => Ok(None),
        }
    }

    async fn message(
        &self,
        message: Message,
        later: Option<String>,
        sighting: Sighting,
        until: Instant,
    ) -> Result<Option<Value>, NotTaken> {
        let core = &self.core;
        let (channel, id) = (message.channel.id.clone(), message.id.clone());
        // WeCom asks again when it had no answer: then the same message has its slot, and its answer.
        let known = core.state().questions.pending_reply(&channel, &id);
        let slot = known.unwrap_or_else(|| {
            let stream = format!("gd-{:016x}{:08x}", fastrand::u64(..), fastrand::u32(..));
            let slot = Arc::new(PendingReply::new(stream));
            let way = ReplyRoute::Callback(Arc::clone(&slot));
            core.state()
                .questions
                .record_message(&channel, &id, way, core.clock.now());
            slot
        });
        requesters::keep(core, &channel, &id, &message.sender.id).await;
        if let Some(url) = later {
            response_url::keep(core, &channel, &id, &url).await;
        }
        if sighting == Sighting::New {
            self.commit(message, until).await?;
        }
        if let Some(answer) = slot.wait(until.saturating_duration_since(Instant::now())).await {
            return Ok(Some(answer));
        }
        let Some(thinking) = self.thinking() else {
            return Ok(slot.take_or_shut());
        };
        let since = core.clock.now();
        self.streams
            .lock()
            .insert(slot.stream.clone(), (Arc::clone(&slot), since));
        Ok(Some(unfinished(&slot.stream, thinking, false)))
    }

    /// Answers WeCom's poll of an unfinished stream.
    fn go_on(&self, id: &str) -> Value {
        let known = self.streams.lock().get(&id.to_owned()).cloned();
        let thinking = self.thinking().unwrap_or_default();
        let Some((slot, since)) = known else {
            // Of an earlier run of the program: its answer comes as a message.
            return unfinished(id, thinking, true);
        };
        if self.core.clock.now().duration_since(since) < ANSWER_WINDOW {
            return slot.take().unwrap_or_else(|| unfinished(id, thinking, false));
        }
        slot.take_or_shut()
            .unwrap_or_else(|| unfinished(id, thinking, true))
    }

    fn thinking(&self) -> Option<&str> {
        self.core.settings.webhook.as_ref()?.thinking.as_deref()
    }

    async fn commit(&self, message: Message, until: Instant) -> Result<(), NotTaken> {
        match self
            .core
            .link
            .deliver_before(until, Event::Message(message))
            .await
        {
            true => Ok(()),
            false => Err(NotTaken),
        }
    }
}

fn unfinished(id: &str, content: &str, finish: bool) -> Value {
    json!({"msgtype": "stream", "stream": {"id": id, "finish": finish, "content": content}})
}
