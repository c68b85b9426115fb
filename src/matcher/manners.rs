//! The form of the file's own questions: how clearly a message must ask before an entry may answer it without a mention.
//!
//! Most entries are asked for by questions. Some are asked for by statements ("my card is gone", "软件打不开"), which a file
//! shows by its examples: there a message need not read as a question either.

use super::language::Language;
use super::{EntryInput, HUMAN};
use crate::dialogue_act::{self, Own, Reading};

/// The probability of asking that is enough for any entry, whatever its examples look like.
const ASKS: f32 = 0.8;
/// The probability below which a message surely asks nothing.
const ASKS_PERHAPS: f32 = 0.2;
/// The share of an entry's examples that may ask less clearly than a message must.
const UNCLEAR: f32 = 0.25;
/// The same for an entry with at least [`MANY`] examples: so many show rare forms, too.
const UNCLEAR_OF_MANY: f32 = 0.1;
const MANY: usize = 40;
/// The same for all examples of the file together; they decide for entries with fewer than [`FEW`].
const UNCLEAR_IN_FILE: f32 = 0.1;
const FEW: usize = 4;
/// The number of examples of an entry that are read.
const READ_MAX: usize = 16;
const READ_OF_MANY_MAX: usize = 64;
/// The probability of speaking of others up to which the confidence stays whole; at 1 nothing is left of it.
const OF_OTHERS: f32 = 0.2;
/// The same for an entry whose examples all speak of others.
const MOST_OF_OTHERS: f32 = 0.95;
/// The same for a message that calls the bot: it is taken to speak of us.
const PERHAPS_OTHERS: f32 = 0.5;
/// The least factor for a message that calls the bot but speaks of others: too little for an answer, enough for "did you
/// mean".
const OTHERS_CALLED: f32 = 0.5;
/// The odds that a line asks in the lessons, where every second one asks, divided by those in a group.
const SELDOM: f32 = 1.65;

/// The form of each entry's questions.
#[derive(Debug, Default)]
pub(crate) struct Manners {
    entries: Vec<Manner>,
}

/// The form of an entry's questions.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// The probability of asking that a message needs, 0..=1.
    needed: f32,
    /// The probability of speaking of others that a message may have, as the examples do, 0..=1.
    of_others: f32,
}

/// The requirements of an entry that is not in the table.
const STRANGE: Manner = Manner {
    needed: ASKS,
    of_others: OF_OTHERS,
};

impl Manners {
    /// Reads the entries' example questions.
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

    /// The factor on the confidence in an entry for a message that does not call the bot, 0..=1.
    pub(crate) fn unasked(&self, entry: u32, reading: &Reading) -> f32 {
        self.asked(entry, reading) * ours(reading, self.entry(entry).of_others)
    }

    /// The probability that a message asks, as a share of what the entry's examples need, 0..=1.
    pub(crate) fn asked(&self, entry: u32, reading: &Reading) -> f32 {
        (asks(reading) / self.entry(entry).needed.max(0.01)).min(1.0)
    }

    /// The factor on the confidence in an entry for a message that calls the bot, 0..=1: a member who speaks of others to
    /// the bot may still mean us, and gets "did you mean".
    pub(crate) fn called(&self, entry: u32, reading: &Reading) -> f32 {
        ours(reading, self.entry(entry).of_others.max(PERHAPS_OTHERS)).max(OTHERS_CALLED)
    }

    /// The factor on the certainty of a pattern for a message that does not call the bot, 0..=1. An admin who writes a
    /// pattern knows what members say, so only a message that surely asks nothing of us counts against it.
    pub(crate) fn of_pattern(reading: &Reading) -> f32 {
        (asks(reading) / ASKS_PERHAPS).min(1.0) * ours(reading, OF_OTHERS)
    }
}

/// Returns `true` if an admin wrote so many examples that they show rare forms, too.
fn has_many(entry: &EntryInput) -> bool {
    entry.questions.len() >= MANY && entry.id != HUMAN
}

/// Returns the probability of asking that all but the share `unclear` of the examples reach, at most [`ASKS`]. `asked` is
/// sorted.
fn share(asked: &[f32], unclear: f32) -> f32 {
    let at = (asked.len() as f32 * unclear) as usize;
    asked.get(at).map_or(ASKS, |asks| asks.min(ASKS))
}

/// The probability that a line of a group asks.
fn asks(reading: &Reading) -> f32 {
    let asks = reading.asks();
    asks / (asks + SELDOM * (1.0 - asks)).max(f32::MIN_POSITIVE)
}

/// Returns the factor for a reading that speaks of others with a higher probability than `may_be`, 0..=1.
fn ours(reading: &Reading, may_be: f32) -> f32 {
    ((1.0 - reading.of_others) / (1.0 - may_be)).min(1.0)
}

/// Reads the dialogue acts of a text.
pub(crate) fn read(text: &str, own: &Own, language: &Language) -> Reading {
    dialogue_act::read_among(&language.simplified(text), own)
}
