//! Voice of the judge: a model from outside that names one of the matcher's entries or none, and says nothing else. It comes to
//! the desk as data beside an event, as vectors do; this file tells which messages need one, and what it changes.

use super::answer_or_clarify::{Verdict, judge_called};
use super::effects::Effects;
use super::judge_data::{JudgeAnswer, JudgeQuestion, Offered, Power, Voices};
use super::member_state::{Pending, PendingKind};
use super::reason::Reason;
use super::{ChannelState, Desk, Knowledge, MessageContext};
use crate::faq::Entry;
use crate::matcher::{Candidate, Evidence, Ranking, Target};
use jiff::{SignedDuration, Timestamp};
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

/// Id with which the judge names no entry: an entry of that id can't be named.
const NO_ENTRY: &str = "none";

/// Entries that the judge sees at most.
const OFFERED: usize = 6;

/// Questions of an entry that the judge sees at most.
const QUESTIONS: usize = 3;

/// Characters of a question that the judge sees at most.
const QUESTION_CHARS: usize = 200;

/// Candidates among which the judge may promote one.
const PROMOTABLE: usize = 3;

/// The judge as far as a decision needs to know it.
#[derive(Debug, Clone)]
pub struct JudgeState {
    /// Power.
    pub power: Power,
    /// Weight of its voice in log-odds; 0 where it is not calibrated or of no use: then it is not asked.
    pub weight: f32,
    /// Voices that are there.
    pub voices: Arc<Voices>,
    /// `true` if it can be asked now.
    pub may_ask: bool,
    /// Timeout of a voice on a message that called nobody.
    pub unasked: SignedDuration,
    /// Timeout of a voice on a message that called the bot.
    pub called: SignedDuration,
}

/// Effect of the judge on a verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum JudgeEffect {
    /// The verdict stays.
    Stands,
    /// The voice is missing, and can be asked for.
    Missing(JudgeQuestion),
    /// The entry that the judge names is answered: the first candidate of this ranking.
    Promoted(Box<Ranking>, Reason),
    /// The answer is not given.
    Vetoed(Reason),
}

