//! One batch: known messages are left out, the rest is decided in order, and all of it is committed at once. Work that
//! fails with the rest is retried alone, and work that fails alone goes to quarantine.

use super::batch_outcome::BatchOutcome;
use super::batch_work::{Arrived, Work};
use super::commit::CommitFailure;
use super::decide_batch::ExternalInputs;
use super::inbox_state::InboxWorker;
use super::look_up::LookedUp;
use super::{STORE_ALERT, duty_storage};
use crate::desk::{ChannelState, Desk, TicketTimers};
use crate::service::alerts::Severity;
use crate::service::clock_steps::ClockReading;
use crate::store::{Batch, ChannelRow, DeduplicationKey, Result};
use crate::texts::ComposedTexts;
use futures_util::FutureExt;
use groupdesk_contract::{Message, Place};
use jiff::Timestamp;
use std::any::Any;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Pause before the inbox reads the store again after a failure.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// Part of a batch. Where it is `alone`, the next one waits until it is committed.
pub(super) struct BatchPart {
    work: Work,
    alone: bool,
}

impl InboxWorker {
    /// Decides a batch and starts its commit; replies go out and events are acknowledged when it is done.
    ///
    /// # Errors
    /// Fails when the store is lost for good, or can't be written while the program is to stop.
    pub(super) async fn process(&mut self, work: Work) -> Result<()> {
        let parts = work.parts();
        for amends in parts.iter().skip(1) {
            if let Some((place, message)) = amends.amended_first() {
                self.inbox.outbox.await_amendment(place, message);
            }
        }
        let parts = parts.into_iter();
        self.work_off(parts.map(|work| BatchPart { work, alone: false }).collect())
            .await
    }

    /// Waits until all is committed.
    ///
    /// # Errors
    /// Fails as [`InboxWorker::process`] does.
    pub(super) async fn finish(&mut self) -> Result<()> {
        match self.commits.finish().await {
            Ok(()) => Ok(()),
            Err(CommitFailure::Store(error)) => Err(error),
            Err(CommitFailure::Rejected { work, why }) => {
                let mut parts = VecDeque::new();
                self.take_apart(work, why, &mut parts).await?;
                self.work_off(parts).await
            }
        }
    }

    async fn work_off(&mut self, mut parts: VecDeque<BatchPart>) -> Result<()> {
        while let Some(mut part) = parts.pop_front() {
            let tried = AssertUnwindSafe(self.decide_batch(&part.work))
                .catch_unwind()
                .await;
            let tried = match tried {
                Ok(tried) => tried,
                Err(panic) => Err(CommitFailure::Rejected {
                    work: Work::default(),
                    why: panicked(&*panic),
                }),
            };
            let trouble = match tried {
                Ok((batch, mut outcome)) => {
                    // The commit before this one: what it could not keep comes first, and then this is decided anew.
                    match self.commits.finish().await {
                        Ok(()) => {
                            let work = std::mem::take(&mut part.work);
                            let asked = std::mem::take(&mut outcome.asked);
                            self.commits.start(&self.inbox, &self.stop, work, (batch, asked));
                            self.keep(outcome);
                            if !part.alone {
                                continue;
                            }
                            match self.commits.finish().await {
                                Ok(()) => continue,
                                Err(trouble) => trouble,
                            }
                        }
                        Err(trouble) => trouble,
                    }
                }
                Err(trouble) => trouble,
            };
            match trouble {
                CommitFailure::Store(error) if error.concerns_data() => {
                    let why = error.to_string();
                    self.take_apart(part.work, why, &mut parts).await?;
                }
                CommitFailure::Store(error) => {
                    self.wait_for_store(error).await?;
                    parts.push_front(part);
                    self.reload(&mut parts).await?;
                }
                // The program failed over this very part.
                CommitFailure::Rejected { work, why } if work.is_empty() => {
                    self.take_apart(part.work, why, &mut parts).await?;
                }
                CommitFailure::Rejected { work, why } => {
                    if !part.work.is_empty() {
                        parts.push_front(part);
                    }
                    self.take_apart(work, why, &mut parts).await?;
                }
            }
        }
        Ok(())
    }

