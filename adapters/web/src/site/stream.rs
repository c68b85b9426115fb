//! Events of a conversation as they come, by server-sent events: from behind the last one that the client had.

use super::caller::{Caller, Sent, caller};
use super::limits::StreamPlace;
use super::response::{later, refused};
use super::wire::{Asked, Content, Shown};
use super::{Core, channel_id, read, send};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use groupdesk_contract::{MemberId, heartbeat, unbuffered};
use jiff::SignedDuration;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, Interval};
use tokio_util::sync::CancellationToken;

/// Interval of a sign of life: a client says that the connection is lost when some are missing.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

/// Signs of life after which it is looked again if a visitor may still read.
const LOOK_AGAIN: u32 = 2;

/// Interval in which it is looked if a program's key still stands: whoever ends it, by a command too, relies on that it is over.
const KEY_LOOK: Duration = Duration::from_secs(1);

/// The age of a message from which on it counts as one that the desk did not take.
const COMMITTING: SignedDuration = SignedDuration::from_secs(15);

/// Messages that are read at once.
const MESSAGES_PER_READ: u32 = 50;

/// A stream of one client.
struct Stream {
    core: Arc<Core>,
    headers: HeaderMap,
    sent: Sent,
    caller: Caller,
    /// The visitor whose events these are; `None` for those of all.
    visitor: Option<MemberId>,
    position: i64,
    waiting: VecDeque<Event>,
    /// `true` if there may be more to read.
    unread: bool,
    news: broadcast::Receiver<MemberId>,
    beat: Interval,
    look: Interval,
    beats: u32,
    shutdown: CancellationToken,
    _place: StreamPlace,
}

/// Streams events until the client goes, may no longer read, or the program stops.
pub(crate) async fn stream(
    State(core): State<Arc<Core>>,
    Extension(sent): Extension<Sent>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response<Body> {
    let caller = match caller(&core, &headers, &sent).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let visitor = match (&caller, asked.visitor.as_deref()) {
        (Caller::Visitor(visitor), None) => Some(visitor.clone()),
        (Caller::Program(_), None) => None,
        (Caller::Program(_), Some(id)) if channel_id::user(id).is_some() => channel_id::user(id),
        _ => {
            return refused(
                StatusCode::BAD_REQUEST,
                "`visitor` is for programs: your own id of who speaks",
            );
        }
    };
    let who = match &caller {
        Caller::Visitor(visitor) => format!("v/{}", visitor.as_str()),
        Caller::Program(name) => format!("p/{name}"),
    };
    let (Some(link), Some(place)) = (core.link.get(), core.limits.stream(&who)) else {
        return later(
            StatusCode::TOO_MANY_REQUESTS,
            10,
            "too many streams at once; close one",
        );
    };
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let stream = Stream {
        news: core.news.subscribe(),
        position: last.or(asked.after).unwrap_or_default(),
        shutdown: link.shutdown,
        waiting: VecDeque::new(),
        unread: true,
        beat: tokio::time::interval_at(Instant::now() + HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL),
        look: tokio::time::interval_at(Instant::now() + KEY_LOOK, KEY_LOOK),
        beats: 0,
        _place: place,
        visitor,
        caller,
        headers,
        sent,
        core,
    };
    let events = stream::unfold(stream, async |mut stream| {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    unbuffered(Sse::new(events))
}

impl Stream {
    /// Returns the next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.unread {
                // Nothing new is for who may no longer read.
                if !self.may_read().await {
                    return None;
                }
                self.read().await?;
                continue;
            }
            let shutdown = self.shutdown.clone();
            tokio::select! {
                () = shutdown.cancelled() => return None,
                news = self.news.recv() => match news {
                    Ok(of) => self.unread = self.visitor.as_ref().is_none_or(|visitor| *visitor == of),
                    Err(broadcast::error::RecvError::Lagged(_)) => self.unread = true,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                _ = self.look.tick(), if matches!(self.caller, Caller::Program(_)) => {
                    if !self.may_read().await {
                        return None;
                    }
                }
                _ = self.beat.tick() => {
                    self.beats += 1;
                    // Reading looks first.
                    self.unread = self.beats.is_multiple_of(LOOK_AGAIN);
                    return Some(heartbeat());
                }
            }
        }
    }

    /// `true` if the caller may still read.
    async fn may_read(&self) -> bool {
        let still = caller(&self.core, &self.headers, &self.sent).await;
        still.is_ok_and(|still| still == self.caller)
    }

    /// Reads what is new; `None` where it can't be read, so that the client comes again.
    async fn read(&mut self) -> Option<()> {
        let kept = self
            .core
            .visits()
            .ok()?
            .after(self.visitor.as_ref(), self.position, MESSAGES_PER_READ);
        let kept = kept.await.ok()?;
        self.unread = kept.len() == usize::try_from(MESSAGES_PER_READ).unwrap_or(usize::MAX);
        for kept in kept {
            let content = send::read(&kept.content);
            if let Some(Content::Said {
                pending: true, at, ..
            }) = &content
                && self.core.clock.now().duration_since(*at) < COMMITTING
            {
                // It is committed in a moment, and told then, before what comes after it.
                self.unread = false;
                break;
            }
            self.position = kept.position;
            let Some(content) = content else { continue };
            let shown = Shown {
                id: read::client_id(&kept.id),
                position: kept.position,
                visitor: self.visitor.is_none().then_some(kept.visitor.as_str()),
                content,
            };
            let data = serde_json::to_string(&shown).ok()?;
            let event = Event::default().event("message").id(kept.position.to_string());
            self.waiting.push_back(event.data(data));
        }
        Some(())
    }
}