impl JudgeState {
    /// Counsels on a message that called the bot.
    pub fn of_called(
        &self,
        knowledge: &Knowledge,
        text: &str,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> JudgeEffect {
        if !matches!(verdict, Verdict::Clarify { .. } | Verdict::Unknown { .. }) {
            return JudgeEffect::Stands;
        }
        self.promotion(knowledge, text, ranking, judge_called, |best| best.confidence)
    }

    /// Counsels on a message that did not call the bot.
    pub fn of_unasked(
        &self,
        knowledge: &Knowledge,
        text: &str,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> JudgeEffect {
        match (self.power, verdict) {
            (Power::Veto, Verdict::Answer { candidate, .. }) => match ranking.candidates.get(*candidate) {
                Some(answered) => self.agreement(knowledge, text, ranking, answered),
                None => JudgeEffect::Stands,
            },
            (Power::Promote, Verdict::Quiet(Reason::NotCertain { .. })) if ranking.question => self
                .promotion(
                    knowledge,
                    text,
                    ranking,
                    |ranking| knowledge.judge_unasked(ranking),
                    |best| best.unasked,
                ),
            _ => JudgeEffect::Stands,
        }
    }

    /// `true` if answers that nobody called for need agreement.
    pub(super) fn vetoes(&self) -> bool {
        self.power == Power::Veto && self.weight > 0.0
    }

    fn agreement(
        &self,
        knowledge: &Knowledge,
        text: &str,
        ranking: &Ranking,
        answered: &Candidate,
    ) -> JudgeEffect {
        if !self.vetoes() || !matches!(answered.evidence, Evidence::Nearest(_)) {
            return JudgeEffect::Stands;
        }
        let inquiry = inquiry(knowledge, text, &ranking.candidates, Hidden::default());
        let entry = answered.id.to_string();
        match self.voices.get(&inquiry) {
            Some(JudgeAnswer::Entry(id)) if *id == entry => JudgeEffect::Stands,
            Some(JudgeAnswer::Entry(_) | JudgeAnswer::Nothing) => {
                JudgeEffect::Vetoed(Reason::Vetoed { entry })
            }
            None if self.may_ask && !inquiry.entries.is_empty() => JudgeEffect::Missing(inquiry),
            Some(JudgeAnswer::Silent(_)) | None => JudgeEffect::Vetoed(Reason::NotAgreed { entry }),
        }
    }

    fn promotion(
        &self,
        knowledge: &Knowledge,
        text: &str,
        ranking: &Ranking,
        judge: impl Fn(&Ranking) -> Verdict,
        probability: impl Fn(&Candidate) -> f32,
    ) -> JudgeEffect {
        if self.power != Power::Promote || self.weight <= 0.0 {
            return JudgeEffect::Stands;
        }
        let promoted = |place: usize| {
            let alone = probability(ranking.candidates.get(place)?);
            let promoted = named(ranking, place, self.weight);
            let reason = match judge(&promoted) {
                Verdict::Answer {
                    candidate: 0,
                    reason:
                        Reason::CalledAndKnown { confidence, needed }
                        | Reason::UnaskedButCertain { confidence, needed },
                } => Reason::Promoted {
                    confidence,
                    needed,
                    alone,
                },
                _ => return None,
            };
            Some(JudgeEffect::Promoted(Box::new(promoted), reason))
        };
        let entries = ranking.candidates.iter().enumerate();
        let entries = entries.filter(|(_, candidate)| candidate.target != Target::Human);
        let mut places = entries
            .map(|(place, candidate)| (place, &candidate.id))
            .take(PROMOTABLE);
        if places.clone().all(|(place, _)| promoted(place).is_none()) {
            return JudgeEffect::Stands;
        }
        let inquiry = inquiry(knowledge, text, &ranking.candidates, Hidden::default());
        match self.voices.get(&inquiry) {
            Some(JudgeAnswer::Entry(id)) => places
                .find(|(_, candidate)| candidate.as_ref() == id)
                .and_then(|(place, _)| promoted(place))
                .unwrap_or(JudgeEffect::Stands),
            None if self.may_ask && !inquiry.entries.is_empty() => JudgeEffect::Missing(inquiry),
            Some(JudgeAnswer::Nothing | JudgeAnswer::Silent(_)) | None => JudgeEffect::Stands,
        }
    }
}

/// Returns the ranking after the judge named a candidate: its odds are multiplied, and what it gains the others lose.
fn named(ranking: &Ranking, place: usize, weight: f32) -> Ranking {
    let mut ranking = ranking.clone();
    let Some(before) = ranking.candidates.get(place) else {
        return ranking;
    };
    let gain = |p: f32| {
        let odds = p.clamp(0.0, 1.0 - 1e-6) / (1.0 - p.clamp(0.0, 1.0 - 1e-6));
        let odds = odds * weight.exp();
        odds / (1.0 + odds)
    };
    let (called, unasked) = (gain(before.confidence), gain(before.unasked));
    let rest = |p: f32, gained: f32| (1.0 - gained) / (1.0 - p).max(1e-6);
    let (rest_called, rest_unasked) = (rest(before.confidence, called), rest(before.unasked, unasked));
    for (at, candidate) in ranking.candidates.iter_mut().enumerate() {
        if at == place {
            (candidate.confidence, candidate.unasked) = (called, unasked);
        } else {
            candidate.confidence *= rest_called.min(1.0);
            candidate.unasked *= rest_unasked.min(1.0);
        }
    }
    ranking
        .candidates
        .sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    ranking
}

/// Parts of the file that a training example of the judge does without.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hidden<'a> {
    /// Question that no entry shows.
    pub question: Option<&'a str>,
    /// Number of the entry that is not offered.
    pub entry: Option<usize>,
}

/// Makes the question to the judge about a message with these candidates. Other entries of the file fill the places that are
/// left: naming one of them has no effect, and a model that names whatever it sees is known by that.
pub fn inquiry(
    knowledge: &Knowledge,
    text: &str,
    candidates: &[Candidate],
    hidden: Hidden<'_>,
) -> JudgeQuestion {
    let entries = knowledge.faq.entries();
    let mut numbers = Vec::new();
    let mut offers = Vec::new();
    for candidate in candidates {
        let Target::Entry(number) = candidate.target else {
            continue;
        };
        let nearest = match &candidate.evidence {
            Evidence::Exact(question) | Evidence::Nearest(question) => Some(question.as_ref()),
            Evidence::Pattern(_) => None,
        };
        let entry = entries.get(number).filter(|_| hidden.entry != Some(number));
        if let Some(offer) = entry.and_then(|entry| offered(knowledge, entry, nearest, hidden.question)) {
            numbers.push(number);
            offers.push(offer);
        }
    }
    if let Some(best) = numbers.first() {
        let others = (best + 1..entries.len()).chain(0..*best);
        let others = others.filter(|number| !numbers.contains(number) && hidden.entry != Some(*number));
        let fill =
            others.filter_map(|number| offered(knowledge, entries.get(number)?, None, hidden.question));
        offers.extend(fill.take(OFFERED.saturating_sub(numbers.len())));
    }
    offers.truncate(OFFERED);
    JudgeQuestion {
        text: text.to_owned(),
        entries: offers,
    }
}

/// Shows an entry to the judge, with the question `nearest` first and without the question `hidden`.
fn offered(
    knowledge: &Knowledge,
    entry: &Entry,
    nearest: Option<&str>,
    hidden: Option<&str>,
) -> Option<Offered> {
    if entry.id == NO_ENTRY {
        return None;
    }
    let others = entry.questions.iter().map(String::as_str);
    let others = others.filter(|question| Some(*question) != nearest);
    let nearest = nearest.filter(|nearest| entry.questions.iter().any(|question| question == nearest));
    let questions = nearest.into_iter().chain(others);
    Some(Offered {
        id: entry.id.clone(),
        title: entry.title(knowledge.faq.language()),
        questions: questions
            .filter(|question| Some(*question) != hidden)
            .take(QUESTIONS)
            .map(|question| question.chars().take(QUESTION_CHARS).collect())
            .collect(),
    })
}

impl PendingKind {
    /// `true` if the bot was called.
    pub(super) fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::VoiceOnCall)
    }

    /// `true` if the judge's voice may end the wait.
    pub(super) fn awaits_voice(self) -> bool {
        matches!(self, Self::VoiceOnCall | Self::VoiceOnAnswer)
    }
}

