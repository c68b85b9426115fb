//! The inbox: takes events in batches, decides each in memory, and commits decision, state, tickets and outbox rows of
//! a whole batch in one transaction, so that one fsync serves many messages. Only then is an event acknowledged and a
//! reply sent.

mod batch;
mod batch_outcome;
mod batch_work;
mod channel_state_cache;
mod channel_timers;
mod commit;
mod decide_batch;
mod decision_records;
pub(super) mod duty_storage;
mod embed_batch;
mod event_place;
mod event_turn;
mod inbox_state;
mod label_command;
mod look_up;
mod quarantine;
mod quarantine_retry;
mod sibling_accounts;
mod staff_orders;
mod staff_quote;
mod ticket_history;
mod upkeep;
mod why_command;

use crate::desk::{DraftResult, Outgoing};
use crate::semantic::Semantic;
use crate::service::alerts::{Alerts, Severity};
use crate::service::draft_requests::Drafting;
use crate::service::event_intake::Intake;
use crate::service::faq_orders::Drafts;
use crate::service::judge_requests::JudgeCaller;
use crate::service::live_knowledge::LiveKnowledge;
use crate::service::outbox::{DeliveryEvent, Outbox};
use crate::service::routing::Routing;
use crate::service::standby_events::RecordedEvents;
use crate::store::{Result, Store, StoreError};
use batch_work::{Arrived, Work};
use groupdesk_contract::{AccountState, Clock, Event, Incoming, Place};
use inbox_state::InboxWorker;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Most events of one transaction. Enough that an fsync is shared by all that waits at 8,000 messages a second, small
/// enough that the first of them does not wait for the last to be decided.
const BATCH_EVENTS_MAX: usize = 256;

/// Longest sleep of the inbox when nothing is due.
const IDLE_SLEEP_MAX: Duration = Duration::from_secs(3600);

/// Longest sleep of the inbox while a timer runs: the clock may be set meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Name of the alert that fires while the store fails.
pub(super) const STORE_ALERT: &str = "store";

/// Parts that the inbox works with.
#[derive(Clone)]
pub struct Inbox {
    /// Store of everything that is kept.
    pub store: Arc<dyn Store>,
    /// Clock of the program.
    pub clock: Arc<dyn Clock>,
    /// FAQ in service.
    pub knowledge: Arc<LiveKnowledge>,
    /// Settings of the operator.
    pub routing: Arc<Routing>,
    /// Outbox for committed replies.
    pub outbox: Arc<Outbox>,
    /// Source of vectors; `None` without a semantic tier.
    pub semantic: Option<Arc<Semantic>>,
    /// The judge; `None` where there is none.
    pub asker: Option<Arc<JudgeCaller>>,
    /// Drafts of answers for staff; `None` where there are none.
    pub drafting: Option<Arc<Drafting>>,
    /// Alerts of the program.
    pub alerts: Arc<Alerts>,
    /// First stop of every event.
    pub intake: Arc<Intake>,
    /// Entries made from the replies of staff.
    pub drafts: Drafts,
}

impl Inbox {
    /// Works off what a standby recorded, and then until every sender of `events` is gone, or until `stop` comes and the work in hand is finished. Events that
    /// come later are left unacknowledged, so that the platform brings them again where it can.
    ///
    /// # Errors
    /// Fails with a [`StoreError`] when the store can't be read at the start, when it is lost for good, and when the work
    /// in hand can't be committed at the end. Other failures are retried, and nothing is acknowledged meanwhile.
    pub async fn run(
        self,
        events: impl Into<RecordedEvents>,
        notices: mpsc::Receiver<Vec<Outgoing>>,
        delivered: mpsc::UnboundedReceiver<DeliveryEvent>,
        stop: CancellationToken,
    ) -> Result<()> {
        let intake = Arc::clone(&self.intake);
        let (recorded, mut events) = events.into().into_parts();
        let work = self.work((recorded, &mut events), notices, delivered, stop);
        if let Err(error) = work.await {
            intake.taken(events.len());
            return Err(error);
        }
        // The adapters must not find the inbox closed while the last replies go out through them.
        tokio::spawn(async move {
            while let Some(incoming) = events.recv().await {
                if concerns_people(&incoming.event) {
                    intake.came_too_late();
                }
            }
        });
        Ok(())
    }

