//! Adds to a turn what its decision was made from, and what it tells of earlier answers.

use super::answer_or_clarify::needed_when_called;
use super::channel_state::ChannelState;
use super::command_ownership;
use super::decision::Decision;
use super::decision_record::{AnswerFate, AnswerOf, Considered, Learned};
use super::effects::{Effects, TicketChange};
use super::member_state::GivenAnswer;
use super::message_context::MessageContext;
use super::reading::{self, Response, readable};
use super::reason::Reason;
use super::{ChannelContext, Desk};
use crate::matcher::Ranking;
use groupdesk_contract::{Act as Doing, MemberId, Message, MessageId, Segment};
use jiff::Timestamp;

/// Candidates that are kept.
const BEST: usize = 3;

/// Text that is kept, in characters.
const KEPT_TEXT_CHARS: usize = 500;

/// Returns what staff who speak in a group tell of the answers to those whom they mention or quote.
pub(super) fn learned_of_staff(message: &Message, mentioned: &[MemberId]) -> Vec<Learned> {
    let quoted = message.quote().map(|quote| {
        if quote.of_bot == Some(true) {
            AnswerOf::Reply(quote.message.clone())
        } else {
            AnswerOf::Message(quote.message.clone())
        }
    });
    let mentioned = mentioned.iter().cloned().map(AnswerOf::Member);
    let answers = quoted.into_iter().chain(mentioned);
    let words = message.text();
    let words = words.trim();
    // An order is said to the bot.
    let words = (!words.is_empty() && !words.starts_with(['/', '／'])).then(|| cut(words));
    let learned = answers.map(|answer| Learned {
        answer,
        fate: AnswerFate::AnsweredByStaff,
        by: Some(message.sender.id.clone()),
        words: words.clone(),
    });
    learned.collect()
}

