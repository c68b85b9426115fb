//! A group of questions that nobody answered, with all that an admin decides by: its words, what staff answered, what is proposed.

use crate::store::{Decided, MissGroup, Misses, Result, StaffAnswer};
use crate::unanswered::{Asked, Proposal, propose, typical_first};
use groupdesk_contract::Place;

/// Messages of a group by which something is proposed.
const MESSAGES: u32 = 50;

/// Longest question that is proposed, in characters.
const QUESTION: usize = 120;

/// A group with what is known of it.
#[derive(Debug, Clone)]
pub struct Missed {
    /// Its figures.
    pub group: MissGroup,
    /// Decisions on its latest messages, newest first.
    pub decided: Vec<Decided>,
    /// Answers of staff, newest first; the lines of a ticket are one.
    pub answers: Vec<StaffAnswer>,
    /// What is proposed.
    pub proposal: Proposal,
}

impl Missed {
    /// Reads what is known of a group, as far as it was said in channels that are `seen`. `is_entry` tells if the FAQ has an entry of
    /// this id.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
    pub async fn read(
        store: &dyn Misses,
        group: MissGroup,
        seen: impl Fn(&Place) -> bool,
        is_entry: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let mut decided = store.misses_in(group.id, MESSAGES).await?;
        decided.retain(|one| seen(&one.decision.place));
        let mut answers = store.staff_answers(group.id).await?;
        answers.retain(|answer| seen(&answer.place));
        let answers = by_ticket(answers);
        let texts: Vec<(String, &[(String, f32)])> = decided
            .iter()
            .filter_map(|one| {
                Some((
                    in_a_line(one.decision.text.as_deref()?),
                    one.decision.best.as_slice(),
                ))
            })
            .collect();
        let asked: Vec<Asked<'_>> = texts.iter().map(|(text, best)| Asked { text, best }).collect();
        let proposal = propose(&asked, is_entry);
        Ok(Self {
            group,
            decided,
            answers,
            proposal,
        })
    }

    /// Returns the answer that staff give most typically.
    pub fn answer(&self) -> Option<&str> {
        let texts: Vec<&str> = self.answers.iter().map(|answer| answer.text.as_str()).collect();
        typical_first(&texts).first().copied()
    }

    /// Returns the words of its messages, newest first.
    pub fn texts(&self) -> Vec<String> {
        let texts = self.decided.iter().filter_map(|one| one.decision.text.as_deref());
        texts.map(in_a_line).collect()
    }
}

/// Returns a message in one line of bounded length, as it may become a question.
fn in_a_line(text: &str) -> String {
    let text = crate::faq::without_markup(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(QUESTION).collect()
}

/// Makes one answer of the lines that staff wrote in a ticket.
fn by_ticket(answers: Vec<StaffAnswer>) -> Vec<StaffAnswer> {
    let mut joined: Vec<StaffAnswer> = Vec::new();
    for answer in answers {
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
