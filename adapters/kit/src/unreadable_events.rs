//! Events of members that this version can't read: each may be somebody's question, and nobody answers it.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// The time after the last unreadable event at which its alert is resolved.
const READABLE_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Decides when the alert about unreadable events fires, and when it is over.
#[derive(Debug, Default)]
pub struct UnreadableEvents(Mutex<Option<Timestamp>>);

impl UnreadableEvents {
    /// Counts `count` unreadable events among those that came `now`. Returns `Some(true)` if the alert fires, `Some(false)` if it is
    /// resolved, an hour after the last of them, and `None` if nothing changes.
    pub fn count(&self, count: usize, now: Timestamp) -> Option<bool> {
        let mut last = self.0.lock();
        if count > 0 {
            *last = Some(now);
            return Some(true);
        }
        let over = last.is_some_and(|last| now.duration_since(last) >= READABLE_AGAIN);
        over.then(|| {
            *last = None;
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alert_ends_an_hour_after_the_last_unreadable_event() {
        let unreadable = UnreadableEvents::default();
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert_eq!(unreadable.count(0, at(0)), None);
        assert_eq!(unreadable.count(2, at(0)), Some(true));
        assert_eq!(unreadable.count(1, at(30)), Some(true));
        assert_eq!(unreadable.count(0, at(89)), None);
        assert_eq!(unreadable.count(0, at(90)), Some(false));
        assert_eq!(unreadable.count(0, at(91)), None);
    }
}
