//! One long connection after it was accepted: a task that writes and keeps the heart beating, and calls that wait for
//! WeCom's word.

use super::calls::Calls;
use crate::fault::Fault;
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The most frames that wait to be written; with more, callers wait too.
const FRAME_QUEUE_MAX: usize = 256;
/// The timeout of WeCom's response to a frame.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);
/// Heartbeats that may stay unanswered.
const MISSED: u32 = 2;
/// The timeout of writing one frame.
const WRITE: Duration = Duration::from_secs(10);

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A connection that WeCom accepted.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// A later connection has a higher number.
    pub(super) number: u64,
    queue: mpsc::Sender<Outgoing>,
    pub(super) calls: Arc<Calls>,
    /// Cancelled when it should close or has closed.
    pub(super) closed: CancellationToken,
    missed: Arc<AtomicU32>,
}

#[derive(Debug)]
struct Outgoing {
    json: String,
    written: Arc<AtomicBool>,
}

impl Live {
    /// Takes a connection's writing side; the task ends with `shutdown`, or when the connection is dead.
    pub(super) fn start(
        sink: SplitSink<Socket, Message>,
        ping_every: Duration,
        shutdown: &CancellationToken,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(FRAME_QUEUE_MAX);
        let live = Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            queue,
            calls: Arc::default(),
            closed: shutdown.child_token(),
            missed: Arc::default(),
        };
        tokio::spawn(write(
            sink,
            waiting,
            live.closed.clone(),
            Arc::clone(&live.missed),
            ping_every,
        ));
        live
    }

    /// Records a sign of life of the connection.
    pub(super) fn is_alive(&self) {
        self.missed.store(0, Ordering::SeqCst);
    }

    /// Writes a frame and waits for WeCom's word on it. An answer to a callback has the callback's `req_id`.
    pub(super) async fn call(&self, cmd: &str, req_id: &str, body: &Value) -> Result<(), Fault> {
        let written = Arc::new(AtomicBool::new(false));
        let Some(answer) = self.calls.expect(req_id, &written) else {
            return Err(Fault::NotWritten("the answer before is on its way".to_owned()));
        };
        let outgoing = Outgoing {
            json: frame(cmd, req_id, Some(body)),
            written: Arc::clone(&written),
        };
        let called = async {
            if self.closed.is_cancelled() || self.queue.send(outgoing).await.is_err() {
                return Err(Fault::NotWritten("the connection to WeCom was lost".to_owned()));
            }
            answer
                .await
                .unwrap_or_else(|_| Err(Fault::NoAnswer("the connection to WeCom was lost".to_owned())))
        };
        match tokio::time::timeout(RESPONSE_TIMEOUT, called).await {
            Ok(outcome) => {
                self.calls.forget(req_id);
                outcome
            }
            Err(_) => {
                self.calls.forget(req_id);
                let words = "WeCom did not answer in time".to_owned();
                Err(if written.load(Ordering::SeqCst) {
                    Fault::NoAnswer(words)
                } else {
                    Fault::NotWritten(words)
                })
            }
        }
    }
}

/// A `req_id` of ours; WeCom's own client makes them of the command, the time and something random.
pub(crate) fn req_id(cmd: &str, milliseconds: i64) -> String {
    format!("{cmd}_{milliseconds}_{:08x}", fastrand::u32(..))
}

/// Renders a frame.
pub(crate) fn frame(cmd: &str, req_id: &str, body: Option<&Value>) -> String {
    let mut frame = json!({"cmd": cmd, "headers": {"req_id": req_id}});
    if let (Some(body), Some(frame)) = (body, frame.as_object_mut()) {
        frame.insert("body".to_owned(), body.clone());
    }
    frame.to_string()
}

async fn write(
    mut sink: SplitSink<Socket, Message>,
    mut waiting: mpsc::Receiver<Outgoing>,
    closed: CancellationToken,
    missed: Arc<AtomicU32>,
    ping_every: Duration,
) {
    let mut ticks = tokio::time::interval(ping_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // The first tick comes at once, when there is nothing to test yet.
    ticks.tick().await;
    let mut beats = 0_i64;
    loop {
        let (json, written) = tokio::select! {
            () = closed.cancelled() => break,
            outgoing = waiting.recv() => match outgoing {
                Some(outgoing) => (outgoing.json, Some(outgoing.written)),
                None => break,
            },
            _ = ticks.tick() => {
                if missed.fetch_add(1, Ordering::SeqCst) >= MISSED {
                    tracing::warn!("WeCom left heartbeats unanswered; connecting anew");
                    break;
                }
                beats += 1;
                (frame("ping", &req_id("ping", beats), None), None)
            }
        };
        if let Some(written) = written {
            written.store(true, Ordering::SeqCst);
        }
        let sent = tokio::time::timeout(WRITE, sink.send(Message::text(json))).await;
        if !matches!(sent, Ok(Ok(()))) {
            break;
        }
    }
    closed.cancel();
    let _ = tokio::time::timeout(Duration::from_secs(2), sink.close()).await;
}