    async fn work(
        self,
        (recorded, events): (Vec<Incoming>, &mut mpsc::Receiver<Incoming>),
        mut notices: mpsc::Receiver<Vec<Outgoing>>,
        mut delivered: mpsc::UnboundedReceiver<DeliveryEvent>,
        stop: CancellationToken,
    ) -> Result<()> {
        let mut desk = InboxWorker::read(self.clone(), stop.clone()).await?;
        let mut upkeep = JoinSet::new();
        upkeep.spawn(upkeep::watch(self.clone()));
        upkeep.spawn(upkeep::prune(self.clone()));
        let (hand_back, mut handed_back) = mpsc::channel(1);
        upkeep.spawn(quarantine_retry::watch(self.clone(), hand_back));
        let mut recorded = recorded.into_iter();
        let mut buffer: Vec<Incoming> = Vec::with_capacity(BATCH_EVENTS_MAX);
        let mut stopping = false;
        while !stopping {
            let now = desk.look_at_clock().now;
            let tickets = desk
                .ticket_timers
                .next()
                .map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
            let next = desk.wakes.next(now).into_iter().chain(tickets).min();
            // The clock may be set, and the machine sleep: then what is due is due at another time.
            let next = next.map(|next| next.min(LOOK_AGAIN));
            let mut work = Work::default();
            tokio::select! {
                // In parts, so that the first need not wait for all to be decided.
                () = std::future::ready(()), if recorded.len() > 0 => buffer.extend(recorded.by_ref().take(BATCH_EVENTS_MAX)),
                received = events.recv_many(&mut buffer, BATCH_EVENTS_MAX), if recorded.len() == 0 => {
                    if received == 0 {
                        break;
                    }
                }
                Some(again) = handed_back.recv() => {
                    self.intake.taken(1);
                    work.events.push(Arrived::new(again));
                }
                Some(outgoing) = notices.recv() => work.notices = outgoing,
                Some(outcome) = delivered.recv() => work.delivered.push(outcome),
                place = voice(self.asker.as_deref()) => work.due.push(place),
                drafted = draft(self.drafting.as_deref()) => work.drafted.push(drafted),
                () = tokio::time::sleep(next.unwrap_or(IDLE_SLEEP_MAX)), if next.is_some() => {}
                // Nobody may speak for hours, and whoever waits for this commit waits meanwhile.
                () = desk.commits.failure() => desk.finish().await?,
                Some(ended) = upkeep.join_next() => return Err(ended_upkeep(ended)),
                () = stop.cancelled() => {
                    stopping = true;
                    buffer.extend(recorded.by_ref());
                    while buffer.len() < 16 * BATCH_EVENTS_MAX && let Ok(event) = events.try_recv() {
                        buffer.push(event);
                    }
                }
            }
            let taken = desk.look_at_clock();
            work.taken = Some(taken);
            let now = taken.now;
            while let Some(place) = desk.wakes.pop_due(now) {
                if !work.due.contains(&place) {
                    work.due.push(place);
                }
            }
            while let Ok(outcome) = delivered.try_recv() {
                work.delivered.push(outcome);
            }
            work.tickets = desk.ticket_timers.take_due(now);
            for incoming in buffer.drain(..) {
                desk.siblings.note(&incoming);
                self.take(incoming, now, &mut work);
            }
            if !work.is_empty() || desk.open_tickets.changed().next().is_some() {
                let _in_hand = self.intake.pulse.in_hand();
                desk.process(work).await?;
            }
        }
        desk.finish().await
    }

    /// Takes one event; one that concerns the account alone is handled at once.
    fn take(&self, mut incoming: Incoming, now: Timestamp, work: &mut Work) {
        // Everything that people chose freely passes here: what follows may show it.
        incoming.event.clean();
        self.intake.meters.event(&incoming);
        let mut incoming = Arrived::new(incoming);
        let handed_back = self.intake.arrived(incoming.incoming_mut(), now, &self.alerts);
        for held in handed_back {
            self.intake.taken(1);
            work.events.push(Arrived::said_at(held.incoming, held.at));
        }
        match &incoming.event {
            Event::State(AccountState::Connected) => {
                tracing::info!(account = %incoming.account, "connected");
                self.outbox.account_connected(&incoming.account);
            }
            Event::State(state) => {
                let reason = state.reason().unwrap_or("it has not said why");
                tracing::warn!(account = %incoming.account, reason, "disconnected");
                self.outbox.account_disconnected(&incoming.account);
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
                self.intake.taken(1);
                work.events.push(incoming);
            }
        }
    }
}

/// Waits for a channel whose voice of the judge has come; for ever without a judge.
async fn voice(asker: Option<&JudgeCaller>) -> Place {
    match asker {
        Some(asker) => asker.woken().await,
        None => std::future::pending().await,
    }
}

/// Waits for a draft that has come; for ever where there are none.
async fn draft(drafting: Option<&Drafting>) -> DraftResult {
    match drafting {
        Some(drafting) => drafting.next_draft().await,
        None => std::future::pending().await,
    }
}

/// `true` if an event concerns a message, and not the account alone.
fn concerns_people(event: &Event) -> bool {
    match event {
        Event::Message(_) | Event::Recall(_) | Event::Edit(_) | Event::Undelivered(_) => true,
        Event::State(_) | Event::Alert(_) => false,
    }
}

/// Returns the reason for which the upkeep of the store ended: its loss, or a fault of ours.
fn ended_upkeep(ended: std::result::Result<Result<()>, JoinError>) -> StoreError {
    match ended {
        Ok(Ok(())) => StoreError::Closed,
        Ok(Err(error)) => error,
        Err(error) => StoreError::Broken {
            why: error.to_string(),
        },
    }
}
