//! Decides on a message outside of tickets: the FAQ's answer, a question back, a human, or nothing.

mod remaining_question;

use super::answer_or_clarify::{NEEDED_WHEN_CALLED, Verdict, judge_called};
use super::effects::Effects;
use super::handoff_reason::HandoffReason;
use super::member_state::{Pending, PendingKind};
use super::policy::Listen;
use super::reading::{self, Complaint, Courtesy, Response, language_for, language_of};
use super::reason::Reason;
use super::trouble_of_its_own::{FITS_TROUBLE, is_trouble_of_its_own};
use super::{ChannelState, Desk, JudgeState, MessageContext};
use crate::dialogue_act::Act;
use crate::language::Language;
use crate::matcher::{Evidence, Ranking, Target};
use jiff::Timestamp;
use std::ops::ControlFlow::{Break, Continue};

/// Probability from which on a message passes on what others said.
pub(super) const REPORTED: f32 = 0.5;
/// Probability from which on a message is said to another member.
const TO_MEMBER: f32 = 0.5;
/// A message that asks with less than this probability only tells something.
const ONLY_TELLS: f32 = 0.12;
/// Probability of asking from which on what stands beside "no human" and is known is a question of its own.
const ASKS_BESIDE_REFUSAL: f32 = 0.3;

/// `true` if what stands beside "no human" is a question of its own, and not "没必要转人工，群里说一下就行".
fn asks_more(rest: &Ranking) -> bool {
    let wants = || matches!(rest.reading.act(), Act::Ask | Act::Trouble);
    match judge_called(rest) {
        Verdict::Answer { .. } => rest.question || rest.reading.asks() > ASKS_BESIDE_REFUSAL,
        Verdict::Unknown { .. } => rest.question && wants(),
        _ => rest.question,
    }
}

/// `true` if a member only tells the bot something: "我刚提了工单" asks for no address.
fn only_tells(said: &str, ranking: &Ranking) -> bool {
    let reading = &ranking.reading;
    !is_certain(ranking)
        && !reading::asks_what_if(said)
        && !reading::asks_by_form(said)
        && reading.asks() < ONLY_TELLS
        && reading.of(Act::State) > reading.of(Act::Exclaim)
        && !reading::is_fault(said)
}

/// `true` for words that want nothing of what they stand under: a laugh, thanks, a farewell.
fn is_remark(said: &str) -> bool {
    (reading::laughs(said) && reading::is_idle(said))
        || matches!(
            reading::courtesy(said),
            Some(Courtesy::Thanks | Courtesy::Parting)
        )
        || matches!(reading::response(said), Some(Response::Thanks | Response::Solved))
}

/// `true` if the message is word for word a question of the file, or fits one of its patterns.
pub(super) fn is_certain(ranking: &Ranking) -> bool {
    ranking
        .candidates
        .first()
        .is_some_and(|best| !matches!(best.evidence, Evidence::Nearest(_)))
}

