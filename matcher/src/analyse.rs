//! Takes a normalised text apart: words and concepts, pairs of words, character n-grams, and the type of question.

use super::foreign_things::{Thing, things};
use super::hash;
use super::language::Dictionaries;
use super::normalise::is_wide;
use super::syllable_hash::syllable;
use super::synonyms::Synonyms;
use super::tokens::{Token, tokens};
use super::word_vectors::{Row, Sense};
use crate::dialogue_act::question_cues::kinds;

/// The ways in which two texts are compared, each a vector space of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum View {
    /// Words, stems and concepts (groups of synonyms).
    Word,
    /// Two words in a row.
    Pair,
    /// Single and paired Chinese characters; three and four letters within a word.
    Gram,
    /// Pairs of neighbouring characters by their sound.
    Sound,
}

/// The number of views.
pub(crate) const VIEWS: usize = 4;
/// The bit from which on a key holds its view.
const VIEW_SHIFT: u32 = 62;

impl View {
    /// The view that a term's key belongs to, as a number below [`VIEWS`].
    pub(crate) fn of_key(key: u64) -> usize {
        (key >> VIEW_SHIFT) as usize
    }
}

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Term {
    /// The view, then a hash.
    pub(crate) key: u64,
    /// The information of the word in the language at large, 0..=1: the loss to a reader who doesn't know it.
    pub(crate) info: f32,
    /// The word's vector at large; the default row for other views.
    pub(crate) sense: Row,
}

impl Term {
    fn new(view: View, hash: u64, info: f32) -> Self {
        Self {
            key: (view as u64) << VIEW_SHIFT | hash >> (64 - VIEW_SHIFT),
            info,
            sense: Row::default(),
        }
    }

    fn word(hash: u64, info: f32, sense: Row) -> Self {
        Self {
            sense,
            ..Self::new(View::Word, hash, info)
        }
    }

    /// The view as a number below [`VIEWS`].
    pub(crate) fn view(&self) -> usize {
        View::of_key(self.key)
    }

    /// Returns `true` for a word or a concept.
    pub(crate) fn is_word(&self) -> bool {
        self.view() == View::Word as usize
    }
}

/// A text taken apart. Terms are unique, in order of their keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Analysis {
    pub(crate) terms: Vec<Term>,
    pub(crate) outline: Outline,
    /// Nouns.
    pub(crate) things: Vec<Thing>,
}

/// A text's features as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outline {
    pub(crate) sense: Sense,
    /// Bits of [`kinds`].
    pub(crate) kinds: u16,
    /// Chinese characters and other words; counted up to 255.
    pub(crate) length: u8,
}

/// Takes `text` (in normal form) apart.
pub(crate) fn analyse(text: &str, synonyms: &Synonyms, language: &Dictionaries) -> Analysis {
    of_tokens(text, &tokens(text, language), synonyms)
}

