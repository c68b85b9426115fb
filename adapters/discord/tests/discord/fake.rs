//! Discord's REST API and gateway on one real socket, as far as the tests need them. The gateway's frames are those that
//! serenity 0.12.5 was seen to take.

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

type Calls = Arc<Mutex<Vec<(String, Value)>>>;

#[derive(Clone)]
pub(crate) struct Fake {
    address: SocketAddr,
    events: broadcast::Sender<(&'static str, Value)>,
    calls: Calls,
    /// The code with which the gateway closes what identifies.
    close: Option<u16>,
}

impl Fake {
    pub(crate) async fn start(close: Option<u16>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            events: broadcast::channel(64).0,
            calls: Calls::default(),
            close,
        };
        let router = Router::new()
            .route("/", axum::routing::get(gateway))
            .fallback(rest)
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked of the API: method and path, and the body.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.calls.lock().unwrap().clone()
    }

    /// Member 7 says something in channel 77 of server 5.
    pub(crate) fn says(&self, id: u64, content: &str) {
        let message = json!({
            "id": id.to_string(), "channel_id": "77", "guild_id": "5", "content": content, "type": 0,
            "author": {"id": "7", "username": "ming", "discriminator": "0", "avatar": null},
            "timestamp": "2026-11-23T10:00:00+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": false,
        });
        self.events.send(("MESSAGE_CREATE", message)).unwrap();
    }
}

async fn rest(State(fake): State<Fake>, request: Request) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    fake.calls.lock().unwrap().push((asked.clone(), body));
    match asked.as_str() {
        "GET /api/v10/users/@me" => Json(json!({"id": "42", "username": "desk"})).into_response(),
        "GET /api/v10/gateway" => Json(json!({"url": format!("ws://{}", fake.address)})).into_response(),
        "POST /api/v10/channels/77/messages" => Json(json!({"id": "900"})).into_response(),
        _ => Json(json!([])).into_response(),
    }
}

async fn gateway(State(fake): State<Fake>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| talk(fake, socket))
}

async fn talk(fake: Fake, mut socket: WebSocket) {
    let mut events = fake.events.subscribe();
    let mut seq = 0;
    let hello = json!({"op": 10, "d": {"heartbeat_interval": 40_000}});
    let _ = socket.send(Message::text(hello.to_string())).await;
    loop {
        let frame = tokio::select! {
            Ok((name, data)) = events.recv() => {
                seq += 1;
                json!({"op": 0, "s": seq, "t": name, "d": data})
            }
            heard = socket.recv() => {
                let Some(Ok(heard)) = heard else { return };
                let Ok(text) = heard.to_text() else { continue };
                let heard: Value = serde_json::from_str(text).unwrap_or(Value::Null);
                match (heard["op"].as_u64(), fake.close) {
                    (Some(2), Some(code)) => {
                        let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: "no".into() }))).await;
                        continue;
                    }
                    (Some(2), None) => {
                        seq += 1;
                        json!({"op": 0, "s": seq, "t": "READY", "d": {
                            "v": 10, "user": {"id": "42", "username": "desk", "discriminator": "0", "avatar": null,
                                "bot": true, "verified": true, "email": null, "mfa_enabled": false},
                            "guilds": [{"id": "5", "unavailable": true}], "session_id": "s",
                            "resume_gateway_url": format!("ws://{}", fake.address), "shard": [0, 1],
                            "application": {"id": "42", "flags": 0},
                        }})
                    }
                    (Some(1), _) => json!({"op": 11}),
                    _ => continue,
                }
            }
        };
        if socket.send(Message::text(frame.to_string())).await.is_err() {
            return;
        }
    }
}
