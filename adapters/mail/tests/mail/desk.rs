//! The desk's end of the link, and what it says.

use crate::peers::{Folder, Imap, Smtp};
use groupdesk_contract::{
    AccountState, Adapter, AdapterError, ChannelKind, Clock, Delivery, Event, InMemoryStorage, Incoming,
    Link, Message, NoteKind, Place, Reply, ReplyKey, Storage, SystemClock, TicketNote,
};
use groupdesk_mail::Mail;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The settings of an account with the target `support`, of alice@example.com and everybody at staff.example.
pub(crate) fn settings(smtp: Value, imap: Value) -> Value {
    json!({
        "smtp": smtp,
        "imap": imap,
        "from": "客服 Desk <desk@example.com>",
        "targets": {
            "support": {"to": ["Alice Ant <alice@example.com>", "bob@example.com"], "agents": ["@staff.example"]},
            "sales": {"to": ["sam@example.com"]},
        },
    })
}

pub(crate) fn nowhere() -> Value {
    json!({"host": "127.0.0.1", "port": 1, "security": "none"})
}

pub(crate) fn mail_with(settings: Value, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Arc<Mail> {
    Mail::new(
        "mail".into(),
        serde_json::from_value(settings).unwrap(),
        clock,
        storage,
    )
    .unwrap()
}

pub(crate) fn mail(settings: Value, storage: &Arc<InMemoryStorage>) -> Arc<Mail> {
    mail_with(
        settings,
        Arc::clone(storage) as Arc<dyn Storage>,
        Arc::new(SystemClock),
    )
}

/// An account on both servers.
pub(crate) fn connected(
    folder: &Folder,
    smtp: &Smtp,
    imap: &Imap,
    storage: &Arc<InMemoryStorage>,
) -> Arc<Mail> {
    mail(settings(smtp.settings(folder), imap.settings(folder)), storage)
}

/// A running adapter.
pub(crate) struct Running {
    inbox: mpsc::Receiver<Incoming>,
    shutdown: CancellationToken,
    task: JoinHandle<Result<(), AdapterError>>,
}

impl Running {
    pub(crate) fn new(adapter: &Arc<Mail>) -> Self {
        let (inbox_in, inbox) = mpsc::channel(8);
        let shutdown = CancellationToken::new();
        let link = Link::new("mail".into(), inbox_in, shutdown.clone());
        let adapter = Arc::clone(adapter);
        let task = tokio::spawn(async move { adapter.run(link).await });
        Self {
            inbox,
            shutdown,
            task,
        }
    }

    /// The next event; it counts as committed.
    pub(crate) async fn event(&mut self) -> Event {
        let incoming = tokio::time::timeout(Duration::from_secs(30), self.inbox.recv()).await;
        let incoming = incoming.expect("an event comes").expect("the adapter runs");
        if let Some(committed) = incoming.committed {
            committed.send(()).unwrap();
        }
        incoming.event
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> Message {
        loop {
            if let Event::Message(message) = self.event().await {
                return message;
            }
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
            event => panic!("{event:?}"),
        }
    }

    /// Asserts that no event comes for this long.
    pub(crate) async fn quiet(&mut self, seconds: u64) {
        if let Ok(event) = tokio::time::timeout(Duration::from_secs(seconds), self.inbox.recv()).await {
            panic!("{event:?}");
        }
    }

    /// The next event is taken, and the program dies before it is committed.
    pub(crate) async fn crash(mut self) -> Event {
        let incoming = tokio::time::timeout(Duration::from_secs(30), self.inbox.recv()).await;
        self.task.abort();
        incoming.expect("an event comes").expect("the adapter runs").event
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.task).await;
        ended.expect("it stops").unwrap().unwrap();
    }
}

pub(crate) fn note(kind: NoteKind) -> TicketNote {
    TicketNote {
        ticket: 12,
        subject: "装不上：\r\nBcc: eve@example.com".to_owned(),
        member: "10001".into(),
        member_name: "小明".to_owned(),
        asked_in: Place {
            account: "qq".into(),
            channel: "group:42".into(),
        },
        kind,
    }
}

pub(crate) fn reply(channel: &str, text: &str, note: Option<TicketNote>) -> Reply {
    Reply::of_text(channel.into(), ChannelKind::Group, text.to_owned()).with_note(note.map(Box::new))
}

/// Tells staff of ticket 12; gives the Message-ID.
pub(crate) async fn open(adapter: &Mail, key: i64) -> String {
    let said = "装不上".to_owned();
    let opened = reply(
        "support",
        "【工单 #12】小明：装不上",
        Some(note(NoteKind::Opened { said })),
    );
    match adapter.send(ReplyKey(key), &opened).await {
        Delivery::Sent { message: Some(id) } => id.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}
