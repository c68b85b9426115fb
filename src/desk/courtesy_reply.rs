//! Courtesies, small talk, and what else is said to the bot and wants nothing of it: a short word, at most once, and no human.

use super::decide_outside_tickets::is_certain;
use super::effects::Effects;
use super::member_state::COURTESY_COOLDOWN;
use super::reading::{self, Courtesy, Response};
use super::reason::Reason;
use super::{ChannelState, Desk, MessageContext};
use crate::dialogue_act::Act;
use crate::language::Language;
use crate::matcher::Ranking;
use crate::texts::Numbered;
use groupdesk_contract::ChannelKind;

/// Probability from which on a message to the bot is thanks, whatever else it names.
const THANKS_PROBABILITY_MIN: f32 = 0.6;
/// Probability of thanks that is enough where what stands beside them is read as trouble.
const SURELY_THANKS: f32 = 0.8;
/// What stands beside a courtesy and asks with less than this probability is part of it.
const ASKS_BESIDE: f32 = 0.35;

/// A message that is read as thanks before all else, and asks with less than this probability, is praise.
const ASKS_IN_PRAISE: f32 = 0.1;
/// The same: no entry fits it with more than this probability.
const FITS_IN_PRAISE: f32 = 0.3;

/// Topics that an introduction lists.
const TOPICS_MAX: usize = 20;

/// Topics up to which they are buttons too, where the platform has some.
const TOPIC_BUTTONS_MAX: usize = 8;

/// `true` if a message praises, as "that was quick, impressive".
fn praises(said: &str, ranking: &Ranking) -> bool {
    let reading = &ranking.reading;
    let fits = ranking.candidates.first().map_or(0.0, |best| best.confidence);
    reading.act() == Act::Thank
        && reading.asks() < ASKS_IN_PRAISE
        && fits < FITS_IN_PRAISE
        && !reading::tells_of_failure(said)
        && reading::requests_human_of_bot(said).is_none()
}

