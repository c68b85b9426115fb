//! The nouns of a message that a file, or one of its entries, does not know: another object in place of ours.

use super::analyse::word_key;
use super::foreign_things::Thing;
use super::index::Index;
use super::retrieve::Without;

/// The level of a compound whose last two characters are a word of the file: "大熊猫" where it has "熊猫".
const KNOWN_HEAD: f32 = 0.3;
/// The likeness to a word of the nearest question from which on a noun is half the same, and from which on it is the same.
const LIKE: f32 = 0.75;
const SAME: f32 = 0.95;

/// A noun of a message that is strange to the file or to some of its entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger {
    thing: Thing,
    /// Number if the file's questions have it.
    id: Option<u32>,
    /// `true` if the file has it, in questions or elsewhere.
    known: bool,
}

impl Index {
    /// Finds those of a message's nouns that not all entries know.
    pub(crate) fn strangers(&self, things: &[Thing], without: Without) -> Vec<Stranger> {
        things
            .iter()
            .map(|&thing| {
                let id = self.asked_elsewhere(thing.hash, without);
                let mut stranger = Stranger {
                    thing,
                    id,
                    known: id.is_some() || self.passages.has_without(word_key(thing.hash), without.entry),
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
    fn asked_elsewhere(&self, hash: u64, without: Without) -> Option<u32> {
        let id = self.word(word_key(hash))?;
        let left = without
            .entry
            .or(without.question.map(|question| self.question(question).entry));
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
                if count > u32::from(own.is_some()) || self.passages.has_word(word_key(thing.hash), entry) {
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

#[cfg(test)]
mod tests {
    use super::super::language::language;
    use super::super::{EntryInput, Input, Matcher};
    use super::*;

    fn matcher() -> Matcher {
        let entry = |id: &str, questions: &[&str], passage: &str| EntryInput {
            id: id.to_owned(),
            questions: questions.iter().map(|it| (*it).to_owned()).collect(),
            passage: passage.to_owned(),
            ..EntryInput::default()
        };
        let entries = vec![
            entry(
                "parking",
                &[
                    "能停车吗",
                    "停车要钱吗",
                    "停车场在哪",
                    "is there parking",
                    "where can I park",
                ],
                "诊所楼下有停车场",
            ),
            entry(
                "vaccines",
                &[
                    "狗狗几个月打疫苗",
                    "疫苗多少钱",
                    "what vaccines does my dog need",
                    "猫要打几针",
                ],
                "犬猫疫苗",
            ),
            entry(
                "hours",
                &[
                    "周一开门吗",
                    "几点开门",
                    "are you open on sundays",
                    "周末几点关门",
                ],
                "每天九点到六点",
            ),
        ];
        Matcher::build(Input {
            entries,
            precision: 0.95,
            ..Input::default()
        })
        .unwrap()
    }

    /// The most that the nouns of a message take from its candidates.
    fn taken(matcher: &Matcher, text: &str) -> f32 {
        let language = language();
        let normalised = super::super::normalise(text, language).text;
        let analysis = matcher.analyse(&normalised, language);
        let strangers = matcher.index.strangers(&analysis.things, Without::default());
        let entries = 0..matcher.index.entries() as u32;
        let of = |entry: u32| {
            let nearest = matcher.index.questions_of(entry).start;
            matcher.index.strangeness(&strangers, entry, nearest, None)
        };
        entries.map(of).fold(f32::MAX, f32::min)
    }

    #[test]
    fn another_object_in_place_of_ours_makes_an_answer_less_sure() {
        let matcher = matcher();
        for (of_others, ours) in [
            ("酒店能停车吗", "能停车吗"),
            ("公园周一开门吗", "周一开门吗"),
            ("is there parking at the airport", "is there parking"),
            (
                "what vaccines does my horse need",
                "what vaccines does my dog need",
            ),
        ] {
            assert!(taken(&matcher, of_others) > 1.0, "{of_others}");
            assert_eq!(taken(&matcher, ours), 0.0, "{ours}");
            let unasked = |text: &str| matcher.rank(text).candidates[0].unasked;
            assert!(unasked(of_others) < unasked(ours) - 0.1, "{of_others}");
        }
    }

    #[test]
    fn a_file_s_own_questions_are_never_about_another_object() {
        let matcher = matcher();
        for question in matcher.questions.iter().take(Index::questions(&matcher.index)) {
            assert_eq!(taken(&matcher, question), 0.0, "{question}");
        }
    }

    #[test]
    fn only_nouns_count_and_members_words_for_ours_take_little() {
        let matcher = matcher();
        for ours in [
            "那个大概什么情况怎么弄",
            "有没有办法便宜一点",
            "could you explain how to get it done quickly",
        ] {
            assert!(taken(&matcher, ours) < 0.8, "{ours}: {}", taken(&matcher, ours));
        }
    }
}
