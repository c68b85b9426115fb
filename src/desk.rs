//! The desk: event, state and time in, decision and new state out. Pure: no I/O, no clock, no platform.
//!
//! [`Desk::message`] applies the rules in the order in which they can end a message: is it for the bot, does it belong to
//! a conversation that is under way (`conversation`), which answer has the FAQ (`thresholds`), and what does the bot reply
//! (`answer`, `handoff`, `composed_texts`). [`Desk::wake`] carries out the timers. Both can be replayed: the same arguments give
//! the same result.

mod addressee;
mod answer;
mod answer_or_clarify;
mod asks_for_human;
mod bare_call;
mod built_in_intents;
mod burst_part;
mod channel_state;
mod command_ownership;
mod command_text;
mod composed_texts;
mod courtesy_reply;
mod decide_outside_tickets;
mod decision;
mod decision_record;
mod decision_recording;
mod delivery;
mod drafting;
mod edited_questions;
mod edits;
mod effects;
mod failing_contact_points;
mod feedback;
mod follow_up;
mod fruitless_rounds;
mod handoff;
mod handoff_reason;
mod judge_data;
mod judge_question;
mod knowledge;
mod label_tuning;
mod loop_guard;
mod member_state;
mod member_with_ticket;
mod members_talk;
mod message_context;
mod narrowed_choice;
mod offer;
mod pointer_not_found;
mod policy;
mod question_embeddings;
mod reading;
mod relay;
mod repeated_answer;
mod requested_rephrasing;
mod several_questions;
mod shadow;
mod shared_tickets;
mod staff;
mod staff_conversation;
mod staff_notice;
mod ticket_subject;
mod ticket_watchers;
mod timers;
mod trouble_of_its_own;
mod unanswered_watchers;
mod urgent_words;
mod waiting_answers;

#[cfg(test)]
mod tests;

pub use answer_or_clarify::{NEEDED_WHEN_CALLED, Verdict, judge_called, judge_unasked};
pub use built_in_intents::BuiltIn;
pub use channel_state::ChannelState;
pub use command_text::{FaqVerb, typed_behind};
pub use decision::{Decided, Decision};
pub use decision_record::{AnswerFate, AnswerOf, Considered, Learned, Record};
pub(crate) use delivery::opens_ticket;
pub use delivery::{DeliveryReport, DeliveryStatus};
pub use drafting::{DraftInput, DraftResult, DraftSentence, DraftSource, NoDraft, Progress};
pub use edits::{Amendment, MemberEdit, RelayedCopy, StaffEdit};
pub use effects::{DraftRequest, Effects, Outgoing, TicketChange};
pub use judge_data::{JUDGE_TIMEOUT, JudgeAnswer, JudgeQuestion, Offered, Power, Voices};
pub use judge_question::{Hidden, JudgeEffect, JudgeState, inquiry};
pub use knowledge::Knowledge;
pub use policy::{Commands, DecisionPolicy, HandoffTo, Listen, Policy, TicketPolicy, UnderNotice};
pub use question_embeddings::Vectors;
pub use reading::{language_for, language_of, says_wait};
pub use reason::{Reason, rule_in_words};
pub use staff::{Histories, asked_whom_for, not_obeyed, numbers_in, shown_ticket, warm_up};
pub use ticket_subject::telling;
pub use timers::TicketTimers;

use crate::language::Language;
use crate::matcher::Tuning;
use crate::reason;
use crate::texts::ComposedTexts;
use crate::ticket::{OpenTickets, Ticket};
use addressee::Addressed;
use groupdesk_contract::{MemberId, Message, Place, ReplyWindow, Segment, clean_name, read_refused_file};
use handoff_reason::HandoffReason;
use jiff::Timestamp;
use member_state::{BurstPart, MemberState, Pending, PendingKind, Rounds};
use member_with_ticket::Relation;
use message_context::MessageContext;
use offer::QuotedOffer;
use question_embeddings::RankedTexts;
use reading::{MemberCommand, readable};
use shadow::ShadowAsker;