/// Takes `text` with its words apart.
pub(crate) fn of_tokens(text: &str, tokens: &[Token<'_>], synonyms: &Synonyms) -> Analysis {
    let mut terms = Vec::with_capacity(tokens.len() * 6);
    add_word_terms(tokens, synonyms, &mut terms);
    for token in tokens {
        grams_of_word(token, &mut terms);
    }
    grams_across(tokens, &mut terms);
    sounds(tokens, &mut terms);
    terms.sort_unstable_by(|a, b| a.key.cmp(&b.key).then(b.info.total_cmp(&a.info)));
    terms.dedup_by_key(|t| t.key);
    Analysis {
        terms,
        outline: Outline {
            sense: Sense::of(tokens.iter().map(|t| (t.sense, t.info))),
            kinds: kinds(text),
            length: length(tokens),
        },
        things: things(tokens, synonyms),
    }
}

fn length(tokens: &[Token<'_>]) -> u8 {
    let units = tokens.iter().map(|token| match token.text.chars().next() {
        Some(first) if is_wide(first) => token.text.chars().count(),
        _ => 1,
    });
    units.sum::<usize>().min(usize::from(u8::MAX)) as u8
}

const WORD: u64 = 1;
const GRAM: u64 = 2;

/// Returns the key of a word or concept with this hash.
pub(crate) fn word_key(hash: u64) -> u64 {
    Term::word(hash::pair(WORD, hash), 0.0, Row::default()).key
}

/// Concepts where synonyms are known, else words; and the pairs of neighbours among them.
fn add_word_terms(tokens: &[Token<'_>], synonyms: &Synonyms, terms: &mut Vec<Term>) {
    let mut previous: Option<(u64, f32)> = None;
    let mut i = 0;
    while i < tokens.len() {
        let (hash, info, sense) = match synonyms.find(&tokens[i..]) {
            Some(found) => {
                if found.tokens > 1 {
                    // The parts still count for likeness, so that "office hours" meets "hours"; but none of them is
                    // a strange word that the entry would have to explain.
                    terms.extend(
                        tokens[i..i + found.tokens]
                            .iter()
                            .map(|t| Term::word(hash::pair(WORD, synonyms.alone(t)), 0.0, t.sense)),
                    );
                }
                let words = &tokens[i..i + found.tokens];
                i += found.tokens;
                let head = words.iter().reduce(|a, b| if b.info > a.info { b } else { a });
                let sense = head.map_or_else(Row::default, |t| t.sense);
                (hash::pair(WORD, found.concept), found.info, sense)
            }
            None => {
                let token = tokens[i];
                i += 1;
                if is_hours(token.text) {
                    terms.push(Term::word(hash::salted(WORD, "5x8"), 0.5, Row::default()));
                }
                (hash::pair(WORD, token.hash), token.info, token.sense)
            }
        };
        if let Some((before, told)) = previous {
            terms.push(Term::new(
                View::Pair,
                hash::pair(before, hash),
                (told + info) / 2.0,
            ));
        }
        terms.push(Term::word(hash, info, sense));
        previous = Some((hash, info));
    }
}

/// Returns `true` if a word is a "days times hours" notation, such as "5x8".
fn is_hours(word: &str) -> bool {
    let Some((days, hours)) = word.split_once('x') else {
        return false;
    };
    matches!((days.parse::<u8>(), hours.parse::<u8>()), (Ok(1..=7), Ok(1..=24)))
}

fn gram(text: &str, info: f32) -> Term {
    Term::new(View::Gram, hash::salted(GRAM, text), info)
}

fn grams_of_word(token: &Token<'_>, terms: &mut Vec<Term>) {
    let word = token.text;
    let Some(first) = word.chars().next() else { return };
    if is_wide(first) {
        let mut last = None;
        for (i, c) in word.char_indices() {
            terms.push(gram(&word[i..i + c.len_utf8()], token.info * 0.6));
            if let Some(last) = last {
                terms.push(gram(&word[last..i + c.len_utf8()], token.info));
            }
            last = Some(i);
        }
        return;
    }
    let mut padded = [0_u8; 34];
    if !word.is_ascii() || word.len() > 32 {
        terms.push(gram(word, token.info));
        return;
    }
    padded[0] = b'^';
    padded[1..=word.len()].copy_from_slice(word.as_bytes());
    padded[word.len() + 1] = b'$';
    let padded = std::str::from_utf8(&padded[..word.len() + 2]).unwrap_or(word);
    for n in 3..=4 {
        for start in 0..(padded.len() + 1).saturating_sub(n) {
            terms.push(gram(&padded[start..start + n], token.info));
        }
    }
}

/// Pairs of syllables in a run of Chinese, over word boundaries too: a wrong character moves those.
fn sounds(tokens: &[Token<'_>], terms: &mut Vec<Term>) {
    let mut last: Option<(u64, f32)> = None;
    for token in tokens {
        for c in token.text.chars() {
            let Some(syllable) = syllable(c) else {
                last = None;
                continue;
            };
            if let Some((before, info)) = last {
                terms.push(Term::new(
                    View::Sound,
                    hash::pair(before, syllable),
                    (info + token.info) / 2.0,
                ));
            }
            last = Some((syllable, token.info));
        }
    }
}

/// Pairs of Chinese characters over a word boundary, since boundaries differ from text to text.
fn grams_across(tokens: &[Token<'_>], terms: &mut Vec<Term>) {
    let mut buffer = String::with_capacity(8);
    for pair in tokens.windows(2) {
        let (Some(left), Some(right)) = (pair[0].text.chars().next_back(), pair[1].text.chars().next())
        else {
            continue;
        };
        if is_wide(left) && is_wide(right) {
            buffer.clear();
            buffer.push(left);
            buffer.push(right);
            terms.push(gram(&buffer, (pair[0].info + pair[1].info) / 2.0));
        }
    }
}