    /// Restarts from the committed state, and puts work that failed as a whole in front of the rest, in halves. Work that
    /// can't be split any further goes to quarantine.
    async fn take_apart(
        &mut self,
        mut work: Work,
        why: String,
        parts: &mut VecDeque<BatchPart>,
    ) -> Result<()> {
        let Some(rest) = work.split() else {
            self.reload(parts).await?;
            return self.set_aside(work, why, parts).await;
        };
        tracing::warn!(
            first = work.len(),
            rest = rest.len(),
            "a batch could not be handled as a whole; trying its parts"
        );
        for work in [rest, work] {
            parts.push_front(BatchPart { work, alone: true });
        }
        self.reload(parts).await
    }

    /// Waits a moment, and fires the alert of the store.
    async fn wait_for_store(&self, error: crate::store::StoreError) -> Result<()> {
        if error.is_final() {
            return Err(error);
        }
        tracing::error!(%error, "can't read the store; trying again");
        let message = format!("{}: {error}", ComposedTexts::both().alert_store_unreadable());
        self.inbox.alerts.fire(STORE_ALERT, Severity::Critical, message);
        tokio::select! {
            () = tokio::time::sleep(RETRY_INTERVAL) => Ok(()),
            () = self.stop.cancelled() => Err(error),
        }
    }

    /// Drops the state in memory, and reads the committed one. Work of the commit under way that was not kept comes
    /// before the rest.
    pub(super) async fn reload(&mut self, parts: &mut VecDeque<BatchPart>) -> Result<()> {
        match self.commits.finish().await {
            Ok(()) => {}
            Err(CommitFailure::Store(error)) => return Err(error),
            Err(CommitFailure::Rejected { work, .. }) => parts.push_front(BatchPart { work, alone: true }),
        }
        loop {
            match Self::read(self.inbox.clone(), self.stop.clone()).await {
                Ok(read) => {
                    let stuck_tickets = std::mem::take(&mut self.stuck_tickets);
                    let set_aside = self.set_aside;
                    *self = Self {
                        stuck_tickets,
                        set_aside,
                        ..read
                    };
                    for number in &self.stuck_tickets {
                        self.ticket_timers.leave_out(*number);
                    }
                    self.inbox.alerts.resolve(STORE_ALERT);
                    return Ok(());
                }
                Err(error) => self.wait_for_store(error).await?,
            }
        }
    }

    /// Decides a batch in memory. On an error nothing has changed but what [`InboxWorker::faq_reload`] repairs.
    pub(super) async fn decide_batch(
        &mut self,
        work: &Work,
    ) -> std::result::Result<(Batch, BatchOutcome), CommitFailure> {
        let now = self.time_of(work);
        let messages: Vec<(&Arrived, &DeduplicationKey, &Message)> = work
            .events
            .iter()
            .filter_map(|arrived| {
                let (key, message) = arrived.message()?;
                Some((arrived, key, message))
            })
            .collect();
        let keys = work.keys();
        let known = if keys.is_empty() {
            Vec::new()
        } else {
            self.inbox.store.known(&keys).await?
        };
        let new: HashSet<DeduplicationKey> = keys
            .into_iter()
            .zip(known)
            .filter_map(|(key, known)| (!known && !self.commits.has(&key)).then_some(key))
            .collect();

        let quotes = self.quotes(&messages).await?;
        let knowledge = self.inbox.knowledge.get();
        let whys = self.whys(&messages, &new, &quotes, &knowledge).await?;
        let histories = self.histories(&messages, &quotes).await?;
        let looked_up = LookedUp {
            quoted_texts: self.quoted_texts(&messages, &quotes).await?,
            drafts: self.drafts(&messages, &new, &quotes).await?,
            quotes,
            amended: self.edited(work).await?,
            undelivered: self.undelivered(work).await?,
            whys,
            histories,
            labels: self.labels(&messages, &new, &knowledge, now).await?,
        };
        let mut outcome = BatchOutcome::default();
        self.load_states(work, &mut outcome).await?;
        let meanings = self
            .meanings(work, now, &new, &looked_up.quotes, &outcome.states, &knowledge)
            .await;
        let judging = self.inbox.asker.as_ref().map(|asker| asker.judging());
        let tuning = self.inbox.knowledge.tuning();
        let inputs = ExternalInputs {
            knowledge: &knowledge,
            tuning: tuning.as_deref(),
            meanings: &meanings,
            judging: judging.as_ref(),
        };
        self.decide(&inputs, work, now, &new, looked_up, &mut outcome);

        for (place, state) in &outcome.states {
            outcome.batch.channels.push(ChannelRow {
                place: place.clone(),
                state: state.to_json(),
                wake_at: state.wake_at(),
                touched: now,
            });
        }
        let change = self.open_tickets.take_change();
        outcome.batch.tickets = change.tickets;
        outcome.batch.ticket_lines = change.lines;
        outcome.batch.memos = change
            .presence
            .into_iter()
            .map(|(name, presence)| duty_storage::memo(name, presence))
            .chain(change.introduced.iter().map(duty_storage::introduced_memo))
            .collect();
        Ok((std::mem::take(&mut outcome.batch), outcome))
    }

