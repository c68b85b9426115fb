//! Calls and tokens of a day, and the day's limit of calls.

use groupdesk_contract::Clock;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Calls and tokens of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// The day, in UTC.
    pub day: Date,
    /// Requests that were sent.
    pub calls: u64,
    /// Tokens of these requests, as far as the server counts them.
    pub sent: u64,
    /// Tokens of the answers, as far as the server counts them.
    pub received: u64,
}

/// Counts calls and tokens, and lets no more calls through than a day may have.
pub struct Meter {
    clock: Arc<dyn Clock>,
    calls_per_day: u64,
    spent: Mutex<Spent>,
    /// Tokens since the start, by what they were spent on.
    tokens: Mutex<BTreeMap<&'static str, u64>>,
}

impl Meter {
    /// Begins at nothing.
    pub fn new(clock: Arc<dyn Clock>, calls_per_day: u64) -> Self {
        Self {
            spent: Mutex::new(Spent {
                day: today(&*clock),
                ..Spent::default()
            }),
            clock,
            calls_per_day,
            tokens: Mutex::default(),
        }
    }

    /// Goes on from what an earlier run of the same day had spent.
    pub fn go_on(&self, before: Spent) {
        let mut spent = self.now();
        if before.day == spent.day {
            spent.calls = spent.calls.saturating_add(before.calls);
            spent.sent = spent.sent.saturating_add(before.sent);
            spent.received = spent.received.saturating_add(before.received);
        }
    }

    /// Counts a call; `false` if the day has had all of its calls.
    pub fn take(&self) -> bool {
        let mut spent = self.now();
        let may = spent.calls < self.calls_per_day;
        if may {
            spent.calls += 1;
        }
        may
    }

    /// `true` if the day has had all of its calls.
    pub fn is_used_up(&self) -> bool {
        self.now().calls >= self.calls_per_day
    }

    /// Counts the tokens of a call for a use.
    pub fn count(&self, used_for: &'static str, sent: u64, received: u64) {
        let mut tokens = self.tokens.lock();
        let of_use = tokens.entry(used_for).or_default();
        *of_use = of_use.saturating_add(sent).saturating_add(received);
        drop(tokens);
        let mut spent = self.now();
        spent.sent = spent.sent.saturating_add(sent);
        spent.received = spent.received.saturating_add(received);
    }

    /// Returns what the present day has had so far.
    pub fn spent(&self) -> Spent {
        *self.now()
    }

    /// Returns the tokens since the start, by what they were spent on: for ever growing, unlike those of a day.
    pub fn tokens(&self) -> BTreeMap<&'static str, u64> {
        self.tokens.lock().clone()
    }

    /// Returns the most calls of a day.
    pub fn calls_per_day(&self) -> u64 {
        self.calls_per_day
    }

    fn now(&self) -> MutexGuard<'_, Spent> {
        let mut spent = self.spent.lock();
        let day = today(&*self.clock);
        if spent.day != day {
            *spent = Spent {
                day,
                ..Spent::default()
            };
        }
        spent
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("spent", &*self.now())
            .finish_non_exhaustive()
    }
}

fn today(clock: &dyn Clock) -> Date {
    TimeZone::UTC.to_datetime(clock.now()).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::ManualClock;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_day_has_so_many_calls_over_restarts_and_the_next_day_as_many_again() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let meter = || Meter::new(Arc::clone(&clock) as Arc<dyn Clock>, 3);
        let first = meter();
        assert!(first.take() && first.take());
        first.count("judge", 100, 5);
        let second = meter();
        second.go_on(first.spent());
        assert!(second.take());
        assert!(!second.take() && second.is_used_up());
        let spent = second.spent();
        assert_eq!((spent.calls, spent.sent, spent.received), (3, 100, 5));
        clock.advance(SignedDuration::from_hours(24));
        assert!(!second.is_used_up() && second.take());
        assert_eq!((second.spent().calls, second.spent().sent), (1, 0));
        let third = meter();
        third.go_on(spent);
        assert_eq!(third.spent().calls, 0, "yesterday's");
    }
}
