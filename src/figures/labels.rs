//! Labels of answers, given and kept back: how often they were right, and how many more are needed to be sure of it.

use super::interval::{exact_interval, still_needed};
use crate::store::{Judgements, KeptDecision, Label, Outcome};
use groupdesk_contract::Place;
use std::collections::BTreeMap;

/// Shares of right answers of which it is told how many labels are still needed to be sure.
pub const SURE_OF: [f64; 2] = [0.95, 0.98];

/// Counts of labels by their verdict on answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LabelCounts {
    /// Answers that people call right.
    pub right: u64,
    /// Answers that people call wrong.
    pub wrong: u64,
    /// Answers that people call needless.
    pub needless: u64,
    /// Answers without a label that service showed to be wrong: taken back, doubted by the member, or answered once more by
    /// staff.
    pub by_service: u64,
}

impl LabelCounts {
    /// Counts the labels of answers; decisions without an answer are passed over.
    pub fn of<'a>(decisions: impl IntoIterator<Item = &'a KeptDecision>) -> Self {
        let mut labels = Self::default();
        for one in decisions {
            if let Some(judged) = judged_as(one) {
                *labels.of_kind(judged) += 1;
            }
        }
        labels
    }

    /// Counts the labels of each channel that has some.
    pub fn by_channel<'a>(
        decisions: impl IntoIterator<Item = &'a KeptDecision>,
    ) -> BTreeMap<&'a Place, Self> {
        let mut channels: BTreeMap<&Place, Vec<&KeptDecision>> = BTreeMap::new();
        for one in decisions {
            channels.entry(&one.decision.place).or_default().push(one);
        }
        let counted = channels
            .into_iter()
            .map(|(channel, decisions)| (channel, Self::of(decisions)));
        counted.filter(|(_, labels)| labels.whole() > 0).collect()
    }

    /// Makes the same of counted answers.
    pub fn counted<'a>(judgements: impl IntoIterator<Item = &'a Judgements>) -> BTreeMap<&'a Place, Self> {
        let mut channels: BTreeMap<&Place, Self> = BTreeMap::new();
        for of in judgements {
            let labels = channels.entry(&of.place).or_default();
            let outcome = of.outcome.filter(|_| !of.shadow);
            if let Some(judged) = judged(of.label, outcome) {
                *labels.of_kind(judged) += of.answers;
            }
        }
        channels.retain(|_, labels| labels.whole() > 0);
        channels
    }

    fn of_kind(&mut self, judged: &str) -> &mut u64 {
        match judged {
            "right" => &mut self.right,
            "wrong" => &mut self.wrong,
            "needless" => &mut self.needless,
            _ => &mut self.by_service,
        }
    }

    /// Number of labelled answers.
    pub fn whole(&self) -> u64 {
        self.right + self.wrong + self.needless + self.by_service
    }

    /// Exact interval of the share that is right.
    pub fn interval(&self) -> (f64, f64) {
        exact_interval(self.right, self.whole())
    }

    /// Returns how many more labels are needed, all of them right, to be sure of each of [`SURE_OF`].
    pub fn still_needed(&self) -> [u64; 2] {
        SURE_OF.map(|share| still_needed(self.right, self.whole(), share))
    }
}

/// Returns how an answer was judged: by a label, else by what followed on it. Of an answer that was kept back nothing follows.
pub(super) fn judged_as(one: &KeptDecision) -> Option<&'static str> {
    one.decision.entry.as_ref()?;
    let outcome = one.outcome.as_ref().filter(|_| !one.decision.shadow);
    judged(
        one.label.as_ref().map(|(label, ..)| *label),
        outcome.map(|(outcome, ..)| *outcome),
    )
}

fn judged(label: Option<Label>, outcome: Option<Outcome>) -> Option<&'static str> {
    if let Some(label) = label {
        return Some(label.name());
    }
    match outcome? {
        Outcome::Withdrawn => Some("withdrawn"),
        Outcome::DidNotHelp => Some("doubted"),
        Outcome::AnsweredByStaff => Some("answered_by_staff"),
        Outcome::Helped | Outcome::HandedOver => None,
    }
}
