//! A desk that collects what an adapter reports, and commits when a test says so.

use groupdesk_contract::{
    AccountState, Adapter, AdapterError, Button, ChannelId, ChannelKind, Delivery, Edit, Event, Incoming,
    Link, Message, MessageId, NoteKind, Place, Reply, ReplyKey, Storage, TicketNote,
};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The timeout of every wait.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(12);

/// The time for which [`TestDesk::quiet`] listens.
const QUIET: Duration = Duration::from_millis(300);

/// An adapter that runs, and what it reports.
pub struct TestDesk<A: ?Sized> {
    /// The adapter.
    pub adapter: Arc<A>,
    /// Durable notes.
    pub storage: Arc<dyn Storage>,
    /// Events that it reports.
    pub inbox: mpsc::Receiver<Incoming>,
    /// Cancelled to stop it.
    pub shutdown: CancellationToken,
    /// Run.
    pub running: JoinHandle<Result<(), AdapterError>>,
}

impl<A: Adapter + ?Sized + 'static> TestDesk<A> {
    /// Runs `adapter`, whose durable notes are `storage`; doesn't wait for its connection.
    pub fn run(adapter: Arc<A>, storage: Arc<dyn Storage>) -> Self {
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(adapter.account().clone(), sender, shutdown.clone());
        let run = Arc::clone(&adapter);
        let running = tokio::spawn(async move { run.run(link).await });
        Self {
            adapter,
            storage,
            inbox,
            shutdown,
            running,
        }
    }

    /// Returns the next event, and what tells the adapter that it is committed.
    pub async fn uncommitted(&mut self) -> (Event, Option<oneshot::Sender<()>>) {
        let incoming = tokio::time::timeout(TEST_TIMEOUT, self.inbox.recv()).await;
        let incoming = incoming.expect("an event comes").expect("the adapter runs");
        (incoming.event, incoming.committed)
    }

    /// Returns the next event, committed.
    pub async fn event(&mut self) -> Event {
        let (event, committed) = self.uncommitted().await;
        if let Some(committed) = committed {
            let _ = committed.send(());
        }
        event
    }

    /// Returns the next event, which must be a message.
    pub async fn message(&mut self) -> Message {
        match self.event().await {
            Event::Message(message) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// Returns the next event, which must be an edit.
    pub async fn edit(&mut self) -> Edit {
        match self.event().await {
            Event::Edit(edit) => edit,
            other => panic!("no edit: {other:?}"),
        }
    }

    /// Asserts that the next event says that the account is connected.
    pub async fn connected(&mut self) {
        assert_eq!(self.event().await, Event::State(AccountState::Connected));
    }

    /// Returns the reason for which the next event says that the account is disconnected.
    pub async fn disconnected(&mut self) -> String {
        match self.event().await {
            Event::State(AccountState::Degraded { reason } | AccountState::BadCredentials { reason }) => {
                reason
            }
            other => panic!("not disconnected: {other:?}"),
        }
    }

    /// Asserts that no event comes for a moment.
    pub async fn quiet(&mut self) {
        let nothing = tokio::time::timeout(QUIET, self.inbox.recv()).await;
        assert!(nothing.is_err(), "{nothing:?}");
    }

    /// Sends a reply.
    pub async fn send(&self, key: i64, reply: &Reply) -> Delivery {
        self.adapter.send(ReplyKey(key), reply).await
    }

    /// Sends a reply that must arrive; returns its message, as far as the platform tells.
    pub async fn delivered(&self, key: i64, reply: &Reply) -> Option<MessageId> {
        match self.send(key, reply).await {
            Delivery::Sent { message } => message,
            other => panic!("not sent: {other:?}"),
        }
    }

    /// Sends a reply that must arrive; returns its message.
    pub async fn sent(&self, key: i64, reply: &Reply) -> MessageId {
        let message = self.delivered(key, reply).await;
        message.expect("the platform tells the message's id")
    }

    /// Ends like kill -9, as far as the adapter can tell.
    pub fn kill(self) -> Arc<dyn Storage> {
        self.running.abort();
        self.storage
    }

    /// Returns the result of the run, which must end.
    pub async fn ended(self) -> Result<(), AdapterError> {
        let ended = tokio::time::timeout(TEST_TIMEOUT, self.running).await;
        ended.expect("the run ends").expect("the run does not panic")
    }
}

/// Serves the routes of an adapter; returns the address.
pub async fn serve(routes: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

/// Waits until `is` is true; `what` names it where it never becomes so.
pub async fn until(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + TEST_TIMEOUT;
    while !is() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns `settings` with `more` in place of what they name alike.
pub fn with(mut settings: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

/// Returns a reply to `channel`, which is a direct chat if its id begins with the word of one.
pub fn reply(channel: &str, text: &str) -> Reply {
    let is_direct = ["private:", "dms:", "dm:"]
        .iter()
        .any(|kind| channel.starts_with(kind));
    Reply::of_text(
        ChannelId::from(channel),
        match is_direct {
            true => ChannelKind::Direct,
            false => ChannelKind::Group,
        },
        text.to_owned(),
    )
}

/// Returns a reply to `channel` that answers `quote`.
pub fn answer(channel: &str, quote: &str, text: &str) -> Reply {
    reply(channel, text).with(|reply| {
        reply.quote = Some(MessageId::from(quote));
    })
}

/// Returns a button.
pub fn button(label: &str, says: &str) -> Button {
    Button {
        label: label.to_owned(),
        says: says.to_owned(),
    }
}

/// Returns the note on ticket `ticket` for staff, whose member 7 asked in `asked_in`.
pub fn note(asked_in: Place, ticket: u64, kind: NoteKind) -> Option<Box<TicketNote>> {
    Some(Box::new(TicketNote {
        ticket,
        subject: "打不开 *安装包*".to_owned(),
        member: "7".into(),
        member_name: "小_明".to_owned(),
        asked_in,
        kind,
    }))
}
