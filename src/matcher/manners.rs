//! How the file's own questions are put: what a message has to read like before an entry is an answer to it unasked.
//!
//! Most entries are asked for by questions. Some are asked for by statements ("my card is gone", "软件打不开"), which a file
//! shows by its examples: there a message need not read as a question either.

use super::language::Language;
use super::{EntryInput, HUMAN};
use crate::dialogue_act::{self, Own, Reading};

/// Who asks as clearly as this is taken at their word, whatever the examples look like.
const ASKS: f32 = 0.8;
/// What asks less clearly than this surely asks nothing.
const ASKS_PERHAPS: f32 = 0.2;
/// The part of an entry's examples that may ask less clearly than what is needed.
const UNCLEAR: f32 = 0.25;
/// The same of an entry with at least [`MANY`] examples, which show what is seldom, too.
const UNCLEAR_OF_MANY: f32 = 0.1;
const MANY: usize = 40;
/// The same of all examples of the file, which speak for entries with fewer than [`FEW`].
const UNCLEAR_IN_FILE: f32 = 0.1;
const FEW: usize = 4;
/// Examples of an entry that are read.
const READ_MAX: usize = 16;
const READ_OF_MANY_MAX: usize = 64;
/// What surely speaks of others is worth nothing; up to this probability it is no matter.
const OF_OTHERS: f32 = 0.2;
/// The same where all examples of an entry speak of others.
const MOST_OF_OTHERS: f32 = 0.95;
/// Who called the bot is taken to speak of us up to this probability.
const PERHAPS_OTHERS: f32 = 0.5;
/// What is left of the confidence where the bot was called with words of others: not enough for an answer, enough for "did you
/// mean".
const OTHERS_CALLED: f32 = 0.5;
/// By how much the odds that a line asks are lower in a group than in the lessons, of which every second one asks.
const SELDOM: f32 = 1.65;

/// What each entry's questions are like.
#[derive(Debug, Default)]
pub(crate) struct Manners {
    entries: Vec<Manner>,
}

/// What the questions of an entry are like.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// How clearly a message has to ask, 0..=1.
    needed: f32,
    /// How surely a message may speak of others, as the examples do, 0..=1.
    of_others: f32,
}

/// Of what no entry is.
const STRANGE: Manner = Manner {
    needed: ASKS,
    of_others: OF_OTHERS,
};

impl Manners {
    /// Of the entries' example questions, as they are read.
    pub(crate) fn of(entries: &[EntryInput], read: &dyn Fn(&str) -> Reading) -> Self {
        let mut asked: Vec<Vec<f32>> = Vec::with_capacity(entries.len());
        let mut of_others: Vec<Vec<f32>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let (mut asks, mut others): (Vec<f32>, Vec<f32>) = entry
                .questions
                .iter()
                .take(if has_many(entry) {
                    READ_OF_MANY_MAX
                } else {
                    READ_MAX
                })
                .map(|question| {
                    let reading = read(question);
                    (asks(&reading), reading.of_others)
                })
                .unzip();
            asks.sort_by(f32::total_cmp);
            others.sort_by(f32::total_cmp);
            asked.push(asks);
            of_others.push(others);
        }
        let mut all: Vec<f32> = asked.concat();
        all.sort_by(f32::total_cmp);
        let of_file = share(&all, UNCLEAR_IN_FILE);
        let read = entries.iter().zip(asked.iter().zip(&of_others));
        let entries = read.map(|(entry, (asked, of_others))| {
            let own = share(asked, if has_many(entry) { UNCLEAR_OF_MANY } else { UNCLEAR });
            let as_others = of_others.get(of_others.len() / 2).copied().unwrap_or_default();
            Manner {
                // One or two examples may be put in an odd way.
                needed: if asked.len() < FEW { own.min(of_file) } else { own },
                of_others: as_others.clamp(OF_OTHERS, MOST_OF_OTHERS),
            }
        });
        Self {
            entries: entries.collect(),
        }
    }

    fn entry(&self, entry: u32) -> Manner {
        self.entries.get(entry as usize).copied().unwrap_or(STRANGE)
    }

    /// What is left of the confidence in an entry when nobody called the bot, 0..=1.
    pub(crate) fn unasked(&self, entry: u32, reading: &Reading) -> f32 {
        self.asked(entry, reading) * ours(reading, self.entry(entry).of_others)
    }

    /// How far a message asks as clearly as the entry's questions do, 0..=1.
    pub(crate) fn asked(&self, entry: u32, reading: &Reading) -> f32 {
        (asks(reading) / self.entry(entry).needed.max(0.01)).min(1.0)
    }

    /// What is left of the confidence in an entry when the bot was called, 0..=1: who speaks of others to us may still mean ours,
    /// and is asked.
    pub(crate) fn called(&self, entry: u32, reading: &Reading) -> f32 {
        ours(reading, self.entry(entry).of_others.max(PERHAPS_OTHERS)).max(OTHERS_CALLED)
    }

    /// What is left of the certainty of a pattern when nobody called the bot, 0..=1: whoever writes one knows what members say, so
    /// only what surely asks nothing of us counts against it.
    pub(crate) fn of_pattern(reading: &Reading) -> f32 {
        (asks(reading) / ASKS_PERHAPS).min(1.0) * ours(reading, OF_OTHERS)
    }
}

/// Whether an admin wrote so many examples that they show what is seldom, too.
fn has_many(entry: &EntryInput) -> bool {
    entry.questions.len() >= MANY && entry.id != HUMAN
}

/// How clearly all but a share of the examples ask, at most [`ASKS`]; they are sorted.
fn share(asked: &[f32], unclear: f32) -> f32 {
    let at = (asked.len() as f32 * unclear) as usize;
    asked.get(at).map_or(ASKS, |asks| asks.min(ASKS))
}

/// The probability that a line of a group asks.
fn asks(reading: &Reading) -> f32 {
    let asks = reading.asks();
    asks / (asks + SELDOM * (1.0 - asks)).max(f32::MIN_POSITIVE)
}

/// What is left where others are spoken of more surely than may be, 0..=1.
fn ours(reading: &Reading, may_be: f32) -> f32 {
    ((1.0 - reading.of_others) / (1.0 - may_be)).min(1.0)
}

/// What is done with the words of a text.
pub(crate) fn read(text: &str, own: &Own, language: &Language) -> Reading {
    dialogue_act::read_among(&language.simplified(text), own)
}
