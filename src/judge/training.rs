//! Training examples of the judge: questions whose right answer is known, to see how often it is right about this very file.

use crate::desk::{Hidden, JudgeQuestion, Knowledge, inquiry};
use crate::matcher::{Matcher, Target};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Confidence from which on the file may well answer a line of the general chatter.
const MAY_ANSWER: f32 = 0.5;

/// Question with its right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainingExample {
    /// The question.
    pub inquiry: JudgeQuestion,
    /// Id of the entry that is asked for; `None` for none of those offered.
    pub right: Option<String>,
}

impl TrainingExample {
    /// Returns the name under which its outcome is kept.
    pub(super) fn name(&self) -> String {
        let written = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::digest(&written);
        digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Makes at most `most` training examples from a file: its questions, each left out; the same with their whole entry left out; messages
/// that it says are out of scope; and general chatter. One in three asks for an entry. Ranks for each, so it takes a while.
pub fn training_examples(knowledge: &Knowledge, most: usize) -> Vec<TrainingExample> {
    let matcher = &knowledge.matcher;
    let mut asked = Vec::new();
    let mut negatives = Vec::new();
    let questions = matcher.questions();
    for number in spread(questions, most) {
        let Some(left_out) = matcher.left_out(number) else {
            continue;
        };
        let question = left_out.question.as_ref();
        let hidden = Hidden {
            question: Some(question),
            entry: None,
        };
        let inquire = |hidden| inquiry(knowledge, question, &left_out.candidates, hidden);
        match left_out.own {
            Some(Target::Human) => {}
            None => negatives.push(of_nothing(inquire(hidden))),
            Some(Target::Entry(own)) => {
                let found = left_out
                    .candidates
                    .iter()
                    .find(|one| one.target == Target::Entry(own));
                let whole = inquire(hidden);
                let offered = |id: &String| whole.entries.iter().any(|entry| entry.id == *id);
                if let Some(right) = found.map(|own| own.id.to_string()).filter(offered) {
                    asked.push(TrainingExample {
                        inquiry: whole,
                        right: Some(right),
                    });
                }
                negatives.push(of_nothing(inquire(Hidden {
                    entry: Some(own),
                    ..hidden
                })));
            }
        }
    }
    let lines: Vec<&str> = Matcher::chatter().collect();
    let chatter = spread(lines.len(), most).filter_map(|number| {
        let line = lines.get(number)?;
        let ranking = matcher.rank(line);
        let best = ranking.candidates.first()?;
        (best.confidence < MAY_ANSWER)
            .then(|| of_nothing(inquiry(knowledge, line, &ranking.candidates, Hidden::default())))
    });
    let useful = |example: &TrainingExample| !example.inquiry.entries.is_empty();
    let negatives = alternately(negatives.into_iter().filter(useful), chatter.filter(useful));
    let mut training = mixed(asked.into_iter(), negatives.into_iter());
    training.truncate(most);
    training
}

fn of_nothing(inquiry: JudgeQuestion) -> TrainingExample {
    TrainingExample { inquiry, right: None }
}

/// Returns numbers up to `all`, at most `most` of them, in steps that go through the whole from the first few on.
fn spread(all: usize, most: usize) -> impl Iterator<Item = usize> {
    // The golden ratio's steps leave no part out for long; a step that shares no factor with the count meets each once.
    let mut step = (all as f64 * 0.618).round() as usize;
    while step > 1 && common_factor(step, all) > 1 {
        step -= 1;
    }
    let step = step.max(1);
    (0..all.min(most)).map(move |at| at * step % all.max(1))
}

fn common_factor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_factor(b, a % b) }
}

/// Takes two negatives after each question that asks for an entry: a good judge answers those at half the cost.
fn mixed(
    mut asked: impl Iterator<Item = TrainingExample>,
    mut negatives: impl Iterator<Item = TrainingExample>,
) -> Vec<TrainingExample> {
    let mut all = Vec::new();
    loop {
        let three = [asked.next(), negatives.next(), negatives.next()];
        if three.iter().all(Option::is_none) {
            return all;
        }
        all.extend(three.into_iter().flatten());
    }
}

/// Takes from both in turn, and then what is left of one.
fn alternately<T>(mut a: impl Iterator<Item = T>, mut b: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    loop {
        let (first, second) = (a.next(), b.next());
        if first.is_none() && second.is_none() {
            return all;
        }
        all.extend(first);
        all.extend(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_go_through_the_whole_and_meet_each_once() {
        for all in [0, 1, 2, 6, 30, 97] {
            let mut numbers: Vec<usize> = spread(all, usize::MAX).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (0..all).collect::<Vec<_>>());
        }
        let few: Vec<usize> = spread(1000, 10).collect();
        assert!(
            few.iter().any(|n| *n > 900) && few.iter().any(|n| (1..200).contains(n)),
            "{few:?}"
        );
    }

    #[test]
    fn some_ask_for_an_entry_that_is_offered_and_no_example_shows_the_question_itself() {
        let (_, text) = crate::judge::tests::FAQ;
        let (knowledge, _) = Knowledge::load("faq.yaml", text, None).unwrap();
        let training = training_examples(&knowledge, 40);
        assert_eq!(training.len(), 40);
        let asked = training.iter().filter(|example| example.right.is_some()).count();
        assert!((10..=16).contains(&asked), "{asked}");
        for example in &training {
            let JudgeQuestion { text, entries } = &example.inquiry;
            assert!(
                entries.iter().all(|entry| !entry.questions.contains(text)),
                "{example:?}"
            );
            let offered = example
                .right
                .as_ref()
                .map(|id| entries.iter().any(|entry| entry.id == *id));
            assert_ne!(offered, Some(false), "{example:?}");
        }
        let again = training_examples(&knowledge, 40);
        assert_eq!(training[7].name(), again[7].name());
    }
}
