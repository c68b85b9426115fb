//! Words that a member says to a "did you mean" in the place of a number: they name a choice, or say that none is meant.

use super::answer_or_clarify::{NEEDED_WHEN_CALLED, Verdict, judge_called};
use super::channel_state::ChannelState;
use super::effects::Effects;
use super::member_state::Choices;
use super::reading::{self, Pick};
use super::{Desk, MessageContext};
use crate::dialogue_act::Act;
use crate::faq::bare;
use crate::language::Language;
use crate::matcher::{Ranking, Target};

/// Lengths of words that name a choice, in characters.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=12;

/// Longest words that only narrow what was asked, in words of English and in characters: a sentence is about something of its own.
const FRAGMENT_WORDS: usize = 3;
const FRAGMENT_CHARS: usize = 8;

/// Share of the confidence of the likelier choice from which on another one may be meant as well.
const RIVAL: f32 = 0.5;

impl Desk<'_> {
    /// Handles what a member to whom entries were just offered says to nobody by name. `None` where it is about something else, or does
    /// not tell the choices apart.
    pub(super) fn narrowed_choice(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let choices = state.choices_just_offered(context.member)?.clone();
        let said = context.said();
        if choices.entries.is_empty() || reading::is_idle(&said) || reading::courtesy(&said).is_some() {
            return None;
        }
        if reading::still_fails(&said) {
            let asked = format!("{}\n{said}", choices.asked);
            return Some(self.none_meant(context, state, language, Choices { asked, ..choices }));
        }
        let number = self.choice_named(context, &choices, ranking, &said)?;
        Some(self.picked(context, state, choices.key, &Pick::Choices(vec![number]), false))
    }

    /// Finds the number of the choice that words mean: the only one that has them in its title or questions, or the one that fits them
    /// and what was asked together.
    fn choice_named(
        &self,
        context: &MessageContext<'_>,
        choices: &Choices,
        ranking: &Ranking,
        said: &str,
    ) -> Option<usize> {
        let faq = &self.knowledge.faq;
        let offered: Vec<Option<usize>> = choices.entries.iter().map(|id| faq.index_of(id)).collect();
        let number_of = |target: Target| match target {
            Target::Entry(index) => offered.iter().position(|entry| *entry == Some(index)),
            Target::Human => None,
        };
        if let Verdict::Answer { candidate, .. } = judge_called(ranking)
            && ranking
                .candidates
                .get(candidate)
                .is_some_and(|best| number_of(best.target).is_none())
        {
            return None;
        }
        let words = bare(said);
        if NAME_CHARS.contains(&words.chars().count()) {
            let has_words = |index: &Option<usize>| {
                let entry = index.and_then(|index| faq.entries().get(index));
                entry.is_some_and(|entry| {
                    let mut titles = faq.languages().map(|language| entry.title(language));
                    titles.any(|title| bare(&title).contains(&words))
                        || entry
                            .questions
                            .iter()
                            .any(|question| bare(question).contains(&words))
                })
            };
            let mut named = (1..).zip(&offered).filter(|(_, index)| has_words(index));
            if let (Some((number, _)), None) = (named.next(), named.next()) {
                return Some(number);
            }
        }
        let short = if said.is_ascii() {
            said.split_whitespace().count() <= FRAGMENT_WORDS
        } else {
            words.chars().count() <= FRAGMENT_CHARS
        };
        if !short || self.knowledge.matcher.reading(said).act() == Act::State {
            return None;
        }
        let joined = self.rank_plainly(context, &format!("{} {said}", choices.asked));
        let best = joined.candidates.first()?;
        let mut others = joined.candidates.iter().skip(1);
        let rival = others.find(|other| number_of(other.target).is_some());
        let rival = rival.map_or(0.0, |rival| rival.confidence);
        let is_clear = best.confidence >= NEEDED_WHEN_CALLED && rival < RIVAL * best.confidence;
        number_of(best.target).filter(|_| is_clear).map(|at| at + 1)
    }
}
