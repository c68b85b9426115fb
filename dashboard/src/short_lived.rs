//! Values that are kept in memory for a short time: log-ins that are not finished.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Values that are remembered at most; of more, all are forgotten.
const VALUES_MAX: usize = 1_000;

/// Values by their keys, each until its end.
#[derive(Debug)]
pub(crate) struct ShortLived<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for ShortLived<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> ShortLived<K, V> {
    /// Keeps a value for a time.
    pub(crate) fn keep(&self, key: K, value: V, now: Timestamp, time: SignedDuration) {
        let mut kept = self.0.lock();
        kept.retain(|_, (until, _)| now < *until);
        if kept.len() >= VALUES_MAX {
            kept.clear();
        }
        let until = now.saturating_add(time).unwrap_or(Timestamp::MAX);
        kept.insert(key, (until, value));
    }

    /// Returns a value.
    pub(crate) fn find(&self, key: &K, now: Timestamp) -> Option<V>
    where
        V: Clone,
    {
        let kept = self.0.lock();
        let (until, value) = kept.get(key)?;
        (now < *until).then(|| value.clone())
    }

    /// Takes a value away, if it is the wanted one.
    pub(crate) fn take_if<Q>(&self, key: &Q, now: Timestamp, is_wanted: impl FnOnce(&V) -> bool) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut kept = self.0.lock();
        let (until, value) = kept.get(key)?;
        if now >= *until || !is_wanted(value) {
            return None;
        }
        kept.remove(key).map(|(_, value)| value)
    }

    /// Forgets a value.
    pub(crate) fn forget(&self, key: &K) {
        let mut kept = self.0.lock();
        kept.remove(key);
    }
}
