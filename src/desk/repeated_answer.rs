//! Members who have an answer before them and ask on: the same answer once more would help nobody. They are offered the next best
//! entries for what they ask now, or a human.

use super::answer::alternatives_of;
use super::answer_or_clarify::Verdict;
use super::channel_state::ChannelState;
use super::effects::Effects;
use super::handoff_reason::HandoffReason;
use super::member_state::GivenAnswer;
use super::reading::{self, digest};
use super::reason::Reason;
use super::trouble_of_its_own::is_trouble_of_its_own;
use super::{Desk, MessageContext};
use crate::faq::{Handoff, bare};
use crate::language::Language;
use crate::matcher::{Evidence, Ranking, Target};
use groupdesk_contract::{MemberId, MessageId, Quote};
use jiff::Timestamp;

/// Confidence from which on an entry answers a second question as it did the first.
const SURELY: f32 = 0.9;

/// Confidence from which on an entry is offered beside the answer that its reader has seen: what shares no more than a word with their question
/// keeps them from the human who knows.
const OFFERED_MIN: f32 = 0.15;

/// Candidates for a question that may turn out to be the answer that is quoted.
const LOOKED_AT: usize = 2;

/// `true` if a text is a remark that nobody replies to with another: a courtesy, a laugh, an objection.
fn is_remark(text: &str) -> bool {
    reading::courtesy(text).is_some()
        || reading::is_idle(text)
        || reading::doubt_to_bot(text).is_some()
        || reading::unhelpful(text, true)
        || reading::fails_barely(text)
}

impl ChannelState {
    /// Finds the answer that a member got a short time ago, where nobody else has said anything but a remark in the channel since: what they say
    /// then to nobody by name may be about it.
    pub(super) fn answered_just_before(&self, member: &MemberId, now: Timestamp) -> Option<&GivenAnswer> {
        let answered = self.answered_lately(member, now)?;
        self.is_alone_since(member, answered.at).then_some(answered)
    }

    /// `true` if nobody but a member has said anything in the channel since then, beyond remarks.
    pub(super) fn is_alone_since(&self, member: &MemberId, since: Timestamp) -> bool {
        let mut since = self.recent.iter().filter(|recent| recent.at > since);
        !since.any(|recent| recent.member != *member && !recent.text.is_empty() && !is_remark(&recent.text))
    }

    /// Finds the answer that a message may be about: the one that its sender got a short time ago, unless it calls nobody and others
    /// have spoken since.
    pub(super) fn answer_spoken_of(&self, context: &MessageContext<'_>) -> Option<&GivenAnswer> {
        if context.called() {
            self.answered_lately(context.member, context.now)
        } else {
            self.answered_just_before(context.member, context.now)
        }
    }

    /// `true` if the last message of a member that is remembered before this one shows a picture or a file.
    pub(super) fn shows_picture(&self, member: &MemberId) -> bool {
        let mut theirs = self.recent.iter().rev().filter(|recent| recent.member == *member);
        theirs.nth(1).is_some_and(|before| !before.attached.is_empty())
    }

    /// `true` if the member has said nothing since that answer but the message with this id.
    pub(super) fn is_first_word(&self, member: &MemberId, message: &MessageId, now: Timestamp) -> bool {
        let message = digest(message.as_str());
        self.answered_just_before(member, now).is_some_and(|answered| {
            let mut since = self.recent.iter().filter(|recent| recent.at > answered.at);
            !since.any(|recent| recent.message != message)
        })
    }
}

