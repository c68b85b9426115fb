//! Notices an account that connects and breaks off over and over: it is never down for long, and all the same nobody is served.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The number of lost connections within [`LOSS_WINDOW`] that fires an alert.
const LOSSES_MAX: usize = 5;
/// The window in which lost connections are counted.
const LOSS_WINDOW: Duration = Duration::from_secs(60);
/// The time without a lost connection after which the alert is resolved.
const CALM_TIME: Duration = Duration::from_secs(120);

/// The connections that an account lost lately.
#[derive(Debug, Default)]
pub(crate) struct Flapping {
    lost: VecDeque<Instant>,
    is_alerted: bool,
}

impl Flapping {
    /// Counts a lost connection; true if it is the one that fires the alert.
    pub(crate) fn note(&mut self, now: Instant) -> bool {
        self.lost.push_back(now);
        if self.lost.len() > LOSSES_MAX {
            self.lost.pop_front();
        }
        let is_many = self.lost.len() == LOSSES_MAX
            && self
                .lost
                .front()
                .is_some_and(|first| now.duration_since(*first) <= LOSS_WINDOW);
        let is_news = is_many && !self.is_alerted;
        self.is_alerted |= is_many;
        is_news
    }

    /// Tells whether an alert is over, now that something comes.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        let calm = self.is_alerted
            && self
                .lost
                .back()
                .is_none_or(|last| now.duration_since(*last) >= CALM_TIME);
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
    fn five_in_a_minute_are_told_once_and_their_end_too_and_a_few_an_hour_are_not() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut flapping = Flapping::default();
        for minute in 0..30 {
            assert!(!flapping.note(at(minute * 20)));
        }
        assert!(!flapping.is_over(at(3_000)));
        let told: Vec<bool> = (0..8).map(|second| flapping.note(at(3_600 + second))).collect();
        assert_eq!(told.iter().filter(|told| **told).count(), 1);
        assert!(told[4]);
        assert!(!flapping.is_over(at(3_700)));
        assert!(flapping.is_over(at(3_730)));
        assert!(!flapping.is_over(at(3_731)));
    }
}
