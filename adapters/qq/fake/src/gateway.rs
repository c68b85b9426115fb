//! The gateway: hello, identify, resume, heartbeats, and every event once with its number.

use super::{BOT, Fake};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The end of a connection.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    Drop,
    Close(u16),
    Reconnect,
}

type Socket = WebSocketStream<TcpStream>;

pub(super) async fn listen(fake: Fake, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let fake = fake.clone();
        tokio::spawn(async move {
            if let Ok(socket) = tokio_tungstenite::accept_async(stream).await {
                fake.inner().connected += 1;
                serve(&fake, socket).await;
                fake.inner().connected -= 1;
            }
        });
    }
}

async fn say(socket: &mut Socket, json: &Value) -> bool {
    socket.send(Message::text(json.to_string())).await.is_ok()
}

async fn close(mut socket: Socket, code: u16) {
    let frame = CloseFrame {
        code: code.into(),
        reason: "".into(),
    };
    let _ = socket.close(Some(frame)).await;
    while let Some(Ok(_)) = socket.next().await {}
}

async fn serve(fake: &Fake, mut socket: Socket) {
    if !say(&mut socket, &json!({"op": 10, "d": {"heartbeat_interval": 300}})).await {
        return;
    }
    let mut sent = None;
    loop {
        let news = fake.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        let order = fake.inner().order.take();
        match order {
            Some(Order::Drop) => return,
            Some(Order::Close(code)) => return close(socket, code).await,
            Some(Order::Reconnect) => {
                say(&mut socket, &json!({"op": 7})).await;
            }
            None => {}
        }
        if let Some(from) = sent {
            let due: Vec<Value> = fake.inner().events.iter().skip(from).cloned().collect();
            for event in &due {
                if !say(&mut socket, event).await {
                    return;
                }
            }
            sent = Some(from + due.len());
        }
        let frame = tokio::select! {
            () = news => continue,
            frame = socket.next() => frame,
        };
        let text = match frame {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            Some(Ok(_)) => continue,
        };
        let payload: Value = serde_json::from_str(text.as_str()).unwrap();
        match payload["op"].as_u64() {
            Some(1) => {
                let deaf = fake.inner().is_deaf;
                if !deaf {
                    say(&mut socket, &json!({"op": 11})).await;
                }
            }
            Some(2 | 6) => {
                let op = payload["op"].as_u64();
                let right = {
                    let mut inner = fake.inner();
                    inner.greetings.push(payload.clone());
                    !inner.token.is_empty()
                        && payload["d"]["token"] == json!(format!("QQBot {}", inner.token))
                };
                if !right {
                    return close(socket, 4004).await;
                }
                if op == Some(2) {
                    let ready = {
                        let mut inner = fake.inner();
                        let id = inner.fresh("session");
                        inner.session = Some(id.clone());
                        sent = Some(inner.events.len());
                        let s = inner.events.len() + 1;
                        json!({"op": 0, "s": s, "t": "READY", "d": {
                            "version": 1, "session_id": id, "shard": [0, 1],
                            "user": {"id": BOT, "username": "Desk", "bot": true},
                        }})
                    };
                    say(&mut socket, &ready).await;
                    fake.inner().ready += 1;
                    continue;
                }
                let known = fake.inner().session.as_deref() == payload["d"]["session_id"].as_str();
                if !known {
                    say(&mut socket, &json!({"op": 9, "d": false})).await;
                    continue;
                }
                // Event number s stands at s - 2, so that what comes after it begins at s - 1.
                let from = payload["d"]["seq"].as_u64().unwrap_or_default().saturating_sub(1);
                let from = usize::try_from(from).unwrap();
                let due: Vec<Value> = fake.inner().events.iter().skip(from).cloned().collect();
                for event in &due {
                    say(&mut socket, event).await;
                }
                sent = Some(from + due.len());
                say(
                    &mut socket,
                    &json!({"op": 0, "s": from + due.len() + 1, "t": "RESUMED", "d": ""}),
                )
                .await;
                fake.inner().ready += 1;
            }
            other => panic!("the gateway is told {other:?}: {payload}"),
        }
    }
}
