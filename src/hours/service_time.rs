//! Service time: the open time between two moments, and the moment at which so much of it has passed.

use super::open_spans::{SEARCH_DAYS_MAX, Spans};
use super::schedule::Schedule;
use jiff::{SignedDuration, Timestamp};

impl Schedule {
    /// Returns the open time between `from` and `to`; zero when `to` is not after `from`.
    pub fn business_time(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to <= from {
            return SignedDuration::ZERO;
        }
        if self.never_closes() {
            return to.duration_since(from);
        }
        Spans::new(self, from, u32::MAX)
            .until(to)
            .take_while(|span| span.start < to)
            .map(|span| span.end.min(to).duration_since(span.start.max(from)))
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Returns the first time at which it has been open for `time` since `from`: `from` itself when `time` is not
    /// positive, `None` when the time is not reached.
    pub fn add_business_time(&self, from: Timestamp, time: SignedDuration) -> Option<Timestamp> {
        if time <= SignedDuration::ZERO {
            return Some(from);
        }
        if self.never_closes() {
            return from.checked_add(time).ok();
        }
        let mut left = time;
        for span in Spans::new(self, from, SEARCH_DAYS_MAX) {
            let start = span.start.max(from);
            let length = span.end.duration_since(start);
            if left <= length {
                return start.checked_add(left).ok();
            }
            left = left.saturating_sub(length);
        }
        None
    }
}
