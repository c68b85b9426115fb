//! A cache of the vectors of recent texts: groups repeat themselves, and a burst is ranked more than once.

use std::collections::HashMap;
use std::sync::Arc;

/// The capacity. With vectors of 1,024 numbers that is 8 MB.
const VECTORS_MAX: usize = 2048;

/// A cache that forgets the half not used lately when it is full.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    held: HashMap<String, (u64, Arc<[f32]>)>,
    used: u64,
}

impl Recent {
    pub(crate) fn get(&mut self, text: &str) -> Option<Arc<[f32]>> {
        let (used, vector) = self.held.get_mut(text)?;
        self.used += 1;
        *used = self.used;
        Some(Arc::clone(vector))
    }

    pub(crate) fn put(&mut self, text: &str, vector: Arc<[f32]>) {
        self.used += 1;
        if self.held.len() >= VECTORS_MAX {
            let mut uses: Vec<u64> = self.held.values().map(|(used, _)| *used).collect();
            let (_, &mut middle, _) = uses.select_nth_unstable(VECTORS_MAX / 2);
            self.held.retain(|_, (used, _)| *used >= middle);
        }
        self.held.insert(text.to_owned(), (self.used, vector));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_makes_room() {
        let mut recent = Recent::default();
        let vector = |number: usize| Arc::from(vec![number as f32]);
        for number in 0..10 * VECTORS_MAX {
            recent.put(&number.to_string(), vector(number));
            assert_eq!(recent.get("0"), Some(vector(0)), "after {number}");
            assert!(recent.held.len() <= VECTORS_MAX);
        }
        assert_eq!(recent.get("1"), None);
        assert_eq!(recent.get("20479"), Some(vector(20479)));
    }
}
