//! The long connection: opened again and again, but not against another program that took it.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/101463>.

use super::answerable::ReplyRoute;
use super::calls::verdict;
use super::core::Core;
use super::read::{self, CallbackEvent, text_at};
use super::socket::{Live, Socket, frame, req_id};
use super::{card, requesters, response_url};
use crate::fault::{Fault, OPERATOR_RETRY_DELAY};
use futures_util::{SinkExt, StreamExt};
use groupdesk_contract::{AdapterError, Event, Link, Message};
use groupdesk_kit::AccountStatus;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, connect_async_tls_with_config};

/// The timeout of connecting, TLS and the WebSocket handshake together.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// The first pause before a lost connection is made again; doubled each time.
const BACKOFF_MIN: Duration = Duration::from_millis(500);
/// The longest pause before a lost connection is made again.
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// The retry delay of a robot whose id or secret is wrong.
const MISTAKE_PAUSE: Duration = Duration::from_secs(120);
/// A connection that lived this long was a good one: the next pause is the shortest again.
const STABLE_CONNECTION_TIME: Duration = Duration::from_secs(10);
/// The longest frame that is read; pictures come as addresses.
const MAX_FRAME: usize = 4 << 20;
/// The longest wait for the commit of a press before its card changes all the same: WeCom waits for 5 s.
const PRESS: Duration = Duration::from_secs(3);

/// The reason for which a connection ended, or did not begin.
enum End {
    Shutdown,
    Lost(String),
    /// WeCom doesn't know the robot, or not with this secret.
    Mistake(String),
    /// Another program connected as this robot.
    Kicked,
}

/// Connects and serves until shutdown.
pub(super) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let tls = groupdesk_kit::tls().map_err(AdapterError::Broken)?;
    let tls = Connector::Rustls(Arc::new(tls));
    let mut pause = BACKOFF_MIN;
    let status = AccountStatus::new(link.clone());
    loop {
        let started = Instant::now();
        let end = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            opened = open(core, tls.clone()) => match opened {
                Ok(socket) => serve(core, link, &status, socket).await?,
                Err(end) => end,
            },
        };
        if started.elapsed() >= STABLE_CONNECTION_TIME {
            pause = BACKOFF_MIN;
        }
        let is_mistake = matches!(end, End::Mistake(_));
        let (reason, wait) = match end {
            End::Shutdown => return Ok(()),
            End::Lost(reason) => {
                // Between half and the whole pause, so that many who lost the same server don't come back at once.
                let wait = pause.mul_f64(0.5 + fastrand::f64() / 2.0);
                pause = (pause * 2).min(BACKOFF_MAX);
                (reason, wait)
            }
            End::Mistake(reason) => (reason, MISTAKE_PAUSE),
            End::Kicked => {
                let wait = core.settings.after_kick.0;
                let reason = format!(
                    "another program connected with the same robot, and WeCom allows one: this one waits for {wait:?} and \
                     then takes the robot back; stop the other one, or this one"
                );
                (reason, wait)
            }
        };
        tracing::warn!(account = %core.account, reason, pause = ?wait, "the robot is not connected; trying again after a pause");
        match is_mistake {
            true => status.bad_credentials(&reason).await?,
            false => status.disconnected(&reason).await?,
        };
        if status.pause(wait).await.is_break() {
            return Ok(());
        }
    }
}

/// Connects and subscribes.
async fn open(core: &Core, tls: Connector) -> Result<Socket, End> {
    let config = WebSocketConfig::default()
        .max_frame_size(Some(MAX_FRAME))
        .max_message_size(Some(MAX_FRAME));
    let url = core.settings.api_url.as_str();
    let connecting = connect_async_tls_with_config(url, Some(config), true, Some(tls));
    let mut socket = match timeout(HANDSHAKE_TIMEOUT, connecting).await {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(error)) => return Err(End::Lost(format!("WeCom can't be reached: {error}"))),
        Err(_) => return Err(End::Lost("WeCom can't be reached: it does not answer".to_owned())),
    };
    let (Some(bot_id), Some(secret)) = (&core.settings.bot_id, &core.settings.secret) else {
        return Err(End::Mistake("the robot has no bot_id or no secret".to_owned()));
    };
    let id = req_id("aibot_subscribe", core.clock.now().as_millisecond());
    let body = json!({"bot_id": bot_id, "secret": secret.expose()});
    let subscribed = async {
        let asked = frame("aibot_subscribe", &id, Some(&body));
        socket.send(Frame::text(asked)).await.map_err(|_| lost())?;
        loop {
            let frame = match socket.next().await {
                Some(Ok(frame)) => frame,
                Some(Err(_)) | None => return Err(lost()),
            };
            let Some(frame) = parse(&frame) else { continue };
            if text_at(&frame, "/headers/req_id") == Some(&id) {
                return Ok(verdict(&frame));
            }
        }
    };
    match timeout(HANDSHAKE_TIMEOUT, subscribed).await {
        Ok(Ok(Ok(()))) => Ok(socket),
        Ok(Ok(Err(Fault::Wait(words, wait)))) if wait != Some(OPERATOR_RETRY_DELAY) => Err(End::Lost(words)),
        Ok(Ok(Err(Fault::NoAnswer(words)))) => Err(End::Lost(words)),
        Ok(Ok(Err(fault))) => Err(End::Mistake(format!(
            "WeCom refuses the robot; check bot_id and secret, and that its API mode is the long connection: {}",
            fault.message()
        ))),
        Ok(Err(end)) => Err(end),
        Err(_) => Err(End::Lost("WeCom does not answer the subscription".to_owned())),
    }
}

