//! When which channel has something due.

use groupdesk_contract::Place;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// The channels that wait, by the time at which each is due; one time a channel.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    by_time: BTreeSet<(Timestamp, Place)>,
    by_place: HashMap<Place, Timestamp>,
}

impl Wakes {
    /// Sets or clears the time at which a channel is due.
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

    /// Takes out a channel that is due.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Place> {
        if self.by_time.first()?.0 > now {
            return None;
        }
        let (_, place) = self.by_time.pop_first()?;
        self.by_place.remove(&place);
        Some(place)
    }

    /// How long until the next channel is due.
    pub(super) fn next(&self, now: Timestamp) -> Option<Duration> {
        let (at, _) = self.by_time.first()?;
        Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
    }
}
