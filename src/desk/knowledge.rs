//! Knowledge of the desk: a FAQ and the matcher built from it.

use super::answer_or_clarify::{Verdict, judge_unasked};
use super::built_in_intents::{self, BuiltIn};
use super::reading;
use super::reason::Reason;
use crate::dialogue_act::Act;
use crate::faq::{self, Faq, Handoff, Loaded, Unasked};
use crate::matcher::{
    EmbeddedTexts, EntryInput, Evidence, HumanInput, Input, Matcher, QuestionEmbeddings, Ranking, Target,
    sentences,
};
use crate::yaml::Problem;
use std::sync::Arc;

/// A FAQ and its matcher. Replaced as a whole when `faq.yaml` changes.
#[derive(Debug)]
pub struct Knowledge {
    /// The FAQ.
    pub faq: Faq,
    /// The matcher over its entries, in the same order.
    pub matcher: Matcher,
    /// Dimensions of the vectors with which the matcher was built; `None` where it matches lexically.
    pub dimensions: Option<usize>,
    /// Version of the FAQ, as of [`faq::version_of`].
    pub version: String,
}

impl Knowledge {
    /// Reads a FAQ and builds its matcher, for another precision than the file's where one is given. Returns its warnings
    /// too, and the errors that cost one question and not the file: a question that the desk understands by itself
    /// ([`BuiltIn`]) is left out of its entry.
    ///
    /// # Errors
    /// Fails with every problem of the file, with its position, where it can't be read or has an error that costs more
    /// than a question.
    pub fn load(
        file: &str,
        text: &str,
        precision: Option<f64>,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        Self::load_with(file, text, precision, None)
    }

    /// Does the same as [`Knowledge::load`], with the vectors of the texts of [`Knowledge::texts`].
    ///
    /// # Errors
    /// Fails as [`Knowledge::load`] does.
    pub fn load_with(
        file: &str,
        text: &str,
        precision: Option<f64>,
        meanings: Option<Arc<QuestionEmbeddings>>,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let Loaded { faq, mut warnings } = faq::load(file, text)?;
        // The desk's own meaning goes first, so the rest of the file can serve.
        warnings.extend(built_in_intents::intent_collisions(&faq));
        let precision = precision.unwrap_or_else(|| faq.precision());
        let dimensions = meanings.as_ref().map(|meanings| meanings.dimensions());
        let build = |meanings, left_out: &[(usize, usize)]| {
            Matcher::build(input(&faq, precision, meanings, left_out))
                .map_err(|error| vec![Problem::of_file(file, error.to_string())])
        };
        let suspects = built_in_intents::questions_near_human(&faq);
        let mut matcher = build(meanings.clone(), &suspects)?;
        let calls = built_in_intents::calls_for_human(&faq, &matcher, &suspects);
        warnings.extend(built_in_intents::taken_for_calls(&faq, &calls));
        if calls != suspects {
            matcher = build(meanings, &calls)?;
        }
        let knowledge = Self {
            faq,
            dimensions: dimensions.filter(|_| matcher.reads_meanings()),
            matcher,
            version: faq::version_of(text.as_bytes()),
        };
        Ok((knowledge, warnings))
    }

    /// `true` if a text, with which no entry of the file deals, would be taken for a call for a human.
    pub fn calls_human(&self, text: &str) -> bool {
        built_in_intents::calls_human_beside(&self.matcher, text, None)
    }

    /// Clears the request for a human from a ranking, where the message calls other members who know more, or says that
    /// no human is wanted.
    pub fn remove_doubtful_human(&self, said: &str, ranking: &mut Ranking) {
        if reading::calls_peer(said) || reading::declines_human(said) {
            ranking
                .candidates
                .retain(|candidate| candidate.target != Target::Human);
        }
    }

