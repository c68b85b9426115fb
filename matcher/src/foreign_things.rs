//! Things, places and institutions that a message speaks of and a file does not: "the park" in "is the park open on Monday", asked
//! where a library's members write.
//!
//! Strangers' questions keep the frame of ours and put another object into it, so that all but one word is explained. A noun that
//! the file lacks tells of it more than any other word that it lacks: members' own words for our things are verbs and
//! particles far more often. The nouns come from a table (`data/things.py`); the weights are fitted to eight made-up
//! businesses, each left out in turn.

use super::hash;
use super::synonyms::Synonyms;
use super::tokens::Token;
use super::word_vectors::Row;

/// The information from which on a word names something.
const INFO_MIN: f32 = 0.3;
/// The information, and the level of a noun, from which on a word is no mere opening of a message.
const INFO_OF_CONTENT: f32 = 0.45;
/// Log-odds that a noun takes from an answer if the file lacks it: anywhere; besides, in a message of one clause; as its first
/// word of content; as an owner ("X的Y"); behind a preposition; as its last word.
const STRANGE_LOG_ODDS: f32 = 0.7;
const STRANGE_ALONE_LOG_ODDS: f32 = 2.8;
const STRANGE_FIRST_LOG_ODDS: f32 = 1.6;
const STRANGE_OWNER_LOG_ODDS: f32 = 1.5;
const STRANGE_BEHIND_PREPOSITION_LOG_ODDS: f32 = 0.8;
const STRANGE_LAST_LOG_ODDS: f32 = 0.8;
/// Log-odds that a noun takes that only other entries know: anywhere; as the first word of content.
const OF_ANOTHER_ENTRY_LOG_ODDS: f32 = 0.8;
const OF_ANOTHER_ENTRY_FIRST_LOG_ODDS: f32 = 1.5;
/// The level of a single character, beside that of a longer word: most have other uses.
const SINGLE_CHARACTER_NOUN_LEVEL: f32 = 0.5;
const PREPOSITIONS: &[&str] = &[
    "of", "in", "at", "to", "for", "with", "on", "from", "by", "near", "into", "inside", "via", "through",
    "like", "在", "去", "到", "从", "坐", "给", "往", "找", "用", "被", "跟", "和",
];
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "my", "your", "our", "his", "her", "their", "this", "that", "any", "some",
];
/// English words behind which a word that may be a noun is a verb.
const BEFORE_VERBS: &[&str] = &[
    "i", "you", "we", "they", "to", "can", "could", "will", "dont", "not", "would", "should", "he", "she",
    "it", "u", "please", "must", "may",
];
/// Words between a preposition and its noun, at most.
const BETWEEN: usize = 3;

/// A noun of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thing {
    /// The hash of its word or concept.
    pub(crate) hash: u64,
    /// The hash of its last two characters, if it is a longer Chinese word.
    pub(crate) head: Option<u64>,
    pub(crate) sense: Row,
    /// Log-odds that it takes from an answer if the file lacks it, in a message of several clauses.
    pub(crate) strange: f32,
    /// Strangeness besides, in a message of one clause.
    pub(crate) alone: f32,
    /// Strangeness if another entry than the answer's has it.
    pub(crate) elsewhere: f32,
}

/// Finds the nouns among the words of a message.
pub(crate) fn things(tokens: &[Token<'_>], synonyms: &Synonyms) -> Vec<Thing> {
    let mut found = Vec::new();
    let mut first = true;
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let phrase = synonyms.find(rest);
        let count = phrase.map_or(1, |phrase| phrase.tokens);
        let words = rest.get(..count).unwrap_or(rest);
        let hash = phrase.map_or_else(|| words[0].hash, |phrase| phrase.concept);
        let level = level(tokens, at, words);
        if level > 0.0 {
            found.push(thing((tokens, at, count), hash, level, first, synonyms));
        }
        let info = words.iter().map(|word| word.info).fold(0.0, f32::max);
        first &= info <= INFO_OF_CONTENT && level == 0.0;
        at += count;
    }
    found
}

/// Returns the level of the noun that `words` are, from place `at` on; 0 for anything else.
fn level(tokens: &[Token<'_>], at: usize, words: &[Token<'_>]) -> f32 {
    let named = words.iter().filter(|word| word.info > INFO_MIN);
    let level = named.map(|word| word.thing).fold(0.0, f32::max);
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    match (words, before) {
        ([word], _) if !word.text.is_ascii() && word.text.chars().count() == 1 => {
            level * SINGLE_CHARACTER_NOUN_LEVEL
        }
        ([_], Some(before)) if BEFORE_VERBS.contains(&before.text) => 0.0,
        _ => level,
    }
}

