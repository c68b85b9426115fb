//! One connection of a shard, from its handshake to its end.

use super::gateway::{Gateway, Socket};
use super::{End, Session, Shard, closed};
use crate::acknowledge;
use crate::core::Core;
use crate::status::Status;
use crate::wire::Happening;
use futures_util::{SinkExt, StreamExt};
use groupdesk_contract::{AdapterError, Link};
use serde::Deserialize;
use serde_json::{Value, json};
use serenity::all::{GatewayIntents, Opcode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

/// The timeout of Discord's hello, and then of the session's start.
const GREETING: Duration = Duration::from_secs(30);
/// The timeout of a write.
const WRITING: Duration = Duration::from_secs(10);

/// The gateway events that the adapter uses.
const WANTED: &[&str] = &[
    "READY",
    "RESUMED",
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "THREAD_LIST_SYNC",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "INTERACTION_CREATE",
];

/// The dependencies of a connection.
pub(super) struct Line<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) link: &'a Link,
    pub(super) shard: Shard,
    pub(super) gateway: &'a Gateway,
    pub(super) status: &'a Status,
    pub(super) queue: &'a mpsc::Sender<Happening>,
}

/// A frame of the gateway.
struct Frame {
    op: Opcode,
    s: Option<u64>,
    t: Option<String>,
    d: Value,
}

impl Frame {
    /// Parses a frame part by part: an odd part costs only itself, and of a repeated key the last value counts.
    fn read(text: &str) -> Option<Self> {
        let mut frame: Value = groupdesk_contract::read_json(text.as_bytes()).ok()?;
        Some(Self {
            op: Opcode::deserialize(frame.get("op")?).ok()?,
            s: frame.get("s").and_then(Value::as_u64),
            t: frame.get("t").and_then(Value::as_str).map(str::to_owned),
            d: frame.get_mut("d").map(Value::take).unwrap_or_default(),
        })
    }
}

/// The heartbeat.
struct Heart {
    every: Option<Duration>,
    next: Instant,
    /// The last beat was answered.
    answered: bool,
}

fn lost(reason: impl Into<String>) -> End {
    End::Lost {
        reason: reason.into(),
        resume: true,
        pause: None,
    }
}