fn lost() -> End {
    End::Lost("the connection to WeCom was lost".to_owned())
}

fn parse(frame: &Frame) -> Option<Value> {
    match frame {
        Frame::Text(text) => groupdesk_contract::read_json(text.as_bytes()).ok(),
        Frame::Binary(bytes) => groupdesk_contract::read_json(bytes).ok(),
        _ => None,
    }
}

/// Serves a connection until it ends.
async fn serve(
    core: &Arc<Core>,
    link: &Link,
    status: &AccountStatus,
    socket: Socket,
) -> Result<End, AdapterError> {
    let (sink, mut stream) = socket.split();
    let live = Live::start(sink, core.settings.ping_every.0, &link.shutdown);
    core.state().live = Some(live.clone());
    tracing::info!(account = %core.account, connection = live.number, "the robot is connected");
    let served = async {
        status.connected().await?;
        loop {
            let frame = tokio::select! {
                () = live.closed.cancelled() => {
                    return Ok(if link.shutdown.is_cancelled() { End::Shutdown } else { lost() });
                }
                frame = stream.next() => match frame {
                    Some(Ok(frame)) => frame,
                    Some(Err(_)) | None => return Ok(lost()),
                },
            };
            live.is_alive();
            let Some(frame) = parse(&frame) else { continue };
            if take(core, link, &live, &frame).await? {
                return Ok(End::Kicked);
            }
            // Handing over may have waited for the desk, while nothing was read.
            live.is_alive();
        }
    };
    let outcome = served.await;
    core.state().live = None;
    live.closed.cancel();
    live.calls.lose_all();
    outcome
}

/// Handles a frame; `true` if the connection belongs to another program now.
async fn take(core: &Arc<Core>, link: &Link, live: &Live, frame: &Value) -> Result<bool, AdapterError> {
    let id = text_at(frame, "/headers/req_id").unwrap_or_default();
    let cmd = text_at(frame, "/cmd").unwrap_or_default();
    if !matches!(cmd, "aibot_msg_callback" | "aibot_event_callback") {
        live.calls.answered(id, frame);
        return Ok(false);
    }
    let body = frame.get("body").unwrap_or(&Value::Null);
    match read::read_callback(core, body).await {
        CallbackEvent::Message(message, later) => {
            let way = ReplyRoute::Frame(live.number, id.to_owned());
            core.state()
                .questions
                .record_message(&message.channel.id, &message.id, way, core.clock.now());
            requesters::keep(core, &message.channel.id, &message.id, &message.sender.id).await;
            if let Some(url) = later {
                response_url::keep(core, &message.channel.id, &message.id, &url).await;
            }
            link.post(Event::Message(*message)).await?;
        }
        CallbackEvent::Press(press, message) => {
            let work = pressed(
                Arc::clone(core),
                link.clone(),
                live.clone(),
                id.to_owned(),
                press,
                *message,
            );
            tokio::spawn(work);
        }
        CallbackEvent::Entered => {
            if let Some(welcome) = &core.settings.welcome {
                let body = json!({"msgtype": "text", "text": {"content": welcome}});
                let (live, id, account) = (live.clone(), id.to_owned(), core.account.clone());
                tokio::spawn(async move {
                    if let Err(fault) = live.call("aibot_respond_welcome_msg", &id, &body).await {
                        tracing::warn!(%account, reason = fault.message(), "a member could not be greeted");
                    }
                });
            }
        }
        CallbackEvent::Kicked => return Ok(true),
        CallbackEvent::Stream(_) | CallbackEvent::Other => {}
    }
    Ok(false)
}

/// Reports a press to the desk, and then shows it to the presser, before WeCom gives up on it. It comes only once.
async fn pressed(core: Arc<Core>, link: Link, live: Live, id: String, press: card::Press, message: Message) {
    let user = message.sender.id.clone();
    // Out of time it waits in the inbox, or is committed.
    if let Ok(Err(_)) = timeout(PRESS, link.deliver(Event::Message(message))).await {
        return;
    }
    let update = press.update(user.as_str());
    if let Err(fault) = live.call("aibot_respond_update_msg", &id, &update).await {
        tracing::info!(account = %core.account, reason = fault.message(), "a pressed button could not be marked");
    }
}
