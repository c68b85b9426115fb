//! Follow-up questions: who got an answer and asks on in a few words ("那微信呢", "多少钱") asks the bot, which nobody else in the group would
//! take as a question.

use super::answer_or_clarify::{Verdict, judge_called, needed_when_called};
use super::channel_state::ChannelState;
use super::decide_outside_tickets::is_certain;
use super::effects::Effects;
use super::handoff_reason::HandoffReason;
use super::reading;
use super::reason::Reason;
use super::{Desk, MessageContext};
use crate::faq::Unasked;
use crate::language::Language;
use crate::matcher::{Candidate, Ranking, Target};

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
        let given = self.knowledge.faq.index_of(&given.entry)?;
        let before = state.members.get(context.member)?.alternatives.as_ref();
        let said = context.said();
        if reading::asks_of_it(&said) {
            let candidate = self.answers_of_it(context, ranking, given, &before?.asked)?;
            return self.follow_with(context, state, language, ranking, candidate);
        }
        let topic = reading::follow_up(&said)?;
        let candidate = match judge_called(ranking) {
            Verdict::Answer { candidate, .. } => candidate,
            // "那洗澡呢" behind "寄养多少钱" asks for the price of that.
            Verdict::Clarify { candidates } => {
                let best = self.others_for(context, given, &before?.asked, &topic).next()?;
                let is_best = |at: &usize| {
                    let offered = ranking.candidates.get(*at);
                    offered.is_some_and(|offered| offered.target == best)
                };
                candidates.into_iter().find(is_best)?
            }
            Verdict::Human { .. } | Verdict::Unknown { .. } | Verdict::Quiet(_) => return None,
        };
        if ranking.candidates.get(candidate)?.target == Target::Entry(given) {
            return None;
        }
        self.follow_with(context, state, language, ranking, candidate)
    }

    /// Answers a follow-up question that calls nobody with a candidate, unless its entry is left to calls.
    fn follow_with(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
    ) -> Option<Effects> {
        let chosen = ranking.candidates.get(candidate)?;
        let Target::Entry(entry) = chosen.target else {
            return None;
        };
        if self.knowledge.faq.entries().get(entry)?.unasked == Unasked::Never {
            return None;
        }
        if let Some(waiting) = self.wait_for_human(context, state) {
            return Some(waiting);
        }
        let reason = follows_up(ranking, candidate)?;
        Some(self.answer_unless_failing(context, state, language, ranking, candidate, reason))
    }

    /// Returns what fits `asked` and `said` together, best first, but for the entry `given`.
    fn others_for(
        &self,
        context: &MessageContext<'_>,
        given: usize,
        asked: &str,
        said: &str,
    ) -> impl Iterator<Item = Target> {
        let joined = self.rank_plainly(context, &format!("{asked} {said}"));
        let targets = joined.candidates.into_iter().map(|candidate| candidate.target);
        targets.filter(move |target| *target != Target::Entry(given))
    }

    /// Finds the entry that answers "多少钱" or "is it free?" of what was `asked` before, to which `given` was the answer: the best other one
    /// for both together, where it fits the words alone, too.
    fn answers_of_it(
        &self,
        context: &MessageContext<'_>,
        ranking: &Ranking,
        given: usize,
        asked: &str,
    ) -> Option<usize> {
        let said = context.said();
        let mut others = self.others_for(context, given, asked, &said);
        let best = others.find(|target| *target != Target::Human)?;
        let fits = |alone: &Candidate| alone.target == best && alone.confidence >= PERHAPS;
        ranking.candidates.iter().position(fits)
    }

    /// Answers a follow-up question to the bot, or says that nothing does. `None` where it is none, and where it is answered like any other.
    pub(super) fn followed_up_by_call(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: &Verdict,
    ) -> Option<Effects> {
        let lately = state.answered_lately(context.member, context.now);
        let lately = lately.map(|given| &given.entry);
        let quoted = context.parts().find_map(|part| part.of_answer.as_ref());
        let given = quoted.or(lately)?.clone();
        let of_it = !is_certain(ranking) && reading::asks_of_it(&context.said());
        if of_it && let Some(candidate) = self.answer_of_it(context, state, ranking, lately) {
            let reason = follows_up(ranking, candidate)?;
            return Some(self.answer_unless_failing(context, state, language, ranking, candidate, reason));
        }
        self.followed_up_in_vain(context, state, language, ranking, verdict, (given, of_it))
    }

    /// Finds the candidate that answers what a member asks of the answer that they got `lately`.
    fn answer_of_it(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        ranking: &Ranking,
        lately: Option<&String>,
    ) -> Option<usize> {
        let given = self.knowledge.faq.index_of(lately?)?;
        let before = state.members.get(context.member)?.alternatives.as_ref()?;
        self.answers_of_it(context, ranking, given, &before.asked)
    }

    /// Handles a follow-up question to the bot that no other entry than `given` answers: what was just said is all that is written, and a
    /// human is offered, not sent for. `of_it` is `true` where it does not name what it asks of. `None` where something answers it.
    fn followed_up_in_vain(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: &Verdict,
        (given, of_it): (String, bool),
    ) -> Option<Effects> {
        let said = context.said();
        let asks_on = of_it || reading::misses_something(&said);
        if !(asks_on || reading::follow_up(&said).is_some()) || self.waits(context) {
            return None;
        }
        let seen = self.knowledge.faq.index_of(&given).map(Target::Entry);
        let confidence = |at: &usize| {
            let candidate = ranking.candidates.get(*at).filter(|one| Some(one.target) != seen);
            candidate.map_or(0.0, |one| one.confidence)
        };
        let in_vain = match verdict {
            // What answers it is about something else.
            Verdict::Answer { .. } | Verdict::Clarify { .. } if of_it => true,
            Verdict::Answer { candidate, .. } => {
                ranking.candidates.get(*candidate).map(|one| one.target) == seen
            }
            Verdict::Clarify { candidates } => candidates.iter().map(confidence).all(|one| one < PERHAPS),
            Verdict::Unknown { .. } => true,
            Verdict::Human { .. } | Verdict::Quiet(_) => false,
        };
        let told = state.members.get(context.member);
        let told = told.and_then(|member| member.alternatives.as_ref());
        let told = told.is_some_and(|told| told.unclear);
        if !in_vain || (told && !asks_on) {
            return None;
        }
        if !context.last_word {
            return Some(self.wait_for_more(context, state));
        }
        if told {
            let reason = Reason::DoubtedAnswer { entry: given };
            return Some(self.hand_off(
                context,
                state,
                language,
                HandoffReason::AskedOn,
                Some(ranking),
                reason,
            ));
        }
        Some(self.nothing_more(context, state, language, &given))
    }

    /// Says that all that is known stands in the answer of an entry, and offers a human.
    pub(super) fn nothing_more(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        entry: &str,
    ) -> Effects {
        let text = self.in_language(language).nothing_more();
        let effects = self.offer_human_beside(context, state, entry, text);
        let member = state.member(context.member, context.now);
        member.alternatives.get_or_insert_default().unclear = true;
        effects
    }
}

/// Returns the reason for an answer to a follow-up question with a candidate.
fn follows_up(ranking: &Ranking, candidate: usize) -> Option<Reason> {
    Some(Reason::FollowsUp {
        confidence: ranking.candidates.get(candidate)?.confidence,
        needed: needed_when_called(ranking),
    })
}
