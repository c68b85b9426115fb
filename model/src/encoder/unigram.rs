//! A Unigram vocabulary (Kudo 2018, arXiv:1804.10959) in a few bytes a piece: the trie of `tokenizers` takes 300 MB for the
//! 250,000 pieces of XLM-RoBERTa, more than the encoder itself.

use super::vocabulary_pieces::{Listed, slice};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tokenizers::{AddedToken, Model, Result, Token, Trainer};

/// The cost of a character that no piece begins with, below the rarest piece, as in sentencepiece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// A Unigram model's part of `tokenizer.json`.
#[derive(Deserialize)]
struct Fields {
    unk_id: u32,
    vocab: Listed,
}

/// Pieces in the order of their bytes.
#[derive(Deserialize)]
#[serde(from = "Fields")]
pub(super) struct Unigram {
    bytes: Vec<u8>,
    /// By rank: where its bytes end.
    ends: Vec<u32>,
    /// By rank.
    ids: Vec<u32>,
    scores: Vec<f32>,
    unknown: u32,
    unknown_score: f32,
}

impl From<Fields> for Unigram {
    fn from(fields: Fields) -> Self {
        let listed = fields.vocab;
        let mut ids: Vec<u32> = (0..).take(listed.len()).collect();
        ids.sort_unstable_by(|a, b| listed.piece(*a).cmp(listed.piece(*b)));
        let score = |id: u32| listed.score(id);
        let least = ids.iter().map(|id| score(*id)).fold(0.0_f32, f32::min);
        let mut bytes = Vec::with_capacity(listed.size());
        let mut ends = Vec::with_capacity(ids.len());
        for id in &ids {
            bytes.extend_from_slice(listed.piece(*id));
            ends.push(bytes.len() as u32);
        }
        Self {
            scores: ids.iter().map(|id| score(*id)).collect(),
            ids,
            bytes,
            ends,
            unknown: fields.unk_id,
            unknown_score: least - UNKNOWN_PENALTY,
        }
    }
}

/// The best way to a place in a text.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    from: usize,
    id: u32,
}

impl Unigram {
    fn piece(&self, rank: usize) -> &[u8] {
        slice(&self.bytes, &self.ends, rank)
    }

