//! One live WebSocket connection, in either direction: a task that reads, a task that writes, and a watchdog.

pub(crate) mod frame_filter;
pub(crate) mod writer;

use crate::calls::{self, Answer, Calls, Overdue, SentMessage, Unanswered};
use crate::write::OutId;
use groupdesk_contract::ReplyKey;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_util::sync::CancellationToken;

/// The longest frame that comes out of a sieve: a message, or the placeholder of one that was too long.
const MAX_FRAME_BYTES: usize = frame_filter::MAX_MESSAGE_BYTES + (64 << 10);

/// The most calls that wait to be written; with more, callers wait too.
pub(crate) const CALL_QUEUE_MAX: usize = 1_024;

/// The timeout of the close handshake.
pub(crate) const FAREWELL: Duration = Duration::from_secs(2);

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The purpose of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Events and calls.
    Universal,
    /// Events only.
    Event,
    /// Calls only.
    Api,
}

/// A connection, as the rest of the adapter holds it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// A later connection has a higher number.
    pub(crate) number: u64,
    pub(crate) role: Role,
    pub(crate) self_id: OnceLock<Arc<str>>,
    queue: mpsc::Sender<Outgoing>,
    pub(crate) calls: Calls,
    /// Cancelled when it should close or has closed.
    pub(crate) closed: CancellationToken,
    pub(crate) farewell: OnceLock<(CloseCode, &'static str)>,
    /// The other side has shown that it is an implementation at work.
    pub(crate) proven: AtomicBool,
    /// It left a probe unanswered.
    pub(crate) mute: AtomicBool,
    /// It spells group and user ids as strings.
    pub(crate) text_places: AtomicBool,
    /// It spells message ids as strings.
    pub(crate) text_messages: AtomicBool,
}

/// A call on its way out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    number: u64,
    json: String,
}

/// Sets frame and buffer sizes, for both directions.
pub(crate) fn websocket_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_frame_size(Some(MAX_FRAME_BYTES))
        .max_message_size(Some(MAX_FRAME_BYTES))
        .read_buffer_size(64 << 10)
        .write_buffer_size(64 << 10)
}

impl Connection {
    /// Makes a connection whose calls wait in `queue` to be written, and which ends with `closed`.
    pub(crate) fn new(
        role: Role,
        self_id: Option<&str>,
        queue: mpsc::Sender<Outgoing>,
        closed: CancellationToken,
    ) -> Self {
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            role,
            self_id: self_id
                .map(|id| OnceLock::from(Arc::from(id)))
                .unwrap_or_default(),
            queue,
            calls: Calls::default(),
            closed,
            farewell: OnceLock::new(),
            proven: AtomicBool::new(role == Role::Api),
            mute: AtomicBool::new(false),
            text_places: AtomicBool::new(false),
            text_messages: AtomicBool::new(false),
        }
    }

    /// Returns the id of the account behind it, as far as it is known.
    pub(crate) fn self_id(&self) -> Option<&Arc<str>> {
        self.self_id.get()
    }

    /// True if calls can be sent over this connection.
    pub(crate) fn can_call(&self) -> bool {
        self.role != Role::Event && !self.closed.is_cancelled()
    }

    /// Returns the last sending call of `key` that was given up, if its response may still come.
    pub(crate) fn overdue(&self, key: ReplyKey) -> Option<Overdue> {
        self.calls.overdue(key)
    }

    /// True once the other side has shown that it is an implementation at work.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// True if it spells group and user ids as strings.
    pub(crate) fn spells_places_as_text(&self) -> bool {
        self.text_places.load(Ordering::Relaxed)
    }

    /// Records that it left a probe unanswered.
    pub(crate) fn found_mute(&self) {
        self.mute.store(true, Ordering::Relaxed);
    }

    /// A message id as it wants it in the parameters of a call.
    pub(crate) fn message_id(&self, id: &str) -> OutId {
        OutId::new(id, self.text_messages.load(Ordering::Relaxed))
    }

    /// Closes it, telling the other side why.
    pub(crate) fn close(&self, code: CloseCode, reason: &'static str) {
        // The first reason stands.
        let _ = self.farewell.set((code, reason));
        self.closed.cancel();
    }

    /// Calls `action` and waits for the answer, at most `within`.
    pub(crate) async fn call(
        &self,
        action: &str,
        params: impl Serialize,
        within: Duration,
    ) -> Result<Answer, Unanswered> {
        self.say(action, params, within, None).await
    }

    /// Calls `action`, whose message is `said`, and waits for the response, at most `within`.
    pub(crate) async fn say(
        &self,
        action: &str,
        params: impl Serialize,
        within: Duration,
        said: Option<SentMessage>,
    ) -> Result<Answer, Unanswered> {
        let deadline = Instant::now() + within;
        let Ok(call) = calls::render(action, params) else {
            return Err(Unanswered::NotWritten);
        };
        let number = call.number;
        let mut expected = self.calls.expect(number, said);
        let outgoing = Outgoing {
            number,
            json: call.json,
        };
        match tokio::time::timeout_at(deadline, self.queue.send(outgoing)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => {
                self.calls.not_written(number);
                return Err(Unanswered::NotWritten);
            }
        }
        match tokio::time::timeout_at(deadline, &mut expected.answer).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(_)) => Err(Unanswered::Lost),
            Err(_) => Err(Unanswered::TimedOut),
        }
    }
}
