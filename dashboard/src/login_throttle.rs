//! Slows down who guesses passwords: after five failures of a name or an address, growing pauses.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;

/// Failures that cost nothing.
const FREE: u32 = 5;

/// Time after which failures are forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_mins(15);

/// Longest pause.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Names and addresses that are remembered; with more, the oldest are forgotten.
const KEYS_MAX: usize = 10_000;

/// Failures of one name or address.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Counts failed log-ins.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<String, Failures>>);

impl Throttle {
    /// `true` if none of these names and addresses has to wait. The attempt is then counted as a failure until it has succeeded: of
    /// many at once, no more pass than one after the other.
    pub(crate) fn admits(&self, keys: &[String], now: Timestamp) -> bool {
        let mut failures = self.0.lock();
        let may = keys
            .iter()
            .filter_map(|key| failures.get(key))
            .all(|failed| now.duration_since(failed.last) >= pause(failed.count));
        if may {
            count(&mut failures, keys, now);
        }
        may
    }

    /// Forgets the failures of a name: whoever has it has logged in.
    pub(crate) fn succeeded(&self, key: &str) {
        let mut failures = self.0.lock();
        failures.remove(key);
    }
}

/// Counts a failure.
fn count(failures: &mut HashMap<String, Failures>, keys: &[String], now: Timestamp) {
    failures.retain(|_, failed| now.duration_since(failed.last) < FORGOTTEN);
    for key in keys {
        if failures.len() >= KEYS_MAX && !failures.contains_key(key) {
            let oldest = failures.iter().min_by_key(|(_, failed)| failed.last);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                failures.remove(&oldest);
            }
        }
        let failed = failures
            .entry(key.clone())
            .or_insert(Failures { count: 0, last: now });
        *failed = Failures {
            count: failed.count.saturating_add(1),
            last: now,
        };
    }
}

/// Returns the pause after this many failures: 2 s, 4 s, ... behind the free ones.
fn pause(failures: u32) -> SignedDuration {
    match failures.checked_sub(FREE) {
        None => SignedDuration::ZERO,
        Some(more) => {
            SignedDuration::from_secs(2i64.saturating_pow(more.saturating_add(1).min(16))).min(PAUSE_MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_and_each_further_one_doubles_the_pause_of_that_name() {
        let throttle = Throttle::default();
        let keys = ["name:a".to_owned(), "address:1".to_owned()];
        let mut now = Timestamp::UNIX_EPOCH;
        for _ in 0..5 {
            assert!(throttle.admits(&keys, now));
        }
        assert!(!throttle.admits(&keys, now));
        assert!(
            !throttle.admits(&keys[1..], now),
            "another name from there waits too"
        );
        assert!(throttle.admits(&["name:b".to_owned()], now));
        now += SignedDuration::from_secs(2);
        assert!(throttle.admits(&keys, now));
        now += SignedDuration::from_secs(3);
        assert!(!throttle.admits(&keys, now));
        throttle.succeeded("name:a");
        assert!(throttle.admits(&keys[..1], now));
        now += FORGOTTEN;
        assert!(throttle.admits(&keys, now));
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory() {
        let throttle = Throttle::default();
        for name in 0..(KEYS_MAX + 5) {
            throttle.admits(&[format!("name:{name}")], Timestamp::UNIX_EPOCH);
        }
        assert_eq!(throttle.0.lock().len(), KEYS_MAX);
    }
}
