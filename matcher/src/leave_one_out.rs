//! The file's own questions, left out one by one: what the ranking of a question would be if it did not stand there.

use super::handoff_intent;
use super::index::Index;
use super::language::language;
use super::normalise::normalise;
use super::retrieve::{Message, Without};
use super::{Candidate, Evidence, Matcher, Proposed, Target, calibrate};
use std::sync::Arc;

/// A question of the file that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The question as written.
    pub question: Arc<str>,
    /// The target that it belongs to; `None` if the file says that it is out of scope.
    pub own: Option<Target>,
    /// The candidates without it, best first, by words alone.
    pub candidates: Vec<Candidate>,
}

impl Matcher {
    /// Counts the questions that [`Matcher::left_out`] knows.
    pub fn questions(&self) -> usize {
        Index::questions(&self.index)
    }

    /// Ranks the entries for the question with this number as if it did not stand in the file; `None` if there is none.
    pub fn left_out(&self, number: usize) -> Option<LeftOut> {
        let question = self.questions.get(number)?;
        let without = u32::try_from(number).ok()?;
        if number >= self.questions() {
            return None;
        }
        let language = language();
        let normalised = normalise(question, language);
        let analysis = self.analyse(&normalised.text, language);
        let message = Message {
            analysis: &analysis,
            asked: normalised.asked,
            meaning: None,
        };
        let without_it = Without {
            question: Some(without),
            entry: None,
        };
        // The classifier has learnt the question.
        let field = self.index.field(&message, None, without_it, |_| true);
        let mut probabilities = Vec::with_capacity(field.candidates.len());
        self.lexical.model.probabilities(&field, &mut probabilities);
        let mut proposed: Vec<Proposed> = field
            .candidates
            .iter()
            .zip(&probabilities)
            .map(|(candidate, &p)| Proposed {
                entry: candidate.entry,
                called: p,
                unasked: p,
                evidence: Evidence::Nearest(Arc::clone(&self.questions[candidate.nearest as usize])),
            })
            .collect();
        proposed.retain(|candidate| (candidate.entry as usize) < self.ids.len());
        proposed.sort_by(|a, b| b.called.total_cmp(&a.called).then(a.entry.cmp(&b.entry)));
        let human = self.ids.len() - 1;
        let own = match self.index.question(without).entry as usize {
            entry if entry < human => Some(Target::Entry(entry)),
            entry if entry == human => Some(Target::Human),
            _ => None,
        };
        Some(LeftOut {
            question: Arc::clone(question),
            own,
            candidates: proposed.into_iter().map(|c| self.candidate(c)).collect(),
        })
    }

    /// Returns lines of general chatter that no FAQ answers.
    pub fn chatter() -> impl Iterator<Item = &'static str> {
        calibrate::chatter().filter(|line| !handoff_intent::may_be_request(line))
    }
}