/// Parts of a burst that are read as one: more than a handful of fragments is not a question any more.
const BURST_PARTS: usize = 8;

/// Operator's settings and open tickets for the channel of an event: everything outside the channel's own state that a
/// decision reads.
#[derive(Debug, Clone)]
pub struct ChannelContext<'a> {
    /// The channel's address.
    pub place: &'a Place,
    /// Bot's behaviour in this channel.
    pub policy: &'a Policy,
    /// Staff rooms that are told of hand-overs from this channel.
    pub tell: &'a [Place],
    /// Number that the next ticket gets.
    pub next_ticket: u64,
    /// Tickets that are not closed.
    pub tickets: &'a OpenTickets,
    /// Rules for the life of tickets: follow-ups, escalation, retention.
    pub lifecycle: &'a TicketPolicy,
    /// Reply window of the platform: how long after a message, and how often, it takes answers. `None` where there is no
    /// limit.
    pub window: Option<ReplyWindow>,
    /// `true` where the platform has buttons.
    pub buttons: bool,
    /// `true` where the platform can take back a message of the bot.
    pub unsend: bool,
}

/// Decides with one version of the knowledge.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    knowledge: &'a Knowledge,
    vectors: Option<&'a Vectors>,
    judging: Option<&'a JudgeState>,
    histories: Option<&'a Histories>,
    /// Line of the desk's own that the message of a staff room quotes.
    under: staff::QuotedLine,
    tuning: Option<&'a Tuning>,
    /// Language of every reply to a member, whatever language they write in.
    speaking: Option<Language>,
    /// List in which it notes the texts that it ranks.
    ranked: Option<&'a RankedTexts>,
}

impl<'a> Desk<'a> {
    /// Makes a desk that decides with `knowledge`.
    pub fn new(knowledge: &'a Knowledge) -> Self {
        Self {
            knowledge,
            vectors: None,
            judging: None,
            histories: None,
            under: staff::QuotedLine::None,
            tuning: None,
            speaking: None,
            ranked: None,
        }
    }

    /// Replies in a language, whatever language a member writes in; `None` replies in theirs.
    pub fn speaking(self, language: Option<Language>) -> Self {
        Self {
            speaking: language,
            ..self
        }
    }

