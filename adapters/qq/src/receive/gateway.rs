//! The WebSocket to QQ's gateway: identify or resume, heartbeat, and events one after the other. The position of the desk's last
//! commit is kept over a restart, so that a resumed session brings the events of the time in between.
//!
//! Source: <https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html>.

mod close;
mod session;

use crate::api::{Body, Fault};
use crate::core::Core;
use crate::intake;
use crate::settings::Settings;
use crate::status::{self, Rest, pause_after};
use crate::wire::{Frame, Payload, op};
use close::{End, Next};
use futures_util::{SinkExt, StreamExt};
use groupdesk_contract::stays_in_private_network;
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use reqwest::{Method, Url};
use serde::Serialize;
use serde_json::{Value, json};
use session::Session;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

/// The timeout of connecting, and of each step of the handshake.
const HANDSHAKE_STEP_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest frame that is read, in bytes.
const FRAME_MAX_BYTES: usize = 4 << 20;
/// Events that may wait for the desk before reading waits too.
const EVENT_QUEUE_MAX: usize = 1_024;
/// The bounds of the heartbeat interval, whatever QQ asks for.
const HEARTBEAT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(120));
/// The shortest pause when no session may be begun any more.
const NO_STARTS: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects and serves until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link, status: &AccountStatus) -> Result<(), AdapterError> {
    let tls = groupdesk_kit::tls().map_err(AdapterError::Broken)?;
    let tls = Connector::Rustls(Arc::new(tls));
    let session = Arc::new(Session::load(core).await);
    loop {
        let end = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            end = live(core, link, status, &session, tls.clone()) => end?,
        };
        tracing::debug!(account = %core.account, reason = end.reason, next = ?end.next, "QQ's gateway is gone");
        let rest = match end.next {
            Next::Resume => Rest::Short,
            Next::Identify => {
                session.forget();
                Rest::Short
            }
            Next::Wait(time) => Rest::For(time),
            Next::Person => {
                session.forget();
                Rest::Long
            }
        };
        if pause_after(status, &end.reason, rest).await?.is_break() {
            return Ok(());
        }
    }
}

/// Serves one connection, from the address to its end.
async fn live(
    core: &Arc<Core>,
    link: &Link,
    status: &AccountStatus,
    session: &Arc<Session>,
    tls: Connector,
) -> Result<End, AdapterError> {
    let (mut socket, token) = match enter(core, session, tls).await {
        Ok(entered) => entered,
        Err(end) => return Ok(end),
    };
    let (events, waiting) = mpsc::channel(EVENT_QUEUE_MAX);
    let committing = tokio::spawn(commit(
        Arc::clone(core),
        link.clone(),
        Arc::clone(session),
        waiting,
    ));
    let end = serve(core, status, session, &mut socket, events).await;
    // What was read is committed before the session is resumed behind it; when it is time to stop, the caller drops this.
    let committed = committing.await;
    if let Ok(Err(stopped)) = committed {
        return Err(stopped);
    }
    let end = end?;
    if end.token_refused {
        core.api.refused(&token).await;
    }
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.close(None)).await;
    Ok(end)
}

/// Asks for the gateway's address, connects and greets; the socket, and the token that was shown.
async fn enter(
    core: &Core,
    session: &Session,
    tls: Connector,
) -> Result<(Socket, groupdesk_contract::Secret), End> {
    let fault = |fault: Fault| End::of_fault(&fault);
    // A session that is resumed does not say who the bot is.
    status::introduce(core).await.map_err(fault)?;
    let gateway = core
        .api
        .call(Method::GET, &["gateway", "bot"], &Body::None)
        .await
        .map_err(fault)?;
    let url = gateway.url.unwrap_or_default();
    let known = session.known();
    if let Some(limit) = gateway.session_start_limit
        && known.is_none()
        && limit.remaining.is_some_and(|remaining| remaining <= 0)
    {
        let wait = Duration::from_millis(limit.reset_after.unwrap_or_default()).max(NO_STARTS);
        return Err(End::new(
            Next::Wait(wait),
            "QQ lets the bot begin no more sessions for now: it was connected too often today",
        ));
    }
    let is_safe = Url::parse(&url).is_ok_and(|url| match url.scheme() {
        "wss" => true,
        "ws" => url.host_str().is_some_and(stays_in_private_network),
        _ => false,
    });
    if !is_safe {
        return Err(End::new(Next::Resume, "QQ named a gateway that can't be used"));
    }
    let token = core.api.token().await.map_err(fault)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(FRAME_MAX_BYTES))
        .max_frame_size(Some(FRAME_MAX_BYTES));
    let connecting = connect_async_tls_with_config(url, Some(config), true, Some(tls));
    let mut socket = match tokio::time::timeout(HANDSHAKE_STEP_TIMEOUT, connecting).await {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(error)) => return Err(End::new(Next::Resume, &lost(&error))),
        Err(_) => return Err(End::new(Next::Resume, "QQ's gateway does not answer")),
    };
    let hello = match tokio::time::timeout(HANDSHAKE_STEP_TIMEOUT, next(&mut socket)).await {
        Ok(hello) => hello?,
        Err(_) => return Err(End::new(Next::Resume, "QQ's gateway does not greet")),
    };
    if hello.op != op::HELLO {
        return Err(End::new(
            Next::Resume,
            "QQ's gateway greets in a way that is not known",
        ));
    }
    session.beat(interval(&hello.d));
    let shown = format!("QQBot {}", token.expose());
    let greeting = match known {
        Some((id, seq)) => frame(op::RESUME, json!({"token": shown, "session_id": id, "seq": seq})),
        None => frame(
            op::IDENTIFY,
            json!({
                "token": shown,
                "intents": intents(&core.settings),
                "shard": [0, 1],
                "properties": {"$os": std::env::consts::OS, "$browser": "groupdesk", "$device": "groupdesk"},
            }),
        ),
    };
    say(&mut socket, greeting).await?;
    Ok((socket, token))
}