    /// Judges a message of a group that did not call the bot, leaving out the entries that the file excludes for those.
    pub fn judge_unasked(&self, ranking: &Ranking) -> Verdict {
        let verdict = judge_unasked(ranking);
        let Verdict::Answer { candidate, .. } = verdict else {
            return verdict;
        };
        let candidate = ranking.candidates.get(candidate);
        let entry = candidate.and_then(|candidate| match candidate.target {
            Target::Entry(entry) => Some((self.faq.entries().get(entry)?, &candidate.evidence)),
            Target::Human => None,
        });
        let reading = &ranking.reading;
        let tells = || {
            let told = reading.of(Act::Trouble) + reading.of(Act::State) + reading.of(Act::Report);
            told > reading.of(Act::Ask) + reading.of(Act::Request)
        };
        match entry {
            // A ticket that nobody asked for is worse than an answer: a story is told to the others.
            Some((entry, Evidence::Nearest(_))) if entry.handoff == Handoff::Always && tells() => {
                Verdict::Quiet(Reason::NotAQuestion)
            }
            Some((entry, _)) if entry.unasked == Unasked::Never => Verdict::Quiet(Reason::NotUnasked {
                entry: entry.id.clone(),
            }),
            _ => verdict,
        }
    }

    /// Returns the texts of this FAQ whose vectors its matcher can use, each once.
    pub fn texts(&self) -> EmbeddedTexts {
        let once = |mut texts: Vec<String>| {
            texts.retain(|text| !text.trim().is_empty());
            texts.sort_unstable();
            texts.dedup();
            texts
        };
        let entries = self.faq.entries().iter().flat_map(|entry| &entry.questions);
        let questions = entries
            .chain(&self.faq.human().questions)
            .chain(self.faq.out_of_scope())
            .cloned()
            .chain(Matcher::background().map(str::to_owned))
            .collect();
        let passages = self.faq.entries().iter().flat_map(|entry| {
            let passage = self.faq.passage(entry);
            sentences(&passage)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        EmbeddedTexts {
            questions: once(questions),
            passages: once(passages.collect()),
        }
    }
}

/// Makes the matcher's input, without the questions at these places, by entry and number.
fn input(
    faq: &Faq,
    precision: f64,
    meanings: Option<Arc<QuestionEmbeddings>>,
    left_out: &[(usize, usize)],
) -> Input {
    Input {
        entries: faq
            .entries()
            .iter()
            .enumerate()
            .map(|(at, entry)| EntryInput {
                id: entry.id.clone(),
                questions: entry
                    .questions
                    .iter()
                    .enumerate()
                    .filter(|(number, question)| {
                        !left_out.contains(&(at, *number)) && BuiltIn::of(question).is_none()
                    })
                    .map(|(_, question)| question.clone())
                    .collect(),
                patterns: entry.patterns.clone(),
                passage: faq.passage(entry),
            })
            .collect(),
        synonyms: faq.synonyms().to_vec(),
        human: HumanInput {
            questions: faq.human().questions.clone(),
            patterns: faq.human().patterns.clone(),
        },
        out_of_scope: faq.out_of_scope().to_vec(),
        precision,
        meanings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_may_be_for_those_who_call_the_bot_only() {
        let verdict = |unasked: &str| {
            let text = format!(
                "entries:\n  - id: hours\n    questions: [你们几点上班, 上班时间, 客服什么时候在]\n    answer: 九点\n    unasked: {unasked}\n"
            );
            let (knowledge, _) = Knowledge::load("faq.yaml", &text, None).unwrap();
            knowledge.judge_unasked(&knowledge.matcher.rank("你们几点上班"))
        };
        assert!(matches!(verdict("certain"), Verdict::Answer { .. }));
        assert_eq!(
            verdict("never"),
            Verdict::Quiet(Reason::NotUnasked {
                entry: "hours".to_owned()
            })
        );
    }

    #[test]
    fn an_entry_whose_questions_are_statements_is_warned_of_unless_it_is_for_calls_only() {
        let warned = |more: &str| {
            let text = format!(
                "entries:\n  - id: done\n    questions: [我已经提交过了, 昨天处理完了, 我刚才弄好了]\n    answer: 好的\n{more}  - id: refund\n    \
                 questions: [怎么退款, 退款多久到账, 可以退款吗]\n    answer: 找客服\n"
            );
            let (knowledge, _) = Knowledge::load("faq.yaml", &text, None).unwrap();
            let problems = faq::lint_with(&knowledge.faq, &knowledge.matcher).problems;
            let told = problems
                .into_iter()
                .filter(|problem| problem.message.contains("read as statements"));
            told.map(|problem| problem.line).collect::<Vec<_>>()
        };
        assert_eq!(warned(""), [3]);
        assert!(warned("    unasked: never\n").is_empty());
    }
}
