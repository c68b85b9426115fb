//! The form of the file's own questions: how clearly a message must ask before an entry may answer it without a mention.
//!
//! Most entries are asked for by questions. Some are asked for by statements ("my card is gone", "软件打不开"), which a file
//! shows by its examples: there a message need not read as a question either.

use super::features::NoneFeatures;
use super::foreign_things::lowered;
use super::language::Dictionaries;
use super::score::Scored;
use super::{EntryInput, HUMAN};
use crate::dialogue_act::{self, Act, Own, Reading};

/// The probability of asking that is enough for any entry, whatever its examples look like.
const ASKS_PROBABILITY_MIN: f32 = 0.8;
/// The probability below which a message surely asks nothing.
const ASKS_PERHAPS_PROBABILITY_MIN: f32 = 0.2;
/// The share of an entry's examples that may ask less clearly than a message must.
const UNCLEAR_SHARE_MAX: f32 = 0.25;
/// Share for an entry with at least [`MANY_EXAMPLES_MIN`] examples: so many show rare forms, too.
const UNCLEAR_OF_MANY_SHARE_MAX: f32 = 0.1;
const MANY_EXAMPLES_MIN: usize = 40;
/// The number of examples from which on an entry has shown nearly all forms, and what is left of the form's weight then.
const NEARLY_ALL_FORMS_EXAMPLES: usize = 100;
const NEARLY_ALL_FORMS_WEIGHT: f32 = 0.2;
/// Share for all examples of the file together; they decide for entries with fewer than [`FEW_EXAMPLES`].
const UNCLEAR_IN_FILE_SHARE_MAX: f32 = 0.1;
const FEW_EXAMPLES: usize = 4;
/// The number of examples of an entry that are read.
const READ_MAX: usize = 16;
const READ_OF_MANY_MAX: usize = 64;
/// The probability of speaking of others up to which the confidence stays whole; at 1 nothing is left of it.
const OF_OTHERS_PROBABILITY_MAX: f32 = 0.2;
/// Probability of speaking of others, for an entry whose examples all speak of others.
const OF_OTHERS_ENTRY_PROBABILITY_MAX: f32 = 0.95;
/// Probability of speaking of others, for a message that calls the bot: it is taken to speak of us.
const OF_OTHERS_CALLED_PROBABILITY_MAX: f32 = 0.5;
/// The least factor for a message that calls the bot but speaks of others: too little for an answer, enough for "did you
/// mean".
const OF_OTHERS_CALLED_FACTOR_MIN: f32 = 0.5;
/// The odds that a line asks in the training examples, where every second one asks, divided by those in a group.
const TRAINING_ODDS_RATIO: f32 = 1.65;
/// The share of a file's examples that state something from which on the file is one of statements, where asking tells
/// little. A file without such examples is one of questions, where a message that asks less clearly is less surely meant.
const STATEMENTS_SHARE_MIN: f32 = 0.04;

/// The strangeness from which on a question counts as one about something that the others do not name.
const STRANGE_FROM: f32 = 0.5;
/// The share of such questions up to which a file is about things that it names, and from which on it is about anything.
const STRANGE_SHARE_OF_CLOSED_FILE: f32 = 0.16;
const STRANGE_SHARE_OF_OPEN_FILE: f32 = 0.23;
/// The share that is usual, and its weight in questions: a small file's own questions tell little.
const STRANGE_SHARE_USUAL: f32 = 0.1;
const STRANGE_SHARE_USUAL_WEIGHT: f32 = 60.0;
/// The information of a message that is enough to name an entry, and what each part that is missing takes from the log-odds of an answer.
const INFORMATION_ENOUGH: f32 = 2.0;
const MISSING_INFORMATION_LOG_ODDS: f32 = 2.0;
/// The number of entries up to which a file is about things that it names, and from which on it is about anything.
const ENTRIES_CLOSED: f32 = 300.0;
const ENTRIES_OPEN: f32 = 1_500.0;

/// The form of each entry's questions.
#[derive(Debug, Default)]
pub(crate) struct Manners {
    entries: Vec<Manner>,
    /// The exponent of the probability that a message asks something of us, 0 for a file of statements to 1 for one of
    /// questions.
    strict: f32,
    /// The factor that the exponent makes of an example of the file, at the median, 0..=1.
    usual: f32,
    /// The weight of nouns that are strange to the file and of brevity, 0..=1: 0 until [`Manners::learn_things`] has learnt it.
    closed: f32,
}

/// The form of an entry's questions.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// The probability of asking that a message needs, 0..=1.
    needed: f32,
    /// The probability of speaking of others that a message may have, as the examples do, 0..=1.
    of_others: f32,
    /// The weight of the form, 0..=1: the more examples there are, the more does being like them tell by itself.
    weight: f32,
}

/// The requirements of an entry that is not in the table.
const STRANGE: Manner = Manner {
    needed: ASKS_PROBABILITY_MIN,
    of_others: OF_OTHERS_PROBABILITY_MAX,
    weight: 1.0,
};

