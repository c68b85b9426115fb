//! Both ends of the wire: the adapter with a desk that collects its events, and an implementation that says and
//! answers what a test tells it.

use axum::http::HeaderValue;
use futures_util::{SinkExt, StreamExt};
use groupdesk_contract::{
    AccountId, AccountState, Adapter, ChannelId, ChannelKind, Event, Incoming, Link, Message, MessageId,
    Reply, SystemClock,
};
use groupdesk_onebot::{OneBot, Settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Error};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

/// The account's own id in all tests.
pub(crate) const SELF: i64 = 10_000;

/// The timeout of every wait.
const TEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The adapter, running, with a listener and a desk.
pub(crate) struct Desk {
    pub(crate) onebot: Arc<OneBot>,
    pub(crate) address: SocketAddr,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    /// Alerts that came before other events, in order: their names, and whether they fire.
    pub(crate) alerts: Vec<(String, bool)>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<()>,
}

impl Desk {
    pub(crate) async fn start(settings: Value) -> Self {
        Self::with_inbox(settings, 1024).await
    }

    pub(crate) async fn with_inbox(settings: Value, capacity: usize) -> Self {
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let account = AccountId::from("qq");
        let onebot = OneBot::new(account.clone(), settings, Arc::new(SystemClock));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Arc::clone(&onebot).routes().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (sender, inbox) = mpsc::channel(capacity);
        let shutdown = CancellationToken::new();
        let link = Link::new(account, sender, shutdown.clone());
        let adapter = onebot.clone();
        let running = tokio::spawn(async move { adapter.run(link).await.unwrap() });
        // The link is there once the spawned task has run for the first time.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Self {
            onebot,
            address,
            inbox,
            alerts: Vec::new(),
            shutdown,
            running,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/onebot/v11/ws", self.address)
    }

    /// The next event that is no alert.
    pub(crate) async fn event(&mut self) -> Event {
        loop {
            let incoming = tokio::time::timeout(TEST_TIMEOUT, self.inbox.recv()).await;
            match incoming.expect("an event comes").expect("the adapter runs").event {
                Event::Alert(alert) => self.alerts.push((alert.name, alert.message.is_some())),
                event => return event,
            }
        }
    }

    pub(crate) async fn message(&mut self) -> Message {
        match self.event().await {
            Event::Message(message) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    pub(crate) async fn connected(&mut self) {
        assert_eq!(self.event().await, Event::State(AccountState::Connected));
    }

    pub(crate) async fn disconnected(&mut self) -> String {
        match self.event().await {
            Event::State(AccountState::Degraded { reason } | AccountState::BadCredentials { reason }) => {
                reason
            }
            other => panic!("not disconnected: {other:?}"),
        }
    }

    /// Asserts that no event comes for a moment.
    pub(crate) async fn quiet(&mut self) {
        let nothing = tokio::time::timeout(Duration::from_millis(150), async {
            loop {
                match self.inbox.recv().await.expect("the adapter runs").event {
                    Event::Alert(alert) => self.alerts.push((alert.name, alert.message.is_some())),
                    event => return event,
                }
            }
        });
        let nothing = nothing.await;
        assert!(nothing.is_err(), "{nothing:?}");
    }
}

/// An implementation's end of a connection.
pub(crate) struct Fake<S = MaybeTlsStream<TcpStream>>(pub(crate) WebSocketStream<S>);

impl Fake {
    /// Connects to the adapter as NapCat does.
    pub(crate) async fn connect(desk: &Desk) -> Self {
        Self::with_headers(
            &desk.url(),
            &[("x-self-id", "10000"), ("x-client-role", "Universal")],
        )
        .await
        .unwrap()
    }

    pub(crate) async fn with_headers(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value)?);
        }
        let (socket, _) = tokio_tungstenite::connect_async_with_config(request, None, true).await?;
        Ok(Self(socket))
    }

    /// Connects and says so, and the desk hears of it.
    pub(crate) async fn ready(desk: &mut Desk) -> Self {
        let mut fake = Self::connect(desk).await;
        fake.lifecycle().await;
        desk.connected().await;
        fake
    }
}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Fake<S> {
    pub(crate) async fn say(&mut self, event: Value) {
        self.text(event.to_string()).await;
    }

    pub(crate) async fn text(&mut self, text: String) {
        self.0
            .send(tungstenite::Message::Text(text.into()))
            .await
            .unwrap();
    }

    pub(crate) async fn lifecycle(&mut self) {
        self.say(json!({
            "time": 1_700_000_000, "self_id": SELF, "post_type": "meta_event", "meta_event_type": "lifecycle",
            "sub_type": "connect"
        }))
        .await;
    }

    /// The next call.
    pub(crate) async fn call(&mut self) -> Value {
        loop {
            let frame = tokio::time::timeout(TEST_TIMEOUT, self.0.next())
                .await
                .expect("a call comes");
            match frame.expect("the connection lives").unwrap() {
                tungstenite::Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                tungstenite::Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Answers a call.
    pub(crate) async fn answer(&mut self, call: &Value, data: Value) {
        self.say(json!({
            "status": "ok", "retcode": 0, "data": data, "message": "", "wording": "", "echo": call["echo"]
        }))
        .await;
    }

    pub(crate) async fn fail(&mut self, call: &Value, retcode: i64, words: &str) {
        self.say(json!({
            "status": "failed", "retcode": retcode, "data": null, "message": words, "wording": words,
            "echo": call["echo"]
        }))
        .await;
    }

    /// Asserts that no call comes for a moment.
    pub(crate) async fn no_call(&mut self) {
        let call = tokio::time::timeout(Duration::from_millis(150), self.call()).await;
        assert!(call.is_err(), "{call:?}");
    }

    /// The code with which the other side closes.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        loop {
            match tokio::time::timeout(TEST_TIMEOUT, self.0.next())
                .await
                .expect("it closes")
            {
                Some(Ok(tungstenite::Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

/// A group message as NapCat sends it.
pub(crate) fn group_message(id: i64, content: Value) -> Value {
    json!({
        "self_id": SELF, "user_id": 7, "time": 1_700_000_000, "message_id": id, "message_seq": id, "real_id": id,
        "message_type": "group", "sub_type": "normal", "group_id": 42, "group_name": "用户群", "font": 14,
        "sender": {"user_id": 7, "nickname": "小明", "card": "明", "role": "member"},
        "raw_message": "raw", "message_format": "array", "post_type": "message", "message": content
    })
}

pub(crate) fn text(text: &str) -> Value {
    json!([{"type": "text", "data": {"text": text}}])
}

pub(crate) fn mention(words: &str) -> Value {
    json!([{"type": "at", "data": {"qq": SELF.to_string()}}, {"type": "text", "data": {"text": words}}])
}

/// A reply in group 42 that quotes message `quote`.
pub(crate) fn reply(quote: Option<&str>, words: &str) -> Reply {
    Reply::of_text(ChannelId::from("group:42"), ChannelKind::Group, words.to_owned())
        .with_quote(quote.map(MessageId::from))
}
