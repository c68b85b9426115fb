//! Word vectors at large: words of like use point the same way ("refund", "reimburse").
//!
//! The table is part of the program (`data/README.md` tells where it comes from). It decides nothing by itself: it only
//! makes two texts without a common word a little more alike, and the model weighs that for each file.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::hash;
use super::packed_tables::{Packed, packed};

/// The number of dimensions of a vector.
pub(crate) const DIMENSIONS: usize = 64;

/// Words and English stems, one a line; the vectors stand in the same order.
const WORDS: Packed = packed!("senses.txt");
/// The vectors, [`DIMENSIONS`] signed bytes each; a word that decides more of a sentence's sense has a longer one.
static VECTORS: LazyLock<Vec<u8>> = LazyLock::new(|| packed!("senses.bin").bytes());
/// The number of words.
const WORDS_COUNT: usize = 60_000;
/// The level of each word as the name of a thing, in two bits: of each line of `words-zh.txt`, then of each line of [`WORDS`].
const THINGS: &[u8] = include_bytes!("data/things.bin");
/// The lines of `words-zh.txt`.
const CHINESE: usize = 83_144;
/// Values that the two bits stand for.
const LEVELS: [f32; 4] = [0.0, 0.25, 0.55, 0.9];
/// The length of a middling vector in [`VECTORS`], and of a [`Sense`].
const UNIT: f32 = 160.0;

/// A word's row in the table; the default is "not there".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Row(u32);

/// The table's words by their hash.
pub(crate) struct Senses {
    rows: FxHashMap<u64, Row>,
}

impl Senses {
    pub(crate) fn load() -> Self {
        let mut rows = FxHashMap::default();
        rows.reserve(WORDS_COUNT);
        for (i, word) in WORDS.text().lines().take(WORDS_COUNT).enumerate() {
            rows.entry(hash::text(word)).or_insert(Row(i as u32 + 1));
        }
        Self { rows }
    }

    /// Returns the row of the word or English stem with this hash.
    pub(crate) fn row(&self, hash: u64) -> Row {
        self.rows.get(&hash).copied().unwrap_or_default()
    }
}

/// Unpacks the vectors, which takes longer than all else: on a thread of its own.
pub(crate) fn unpack() {
    LazyLock::force(&VECTORS);
}

/// Returns the two bits of a line of `words-zh.txt`.
pub(crate) fn thing_of_word(line: usize) -> u8 {
    if line < CHINESE { bits(line) } else { 0 }
}

/// Returns what two bits stand for.
pub(crate) fn level(bits: u8) -> f32 {
    LEVELS.get(usize::from(bits)).copied().unwrap_or_default()
}

fn bits(at: usize) -> u8 {
    THINGS.get(at / 4).map_or(0, |four| four >> (2 * (at % 4)) & 3)
}

impl Row {
    fn vector(self) -> Option<&'static [u8; DIMENSIONS]> {
        let at = (self.0 as usize).checked_sub(1)? * DIMENSIONS;
        VECTORS.get(at..at + DIMENSIONS)?.try_into().ok()
    }

    /// Returns the level of an English word as the name of a thing, a place or an institution, 0..=1.
    pub(crate) fn thing(self) -> f32 {
        (self.0 as usize)
            .checked_sub(1)
            .map_or(0.0, |row| level(bits(CHINESE + row)))
    }

    /// Compares two words by their vectors, longer ones counting more; 1 for a middling word and itself, 0 if one of them
    /// is not in the table.
    pub(crate) fn likeness(self, other: Row) -> f32 {
        let (Some(a), Some(b)) = (self.vector(), other.vector()) else {
            return 0.0;
        };
        let product: i32 = a
            .iter()
            .zip(b)
            .map(|(&a, &b)| i32::from(a as i8) * i32::from(b as i8))
            .sum();
        product as f32 / (UNIT * UNIT)
    }
}

/// The sense of a whole text: the sum of its words' vectors, weighted by information and brought to one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sense([i8; DIMENSIONS]);

impl Default for Sense {
    fn default() -> Self {
        Self([0; DIMENSIONS])
    }
}

impl Sense {
    /// Sums up words with their weights.
    pub(crate) fn of(words: impl Iterator<Item = (Row, f32)>) -> Self {
        let mut sum = [0.0_f32; DIMENSIONS];
        for (row, weight) in words {
            let Some(vector) = row.vector() else { continue };
            for (s, &v) in sum.iter_mut().zip(vector) {
                *s += weight * f32::from(v as i8);
            }
        }
        let length = sum.iter().map(|s| s * s).sum::<f32>().sqrt();
        let mut sense = Self::default();
        if length > 0.0 {
            for (to, s) in sense.0.iter_mut().zip(sum) {
                *to = (s * UNIT / length).round().clamp(-127.0, 127.0) as i8;
            }
        }
        sense
    }

    /// Compares two senses, -1..=1; 0 if one of the texts has no known word.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        let product: i32 = self
            .0
            .iter()
            .zip(&other.0)
            .map(|(&a, &b)| i32::from(a) * i32::from(b))
            .sum();
        product as f32 / (UNIT * UNIT)
    }

    /// Returns one of the vector's numbers, at length one.
    pub(crate) fn number(&self, i: usize) -> f32 {
        self.0.get(i).map_or(0.0, |&n| f32::from(n) / UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_things_has_a_place_for_every_word() {
        let chinese = include_str!("data/words-zh.txt").lines().count();
        assert_eq!(chinese, CHINESE);
        assert_eq!(
            (WORDS.text().lines().count(), VECTORS.len()),
            (WORDS_COUNT, WORDS_COUNT * DIMENSIONS)
        );
        assert_eq!(THINGS.len(), (chinese + WORDS_COUNT).div_ceil(4));
        let senses = Senses::load();
        for (thing, other) in [("hotel", "quick"), ("passport", "becaus")] {
            let level = |word: &str| senses.row(hash::text(word)).thing();
            assert!(level(thing) > level(other), "{thing}");
        }
    }
}