    /// Returns the time by which work is decided. It follows the clock as it stood when the work was taken up, as the
    /// times of its messages do: a clock that is set meanwhile counts from the next batch on.
    fn time_of(&self, work: &Work) -> Timestamp {
        let clock = &*self.inbox.clock;
        work.taken
            .map_or_else(|| clock.now(), |taken| self.inbox.intake.since(taken, clock))
    }

    /// Reads the clock. Where it was set, the timers of tickets are moved, so that they last as long as they would have.
    pub(super) fn look_at_clock(&mut self) -> ClockReading {
        let moment = self.inbox.intake.look(&*self.inbox.clock);
        if let Some(step) = moment.step {
            self.open_tickets.clock_was_set(step);
            let desk = Desk::new(&self.due_by);
            self.ticket_timers = TicketTimers::new(&desk, &self.open_tickets, self.inbox.routing.tickets());
            for number in &self.stuck_tickets {
                self.ticket_timers.leave_out(*number);
            }
        }
        moment
    }

    /// Makes the decided states the current ones.
    pub(super) fn keep(&mut self, outcome: BatchOutcome) {
        self.inbox.outbox.drop_replies(&outcome.dropped);
        self.inbox.outbox.let_go(&outcome.let_go);
        for (place, state) in outcome.states {
            self.wakes.set(&place, state.wake_at());
            self.states.put(place, state);
        }
    }

    /// Loads the states of all channels of the batch. On an error none was taken.
    async fn load_states(
        &mut self,
        work: &Work,
        outcome: &mut BatchOutcome,
    ) -> std::result::Result<(), CommitFailure> {
        let mut held: BTreeSet<Place> = BTreeSet::new();
        let mut missing: BTreeSet<Place> = BTreeSet::new();
        for place in work.places() {
            if self.states.has(&place) {
                held.insert(place);
            } else {
                missing.insert(place);
            }
        }
        if !missing.is_empty() {
            // A memory that is no longer held may be part of the commit under way.
            self.commits.finish().await?;
            self.read_states(missing, outcome).await?;
        }
        for place in held {
            if let Some(state) = self.states.take(&place) {
                outcome.states.insert(place, state);
            }
        }
        Ok(())
    }

    async fn read_states(&self, missing: BTreeSet<Place>, outcome: &mut BatchOutcome) -> Result<()> {
        let missing: Vec<Place> = missing.into_iter().collect();
        let read = self.inbox.store.channel_states(&missing).await?;
        for (place, json) in missing.into_iter().zip(read) {
            let state = json.map_or_else(ChannelState::default, |json| {
                ChannelState::from_json(&json).unwrap_or_else(|error| {
                    tracing::warn!(%place, %error, "a channel's memory can't be read; beginning anew");
                    ChannelState::default()
                })
            });
            outcome.states.insert(place, state);
        }
        Ok(())
    }
}

/// Describes a panic, for people who look at the quarantine.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> String {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    format!(
        "groupdesk failed over it, please report it: {}",
        said.unwrap_or("no words")
    )
}
