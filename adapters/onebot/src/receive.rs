//! Serves a connection: reads frames, hands events on and answers to whom they belong, and notices when nothing comes any more.

pub(crate) mod forward;
pub(crate) mod reverse;

use crate::calls::ResponseRecipient;
use crate::connection::frame_filter::{Sieve, TooLong};
use crate::connection::{CALL_QUEUE_MAX, Connection, FAREWELL, Role, writer};
use crate::core::Core;
use crate::read::{self, Reading, Surroundings};
use crate::wire::Frame;
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use groupdesk_contract::{AdapterError, Link};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Serves a connection until it ends, and returns the reason for its end.
///
/// # Errors
/// [`AdapterError::Stopped`] when the desk takes no more events.
pub(crate) async fn serve<S>(
    core: &Arc<Core>,
    link: &Link,
    socket: WebSocketStream<Sieve<S>>,
    role: Role,
    self_id: Option<&str>,
) -> Result<&'static str, AdapterError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sink, stream) = socket.split();
    let (queue, waiting) = mpsc::channel(CALL_QUEUE_MAX);
    let connection = Arc::new(Connection::new(role, self_id, queue, link.shutdown.child_token()));
    core.counters.connections.up();
    core.connections.add(connection.clone());
    tracing::info!(account = %core.account, self_id, ?role, connection = connection.number, "onebot connected");

    let writer = tokio::spawn(writer::run(
        sink,
        waiting,
        connection.clone(),
        core.settings.ping_every.0,
    ));
    let outcome = match core.announce(link).await {
        Ok(()) => read_until_end(core, link, stream, &connection).await,
        Err(stopped) => Err(stopped),
    };
    connection.closed.cancel();
    let abort = writer.abort_handle();
    if tokio::time::timeout(FAREWELL + FAREWELL / 2, writer)
        .await
        .is_err()
    {
        abort.abort();
    }
    connection.calls.lose_all();
    core.connections.remove(&connection);
    core.lost_connection();
    let reason = outcome?;
    tracing::info!(account = %core.account, connection = connection.number, reason, "onebot disconnected");
    core.connections.note_loss(reason);
    core.announce(link).await?;
    if role != Role::Event && !link.shutdown.is_cancelled() {
        core.note_flapping(link, reason).await?;
    }
    Ok(reason)
}

/// Reads until the connection ends, and returns the reason.
async fn read_until_end<S>(
    core: &Arc<Core>,
    link: &Link,
    mut stream: SplitStream<WebSocketStream<Sieve<S>>>,
    connection: &Arc<Connection>,
) -> Result<&'static str, AdapterError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let closed = connection.closed.clone().cancelled_owned();
    tokio::pin!(closed);
    let mut watch = Watch::new(core);
    let alarm = tokio::time::sleep_until(watch.next_look());
    tokio::pin!(alarm);
    loop {
        let frame = tokio::select! {
            biased;
            () = &mut closed => return Ok(end_reason(connection, link)),
            () = &mut alarm => {
                if let Some(reason) = watch.look(core, connection) {
                    core.counters.silent_connections.up();
                    connection.close(CloseCode::Away, reason);
                    return Ok(reason);
                }
                alarm.as_mut().reset(watch.next_look());
                continue;
            }
            frame = stream.next() => frame,
        };
        let now = Instant::now();
        watch.last_sign = now;
        match frame {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                watch.last_word = now;
                take_bytes(core, link, connection, &mut watch, &message.into_data()).await?;
            }
            Some(Ok(_)) => {}
            Some(Err(Error::Protocol(_))) => {
                let reason = "the connection broke off or broke the WebSocket protocol";
                connection.close(CloseCode::Protocol, reason);
                return Ok(reason);
            }
            Some(Err(_)) => return Ok("the connection broke"),
            None => return Ok("the implementation closed the connection"),
        }
        // Waiting for a full inbox is no silence of the other side.
        if now.elapsed() > Duration::from_secs(1) {
            watch.last_sign = Instant::now();
            watch.last_word = watch.last_sign;
        }
    }
}

fn end_reason(connection: &Connection, link: &Link) -> &'static str {
    match connection.farewell.get() {
        Some((_, reason)) => reason,
        None if link.shutdown.is_cancelled() => "groupdesk is stopping",
        None => "the connection broke",
    }
}

