//! The file's terms, numbered in the order of their keys.
//!
//! A sorted list of keys with a directory over their leading bits: a look-up reads the directory and a key or two behind
//! it, and a term costs about ten bytes, where a hash table of the same keys takes three times as much.

use super::analyse::{VIEWS, View};

/// Terms that share a place in the directory, on average; more of them save memory, fewer save looks.
const SHARING: usize = 2;

/// The table of terms; see the module.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    keys: Vec<u64>,
    /// The place of the first key with these leading bits; one more place at the end.
    directory: Vec<u32>,
    /// The number of bits that a key is shifted right to become a place in the directory.
    shift: u32,
    /// The end of each view's terms.
    ends: [u32; VIEWS],
}

impl Vocabulary {
    /// Builds it from keys in ascending order, each once.
    pub(crate) fn of_sorted(keys: Vec<u64>) -> Self {
        let bits = (keys.len() / SHARING).max(2).next_power_of_two().trailing_zeros();
        let shift = 64 - bits;
        let mut directory = vec![0_u32; (1 << bits) + 1];
        for key in &keys {
            directory[(key >> shift) as usize + 1] += 1;
        }
        for place in 1..directory.len() {
            directory[place] += directory[place - 1];
        }
        let mut ends = [0; VIEWS];
        for (view, end) in ends.iter_mut().enumerate() {
            *end = keys.partition_point(|&key| View::of_key(key) <= view) as u32;
        }
        Self {
            keys,
            directory,
            shift,
            ends,
        }
    }

    /// Returns the number of terms.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns the number of the term with this key.
    pub(crate) fn id(&self, key: u64) -> Option<u32> {
        let place = key.checked_shr(self.shift)? as usize;
        let (start, end) = (*self.directory.get(place)?, *self.directory.get(place + 1)?);
        let keys = self.keys.get(start as usize..end as usize)?;
        let at = keys.iter().position(|&known| known >= key)?;
        (keys[at] == key).then_some(start + at as u32)
    }

    /// Returns the view of the term with this number.
    pub(crate) fn view(&self, id: u32) -> usize {
        self.ends.iter().take_while(|&&end| end <= id).count()
    }

    /// Returns the end of each view's numbers.
    pub(crate) fn ends(&self) -> [u32; VIEWS] {
        self.ends
    }

    /// Returns the number of terms that are words; their numbers come first.
    pub(crate) fn words(&self) -> usize {
        self.ends[View::Word as usize] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_number_and_no_other_key_has_one() {
        for count in [0_u64, 1, 2, 3, 100, 5_000] {
            let mut keys: Vec<u64> = (0..count)
                .map(|i| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
                .collect();
            keys.sort_unstable();
            let vocabulary = Vocabulary::of_sorted(keys.clone());
            for (number, &key) in keys.iter().enumerate() {
                assert_eq!(vocabulary.id(key), Some(number as u32));
                assert_eq!(
                    vocabulary.id(key ^ 1),
                    keys.binary_search(&(key ^ 1)).ok().map(|n| n as u32)
                );
                assert_eq!(vocabulary.view(number as u32), View::of_key(key));
            }
            assert_eq!(vocabulary.len() as u64, count);
        }
    }
}
