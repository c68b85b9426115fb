//! A group of questions that nobody answered, with all that an admin decides by: its words, what staff answered, what is proposed.

use crate::desk::{says_wait, telling};
use crate::store::{KeptDecision, Label, MissGroup, Misses, Outcome, Result, StaffAnswer};
use crate::unanswered::{Proposal, UnansweredMessage, propose, typical_first};
use groupdesk_contract::Place;
use std::collections::HashSet;

/// Messages of a group by which something is proposed.
const PROPOSAL_MESSAGES_MAX: u32 = 50;

/// Longest question that is proposed, in characters.
const QUESTION_MAX_CHARS: usize = 120;

/// Shortest beginning of a longer message that is proposed.
const BEGINNING_MIN_CHARS: usize = 4;

/// A group with what is known of it.
#[derive(Debug, Clone)]
pub struct UnansweredGroup {
    /// Figures.
    pub group: MissGroup,
    /// Decisions on its latest messages, newest first.
    pub decided: Vec<KeptDecision>,
    /// Answers of staff, newest first; the lines of a ticket are one.
    pub answers: Vec<StaffAnswer>,
    /// Proposal of what to do.
    pub proposal: Proposal,
    /// Number of its latest messages that were said in other channels.
    pub elsewhere: u64,
}

impl UnansweredGroup {
    /// Reads what is known of a group, as far as it was said in channels that are `seen`. `has` tells if the FAQ's entry
    /// of an id has a question; `None` where there is none.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
    pub async fn read(
        store: &dyn Misses,
        group: MissGroup,
        seen: impl Fn(&Place) -> bool,
        has: impl Fn(&str, &str) -> Option<bool>,
    ) -> Result<Self> {
        let mut decided = store.misses_in(group.id, PROPOSAL_MESSAGES_MAX).await?;
        let all = decided.len();
        decided.retain(|one| seen(&one.decision.place));
        let elsewhere = u64::try_from(all - decided.len()).unwrap_or(u64::MAX);
        let mut answers = store.staff_answers(group.id).await?;
        answers.retain(|answer| seen(&answer.place));
        let answers = by_ticket(answers);
        let texts: Vec<(String, &KeptDecision)> = decided
            .iter()
            .filter_map(|one| Some((asked_in(&in_a_line(one.decision.text.as_deref()?))?, one)))
            .collect();
        let asked: Vec<UnansweredMessage<'_>> = texts
            .iter()
            .map(|(text, one)| UnansweredMessage {
                text,
                best: &one.decision.best,
                unhelped_by: unhelped_by(one),
                answered_by: answered_by(one),
            })
            .collect();
        let proposal = propose(&asked, has);
        Ok(Self {
            group,
            decided,
            answers,
            proposal,
            elsewhere,
        })
    }

    /// Returns the answer that staff give most typically.
    pub fn answer(&self) -> Option<&str> {
        let texts: Vec<&str> = self.answers.iter().map(|answer| answer.text.as_str()).collect();
        typical_first(&texts).first().copied()
    }

    /// Returns the number of its messages, and of their senders, as far as they may be seen.
    pub fn counts(&self) -> (u64, u64) {
        if self.elsewhere == 0 {
            return (self.group.messages, self.group.members);
        }
        let members: HashSet<_> = self
            .decided
            .iter()
            .map(|one| (&one.decision.place.account, &one.decision.member))
            .collect();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        (count(self.decided.len()), count(members.len()))
    }

    /// Returns its messages that can be questions, newest first.
    pub fn questions(&self) -> Vec<String> {
        self.texts().iter().filter_map(|text| asked_in(text)).collect()
    }

    /// Returns the words of its messages, newest first.
    pub fn texts(&self) -> Vec<String> {
        let texts = self.decided.iter().filter_map(|one| one.decision.text.as_deref());
        texts.map(in_a_line).collect()
    }
}

/// Returns the entry whose answer to a question did not help, was taken back, or is labelled wrong.
fn unhelped_by(one: &KeptDecision) -> Option<&str> {
    let outcome = one.outcome.as_ref().map(|(outcome, _, _)| *outcome);
    let failed = matches!(outcome, Some(Outcome::DidNotHelp | Outcome::Withdrawn));
    let wrong = one
        .label
        .as_ref()
        .is_some_and(|(label, ..)| *label == Label::Wrong);
    let entry = one.decision.entry.as_deref();
    // Of an answer that was kept back nothing follows but its label.
    entry.filter(|_| wrong || (failed && !one.decision.shadow))
}

/// Returns the entry whose answer to a question was given.
fn answered_by(one: &KeptDecision) -> Option<&str> {
    one.decision.entry.as_deref().filter(|_| !one.decision.shadow)
}

/// Returns a message in one line.
fn in_a_line(text: &str) -> String {
    let text = crate::faq::without_markup(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a message as it may become a question, without a call for a human or a complaint at its head.
fn asked_in(text: &str) -> Option<String> {
    let told = telling(text);
    as_question(told.as_deref().unwrap_or(text))
}

/// Returns a message as it may become a question: all of it, or the sentences at its beginning that are short enough together. `None` where
/// it can only be cut in the middle of one.
pub(super) fn as_question(text: &str) -> Option<String> {
    let Some((at, _)) = text.char_indices().nth(QUESTION_MAX_CHARS) else {
        return Some(text.to_owned());
    };
    let kept = text.get(..at)?;
    let ends = |c: char| matches!(c, '。' | '？' | '！' | '?' | '!' | '；' | ';' | '，' | ',' | '\n');
    let end = kept.rfind(ends)?;
    let kept = kept.get(..end)?.trim();
    (kept.chars().count() >= BEGINNING_MIN_CHARS).then(|| kept.to_owned())
}

/// Makes one answer of the lines that staff wrote in a ticket, without those that only say that an answer comes.
fn by_ticket(answers: Vec<StaffAnswer>) -> Vec<StaffAnswer> {
    let mut joined: Vec<StaffAnswer> = Vec::new();
    for mut answer in answers {
        let lines: Vec<&str> = answer.text.lines().filter(|line| !says_wait(line)).collect();
        answer.text = lines.join("\n");
        if answer.text.is_empty() {
            continue;
        }
        let same = joined
            .iter_mut()
            .find(|other| answer.ticket.is_some() && other.ticket == answer.ticket);
        match same {
            // The newest line comes first.
            Some(other) if !other.text.starts_with(&answer.text) => {
                other.text = format!("{}\n{}", answer.text, other.text);
            }
            Some(_) => {}
            None => joined.push(answer),
        }
    }
    joined
}
