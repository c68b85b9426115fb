//! Things, places and institutions that a message speaks of and a file does not: "the park" in "is the park open on Monday", asked
//! where a library's members write.
//!
//! Strangers' questions keep the frame of ours and put another object into it, so that all but one word is explained. A noun that
//! the file lacks tells of it more than any other word that it lacks: members' own words for our things are verbs and
//! particles far more often. The nouns come from a table (`data/things.py`); the weights are fitted to eight made-up
//! businesses, each left out in turn.

use super::analyse::word_key;
use super::index::Index;
use super::retrieve::Without;
use super::synonyms::Synonyms;
use super::tokens::Token;
use super::word_vectors::Row;

/// The information from which on a word names something.
const INFO_MIN: f32 = 0.3;
/// The information, and the level of a noun, from which on a word is no mere opening of a message.
const INFO_OF_CONTENT: f32 = 0.45;
/// What a noun that the file lacks takes from the log-odds of an answer: anywhere; besides, in a message of one clause; as its first
/// word of content; as an owner ("X的Y"); behind a preposition; as its last word.
const STRANGE: f32 = 0.7;
const ALONE: f32 = 2.8;
const FIRST: f32 = 1.6;
const OWNER: f32 = 1.5;
const BEHIND_PREPOSITION: f32 = 0.8;
const LAST: f32 = 0.8;
/// The same for a noun that only other entries know: anywhere; as the first word of content.
const OF_ANOTHER_ENTRY: f32 = 0.8;
const OF_ANOTHER_ENTRY_FIRST: f32 = 1.5;
/// The level of a single character, beside that of a longer word: most have other uses.
const SINGLE: f32 = 0.5;
/// The level of a compound whose last two characters are a word of the file: "大熊猫" where it has "熊猫".
const KNOWN_HEAD: f32 = 0.3;
/// The likeness to a word of the nearest question from which on a noun is half the same, and from which on it is the same.
const LIKE: f32 = 0.75;
const SAME: f32 = 0.95;

const PREPOSITIONS: &[&str] = &[
    "of", "in", "at", "to", "for", "with", "on", "from", "by", "near", "into", "inside", "via", "through", "like", "在", "去",
    "到", "从", "坐", "给", "往", "找", "用", "被", "跟", "和",
];
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "my", "your", "our", "his", "her", "their", "this", "that", "any", "some",
];
/// English words behind which a word that may be a noun is a verb.
const BEFORE_VERBS: &[&str] = &[
    "i", "you", "we", "they", "to", "can", "could", "will", "dont", "not", "would", "should", "he", "she", "it", "u", "please",
    "must", "may",
];
/// Words between a preposition and its noun, at most.
const BETWEEN: usize = 3;

/// A noun of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thing {
    /// The key of its word or concept.
    key: u64,
    /// The key of its last two characters, if it is a longer Chinese word.
    head: Option<u64>,
    sense: Row,
    /// What it takes from the log-odds of an answer if the file lacks it, in a message of several clauses.
    strange: f32,
    /// The same besides, in a message of one clause.
    alone: f32,
    /// The same if another entry than the answer's has it.
    elsewhere: f32,
}

/// A noun of a message that is strange to the file or to some of its entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger {
    thing: Thing,
    /// Its number if the file's questions have it.
    id: Option<u32>,
    /// `true` if the file has it, in questions or elsewhere.
    known: bool,
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
        ([word], _) if !word.text.is_ascii() && word.text.chars().count() == 1 => level * SINGLE,
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
    let strange = STRANGE
        + if_so(first, FIRST)
        + if_so(is_owner, OWNER)
        + if_so(is_behind_preposition(tokens, at), BEHIND_PREPOSITION)
        + if_so(at + count == tokens.len(), LAST);
    Thing {
        key: word_key(hash),
        head: head(word, synonyms).filter(|_| count == 1),
        sense: word.sense,
        strange: level * strange,
        alone: level * ALONE,
        elsewhere: level * (OF_ANOTHER_ENTRY + if_so(first, OF_ANOTHER_ENTRY_FIRST)),
    }
}

/// Returns the key of the last two characters of a longer Chinese word.
fn head(word: &Token<'_>, synonyms: &Synonyms) -> Option<u64> {
    let (start, _) = word.text.char_indices().rev().nth(1)?;
    if start == 0 || word.text.is_ascii() {
        return None;
    }
    let text = word.text.get(start..)?;
    let head = Token {
        text,
        hash: super::hash::text(text),
        ..*word
    };
    Some(word_key(synonyms.alone(&head)))
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
    let marks = [',', '，', '。', '；', ';', '！', '!', '？', '?', '\n', '…', '~', '、'];
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

impl Index {
    /// Finds those of a message's nouns that not all entries know.
    pub(crate) fn strangers(&self, things: &[Thing], without: Without) -> Vec<Stranger> {
        things
            .iter()
            .map(|&thing| {
                let id = self.asked_elsewhere(thing.key, without);
                let mut stranger = Stranger {
                    thing,
                    id,
                    known: id.is_some() || self.passages.has_without(thing.key, without.entry),
                };
                let head = thing.head.filter(|_| !stranger.known);
                if head.is_some_and(|head| self.asked_elsewhere(head, without).is_some()) {
                    stranger.thing.strange *= KNOWN_HEAD;
                    stranger.thing.alone *= KNOWN_HEAD;
                }
                stranger
            })
            .collect()
    }

    /// Returns the number of a word that a question has which is not left out.
    fn asked_elsewhere(&self, key: u64, without: Without) -> Option<u32> {
        let id = self.word(key)?;
        let left = without.entry.or(without.question.map(|question| self.question(question).entry));
        let Some(entry) = left else { return Some(id) };
        let count = self.word_count(entry, id);
        let is_alone = count > 0 && (without.entry.is_some() || count == 1);
        let entries = self.telling(id).1;
        (entries > u32::from(is_alone)).then_some(id)
    }

    /// Returns what the nouns of a message take from the log-odds of an answer with an entry. `nearest` is its nearest question, `own` is
    /// the message itself if it is one.
    pub(crate) fn strangeness(
        &self,
        strangers: &[Stranger],
        entry: u32,
        nearest: u32,
        own: Option<u32>,
    ) -> f32 {
        strangers
            .iter()
            .map(|stranger| {
                let Stranger { thing, id, known } = *stranger;
                let count = id.map_or(0, |id| self.word_count(entry, id));
                if count > u32::from(own.is_some()) || self.passages.has_word(thing.key, entry) {
                    return 0.0;
                }
                let weight = if known {
                    thing.elsewhere
                } else {
                    thing.strange + thing.alone
                };
                let like = self
                    .words(nearest)
                    .map(|(word, _)| thing.sense.likeness(self.sense(word)))
                    .fold(0.0, f32::max);
                weight * ((SAME - like) / (SAME - LIKE)).clamp(0.0, 1.0)
            })
            .fold(0.0, f32::max)
    }
}

/// Returns a probability with its log-odds lowered by `taken`.
pub(crate) fn lowered(probability: f32, taken: f32) -> f32 {
    if taken <= 0.0 {
        return probability;
    }
    probability / (probability + (1.0 - probability) * taken.exp())
}
