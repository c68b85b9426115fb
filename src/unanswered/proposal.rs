//! The proposal for a group: which entry its messages are nearly of, or that they need an entry of their own.

use super::example_messages::diverse;
use std::collections::BTreeMap;

/// Confidence from which on an entry is rather the one that was asked for than not. Confidences are calibrated: of those below, most are
/// wrong. The matcher's offers go lower, because a choice among three costs a member a glance; a question in a wrong entry answers many.
const LIKELY_PROBABILITY_MIN: f32 = 0.5;

/// Confidence from which on an entry is worth naming, as it is worth offering to a member.
const NEAR: f32 = 0.1;

/// Share of a group's messages that must point to the same entry.
const AGREE: f32 = 0.5;

/// Questions of a proposal.
const QUESTIONS: usize = 5;

/// A message of a group, as it was decided.
#[derive(Debug, Clone, Copy)]
pub struct UnansweredMessage<'a> {
    /// Words.
    pub text: &'a str,
    /// Best candidates with their confidences, best first.
    pub best: &'a [(String, f32)],
    /// Entry that answered it and did not help.
    pub unhelped_by: Option<&'a str>,
    /// Entry that answered it.
    pub answered_by: Option<&'a str>,
}

/// The proposal for a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposal {
    /// Its messages are further questions of an entry.
    AddQuestions {
        /// Id of the entry.
        entry: String,
        /// Middling confidence in it.
        confidence: f32,
        /// Questions to add.
        questions: Vec<String>,
    },
    /// The answer of an entry did not help who asked for it: what the entry says is to be mended.
    MendAnswer {
        /// Id of the entry.
        entry: String,
        /// Questions that it answered so.
        questions: Vec<String>,
    },
    /// No entry is near enough.
    NewEntry {
        /// Questions of the entry.
        questions: Vec<String>,
        /// Entry that is nearest to most of them, with the middling confidence in it.
        nearest: Option<(String, f32)>,
    },
}

impl Proposal {
    /// Returns the questions.
    pub fn questions(&self) -> &[String] {
        match self {
            Self::AddQuestions { questions, .. }
            | Self::MendAnswer { questions, .. }
            | Self::NewEntry { questions, .. } => questions,
        }
    }
}

/// Proposes what to do about a group. `has` tells if the FAQ's entry of an id has a text among its questions; `None` where it has no such
/// entry any more. An entry that answers a message, or has it, is no answer to it that is missing.
pub fn propose(asked: &[UnansweredMessage<'_>], has: impl Fn(&str, &str) -> Option<bool>) -> Proposal {
    let is_entry = |entry: &str| has(entry, "").is_some();
    let lacks = |entry: &str, one: &UnansweredMessage<'_>| {
        one.answered_by != Some(entry) && has(entry, one.text) == Some(false)
    };
    let texts: Vec<&str> = asked.iter().map(|one| one.text).collect();
    let questions: Vec<String> = diverse(&texts, QUESTIONS)
        .into_iter()
        .map(str::to_owned)
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen messages")]
    let is_most = |count: usize| count as f32 >= AGREE * asked.len() as f32;
    let mut unhelped: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in asked.iter().filter_map(|one| one.unhelped_by) {
        *unhelped.entry(entry).or_default() += 1;
    }
    let worst = unhelped.iter().max_by_key(|(_, count)| **count);
    if let Some((entry, count)) = worst
        && is_most(*count)
        && is_entry(entry)
    {
        return Proposal::MendAnswer {
            entry: (*entry).to_owned(),
            questions,
        };
    }
    let mut near: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for one in asked {
        // An entry that did not help with a question is not asked for by it.
        let helps = |entry: &str| one.unhelped_by != Some(entry) && lacks(entry, one);
        let entries = one.best.iter().filter(|(entry, _)| helps(entry));
        let entries = entries.filter(|(_, confidence)| *confidence >= NEAR);
        if let Some((entry, confidence)) = entries.max_by(|a, b| a.1.total_cmp(&b.1)) {
            near.entry(entry).or_default().push(*confidence);
        }
    }
    let likely = near.iter().map(|(entry, confidences)| {
        let likely = confidences
            .iter()
            .copied()
            .filter(|one| *one >= LIKELY_PROBABILITY_MIN);
        (*entry, likely.collect::<Vec<f32>>())
    });
    let most = likely.max_by_key(|(_, confidences)| confidences.len());
    if let Some((entry, confidences)) = most.filter(|(_, confidences)| is_most(confidences.len())) {
        let missing = asked.iter().filter(|one| lacks(entry, one));
        let missing: Vec<&str> = missing.map(|one| one.text).collect();
        let questions = diverse(&missing, QUESTIONS).into_iter().map(str::to_owned);
        return Proposal::AddQuestions {
            entry: entry.to_owned(),
            confidence: middling(confidences),
            questions: questions.collect(),
        };
    }
    let nearest = near.into_iter().max_by_key(|(_, confidences)| confidences.len());
    let nearest = nearest.filter(|(_, confidences)| is_most(confidences.len()));
    let nearest = nearest.map(|(entry, confidences)| (entry.to_owned(), middling(confidences)));
    Proposal::NewEntry { questions, nearest }
}

/// Returns the one in the middle.
fn middling(mut confidences: Vec<f32>) -> f32 {
    confidences.sort_by(f32::total_cmp);
    confidences
        .get(confidences.len() / 2)
        .copied()
        .unwrap_or_default()
}
