//! The inbox: takes events in batches, decides each in memory, and commits decision, state, tickets and outbox rows of
//! a whole batch in one transaction, so that one fsync serves many messages. Only then is an event acknowledged and a
//! reply sent.

mod batch;
mod cache;
mod commit;
mod meaning;
mod roster;
mod wakes;

use crate::desk::{Desk, Dues, Outgoing};
use crate::semantic::Semantic;
use crate::service::alerts::{Alerts, Severity};
use crate::service::directory::Directory;
use crate::service::drafts::Drafts;
use crate::service::knowledge::Shared;
use crate::service::outbox::{Delivered, Outbox};
use crate::store::{Forget, Result, Store, TicketFilter};
use crate::ticket::Book;
use batch::Work;
use cache::States;
use commit::Commits;
use groupdesk_contract::{Clock, Event, Incoming};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wakes::Wakes;

/// How many events one transaction takes at most. Enough that an fsync is shared by all that waits at 8,000 messages a
/// second, small enough that the first of them does not wait for the last to be decided.
const BATCH: usize = 256;

/// How long the inbox waits before it reads the store again after it could not.
const RETRY: Duration = Duration::from_millis(200);

/// How often what can no longer matter is removed from the store.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// How long processed messages are remembered for recognising repetitions. Longer than any replay limit.
const INBOX_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);

/// How long what was sent is kept, so that a quote of it is recognised as a quote of the bot.
const OUTBOX_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 14);

/// What the inbox works with.
#[derive(Clone)]
pub struct Inbox {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The FAQ in service.
    pub knowledge: Arc<Shared>,
    /// The operator's settings.
    pub directory: Arc<Directory>,
    /// Where committed replies go.
    pub outbox: Arc<Outbox>,
    /// What messages mean, where that is asked for.
    pub semantic: Option<Arc<Semantic>>,
    /// What is wrong at this moment.
    pub alerts: Arc<Alerts>,
    /// Entries made from staff's answers.
    pub drafts: Drafts,
}

impl Inbox {
    /// Works until every sender of `events` is gone, or until `stop` comes and what is in hand is finished. Events that come
    /// later are left unacknowledged, so that the platform brings them again where it can.
    ///
    /// # Errors
    /// When the store can't be read at the start. Later failures are retried, and nothing is acknowledged meanwhile.
    pub async fn run(
        self,
        mut events: mpsc::Receiver<Incoming>,
        mut notices: mpsc::Receiver<Vec<Outgoing>>,
        mut delivered: mpsc::UnboundedReceiver<Delivered>,
        stop: CancellationToken,
    ) -> Result<()> {
        let mut wakes = Wakes::default();
        for (place, at) in self.store.waking().await? {
            wakes.set(&place, Some(at));
        }
        let not_closed = TicketFilter {
            not_closed: true,
            ..TicketFilter::default()
        };
        let tickets = self.store.tickets(&not_closed).await?;
        let next = self.store.next_ticket_number().await?;
        let mut book = Book::new(tickets, next, roster::read(&*self.store).await?);
        book.rehome(
            |room| self.directory.is_staff_room(room),
            |channel| &self.directory.channel(channel).tell,
            self.clock.now(),
        );
        let knowledge = self.knowledge.get();
        let dues = Dues::new(&Desk::new(&knowledge), &book, self.directory.tickets());
        let mut desk = batch::Worker {
            book,
            dues,
            due_by: knowledge,
            wakes,
            states: States::default(),
            commits: Commits::default(),
            inbox: self.clone(),
        };
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        let mut buffer: Vec<Incoming> = Vec::with_capacity(BATCH);
        let mut stopping = false;
        while !stopping {
            let now = self.clock.now();
            let tickets = desk
                .dues
                .next()
                .map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
            let next = desk.wakes.next(now).into_iter().chain(tickets).min();
            let mut work = Work::default();
            tokio::select! {
                received = events.recv_many(&mut buffer, BATCH) => {
                    if received == 0 {
                        break;
                    }
                }
                Some(outgoing) = notices.recv() => work.notices = outgoing,
                Some(outcome) = delivered.recv() => work.delivered.push(outcome),
                () = tokio::time::sleep(next.unwrap_or(PRUNE_EVERY)), if next.is_some() => {}
                _ = prune.tick() => self.prune().await,
                () = stop.cancelled() => {
                    stopping = true;
                    while buffer.len() < 16 * BATCH && let Ok(event) = events.try_recv() {
                        buffer.push(event);
                    }
                }
            }
            let now = self.clock.now();
            while let Some(place) = desk.wakes.pop_due(now) {
                work.due.push(place);
            }
            while let Ok(outcome) = delivered.try_recv() {
                work.delivered.push(outcome);
            }
            work.tickets = desk.dues.next().is_some_and(|at| at <= now);
            for mut incoming in buffer.drain(..) {
                // Everything that people chose freely passes here: what follows may show it.
                incoming.event.clean();
                match &incoming.event {
                    Event::Connected => {
                        tracing::info!(account = %incoming.account, "connected");
                        self.outbox.account_connected(&incoming.account);
                    }
                    Event::Disconnected { reason } => {
                        tracing::warn!(account = %incoming.account, reason, "disconnected");
                    }
                    Event::Alert(alert) => {
                        let name = format!("{}/{}", incoming.account, alert.name);
                        match &alert.message {
                            Some(message) => {
                                let message = format!("{}: {message}", incoming.account);
                                self.alerts.fire(&name, Severity::Warning, message);
                            }
                            None => self.alerts.resolve(&name),
                        }
                    }
                    Event::Message(_) | Event::Recall(_) | Event::Edit(_) | Event::Undelivered(_) => {
                        work.events.push(incoming);
                    }
                }
            }
            if work.is_empty() {
                continue;
            }
            while let Err(error) = desk.process(&mut work).await {
                tracing::error!(%error, events = work.events.len(), "can't read the store; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
        desk.commits.finish().await;
        // The adapters must not find the inbox closed while the last replies go out through them.
        tokio::spawn(async move { while events.recv().await.is_some() {} });
        Ok(())
    }

    async fn prune(&self) {
        let now = self.clock.now();
        let before = |kept| now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
        match self.store.prune(before(INBOX_KEPT), before(OUTBOX_KEPT)).await {
            Ok(pruned) => tracing::debug!(?pruned, "pruned"),
            Err(error) => tracing::warn!(%error, "can't prune the store"),
        }
        if let Some(retention) = self.directory.tickets().retention {
            match self.store.forget(&Forget::Before(before(retention))).await {
                Ok(0) => {}
                Ok(tickets) => {
                    tracing::info!(tickets, "forgot closed tickets, as `tickets.retention_days` says")
                }
                Err(error) => tracing::warn!(%error, "can't forget old tickets"),
            }
        }
    }
}