impl Desk<'_> {
    /// Ranks the burst (the last message alone, and all of it as one) and acts on the verdict.
    pub(super) fn consider(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        expected: bool,
    ) -> Effects {
        let mut ranking = self.rank_beside_thanks(context);
        let effects = self.act_on(context, state, expected, &mut ranking);
        self.with_ranking(effects, context, &ranking)
    }

    fn act_on(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        expected: bool,
        ranking: &mut Ranking,
    ) -> Effects {
        let language = self.language(context);
        let said = context.said();
        if reading::declines_human(&said) {
            match reading::beside_declining(&said).map(|rest| self.rank_plainly(context, &rest)) {
                Some(rest) if asks_more(&rest) => *ranking = rest,
                _ => return self.declined(context, state, language),
            }
        }
        if self.is_courtesy(context, ranking) {
            // Thanks are thanks, whatever entry thinks them its question.
            ranking.candidates.clear();
        }
        if context.called() {
            self.leave_out_negated(context, &said, ranking);
        }
        self.knowledge.remove_doubtful_human(&said, ranking);
        let reported = ranking.reading.of(Act::Report) > REPORTED;
        let human = !reported && self.wants_human(context, state, &said, ranking);
        // "没用，客服电话多少" says of no channel that it fails.
        if !self.asks_behind_unhelpful(&said) {
            self.note_failing(context, state, &said);
            if let Some(effects) = self.answered_channel_fails(context, state, language, ranking) {
                return effects;
            }
        }
        if let Some(effects) = self.corrected(context, state, language, ranking) {
            return effects;
        }
        if context.called() {
            if reading::asks_help(&said) && (!self.waits(context) || said.starts_with('/')) {
                return self.introduced(context, state, language);
            }
            if let Some(effects) = self.greeted(context, state, language, ranking) {
                return effects;
            }
            if let Some(effects) = self.small_talk(context, state, language, ranking) {
                return effects;
            }
            if let Some(effects) = self.said_aside(context, state, language, ranking) {
                return effects;
            }
            if !human && let Some(effects) = self.other_than(context, state, language, ranking) {
                return effects;
            }
            let asks_too = said.contains(['?', '？']);
            if !human
                && !asks_too
                && let Some(effects) = self.complained(context, state, language, ranking)
            {
                return effects;
            }
            if !human && let Some(effects) = self.several(context, state, language, true, ranking) {
                return effects;
            }
            if !human
                && asks_too
                && let Some(effects) = self.complained(context, state, language, ranking)
            {
                return effects;
            }
            let verdict = if human {
                Verdict::Human { confidence: 1.0 }
            } else {
                judge_called(ranking)
            };
            if matches!(verdict, Verdict::Answer { .. }) && only_tells(&said, ranking) {
                if self.waits(context) {
                    let (why, reason) = (HandoffReason::Unknown, Reason::CalledAgainWithoutAnswer);
                    return self.hand_off(context, state, language, why, Some(ranking), reason);
                }
                return self.courteous(context, state, self.in_language(language).all_right());
            }
            if let Some(effects) = self.followed_up_by_call(context, state, language, ranking, &verdict) {
                return effects;
            }
            if let Some(effects) = self.asks_on(context, state, language, ranking, &verdict) {
                return effects;
            }
            return self.act_called(context, state, language, ranking, verdict);
        }
        let plain = reading::names_complaint(&said) && reading::complaint(&said) == Some(Complaint::Plain);
        if plain
            && context.channel_context.policy.listen != Listen::Mentions
            && !reported
            && ranking.reading.to_member < TO_MEMBER
            && let Some(effects) = self.complained(context, state, language, ranking)
        {
            return effects;
        }
        if let Some(effects) = self.narrowed_choice(context, state, language, ranking) {
            return effects;
        }
        if expected
            && let verdict @ (Verdict::Answer { .. } | Verdict::Human { .. } | Verdict::Clarify { .. }) =
                judge_called(ranking)
            && ranking.question
        {
            return match self.asks_on(context, state, language, ranking, &verdict) {
                Some(effects) => effects,
                None => self.act_called(context, state, language, ranking, verdict),
            };
        }
        if context.channel_context.policy.listen == Listen::Mentions {
            return Effects::quiet(Reason::OnlyWhenCalled);
        }
        if human && ranking.reading.to_member < TO_MEMBER {
            return self.asked_for_human(context, state, language, 1.0);
        }
        if !human && state.is_attended(context.member, context.now) {
            return Effects::quiet(Reason::AttendedByStaff);
        }
        // The judge agrees with one answer, not with several.
        let vetoed = self.judging.is_some_and(JudgeState::vetoes);
        if !human
            && !vetoed
            && let Some(effects) = self.several(context, state, language, false, ranking)
        {
            return effects;
        }
        self.act_unasked(context, state, language, ranking)
    }

    /// Hands a complaint to a human, unless the file has an entry about complaints that fits.
    fn complained(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        reading::complaint(&context.said())?;
        let fits = ranking
            .candidates
            .first()
            .is_some_and(|best| match &best.evidence {
                Evidence::Nearest(example) => {
                    reading::names_complaint(example)
                        && matches!(judge_called(ranking), Verdict::Answer { .. })
                }
                _ => true,
            });
        if fits {
            return None;
        }
        if !context.last_word {
            return Some(self.wait_for_more(context, state));
        }
        Some(self.hand_off(
            context,
            state,
            language,
            HandoffReason::Complaint,
            Some(ranking),
            Reason::Complains,
        ))
    }

    /// Returns the text that holds the question: usually the member's own; where the bot is called under somebody else's
    /// message with nothing but courtesy of one's own, the quoted text.
    pub(super) fn what_is_asked(
        &self,
        said: &str,
        quoted: Option<&str>,
        quotes_bot: bool,
        called: bool,
    ) -> String {
        match quoted {
            // A laugh or thanks under somebody's words asks nothing of what they say.
            _ if is_remark(said) => said.to_owned(),
            // "Can you help him" asks what they ask.
            Some(quoted) if called && !quotes_bot && reading::asks_help_for_other(said) => {
                quoted.trim().to_owned()
            }
            Some(quoted) if called && !quotes_bot && !quoted.trim().is_empty() => {
                let own = self.rank_text(said, |_| true);
                let has_own = own
                    .candidates
                    .first()
                    .is_some_and(|best| best.confidence >= NEEDED_WHEN_CALLED);
                if has_own {
                    said.to_owned()
                } else {
                    format!("{} {said}", quoted.trim()).trim().to_owned()
                }
            }
            _ => said.to_owned(),
        }
    }

    fn rank(&self, context: &MessageContext<'_>) -> Ranking {
        let allowed = self.allowed(context);
        if context.earlier.is_empty() {
            return self.rank_text(&context.last.text, &allowed);
        }
        let joined = self.rank_text(&context.said(), &allowed);
        let alone = self.rank_text(&context.last.text, &allowed);
        let confidence = |ranking: &Ranking| ranking.candidates.first().map_or(0.0, |best| best.confidence);
        if confidence(&joined) > confidence(&alone) {
            joined
        } else {
            alone
        }
    }

    /// Returns the test for entries that are open to the channel of a case.
    fn allowed<'c>(&'c self, context: &'c MessageContext<'_>) -> impl Fn(usize) -> bool + 'c {
        let place = context.channel_context.place.to_string();
        move |entry| {
            self.knowledge
                .faq
                .is_for(entry, &place, &context.channel_context.policy.tags)
        }
    }

    /// `true` if the sender waits for staff and says what no entry surely answers: staff read it, instead of an offer that nobody asked
    /// for.
    fn is_for_staff(&self, context: &MessageContext<'_>, ranking: &Ranking, verdict: &Verdict) -> bool {
        let goes_on = || {
            reading::still_fails(&context.said())
                || (ranking.reading.of(Act::Trouble) > ranking.reading.of(Act::Ask)
                    && self.is_likened_to_no_trouble(ranking))
        };
        let channel_context = context.channel_context;
        let ticket = channel_context
            .tickets
            .asked_by(channel_context.place, context.member);
        ticket.is_some_and(|ticket| ticket.status.is_active())
            && match verdict {
                Verdict::Clarify { .. } => true,
                Verdict::Answer { .. } => !is_certain(ranking) && (!ranking.question || goes_on()),
                Verdict::Human { .. } | Verdict::Unknown { .. } | Verdict::Quiet(_) => false,
            }
    }

    pub(super) fn act_called(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: Verdict,
    ) -> Effects {
        if !only_tells(&context.said(), ranking) {
            match self.counsel_on_call(context, state, ranking, &verdict) {
                Continue(Some((ranking, reason))) => {
                    return self.answer_unless_failing(context, state, language, &ranking, 0, reason);
                }
                Continue(None) => {}
                Break(waiting) => return waiting,
            }
        }
        if self.is_for_staff(context, ranking, &verdict) {
            let reason = Reason::CalledAgainWithoutAnswer;
            return self.hand_off(
                context,
                state,
                language,
                HandoffReason::Unknown,
                Some(ranking),
                reason,
            );
        }
        match verdict {
            Verdict::Answer { .. }
                if self.only_shares_words(&context.said(), ranking)
                    && !self.reports_failing(context, state, &context.said()) =>
            {
                if !context.last_word {
                    return self.wait_for_more(context, state);
                }
                let confidence = ranking.candidates.first().map_or(0.0, |best| best.confidence);
                self.channel_fails(context, state, language, ranking, 0)
                    .unwrap_or_else(|| self.unknown(context, state, language, ranking, confidence))
            }
            Verdict::Answer { candidate, reason } => {
                self.answer_unless_failing(context, state, language, ranking, candidate, reason)
            }
            Verdict::Human { confidence } => self.asked_for_human(context, state, language, confidence),
            _ if !context.last_word => self.wait_for_more(context, state),
            Verdict::Clarify { .. }
                if is_trouble_of_its_own(&context.said(), ranking, |text| {
                    self.knowledge.matcher.reading(text)
                }) =>
            {
                let confidence = ranking.candidates.first().map_or(0.0, |best| best.confidence);
                let named = confidence >= FITS_TROUBLE;
                named
                    .then(|| self.channel_fails(context, state, language, ranking, 0))
                    .flatten()
                    .or_else(|| self.others_than_failing(context, state, language, ranking))
                    .unwrap_or_else(|| self.unknown(context, state, language, ranking, confidence))
            }
            Verdict::Clarify { candidates } => {
                let leads_on = |at: &usize| match ranking.candidates.get(*at).map(|best| best.target) {
                    Some(Target::Entry(entry)) => !self.sends_to_failing(context, state, entry),
                    Some(Target::Human) | None => true,
                };
                let reports = self.reports_failing(context, state, &context.said());
                let candidates: Vec<usize> = candidates.into_iter().filter(leads_on).collect();
                if candidates.is_empty() || reports {
                    let confidence = ranking.candidates.first().map_or(0.0, |best| best.confidence);
                    return self
                        .others_than_failing(context, state, language, ranking)
                        .unwrap_or_else(|| self.unknown(context, state, language, ranking, confidence));
                }
                self.clarify(context, state, language, ranking, &candidates)
            }
            Verdict::Unknown { confidence } => self.unknown(context, state, language, ranking, confidence),
            Verdict::Quiet(reason) => Effects::quiet(reason),
        }
    }

    fn act_unasked(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Effects {
        let verdict = self.knowledge.judge_unasked(ranking);
        match self.counsel_unasked(context, state, ranking, &verdict) {
            Continue(Some((ranking, reason))) => {
                if let Some(waiting) = self.wait_for_human(context, state) {
                    return waiting;
                }
                return self.answer_unless_failing(context, state, language, &ranking, 0, reason);
            }
            Continue(None) => {}
            Break(quiet) => return quiet,
        }
        match verdict {
            Verdict::Human { confidence } => self.asked_for_human(context, state, language, confidence),
            Verdict::Answer { .. }
                if state.speaks_to_who_was_called(context)
                    || (!is_certain(ranking) && self.is_of_talk(context, state))
                    || self.replies_to_member(context, state, ranking) =>
            {
                Effects::quiet(Reason::ToSomebodyElse)
            }
            Verdict::Answer { candidate, reason } => {
                if let Some(waiting) = self.wait_for_human(context, state) {
                    return waiting;
                }
                self.answer_unless_failing(context, state, language, ranking, candidate, reason)
            }
            Verdict::Quiet(reason) => match self.followed_up(context, state, language, ranking) {
                Some(effects) => effects,
                None if reading::asks_for_staff(&context.said())
                    && ranking.reading.to_member < TO_MEMBER
                    && !self.is_of_talk(context, state) =>
                {
                    self.asked_for_human(context, state, language, 1.0)
                }
                None => Effects::quiet(reason),
            },
            Verdict::Clarify { .. } | Verdict::Unknown { .. } => Effects::quiet(Reason::NotAQuestion),
        }
    }

    /// Answers with a candidate, unless the answer would send the member to a channel of which they say that it fails.
    pub(super) fn answer_unless_failing(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
        reason: Reason,
    ) -> Effects {
        self.channel_fails(context, state, language, ranking, candidate)
            .unwrap_or_else(|| self.answer(context, state, language, ranking, candidate, reason))
    }

    /// Lets staff or the asker speak first before an answer that nobody called for, where the settings say so.
    pub(super) fn wait_for_human(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
    ) -> Option<Effects> {
        let wait = context.channel_context.policy.wait_for_human;
        if !wait.is_positive() || context.last_word {
            return None;
        }
        let due = context.last.at.saturating_add(wait).unwrap_or(Timestamp::MAX);
        if due <= context.now {
            return None;
        }
        state.member(context.member, context.now).pending = Some(Pending {
            due,
            kind: PendingKind::Answer,
        });
        Some(Effects::quiet(Reason::Waiting { until: due }))
    }

    /// Brings in the human that the member asks for; `confidence` is the probability of that, 0 to 1.
    fn asked_for_human(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        confidence: f32,
    ) -> Effects {
        let reason = Reason::AskedForHuman { confidence };
        self.hand_off(context, state, language, HandoffReason::Asked, None, reason)
    }

    /// Waits for the member to go on typing before the bot says that it has no answer.
    pub(super) fn wait_for_more(&self, context: &MessageContext<'_>, state: &mut ChannelState) -> Effects {
        let due = context
            .last
            .at
            .saturating_add(context.channel_context.policy.burst)
            .unwrap_or(Timestamp::MAX);
        state.member(context.member, context.now).pending = Some(Pending {
            due,
            kind: PendingKind::Call,
        });
        Effects::quiet(Reason::Waiting { until: due })
    }

    /// Language of the last message's own text; of the burst where that shows none.
    pub(super) fn language(&self, context: &MessageContext<'_>) -> Language {
        if let Some(language) = self.speaking {
            return language;
        }
        let desk = self.knowledge.faq.language();
        // Latin letters are English only where the desk's own language is not written in them.
        let is_told = |own: &Language| *own != Language::ENGLISH || !desk.is_latin();
        context.own_language.filter(is_told).unwrap_or_else(|| {
            language_of(
                &context.last.text,
                language_for(&context.said(), &self.knowledge.faq),
            )
        })
    }

    /// Ends what the bot has offered to a member, or asked of them, who takes back what they asked.
    pub(super) fn taken_back(&self, context: &MessageContext<'_>, state: &mut ChannelState) -> Effects {
        let language = self.language(context);
        let member = state.member(context.member, context.now);
        let was_open = member.choices.is_some() || member.expected.is_some() || member.unhelped > 0;
        self.helped(context, state);
        let text = self.in_language(language).all_right();
        if was_open {
            return Effects::courtesy(Reason::TookBack, self.reply(context, text));
        }
        self.courteous(context, state, text)
    }

    /// Acknowledges that the member wants no human.
    fn declined(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
    ) -> Effects {
        if context.called() {
            self.courteous(context, state, self.in_language(language).no_human())
        } else {
            Effects::quiet(Reason::DeclinedHuman)
        }
    }

    /// Ranks a text that is not the message's own, lexically: it has no vector.
    pub(super) fn rank_plainly(&self, context: &MessageContext<'_>, words: &str) -> Ranking {
        let ranking = self.knowledge.matcher.rank_where(words, self.allowed(context));
        self.with_tuning(ranking)
    }
}
