//! Gives an entry's answer, points to it, or asks which entry was meant.

use super::answer_or_clarify::is_of_others;
use super::decide_outside_tickets::is_certain;
use super::decision::{Decided, Decision};
use super::effects::{Effects, Outgoing};
use super::handoff_reason::HandoffReason;
use super::member_state::{GivenAnswer, Invited};
use super::reading::{self, Courtesy, Response};
use super::reason::Reason;
use super::{ChannelState, Desk, MessageContext};
use crate::dialogue_act::Act as Doing;
use crate::faq::{Handoff, RenderContext, digest_of};
use crate::language::Language;
use crate::matcher::{Ranking, Target};
use crate::texts::{Numbered, Texts};
use crate::ticket::stands_alone;
use groupdesk_contract::{Button, ChannelKind, Reply, Segment};
use jiff::{SignedDuration, Timestamp};

/// Probability of asking or telling of trouble from which on a message to the bot wants something of it.
pub(super) const WANTS: f32 = 0.2;

/// Probability of asking that is enough where something else is more likely.
const ASKS_CLEARLY: f32 = 0.5;

/// Probability of telling of trouble from which on it may be that.
const TROUBLE_PROBABILITY_MIN: f32 = 0.2;

/// Longest call for members who know more that has no question in it, in characters: "有没有高手在".
const CALL_OF_PEER: usize = 8;

/// Time for which a member who did not call the bot is pointed to the same answer only once.
const POINT_AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// Lowest confidence of an entry that is offered to a member who says that the best one is wrong.
const WORTH_A_SECOND_LOOK: f32 = 0.01;