impl Desk<'_> {
    /// Returns the id of the entry whose answer a message quotes. Of answers that the channel no longer remembers, only those
    /// are found that `said` would get.
    pub(super) fn quoted_answer(
        &self,
        state: &ChannelState,
        said: &str,
        quote: &Quote,
        now: Timestamp,
    ) -> Option<String> {
        let text = quote.text.as_deref().filter(|_| quote.of_bot == Some(true))?;
        if let Some(given) = self.standing_answer(state, text) {
            return Some(given.entry.clone());
        }
        let ranking = self.knowledge.matcher.rank(said);
        let entries = ranking.candidates.iter().take(LOOKED_AT);
        let mut ids = entries.filter_map(|candidate| match candidate.target {
            Target::Entry(index) => Some(&self.knowledge.faq.entries().get(index)?.id),
            Target::Human => None,
        });
        ids.find(|id| self.is_answer(id, text, now)).cloned()
    }

    /// Finds the answer that a member asks on about: the quoted one, or the one that they got a moment ago, where they ask in
    /// other words.
    fn seen_answer(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        ranking: &Ranking,
    ) -> Option<usize> {
        let faq = &self.knowledge.faq;
        if let Some(quoted) = context.parts().find_map(|part| part.of_answer.as_ref()) {
            return faq.index_of(quoted);
        }
        let given = state.answered_lately(context.member, context.now)?;
        let asked = state.members.get(context.member)?.alternatives.as_ref()?;
        // Of its own questions, the file says that this answers them.
        let best = ranking.candidates.first()?;
        let listed = !matches!(best.evidence, Evidence::Nearest(_));
        (!listed && bare(&asked.asked) != bare(&context.said()))
            .then(|| faq.index_of(&given.entry))
            .flatten()
    }

    /// `true` if a message is another question that the answer seen surely answers: it stands there, to be pointed to. Under a quote
    /// of it, they have read it.
    fn is_another_of_its_questions(
        &self,
        context: &MessageContext<'_>,
        ranking: &Ranking,
        verdict: &Verdict,
        seen: usize,
    ) -> bool {
        let Verdict::Answer { candidate, .. } = verdict else {
            return false;
        };
        let candidate = ranking.candidates.get(*candidate);
        let quoted = context.parts().any(|part| part.of_answer.is_some());
        !quoted
            && candidate.is_some_and(|best| best.target == Target::Entry(seen) && best.confidence >= SURELY)
            && !is_trouble_of_its_own(&context.said(), ranking, |text| {
                self.knowledge.matcher.reading(text)
            })
    }

    /// Handles a question to the bot for which `verdict` names the answer that its author has before them: by the other entries
    /// that fit. `None` where it does not.
    pub(super) fn asks_on(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> Option<Effects> {
        let seen = self.seen_answer(context, state, ranking)?;
        let entry = self.knowledge.faq.entries().get(seen)?;
        if self.is_another_of_its_questions(context, ranking, verdict, seen) {
            return None;
        }
        let is_likely = |index: &usize| {
            let target = Target::Entry(*index);
            let mut candidates = ranking.candidates.iter();
            candidates.any(|candidate| candidate.target == target && candidate.confidence >= OFFERED_MIN)
        };
        let is_seen = |at: &usize| {
            let candidate = ranking.candidates.get(*at);
            candidate.is_some_and(|candidate| candidate.target == Target::Entry(seen))
        };
        let others: Vec<usize> = match verdict {
            Verdict::Answer { candidate, .. } if is_seen(candidate) => {
                alternatives_of(Some(ranking), seen).collect()
            }
            Verdict::Clarify { candidates } if candidates.iter().any(is_seen) => {
                let others = candidates
                    .iter()
                    .filter_map(|at| match ranking.candidates.get(*at)?.target {
                        Target::Entry(index) => Some(index),
                        Target::Human => None,
                    });
                others.filter(|index| *index != seen).collect()
            }
            _ => return None,
        };
        let others: Vec<usize> = others.into_iter().filter(is_likely).collect();
        if entry.handoff == Handoff::Always {
            return None;
        }
        if !context.last_word {
            return Some(self.wait_for_more(context, state));
        }
        let reason = Reason::DoubtedAnswer {
            entry: entry.id.clone(),
        };
        let offered_before = state.members.get(context.member)?.choices.is_some();
        let trouble = is_trouble_of_its_own(&context.said(), ranking, |text| {
            self.knowledge.matcher.reading(text)
        });
        if others.is_empty() || offered_before || trouble {
            // The answer is there and says nothing of it: that is no "I don't know".
            let why = if trouble {
                HandoffReason::Unknown
            } else {
                HandoffReason::AskedOn
            };
            return Some(self.hand_off(context, state, language, why, Some(ranking), reason));
        }
        self.helped(context, state);
        let offered = self.offer(context, state, language, &others, context.said());
        let text = self.in_language(language).beyond_that(&offered.titles);
        Some(self.offering(context, offered, text, reason))
    }
}
