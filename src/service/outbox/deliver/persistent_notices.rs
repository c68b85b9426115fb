//! Notices that are never given up: one that its room refuses leaves the channel's queue, and comes back after a while, or a short
//! time after the room took something else.

use super::{DeliveryStep, DeliveryWorker, ReplyDelivery};
use crate::desk::DeliveryStatus;
use crate::service::outbox::retry_backoff::doubling_backoff;
use crate::service::outbox::{Queued, SendOutcome, WaitingReply};
use crate::ticket::Caller;
use std::sync::Arc;
use std::time::Duration;

/// Pauses before a refused notice is tried again, the first and the longest; they double.
const RETRY_BACKOFF: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// Part of the pause that passes in any case: a room that takes all but this one notice is not asked at each of them.
const MIN_PAUSE_DIVISOR: u32 = 10;

impl Queued {
    /// `true` if it is never given up: nothing else tells of the call that it is about.
    pub(in crate::service::outbox) fn is_kept(&self) -> bool {
        self.caller.as_ref().is_some_and(Caller::is_call)
    }

    /// `true` if staff hear what becomes of it.
    pub(in crate::service::outbox) fn is_reported(&self) -> bool {
        self.about.is_some() || self.is_kept()
    }
}

impl DeliveryWorker {
    /// Takes a notice out of the queue until its room may take it. Those who can tell somebody else hear of it once.
    pub(super) fn put_off(&self, journey: &mut ReplyDelivery, reason: String) -> DeliveryStep {
        let shared = Arc::clone(&self.shared);
        let queued = journey.queued.clone();
        journey.attempts = journey.attempts.saturating_add(1);
        let pause = doubling_backoff(RETRY_BACKOFF, journey.attempts);
        tracing::warn!(place = %queued.place, key = queued.key.0, reason, ?pause, "a call that staff are not told of is kept, and tried again");
        shared.counters.unqueued();
        self.account.counters.unqueued();
        shared.on_way.over(queued.key);
        shared.room_fails(&queued.place, &reason);
        if !journey.told_late {
            let reason = reason.clone();
            shared.report_late(queued.report(DeliveryStatus::Late { reason }));
        }
        self.keep_attempt(journey, pause, SendOutcome::Refused, reason);
        let again = WaitingReply {
            queued,
            conversation_order: journey.conversation_order.clone(),
            attempts: journey.attempts,
            from_previous_run: false,
            told_late: true,
            dropped: false,
            timing: journey.timing.again(),
        };
        let works = shared.rooms_work.of(&again.queued.place);
        let taken = works.times();
        tokio::spawn(async move {
            let least = pause / MIN_PAUSE_DIVISOR;
            let waited = async {
                tokio::time::sleep(least).await;
                tokio::select! {
                    () = tokio::time::sleep(pause.saturating_sub(least)) => {}
                    () = works.after(taken) => {}
                }
            };
            tokio::select! {
                () = waited => shared.queue(vec![again]),
                // It stays in the store for the next start.
                () = shared.closing.cancelled() => {}
            }
        });
        DeliveryStep::DeliveryOutcome
    }

    /// `false` where a notice of a call is no longer in the store: its member was forgotten.
    pub(super) async fn is_there(&self, journey: &ReplyDelivery) -> bool {
        if journey.queued.caller.is_none() {
            return true;
        }
        match self.shared.store.is_queued(journey.queued.key).await {
            Ok(false) => {
                self.gone(journey, "its member was forgotten");
                false
            }
            Ok(true) => true,
            Err(error) => {
                tracing::warn!(%error, key = journey.queued.key.0, "can't read whether a notice is still wanted");
                true
            }
        }
    }
}
