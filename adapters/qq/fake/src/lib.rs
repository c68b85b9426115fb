//! QQ's open platform without Tencent behind it, over real sockets: access tokens that run out, the gateway with its sessions,
//! answers that need a message of the last minutes and a number of their own, uploads, presses, and the errors that QQ answers
//! with. Wire format: <https://bot.q.qq.com/wiki/develop/api-v2/>.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says itself what a part is for"
)]

mod calls;
mod gateway;
pub mod people;

use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The bot's own id in guilds.
pub const BOT: &str = "6158788878435714165";
pub const APP: &str = "102000001";
/// A secret that the server takes.
pub const SECRET: &str = "DG5g3B4j9X2KOErG";

/// A message of the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// `group:...`, `private:...`, `channel:...` or `dms:...`.
    pub place: String,
    pub id: String,
    /// As people read it there.
    pub text: String,
    /// The message that it quotes, or else answers.
    pub quote: Option<String>,
    /// The buttons: label, text that they send, id.
    pub buttons: Vec<(String, String, String)>,
    /// The picture's address, or its size in bytes.
    pub picture: Option<String>,
    /// The whole request.
    pub request: Value,
}

/// A fault that the server shows in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Refused, with QQ's status, code and words.
    Refuse(u16, i64, &'static str),
    /// Done, but the answer never comes: the connection ends.
    Mute,
    /// Not done, and the connection ends.
    Cut,
    /// A proxy's page.
    Page(u16),
    /// The answer comes late.
    Slow(Duration),
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) token: String,
    pub(crate) tokens: u64,
    /// Life of a token, in seconds.
    pub(crate) token_life: u64,
    pub(crate) hears_everything: bool,
    pub(crate) markdown: bool,
    /// The web addresses that answers hold are listed at q.qq.com.
    pub(crate) addresses: bool,
    /// Places where the bot may speak of its own accord.
    pub(crate) proactive: BTreeSet<String>,
    pub(crate) next: u64,
    /// The answerable messages and events: conversation, time, and number in quotes.
    pub(crate) answerable: BTreeMap<String, (String, Instant, String)>,
    pub(crate) numbers: BTreeSet<(String, u64)>,
    pub(crate) said: Vec<Said>,
    pub(crate) deleted: Vec<(String, String)>,
    pub(crate) answered: Vec<String>,
    pub(crate) uploads: BTreeMap<String, String>,
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) trouble: VecDeque<(&'static str, Trouble)>,
    pub(crate) calls: Vec<String>,
    pub(crate) session: Option<String>,
    pub(crate) events: Vec<Value>,
    pub(crate) greetings: Vec<Value>,
    pub(crate) ready: usize,
    pub(crate) connected: usize,
    pub(crate) is_deaf: bool,
    pub(crate) order: Option<gateway::Order>,
    pub(crate) window: Option<Duration>,
}

/// The server.
#[derive(Clone)]
pub struct Fake {
    pub address: SocketAddr,
    pub gateway: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    news: Arc<Notify>,
}

