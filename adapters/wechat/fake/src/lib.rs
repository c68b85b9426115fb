//! Tencent's API servers without Tencent behind them, over a real socket: WeChat Customer Service with its pages, cursors,
//! states and limits, the customer messages of Official Accounts, tokens that end, and the errors of both. Wire format:
//! <https://developer.work.weixin.qq.com/document/path/94670>, <https://developers.weixin.qq.com/doc/offiaccount/>.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says itself what a part is for"
)]

mod calls;
mod followers;
pub mod ilink;
mod people;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::Uri;
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

/// The Customer Service account that there is.
pub const KF: &str = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw";
pub const CORP: &str = "ww5823bf96d3bd56c7";
pub const APP: &str = "wx49f0ab532d5d035a";
pub const SECRET: &str = "secret-of-tests";
pub const TOKEN: &str = "QDG6eK";
pub const AES: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

/// A message of the bot.
#[derive(Debug, Clone)]
pub struct Said {
    /// The recipient.
    pub user: String,
    /// Our own id of it, where there is one.
    pub id: String,
    /// Words: a text, or what stands above a menu.
    pub text: String,
    /// The buttons: label, and text that they send.
    pub buttons: Vec<(String, String)>,
    /// By a code of the platform's (a welcome, a hand-over) instead of as a plain message.
    pub code: Option<String>,
    /// The whole request.
    pub request: Value,
}

impl Said {
    /// True for a picture, or the address of one that could not be fetched.
    pub fn is_picture(&self) -> bool {
        let is_address = self.text.starts_with("http") && !self.text.contains(char::is_whitespace);
        is_address || self.request["msgtype"] == "image"
    }
}

/// A fault that the server shows in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Refused, with a code of the platform's.
    Refuse(i64),
    /// Done, but the answer never comes: the connection ends.
    Mute,
    /// A proxy's page.
    Page(u16),
    /// Not done, and the answer has no end.
    Endless,
    /// The answer comes late.
    Slow(Duration),
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) tokens: BTreeSet<String>,
    pub(crate) granted: u32,
    pub(crate) items: Vec<Value>,
    pub(crate) page: usize,
    pub(crate) empty_pages: u32,
    pub(crate) syncs: Vec<Value>,
    pub(crate) said: Vec<Said>,
    pub(crate) since: BTreeMap<String, u32>,
    pub(crate) states: BTreeMap<String, (i64, String)>,
    pub(crate) on_duty: BTreeSet<String>,
    pub(crate) codes: BTreeSet<String>,
    pub(crate) uploads: Vec<Vec<u8>>,
    pub(crate) next: u64,
    pub(crate) trouble: VecDeque<(&'static str, Trouble)>,
    pub(crate) answered: BTreeSet<String>,
    pub(crate) last_post: Option<followers::Post>,
    pub(crate) calls: Vec<String>,
}

/// The server.
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
                page: 3,
                ..Inner::default()
            })),
        };
        let router = Router::new().fallback(any(receive)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// The `connection` of a Customer Service account in groupdesk.yaml; it asks often, so that no callback is needed.
    pub fn connection(&self) -> Value {
        json!({
            "corp_id": CORP, "secret": SECRET, "token": TOKEN, "encoding_aes_key": AES,
            "poll": "50ms", "api_url": format!("http://{}", self.address), "private_hosts": ["127.0.0.1"],
        })
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// The next call of `path` (such as `kf/send_msg`) goes wrong.
    pub fn trouble(&self, path: &'static str, trouble: Trouble) {
        self.inner().trouble.push_back((path, trouble));
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.inner().trouble.clear();
    }

    /// Ends all tokens now.
    pub fn tokens_end(&self) {
        self.inner().tokens.clear();
    }

    /// The number of tokens granted.
    pub fn granted(&self) -> u32 {
        self.inner().granted
    }

    /// Returns all messages of the bot.
    pub fn said(&self) -> Vec<Said> {
        self.inner().said.clone()
    }

    /// The requests of `kf/sync_msg`.
    pub fn syncs(&self) -> Vec<Value> {
        self.inner().syncs.clone()
    }

    /// The bodies of all uploads.
    pub fn uploads(&self) -> Vec<Vec<u8>> {
        self.inner().uploads.clone()
    }

    /// The number of calls of `path`.
    pub fn calls(&self, path: &str) -> usize {
        self.inner().calls.iter().filter(|call| *call == path).count()
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

    /// Posts a callback as the platform does; status and body of the answer.
    pub async fn post(&self, to: SocketAddr, path: &str, body: &str) -> (u16, String) {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Self::exchange(to, &request).await
    }

    /// Checks an address as the platform does.
    pub async fn get(&self, to: SocketAddr, path: &str) -> (u16, String) {
        Self::exchange(
            to,
            &format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"),
        )
        .await
    }

    async fn exchange(to: SocketAddr, request: &str) -> (u16, String) {
        // Nobody is there, or whoever was is killed in mid-sentence.
        let Ok(mut stream) = TcpStream::connect(to).await else {
            return (0, String::new());
        };
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        (status, body.unwrap_or_default())
    }
}

async fn receive(
    State(fake): State<Fake>,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
    body: Bytes,
) -> Response {
    if uri.path() == "/picture.png" {
        return calls::raw("image/png", b"\x89PNG\r\n\x1a\nthe rest".to_vec());
    }
    let path = uri.path().trim_start_matches("/cgi-bin/").to_owned();
    let trouble = {
        let mut inner = fake.inner();
        inner.calls.push(path.clone());
        let at = inner.trouble.iter().position(|(of, _)| *of == path);
        at.and_then(|at| inner.trouble.remove(at))
            .map(|(_, trouble)| trouble)
    };
    match trouble {
        Some(Trouble::Refuse(code)) => return calls::refuse(code),
        Some(Trouble::Page(code)) => return Response::builder().status(code).body("<html>".into()).unwrap(),
        Some(Trouble::Endless) => return endless(),
        Some(Trouble::Mute) => {
            calls::answer(&fake, &path, &query, &body);
            return calls::broken();
        }
        Some(Trouble::Slow(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    calls::answer(&fake, &path, &query, &body)
}

/// An answer that does not end; 256 MiB here, so that a test that fails does not take the machine's memory.
fn endless() -> Response {
    let pieces = std::iter::repeat_n(Bytes::from(vec![b'['; 1 << 16]), 4_096);
    let pieces = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    Response::builder().body(Body::from_stream(pieces)).unwrap()
}