impl Manners {
    /// Reads the entries' example questions.
    pub(crate) fn of(entries: &[EntryInput], read: &dyn Fn(&str) -> Reading) -> Self {
        let mut asked: Vec<Vec<f32>> = Vec::with_capacity(entries.len());
        let mut of_others: Vec<Vec<f32>> = Vec::with_capacity(entries.len());
        let mut own = Vec::new();
        for entry in entries {
            let most = if has_many(entry) {
                READ_OF_MANY_MAX
            } else {
                READ_MAX
            };
            let readings: Vec<Reading> = entry
                .questions
                .iter()
                .take(most)
                .map(|question| read(question))
                .collect();
            let (mut asks, mut others): (Vec<f32>, Vec<f32>) = readings
                .iter()
                .map(|reading| (asks(reading), reading.of_others))
                .unzip();
            if entry.id != HUMAN {
                own.extend(readings);
            }
            asks.sort_by(f32::total_cmp);
            others.sort_by(f32::total_cmp);
            asked.push(asks);
            of_others.push(others);
        }
        let mut all: Vec<f32> = asked.concat();
        all.sort_by(f32::total_cmp);
        let of_file = share(&all, UNCLEAR_IN_FILE_SHARE_MAX);
        let read = entries.iter().zip(asked.iter().zip(&of_others));
        let entries = read.map(|(entry, (asked, of_others))| {
            let own = share(
                asked,
                if has_many(entry) {
                    UNCLEAR_OF_MANY_SHARE_MAX
                } else {
                    UNCLEAR_SHARE_MAX
                },
            );
            let as_others = of_others.get(of_others.len() / 2).copied().unwrap_or_default();
            Manner {
                // One or two examples may be put in an odd way.
                needed: if asked.len() < FEW_EXAMPLES {
                    own.min(of_file)
                } else {
                    own
                },
                of_others: as_others.clamp(OF_OTHERS_PROBABILITY_MAX, OF_OTHERS_ENTRY_PROBABILITY_MAX),
                weight: weight(entry),
            }
        });
        let strict = strictness(&own);
        let mut clear: Vec<f32> = own.iter().map(asks_us).collect();
        clear.sort_by(f32::total_cmp);
        Self {
            entries: entries.collect(),
            strict,
            usual: clear.get(clear.len() / 2).map_or(1.0, |clear| clear.powf(strict)),
            closed: 0.0,
        }
    }

    /// Learns from the file's own questions, each left out in turn, if they are about things that the others name. `strangeness` is that
    /// of each to its own entry.
    pub(crate) fn learn_things(&mut self, strangeness: impl Iterator<Item = f32>) {
        let (mut all, mut strange) = (
            STRANGE_SHARE_USUAL_WEIGHT,
            STRANGE_SHARE_USUAL_WEIGHT * STRANGE_SHARE_USUAL,
        );
        for taken in strangeness {
            all += 1.0;
            strange += if taken > STRANGE_FROM { 1.0 } else { 0.0 };
        }
        let between = |from: f32, to: f32, at: f32| ((to - at) / (to - from)).clamp(0.0, 1.0);
        self.closed = between(
            STRANGE_SHARE_OF_CLOSED_FILE,
            STRANGE_SHARE_OF_OPEN_FILE,
            strange / all,
        ) * between(ENTRIES_CLOSED, ENTRIES_OPEN, self.entries.len() as f32);
    }

    /// Lowers the confidence in a candidate for a message that does not call the bot, as far as the message's nouns are strange to the
    /// entry, and as far as it says too little to name one: "有文档吗", "is it free".
    pub(crate) fn of_ours(&self, candidate: &Scored, message: &NoneFeatures, confidence: f32) -> f32 {
        let said = message.information.exp() - 1.0;
        let taken =
            candidate.strangeness + MISSING_INFORMATION_LOG_ODDS * (INFORMATION_ENOUGH - said).max(0.0);
        lowered(
            confidence,
            taken * self.closed * self.entry(candidate.entry).weight,
        )
    }

    /// The factor on the confidence of a message that asks as clearly as the file's own examples do, 0..=1.
    pub(crate) fn usual(&self) -> f32 {
        self.usual
    }

    fn entry(&self, entry: u32) -> Manner {
        self.entries.get(entry as usize).copied().unwrap_or(STRANGE)
    }

    /// The factor on the confidence in an entry for a message that does not call the bot, 0..=1.
    pub(crate) fn unasked(&self, entry: u32, reading: &Reading) -> f32 {
        self.asked(entry, reading) * ours(reading, self.entry(entry).of_others)
    }

    /// The factor on the confidence in any entry, besides, for a message that does not call the bot, 0..=1.
    pub(crate) fn clear(&self, reading: &Reading) -> f32 {
        asks_us(reading).powf(self.strict)
    }

    /// The probability that a message asks, as a share of what the entry's examples need, 0..=1.
    pub(crate) fn asked(&self, entry: u32, reading: &Reading) -> f32 {
        let entry = self.entry(entry);
        (asks(reading) / entry.needed.max(0.01))
            .min(1.0)
            .powf(entry.weight)
    }