fn thing(
    (tokens, at, count): (&[Token<'_>], usize, usize),
    hash: u64,
    level: f32,
    first: bool,
    synonyms: &Synonyms,
) -> Thing {
    let word = &tokens[at];
    let if_so = |is: bool, weight: f32| if is { weight } else { 0.0 };
    let is_owner = tokens.get(at + count).is_some_and(|next| next.text == "的");
    let strange = STRANGE_LOG_ODDS
        + if_so(first, STRANGE_FIRST_LOG_ODDS)
        + if_so(is_owner, STRANGE_OWNER_LOG_ODDS)
        + if_so(
            is_behind_preposition(tokens, at),
            STRANGE_BEHIND_PREPOSITION_LOG_ODDS,
        )
        + if_so(at + count == tokens.len(), STRANGE_LAST_LOG_ODDS);
    Thing {
        hash,
        head: head(word, synonyms).filter(|_| count == 1),
        sense: word.sense,
        strange: level * strange,
        alone: level * STRANGE_ALONE_LOG_ODDS,
        elsewhere: level * (OF_ANOTHER_ENTRY_LOG_ODDS + if_so(first, OF_ANOTHER_ENTRY_FIRST_LOG_ODDS)),
    }
}

/// Returns the hash of the last two characters of a longer Chinese word.
fn head(word: &Token<'_>, synonyms: &Synonyms) -> Option<u64> {
    let (start, _) = word.text.char_indices().rev().nth(1)?;
    if start == 0 || word.text.is_ascii() {
        return None;
    }
    let text = word.text.get(start..)?;
    let head = Token {
        text,
        hash: hash::text(text),
        ..*word
    };
    Some(synonyms.alone(&head))
}

/// Returns `true` if a preposition stands before the noun at a place, with nothing but what belongs to a noun between.
fn is_behind_preposition(tokens: &[Token<'_>], at: usize) -> bool {
    let noun = &tokens[at];
    let before = tokens.get(..at).unwrap_or_default().iter().rev();
    let between = |word: &&Token<'_>| noun.text.is_ascii() && DETERMINERS.contains(&word.text);
    before
        .take(BETWEEN)
        .find(|word| !between(word))
        .is_some_and(|word| PREPOSITIONS.contains(&word.text))
}

/// Returns `true` if a message, as it was written, is of one clause: no mark parts it.
pub(crate) fn is_one_clause(raw: &str) -> bool {
    let marks = [
        ',', '，', '。', '；', ';', '！', '!', '？', '?', '\n', '…', '~', '、',
    ];
    let ends = |c: char| marks.contains(&c) || c == '.' || c.is_whitespace();
    let inner = raw.trim_matches(ends);
    let mut before = ' ';
    !inner.chars().any(|c| {
        let is_end = marks.contains(&c) || (before == '.' && c == ' ') || (c == ' ' && !before.is_ascii());
        before = c;
        is_end
    })
}

impl Thing {
    /// Takes the noun as one of a message of several clauses, of which another may be the one that asks.
    pub(crate) fn among_clauses(&mut self) {
        self.alone = 0.0;
    }
}

/// Returns a probability with its log-odds lowered by `taken`.
pub(crate) fn lowered(probability: f32, taken: f32) -> f32 {
    if taken <= 0.0 {
        return probability;
    }
    probability / (probability + (1.0 - probability) * taken.exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_inside_part_clauses() {
        for one in [
            "公园周一开放吗？",
            "is the park open on Monday?",
            "v1.5 有吗",
            " 能停车吗。 ",
        ] {
            assert!(is_one_clause(one), "{one}");
        }
        for several in [
            "下雨了，怎么办",
            "It broke. What now?",
            "坏了 怎么办",
            "sky is white, how do I fix it",
        ] {
            assert!(!is_one_clause(several), "{several}");
        }
    }

    #[test]
    fn lowered_log_odds_stay_a_probability() {
        assert_eq!(lowered(0.9, 0.0), 0.9);
        assert!((lowered(0.5, 1.0) - 0.2689).abs() < 1e-3);
        assert_eq!((lowered(0.0, 3.0), lowered(1.0, 3.0)), (0.0, 1.0));
    }
}
