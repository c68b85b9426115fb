//! Discord's REST API and gateway without Discord behind them, on one real socket: channels with their histories, threads,
//! forums, webhooks, interactions, sessions that are resumed, and the errors that Discord answers with. Wire format:
//! <https://docs.discord.com/developers/reference>; the gateway's frames are those that serenity 0.12.5 was seen to take.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says itself what a part is for"
)]

mod answers;
mod gateway;
mod people;
mod rest;
mod threads;

use axum::Router;
use axum::routing::get;
use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast};

/// The bot's user and its application.
pub const BOT: u64 = 42;
pub const APPLICATION: u64 = 43;
/// A token that the server takes.
pub const TOKEN: &str = "tests.know.this";
/// The server that is there, its owner, a text channel for members and one for staff, a forum.
pub const GUILD: u64 = 5;
pub const OWNER: u64 = 1;
pub const HELP: u64 = 77;
pub const STAFF: u64 = 88;
pub const FORUM: u64 = 99;
/// A role that may manage messages.
pub const MODERATORS: u64 = 60;

/// A message of the bot.
#[derive(Debug, Clone)]
pub struct Said {
    /// The channel or the thread.
    pub channel: u64,
    pub id: u64,
    pub text: String,
    pub quote: Option<u64>,
    /// The buttons and menu choices: label, and the id behind it.
    pub buttons: Vec<(String, String)>,
    /// Under whose name a webhook said it.
    pub name: Option<String>,
    /// The whole request.
    pub request: Value,
}

/// A fault that the server shows in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Refused, with Discord's status and body.
    Refuse(u16, Value),
    /// Done, but the answer never comes: the connection ends.
    Mute,
    /// A proxy's page.
    Page(u16),
    /// Done, and the answer has no end.
    Endless,
    /// The answer comes late.
    Slow(Duration),
}

/// An order to the gateway.
#[derive(Debug, Clone)]
pub enum Control {
    /// The connection ends without a word.
    Drop,
    /// It is closed with this code.
    Close(u16),
    /// A frame as it is.
    Frame(Value),
    /// The server answers no more.
    Deaf,
}

/// A channel, a thread or a forum.
#[derive(Debug, Clone)]
pub struct Channel {
    pub id: u64,
    pub guild: Option<u64>,
    pub kind: u8,
    pub name: String,
    pub parent: Option<u64>,
}

/// A session: what it was told, in order.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) shard: u64,
    pub(crate) shards: u64,
    pub(crate) log: Vec<(String, Value)>,
}

pub(crate) struct Inner {
    pub(crate) last_id: u64,
    pub(crate) shards: u64,
    pub(crate) together: u64,
    pub(crate) remaining: u64,
    pub(crate) flags: u64,
    pub(crate) refuses: bool,
    pub(crate) closes: Option<u16>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) identified: Vec<Value>,
    pub(crate) resumed: usize,
    pub(crate) heartbeats: usize,
    pub(crate) heartbeat: u64,
    pub(crate) guilds: BTreeMap<u64, String>,
    pub(crate) channels: BTreeMap<u64, Channel>,
    pub(crate) roles: BTreeMap<u64, Vec<u64>>,
    pub(crate) history: Vec<Value>,
    pub(crate) interactions: BTreeMap<String, u64>,
    pub(crate) hooks: Vec<(u64, u64, String)>,
    pub(crate) said: Vec<Said>,
    pub(crate) changed: Vec<Said>,
    pub(crate) deleted: Vec<(u64, u64)>,
    pub(crate) answered: Vec<(u64, Value)>,
    pub(crate) commands: Vec<(u64, Value)>,
    pub(crate) trouble: VecDeque<(String, Trouble)>,
    pub(crate) calls: Vec<String>,
    pub(crate) nonces: BTreeMap<(u64, String), u64>,
    pub(crate) forbidden: BTreeSet<String>,
    pub(crate) mute_threads: bool,
}

