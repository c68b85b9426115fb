//! Counts events that can't be read, and decides when they are worth a line in the log and when an alert: each may be somebody's
//! question.

use std::time::Duration;
use tokio::time::Instant;

/// The number of unreadable events within [`UNREADABLE_WINDOW`] that fires an alert.
const UNREADABLE_ALERT_COUNT: u32 = 10;
/// The window in which they are counted; after so long without one the alert is over.
const UNREADABLE_WINDOW: Duration = Duration::from_secs(600);
/// The shortest interval between log lines about them.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The events of an account that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Unreadable {
    /// The times of the first and the last event counted.
    span: Option<(Instant, Instant)>,
    count: u32,
    logged: Option<Instant>,
    unlogged: u32,
    is_alerted: bool,
}

/// The reports due after one more unreadable event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tell {
    /// The log, of so many.
    pub(crate) log: Option<u32>,
    /// An admin, of so many.
    pub(crate) alert: Option<u32>,
}

impl Unreadable {
    /// Takes note of one.
    pub(crate) fn note(&mut self, now: Instant) -> Tell {
        let first = match self.span {
            Some((first, _)) if now.duration_since(first) < UNREADABLE_WINDOW => first,
            _ => {
                self.count = 0;
                now
            }
        };
        self.span = Some((first, now));
        self.count = self.count.saturating_add(1);
        self.unlogged = self.unlogged.saturating_add(1);
        let mut tell = Tell::default();
        if self
            .logged
            .is_none_or(|logged| now.duration_since(logged) >= LOG_INTERVAL)
        {
            self.logged = Some(now);
            tell.log = Some(std::mem::take(&mut self.unlogged));
        }
        if self.count >= UNREADABLE_ALERT_COUNT && !self.is_alerted {
            self.is_alerted = true;
            tell.alert = Some(self.count);
        }
        tell
    }

    /// Counts an event that could be read; true if an alert is resolved by that.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        let calm = self.is_alerted
            && self
                .span
                .is_none_or(|(_, last)| now.duration_since(last) >= UNREADABLE_WINDOW);
        if calm {
            *self = Self::default();
        }
        calm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_logged_many_are_told_once_and_their_end_too() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut unreadable = Unreadable::default();
        assert_eq!(unreadable.note(start).log, Some(1));
        for _ in 0..8 {
            assert_eq!(unreadable.note(at(1)), Tell::default());
        }
        assert_eq!(unreadable.note(at(2)).alert, Some(10));
        assert_eq!(unreadable.note(at(11)).log, Some(10));
        assert_eq!(unreadable.note(at(12)).alert, None, "told once");
        assert!(!unreadable.is_over(at(600)));
        assert!(unreadable.is_over(at(612)));
        assert!(!unreadable.is_over(at(613)));
        // A few a day are no alert.
        for day in 1..30 {
            assert_eq!(unreadable.note(at(day * 86_400)).alert, None);
        }
    }
}