impl Line<'_> {
    /// Connects and reads until the connection ends; sets `received` once the session stood.
    pub(super) async fn run(
        &self,
        session: &mut Option<Session>,
        received: &mut bool,
    ) -> Result<End, AdapterError> {
        let opening = async {
            if session.is_none() && !self.gateway.turn(self.shard.id).await {
                return Err(End::Anew);
            }
            let resume = session.as_ref().and_then(|session| session.url.as_deref());
            self.gateway.connect(resume).await.map_err(lost)
        };
        let mut socket = tokio::select! {
            () = self.link.shutdown.cancelled() => return Ok(End::Stop),
            opened = opening => match opened {
                Ok(socket) => socket,
                Err(End::Lost { reason, pause, .. }) => {
                    // Where a session is resumed may be gone, unlike the session.
                    if let Some(session) = session {
                        session.url = None;
                    }
                    return Ok(End::Lost { reason, resume: true, pause });
                }
                Err(end) => return Ok(end),
            },
        };
        let end = self.talk(&mut socket, session, received).await;
        let goodbye = async {
            // Any code but 1000 and 1001 keeps the session.
            let code = if matches!(end, Ok(End::Stop)) { 1000 } else { 4000 };
            let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame {
                code: code.into(),
                reason: "".into(),
            };
            let _ = socket.close(Some(frame)).await;
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), goodbye).await;
        end
    }

    async fn talk(
        &self,
        socket: &mut Socket,
        session: &mut Option<Session>,
        received: &mut bool,
    ) -> Result<End, AdapterError> {
        let start = Instant::now();
        let mut heart = Heart {
            every: None,
            next: start + GREETING,
            answered: true,
        };
        let mut waiting: Option<Happening> = None;
        loop {
            let read = tokio::select! {
                () = self.link.shutdown.cancelled() => return Ok(End::Stop),
                () = tokio::time::sleep_until(heart.next) => {
                    if let Some(end) = self.beat(socket, session, &mut heart, waiting.is_some()).await {
                        return Ok(end);
                    }
                    continue;
                }
                () = tokio::time::sleep_until(start + 2 * GREETING), if !*received => {
                    return Ok(lost("the gateway began no session"));
                }
                // While the desk is behind, nothing more is read; the heart goes on.
                place = self.queue.reserve(), if waiting.is_some() => {
                    let Ok(place) = place else { return Ok(End::Stop) };
                    if let Some(happening) = waiting.take() {
                        place.send(happening);
                    }
                    continue;
                }
                read = socket.next(), if waiting.is_none() => read,
            };
            let text = match read {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => return Ok(closed(frame.map(|frame| frame.code.into()))),
                Some(Ok(_)) => continue,
                Some(Err(error)) => return Ok(lost(format!("the gateway's connection broke: {error}"))),
                None => return Ok(closed(None)),
            };
            let Some(frame) = Frame::read(&text) else {
                // Not its text: that is a member's.
                tracing::warn!(account = %self.core.account, bytes = text.len(), "a frame of the gateway can't be read");
                self.core.note_unreadable(1).await;
                continue;
            };
            match frame.op {
                Opcode::Dispatch => {
                    waiting = self.dispatch(frame, session, received).await?;
                }
                Opcode::Hello => {
                    let every = frame.d.get("heartbeat_interval").and_then(Value::as_u64);
                    let every = Duration::from_millis(every.unwrap_or(41_250).max(10));
                    heart.every = Some(every);
                    heart.next = Instant::now() + every.mul_f64(fastrand::f64());
                    if let Err(end) = self.greet(socket, session.as_ref()).await {
                        return Ok(end);
                    }
                }
                Opcode::HeartbeatAck => heart.answered = true,
                Opcode::Heartbeat => {
                    if let Err(end) = self.write(socket, &heartbeat(session.as_ref())).await {
                        return Ok(end);
                    }
                }
                Opcode::Reconnect => return Ok(lost("the gateway asked for a new connection")),
                Opcode::InvalidSession => {
                    return Ok(End::Lost {
                        reason: "the gateway does not know the session".to_owned(),
                        resume: frame.d.as_bool().unwrap_or(false),
                        pause: Some(Duration::from_secs(1).mul_f64(1.0 + 4.0 * fastrand::f64())),
                    });
                }
                _ => {}
            }
        }
    }

    /// A heartbeat is due, or the hello is.
    async fn beat(
        &self,
        socket: &mut Socket,
        session: &Option<Session>,
        heart: &mut Heart,
        is_held: bool,
    ) -> Option<End> {
        let Some(every) = heart.every else {
            return Some(lost("the gateway did not greet"));
        };
        // While nothing is read no answer can be seen.
        if !heart.answered && !is_held {
            return Some(lost("the gateway does not answer heartbeats"));
        }
        heart.answered = is_held;
        heart.next = Instant::now() + every;
        self.write(socket, &heartbeat(session.as_ref())).await.err()
    }

    /// Resumes the session, or begins one.
    async fn greet(&self, socket: &mut Socket, session: Option<&Session>) -> Result<(), End> {
        let token = self.core.settings.token.expose();
        let intents = GatewayIntents::GUILDS
            | GatewayIntents::GUILD_MESSAGES
            | GatewayIntents::DIRECT_MESSAGES
            | GatewayIntents::MESSAGE_CONTENT;
        let frame = match session {
            Some(session) => {
                json!({"op": Opcode::Resume, "d": {"token": token, "session_id": session.id, "seq": session.seq}})
            }
            None => json!({"op": Opcode::Identify, "d": {
                "token": token, "intents": intents.bits(), "shard": [self.shard.id, self.shard.total],
                "compress": false, "large_threshold": 50,
                "properties": {"os": std::env::consts::OS, "browser": "groupdesk", "device": "groupdesk"},
            }}),
        };
        self.write(socket, &frame).await
    }

    async fn write(&self, socket: &mut Socket, frame: &Value) -> Result<(), End> {
        let writing = socket.send(Message::text(frame.to_string()));
        match tokio::time::timeout(WRITING, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(lost(format!("the gateway's connection broke: {error}"))),
            Err(_) => Err(lost("the gateway takes nothing")),
        }
    }

    /// An event: what is of use waits for the desk.
    async fn dispatch(
        &self,
        frame: Frame,
        session: &mut Option<Session>,
        received: &mut bool,
    ) -> Result<Option<Happening>, AdapterError> {
        let kind = frame.t.unwrap_or_default();
        let seq = frame.s.unwrap_or_default();
        if kind == "READY" {
            let text = |key: &str| Some(frame.d.get(key)?.as_str()?.to_owned());
            *session = text("session_id").map(|id| Session {
                id,
                url: text("resume_gateway_url"),
                seq,
            });
        }
        if let Some(session) = session {
            session.seq = session.seq.max(seq);
        }
        // What was missed comes before the word that a session is resumed.
        if !*received {
            *received = true;
            self.status.up(self.shard.id).await?;
        }
        if kind == "INTERACTION_CREATE" {
            // At once: Discord waits for three seconds, and the desk may be behind.
            acknowledge::spawn(self.core, &frame.d);
        }
        Ok(WANTED.contains(&kind.as_str()).then_some(Happening {
            shard: self.shard.id,
            kind,
            data: frame.d,
        }))
    }
}

fn heartbeat(session: Option<&Session>) -> Value {
    json!({"op": Opcode::Heartbeat, "d": session.map(|session| session.seq)})
}
