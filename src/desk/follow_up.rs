//! Follow-up questions: who got an answer and asks on in a few words ("那微信呢") asks the bot, which nobody else in the group would take
//! as a question.

use super::conversation::ChannelState;
use super::effects::Effects;
use super::judge::{Verdict, judge_called, needed_when_called};
use super::reading;
use super::reason::Reason;
use super::{Desk, MessageContext};
use crate::faq::Unasked;
use crate::language::Language;
use crate::matcher::{Ranking, Target};

/// Confidence from which on another entry may be what a follow-up question means.
const PERHAPS: f32 = 0.3;

impl Desk<'_> {
    /// Answers a follow-up question that calls nobody, where another entry than the one just given surely answers it. `None` where the
    /// message is none, or no entry does: it may be meant for the others after all.
    pub(super) fn followed_up(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let given = state.answered_just_before(context.member, context.now)?;
        let topic = reading::follow_up(&context.said())?;
        let given = self.knowledge.faq.index_of(&given.entry)?;
        let before = state.members.get(context.member)?.alternatives.as_ref();
        let candidate = match judge_called(ranking) {
            Verdict::Answer { candidate, .. } => candidate,
            // "那洗澡呢" behind "寄养多少钱" asks for the price of that.
            Verdict::Clarify { candidates } => {
                let joined = self.rank_plainly(context, &format!("{} {topic}", before?.asked));
                let mut others = joined.candidates.iter();
                let best = others.find(|other| other.target != Target::Entry(given))?;
                let is_best = |at: &usize| {
                    let offered = ranking.candidates.get(*at);
                    offered.is_some_and(|offered| offered.target == best.target)
                };
                candidates.into_iter().find(is_best)?
            }
            Verdict::Human { .. } | Verdict::Unknown { .. } | Verdict::Quiet(_) => return None,
        };
        let chosen = ranking.candidates.get(candidate)?;
        let Target::Entry(entry) = chosen.target else {
            return None;
        };
        let closed = self.knowledge.faq.entries().get(entry)?.unasked == Unasked::Never;
        if entry == given || closed {
            return None;
        }
        let reason = Reason::FollowsUp {
            confidence: chosen.confidence,
            needed: needed_when_called(ranking),
        };
        if let Some(waiting) = self.wait_for_human(context, state) {
            return Some(waiting);
        }
        Some(self.answer_unless_failing(context, state, language, ranking, candidate, reason))
    }

    /// Handles a follow-up question to the bot that no other entry answers: what was just said is all that is written, and a human is
    /// offered, not sent for. `None` where something answers it, or they were told so before.
    pub(super) fn followed_up_in_vain(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> Option<Effects> {
        let given = state.answered_lately(context.member, context.now)?.entry.clone();
        reading::follow_up(&context.said())?;
        if self.waits(context) {
            return None;
        }
        let seen = self.knowledge.faq.index_of(&given).map(Target::Entry);
        let confidence = |at: &usize| {
            let candidate = ranking.candidates.get(*at).filter(|one| Some(one.target) != seen);
            candidate.map_or(0.0, |one| one.confidence)
        };
        let in_vain = match verdict {
            Verdict::Answer { candidate, .. } => {
                ranking.candidates.get(*candidate).map(|one| one.target) == seen
            }
            Verdict::Clarify { candidates } => candidates.iter().map(confidence).all(|one| one < PERHAPS),
            Verdict::Unknown { .. } => true,
            Verdict::Human { .. } | Verdict::Quiet(_) => false,
        };
        let told = state.members.get(context.member)?.alternatives.as_ref();
        if !in_vain || told.is_some_and(|told| told.unclear) {
            return None;
        }
        if !context.last_word {
            return Some(self.hold(context, state));
        }
        let text = self.in_language(language).explained_by_human();
        let effects = self.offer_human_beside(context, state, &given, text);
        let member = state.member(context.member, context.now);
        member.alternatives.get_or_insert_default().unclear = true;
        Some(effects)
    }
}
