//! The adapter running against the fake, with a desk that collects what it reports and commits when a test says so.

use crate::fake::Fake;
use groupdesk_contract::{
    AccountId, Act, Adapter, Button, ChannelId, ChannelKind, Delivery, Edit, Event, Forgetful, Incoming,
    Link, Memory, Message, MessageId, NoteKind, Place, Reply, ReplyKey, Segment, SystemClock, TicketNote,
};
use groupdesk_telegram::{Settings, Telegram};
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
    pub(crate) telegram: Arc<Telegram>,
    pub(crate) memory: Arc<dyn Memory>,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<()>,
}

impl Desk {
    pub(crate) async fn start(fake: &Fake) -> Self {
        let mut desk = Self::with(fake, &json!({}), Arc::new(Forgetful::default()));
        desk.connected().await;
        desk
    }

    /// Starts with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
    pub(crate) fn with(fake: &Fake, more: &Value, memory: Arc<dyn Memory>) -> Self {
        let mut settings = json!({
            "token": crate::fake::TOKEN, "api_url": format!("http://{}", fake.address), "poll_timeout": "1s",
        });
        if let (Some(settings), Some(more)) = (settings.as_object_mut(), more.as_object()) {
            settings.extend(more.clone());
        }
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let account = AccountId::from("tg");
        let telegram = Telegram::new(
            account.clone(),
            settings,
            Arc::new(SystemClock),
            Arc::clone(&memory),
        )
        .unwrap();
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(account, sender, shutdown.clone());
        let adapter = Arc::clone(&telegram);
        let running = tokio::spawn(async move {
            // A desk that is gone ends the run with an error, which some tests want.
            let _ = adapter.run(link).await;
        });
        Self {
            telegram,
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
        let routes = self.telegram.routes().unwrap();
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

    pub(crate) async fn edit(&mut self) -> Edit {
        match self.event().await {
            Event::Edit(edit) => edit,
            other => panic!("no edit: {other:?}"),
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
        self.telegram.send(ReplyKey(key), reply).await
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
        kind: if channel.starts_with("private:") {
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

/// The note on ticket `ticket` for staff.
pub(crate) fn note(ticket: u64, kind: NoteKind) -> Option<Box<TicketNote>> {
    Some(Box::new(TicketNote {
        ticket,
        subject: "打不开 *安装包*".to_owned(),
        member: "7".into(),
        member_name: "小_明".to_owned(),
        asked_in: Place::new(AccountId::from("qq"), ChannelId::from("group:1")),
        kind,
    }))
}
