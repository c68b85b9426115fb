//! Times at which a reply is due, late and given up: by a clock that nobody sets, once it is taken up. Only replies that
//! an earlier run of the program left behind are judged by the times in the store.

use super::{OutboxState, Queued};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Age up to which a reply that was sent without an answer and is not there is sent again: an answer is worth giving for
/// minutes, and the channel's other replies wait behind it.
const RESEND_AGE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Age up to which a reply of a ticket is sent again.
const RESEND_AGE_MAX_OF_TICKET: SignedDuration = SignedDuration::from_mins(30);

/// Age up to which a reply is sent again while others get through: it is this reply's own fault.
const RESEND_AGE_MAX_ALONE: SignedDuration = SignedDuration::from_mins(1);

/// Times of one reply, by the steady clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// Time of the decision.
    decided: Timestamp,
    /// Earliest time to send it.
    due: Timestamp,
    /// Time at which it is given up.
    end: Timestamp,
}

impl Timing {
    /// Returns the times of a reply that this run of the program decided.
    pub(super) fn of_new(queued: &Queued, shared: &OutboxState) -> Self {
        // It was decided a moment ago, whatever the clock says: that may have been set since, but not between the two times that were
        // noted together.
        let wait = queued.not_before.duration_since(queued.decided);
        Self::new(queued, shared, SignedDuration::ZERO, wait)
    }

    /// Returns the times of a reply that an earlier run left behind.
    pub(super) fn of_left(queued: &Queued, shared: &OutboxState) -> Self {
        let now = shared.clock.now();
        let age = now.duration_since(queued.decided);
        // Decided in the future: the clock was set back, and nobody knows for how long it is to wait.
        let wait = if age.is_negative() {
            SignedDuration::ZERO
        } else {
            queued.not_before.duration_since(now)
        };
        Self::new(queued, shared, age.max(SignedDuration::ZERO), wait)
    }

    fn new(queued: &Queued, shared: &OutboxState, age: SignedDuration, wait: SignedDuration) -> Self {
        let now = shared.steady.now();
        let after = |wait: SignedDuration| now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let most = if queued.is_kept() {
            SignedDuration::MAX
        } else {
            shared.settings.max_age.saturating_sub(age)
        };
        Self {
            decided: now.saturating_sub(age).unwrap_or(Timestamp::MIN),
            due: after(wait),
            end: after(most),
        }
    }

    /// Returns the times for another attempt, which may begin at once.
    pub(super) fn again(self) -> Self {
        Self {
            due: self.decided,
            ..self
        }
    }

    /// Returns the time since its decision.
    pub(super) fn age(&self, shared: &OutboxState) -> SignedDuration {
        shared.steady.now().duration_since(self.decided)
    }

    /// Returns the time until it may be sent.
    pub(super) fn wait(&self, shared: &OutboxState) -> Duration {
        until(self.due, shared)
    }

    /// Returns the time until it is given up.
    pub(super) fn left(&self, shared: &OutboxState) -> Duration {
        until(self.end, shared)
    }

    /// `true` if it is still sent again, although it was sent some times without an answer.
    pub(super) fn repeats(&self, of_ticket: bool, is_alone: bool, shared: &OutboxState) -> bool {
        let repeated_for = match (is_alone, of_ticket) {
            (true, _) => RESEND_AGE_MAX_ALONE,
            (false, true) => RESEND_AGE_MAX_OF_TICKET,
            (false, false) => RESEND_AGE_MAX,
        };
        !self.until_older_than(repeated_for, shared).is_zero()
    }

    /// Returns the time until it is so old; zero when it is.
    pub(super) fn until_older_than(&self, age: SignedDuration, shared: &OutboxState) -> Duration {
        until(self.decided.saturating_add(age).unwrap_or(Timestamp::MAX), shared)
    }
}

fn until(then: Timestamp, shared: &OutboxState) -> Duration {
    Duration::try_from(then.duration_since(shared.steady.now())).unwrap_or_default()
}