impl Desk<'_> {
    /// `true` if the burst is nothing but courtesy.
    pub(super) fn is_courtesy(&self, context: &MessageContext<'_>, ranking: &Ranking) -> bool {
        let said = context.said();
        if said.trim().is_empty() || context.parts().any(|part| part.picture) {
            return false;
        }
        let courtesy = reading::courtesy(&said);
        if courtesy == Some(Courtesy::Greeting) {
            // It may be the beginning of something.
            return false;
        }
        courtesy == Some(Courtesy::Thanks)
            || matches!(
                context.response(),
                Some(Response::Thanks | Response::Agreed | Response::Solved)
            )
            || (!is_certain(ranking)
                && (courtesy == Some(Courtesy::Parting)
                    || (ranking.reading.of(Act::Thank) > THANKS_PROBABILITY_MIN
                        && !reading::asks_about_topic(&said)
                        && !(self.waits(context) && self.tells_beside(&said)))
                    || (!self.waits(context) && (self.only_tells_beside(&said) || praises(&said, ranking)))))
    }

    /// `true` if a text begins with a courtesy, and what stands beside that only tells something: "太感谢了，记录出来了".
    fn only_tells_beside(&self, said: &str) -> bool {
        reading::beside_thanks(said).is_some_and(|beside| {
            let reading = self.knowledge.matcher.reading(&beside);
            let tells = matches!(reading.act(), Act::State | Act::Thank | Act::Refuse | Act::Report)
                && reading.asks() < ASKS_BESIDE;
            let thanks = || self.knowledge.matcher.reading(said).of(Act::Thank) > SURELY_THANKS;
            (tells || (reading.of(Act::Ask) + reading.of(Act::Request) < ASKS_BESIDE && thanks()))
                && !reading::asks_about_topic(&beside)
                && !reading::tells_of_failure(&beside)
                && !reading::persists_alone(&beside)
                && reading::requests_human_of_bot(&beside).is_none()
        })
    }

    /// `true` if the sender has a ticket with which staff are not done.
    pub(super) fn waits(&self, context: &MessageContext<'_>) -> bool {
        let channel_context = context.channel_context;
        let ticket = channel_context
            .tickets
            .of_member(channel_context.place, context.member);
        ticket.is_some_and(|ticket| ticket.status.is_active())
    }

    /// `true` if a clause of a text is no courtesy by itself: who waits for staff tells them what stands beside one.
    fn tells_beside(&self, said: &str) -> bool {
        let beside = reading::beside_thanks(said);
        let is_courtesy = |clause: &str| {
            reading::courtesy(clause).is_some()
                || matches!(
                    reading::response(clause),
                    Some(Response::Thanks | Response::Agreed | Response::Solved)
                )
                || (!clause.chars().any(|c| c.is_ascii_digit())
                    && self.knowledge.matcher.reading(clause).of(Act::Thank) > THANKS_PROBABILITY_MIN)
        };
        !reading::clauses(beside.as_deref().unwrap_or(said)).all(is_courtesy)
    }

    /// Replies to a courtesy once, and then to none for [`COURTESY_COOLDOWN`].
    pub(super) fn courteous(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        text: String,
    ) -> Effects {
        let member = state.member(context.member, context.now);
        member.burst = Vec::new();
        member.pending = None;
        let lately = member
            .courteous
            .is_some_and(|at| context.now.duration_since(at) < COURTESY_COOLDOWN);
        if lately {
            return Effects::quiet(Reason::Thanked);
        }
        member.courteous = Some(context.now);
        Effects::courtesy(Reason::Courtesy, self.reply(context, text))
    }

    /// Replies to a greeting: with the state of the member's ticket, where there is one, else with the offer to help.
    pub(super) fn greeted(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let greeting = reading::courtesy(&context.said()) == Some(Courtesy::Greeting);
        if !greeting || is_certain(ranking) {
            return None;
        }
        if self.waits(context) {
            state.member(context.member, context.now).burst = Vec::new();
            return Some(self.my_ticket(context, language));
        }
        Some(self.unknown(context, state, language, ranking, 0.0))
    }

    /// Replies to chat with the bot, or to questions about it. Neither the FAQ nor a human is asked for that.
    pub(super) fn small_talk(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let said = context.said();
        // Praise beside thanks is thanks.
        let thanks = context.response() == Some(Response::Thanks);
        let talk = reading::small_talk(&said).filter(|_| !thanks && !is_certain(ranking))?;
        if reading::clauses(&said).any(reading::tells_of_failure) {
            return None;
        }
        // What stands beside it is for staff.
        let is_talk =
            |clause: &str| reading::small_talk(clause).is_some() || reading::courtesy(clause).is_some();
        if self.waits(context) && !reading::clauses(&said).all(is_talk) {
            return None;
        }
        if talk == reading::SmallTalk::Chat {
            return Some(self.courteous(context, state, self.in_language(language).no_chat()));
        }
        Some(self.introduced(context, state, language))
    }

    /// Tells who the bot is, what it knows, to be picked from, and how a human is reached.
    pub(super) fn introduced(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
    ) -> Effects {
        let reason = if reading::asks_help(&context.said()) {
            Reason::AskedForHelp
        } else {
            Reason::CalledWithoutQuestion
        };
        let member = state.member(context.member, context.now);
        member.burst = Vec::new();
        member.pending = None;
        let faq = &self.knowledge.faq;
        let place = context.channel_context.place.to_string();
        let mut topics: Vec<usize> = (0..faq.entries().len())
            .filter(|index| faq.is_for(*index, &place, &context.channel_context.policy.tags))
            .collect();
        let more = topics.len().saturating_sub(TOPICS_MAX);
        topics.truncate(TOPICS_MAX);
        if topics.is_empty() {
            return Effects::informing(reason, self.reply(context, self.in_language(language).about_me()));
        }
        let (ids, titles) = self.ids_and_titles(language, &topics);
        // A group need not read the same list once for everybody who asks for it.
        let above = context.kind == ChannelKind::Group && state.lists(&ids, &titles, context.now);
        let mut offered = self.offer(context, state, language, &topics, context.said());
        if above {
            state.point_to_list();
            return self.offering(
                context,
                offered,
                self.in_language(language).topics_above(),
                reason,
            );
        }
        if topics.len() > TOPIC_BUTTONS_MAX {
            offered.buttons.clear();
        }
        let text = self
            .in_language(language)
            .about_me_and_topics(Numbered(&offered.titles), more);
        self.offering(context, offered, text, reason)
    }

    /// Replies to what is said to the bot and wants nothing of it: the words are passed on to others, somebody else deals with the
    /// matter, it is told of a human, the question comes later,
    /// or it is over. `None` where it wants something, or staff wait for its author's words.
    pub(super) fn said_aside(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let said = context.said();
        let aside = reading::passes_on(&said)
            || reading::offers_help(&said)
            || reading::tells_of_human(&said)
            || reading::asks_to_wait(&said)
            || reading::says_solved(&said);
        let troubled = || reading::clauses(&said).any(reading::tells_of_failure);
        (aside && !is_certain(ranking) && !self.waits(context) && !troubled())
            .then(|| self.courteous(context, state, self.in_language(language).all_right()))
    }
}
