//! Reads the list of pieces of a vocabulary as it stands in `tokenizer.json`.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// Pieces in the order of their ids, read into one run of bytes: 250,000 strings of their own leave holes in the memory that stay
/// for as long as the program runs.
#[derive(Default)]
pub(super) struct Listed {
    bytes: Vec<u8>,
    /// By id: where its bytes end.
    ends: Vec<u32>,
    scores: Vec<f32>,
}

impl Listed {
    /// Returns the number of pieces.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the bytes of all pieces together.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the bytes of a piece; none if there is no such id.
    pub(super) fn piece(&self, id: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, id as usize)
    }

    /// Returns the score of a piece: the logarithm of its probability.
    pub(super) fn score(&self, id: u32) -> f32 {
        self.scores.get(id as usize).copied().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PiecesVisitor)
    }
}

struct PiecesVisitor;

impl<'de> Visitor<'de> for PiecesVisitor {
    type Value = Listed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of pieces with their scores")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pieces: A) -> Result<Listed, A::Error> {
        let mut listed = Listed::default();
        while pieces.next_element_seed(PieceSeed(&mut listed))?.is_some() {}
        Ok(listed)
    }
}

/// Reads one piece with its score.
struct PieceSeed<'l>(&'l mut Listed);

impl<'de> DeserializeSeed<'de> for PieceSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for PieceSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a piece and its score")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<(), A::Error> {
        let missing = |at| A::Error::invalid_length(at, &"a piece and its score");
        pair.next_element_seed(TextSeed(&mut self.0.bytes))?
            .ok_or_else(|| missing(0))?;
        let score: f64 = pair.next_element()?.ok_or_else(|| missing(1))?;
        let end = u32::try_from(self.0.bytes.len()).map_err(A::Error::custom)?;
        self.0.ends.push(end);
        self.0.scores.push(score as f32);
        Ok(())
    }
}

/// Reads a text behind those that are read.
struct TextSeed<'b>(&'b mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TextSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a piece")
    }

    fn visit_str<E: Error>(self, piece: &str) -> Result<(), E> {
        self.0.extend_from_slice(piece.as_bytes());
        Ok(())
    }
}

/// Returns the bytes of the piece at a place.
pub(super) fn slice<'b>(bytes: &'b [u8], ends: &[u32], at: usize) -> &'b [u8] {
    let end = ends.get(at).map_or(0, |end| *end as usize);
    let start = match at.checked_sub(1) {
        Some(before) => ends.get(before).map_or(0, |end| *end as usize),
        None => 0,
    };
    bytes.get(start..end).unwrap_or_default()
}
