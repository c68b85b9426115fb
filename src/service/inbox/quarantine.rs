//! Puts events that fail into quarantine, so that they stop nothing else: kept for people to look at, told to admins, and
//! acknowledged to the platform, which would bring them again for ever.

use super::batch::{BatchPart, panicked};
use super::batch_work::{Work, quarantined};
use super::commit::{CommitFailure, DeferredWork};
use super::inbox_state::InboxWorker;
use super::upkeep::QUARANTINE_ALERT;
use crate::desk::ChannelState;
use crate::service::alerts::Severity;
use crate::store::{Batch, ChannelRow, InboxRow, Quarantined, Result};
use crate::texts::ComposedTexts;
use futures_util::FutureExt;
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;

impl InboxWorker {
    /// Puts one event into quarantine. Before that it is retried without the channel's state, which may be the cause.
    ///
    /// # Errors
    /// Fails as [`InboxWorker::process`] does.
    pub(super) async fn set_aside(
        &mut self,
        work: Work,
        why: String,
        parts: &mut VecDeque<BatchPart>,
    ) -> Result<()> {
        let place = work.places().next();
        let memory = match &place {
            Some(place) => self.inbox.store.channel_states(std::slice::from_ref(place)).await,
            None => Ok(Vec::new()),
        };
        let memory = memory.ok().and_then(|mut memory| memory.pop().flatten());
        let work = match (&place, memory) {
            (Some(place), Some(memory)) => {
                match self.without_memory(place, memory, work, &why, parts).await? {
                    None => return Ok(()),
                    Some(work) => work,
                }
            }
            _ => work,
        };
        let now = self.inbox.clock.now();
        let batch = self.aside(&work, &why, now);
        self.tell(&batch, place.as_ref());
        self.commits
            .start(&self.inbox, &self.stop, work, (batch, DeferredWork::default()));
        match self.commits.finish().await {
            Ok(()) => Ok(()),
            Err(CommitFailure::Store(error)) => Err(error),
            Err(CommitFailure::Rejected { work, why }) => {
                tracing::error!(
                    why,
                    "what could not be handled can't be kept either; it is dropped"
                );
                self.inbox.intake.committed(work.events.len());
                work.acknowledge();
                Ok(())
            }
        }
    }

    /// Retries the event with an empty channel state; returns it if that does not help.
    async fn without_memory(
        &mut self,
        place: &Place,
        memory: String,
        work: Work,
        why: &str,
        parts: &mut VecDeque<BatchPart>,
    ) -> Result<Option<Work>> {
        self.states.put(place.clone(), ChannelState::default());
        let tried = AssertUnwindSafe(self.decide_batch(&work)).catch_unwind().await;
        if let Ok(Ok((mut batch, outcome))) = tried {
            let reason = format!("it was the channel's memory: {why}");
            batch.quarantined.push(aside(
                "memory",
                place.clone(),
                reason,
                memory,
                self.inbox.clock.now(),
            ));
            self.tell(&batch, Some(place));
            self.commits
                .start(&self.inbox, &self.stop, work, (batch, DeferredWork::default()));
            self.keep(outcome);
            return match self.commits.finish().await {
                Ok(()) => Ok(None),
                Err(CommitFailure::Store(error)) => Err(error),
                Err(CommitFailure::Rejected { work, .. }) => {
                    self.reload(parts).await?;
                    Ok(Some(work))
                }
            };
        }
        if let Err(panic) = tried {
            tracing::debug!(reason = panicked(&*panic), "it is not the channel's memory");
        }
        self.reload(parts).await?;
        Ok(Some(work))
    }

    /// Makes the batch that is committed in place of the work that fails.
    fn aside(&mut self, work: &Work, why: &str, now: Timestamp) -> Batch {
        let mut batch = Batch::default();
        for incoming in &work.events {
            batch
                .inbox
                .extend(incoming.key.clone().map(|key| InboxRow { key, received: now }));
            batch.quarantined.push(quarantined(incoming, why.to_owned(), now));
        }
        for place in &work.due {
            // What was to be done there is dropped, or it would be due for ever.
            let state = ChannelState::default();
            batch.channels.push(ChannelRow {
                place: place.clone(),
                state: state.to_json(),
                wake_at: None,
                touched: now,
            });
            self.wakes.set(place, None);
            self.states.put(place.clone(), state);
            batch
                .quarantined
                .push(aside("due", place.clone(), why.to_owned(), String::new(), now));
        }
        for number in &work.tickets {
            self.stuck_tickets.insert(*number);
            self.ticket_timers.leave_out(*number);
            let Some(ticket) = self.open_tickets.get(*number) else {
                continue;
            };
            let payload = serde_json::to_string(ticket).unwrap_or_default();
            batch.quarantined.push(aside(
                "ticket",
                ticket.place.clone(),
                why.to_owned(),
                payload,
                now,
            ));
        }
        for delivered in &work.delivered {
            batch.settled.extend(delivered.settled.clone());
            let payload = format!("{:?}", delivered.report);
            let place = delivered.report.place.clone();
            batch
                .quarantined
                .push(aside("outcome", place, why.to_owned(), payload, now));
        }
        for notice in &work.notices {
            let payload = serde_json::to_string(&notice.reply).unwrap_or_default();
            let place = notice.place.clone();
            batch
                .quarantined
                .push(aside("notice", place, why.to_owned(), payload, now));
        }
        batch
    }

    /// Tells admins. The text of the message, and an error that may quote it, stay in the store alone.
    fn tell(&mut self, batch: &Batch, place: Option<&Place>) {
        self.set_aside += batch.quarantined.len() as u64;
        let kind = batch
            .quarantined
            .first()
            .map_or("event", |event| event.kind.as_str());
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        tracing::error!(
            kind,
            place,
            "an event could not be handled; it is set aside, and the others go on"
        );
        // Each one is told, as far as the staff rooms hear of it.
        let last = format!("{kind}{place}");
        let message = ComposedTexts::both().alert_quarantine(self.set_aside, &last);
        self.inbox
            .alerts
            .fire(QUARANTINE_ALERT, Severity::Warning, message);
    }
}

fn aside(kind: &str, place: Place, reason: String, payload: String, now: Timestamp) -> Quarantined {
    Quarantined {
        at: now,
        place,
        member: MemberId::new(""),
        message: MessageId::new(""),
        kind: kind.to_owned(),
        reason,
        payload,
    }
}