/// Handles one frame of any content.
async fn take_bytes(
    core: &Arc<Core>,
    link: &Link,
    connection: &Arc<Connection>,
    watch: &mut Watch,
    bytes: &[u8],
) -> Result<(), AdapterError> {
    core.counters.frames.up();
    if let Some(long) = TooLong::of(bytes) {
        core.counters.oversized_frames.up();
        let what = format!("a frame of {} bytes, which is too long", long.bytes);
        return lose(
            core,
            link,
            connection,
            &String::from_utf8_lossy(long.sample),
            &what,
        )
        .await;
    }
    match std::str::from_utf8(bytes) {
        Ok(json) => take(core, link, connection, watch, json, false).await,
        // A letter that some implementations cut in the middle costs no more than itself.
        Err(_) => {
            take(
                core,
                link,
                connection,
                watch,
                &String::from_utf8_lossy(bytes),
                true,
            )
            .await
        }
    }
}

/// Takes note of a frame that can't be read, of which there is `sample`: the answer to a call of ours, or an event.
async fn lose(
    core: &Core,
    link: &Link,
    connection: &Connection,
    sample: &str,
    what: &str,
) -> Result<(), AdapterError> {
    if connection.calls.unreadable(sample) {
        core.late_answers.notify_waiters();
        tracing::warn!(account = %core.account, what, "the answer to a call can't be read");
        return Ok(());
    }
    core.unreadable(link, what).await
}

/// Takes one frame in; `is_mended` when it was not UTF-8 and letters of it are lost.
async fn take(
    core: &Arc<Core>,
    link: &Link,
    connection: &Arc<Connection>,
    watch: &mut Watch,
    json: &str,
    is_mended: bool,
) -> Result<(), AdapterError> {
    if connection.mute.load(Ordering::Relaxed) {
        // It has found its voice.
        connection.mute.store(false, Ordering::Relaxed);
        core.health(link, connection, None).await?;
    }
    let mut mended = None;
    let frame = match parse(json, &mut mended) {
        Ok(frame) => frame,
        Err(error) => {
            core.counters.malformed_frames.up();
            let what = malformed(&error, json.len());
            return lose(core, link, connection, json, &what).await;
        }
    };
    if frame.is_answer() {
        return take_answer(core, link, connection, &frame).await;
    }
    if !is_of_account(core, connection, &frame) {
        return Ok(());
    }
    let around = Surroundings {
        self_id: connection.self_id().map(AsRef::as_ref),
        now: core.clock.now(),
    };
    let reading = read::event(&frame, around);
    if !matches!(reading, Reading::Unknown | Reading::Disabled) {
        core.readable(link).await?;
        if !connection.proven.swap(true, Ordering::Relaxed) {
            core.announce(link).await?;
        }
    }
    match reading {
        Reading::Message(message) => {
            note_spelling(connection, &frame);
            if is_mended && message.text().contains(char::REPLACEMENT_CHARACTER) {
                core.unreadable(link, "a message of which words are not UTF-8")
                    .await?;
            }
            let temporary = read::temporary_group(&frame);
            core.message(link, connection, message, temporary.as_deref())
                .await
        }
        Reading::Recall(recall) => core.recall(link, recall).await,
        // A connection that is made says nothing about the account.
        Reading::Connected => Ok(()),
        Reading::Online => core.health(link, connection, None).await,
        Reading::Offline => {
            core.health(link, connection, Some("the account was logged out"))
                .await
        }
        Reading::Disabled => {
            core.health(link, connection, Some("the implementation was disabled"))
                .await
        }
        Reading::Heartbeat { health, interval } => {
            watch.heard_heartbeat(core, interval);
            core.health(link, connection, health.complaint()).await
        }
        Reading::Ignored => {
            core.counters.ignored_events.up();
            Ok(())
        }
        Reading::Unknown => {
            core.counters.unknown_events.up();
            match frame.post_type.str() {
                Some("message") => {
                    core.unreadable(link, "a message without a sender or a channel")
                        .await
                }
                _ => Ok(()),
            }
        }
    }
}

/// Parses a frame, else its text with broken surrogates mended, which is put in `mended`.
///
/// # Errors
/// Fails with the error of the text as it came.
fn parse<'a>(json: &'a str, mended: &'a mut Option<String>) -> serde_json::Result<Frame<'a>> {
    let error = match Frame::parse(json) {
        Ok(frame) => return Ok(frame),
        Err(error) => error,
    };
    *mended = groupdesk_contract::mend_surrogates(json);
    match mended.as_deref().map(Frame::parse) {
        Some(Ok(frame)) => Ok(frame),
        _ => Err(error),
    }
}

