//! A bounded map: it forgets the oldest entry first.

use std::collections::{BTreeMap, VecDeque};

/// A map that forgets.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    most: usize,
    map: BTreeMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Ord + Clone, V> Kept<K, V> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            map: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.map.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        while self.map.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.map.remove(key)?;
        self.order.retain(|kept| kept != key);
        Some(value)
    }
}