impl Desk<'_> {
    pub(super) fn answer(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
        reason: Reason,
    ) -> Effects {
        match ranking
            .candidates
            .get(candidate)
            .map(|candidate| candidate.target)
        {
            Some(Target::Entry(index)) => self.give(context, state, language, index, reason, Some(ranking)),
            // Judges name only candidates that are there, and `@human` has verdicts of its own.
            Some(Target::Human) | None => Effects::quiet(reason),
        }
    }

    /// Gives the answer of an entry, or points to it where it stands in the group already.
    pub(super) fn give(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        index: usize,
        reason: Reason,
        ranking: Option<&Ranking>,
    ) -> Effects {
        let Some(entry) = self.knowledge.faq.entries().get(index) else {
            return Effects::quiet(reason);
        };
        let title = entry.title(language);
        let decision = Decision::Answer {
            entry: entry.id.clone(),
        };
        if let Some(effects) = self.known_to_fail(context, state, language, index, ranking) {
            return effects;
        }
        // Whoever picks it, or asks in the file's own words, wants it after all.
        let insists = matches!(reason, Reason::Picked { .. }) || ranking.is_some_and(is_certain);
        if !insists && self.waits(context) && state.explains_why_not(context, &entry.id) {
            let entry = entry.id.clone();
            let (why, reason) = (HandoffReason::Unknown, Reason::DoubtedAnswer { entry });
            return self.hand_off(context, state, language, why, ranking, reason);
        }
        let rendered = self.knowledge.faq.render(
            index,
            &RenderContext {
                now: context.now,
                language,
            },
        );
        if rendered.text.trim().is_empty() {
            // A template that says nothing at this moment is no answer.
            return match context.called() {
                true => self.hand_off(context, state, language, HandoffReason::Unknown, ranking, reason),
                false => Effects::quiet(reason),
            };
        }
        let listing = self.listing_but_failing(context, state, &rendered.text);
        if listing.as_ref().is_some_and(String::is_empty) {
            return self.nothing_left(context, state, language, ranking);
        }
        let beside = self.beside_failing(
            context,
            state,
            language,
            listing.as_ref().unwrap_or(&rendered.text),
        );
        self.helped(context, state);
        // What stands above in another language is no answer to who does not read it.
        let said = digest_of(&rendered.text);
        let same = |given: &GivenAnswer| given.entry == entry.id && [0, said].contains(&given.said);
        let given = state.answers.iter_mut().find(|given| same(given));
        // Nobody is pointed above in a private chat: there is nothing to compare with.
        let digest = if context.kind == ChannelKind::Group {
            self.knowledge.faq.digest(index, context.now)
        } else {
            0
        };
        // Closed by now, or changed in the file: what stands above is no longer the answer.
        let given = given.filter(|given| given.digest == 0 || given.digest == digest);
        let is_same = context.kind == ChannelKind::Group && listing.is_none() && beside.is_none();
        if let Some(given) = given.filter(|_| is_same) {
            if entry.handoff == Handoff::Always {
                // The words stand above; the member's human is still to come.
                self.note_answer(context, state, index, &entry.id, ranking);
                let reason = Reason::EntryHandsOver;
                return self.hand_off(context, state, language, HandoffReason::Entry, ranking, reason);
            }
            let recently = given
                .pointed
                .is_some_and(|at| context.now.duration_since(at) < POINT_AGAIN);
            if !context.called() && recently {
                return Effects::quiet(Reason::PointedBefore);
            }
            given.pointed = Some(context.now);
            let at = given.at;
            let before = state.member(context.member, context.now).answered.take();
            let said_to_them =
                before.is_some_and(|before| before.entry == entry.id && before.pointed.is_none());
            self.note_answer(context, state, index, &entry.id, ranking);
            if let Some(answered) = &mut state.member(context.member, context.now).answered
                && !said_to_them
            {
                // It was said to somebody else, whose word it takes to take it back.
                answered.pointed = Some(context.now);
            }
            let minutes = context.now.duration_since(at).as_mins();
            let text = self.in_language(language).answered_above(&title, minutes);
            let decided = Decided {
                decision,
                reason: Reason::AnsweredBefore { at },
            };
            return Effects {
                outgoing: vec![self.reply(context, text)],
                ..Effects::of(decided)
            };
        }
        // A list that leaves something out is its reader's own.
        if listing.is_none() {
            state.answers.retain(|given| !same(given));
            state.answers.push(GivenAnswer {
                entry: entry.id.clone(),
                message: Some(context.last.message.clone()),
                at: context.now,
                digest,
                said,
                pointed: None,
            });
        }
        let mut text = listing.unwrap_or(rendered.text);
        let mut line = |more: String| {
            text.push('\n');
            text.push_str(&more);
        };
        if let Some(others) = beside {
            line(others);
        }
        for link in &rendered.links {
            line(self.in_language(language).link(link.title.as_deref(), &link.url));
        }
        if !rendered.see_also.is_empty() {
            line(self.in_language(language).see_also(&rendered.see_also));
        }
        if entry.handoff == Handoff::Offer {
            line(self.in_language(language).human_on_offer());
            // The offer is taken up by a plain "转人工", without another mention.
            self.expect_more(context, state);
        }
        state.answered(context.member, entry.title(language));
        self.note_answer(context, state, index, &entry.id, ranking);
        let mut outgoing = self.reply(context, text);
        for url in rendered.pictures {
            outgoing.reply.segments.push(Segment::Image { url: Some(url) });
        }
        if entry.handoff == Handoff::Always {
            let mut effects = self.hand_off(
                context,
                state,
                language,
                HandoffReason::Entry,
                ranking,
                Reason::EntryHandsOver,
            );
            effects.outgoing.insert(0, outgoing);
            effects.decided.decision.answer_too(&entry.id);
            return effects;
        }
        let outgoing = self.pressable(context, outgoing, || self.in_language(language).answer_buttons());
        Effects {
            outgoing: vec![outgoing],
            ..Effects::of(Decided { decision, reason })
        }
    }

    /// Records the answer that a member gets: the next message may be about it.
    fn note_answer(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        index: usize,
        entry: &str,
        ranking: Option<&Ranking>,
    ) {
        state.member(context.member, context.now).answered = Some(GivenAnswer {
            entry: entry.to_owned(),
            message: Some(context.last.message.clone()),
            at: context.now,
            digest: 0,
            said: 0,
            pointed: None,
        });
        self.remember_alternatives(context, state, index, ranking);
    }

    /// Offers the candidates by number.
    pub(super) fn clarify(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidates: &[usize],
    ) -> Effects {
        let said = context.said();
        let member = state.member(context.member, context.now);
        if member
            .choices
            .as_ref()
            .is_some_and(|choices| choices.asked == said)
        {
            // They were offered these already, and ask the same again.
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
        let entries: Vec<usize> = candidates
            .iter()
            .filter_map(|at| match ranking.candidates.get(*at)?.target {
                Target::Entry(index) => Some(index),
                Target::Human => None,
            })
            .collect();
        self.helped(context, state);
        let offered = self.offer(context, state, language, &entries, said);
        let text = self.in_language(language).did_you_mean(Numbered(&offered.titles));
        let reason = if is_of_others(ranking) {
            Reason::OfOthers
        } else {
            Reason::SeveralFit
        };
        self.offering(context, offered, text, reason)
    }

    /// Asks for the question, or hands over: the bot was called and no entry fits.
    pub(super) fn unknown(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        confidence: f32,
    ) -> Effects {
        let said = context.said();
        let group = context.kind == ChannelKind::Group;
        if self.is_courtesy(context, ranking) {
            let agreed = matches!(context.response(), Some(Response::Agreed | Response::Solved))
                || reading::courtesy(&said) == Some(Courtesy::Parting);
            let text = if agreed { Texts::all_right } else { Texts::welcome };
            return self.courteous(context, state, text(*self.in_language(language)));
        }
        if reading::courtesy(&said) == Some(Courtesy::Greeting) {
            return self.ask_for_words(
                context,
                state,
                self.in_language(language).at_your_service(group),
                Invited::Question,
            );
        }
        if !said.chars().any(char::is_alphanumeric) {
            let text = if context.parts().any(|part| part.picture) {
                self.in_language(language).cannot_read_pictures()
            } else {
                self.in_language(language).at_your_service(group)
            };
            return self.ask_for_words(context, state, text, Invited::Question);
        }
        if reading::settled(&said) {
            return self.courteous(context, state, self.in_language(language).all_right());
        }
        let again = state.member(context.member, context.now).unhelped > 0;
        let has_ticket = context
            .channel_context
            .tickets
            .of_member(context.channel_context.place, context.member)
            .is_some();
        // Whoever calls the bot and tells of something wants help with it.
        let fails = reading::tells_of_failure(&said) || self.reports_failing(context, state, &said);
        let reading = &ranking.reading;
        let wants = ranking.question || reading.asks() > WANTS || fails;
        if !has_ticket
            && !fails
            && let Some(effects) = self.wants_nothing(context, state, language, ranking)
        {
            return effects;
        }
        if !wants && !again && !has_ticket {
            state.member(context.member, context.now).unhelped = 1;
            return self.ask_for_words(
                context,
                state,
                self.in_language(language).please_rephrase(),
                Invited::Rephrased,
            );
        }
        let reason = if again {
            Reason::CalledAgainWithoutAnswer
        } else {
            Reason::CalledButUnknown { confidence }
        };
        self.hand_off(
            context,
            state,
            language,
            HandoffReason::Unknown,
            Some(ranking),
            reason,
        )
    }

    /// Replies to what no entry fits and no human is needed for: other members are asked, it is about a matter of leisure, it only
    /// tells something, or it stands under the bot's words without a matter of its own. `None` where it wants something.
    fn wants_nothing(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let said = context.said();
        let reading = &ranking.reading;
        let troubled =
            reading.act() == Doing::Trouble || reading::response(&said) == Some(Response::Persists);
        if troubled {
            return None;
        }
        let by_quote = context.parts().all(|part| !part.called || part.by_quote);
        let asks_on = presses(&said);
        if by_quote
            && !asks_on
            && !reading::persists_alone(&said)
            && !reading::misses_something(&said)
            && !reading::cannot_reach(&said)
            && (!stands_alone(&said) || said.ends_with('吧'))
        {
            state.member(context.member, context.now).burst = Vec::new();
            return Some(Effects::quiet(Reason::NotAQuestion));
        }
        let no_more = said.chars().count() <= CALL_OF_PEER || reading.of(Doing::Ask) < ASKS_CLEARLY;
        if reading::calls_peer(&said) && no_more {
            return Some(self.courteous(context, state, self.in_language(language).others_may_help()));
        }
        // "能刻字吗，周末看电影用" asks for something else.
        let asks_beside = |clause: &str| {
            let reading = self.knowledge.matcher.reading(clause);
            !reading::talks_idly(clause) && reading.of(Doing::Ask) + reading.of(Doing::Request) > ASKS_CLEARLY
        };
        if reading::talks_idly(&said) && !reading::clauses(&said).any(asks_beside) {
            return Some(self.courteous(context, state, self.in_language(language).no_chat()));
        }
        let wants = [Doing::Ask, Doing::Request, Doing::Trouble].contains(&reading.act());
        let asks = ranking.question || wants || reading.asks() > ASKS_CLEARLY;
        let only_tells = !asks
            && reading.asks() > WANTS
            && reading.of(Doing::Trouble) < TROUBLE_PROBABILITY_MIN
            && !reading::denies(&said);
        (only_tells && state.member(context.member, context.now).unhelped == 0).then(|| {
            state.member(context.member, context.now).unhelped = 1;
            self.ask_for_words(
                context,
                state,
                self.in_language(language).please_rephrase(),
                Invited::Rephrased,
            )
        })
    }

    /// Asks the member for words, which then need no call.
    fn ask_for_words(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        text: String,
        invited: Invited,
    ) -> Effects {
        self.expect_more(context, state);
        let member = state.member(context.member, context.now);
        member.burst = Vec::new();
        member.invited = Some(invited);
        Effects::asking_back(Reason::CalledWithoutQuestion, self.reply(context, text))
    }

    /// Makes a reply to the case's last message.
    pub(super) fn reply(&self, context: &MessageContext<'_>, text: String) -> Outgoing {
        Outgoing {
            place: context.channel_context.place.clone(),
            reply: Reply::of_text(context.channel_context.place.channel.clone(), context.kind, text)
                .with_quote(Some(context.last.message.clone())),
            caller: None,
            about: None,
        }
    }

    /// Makes the same reply with buttons, where the platform has them.
    pub(super) fn pressable(
        &self,
        context: &MessageContext<'_>,
        mut outgoing: Outgoing,
        buttons: impl FnOnce() -> Vec<Button>,
    ) -> Outgoing {
        if context.channel_context.buttons {
            outgoing.reply.buttons = buttons();
        }
        outgoing
    }

    /// Lets the member's next message count as addressed to the bot without a call.
    pub(super) fn expect_more(&self, context: &MessageContext<'_>, state: &mut ChannelState) {
        let until = context
            .now
            .saturating_add(context.channel_context.policy.clarify_for)
            .unwrap_or(Timestamp::MAX);
        state.member(context.member, context.now).expected = Some(until);
    }

    /// Ends the burst: it is answered, and nothing of it is pending.
    pub(super) fn helped(&self, context: &MessageContext<'_>, state: &mut ChannelState) {
        let member = state.member(context.member, context.now);
        member.burst = Vec::new();
        member.pending = None;
        member.choices = None;
        member.expected = None;
        member.invited = None;
        member.unhelped = 0;
    }
}

/// Entries of a ranking after the answered one, best first.
pub(super) fn alternatives_of(ranking: Option<&Ranking>, answered: usize) -> impl Iterator<Item = usize> {
    let candidates = ranking.into_iter().flat_map(|ranking| &ranking.candidates);
    let entries = candidates
        .filter(|candidate| candidate.confidence >= WORTH_A_SECOND_LOOK)
        .filter_map(move |candidate| match candidate.target {
            Target::Entry(index) => Some(index).filter(|index| *index != answered),
            Target::Human => None,
        });
    entries.take(3)
}

/// `true` if a few words under an answer ask on by their form: 怎么加急, 为什么这么慢, 能快点吗.
fn presses(said: &str) -> bool {
    let said = said.trim().trim_end_matches(['?', '？', '。', '!', '！']);
    let asks = ["怎么", "怎樣", "怎样", "为什么", "為什麼", "为啥", "多久"]
        .iter()
        .any(|word| said.contains(word));
    let requests =
        ["能", "可以"].iter().any(|word| said.starts_with(word)) && said.ends_with(['吗', '嗎', '不', '么']);
    let forbids = ["别", "別", "刷屏"].iter().any(|word| said.contains(word));
    (asks || requests) && !forbids
}
