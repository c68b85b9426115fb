//! An adapter running against the fake, with a desk that collects what it reports and commits when a test says so.

use crate::fake::Fake;
use groupdesk_contract::{
    AccountId, Act, Adapter, Button, ChannelId, ChannelKind, Delivery, Event, Forgetful, Incoming, Link,
    Memory, Message, MessageId, Reply, ReplyKey, Segment, SystemClock,
};
use groupdesk_wechat::{CustomerService, CustomerServiceSettings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// The adapter, and what it reports.
pub(crate) struct Desk {
    pub(crate) adapter: Arc<dyn Adapter>,
    pub(crate) memory: Arc<dyn Memory>,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<()>,
    pub(crate) routes: Option<axum::Router>,
}

/// Returns `settings` with `more`.
pub(crate) fn with(mut settings: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        settings[name] = value.clone();
    }
    settings
}

impl Desk {
    /// Starts Customer Service.
    pub(crate) async fn start(fake: &Fake) -> Self {
        let mut desk = Self::kf(fake, &json!({}), Arc::new(Forgetful::default()));
        desk.connected().await;
        desk
    }

    /// Starts Customer Service with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
    pub(crate) fn kf(fake: &Fake, more: &Value, memory: Arc<dyn Memory>) -> Self {
        let settings: CustomerServiceSettings =
            serde_json::from_value(with(fake.connection(), more)).unwrap();
        let clock = Arc::new(SystemClock);
        let adapter =
            CustomerService::new(AccountId::from("kf"), settings, clock, Arc::clone(&memory)).unwrap();
        let routes = adapter.routes();
        Self::of(adapter, routes, memory)
    }

    pub(crate) fn of(
        adapter: Arc<dyn Adapter>,
        routes: Option<axum::Router>,
        memory: Arc<dyn Memory>,
    ) -> Self {
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(adapter.account().clone(), sender, shutdown.clone());
        let running = tokio::spawn({
            let adapter = Arc::clone(&adapter);
            async move {
                // A desk that is gone ends the run with an error, which some tests want.
                let _ = adapter.run(link).await;
            }
        });
        Self {
            adapter,
            memory,
            inbox,
            shutdown,
            running,
            routes,
        }
    }

    /// Serves the adapter's routes.
    pub(crate) async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = self.routes.clone().unwrap();
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
        self.adapter.send(ReplyKey(key), reply).await
    }

    /// Sends what must arrive; its message.
    pub(crate) async fn sent(&self, key: i64, reply: &Reply) -> Option<MessageId> {
        match self.send(key, reply).await {
            Delivery::Sent { message } => message,
            other => panic!("not sent: {other:?}"),
        }
    }

    /// Ends like kill -9, as far as the adapter can tell.
    pub(crate) fn kill(self) -> Arc<dyn Memory> {
        self.running.abort();
        self.memory
    }
}

/// A reply to `channel`.
pub(crate) fn reply(channel: &str, text: &str) -> Reply {
    Reply {
        channel: ChannelId::from(channel),
        kind: ChannelKind::Direct,
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
