//! A robot running against a fake, with a desk that collects what it reports and commits when a test says so.

use crate::fake::Fake;
use groupdesk_contract::{
    AccountId, Act, Adapter, Button, ChannelId, ChannelKind, Delivery, Event, Forgetful, Incoming, Link,
    Memory, Message, MessageId, Reply, ReplyKey, Segment, SystemClock,
};
use groupdesk_wecom::Robot;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// The robot, and what it reports.
pub(crate) struct Desk {
    pub(crate) robot: Arc<Robot>,
    pub(crate) inbox: mpsc::Receiver<Incoming>,
    pub(crate) shutdown: CancellationToken,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Desk {
    /// Starts over the long connection.
    pub(crate) async fn start(fake: &Fake) -> Self {
        let mut desk = Self::with(fake, &json!({}), Arc::new(Forgetful::default()));
        assert_eq!(desk.event().await, Event::Connected);
        desk
    }

    pub(crate) fn with(fake: &Fake, more: &Value, memory: Arc<dyn Memory>) -> Self {
        let mut settings = json!({
            "bot_id": crate::fake::BOT, "secret": crate::fake::SECRET, "api_url": format!("ws://{}", fake.address),
            "after_kick": "1s",
        });
        if let (Some(settings), Some(more)) = (settings.as_object_mut(), more.as_object()) {
            settings.extend(more.clone());
        }
        Self::of(settings, memory)
    }

    pub(crate) fn of(settings: Value, memory: Arc<dyn Memory>) -> Self {
        let settings = serde_json::from_value(settings).unwrap();
        let account = AccountId::from("wecom");
        let robot = Robot::new(account.clone(), settings, Arc::new(SystemClock), memory).unwrap();
        let (sender, inbox) = mpsc::channel(1024);
        let shutdown = CancellationToken::new();
        let link = Link::new(account, sender, shutdown.clone());
        let adapter = Arc::clone(&robot);
        tokio::spawn(async move {
            // A desk that is gone ends the run with an error, which some tests want.
            let _ = adapter.run(link).await;
        });
        Self {
            robot,
            inbox,
            shutdown,
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
        self.robot.send(ReplyKey(key), reply).await
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
}

/// Waits until `is` is true.
pub(crate) async fn until(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A reply to `channel`, which answers `quote`.
pub(crate) fn reply(channel: &str, quote: Option<&MessageId>, text: &str) -> Reply {
    Reply {
        channel: ChannelId::from(channel),
        kind: if channel.starts_with("group:") {
            ChannelKind::Group
        } else {
            ChannelKind::Direct
        },
        quote: quote.cloned(),
        segments: vec![Segment::Text(text.to_owned())],
        note: None,
        buttons: Vec::new(),
        act: Act::Say,
    }
}

pub(crate) fn with_buttons(mut reply: Reply, buttons: &[(&str, &str)]) -> Reply {
    reply.buttons = buttons
        .iter()
        .map(|(label, says)| Button {
            label: (*label).to_owned(),
            says: (*says).to_owned(),
        })
        .collect();
    reply
}