impl Desk<'_> {
    /// Adds to a turn what it was made from.
    pub(super) fn with_ranking(
        &self,
        mut effects: Effects,
        context: &MessageContext<'_>,
        ranking: &Ranking,
    ) -> Effects {
        let called = context.called();
        if !called && !ranking.question && effects.decided.decision == Decision::StayQuiet {
            return effects;
        }
        let confidence = |candidate: &crate::matcher::Candidate| {
            if called {
                candidate.confidence
            } else {
                candidate.unasked
            }
        };
        let best = ranking.candidates.iter().take(BEST);
        let needed = if called {
            needed_when_called(ranking)
        } else {
            ranking.thresholds.answer
        };
        effects.record.considered = Some(Box::new(Considered {
            message: context.last.message.clone(),
            at: context.last.at,
            earlier: context.earlier.iter().map(|part| part.message.clone()).collect(),
            called,
            question: ranking.question || effects.record.asked.is_some(),
            act: ranking.reading.act().word(),
            best: best
                .map(|candidate| (candidate.id.to_string(), confidence(candidate)))
                .collect(),
            needed: Some(effects.decided.reason.needed().unwrap_or(needed)),
            language: self.language(context),
            text: cut(effects.record.asked.as_deref().unwrap_or(&context.said())),
            said: context.transcript(),
        }));
        effects
    }

    /// Adds to a turn what a message tells of the answer that its sender quotes, or had got `before` it.
    pub(super) fn with_learned(
        &self,
        mut effects: Effects,
        channel_context: &ChannelContext<'_>,
        message: &Message,
        before: Option<GivenAnswer>,
    ) -> Effects {
        let quote = message.quote();
        let of_bot = quote.filter(|quote| quote.of_bot == Some(true));
        let reply = of_bot.map(|quote| AnswerOf::Reply(quote.message.clone()));
        let given = before.as_ref().and_then(|before| before.message.clone());
        let Some(answer) = reply.or(given.map(AnswerOf::Message)) else {
            return effects;
        };
        let taken_back = effects
            .outgoing
            .iter()
            .any(|outgoing| matches!(outgoing.reply.act, Doing::Unsend(_)));
        let elsewhere = (quote.is_some() && of_bot.is_none())
            || (!message.mentions_bot
                && message
                    .segments
                    .iter()
                    .any(|segment| matches!(segment, Segment::Mention(_))));
        let fate = match effects.decided.reason {
            _ if taken_back => Some(AnswerFate::Withdrawn),
            Reason::DidNotHelp | Reason::DoubtedAnswer { .. } => Some(AnswerFate::DidNotHelp),
            _ if opens_ticket(&effects) => Some(AnswerFate::HandedOver),
            _ if !elsewhere && effects.decided.decision.is_no_answer() && thanks(&message.text()) => {
                let ticket = channel_context
                    .tickets
                    .of_member(channel_context.place, &message.sender.id);
                let acted = ticket.and_then(|ticket| ticket.staff_acted);
                // After an answer of staff, it is they who are thanked.
                let for_us = acted.is_none_or(|acted| before.is_some_and(|before| before.at > acted));
                for_us.then_some(AnswerFate::Helped)
            }
            _ => None,
        };
        let learned = fate.map(|fate| Learned::of_member(answer, fate));
        effects.record.learned.extend(learned);
        effects
    }

    /// Adds to a turn that came later that the answer which its member had got `before` led to a ticket.
    pub(super) fn with_ticket_after(&self, mut effects: Effects, before: Option<GivenAnswer>) -> Effects {
        if opens_ticket(&effects)
            && let Some(message) = before.and_then(|before| before.message)
        {
            let answer = AnswerOf::Message(message);
            let fate = match effects.decided.reason {
                Reason::DidNotHelp | Reason::DoubtedAnswer { .. } => AnswerFate::DidNotHelp,
                _ => AnswerFate::HandedOver,
            };
            effects.record.learned.push(Learned::of_member(answer, fate));
        }
        effects
    }

    /// Adds to a turn that followed from something else than the FAQ what it was made from.
    pub(super) fn with_message(
        &self,
        mut effects: Effects,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        message: &Message,
    ) -> Effects {
        if effects.record.considered.is_some() {
            return effects;
        }
        let all = message.text();
        let said = readable(all.trim());
        let called = command_ownership::calls(message)
            || command_ownership::given(channel_context.policy, message, said).is_some();
        if !called && effects.decided.decision == Decision::StayQuiet {
            return effects;
        }
        let reading = self.knowledge.matcher.reading(said);
        effects.record.considered = Some(Box::new(Considered {
            message: message.id.clone(),
            at: now,
            earlier: Vec::new(),
            called,
            question: false,
            act: reading.act().word(),
            best: Vec::new(),
            needed: None,
            language: reading::language_for(said, &self.knowledge.faq),
            text: cut(said),
            said: all.trim().to_owned(),
        }));
        effects
    }
}

impl ChannelState {
    /// Returns the last answer that a member got, as long as it is remembered.
    pub(super) fn last_answer(&self, member: &MemberId) -> Option<GivenAnswer> {
        self.members.get(member)?.answered.clone()
    }

    /// Returns the messages whose decision waits: of a burst, the last one.
    pub fn waiting(&self) -> impl Iterator<Item = &MessageId> {
        let waiting = self.members.values().filter(|member| member.pending.is_some());
        waiting.filter_map(|member| member.burst.last().map(|part| &part.message))
    }
}

/// `true` if a member got a ticket, or joined one.
fn opens_ticket(effects: &Effects) -> bool {
    let gets = |step: &TicketChange| matches!(step, TicketChange::Open(_) | TicketChange::Watch { .. });
    effects.steps.iter().any(gets) && effects.decided.decision.entry().is_none()
}

/// `true` if a text says that an answer helped, and nothing else.
pub(super) fn thanks(text: &str) -> bool {
    let said = readable(text.trim());
    reading::helped(said) || matches!(reading::response(said), Some(Response::Thanks | Response::Solved))
}

fn cut(text: &str) -> String {
    text.chars().take(KEPT_TEXT_CHARS).collect()
}
