//! In: what happened in a remote ticket becomes a message in the staff room, once.

use super::Ticketing;
use crate::notes::{Known, State};
use crate::remote::{Item, Person, What};
use groupdesk_contract::{
    AdapterError, Channel, ChannelId, ChannelKind, ChannelRole, Event, Link, MemberId, MemoryError, Message,
    MessageId, Segment, Sender, Standing,
};

/// Why something could not be taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error(transparent)]
    Stopped(#[from] AdapterError),
    #[error("what came before can't be read or kept now: {0}")]
    Forgotten(#[from] MemoryError),
}

impl Ticketing {
    /// Hands `item` to the desk, unless it is of nobody's ticket here or was handed over before. When this returns, the
    /// desk has committed it.
    pub(crate) async fn take(&self, link: &Link, item: Item) -> Result<(), NotTaken> {
        let _one_at_a_time = self.reading.lock().await;
        let Some(known) = self.notes.known(&item.remote).await? else {
            return Ok(());
        };
        if !self.remote.targets().contains(&known.target.as_str()) {
            return Ok(());
        }
        let state = self.notes.state(&item.remote).await?;
        let change = |closed| State {
            closed,
            since: item.at,
        };
        let (id, text, change) = match &item.what {
            What::Answered { id, text } => (id.clone(), text.clone(), None),
            What::Closed if !state.closed && item.at > state.since => {
                let id = format!("closed:{}:{}", item.remote, item.at);
                (id, "resolve".to_owned(), Some(change(true)))
            }
            What::Open if state.closed && item.at > state.since => {
                let id = format!("reopened:{}:{}", item.remote, item.at);
                (id, "reopen".to_owned(), Some(change(false)))
            }
            What::Closed | What::Open => return Ok(()),
        };
        let seen = self.notes.seen(&item.remote).await?;
        if seen.contains(&id) || text.trim().is_empty() {
            return Ok(());
        }
        let message = self.message(known, &item, id.clone(), text);
        link.deliver(Event::Message(message)).await?;
        self.notes.keep_seen(&item.remote, seen, id).await?;
        if let Some(state) = change {
            self.notes.keep_state(&item.remote, state).await?;
        }
        Ok(())
    }

    fn message(&self, known: Known, item: &Item, id: String, text: String) -> Message {
        let system = || Person {
            id: self.remote.system().to_lowercase(),
            name: self.remote.system().to_owned(),
            is_bot: false,
        };
        let by = item.by.clone().unwrap_or_else(system);
        Message {
            id: MessageId::new(id),
            channel: Channel {
                id: ChannelId::new(known.target.as_str()),
                kind: ChannelKind::Group,
                name: Some(known.target),
            },
            sender: Sender {
                id: MemberId::new(by.id),
                name: by.name,
                role: ChannelRole::Member,
                is_bot: by.is_bot,
                is_self: false,
                standing: Standing::Member,
            },
            segments: vec![Segment::Text(text)],
            mentions_bot: false,
            at: item.at,
            ticket: Some(known.ticket),
            link: None,
        }
    }
}
