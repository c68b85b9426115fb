//! A map of limited size that forgets its oldest entry first, so that a process that runs for months does not grow.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A map that forgets its oldest entry when it is full. The age of an entry counts from its first insertion.
#[derive(Debug)]
pub struct BoundedMap<K, V> {
    capacity: usize,
    values: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Eq + Hash + Clone, V> BoundedMap<K, V> {
    /// Makes a map of at most `capacity` entries; it takes no memory before they come.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            values: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Returns the value under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Returns the value under `key`, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(key)
    }

    /// Keeps `value` under `key`; returns true if the key was unknown before.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        if self.values.insert(key.clone(), value).is_some() {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
        true
    }

    /// Forgets `key`; returns its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.values.remove(key)?;
        self.order.retain(|known| known != key);
        Some(value)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.values.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut kept = BoundedMap::new(2);
        assert!(kept.insert(1, "a"));
        assert!(kept.insert(2, "b"));
        assert!(!kept.insert(1, "c"));
        assert!(kept.insert(3, "d"));
        assert_eq!(
            (kept.get(&1), kept.get(&2), kept.get(&3)),
            (None, Some(&"b"), Some(&"d"))
        );
        // A removed entry makes place for another.
        assert_eq!(kept.remove(&2), Some("b"));
        kept.insert(4, "e");
        assert_eq!((kept.get(&3), kept.get(&4)), (Some(&"d"), Some(&"e")));
        kept.clear();
        assert_eq!(kept.remove(&4), None);
    }
}