/// The server.
#[derive(Clone)]
pub struct Fake {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    news: Arc<Notify>,
    control: broadcast::Sender<Control>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let channel = |id, kind, name: &str| {
            let channel = Channel {
                id,
                guild: Some(GUILD),
                kind,
                name: name.to_owned(),
                parent: None,
            };
            (id, channel)
        };
        let fake = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::new(Mutex::new(Inner {
                last_id: 0,
                shards: 1,
                together: 16,
                remaining: 1000,
                flags: 1 << 19,
                refuses: false,
                closes: None,
                sessions: Vec::new(),
                identified: Vec::new(),
                resumed: 0,
                heartbeats: 0,
                heartbeat: 40_000,
                guilds: BTreeMap::from([(GUILD, "Users".to_owned())]),
                channels: BTreeMap::from([
                    channel(HELP, 0, "help"),
                    channel(STAFF, 0, "staff"),
                    channel(FORUM, 15, "questions"),
                ]),
                roles: BTreeMap::new(),
                history: Vec::new(),
                interactions: BTreeMap::new(),
                hooks: Vec::new(),
                said: Vec::new(),
                changed: Vec::new(),
                deleted: Vec::new(),
                answered: Vec::new(),
                commands: Vec::new(),
                trouble: VecDeque::new(),
                calls: Vec::new(),
                nonces: BTreeMap::new(),
                forbidden: BTreeSet::new(),
                mute_threads: false,
            })),
            news: Arc::default(),
            control: broadcast::channel(64).0,
        };
        let router = Router::new()
            .route("/", get(gateway::open))
            .route("/attachments/{channel}/{file}/{name}", get(rest::file))
            .fallback(rest::receive)
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// The `connection` of an account in groupdesk.yaml.
    pub fn connection(&self) -> String {
        format!("{{ token: \"{TOKEN}\", api_url: \"http://{}\" }}", self.address)
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// The next call like `POST channels/messages` goes wrong.
    pub fn trouble(&self, call: &str, trouble: Trouble) {
        self.inner().trouble.push_back((call.to_owned(), trouble));
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.inner().trouble.clear();
    }

    /// Calls like `POST channels/webhooks` are always answered with 403 Missing Permissions.
    pub fn forbid(&self, call: &str) {
        self.inner().forbidden.insert(call.to_owned());
    }

    /// The bot may make threads and not write in them, or again.
    pub fn mute_threads(&self, mute: bool) {
        self.inner().mute_threads = mute;
    }

    /// Gives an order to every connection of the gateway.
    pub fn control(&self, control: Control) {
        let _ = self.control.send(control);
    }

    /// The gateway takes no connections, or takes them again.
    pub fn refuse(&self, refuses: bool) {
        self.inner().refuses = refuses;
    }

    /// The gateway closes what identifies with this code.
    pub fn close_identified(&self, code: u16) {
        self.inner().closes = Some(code);
    }

    /// Sessions are not known any more: they can't be resumed.
    pub fn forget_sessions(&self) {
        self.inner().sessions.clear();
    }

    /// Sets the number of shards, and the number that may identify together.
    pub fn shards(&self, shards: u64, together: u64) {
        let mut inner = self.inner();
        inner.shards = shards;
        inner.together = together;
    }

    /// The switches of the application.
    pub fn flags(&self, flags: u64) {
        self.inner().flags = flags;
    }

    /// Sessions that may be begun.
    pub fn remaining(&self, sessions: u64) {
        self.inner().remaining = sessions;
    }

    /// Milliseconds between heartbeats.
    pub fn heartbeat(&self, every: u64) {
        self.inner().heartbeat = every;
    }

    /// A server more, with one channel; the bot joins it when it is connected.
    pub fn guild(&self, guild: u64, channel: u64) {
        let mut inner = self.inner();
        inner.guilds.insert(guild, "More".to_owned());
        let room = Channel {
            id: channel,
            guild: Some(guild),
            kind: 0,
            name: "more".to_owned(),
            parent: None,
        };
        inner.channels.insert(channel, room);
        let told = gateway::guild(&inner, guild);
        drop(inner);
        self.push("GUILD_CREATE", told);
    }

    /// Returns all messages of the bot.
    pub fn said(&self) -> Vec<Said> {
        self.inner().said.clone()
    }

    /// Waits until the bot has said something for which `is` is true.
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

    /// Returns the messages that the bot edited, as they are now.
    pub fn changed(&self) -> Vec<Said> {
        self.inner().changed.clone()
    }

    /// Returns the messages that the bot deleted: channel and number.
    pub fn deleted(&self) -> Vec<(u64, u64)> {
        self.inner().deleted.clone()
    }

    /// Interactions that the bot acknowledged, and how.
    pub fn answered(&self) -> Vec<(u64, Value)> {
        self.inner().answered.clone()
    }

    /// The commands of servers, as the bot listed them.
    pub fn commands(&self) -> Vec<(u64, Value)> {
        self.inner().commands.clone()
    }

    /// The identify frames that came.
    pub fn identified(&self) -> Vec<Value> {
        self.inner().identified.clone()
    }
    pub fn resumed(&self) -> usize {
        self.inner().resumed
    }
    pub fn heartbeats(&self) -> usize {
        self.inner().heartbeats
    }

    /// The number of calls like `POST channels/messages`.
    pub fn calls(&self, call: &str) -> usize {
        self.inner().calls.iter().filter(|known| *known == call).count()
    }

    /// The threads that there are: number, channel, name, kind.
    pub fn threads(&self) -> Vec<Channel> {
        let inner = self.inner();
        let threads = inner.channels.values();
        threads
            .filter(|channel| channel.parent.is_some())
            .cloned()
            .collect()
    }

    /// An event for all sessions that it concerns.
    pub fn push(&self, kind: &str, data: Value) {
        {
            let mut inner = self.inner();
            let guild: u64 = data
                .get("guild_id")
                .or_else(|| data.get("id").filter(|_| kind.starts_with("GUILD")))
                .and_then(|id| id.as_str()?.parse().ok())
                .unwrap_or_default();
            for session in &mut inner.sessions {
                if (guild >> 22) % session.shards == session.shard {
                    session.log.push((kind.to_owned(), data.clone()));
                }
            }
        }
        self.news.notify_waiters();
    }
}

impl Inner {
    /// The next id, of now.
    pub(crate) fn next(&mut self) -> u64 {
        let now = groupdesk_testkit::since_1970().as_millis();
        let id = (u64::try_from(now).unwrap() - 1_420_070_400_000) << 22;
        self.last_id = id.max(self.last_id + 1);
        self.last_id
    }
}