    fn rank(&self, piece: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.ids.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.piece(middle).cmp(piece) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// Calls `found` with the length and rank of every piece that the text begins with.
    fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        // Those that share the first bytes lie side by side.
        let (mut low, mut high) = (0, self.ids.len());
        for (at, byte) in text.iter().enumerate() {
            let bound = |low: usize, high: usize, after: bool| {
                let (mut low, mut high) = (low, high);
                while low < high {
                    let middle = low.midpoint(high);
                    let before = match self.piece(middle).get(at) {
                        None => true,
                        Some(other) if after => other <= byte,
                        Some(other) => other < byte,
                    };
                    if before {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                low
            };
            low = bound(low, high, false);
            high = bound(low, high, true);
            if low >= high {
                return;
            }
            // The shortest of those that share their bytes comes first.
            if self.piece(low).len() == at + 1 {
                found(at + 1, low);
            }
        }
    }

    /// The pieces of a text, the most likely ones together: where each ends and which it is.
    fn pieces(&self, text: &str) -> Vec<(usize, usize, u32)> {
        let bytes = text.as_bytes();
        let mut best: Vec<Option<Step>> = vec![None; bytes.len() + 1];
        for (from, letter) in text.char_indices() {
            let till_here = best.get(from).copied().flatten().map_or(0.0, |step| step.score);
            let single = letter.len_utf8();
            let mut alone = false;
            let mut offer = |length: usize, id: u32, score: f32| {
                if let Some(place) = best.get_mut(from + length)
                    && place.is_none_or(|step| score > step.score)
                {
                    *place = Some(Step { score, from, id });
                }
            };
            self.prefixes(bytes.get(from..).unwrap_or_default(), |length, rank| {
                alone |= length == single;
                let score = self.scores.get(rank).copied().unwrap_or_default();
                let id = self.ids.get(rank).copied().unwrap_or(self.unknown);
                offer(length, id, till_here + score);
            });
            if !alone {
                offer(single, self.unknown, till_here + self.unknown_score);
            }
        }
        let mut found: Vec<(usize, usize, u32)> = Vec::new();
        let mut end = bytes.len();
        while end > 0
            && let Some(step) = best.get(end).copied().flatten()
        {
            match found.last_mut() {
                // What is unknown side by side is one piece.
                Some((from, _, id)) if *id == self.unknown && step.id == self.unknown => *from = step.from,
                _ => found.push((step.from, end, step.id)),
            }
            end = step.from;
        }
        found.reverse();
        found
    }
}

impl Model for Unigram {
    type Trainer = Untaught;

    fn tokenize(&self, text: &str) -> Result<Vec<Token>> {
        Ok(self
            .pieces(text)
            .into_iter()
            .map(|(from, end, id)| {
                let piece = text.get(from..end).unwrap_or_default();
                Token::new(id, piece.to_owned(), (from, end))
            })
            .collect())
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.ids.get(self.rank(token.as_bytes())?).copied()
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        let rank = self.ids.iter().position(|other| *other == id)?;
        String::from_utf8(self.piece(rank).to_vec()).ok()
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        (0..self.ids.len())
            .filter_map(|rank| {
                let piece = String::from_utf8(self.piece(rank).to_vec()).ok()?;
                Some((piece, *self.ids.get(rank)?))
            })
            .collect()
    }

    fn get_vocab_size(&self) -> usize {
        self.ids.len()
    }

    fn save(&self, _: &Path, _: Option<&str>) -> Result<Vec<PathBuf>> {
        Err("a vocabulary is only read".into())
    }

    fn get_trainer(&self) -> Self::Trainer {
        Untaught
    }
}

/// Stands where `tokenizers` wants a trainer: this program learns no vocabulary.
pub(super) struct Untaught;

impl Trainer for Untaught {
    type Model = Unigram;

    fn should_show_progress(&self) -> bool {
        false
    }

    fn train(&self, _: &mut Unigram) -> Result<Vec<AddedToken>> {
        Err("a vocabulary is only read".into())
    }

    fn feed<I, S, F>(&mut self, _: I, _: F) -> Result<()>
    where
        I: Iterator<Item = S> + Send,
        S: AsRef<str> + Send,
        F: Fn(&str) -> Result<Vec<String>> + Sync,
    {
        Err("a vocabulary is only read".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokenizers::models::unigram::Unigram as Theirs;

    fn vocabulary() -> Vec<(String, f64)> {
        let pieces = [
            "<s>",
            "<unk>",
            "▁",
            "▁a",
            "a",
            "ab",
            "abc",
            "b",
            "bc",
            "c",
            "▁退",
            "退",
            "退款",
            "款",
            "▁退款",
            "é",
            "▁abc",
        ];
        (0u32..)
            .zip(pieces)
            .map(|(n, piece)| {
                (
                    piece.to_owned(),
                    if n < 2 { 0.0 } else { -f64::from(n * 7 % 11) - 0.25 },
                )
            })
            .collect()
    }

    fn unigram() -> Unigram {
        serde_json::from_value(serde_json::json!({"unk_id": 1, "vocab": vocabulary()})).unwrap()
    }

    #[test]
    fn what_is_no_list_of_pieces_with_scores_is_refused() {
        for vocab in [
            r#"[["a"]]"#,
            r#"[["a", "b"]]"#,
            r#"[[1, 2.0]]"#,
            r#"["a"]"#,
            r#"[["a", 1.0, 2.0]]"#,
            r#"{"a": 1.0}"#,
        ] {
            let json = format!(r#"{{"unk_id": 0, "vocab": {vocab}}}"#);
            assert!(serde_json::from_str::<Unigram>(&json).is_err(), "{vocab}");
        }
        let escaped: Unigram = serde_json::from_str(r#"{"unk_id": 0, "vocab": [["\u2581a", -1]]}"#).unwrap();
        assert_eq!(escaped.token_to_id("▁a"), Some(0));
    }

    proptest! {
        #[test]
        fn a_text_has_the_pieces_that_the_library_gives_it(text in "[abcd▁退款钱é😀]{0,24}") {
            let ours = unigram();
            let theirs = Theirs::from(vocabulary(), Some(1), false).unwrap();
            let ids = |tokens: Vec<Token>| tokens.into_iter().map(|t| (t.id, t.value, t.offsets)).collect::<Vec<_>>();
            prop_assert_eq!(ids(ours.tokenize(&text).unwrap()), ids(theirs.tokenize(&text).unwrap()));
        }
    }

    #[test]
    fn a_piece_is_found_by_its_words_and_its_number() {
        let ours = unigram();
        for (id, (piece, _)) in (0..).zip(vocabulary()) {
            assert_eq!(ours.token_to_id(&piece), Some(id), "{piece}");
            assert_eq!(ours.id_to_token(id), Some(piece));
        }
        assert_eq!(ours.token_to_id("zebra"), None);
        assert_eq!(ours.get_vocab().len(), ours.get_vocab_size());
    }
}
