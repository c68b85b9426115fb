//! The desk's end of the link, and the notes that it sends.

use crate::world::START;
use groupdesk_contract::{
    AccountState, Adapter, AdapterError, ChannelKind, Event, Link, ManualClock, Message, NoteKind, Place,
    Reply, TicketNote,
};
use groupdesk_ticketing::Ticketing;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const TARGET: &str = "acme";

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(START.parse().unwrap()))
}

/// A reply that speaks of a ticket.
pub(crate) fn reply(ticket: u64, kind: NoteKind, text: &str) -> Reply {
    Reply::of_text(TARGET.into(), ChannelKind::Group, text.to_owned()).with_note(Some(Box::new(TicketNote {
        ticket,
        subject: "装不上".to_owned(),
        member: "10001234".into(),
        member_name: "小明".to_owned(),
        asked_in: Place::new("qq", "g87654321"),
        kind,
    })))
}

pub(crate) fn opened(ticket: u64) -> Reply {
    let said = "装不上 https://example.com/a.png#1".to_owned();
    reply(ticket, NoteKind::Opened { said }, "【工单】")
}

pub(crate) fn said(ticket: u64, said: &str) -> Reply {
    let kind = NoteKind::Said {
        by: "小明".to_owned(),
        said: said.to_owned(),
    };
    reply(ticket, kind, said)
}

/// An adapter that runs.
pub(crate) struct Running {
    events: Arc<Mutex<Vec<Event>>>,
    shutdown: CancellationToken,
    adapter: JoinHandle<Result<(), AdapterError>>,
}

pub(crate) fn run(adapter: &Arc<Ticketing>) -> Running {
    let (inbox, mut incoming) = mpsc::channel(16);
    let shutdown = CancellationToken::new();
    let link = Link::new("desk".into(), inbox, shutdown.clone());
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    tokio::spawn(async move {
        while let Some(arrived) = incoming.recv().await {
            heard.lock().unwrap().push(arrived.event);
            if let Some(committed) = arrived.committed {
                let _ = committed.send(());
            }
        }
    });
    let adapter = Arc::clone(adapter);
    let adapter = tokio::spawn(async move { adapter.run(link).await });
    Running {
        events,
        shutdown,
        adapter,
    }
}

impl Running {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        let messages = self.events().into_iter().filter_map(|event| match event {
            Event::Message(message) => Some(message),
            _ => None,
        });
        messages.collect()
    }

    /// Waits until an event is there.
    pub(crate) async fn until(&self, there: impl Fn(&Event) -> bool) {
        for _ in 0..500 {
            if self.events().iter().any(&there) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came: {:?}", self.events());
    }

    pub(crate) async fn until_said(&self, text: &str) {
        self.until(|event| matches!(event, Event::Message(message) if message.text() == text))
            .await;
    }

    pub(crate) async fn until_connected(&self) {
        self.until(|event| *event == Event::State(AccountState::Connected))
            .await;
    }

    /// Waits for a few rounds of polling.
    pub(crate) async fn rounds(&self) {
        tokio::time::sleep(Duration::from_millis(600)).await;
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.adapter.await.unwrap().unwrap();
    }
}
