//! The adapter running against the fake, with a desk that collects what it reports and commits when a test says so.

use crate::fake::{APP, Fake, SECRET};
use groupdesk_contract::{
    AccountId, Act, Adapter, Button, ChannelId, ChannelKind, Clock, Delivery, Event, Forgetful, Incoming,
    Link, Memory, Message, MessageId, PastReply, Reply, ReplyKey, Segment, SystemClock,
};
use groupdesk_qq::{Qq, Settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// The adapter, and what it reports.
pub(crate) struct Desk {
    pub(crate) qq: Arc<Qq>,
    pub(crate) memory: Arc<dyn Memory>,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<()>,
}

impl Desk {
    /// Starts, and waits until the adapter is connected to the gateway.
    pub(crate) async fn start(fake: &Fake) -> Self {
        Self::start_with(fake, &json!({})).await
    }

    /// The same with `more` settings.
    pub(crate) async fn start_with(fake: &Fake, more: &Value) -> Self {
        let mut desk = Self::with(fake, more, Arc::new(Forgetful::default()), Arc::new(SystemClock));
        desk.connected().await;
        desk
    }

    /// Starts with `more` settings, the durable notes of an earlier run, and a clock; doesn't wait for the connection.
    pub(crate) fn with(fake: &Fake, more: &Value, memory: Arc<dyn Memory>, clock: Arc<dyn Clock>) -> Self {
        let mut settings = json!({
            "app_id": APP, "app_secret": SECRET, "api_url": format!("http://{}", fake.address),
            "token_url": format!("http://{}/app/getAppAccessToken", fake.address),
        });
        if let (Some(settings), Some(more)) = (settings.as_object_mut(), more.as_object()) {
            settings.extend(more.clone());
        }
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let account = AccountId::from("qq");
        let qq = Qq::new(account.clone(), settings, clock, Arc::clone(&memory)).unwrap();
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(account, sender, shutdown.clone());
        let adapter = Arc::clone(&qq);
        let running = tokio::spawn(async move {
            // A desk that is gone ends the run with an error, which some tests want.
            let _ = adapter.run(link).await;
        });
        Self {
            qq,
            memory,
            inbox,
            shutdown,
            running,
        }
    }

    /// Serves the adapter's routes.
    pub(crate) async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = self.qq.routes().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    }

    /// The next event, and what tells the adapter that it is committed.
    pub(crate) async fn uncommitted(&mut self) -> (Event, Option<oneshot::Sender<()>>) {
        let incoming = tokio::time::timeout(PATIENCE, self.inbox.recv()).await;
        let incoming = incoming.expect("an event comes").expect("the adapter runs");
        (incoming.event, incoming.committed)
    }

    /// The next event, committed.
    pub(crate) async fn event(&mut self) -> Event {
        let (event, committed) = self.uncommitted().await;
        if let Some(committed) = committed {
            let _ = committed.send(());
        }
        event
    }

    pub(crate) async fn message(&mut self) -> Message {
        match self.event().await {
            Event::Message(message) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    pub(crate) async fn connected(&mut self) {
        assert_eq!(self.event().await, Event::Connected);
    }

    pub(crate) async fn disconnected(&mut self) -> String {
        match self.event().await {
            Event::Disconnected { reason } => reason,
            other => panic!("not disconnected: {other:?}"),
        }
    }

    /// Asserts that no event comes for a moment.
    pub(crate) async fn quiet(&mut self) {
        let nothing = tokio::time::timeout(Duration::from_millis(300), self.inbox.recv()).await;
        assert!(nothing.is_err(), "{nothing:?}");
    }

    pub(crate) async fn send(&self, key: i64, reply: &Reply) -> Delivery {
        self.qq.send(ReplyKey(key), reply).await
    }

    /// Sends what must arrive; its message.
    pub(crate) async fn sent(&self, key: i64, reply: &Reply) -> MessageId {
        match self.send(key, reply).await {
            Delivery::Sent {
                message: Some(message),
            } => message,
            other => panic!("not sent: {other:?}"),
        }
    }

    /// The adapter's answer to a look-up of `reply`.
    pub(crate) async fn find(&self, key: i64, reply: &Reply) -> PastReply {
        self.qq.find_sent(ReplyKey(key), reply, SystemClock.now()).await
    }

    /// Ends like kill -9, as far as the adapter can tell.
    pub(crate) fn kill(self) -> Arc<dyn Memory> {
        self.running.abort();
        self.memory
    }
}

/// Waits until `is` is true.
pub(crate) async fn until(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A reply to `channel`.
pub(crate) fn reply(channel: &str, text: &str) -> Reply {
    Reply {
        channel: ChannelId::from(channel),
        kind: if channel.starts_with("private:") || channel.starts_with("dms:") {
            ChannelKind::Direct
        } else {
            ChannelKind::Group
        },
        quote: None,
        segments: vec![Segment::Text(text.to_owned())],
        note: None,
        buttons: Vec::new(),
        act: Act::Say,
    }
}

pub(crate) fn button(label: &str, says: &str) -> Button {
    Button {
        label: label.to_owned(),
        says: says.to_owned(),
    }
}

/// A reply to `channel` that answers `quote`.
pub(crate) fn answer(channel: &str, quote: &str, text: &str) -> Reply {
    Reply {
        quote: Some(MessageId::from(quote)),
        ..reply(channel, text)
    }
}