    /// The factor on the confidence in an entry for a message that calls the bot, 0..=1: a member who speaks of others to
    /// the bot may still mean us, and gets "did you mean".
    pub(crate) fn called(&self, entry: u32, reading: &Reading) -> f32 {
        ours(
            reading,
            self.entry(entry).of_others.max(OF_OTHERS_CALLED_PROBABILITY_MAX),
        )
        .max(OF_OTHERS_CALLED_FACTOR_MIN)
    }

    /// The factor on the certainty of a pattern for a message that does not call the bot, 0..=1. An admin who writes a
    /// pattern knows what members say, so only a message that surely asks nothing of us counts against it.
    pub(crate) fn of_pattern(reading: &Reading) -> f32 {
        (asks(reading) / ASKS_PERHAPS_PROBABILITY_MIN).min(1.0) * ours(reading, OF_OTHERS_PROBABILITY_MAX)
    }
}

/// Returns `true` if an admin wrote so many examples that they show rare forms, too.
fn has_many(entry: &EntryInput) -> bool {
    entry.questions.len() >= MANY_EXAMPLES_MIN && entry.id != HUMAN
}

/// Returns the weight of the form of an entry's examples, 0..=1.
fn weight(entry: &EntryInput) -> f32 {
    if !has_many(entry) {
        return 1.0;
    }
    let beyond = (entry.questions.len() - MANY_EXAMPLES_MIN) as f32
        / (NEARLY_ALL_FORMS_EXAMPLES - MANY_EXAMPLES_MIN) as f32;
    1.0 - (1.0 - NEARLY_ALL_FORMS_WEIGHT) * beyond.min(1.0)
}

/// Returns the probability of asking that all but the share `unclear` of the examples reach, at most [`ASKS_PROBABILITY_MIN`]. `asked` is
/// sorted.
fn share(asked: &[f32], unclear: f32) -> f32 {
    let at = (asked.len() as f32 * unclear) as usize;
    asked
        .get(at)
        .map_or(ASKS_PROBABILITY_MIN, |asks| asks.min(ASKS_PROBABILITY_MIN))
}

/// The probability that a line of a group asks.
fn asks(reading: &Reading) -> f32 {
    let asks = reading.asks();
    asks / (asks + TRAINING_ODDS_RATIO * (1.0 - asks)).max(f32::MIN_POSITIVE)
}

/// Returns the exponent for a file with examples that read so, 0..=1. A bare topic is short for a question, no statement.
fn strictness(examples: &[Reading]) -> f32 {
    let states = |reading: &&Reading| reading.asks() < 0.5 && reading.act() != Act::Exclaim;
    let stating = examples.iter().filter(states).count() as f32;
    (1.0 - stating / (STATEMENTS_SHARE_MIN * examples.len().max(1) as f32)).max(0.0)
}

/// The probability that a line asks something of us.
fn asks_us(reading: &Reading) -> f32 {
    reading.asks() * (1.0 - reading.of_others)
}

/// Returns the factor for a reading that speaks of others with a higher probability than `may_be`, 0..=1.
fn ours(reading: &Reading, may_be: f32) -> f32 {
    ((1.0 - reading.of_others) / (1.0 - may_be)).min(1.0)
}

/// Reads the dialogue acts of a text.
pub(crate) fn read(text: &str, own: &Own, language: &Dictionaries) -> Reading {
    dialogue_act::read_among(&language.simplified(text), own)
}

#[cfg(test)]
mod tests {
    use super::super::language::language;
    use super::*;

    fn manners(questions: &[&str]) -> Manners {
        let entry = EntryInput {
            id: "card".to_owned(),
            questions: questions.iter().map(|it| (*it).to_owned()).collect(),
            ..EntryInput::default()
        };
        Manners::of(&[entry], &|text| read(text, &Own::default(), language()))
    }

    #[test]
    fn a_file_of_questions_wants_them_clearer_than_one_of_statements() {
        let factor = |manners: &Manners, text: &str| {
            let reading = read(text, &Own::default(), language());
            manners.unasked(0, &reading) * manners.clear(&reading) / manners.usual()
        };
        let questions = manners(&[
            "How do I block my card?",
            "Where can I order a new card?",
            "What does a new card cost?",
            "Can I block my card at night?",
            "怎么挂失银行卡",
            "补卡要多少钱",
        ]);
        let statements = manners(&[
            "I ordered my card last month",
            "I paid with my card yesterday",
            "he blocked his card last week",
            "my card arrived on Monday",
            "How do I block my card?",
            "What does a new card cost?",
        ]);
        let clear = "How can I order a card?";
        let unclear = "ok so I block my card";
        assert!(factor(&questions, clear) > 0.9, "{}", factor(&questions, clear));
        assert!(factor(&questions, unclear) < factor(&statements, unclear));
    }

    #[test]
    fn with_very_many_examples_being_like_them_tells_enough() {
        let few = ["How do I block my card?", "Where can I order a new card?"];
        let many = few.repeat(60);
        let told = read("I blocked my card", &Own::default(), language());
        assert!(manners(&few.repeat(4)).asked(0, &told) < manners(&many).asked(0, &told));
    }
}
