//! Keeps what was decided: a row for a message that called the bot, reads as a question or got a reply, a count for every
//! other one.

use crate::desk::{AnswerFate, AnswerOf, Considered, Decided, Learned, Policy};
use crate::store::{
    Answered, DecisionCount, DecisionOutcome, Decisions, Dropped, Joined, NewDecision, NewLabel, Outcome,
};
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::Timestamp;
use std::collections::HashMap;

/// Decisions of a batch, as the store keeps them.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    decisions: Decisions,
    counts: HashMap<(Place, &'static str, bool), u32>,
}

/// Facts about a decision that the desk does not hand out.
pub(super) struct Circumstances<'a> {
    pub(super) place: &'a Place,
    pub(super) member: &'a MemberId,
    pub(super) policy: &'a Policy,
    pub(super) shadow: bool,
    pub(super) faq_version: &'a str,
}

impl Recorder {
    /// Counts a message without a row.
    pub(super) fn count(&mut self, place: &Place, decided: &Decided, shadow: bool) {
        let key = (place.clone(), decided.reason.rule(), shadow);
        *self.counts.entry(key).or_default() += 1;
    }

    /// Adds the row of a message, which is the decision on the rest of its burst too. With `edited`, also on the message as
    /// it was before.
    pub(super) fn add(
        &mut self,
        of: &Circumstances<'_>,
        decided: &Decided,
        considered: &Considered,
        edited: bool,
    ) {
        let earlier = considered
            .earlier
            .iter()
            .chain(edited.then_some(&considered.message));
        self.decisions.joined.extend(earlier.map(|message| Joined {
            place: of.place.clone(),
            message: message.clone(),
            into: considered.message.clone(),
            at: considered.at,
        }));
        self.decisions.rows.push(row(of, decided, considered));
    }

    /// Adds what became of earlier answers in a channel.
    pub(super) fn learn(&mut self, place: &Place, learned: &[Learned], now: Timestamp) {
        let outcomes = learned.iter().map(|learned| outcome(place, learned, now));
        self.decisions.outcomes.extend(outcomes);
    }

    /// Adds that an answer was taken back on the platform.
    pub(super) fn taken_back(
        &mut self,
        place: &Place,
        reply: &MessageId,
        by: Option<&MemberId>,
        now: Timestamp,
    ) {
        let learned = Learned {
            answer: AnswerOf::Reply(reply.clone()),
            fate: AnswerFate::Withdrawn,
            by: by.cloned(),
            words: None,
        };
        self.learn(place, &[learned], now);
    }

    /// Adds that messages of a channel wait no longer, for the reason of a decision on another one.
    pub(super) fn drop_waiting(
        &mut self,
        place: &Place,
        messages: impl Iterator<Item = MessageId>,
        decided: &Decided,
        now: Timestamp,
    ) {
        self.decisions.dropped.extend(messages.map(|message| Dropped {
            place: place.clone(),
            message,
            at: now,
            rule: decided.reason.rule().to_owned(),
        }));
    }

    /// Adds judgements of people.
    pub(super) fn label(&mut self, labels: &[NewLabel]) {
        self.decisions.labels.extend_from_slice(labels);
    }

    /// Returns all of it.
    pub(super) fn take(&mut self, now: Timestamp) -> Decisions {
        let counts = self
            .counts
            .drain()
            .map(|((place, rule, shadow), messages)| DecisionCount {
                at: now,
                place,
                rule: rule.to_owned(),
                shadow,
                messages,
            });
        self.decisions.counts.extend(counts);
        // The order of a hash map differs from run to run.
        self.decisions
            .counts
            .sort_by(|a, b| (&a.place, &a.rule, a.shadow).cmp(&(&b.place, &b.rule, b.shadow)));
        std::mem::take(&mut self.decisions)
    }
}

fn outcome(place: &Place, learned: &Learned, now: Timestamp) -> DecisionOutcome {
    DecisionOutcome {
        place: place.clone(),
        about: match &learned.answer {
            AnswerOf::Message(message) => Answered::Message(message.clone()),
            AnswerOf::Reply(message) => Answered::Reply(message.clone()),
            AnswerOf::Member(member) => Answered::Member(member.clone()),
        },
        outcome: match learned.fate {
            AnswerFate::Helped => Outcome::Helped,
            AnswerFate::AnsweredByStaff => Outcome::AnsweredByStaff,
            AnswerFate::HandedOver => Outcome::HandedOver,
            AnswerFate::DidNotHelp => Outcome::DidNotHelp,
            AnswerFate::Withdrawn => Outcome::Withdrawn,
        },
        at: now,
        by: learned.by.as_ref().map(ToString::to_string).unwrap_or_default(),
        words: learned.words.clone(),
    }
}

fn row(of: &Circumstances<'_>, decided: &Decided, considered: &Considered) -> NewDecision {
    // In shadow mode the number goes to another ticket.
    let ticket = decided.decision.ticket().filter(|_| !of.shadow);
    let best = considered.best.first().map(|(_, confidence)| *confidence);
    NewDecision {
        at: considered.at,
        place: of.place.clone(),
        member: of.member.clone(),
        message: considered.message.clone(),
        called: considered.called,
        question: considered.question,
        act: considered.act.to_owned(),
        decision: decided.decision.kind().stored().to_owned(),
        rule: decided.reason.rule().to_owned(),
        entry: decided.decision.entry().map(str::to_owned),
        confidence: decided.reason.confidence().or(best),
        needed: considered.needed,
        best: considered.best.clone(),
        ticket: ticket.or(decided.reason.ticket().filter(|_| !of.shadow)),
        faq_version: of.faq_version.to_owned(),
        language: considered.language.to_string(),
        shadow: of.shadow,
        text: of.policy.decisions.texts.then(|| considered.text.clone()),
    }
}