/// Reads and keeps the heart beating until the connection ends.
async fn serve(
    core: &Core,
    status: &AccountStatus,
    session: &Session,
    socket: &mut Socket,
    events: mpsc::Sender<Payload>,
) -> Result<End, AdapterError> {
    let every = session.interval();
    let mut heart = tokio::time::interval_at(Instant::now() + every, every);
    heart.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_answered = true;
    let mut last = session.known().map(|(_, seq)| seq);
    loop {
        let payload = tokio::select! {
            _ = heart.tick() => {
                if !is_answered {
                    return Ok(End::new(Next::Resume, "QQ's gateway answers no heartbeat"));
                }
                is_answered = false;
                match say(socket, frame(op::HEARTBEAT, last)).await {
                    Ok(()) => continue,
                    Err(end) => return Ok(end),
                }
            }
            payload = next(socket) => match payload {
                Ok(payload) => payload,
                Err(end) => return Ok(end),
            },
        };
        if let Some(seq) = payload.s {
            last = Some(seq);
        }
        match payload.op {
            op::DISPATCH => match payload.t.as_deref() {
                Some("READY") => {
                    let id = payload
                        .d
                        .get("session_id")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    session.begin(id, payload.s.unwrap_or_default());
                    session.keep(core).await;
                    let me = payload.d.pointer("/user/id").and_then(Value::as_str);
                    core.state().me = me.map(Into::into);
                    status.connected().await?;
                }
                Some("RESUMED") => {
                    tracing::debug!(account = %core.account, "QQ's gateway resumed the session");
                    status.connected().await?;
                }
                _ => {
                    if events.send(payload).await.is_err() {
                        return Err(AdapterError::Stopped);
                    }
                }
            },
            op::HEARTBEAT_ACK => is_answered = true,
            op::HEARTBEAT => {
                if let Err(end) = say(socket, frame(op::HEARTBEAT, last)).await {
                    return Ok(end);
                }
            }
            op::RECONNECT => {
                return Ok(End::new(
                    Next::Resume,
                    "QQ's gateway asked for another connection",
                ));
            }
            op::INVALID_SESSION => {
                let can_resume = payload.d.as_bool() == Some(true);
                let next = if can_resume { Next::Resume } else { Next::Identify };
                return Ok(End::new(next, "QQ's gateway knows the session no more"));
            }
            _ => {}
        }
    }
}

/// Hands events to the desk in their order, and notes how far it has come.
async fn commit(
    core: Arc<Core>,
    link: Link,
    session: Arc<Session>,
    mut waiting: mpsc::Receiver<Payload>,
) -> Result<(), AdapterError> {
    loop {
        let payload = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            payload = waiting.recv() => payload,
        };
        let Some(payload) = payload else { return Ok(()) };
        intake::take(&core, &link, &payload).await?;
        if let Some(seq) = payload.s {
            session.reached(seq);
            session.keep(&core).await;
        }
    }
}

/// Returns the kinds of events to subscribe to.
fn intents(settings: &Settings) -> u64 {
    const GUILD_MESSAGES: u64 = 1 << 9;
    const DIRECT_MESSAGES: u64 = 1 << 12;
    const GROUPS_AND_C2C: u64 = 1 << 25;
    const INTERACTIONS: u64 = 1 << 26;
    const AUDITS: u64 = 1 << 27;
    const GUILD_MENTIONS: u64 = 1 << 30;
    let mut intents = GROUPS_AND_C2C;
    if settings.buttons == crate::settings::Buttons::Callback {
        intents |= INTERACTIONS;
    }
    if settings.guilds {
        intents |= GUILD_MENTIONS | DIRECT_MESSAGES | AUDITS;
        if settings.hears_everything {
            intents |= GUILD_MESSAGES;
        }
    }
    intents
}

fn interval(hello: &Value) -> Duration {
    let told = hello.get("heartbeat_interval").and_then(Value::as_u64);
    told.map_or(Duration::from_secs(30), Duration::from_millis)
        .clamp(HEARTBEAT.0, HEARTBEAT.1)
}

fn frame(op: u32, d: impl Serialize) -> String {
    serde_json::to_string(&Frame { op, d }).unwrap_or_default()
}

async fn say(socket: &mut Socket, frame: String) -> Result<(), End> {
    match tokio::time::timeout(HANDSHAKE_STEP_TIMEOUT, socket.send(Message::text(frame))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(End::new(Next::Resume, &lost(&error))),
        Err(_) => Err(End::new(Next::Resume, "QQ's gateway takes nothing")),
    }
}

/// The next payload; what is none is passed over.
async fn next(socket: &mut Socket) -> Result<Payload, End> {
    loop {
        let text = match socket.next().await {
            Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
            Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
            Some(Ok(Message::Close(frame))) => return Err(close::end(frame)),
            Some(Ok(_)) => continue,
            Some(Err(error)) => return Err(End::new(Next::Resume, &lost(&error))),
            None => return Err(End::new(Next::Resume, "QQ's gateway closed the connection")),
        };
        match groupdesk_contract::read_json(&text) {
            Ok(payload) => return Ok(payload),
            Err(error) => tracing::warn!(%error, "a frame of QQ's can't be read; it is left out"),
        }
    }
}

fn lost(error: &Error) -> String {
    match error {
        Error::Http(response) => format!("QQ's gateway answers HTTP {}", response.status().as_u16()),
        Error::Io(error) => format!("the connection to QQ's gateway is lost: {error}"),
        other => format!("the connection to QQ's gateway is lost: {other}"),
    }
}
