//! The gateway of WeCom's intelligent robots without WeCom behind it, over a real socket: one connection a robot, callbacks
//! that are answered once and in time, messages only into chats where somebody spoke, limits, cards and presses. Wire
//! format: WeCom's documentation (path 101463, 101027, 101031); WeCom's own client `@wecom/aibot-node-sdk` 1.0.7 talks to it
//! (`independent.rs`).
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says itself what a part is for"
)]

mod frames;
mod people;

use futures_util::{SinkExt, StreamExt};
use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

/// The robot's id; members call it `@Desk`.
pub const BOT: &str = "aib-desk";
/// A secret that the gateway takes.
pub const SECRET: &str = "tests-know-this";

/// A message of the robot.
#[derive(Debug, Clone)]
pub struct Said {
    /// The chat: a group's id, or a member's.
    pub chat: String,
    /// The Markdown text; of a card alone its title.
    pub text: String,
    /// The message that it answers, when it is an answer and no message of its own.
    pub quote: Option<String>,
    /// The buttons: label and key.
    pub buttons: Vec<(String, String)>,
    /// The card's `task_id`.
    pub task: Option<String>,
    /// The frame's body.
    pub body: Value,
}

/// A fault that the gateway shows in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Refused, with WeCom's code and words.
    Refuse(i64, &'static str),
    /// Taken, but the answer never comes.
    Mute,
    /// The connection ends before it is looked at.
    Drop,
    /// Taken, and the connection ends before the answer.
    TakeAndDrop,
    /// The answer comes late.
    Slow(Duration),
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) next: u64,
    /// The connection that is subscribed, by its number, and its way out.
    pub(crate) live: Option<(u64, mpsc::UnboundedSender<Out>)>,
    pub(crate) subscriptions: u64,
    pub(crate) pings: u64,
    pub(crate) deaf: bool,
    pub(crate) connections: u64,
    /// Callbacks that may be answered, by `req_id`: connection, command, message, chat, when.
    pub(crate) asked: BTreeMap<String, Asked>,
    pub(crate) spoken: BTreeSet<String>,
    pub(crate) said: Vec<Said>,
    pub(crate) updates: Vec<Value>,
    pub(crate) welcomes: Vec<Value>,
    pub(crate) trouble: VecDeque<(&'static str, Trouble)>,
    pub(crate) frames: Vec<Value>,
    pub(crate) counted: BTreeMap<String, Vec<Instant>>,
    pub(crate) late: Option<String>,
}

/// A callback that may be answered.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) connection: u64,
    pub(crate) answers: &'static str,
    pub(crate) message: String,
    pub(crate) chat: String,
    pub(crate) since: Instant,
}

/// An order to a connection's task.
pub(crate) enum Out {
    Frame(Value),
    Drop,
}

/// The gateway.
#[derive(Clone)]
pub struct Fake {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::new(Mutex::new(Inner {
                next: 100,
                ..Inner::default()
            })),
        };
        let server = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(server.clone(), stream));
            }
        });
        fake
    }

    /// The `connection` of an account of the platform `wecom_robot` in groupdesk.yaml.
    pub fn connection(&self) -> String {
        format!(
            "{{ bot_id: {BOT}, secret: \"{SECRET}\", api_url: \"ws://{}\", after_kick: 1s }}",
            self.address
        )
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// The next frame of `cmd` goes wrong.
    pub fn trouble(&self, cmd: &'static str, trouble: Trouble) {
        self.inner().trouble.push_back((cmd, trouble));
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.inner().trouble.clear();
    }

    /// Heartbeats are not answered any more, or again.
    pub fn deaf(&self, deaf: bool) {
        self.inner().deaf = deaf;
    }

    /// Adds a `response_url` to messages from now on, which begins like this.
    pub fn gives_addresses(&self, url: String) {
        self.inner().late = Some(url);
    }

    /// The connection breaks.
    pub fn drop_connection(&self) {
        if let Some((_, out)) = self.inner().live.take() {
            let _ = out.send(Out::Drop);
        }
    }

    /// Subscribes as the same robot, as another program would.
    pub async fn kick(&self) {
        let (mut other, _) = tokio_tungstenite::connect_async(format!("ws://{}", self.address))
            .await
            .unwrap();
        let body = json!({"bot_id": BOT, "secret": SECRET});
        let subscribe =
            json!({"cmd": "aibot_subscribe", "headers": {"req_id": "aibot_subscribe_other"}, "body": body});
        other.send(Message::text(subscribe.to_string())).await.unwrap();
        other.next().await.unwrap().unwrap();
        // It stays until its place is taken.
        tokio::spawn(async move { while let Some(Ok(_)) = other.next().await {} });
    }

    /// The number of subscriptions.
    pub fn subscriptions(&self) -> u64 {
        self.inner().subscriptions
    }

    /// The number of heartbeats.
    pub fn pings(&self) -> u64 {
        self.inner().pings
    }

    /// Returns all messages of the robot.
    pub fn said(&self) -> Vec<Said> {
        self.inner().said.clone()
    }

    /// The cards that were put in place of others.
    pub fn updates(&self) -> Vec<Value> {
        self.inner().updates.clone()
    }

    /// The greetings.
    pub fn welcomes(&self) -> Vec<Value> {
        self.inner().welcomes.clone()
    }

    /// Returns all frames that came, without heartbeats.
    pub fn frames(&self) -> Vec<Value> {
        self.inner().frames.clone()
    }

    /// Waits until the robot has said something for which `is` is true.
    pub async fn hears(&self, what: &str, is: impl Fn(&Said) -> bool) -> Said {
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            if let Some(said) = self.said().into_iter().find(&is) {
                return said;
            }
            assert!(Instant::now() < end, "not said: {what}\n{:#?}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn connection(fake: Fake, stream: TcpStream) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else {
        return;
    };
    let number = {
        let mut inner = fake.inner();
        inner.connections += 1;
        inner.connections
    };
    let (out, mut waiting) = mpsc::unbounded_channel();
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(Ok(frame)) = frame else { break };
                let Message::Text(text) = frame else { continue };
                let frame: Value = serde_json::from_str(text.as_str()).unwrap();
                frames::take(&fake, number, &out, frame).await;
            }
            told = waiting.recv() => match told {
                Some(Out::Frame(frame)) => {
                    if socket.send(Message::text(frame.to_string())).await.is_err() {
                        break;
                    }
                }
                Some(Out::Drop) | None => break,
            },
        }
    }
    let mut inner = fake.inner();
    if inner.live.as_ref().is_some_and(|(live, _)| *live == number) {
        inner.live = None;
    }
}
