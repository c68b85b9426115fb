//! A bounded map that forgets its oldest entry first, so that a process that runs for months does not grow.

use std::collections::{BTreeMap, VecDeque};

#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    most: usize,
    kept: BTreeMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Ord + Clone, V> Bounded<K, V> {
    /// Keeps at most `most` entries.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            kept: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.kept.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.kept.get_mut(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.kept.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.kept.remove(key)?;
        self.order.retain(|known| known != key);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut kept = Bounded::new(2);
        kept.insert(1, "a");
        kept.insert(2, "b");
        kept.insert(1, "c");
        kept.insert(3, "d");
        assert_eq!(
            (kept.get(&1), kept.get(&2), kept.get(&3)),
            (None, Some(&"b"), Some(&"d"))
        );
        assert_eq!(kept.remove(&2), Some("b"));
        kept.insert(4, "e");
        assert_eq!((kept.get(&3), kept.get(&4)), (Some(&"d"), Some(&"e")));
    }
}
