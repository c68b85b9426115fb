//! The adapter running against the fake, with a desk that collects what it reports and commits when a test says so.

use crate::fake::{Fake, TOKEN};
use groupdesk_contract::{
    AccountId, Act, Adapter, AdapterError, Button, ChannelId, ChannelKind, Delivery, Event, Forgetful,
    Incoming, Link, Memory, Message, MessageId, NoteKind, Place, Reply, ReplyKey, Segment, SystemClock,
    TicketNote,
};
use groupdesk_discord::{Discord, Settings};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(12);

/// The adapter, and what it reports.
pub(crate) struct Desk {
    pub(crate) discord: Arc<Discord>,
    pub(crate) memory: Arc<dyn Memory>,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<Result<(), AdapterError>>,
}

impl Desk {
    pub(crate) async fn start(fake: &Fake) -> Self {
        Self::start_with(fake, json!({})).await
    }

    /// Starts with `more` settings.
    pub(crate) async fn start_with(fake: &Fake, more: Value) -> Self {
        let mut desk = Self::with(fake, &more, Arc::new(Forgetful::default()));
        desk.connected().await;
        desk
    }

    /// Starts with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
    pub(crate) fn with(fake: &Fake, more: &Value, memory: Arc<dyn Memory>) -> Self {
        let mut settings = json!({"token": TOKEN, "api_url": format!("http://{}", fake.address)});
        if let (Some(settings), Some(more)) = (settings.as_object_mut(), more.as_object()) {
            settings.extend(more.clone());
        }
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let account = AccountId::from("dc");
        let clock = Arc::new(SystemClock);
        let discord = Discord::new(account.clone(), settings, clock, Arc::clone(&memory)).unwrap();
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(account, sender, shutdown.clone());
        let adapter = Arc::clone(&discord);
        let running = tokio::spawn(async move { adapter.run(link).await });
        Self {
            discord,
            memory,
            inbox,
            shutdown,
            running,
        }
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
        self.discord.send(ReplyKey(key), reply).await
    }

    /// Sends what must arrive; its message.
    pub(crate) async fn sent(&self, key: i64, reply: &Reply) -> u64 {
        match self.send(key, reply).await {
            Delivery::Sent {
                message: Some(message),
            } => message.as_str().parse().unwrap(),
            other => panic!("not sent: {other:?}"),
        }
    }

    /// Ends like kill -9, as far as the adapter can tell; after a moment in which it records commits.
    pub(crate) async fn kill(self) -> Arc<dyn Memory> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.running.abort();
        let _ = self.running.await;
        self.memory
    }

    /// The result of the run.
    pub(crate) async fn ended(self) -> Result<(), AdapterError> {
        tokio::time::timeout(PATIENCE, self.running)
            .await
            .unwrap()
            .unwrap()
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

/// A reply to a channel.
pub(crate) fn reply(channel: u64, text: &str) -> Reply {
    Reply {
        channel: ChannelId::new(format!("channel:{channel}")),
        kind: ChannelKind::Group,
        quote: None,
        segments: vec![Segment::Text(text.to_owned())],
        note: None,
        buttons: Vec::new(),
        act: Act::Say,
    }
}

/// A reply to a channel that quotes a message.
pub(crate) fn answer(channel: u64, quote: u64, text: &str) -> Reply {
    Reply {
        quote: Some(MessageId::new(quote.to_string())),
        ..reply(channel, text)
    }
}

pub(crate) fn button(label: &str, says: &str) -> Button {
    Button {
        label: label.to_owned(),
        says: says.to_owned(),
    }
}

/// The note for staff on ticket `ticket`, whose member is 7.
pub(crate) fn note(channel: u64, ticket: u64, kind: NoteKind, text: &str) -> Reply {
    Reply {
        note: Some(Box::new(TicketNote {
            ticket,
            subject: "打不开 *安装包*".to_owned(),
            member: "7".into(),
            member_name: "小_明".to_owned(),
            asked_in: Place::new("dc", "channel:77"),
            kind,
        })),
        ..reply(channel, text)
    }
}

/// A ticket is opened.
pub(crate) fn opened(channel: u64, ticket: u64, text: &str) -> Reply {
    let kind = NoteKind::Opened {
        said: "打不开".to_owned(),
    };
    note(channel, ticket, kind, text)
}

/// The member says more.
pub(crate) fn more(channel: u64, ticket: u64, said: &str, text: &str) -> Reply {
    let kind = NoteKind::Said {
        by: "小_明".to_owned(),
        said: said.to_owned(),
    };
    note(channel, ticket, kind, text)
}
