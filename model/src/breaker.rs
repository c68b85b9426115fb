//! A circuit breaker: leaves a server alone that does not answer, so that nobody waits for a dead one.

use groupdesk_contract::Clock;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The number of failures in a row that opens the breaker.
const FAILURES: u32 = 3;

/// The time for which it stays open; then one call tries, and the others go on without until it succeeded.
const BACKOFF: SignedDuration = SignedDuration::from_secs(30);

/// The part of the program that asks the server, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The semantic tier.
    Semantic,
    /// The judge.
    Judge,
    /// The drafts for staff.
    Drafts,
}

impl Part {
    fn down(self) -> &'static str {
        match self {
            Self::Semantic => {
                "the semantic tier is down: messages are matched by their words alone until it is back"
            }
            Self::Judge => "the judge is down: it has no voice until it is back",
            Self::Drafts => "the model does not answer: staff get no drafts until it does",
        }
    }

    fn back(self) -> &'static str {
        match self {
            Self::Semantic => "the semantic tier is back",
            Self::Judge => "the judge is back",
            Self::Drafts => "the model answers again: staff get drafts",
        }
    }

    fn missed(self) -> &'static str {
        match self {
            Self::Semantic => "no vectors for a message",
            Self::Judge => "no verdict on a message",
            Self::Drafts => "no draft for a ticket",
        }
    }
}

/// Counts failures in a row. Says once in the log that the server is down, and once that it is back.
pub struct Breaker {
    clock: Arc<dyn Clock>,
    part: Part,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Down: nobody tries before.
    again: Option<Timestamp>,
    /// The log has reported it as down.
    told: bool,
}

impl Breaker {
    /// Starts closed: all calls pass.
    pub fn new(clock: Arc<dyn Clock>, part: Part) -> Self {
        Self {
            clock,
            part,
            state: Mutex::default(),
        }
    }

    /// True if the server may be called. While it is down, only one caller in half a minute may.
    pub fn may_try(&self) -> bool {
        let mut state = self.state.lock();
        match state.again {
            None => true,
            Some(again) => {
                let now = self.clock.now();
                let may = now >= again;
                if may {
                    state.again = Some(after(now));
                }
                may
            }
        }
    }

    /// True if [`Breaker::may_try`] would let a call through now.
    pub fn would_let_try(&self) -> bool {
        let again = self.state.lock().again;
        again.is_none_or(|again| self.clock.now() >= again)
    }

    /// True while the server counts as down.
    pub fn is_down(&self) -> bool {
        self.state.lock().again.is_some()
    }

    /// A call succeeded.
    pub fn succeeded(&self) {
        let mut state = self.state.lock();
        state.failures = 0;
        state.again = None;
        if std::mem::take(&mut state.told) {
            tracing::warn!("{}", self.part.back());
        }
    }

    /// A call failed.
    pub fn failed(&self, error: &dyn fmt::Display) {
        let mut state = self.state.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures < FAILURES {
            tracing::debug!(%error, "{}", self.part.missed());
            return;
        }
        state.again = Some(after(self.clock.now()));
        self.tell(&mut state, error);
    }

    /// The server asked to be left alone for so long.
    pub fn asked_to_wait(&self, pause: Duration, error: &dyn fmt::Display) {
        let mut state = self.state.lock();
        state.failures = state.failures.saturating_add(1);
        let pause = SignedDuration::try_from(pause).unwrap_or(BACKOFF);
        let until = self.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
        state.again = state.again.max(Some(until));
        if pause >= BACKOFF || state.failures >= FAILURES {
            self.tell(&mut state, error);
        } else {
            tracing::debug!(%error, "{}", self.part.missed());
        }
    }

    fn tell(&self, state: &mut State, error: &dyn fmt::Display) {
        if !std::mem::replace(&mut state.told, true) {
            tracing::warn!(%error, "{}", self.part.down());
        }
    }
}

fn after(now: Timestamp) -> Timestamp {
    now.saturating_add(BACKOFF).unwrap_or(Timestamp::MAX)
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker")
            .field("state", &*self.state.lock())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::ManualClock;

    #[test]
    fn three_failures_in_a_row_close_it_for_a_while_and_one_success_opens_it() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let breaker = Breaker::new(Arc::clone(&clock) as Arc<dyn Clock>, Part::Semantic);
        for _ in 0..2 {
            breaker.failed(&"down");
        }
        breaker.succeeded();
        for _ in 0..2 {
            breaker.failed(&"down");
            assert!(breaker.may_try(), "a success begins the count anew");
        }
        breaker.failed(&"down");
        assert!(breaker.is_down() && !breaker.may_try());
        clock.advance(SignedDuration::from_secs(29));
        assert!(!breaker.may_try() && !breaker.would_let_try());
        clock.advance(SignedDuration::from_secs(1));
        assert!(breaker.would_let_try() && breaker.may_try());
        assert!(!breaker.would_let_try());
        assert!(!breaker.may_try(), "one tries, the others do not");
        breaker.failed(&"down");
        clock.advance(SignedDuration::from_secs(30));
        assert!(breaker.may_try());
        breaker.succeeded();
        assert!(!breaker.is_down() && breaker.may_try() && breaker.may_try());
    }
    #[test]
    fn a_server_that_asks_for_a_pause_gets_it_at_once_and_no_longer() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let breaker = Breaker::new(Arc::clone(&clock) as Arc<dyn Clock>, Part::Semantic);
        breaker.asked_to_wait(Duration::from_secs(7), &"busy");
        assert!(!breaker.may_try());
        clock.advance(SignedDuration::from_secs(7));
        assert!(breaker.may_try());
        breaker.succeeded();
        assert!(!breaker.is_down());
    }
}