/// Takes the answer to a call.
async fn take_answer(
    core: &Arc<Core>,
    link: &Link,
    connection: &Connection,
    frame: &Frame<'_>,
) -> Result<(), AdapterError> {
    let recipient = connection.calls.answer(frame, &core.counters);
    if let ResponseRecipient::Late(said, answer) = &recipient {
        core.late(said, answer);
    }
    // Whoever answers what only we asked is an implementation at work.
    if !matches!(recipient, ResponseRecipient::Foreign) && !connection.proven.swap(true, Ordering::Relaxed) {
        core.announce(link).await?;
    }
    Ok(())
}

/// Learns from an event which account the connection is of. `false` if it is not the configured one, which closes the connection.
fn is_of_account(core: &Core, connection: &Connection, frame: &Frame<'_>) -> bool {
    let Some(self_id) = frame.self_id.number() else {
        return true;
    };
    if !core.is_expected(&self_id) {
        connection.close(CloseCode::Policy, "the account is not the configured one");
        return false;
    }
    if connection.self_id().is_none() {
        // Another frame can't have come first: there is one reader.
        let _ = connection.self_id.set(Arc::from(self_id.as_ref()));
        core.connections.know(&self_id);
    }
    true
}

/// Notes whether the implementation spells ids as text or as numbers, for the calls to it.
fn note_spelling(connection: &Connection, frame: &Frame<'_>) {
    let places = frame.group_id.is_text() || (frame.group_id.is_absent() && frame.user_id.is_text());
    connection.text_places.store(places, Ordering::Relaxed);
    connection
        .text_messages
        .store(frame.message_id.is_text(), Ordering::Relaxed);
}

/// Describes a frame that is no JSON object, without its content.
fn malformed(error: &serde_json::Error, bytes: usize) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "its JSON is broken",
        serde_json::error::Category::Data | serde_json::error::Category::Io => "it is no JSON object",
    };
    format!(
        "a frame of {bytes} bytes: {kind} at line {}, column {}",
        error.line(),
        error.column()
    )
}

/// Detects a silent connection.
struct Watch {
    opened: Instant,
    /// The time of the last frame of any kind, pongs included.
    last_sign: Instant,
    /// The time of the last event or response.
    last_word: Instant,
    /// The longest time without a frame of any kind.
    sign_patience: Duration,
    /// The longest time without an event or response; `None` until a heartbeat announced its interval.
    patience: Option<Duration>,
    probe_after: Duration,
    /// A probe is under way since `last_word`.
    probed: bool,
}

impl Watch {
    fn new(core: &Core) -> Self {
        let now = Instant::now();
        Self {
            opened: now,
            last_sign: now,
            last_word: now,
            sign_patience: core.settings.ping_every.0 * 3,
            patience: None,
            probe_after: core.settings.probe_after.0,
            probed: false,
        }
    }

    /// Heartbeats come every `interval` milliseconds from now on.
    fn heard_heartbeat(&mut self, core: &Core, interval: Option<u64>) {
        // Zero is how some say that they send none.
        if let Some(interval) = interval.filter(|interval| *interval > 0) {
            let three = Duration::from_millis(interval.saturating_mul(3).min(86_400_000));
            self.patience = Some(three.max(core.settings.heartbeat_timeout.0));
        }
    }

    fn next_look(&self) -> Instant {
        let now = Instant::now();
        let by_sign = self.last_sign + self.sign_patience;
        let by_word = match self.patience {
            Some(patience) => self.last_word + patience,
            None => self.last_word + self.probe_after,
        };
        // Never more often than a few times a second, and never so late that a newly announced patience is missed.
        let soon = now + Duration::from_millis(20);
        by_sign.min(by_word).clamp(soon, now + Duration::from_secs(1))
    }

    /// Returns the reason to close the connection, if there is one; probes a silent one.
    fn look(&mut self, core: &Arc<Core>, connection: &Arc<Connection>) -> Option<&'static str> {
        let now = Instant::now();
        if !connection.is_proven() && now - self.opened >= core.settings.heartbeat_timeout.0 {
            return Some("nothing came that an implementation says");
        }
        if now - self.last_sign >= self.sign_patience {
            return Some("nothing came any more, not even an answer to a ping");
        }
        let silence = now - self.last_word;
        match self.patience {
            Some(patience) if silence >= patience => return Some("the heartbeats stopped"),
            Some(_) => {}
            None if silence < self.probe_after => self.probed = false,
            None if connection.role == Role::Event || self.probed => {}
            None => {
                self.probed = true;
                core.probe(connection.clone());
            }
        }
        None
    }
}