impl Fake {
    /// A server for a bot that hears everything in its groups, or only what mentions it.
    pub async fn start(hears_everything: bool) -> Self {
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sockets = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: http.local_addr().unwrap(),
            gateway: sockets.local_addr().unwrap(),
            inner: Arc::new(Mutex::new(Inner {
                token_life: 7200,
                hears_everything,
                next: 1,
                ..Inner::default()
            })),
            news: Arc::default(),
        };
        let router = calls::router(fake.clone());
        tokio::spawn(async move { axum::serve(http, router).await });
        tokio::spawn(gateway::listen(fake.clone(), sockets));
        fake
    }

    /// The `connection` of an account in groupdesk.yaml.
    pub fn connection(&self) -> String {
        let (hears_everything, markdown) = {
            let inner = self.inner();
            (inner.hears_everything, inner.markdown)
        };
        let buttons = if markdown { "callback" } else { "off" };
        format!(
            "{{ app_id: {APP}, app_secret: {SECRET}, api_url: \"http://{0}\", token_url: \"http://{0}/app/getAppAccessToken\", \
             hears_everything: {hears_everything}, markdown: {markdown}, buttons: {buttons} }}",
            self.address,
        )
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// The next call of this kind goes wrong: `token`, `gateway`, `messages`, `files`, `interactions`, `delete`, `me`, `look`.
    pub fn trouble(&self, call: &'static str, trouble: Trouble) {
        self.inner().trouble.push_back((call, trouble));
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.inner().trouble.clear();
    }

    /// Grants Markdown and buttons.
    pub fn grant_markdown(&self) {
        self.inner().markdown = true;
    }

    /// Answers may hold web addresses.
    pub fn list_addresses(&self) {
        self.inner().addresses = true;
    }

    /// The bot may speak of its own accord there.
    pub fn grant_proactive(&self, place: &str) {
        self.inner().proactive.insert(place.to_owned());
    }

    /// The token that the bot has is good no more.
    pub fn expire_token(&self) {
        self.inner().token.clear();
    }

    /// Tokens live so long from now on, in seconds.
    pub fn token_life(&self, seconds: u64) {
        self.inner().token_life = seconds;
    }

    /// The number of tokens granted.
    pub fn tokens(&self) -> u64 {
        self.inner().tokens
    }

    /// Sets the reply window of messages from now on.
    pub fn window(&self, window: Duration) {
        self.inner().window = Some(window);
    }

    /// A user is called so from now on.
    pub fn name(&self, user: &str, name: &str) {
        self.inner().names.insert(user.to_owned(), name.to_owned());
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

    /// Returns the messages that the bot deleted: place and id.
    pub fn deleted(&self) -> Vec<(String, String)> {
        self.inner().deleted.clone()
    }

    /// Presses that the bot took note of.
    pub fn answered(&self) -> Vec<String> {
        self.inner().answered.clone()
    }

    /// The number of calls of a kind.
    pub fn calls(&self, call: &str) -> usize {
        self.inner().calls.iter().filter(|made| *made == call).count()
    }

    /// The frames with which the bot opened its sessions, in order.
    pub fn greetings(&self) -> Vec<Value> {
        self.inner().greetings.clone()
    }

    /// The number of sessions begun or resumed.
    pub fn ready(&self) -> usize {
        self.inner().ready
    }

    /// Waits until a session was begun or resumed `times` times.
    pub async fn connected(&self, times: usize) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.ready() < times {
            assert!(Instant::now() < end, "connected {} times", self.ready());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends all connections of the gateway without a close frame.
    pub fn drop_connections(&self) {
        self.order(gateway::Order::Drop);
    }

    /// The gateway closes its connections with this code.
    pub fn close(&self, code: u16) {
        self.order(gateway::Order::Close(code));
    }

    /// The gateway asks for another connection (op 7).
    pub fn ask_to_reconnect(&self) {
        self.order(gateway::Order::Reconnect);
    }

    /// The gateway knows the sessions no more.
    pub fn forget_sessions(&self) {
        self.inner().session = None;
    }

    /// The gateway answers no heartbeat any more, or all again.
    pub fn is_deaf(&self, deaf: bool) {
        self.inner().is_deaf = deaf;
    }

    fn order(&self, order: gateway::Order) {
        self.inner().order = Some(order);
        self.news.notify_waiters();
    }

    /// An event, with its number in the session. `None` where nobody has a session.
    pub fn push(&self, name: &str, data: Value) -> Value {
        let payload = {
            let mut inner = self.inner();
            let s = inner.events.len() + 2;
            let id = inner.fresh(name);
            // Some events can be answered like a message.
            if matches!(name, "GROUP_ADD_ROBOT" | "GROUP_MSG_RECEIVE") {
                let place = format!("group:{}", data["group_openid"].as_str().unwrap());
                inner
                    .answerable
                    .insert(id.clone(), (place, Instant::now(), String::new()));
            }
            let payload = json!({"op": 0, "s": s, "t": name, "id": id, "d": data});
            inner.events.push(payload.clone());
            payload
        };
        self.news.notify_waiters();
        payload
    }

    /// The last event comes again, with a number of its own.
    pub fn repeat(&self) {
        let last = self.inner().events.last().cloned().unwrap();
        self.push(last["t"].as_str().unwrap(), last["d"].clone());
    }

    /// Posts `body` to a webhook with these headers; status and body of the answer.
    pub async fn post(to: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: desk\r\nUser-Agent: QQBot-Callback\r\nContent-Type: application/json\r\n\
             Connection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(to).await.unwrap();
        // Who refuses need not read to the end.
        let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or_default();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, body.to_owned())
    }
}

impl Inner {
    /// An id that nothing else has.
    pub(crate) fn fresh(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}_{:06}", self.next)
    }
}
