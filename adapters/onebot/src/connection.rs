//! One WebSocket to an implementation, whichever side opened it: frames in, calls out, and a watchdog.

use crate::OneBot;
use crate::calls::{self, Answer, Calls, Unanswered};
use crate::incoming::Receiver;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The largest frame that is taken. QQ's largest messages are far smaller.
pub(crate) const MAX_FRAME: usize = 4 << 20;

/// How many frames may wait to be written.
const WAITING: usize = 4096;

/// How often a ping is sent, so that routers and the other side know that we are there.
const PING: Duration = Duration::from_secs(30);

/// What a client said it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Events and calls.
    Universal,
    /// Events only.
    Event,
    /// Calls only.
    Api,
}

/// A connection as the account uses it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) role: Role,
    /// The id of the account on the other side, as far as it is known.
    self_id: std::sync::Mutex<Option<String>>,
    out: mpsc::Sender<Out>,
    calls: Calls,
    /// The implementation writes ids as strings, and wants them so.
    ids_as_text: AtomicBool,
    /// The implementation says that the account can't send at the moment.
    unwell: AtomicBool,
    /// Milliseconds between heartbeats; 0 where none were announced.
    heartbeat: AtomicU64,
    closed: CancellationToken,
}

/// Why a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// It never left.
    NotWritten,
    /// It left, or may have.
    Lost,
}

#[derive(Debug)]
enum Out {
    Call(calls::Written),
    Ping,
}

/// A WebSocket message of one of the two libraries that make them.
pub(crate) trait WebSocketMessage: Send + 'static {
    fn text(json: String) -> Self;
    fn ping() -> Self;
    fn read(self) -> Received;
}

/// What a WebSocket message is to us.
pub(crate) enum Received {
    /// A frame that should be JSON.
    Text(String),
    /// A ping or pong: a sign of life.
    Life,
    /// The other side says good-bye.
    Close,
}

impl Connection {
    /// Whether calls can be made over it.
    pub(crate) fn can_send(&self) -> bool {
        self.role != Role::Event && !self.unwell.load(Relaxed) && !self.closed.is_cancelled()
    }

    pub(crate) fn ids_as_text(&self) -> bool {
        self.ids_as_text.load(Relaxed)
    }

    pub(crate) fn set_ids_as_text(&self, as_text: bool) {
        self.ids_as_text.store(as_text, Relaxed);
    }

    pub(crate) fn self_id(&self) -> Option<String> {
        crate::lock(&self.self_id).clone()
    }

    pub(crate) fn set_self_id(&self, id: &str) {
        let mut known = crate::lock(&self.self_id);
        if known.as_deref() != Some(id) {
            *known = Some(id.to_owned());
        }
    }

    /// Notes what a heartbeat says; true where that changed whether the account can send.
    pub(crate) fn heartbeat(&self, unwell: bool, interval: Option<u64>) -> bool {
        if let Some(interval) = interval {
            self.heartbeat.store(interval, Relaxed);
        }
        self.unwell.swap(unwell, Relaxed) != unwell
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    /// Calls an action and waits for the answer.
    pub(crate) async fn call(
        &self,
        action: &str,
        params: impl Serialize,
        timeout: Duration,
    ) -> Result<Answer, NoAnswer> {
        let Ok(written) = calls::render(action, params) else { return Err(NoAnswer::NotWritten) };
        let number = written.number;
        let answer = self.calls.expect(number);
        if self.closed.is_cancelled() || self.out.send(Out::Call(written)).await.is_err() {
            self.calls.forget(number);
            return Err(NoAnswer::NotWritten);
        }
        match tokio::time::timeout(timeout, answer).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(Unanswered::NotWritten))) => Err(NoAnswer::NotWritten),
            Ok(Ok(Err(Unanswered::Lost)) | Err(_)) => Err(NoAnswer::Lost),
            Err(_) => {
                self.calls.forget(number);
                Err(NoAnswer::Lost)
            }
        }
    }
}

