//! A Bot API server without Telegram behind it, over a real socket: updates with their real offsets, long polling, the
//! conflict of two receivers, webhooks, topics, and the errors that Telegram answers with. Wire format:
//! <https://core.telegram.org/bots/api>; method names are read in any case, as Telegram does.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says itself what a part is for"
)]

mod calls;
mod people;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The bot's own id; its name is `@DeskBot`.
pub const BOT: u64 = 123;
/// A token that the server takes.
pub const TOKEN: &str = "123:tests-know-this";

/// A message of the bot.
#[derive(Debug, Clone)]
pub struct Said {
    pub chat: i64,
    pub topic: Option<i64>,
    pub id: i64,
    /// The message's text, or the words under a file.
    pub text: String,
    pub quote: Option<i64>,
    /// The buttons: label, and data that they send.
    pub buttons: Vec<(String, String)>,
    /// The whole request.
    pub request: Value,
}

/// A fault that the server shows in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Refused, with Telegram's code, words and parameters.
    Refuse(u16, &'static str, Value),
    /// Done, but the answer never comes: the connection ends.
    Mute,
    /// Not done, and the connection ends.
    Cut,
    /// A proxy's page.
    Page(u16),
    /// Not done, and answered with this status, media type and body.
    Raw(u16, &'static str, &'static str),
    /// Done, and the answer has no end.
    Endless,
    /// The answer comes late.
    Slow(Duration),
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) hears_everything: bool,
    pub(crate) updates: Vec<Value>,
    pub(crate) last: Value,
    pub(crate) names: BTreeMap<u64, String>,
    pub(crate) next_update: i64,
    pub(crate) next_message: i64,
    pub(crate) receivers: u64,
    pub(crate) webhook: Option<(String, String)>,
    pub(crate) said: Vec<Said>,
    pub(crate) changed: Vec<Said>,
    pub(crate) deleted: Vec<(i64, i64)>,
    pub(crate) answered: Vec<String>,
    pub(crate) commands: Vec<Value>,
    pub(crate) topics: Vec<(i64, i64, String)>,
    pub(crate) forums: BTreeSet<i64>,
    pub(crate) moved: BTreeMap<i64, i64>,
    pub(crate) admins: BTreeMap<i64, Vec<(u64, &'static str)>>,
    pub(crate) trouble: VecDeque<(&'static str, Trouble)>,
    pub(crate) calls: Vec<String>,
    pub(crate) offsets: Vec<i64>,
    pub(crate) is_hasty: bool,
    pub(crate) repeated: Vec<Value>,
}

/// The server.
#[derive(Clone)]
pub struct Fake {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    news: Arc<Notify>,
}

impl Fake {
    /// A server for a bot whose privacy mode is off (it hears everything) or on.
    pub async fn start(hears_everything: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::new(Mutex::new(Inner {
                hears_everything,
                next_update: 1000,
                // 1 is a group's first topic, which is none.
                next_message: 100,
                ..Inner::default()
            })),
            news: Arc::default(),
        };
        let router = Router::new()
            .route("/{bot}/{method}", any(receive))
            .route("/file/{bot}/{*path}", any(file))
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

    /// The next call of `method` (in lower case) goes wrong.
    pub fn trouble(&self, method: &'static str, trouble: Trouble) {
        self.inner().trouble.push_back((method, trouble));
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.inner().trouble.clear();
    }

    /// The last update comes again, with a number of its own.
    pub fn repeat(&self) {
        let last = self.inner().last.clone();
        self.push(last);
    }

    /// A user is called so from now on.
    pub fn name(&self, user: u64, name: &str) {
        self.inner().names.insert(user, name.to_owned());
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

    /// Returns the messages that the bot deleted.
    pub fn deleted(&self) -> Vec<(i64, i64)> {
        self.inner().deleted.clone()
    }

    /// Presses that the bot took note of.
    pub fn answered(&self) -> Vec<String> {
        self.inner().answered.clone()
    }

    /// The calls of `setMyCommands`.
    pub fn commands(&self) -> Vec<Value> {
        self.inner().commands.clone()
    }

    /// The topics that the bot made: group, number, name.
    pub fn topics(&self) -> Vec<(i64, i64, String)> {
        self.inner().topics.clone()
    }

    /// The number of calls of `method` (in lower case).
    pub fn calls(&self, method: &str) -> usize {
        self.inner().calls.iter().filter(|call| *call == method).count()
    }

    /// The update that the bot asks for next, as it said last.
    pub fn offset(&self) -> Option<i64> {
        self.inner().offsets.last().copied()
    }

    /// Updates that were not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        self.inner().updates.len()
    }

    /// Questions for updates are answered at once, whatever the bot asks for.
    pub fn hasty(&self) {
        self.inner().is_hasty = true;
    }

    /// A group is a supergroup with this id from now on.
    pub fn moves(&self, from: i64, to: i64) {
        self.inner().moved.insert(from, to);
    }

    /// A group has topics.
    pub fn forum(&self, chat: i64) {
        self.inner().forums.insert(chat);
    }

    /// Makes `user` the `creator` or an `administrator` of a group.
    pub fn rank(&self, chat: i64, user: u64, rank: &'static str) {
        self.inner().admins.entry(chat).or_default().push((user, rank));
    }

    /// An update, with the next number.
    pub fn push(&self, mut update: Value) -> i64 {
        let id = {
            let mut inner = self.inner();
            let id = inner.next_update;
            inner.next_update += 1;
            update["update_id"] = json!(id);
            inner.last = update.clone();
            inner.updates.push(update);
            id
        };
        self.news.notify_waiters();
        id
    }

    /// Repeats these updates again and again, even after the bot confirmed them.
    pub fn repeats(&self, updates: Vec<Value>) {
        self.inner().repeated = updates;
        self.news.notify_waiters();
    }

    /// Updates as they are, whatever their numbers.
    pub fn push_as_is(&self, updates: Vec<Value>) {
        self.inner().updates.extend(updates);
        self.news.notify_waiters();
    }

    /// Posts an update to the webhook, as Telegram does; the status of the answer.
    pub async fn post(&self, to: SocketAddr, path: &str, secret: Option<&str>, update: &Value) -> u16 {
        let body = update.to_string();
        let secret = secret.map_or_else(String::new, |secret| {
            format!("X-Telegram-Bot-Api-Secret-Token: {secret}\r\n")
        });
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\nConnection: close\r\n{secret}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// A file where `getFile` says that it is, for those who know the token.
async fn file(State(_): State<Fake>, Path((bot, path)): Path<(String, String)>) -> Response {
    let name = path.strip_prefix("photos/").unwrap_or_default();
    if bot != format!("bot{TOKEN}") {
        return calls::refuse(401, "Unauthorized", &Value::Null);
    }
    if name == "endless.jpg" {
        return calls::endless();
    }
    Response::new(format!("bytes of {name}").into())
}

async fn receive(
    State(fake): State<Fake>,
    Path((bot, method)): Path<(String, String)>,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Response {
    let method = method.to_lowercase();
    fake.inner().calls.push(method.clone());
    if bot != format!("bot{TOKEN}") {
        return calls::refuse(401, "Unauthorized", &Value::Null);
    }
    let form = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split_once("boundary="))
        .map(|(_, boundary)| boundary.to_owned());
    let params: Value = match form {
        Some(boundary) => calls::form(&body, &boundary),
        None => serde_json::from_slice(&body).unwrap_or_default(),
    };
    let trouble = {
        let mut inner = fake.inner();
        let at = inner.trouble.iter().position(|(of, _)| *of == method);
        at.and_then(|at| inner.trouble.remove(at))
            .map(|(_, trouble)| trouble)
    };
    match trouble {
        Some(Trouble::Refuse(code, words, parameters)) => return calls::refuse(code, words, &parameters),
        Some(Trouble::Page(code)) => {
            return Response::builder()
                .status(code)
                .body("<html>nginx</html>".into())
                .unwrap();
        }
        Some(Trouble::Raw(code, kind, body)) => {
            return Response::builder()
                .status(code)
                .header("content-type", kind)
                .body(body.into())
                .unwrap();
        }
        Some(Trouble::Mute) => {
            calls::answer(&fake, &method, &params).await;
            return calls::broken();
        }
        Some(Trouble::Endless) => {
            calls::answer(&fake, &method, &params).await;
            return calls::endless();
        }
        Some(Trouble::Cut) => return calls::broken(),
        Some(Trouble::Slow(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    calls::answer(&fake, &method, &params).await
}