    /// Decides on a message outside of staff rooms ([`Desk::staff_room`] is for those). `staff` says that the sender is
    /// staff; `quoted` is the ticket that the quoted message belongs to; the quote's `of_bot` must be filled in where the
    /// store knows better than the adapter.
    pub fn message(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        mut state: ChannelState,
        message: &Message,
        staff: bool,
        quoted: Option<u64>,
    ) -> (Effects, ChannelState) {
        state.forget(now, channel_context.policy);
        state.kind = message.channel.kind;
        if let Some(name) = &message.channel.name {
            state.name = Some(clean_name(name));
        }
        state.follow_shadow(channel_context.policy);
        let age = now.duration_since(message.at);
        let effects = if message.sender.is_self {
            Effects::quiet(Reason::OwnMessage)
        } else if message.sender.is_bot {
            Effects::quiet(Reason::OtherBot)
        } else if let Some(passed_over) = channel_context.policy.passes_over(&message.sender.id) {
            Effects::quiet(passed_over)
        } else if age > channel_context.policy.replay_limit {
            let seconds = age.as_secs();
            Effects::quiet(Reason::TooOld { seconds })
        } else if staff {
            let mentioned = waiting_answers::mentioned(message);
            let dropped = state.staff_spoke(message, &mentioned);
            state.attend(&mentioned, message.quote().map(|quote| &quote.message), now);
            if mentioned.is_empty() && message.quote().is_none() {
                state.staff_said = Some(now);
            }
            let mut effects = Effects::quiet(Reason::StaffSpeaking { dropped });
            effects.record.learned = decision_recording::learned_of_staff(message, &mentioned);
            if let Some((step, told)) = self.staff_answer(channel_context, message, quoted, now) {
                effects.steps.push(step);
                effects.outgoing = told;
            }
            effects
        } else if channel_context.policy.listen == Listen::Off {
            Effects::quiet(Reason::Muted)
        } else if command_ownership::is_of_others(channel_context.policy, message, &self.knowledge.faq) {
            Effects::quiet(Reason::OthersCommand)
        } else if let Some(press) = offer::press(message) {
            let before = state.last_answer(&message.sender.id);
            let effects = self.pressed(channel_context, now, &mut state, message, press);
            state.dealt_with(&message.id, &message.text(), &effects);
            self.record_and_shadow(effects, (channel_context, now), &state, message, before)
        } else if self.pressed_again(channel_context, now, &mut state, message) {
            Effects::quiet(Reason::PickedBefore)
        } else {
            state.remember(message, now);
            self.note_round(now, &mut state, message);
            let before = state.last_answer(&message.sender.id);
            let burst = state
                .members
                .get(&message.sender.id)
                .map(|member| member.burst.clone());
            let waiting = state.waiting_for(&message.sender.id);
            let effects = self
                .said_of_answer(channel_context, now, &mut state, message)
                .unwrap_or_else(|| self.member_spoke(channel_context, now, &mut state, message, quoted));
            let effects = match waiting {
                Some(waiting) => self.wait_on(now, &mut state, message, waiting, effects),
                None => effects,
            };
            let effects = self.count_round(channel_context, now, &mut state, &message.sender.id, effects);
            for part in burst.iter().flatten() {
                state.dealt_with(&part.message, &part.text, &effects);
            }
            state.dealt_with(&message.id, &message.text(), &effects);
            self.record_and_shadow(effects, (channel_context, now), &state, message, before)
        };
        (effects, state)
    }

    /// Does what has come due with one of [`ChannelState::due`]. Call it once per member and apply its steps in between:
    /// two members may ask the same, and then share one ticket.
    pub fn wake(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        id: &MemberId,
    ) -> Effects {
        state.follow_shadow(channel_context.policy);
        let asker = ShadowAsker::waiting(state, id);
        let parts = state.members.get(id).map(|member| member.burst.clone());
        let before = state.last_answer(id);
        let effects = self.member_due(channel_context, now, state, id);
        let effects = self.with_ticket_after(effects, before);
        let effects = self.count_round(channel_context, now, state, id, effects);
        for part in parts.iter().flatten() {
            state.dealt_with(&part.message, &part.text, &effects);
        }
        self.in_shadow(channel_context, state, &asker, effects)
    }