/// Serves a connection until it ends. Says why it ended.
pub(crate) async fn serve<S, M, E>(bot: Arc<OneBot>, socket: S, role: Role, self_id: Option<String>) -> String
where
    S: Stream<Item = Result<M, E>> + Sink<M> + Send + 'static,
    M: WebSocketMessage,
    E: std::fmt::Display + Send + 'static,
    <S as Sink<M>>::Error: Send,
{
    let (sink, stream) = socket.split();
    let (out, waiting) = mpsc::channel(WAITING);
    let connection = Arc::new(Connection {
        role,
        self_id: std::sync::Mutex::new(self_id),
        out,
        calls: Calls::default(),
        ids_as_text: AtomicBool::new(false),
        unwell: AtomicBool::new(false),
        heartbeat: AtomicU64::new(0),
        closed: CancellationToken::new(),
    });
    {
        let mut state = crate::lock(&bot.state);
        if state.link.is_none() {
            return "the account is not run".to_owned();
        }
        state.connections.push(Arc::clone(&connection));
    }
    bot.counters.connections.up();
    let writer = tokio::spawn(write(sink, waiting, Arc::clone(&connection)));
    bot.tell_presence("").await;
    let reason = read(&bot, stream, &connection).await;
    connection.close();
    crate::lock(&bot.state).connections.retain(|other| !Arc::ptr_eq(other, &connection));
    // The writer says what never left before the rest is given up as lost.
    let _ = tokio::time::timeout(Duration::from_secs(1), writer).await;
    connection.calls.lose_all();
    bot.tell_presence(&reason).await;
    reason
}

async fn read<M: WebSocketMessage, E: std::fmt::Display>(
    bot: &Arc<OneBot>,
    stream: impl Stream<Item = Result<M, E>> + Send,
    connection: &Arc<Connection>,
) -> String {
    let mut stream = std::pin::pin!(stream);
    let mut receiver = Receiver::new(Arc::clone(bot), Arc::clone(connection));
    let mut tick = tokio::time::interval_at(Instant::now() + Duration::from_secs(1), Duration::from_secs(1));
    let (mut spoke, mut alive, mut pinged) = (Instant::now(), Instant::now(), Instant::now());
    loop {
        tokio::select! {
            received = stream.next() => match received {
                None => return "the connection ended".to_owned(),
                Some(Err(error)) => {
                    let words = error.to_string();
                    if words.to_lowercase().contains("too long") || words.to_lowercase().contains("capacity") {
                        bot.counters.oversized_frames.up();
                    }
                    return format!("the connection broke: {words}");
                }
                Some(Ok(message)) => {
                    alive = Instant::now();
                    match message.read() {
                        Received::Text(json) => {
                            spoke = alive;
                            bot.counters.frames.up();
                            if let Err(reason) = receiver.frame(&json).await {
                                return reason;
                            }
                        }
                        Received::Life => {}
                        Received::Close => return "the implementation closed the connection".to_owned(),
                    }
                }
            },
            now = tick.tick() => {
                if let Some(reason) = silent(bot, connection, now, spoke, alive) {
                    bot.counters.silent_connections.up();
                    tracing::warn!(account = %bot.account, reason, "a silent connection is closed");
                    return reason;
                }
                if now.duration_since(pinged) >= PING.min(bot.settings.heartbeat_timeout.0 / 3) {
                    pinged = now;
                    // Full means that frames are being written: those are signs of life enough.
                    let _ = connection.out.try_send(Out::Ping);
                }
            }
            () = connection.closed.cancelled() => return "closed".to_owned(),
        }
    }
}

/// Why a connection counts as gone. With heartbeats announced, only frames count; without, an answered ping does.
fn silent(bot: &OneBot, connection: &Connection, now: Instant, spoke: Instant, alive: Instant) -> Option<String> {
    let announced = Duration::from_millis(connection.heartbeat.load(Relaxed));
    let limit = bot.settings.heartbeat_timeout.0.max(announced.saturating_mul(3));
    let quiet = now.duration_since(if announced.is_zero() { alive } else { spoke });
    (quiet > limit).then(|| format!("nothing came for {} s", quiet.as_secs()))
}

/// Writes what waits, and flushes once for all that waits together.
async fn write<S, M>(mut sink: S, mut waiting: mpsc::Receiver<Out>, connection: Arc<Connection>)
where
    S: Sink<M> + Unpin,
    M: WebSocketMessage,
{
    'open: loop {
        let first = tokio::select! {
            first = waiting.recv() => first,
            () = connection.closed.cancelled() => None,
        };
        let Some(mut next) = first else { break };
        loop {
            let message = match next {
                Out::Call(written) => M::text(written.json),
                Out::Ping => M::ping(),
            };
            if sink.feed(message).await.is_err() {
                break 'open;
            }
            match waiting.try_recv() {
                Ok(another) => next = another,
                Err(_) => break,
            }
        }
        if sink.flush().await.is_err() {
            break;
        }
    }
    connection.close();
    waiting.close();
    while let Ok(out) = waiting.try_recv() {
        if let Out::Call(written) = out {
            connection.calls.not_written(written.number);
        }
    }
    // Said to one who may be gone.
    let _ = tokio::time::timeout(Duration::from_secs(1), sink.close()).await;
}
