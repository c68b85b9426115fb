//! The gateway: sessions that are begun and resumed, heartbeats, and what a test makes go wrong.

use super::{APPLICATION, BOT, Control, Fake, Inner, MODERATORS, OWNER, Session, TOKEN};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn open(
    State(fake): State<Fake>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let agent = headers.get("user-agent").map(axum::http::HeaderValue::as_bytes);
    if !agent.is_some_and(|agent| agent.starts_with(b"DiscordBot (")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if fake.inner().refuses {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| talk(fake, socket))
}

/// The state of a connection.
struct Talk {
    /// The session, and how much of it was sent.
    session: Option<(String, usize)>,
    is_deaf: bool,
}

async fn talk(fake: Fake, mut socket: WebSocket) {
    let mut control = fake.control.subscribe();
    let mut talk = Talk {
        session: None,
        is_deaf: false,
    };
    let every = fake.inner().heartbeat;
    let _ = send(
        &mut socket,
        &json!({"op": 10, "d": {"heartbeat_interval": every}}),
    )
    .await;
    loop {
        let news = fake.news.notified();
        for frame in unsent(&fake, &mut talk) {
            if !talk.is_deaf && send(&mut socket, &frame).await.is_err() {
                return;
            }
        }
        let heard = tokio::select! {
            _ = tokio::time::timeout(Duration::from_millis(50), news) => continue,
            Ok(control) = control.recv() => {
                match control {
                    Control::Drop => return,
                    Control::Close(code) => return close(&mut socket, code).await,
                    Control::Frame(frame) => { let _ = send(&mut socket, &frame).await; }
                    Control::Deaf => talk.is_deaf = true,
                }
                continue;
            }
            heard = socket.recv() => heard,
        };
        let Some(Ok(heard)) = heard else { return };
        let Ok(text) = heard.to_text() else { continue };
        let heard: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        if talk.is_deaf {
            continue;
        }
        match heard["op"].as_u64() {
            Some(1) => {
                fake.inner().heartbeats += 1;
                let _ = send(&mut socket, &json!({"op": 11})).await;
            }
            Some(2) => {
                if let Some(code) = identify(&fake, &heard["d"], &mut talk) {
                    return close(&mut socket, code).await;
                }
            }
            Some(6) if !resume(&fake, &heard["d"], &mut talk) => {
                let _ = send(&mut socket, &json!({"op": 9, "d": false})).await;
            }
            _ => {}
        }
    }
}

async fn send(socket: &mut WebSocket, frame: &Value) -> Result<(), axum::Error> {
    socket.send(Message::text(frame.to_string())).await
}

async fn close(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame {
        code,
        reason: "as the test wants".into(),
    };
    let _ = socket.send(Message::Close(Some(frame))).await;
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.recv()).await;
}

/// The frames of the session that were not sent on this connection.
fn unsent(fake: &Fake, talk: &mut Talk) -> Vec<Value> {
    let Some((id, sent)) = &mut talk.session else {
        return Vec::new();
    };
    let inner = fake.inner();
    let Some(session) = inner.sessions.iter().find(|session| session.id == *id) else {
        return Vec::new();
    };
    let frames = session.log.iter().enumerate().skip(*sent);
    let frames: Vec<Value> = frames
        .map(|(at, (kind, data))| json!({"op": 0, "s": at + 1, "t": kind, "d": data}))
        .collect();
    *sent = session.log.len();
    frames
}

/// Begins a session; the code to close with instead.
fn identify(fake: &Fake, d: &Value, talk: &mut Talk) -> Option<u16> {
    let mut inner = fake.inner();
    inner.identified.push(d.clone());
    if let Some(code) = inner.closes {
        return Some(code);
    }
    if d["token"] != TOKEN {
        return Some(4004);
    }
    let (shard, shards) = (d["shard"][0].as_u64().unwrap(), d["shard"][1].as_u64().unwrap());
    if shards < inner.shards {
        return Some(4011);
    }
    inner.remaining = inner.remaining.saturating_sub(1);
    let id = format!("session-{}", inner.identified.len());
    let mine: Vec<u64> = inner.guilds.keys().copied().collect();
    let mine: Vec<u64> = mine
        .into_iter()
        .filter(|guild| (guild >> 22) % shards == shard)
        .collect();
    let away: Vec<Value> = mine
        .iter()
        .map(|guild| json!({"id": guild.to_string(), "unavailable": true}))
        .collect();
    let ready = json!({
        "v": 10, "user": user(BOT), "guilds": away, "session_id": id, "shard": [shard, shards],
        "resume_gateway_url": format!("ws://{}", fake.address),
        "application": {"id": APPLICATION.to_string(), "flags": inner.flags},
    });
    let mut log = vec![("READY".to_owned(), ready)];
    log.extend(
        mine.iter()
            .map(|id| ("GUILD_CREATE".to_owned(), guild(&inner, *id))),
    );
    inner.sessions.push(Session {
        id: id.clone(),
        shard,
        shards,
        log,
    });
    talk.session = Some((id, 0));
    None
}

fn resume(fake: &Fake, d: &Value, talk: &mut Talk) -> bool {
    let mut inner = fake.inner();
    let id = d["session_id"].as_str().unwrap_or_default().to_owned();
    let Some(session) = inner.sessions.iter_mut().find(|session| session.id == id) else {
        return false;
    };
    session.log.push(("RESUMED".to_owned(), json!({"_trace": []})));
    let sent = usize::try_from(d["seq"].as_u64().unwrap_or_default()).unwrap();
    inner.resumed += 1;
    talk.session = Some((id, sent));
    true
}

/// Makes a user, as Discord describes one.
pub(super) fn user(id: u64) -> Value {
    json!({
        "id": id.to_string(), "username": format!("user{id}"), "global_name": format!("User {id}"),
        "discriminator": "0", "avatar": format!("a{id}"), "bot": id == BOT,
    })
}

/// A server, as the gateway tells of it.
pub(super) fn guild(inner: &Inner, guild: u64) -> Value {
    let of = |threads: bool| -> Vec<Value> {
        let rooms = inner
            .channels
            .values()
            .filter(|room| room.guild == Some(guild) && room.parent.is_some() == threads);
        rooms.map(|room| channel(inner, room.id)).collect()
    };
    json!({
        "id": guild.to_string(), "name": inner.guilds[&guild], "owner_id": OWNER.to_string(),
        "joined_at": "2026-01-01T00:00:00.000000+00:00",
        "roles": [
            {"id": guild.to_string(), "name": "@everyone", "permissions": "0"},
            {"id": MODERATORS.to_string(), "name": "moderators", "permissions": "8192"},
        ],
        "channels": of(false), "threads": of(true), "members": [], "unavailable": false,
    })
}

/// A channel, as the gateway and the API tell of it.
pub(super) fn channel(inner: &Inner, id: u64) -> Value {
    let room = &inner.channels[&id];
    let last = inner
        .history
        .iter()
        .rfind(|message| message["channel_id"] == json!(id.to_string()))
        .map(|message| message["id"].clone());
    let text = |id: Option<u64>| id.map(|id| id.to_string());
    json!({
        "id": id.to_string(), "type": room.kind, "name": room.name, "guild_id": text(room.guild),
        "parent_id": text(room.parent), "last_message_id": last,
    })
}
