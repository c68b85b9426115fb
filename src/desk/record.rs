//! What is kept of a decision beside the decision itself: what it was made from, and what it tells of earlier answers.

use super::commands;
use super::conversation::{ChannelState, GivenAnswer};
use super::decision::Decision;
use super::effects::{Effects, TicketChange};
use super::judge::needed_when_called;
use super::message_context::MessageContext;
use super::reading::{self, Response, readable};
use super::reason::Reason;
use super::{ChannelContext, Desk};
use crate::language::Language;
use crate::matcher::Ranking;
use groupdesk_contract::{Act as Doing, MemberId, Message, MessageId, Segment};
use jiff::Timestamp;

/// Candidates that are kept.
const BEST: usize = 3;

/// Text that is kept, in characters.
const TEXT: usize = 500;

/// What is kept of a decision beside the decision itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// What was considered. `None` for events that are no message of a member, and for messages that neither called the
    /// bot nor read as a question nor got a reply.
    pub considered: Option<Box<Considered>>,
    /// What became of earlier answers.
    pub learned: Vec<Learned>,
    /// `true` if the decision was not carried out.
    pub shadow: bool,
    /// Question in the message, where it says more: what stands behind "that did not help".
    pub asked: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// The answer.
    pub answer: AnswerOf,
    /// What became of it.
    pub fate: AnswerFate,
    /// Staff member who told it; `None` where the member did.
    pub by: Option<MemberId>,
    /// Words of the staff member to the asker; `None` where they say nothing to them.
    pub words: Option<String>,
}

/// An answer by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerOf {
    /// That to this message of a member.
    Message(MessageId),
    /// This message of the bot.
    Reply(MessageId),
    /// The last one to this member, if it is no older than ten minutes.
    Member(MemberId),
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFate {
    /// The member said that it helped.
    Helped,
    /// Staff spoke to the member after it.
    AnsweredByStaff,
    /// The member got a ticket after it.
    HandedOver,
    /// The member said that it did not help, or that something else was asked.
    DidNotHelp,
    /// It was taken back.
    Withdrawn,
}

impl Learned {
    /// Makes what a member told of an answer.
    pub(super) fn of_member(answer: AnswerOf, fate: AnswerFate) -> Self {
        Self {
            answer,
            fate,
            by: None,
            words: None,
        }
    }
}

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

/// What a decision on a message was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    /// The message; the last one of a burst.
    pub message: MessageId,
    /// Time at which it was received.
    pub at: Timestamp,
    /// Messages before it that are decided with it.
    pub earlier: Vec<MessageId>,
    /// `true` if the bot was called.
    pub called: bool,
    /// `true` if it reads as a question.
    pub question: bool,
    /// Its dialogue act in one word.
    pub act: &'static str,
    /// Best candidates with the confidences that counted; empty where none was looked up.
    pub best: Vec<(String, f32)>,
    /// Confidence that an answer needed, 0 to 1; `None` where no candidate was looked up.
    pub needed: Option<f32>,
    /// Language of the message.
    pub language: Language,
    /// Text that was read.
    pub text: String,
    /// All that was said, for staff; it is not kept.
    pub said: String,
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
        let called =
            commands::calls(message) || commands::given(channel_context.policy, message, said).is_some();
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
    effects.steps.iter().any(gets)
        && !matches!(effects.decided.decision, Decision::HandOff { entry: Some(_), .. })
}

/// `true` if a text says that an answer helped, and nothing else.
pub(super) fn thanks(text: &str) -> bool {
    let said = readable(text.trim());
    reading::helped(said) || matches!(reading::response(said), Some(Response::Thanks | Response::Solved))
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT).collect()
}
