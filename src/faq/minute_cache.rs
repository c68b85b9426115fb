//! Cache of what follows from the file and the minute alone, kept until the next minute: hours begin and end at whole minutes.

use jiff::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by key, each with the minute that it was made for. It holds one value a key: as many as the file has entries and
/// languages.
#[derive(Debug)]
pub(super) struct MinuteCache<K, V>(Mutex<HashMap<K, (i64, V)>>);

impl<K, V> Default for MinuteCache<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> MinuteCache<K, V> {
    /// Returns the value of a key at a moment; makes it where that was not done in the same minute.
    pub(super) fn get(&self, key: K, now: Timestamp, make: impl FnOnce() -> V) -> V {
        let minute = now.as_second().div_euclid(60);
        let kept = self.0.lock();
        if let Some((of, value)) = kept.get(&key)
            && *of == minute
        {
            return value.clone();
        }
        // Others go on while it is made.
        drop(kept);
        let value = make();
        let mut kept = self.0.lock();
        kept.insert(key, (minute, value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_value_is_made_once_a_minute_and_key() {
        let cache = MinuteCache::default();
        let made = Cell::new(0);
        let get = |key: &'static str, at: &str| {
            cache.get(key, at.parse().unwrap(), || {
                made.set(made.get() + 1);
                made.get()
            })
        };
        assert_eq!(get("a", "2026-11-24T09:59:00Z"), 1);
        assert_eq!(get("a", "2026-11-24T09:59:59.999Z"), 1);
        assert_eq!(get("b", "2026-11-24T09:59:59Z"), 2);
        assert_eq!(get("a", "2026-11-24T10:00:00Z"), 3);
        // A clock that is set back finds nothing stale.
        assert_eq!(get("a", "2026-11-24T09:59:30Z"), 4);
        assert_eq!(get("a", "1969-12-31T23:59:59Z"), 5);
        assert_eq!(get("a", "1970-01-01T00:00:00Z"), 6);
    }
}