    /// Returns the sentences of a language.
    fn in_language(&self, language: Language) -> ComposedTexts<'a> {
        self.knowledge.faq.texts(language)
    }

    fn member_spoke(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        message: &Message,
        quoted: Option<u64>,
    ) -> Effects {
        let full = self.words_of(channel_context, now, state, message);
        let said = readable(&full).to_owned();
        let quote = message.quote();
        let quotes_bot = message.quote_of_bot().is_some();
        let command = command_ownership::given(channel_context.policy, message, &full);
        let member = state.member(&message.sender.id, now);
        member.name.clone_from(&message.sender.name);
        // Asked to put the question in words, a member answers without mentioning the bot again.
        let expected = member.expected.take_if(|until| *until <= now).is_none() && member.expected.is_some();
        let choices = state
            .members
            .get(&message.sender.id)
            .is_some_and(|member| member.choices.is_some());
        let offer = self.quoted_offer(state, message);
        let choices = choices || matches!(offer, QuotedOffer::Known(_) | QuotedOffer::Over);
        let others = state
            .members
            .iter()
            .filter(|(id, _)| **id != message.sender.id)
            .map(|(_, member)| member.name.as_str());
        let Addressed {
            called,
            by_quote,
            elsewhere,
        } = Addressed::of(message, &said, (command.is_some(), choices), others, || {
            self.knowledge.matcher.reading(&said)
        });
        let member = state.member(&message.sender.id, now);
        let invited = member
            .invited
            .filter(|_| expected && !elsewhere && quote.is_none());
        let taken_up = !called && self.takes_up(invited, &said);
        // Who speaks to somebody else speaks with them from then on.
        if taken_up || elsewhere {
            member.invited = None;
        }
        let called = called || taken_up;
        // Who asks in the file's own words is no program, unless it says them under what the bot said.
        let repeats = member.rounds.as_ref().is_some_and(|rounds| rounds.repeats);
        let is_listed = || {
            let asks_help = !repeats && matches!(command, Some(MemberCommand::Help));
            !quotes_bot && (asks_help || self.knowledge.faq.entry_asking(&said).is_some())
        };
        if let Some(blocked) = loop_guard::watch(member, now, message, called).filter(|_| !is_listed()) {
            let mut effects = Effects::quiet(blocked);
            let rounds = member.rounds.get_or_insert_with(|| Rounds::begin(now));
            effects.outgoing = self.not_passed_on(channel_context, &message.sender.id, &mut rounds.told);
            return effects;
        }
        if quotes_bot && reading::helped(&said) {
            return Effects::quiet(Reason::Thanked);
        }
        let text = match command {
            Some(MemberCommand::Ask(text) | MemberCommand::Human(text)) => text.to_owned(),
            // As it was typed, that it is told from a call without words, and from one in English.
            Some(MemberCommand::Help) => "/help".to_owned(),
            Some(MemberCommand::Ticket) => String::new(),
            // "Me too" about a ticket joins it.
            None if quoted.is_some() && reading::beside_the_same(&said).is_some() => full.clone(),
            None => {
                let quoted = quote.and_then(|quote| quote.text.as_deref()).map(readable);
                let asked = self.what_is_asked(&said, quoted, quotes_bot, called);
                if asked == said { full.clone() } else { asked }
            }
        };
        let quotes = command.is_none() && text != full;
        let of_member = channel_context
            .tickets
            .of_member(channel_context.place, &message.sender.id);
        let is_theirs = quoted.is_some() && quoted == of_member.map(|ticket| ticket.number);
        let part = BurstPart {
            message: message.id.clone(),
            link: message.link.clone(),
            quotes,
            text,
            called,
            by_quote,
            picture: message
                .segments
                .iter()
                .any(|s| matches!(s, Segment::Image { .. } | Segment::File { .. })),
            attached: burst_part::attached(message).collect(),
            left_out: message
                .segments
                .iter()
                .filter_map(read_refused_file)
                .map(|(chinese, english)| (chinese.to_owned(), english.to_owned()))
                .collect(),
            of_closed: quoted.filter(|number| channel_context.tickets.get(*number).is_none()),
            of_answer: quote.and_then(|quote| self.quoted_answer(state, &said, quote, now)),
            quoted: quote
                .filter(|_| !quotes && !is_theirs)
                .and_then(|quote| burst_part::quoted_words(quote.text.as_deref()?)),
            at: now,
        };
        if command.is_none()
            && !elsewhere
            && let Some(pick) = reading::pick(&said)
        {
            let mut context = MessageContext::new(channel_context, now, message, Vec::new(), part.clone());
            context.last_word = true;
            match offer {
                QuotedOffer::Known(key) => return self.picked(&context, state, key, &pick, false),
                QuotedOffer::Over => {
                    let quoted = quote.and_then(|quote| quote.text.as_deref());
                    return self.picked_from_forgotten(&context, state, quoted.unwrap_or_default(), &pick);
                }
                QuotedOffer::Unknown if state.offers_to(&message.sender.id) > 1 => {
                    let quoted = quote.map(|quote| quote.message.as_str());
                    return self.picked_from_forgotten(&context, state, quoted.unwrap_or_default(), &pick);
                }
                QuotedOffer::Unknown | QuotedOffer::No => {}
            }
        }
        let asked = channel_context
            .tickets
            .asked_by(channel_context.place, &message.sender.id);
        let watched = channel_context
            .tickets
            .watched_by(channel_context.place, &message.sender.id);
        let ticket = asked.or(watched);
        let calls = called || message.mentions_bot;
        let relation =
            ticket.map(|ticket| Relation::of((channel_context, now, state), message, calls, quoted, ticket));
        // Who waits for staff may ask about that in other words, and for "my ticket" without a call: nobody else can tell.
        let waits = !elsewhere && ticket.is_some_and(|ticket| ticket.status.is_active());
        let asks_how_it_stands = matches!(command, Some(MemberCommand::Ticket))
            || ((called || waits) && reading::my_ticket(&said))
            || (called && waits && reading::asks_how_long(&said));
        if command.is_none()
            && !asks_how_it_stands
            && let (Some(ticket), Some(relation)) = (ticket, &relation)
        {
            let mut context = MessageContext::new(channel_context, now, message, Vec::new(), part.clone());
            // What waits to be read when a human takes over must reach them, too.
            context.unread = state.unread_of(&message.sender.id);
            let language = language_of(&part.text, ticket.language);
            let effects = match asked {
                Some(_) => self.with_ticket(&context, state, language, ticket, relation),
                None => self.with_watched(&context, state, language, ticket, relation),
            };
            if let Some(effects) = effects {
                // Words that no ticket has taken wait on.
                if !effects.steps.is_empty() || context.unread.is_empty() {
                    let member = state.member(&message.sender.id, now);
                    member.burst = Vec::new();
                    member.pending = None;
                }
                return effects;
            }
        }
        let has_one = ticket.is_some_and(|ticket| ticket.status.is_active());
        if command.is_none() && !has_one {
            let context = MessageContext::new(channel_context, now, message, Vec::new(), part.clone());
            let language = self.language(&context);
            if (called || quoted.is_some()) && reading::withdraws_ticket(&said) {
                state.member(&message.sender.id, now).burst = Vec::new();
                return self.my_ticket(&context, language);
            }
            if let Some(effects) = self.has_the_same(&context, state, language, quoted) {
                return effects;
            }
        }
        if command.is_none() && called && !elsewhere && reading::withdraws(&said) {
            let context = MessageContext::new(channel_context, now, message, Vec::new(), part);
            return self.taken_back(&context, state);
        }
        if !elsewhere
            && let Some(pick) = reading::pick(&said)
            && let Some(key) = state.offer_picked_from(&message.sender.id, &pick, called, now)
        {
            let context = MessageContext::new(channel_context, now, message, Vec::new(), part);
            return self.picked(&context, state, key, &pick, false);
        }
        let member = state.member(&message.sender.id, now);
        burst_part::join_burst(channel_context, now, member, part.clone());
        let earlier = member.burst.iter().rev().skip(1).rev().cloned().collect();
        let mut context = MessageContext::new(channel_context, now, message, earlier, part);
        context.last_word = !matches!(command, None | Some(MemberCommand::Ask(_)));
        let language = self.language(&context);
        if asks_how_it_stands {
            state.member(&message.sender.id, now).burst = Vec::new();
            return self.my_ticket(&context, language);
        }
        let needed = self.needs_human(&context, state, command.as_ref(), &said, (quotes_bot, elsewhere));
        if let Some((why, reason)) = needed.filter(|(why, _)| !elsewhere || *why == HandoffReason::Urgent) {
            return self.hand_off(&context, state, language, why, None, reason);
        }
        if elsewhere {
            // A colleague of ours may bear the name that stands before what still fails.
            if let (Some(ticket), Some(relation)) = (ticket, &relation)
                && !relation.elsewhere
                && reading::fails_beside_name(&said)
                && let Some(effects) = self.said_of_ticket(&context, language, (asked, ticket), relation)
            {
                state.member(&message.sender.id, now).burst = Vec::new();
                return effects;
            }
            // Members speak to each other.
            state.member(&message.sender.id, now).burst.pop();
            return Effects::quiet(Reason::ToSomebodyElse);
        }
        let effects = self.consider(&context, state, expected);
        let record = effects.record.clone();
        if let (Some(ticket), Some(relation)) = (ticket, &relation)
            && effects.decided.decision == Decision::StayQuiet
            && !matches!(effects.decided.reason, Reason::Waiting { .. })
            && let Some(effects) = self.said_of_ticket(&context, language, (asked, ticket), relation)
        {
            state.member(&message.sender.id, now).burst = Vec::new();
            return Effects { record, ..effects };
        }
        match (asked, &relation) {
            (Some(ticket), Some(relation)) => {
                self.answered_beside_ticket(&context, state, ticket, relation, effects)
            }
            _ => effects,
        }
    }

    /// Adds a message that the FAQ has no reply to, to the ticket that its sender asked for or shares. `None` where the
    /// message does not go on with that ticket.
    fn said_of_ticket(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        (asked, ticket): (Option<&Ticket>, &Ticket),
        relation: &Relation,
    ) -> Option<Effects> {
        match asked {
            Some(_) => self.after_silence(context, language, ticket, relation),
            None => self.watcher_after_silence(context, ticket, relation),
        }
    }

    /// Reasons to bring in a human without asking the FAQ: the command, "that did not help", or an urgent word. `None`
    /// where there is none.
    fn needs_human(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        command: Option<&MemberCommand<'_>>,
        said: &str,
        (quotes_bot, elsewhere): (bool, bool),
    ) -> Option<(HandoffReason, Reason)> {
        if matches!(command, Some(MemberCommand::Human(_))) || context.objects_to_closing() {
            return Some((HandoffReason::Asked, Reason::AskedForHuman { confidence: 1.0 }));
        }
        let answered = state.answer_spoken_of(context);
        let still = || answered.is_some_and(|answered| self.still_fails_after(&answered.entry, said));
        let unhelpful =
            reading::unhelpful(said, context.called()) || self.unhelpful_for_a_reason(said) || still();
        if (answered.is_some() || quotes_bot) && unhelpful {
            return Some((HandoffReason::NotHelped, Reason::DidNotHelp));
        }
        self.is_urgent(context, said, elsewhere)
            .then_some((HandoffReason::Urgent, Reason::Urgent))
    }

    fn member_due(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        id: &MemberId,
    ) -> Effects {
        let (kind, channel_name) = (state.kind, state.name.clone());
        let Some(member) = state.members.get_mut(id) else {
            return Effects::quiet(Reason::NothingWaiting);
        };
        let pending = member.pending.take();
        let mut earlier = member.burst.clone();
        let Some(last) = earlier.pop() else {
            return Effects::quiet(Reason::NothingWaiting);
        };
        let name = member.name.clone();
        let pending = pending.unwrap_or(Pending {
            due: now,
            kind: PendingKind::Call,
        });
        let is_over = now
            >= last
                .at
                .saturating_add(channel_context.policy.burst)
                .unwrap_or(Timestamp::MAX);
        let context = MessageContext {
            channel_context,
            now,
            kind,
            channel_name: channel_name.as_deref(),
            member: id,
            member_name: &name,
            unread: Vec::new(),
            earlier,
            last,
            last_word: match pending.kind {
                PendingKind::Call | PendingKind::Answer => true,
                PendingKind::VoiceOnCall => is_over,
                PendingKind::VoiceOnAnswer => false,
            },
            voice_over: pending.due <= now,
            own_language: None,
        };
        self.consider(&context, state, false)
    }
}
