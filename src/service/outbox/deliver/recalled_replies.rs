//! Edited and recalled replies: checks that a reply is still wanted when its turn comes, and finds the message that it
//! edits.

use super::super::in_flight::{Leave, key_of};
use super::{DeliveryWorker, ReplyDelivery};
use crate::store::DeliveryOutcome;
use groupdesk_contract::Act;
use std::time::Duration;

/// Interval at which a held reply asks again; a decision takes milliseconds.
const HELD_POLL: Duration = Duration::from_millis(10);

impl DeliveryWorker {
    /// `true` if a reply was dropped; its outcome is recorded then, and nobody is told: whoever dropped it knows.
    pub(super) fn is_dropped(&self, journey: &ReplyDelivery) -> bool {
        let key = journey.queued.key;
        let dropped = self.shared.on_way.is_unwanted(key);
        if dropped {
            self.gone(journey, "taken back before it was sent");
        }
        dropped
    }

    /// Waits while it is decided if a reply is still wanted; `false` where it may not be sent.
    pub(super) async fn may_send(&self, journey: &ReplyDelivery) -> bool {
        loop {
            match self.shared.on_way.begin(journey.queued.key) {
                Leave::Given => return true,
                Leave::Dropped => return false,
                Leave::Held if self.wait(HELD_POLL).await.is_break() => return false,
                Leave::Held => {}
            }
        }
    }

    /// Finds the message that a reply edits or recalls, where the platform had not named it yet; `false` where there is
    /// none, because it was never sent.
    pub(super) async fn names_message(&self, journey: &mut ReplyDelivery) -> bool {
        let (Act::Edit(id) | Act::Unsend(id)) = &mut journey.queued.reply.act else {
            return true;
        };
        let Some(key) = key_of(id) else { return true };
        let mut named = self.shared.on_way.sent_as(key);
        if named.is_none() {
            named = match self.shared.store.sent_as(key).await {
                Ok(named) => named,
                Err(error) => {
                    tracing::warn!(%error, key = key.0, "can't read which message is to be taken back");
                    None
                }
            };
        }
        if let Some(named) = named {
            *id = named;
            return true;
        }
        self.gone(journey, "there is nothing to take back");
        false
    }

    pub(super) fn gone(&self, journey: &ReplyDelivery, reason: &str) {
        let key = journey.queued.key;
        tracing::debug!(place = %journey.queued.place, key = key.0, reason, "not sent");
        self.shared.on_way.over(key);
        self.shared.counters.unqueued();
        self.account.counters.unqueued();
        let refused = DeliveryOutcome::Refused {
            reason: reason.to_owned(),
            at: self.shared.clock.now(),
        };
        self.shared.settled.add(key, refused);
    }
}
