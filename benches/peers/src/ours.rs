//! The matcher as the desk uses it: the only file that knows its interface.

use crate::corpus::Corpus;
use groupdesk::desk::{Knowledge, Verdict, judge_unasked};
use groupdesk::matcher::{EntryInput, Input, Matcher, Target, warm_up};

/// The product's own `faq.yaml`.
pub const SHIPPED: &str = include_str!("../../../faq.yaml");

/// A matcher.
pub struct Ours(Matcher);

/// Loads what all matchers share, and has it used once: a dictionary's pages count for no file.
pub fn ready() {
    warm_up();
    let matcher = Ours::build(&Corpus::new(50));
    std::hint::black_box(matcher.decide("工单地址"));
}

impl Ours {
    /// Builds the matcher of the product's own file, from its text on.
    ///
    /// # Panics
    /// Where that file has errors.
    pub fn shipped() -> Self {
        match Knowledge::load("faq.yaml", SHIPPED, None) {
            Ok((knowledge, _)) => Self(knowledge.matcher),
            Err(problems) => panic!("{problems:?}"),
        }
    }

    /// Builds the matcher of a generated file.
    ///
    /// # Panics
    /// Never, without patterns.
    pub fn build(corpus: &Corpus) -> Self {
        let entries = corpus
            .entries()
            .enumerate()
            .map(|(number, questions)| EntryInput {
                id: format!("e{number}"),
                questions: questions.into(),
                ..EntryInput::default()
            })
            .collect();
        let input = Input {
            entries,
            precision: 0.95,
            ..Input::default()
        };
        match Matcher::build(input) {
            Ok(matcher) => Self(matcher),
            Err(error) => panic!("{error}"),
        }
    }

    /// The whole way of a message that did not call the bot, from its text to what is to be done.
    pub fn decide(&self, message: &str) -> Verdict {
        let ranking = self.0.rank(message);
        judge_unasked(&ranking)
    }

    /// The entry thought of first, whatever is decided.
    pub fn first(&self, message: &str) -> Option<usize> {
        match self.0.rank(message).candidates.first()?.target {
            Target::Entry(entry) => Some(entry),
            Target::Human => None,
        }
    }
}