impl Pending {
    /// `true` if it may be decided now: it is due, or the judge's voice may have come.
    pub(super) fn may_be_due(&self, now: Timestamp) -> bool {
        self.due <= now || self.kind.awaits_voice()
    }
}

impl<'a> Desk<'a> {
    /// Gives the desk the judge.
    #[must_use]
    pub fn judged(self, judging: Option<&'a JudgeState>) -> Self {
        Self { judging, ..self }
    }

    /// Counsels on a call, and waits for the voice where it is missing and there is time.
    pub(super) fn counsel_on_call(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> ControlFlow<Effects, Option<(Ranking, Reason)>> {
        let Some(judging) = self.judging.filter(|_| !context.quotes_others()) else {
            return Continue(None);
        };
        match judging.of_called(self.knowledge, &context.said(), ranking, verdict) {
            JudgeEffect::Promoted(ranking, reason) => Continue(Some((*ranking, reason))),
            JudgeEffect::Missing(inquiry) if !context.voice_over => {
                let kind = PendingKind::VoiceOnCall;
                match await_voice(context, state, inquiry, kind, judging.called) {
                    Some(effects) => Break(effects),
                    None => Continue(None),
                }
            }
            JudgeEffect::Stands | JudgeEffect::Missing(_) | JudgeEffect::Vetoed(_) => Continue(None),
        }
    }

    /// Counsels on a message that called nobody, and waits for the voice where it is missing and there is time. A member with
    /// a ticket is not kept waiting: what the bot does not answer goes to staff at once.
    pub(super) fn counsel_unasked(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> ControlFlow<Effects, Option<(Ranking, Reason)>> {
        let Some(judging) = self.judging else {
            return Continue(None);
        };
        let silent = |reason| Break(Effects::quiet(reason));
        let inquiry = match judging.of_unasked(self.knowledge, &context.said(), ranking, verdict) {
            JudgeEffect::Stands => return Continue(None),
            JudgeEffect::Promoted(ranking, reason) => return Continue(Some((*ranking, reason))),
            JudgeEffect::Vetoed(reason) => return silent(reason),
            JudgeEffect::Missing(inquiry) => inquiry,
        };
        let channel_context = context.channel_context;
        let has_ticket = channel_context
            .tickets
            .of_member(channel_context.place, context.member)
            .is_some();
        if !context.voice_over && !has_ticket && !context.quotes_others() {
            let kind = PendingKind::VoiceOnAnswer;
            if let Some(effects) = await_voice(context, state, inquiry, kind, judging.unasked) {
                return Break(effects);
            }
        }
        match verdict {
            Verdict::Answer { candidate, .. } => {
                let entry = ranking.candidates.get(*candidate);
                let entry = entry.map(|entry| entry.id.to_string()).unwrap_or_default();
                silent(Reason::NotAgreed { entry })
            }
            _ => Continue(None),
        }
    }
}

/// Waits for the voice until its time is over; `None` where it is.
fn await_voice(
    context: &MessageContext<'_>,
    state: &mut ChannelState,
    inquiry: JudgeQuestion,
    kind: PendingKind,
    timeout: SignedDuration,
) -> Option<Effects> {
    let due = context.last.at.saturating_add(timeout).unwrap_or(Timestamp::MAX);
    if due <= context.now {
        return None;
    }
    state.member(context.member, context.now).pending = Some(Pending { due, kind });
    Some(Effects {
        inquiry: Some(inquiry),
        ..Effects::quiet(Reason::Waiting { until: due })
    })
}
