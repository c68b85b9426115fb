//! Timers of the channels.

use groupdesk_contract::Place;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// Channels that wait, by the time at which each is due; one time a channel.
#[derive(Debug, Default)]
pub(super) struct ChannelTimers {
    by_time: BTreeSet<(Timestamp, Place)>,
    by_place: HashMap<Place, Timestamp>,
    /// Longest time that anything waits.
    longest: SignedDuration,
}

/// Time beyond the longest wait at which a timer proves that the clock was set.
const MARGIN: SignedDuration = SignedDuration::from_secs(1);

impl ChannelTimers {
    /// Makes an empty set; nothing waits longer than `longest`.
    pub(super) fn up_to(longest: SignedDuration) -> Self {
        Self {
            longest,
            ..Self::default()
        }
    }

    /// Sets or clears the timer of a channel.
    pub(super) fn set(&mut self, place: &Place, at: Option<Timestamp>) {
        let before = match at {
            Some(at) => self.by_place.insert(place.clone(), at),
            None => self.by_place.remove(place),
        };
        if let Some(before) = before {
            self.by_time.remove(&(before, place.clone()));
        }
        if let Some(at) = at {
            self.by_time.insert((at, place.clone()));
        }
    }

    /// Takes out a channel that is due, or that would wait longer than anything does: then the clock was set back.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Place> {
        let due = self.by_time.first().filter(|(at, _)| *at <= now);
        let (at, place) = due.or_else(|| self.beyond(now))?.clone();
        self.by_time.remove(&(at, place.clone()));
        self.by_place.remove(&place);
        Some(place)
    }

    /// Returns the time until the next channel is due.
    pub(super) fn next(&self, now: Timestamp) -> Option<Duration> {
        let (at, _) = self.by_time.first()?;
        if self.beyond(now).is_some() {
            return Some(Duration::ZERO);
        }
        Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
    }

    fn beyond(&self, now: Timestamp) -> Option<&(Timestamp, Place)> {
        let last = self.by_time.last()?;
        (last.0.duration_since(now) > self.longest.saturating_add(MARGIN)).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
        let now: Timestamp = "2026-11-24T10:00:00+08:00".parse().unwrap();
        let mut wakes = ChannelTimers::up_to(SignedDuration::from_secs(60));
        let place = Place::new("qq", "group:1");
        wakes.set(&place, Some(now + SignedDuration::from_secs(30)));
        assert_eq!(wakes.next(now), Some(Duration::from_secs(30)));
        assert_eq!(wakes.pop_due(now), None);
        let back = now - SignedDuration::from_hours(1);
        assert_eq!(wakes.next(back), Some(Duration::ZERO));
        assert_eq!(wakes.pop_due(back), Some(place));
        assert_eq!(wakes.next(back), None);
    }
}
