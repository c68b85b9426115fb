//! Rounds of call and reply in which nothing of the FAQ was asked. Two programs that answer each other go on with them for ever, at
//! any pace; a member ends up with staff after two or three. So a few in a row end the exchange: the bot says no more until
//! something of the FAQ is asked, staff speak, or it has been quiet for a while. What is said in a ticket still reaches staff,
//! unless it repeats itself or comes as one quote of the bot after the other.

use super::channel_state::ChannelState;
use super::decision::{Decided, Decision};
use super::effects::{Effects, Outgoing};
use super::member_state::{ROUNDS_KEPT, Rounds};
use super::reading::digest_of;
use super::reason::Reason;
use super::staff_notice::Notice;
use super::{ChannelContext, Desk, command_ownership};
use groupdesk_contract::{MemberId, Message, NoteKind, Segment};
use jiff::{SignedDuration, Timestamp};

/// Rounds in a row that are answered.
const ANSWERED_ROUNDS_MAX: u32 = 6;

/// Interval at which staff get a program-like message in a ticket: one in so many.
const TOLD_EVERY: u32 = 10;

/// Time between two rounds below which nobody reads a reply and writes another text.
const READING_TIME_MIN: SignedDuration = SignedDuration::from_secs(5);

/// Times that a member may end a ticket in one exchange: who calls a human and wants none in turn is a program, or plays.
const ENDED_TICKETS_MAX: u32 = 3;

impl Rounds {
    pub(super) fn begin(now: Timestamp) -> Self {
        Self {
            count: 0,
            mechanical: 0,
            last: now,
            text: 0,
            is_mechanical: false,
            repeats: false,
            quotes_bot: false,
            ended: 0,
            told: false,
        }
    }
}

impl Desk<'_> {
    /// Records how a member calls the bot.
    pub(super) fn note_round(&self, now: Timestamp, state: &mut ChannelState, message: &Message) {
        if !command_ownership::calls(message) {
            return;
        }
        let text = digest_of(message);
        let member = state.member(&message.sender.id, now);
        let rounds = member.rounds.get_or_insert_with(|| Rounds::begin(now));
        if now.duration_since(rounds.last) > ROUNDS_KEPT {
            *rounds = Rounds::begin(now);
        }
        rounds.repeats = rounds.count > 0 && rounds.text == text;
        let quotes_bot = message.quote_of_bot().is_some();
        // Another picture each time is a member's who quotes the ticket's notice, and no program's.
        let shows = |part: &Segment| matches!(part, Segment::Image { .. } | Segment::File { .. });
        let shows = message.segments.iter().any(shows);
        let in_a_breath = rounds.count > 0 && now.duration_since(rounds.last) < READING_TIME_MIN;
        rounds.quotes_bot = quotes_bot && !shows;
        rounds.is_mechanical = ((quotes_bot || in_a_breath) && !shows) || rounds.repeats;
        rounds.text = text;
    }

    /// Counts a call by its outcome, and drops a reply that would go on with an exchange that leads nowhere.
    pub(super) fn count_round(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        id: &MemberId,
        mut effects: Effects,
    ) -> Effects {
        if effects.outgoing.is_empty() || effects.decided.reason == Reason::LoopGuard {
            return effects;
        }
        let Some(rounds) = state
            .members
            .get_mut(id)
            .and_then(|member| member.rounds.as_mut())
        else {
            return effects;
        };
        let ticket = channel_context.tickets.of_member(channel_context.place, id);
        let acted = ticket.and_then(|ticket| ticket.staff_acted);
        let is_over = ticket.is_some_and(|ticket| !ticket.status.is_active());
        if is_known(&effects, rounds) || acted.is_some_and(|acted| acted >= rounds.last) {
            *rounds = Rounds {
                text: rounds.text,
                ..Rounds::begin(now)
            };
            return effects;
        }
        rounds.count = rounds.count.saturating_add(1);
        rounds.mechanical = rounds.mechanical.saturating_add(u32::from(rounds.is_mechanical));
        rounds.last = now;
        if matches!(effects.decided.reason, Reason::SolvedByMember { .. }) {
            rounds.ended += 1;
        }
        if rounds.count <= ANSWERED_ROUNDS_MAX {
            return effects;
        }
        let is_program =
            rounds.repeats || rounds.mechanical > ANSWERED_ROUNDS_MAX || rounds.ended > ENDED_TICKETS_MAX;
        match effects.decided.reason {
            // Help is never silence, but for what says nothing else.
            Reason::AskedForHelp | Reason::AskedForTicket
                if !rounds.repeats || rounds.mechanical <= ANSWERED_ROUNDS_MAX =>
            {
                effects
            }
            // Whoever wants a human gets one, the first time.
            Reason::AskedForHuman { .. } | Reason::Urgent if effects.ticket().is_some() => effects,
            Reason::SolvedByMember { .. } if rounds.ended > ENDED_TICKETS_MAX => Effects {
                outgoing: self.not_passed_on(channel_context, id, &mut rounds.told),
                ..Effects::quiet(Reason::LoopGuard)
            },
            Reason::LeftTicket { .. } | Reason::SolvedByMember { .. } => effects,
            // Opened again, it is known to the one who has it.
            Reason::HasTicket { .. } if is_over && !rounds.repeats => effects,
            Reason::HasTicket { .. } | Reason::SharesTicket { .. } if !is_program => {
                effects
                    .outgoing
                    .retain(|outgoing| outgoing.place != *channel_context.place);
                effects
            }
            // The ticket's history has it, and staff are told now and then.
            Reason::HasTicket { .. } | Reason::SharesTicket { .. } if !rounds.repeats => {
                if !rounds.count.is_multiple_of(TOLD_EVERY) {
                    effects.outgoing.clear();
                }
                effects
                    .outgoing
                    .retain(|outgoing| outgoing.place != *channel_context.place);
                effects.decided = Decided::quiet(Reason::LoopGuard);
                effects
                    .outgoing
                    .extend(self.not_passed_on(channel_context, id, &mut rounds.told));
                effects
            }
            Reason::HasTicket { .. } | Reason::SharesTicket { .. } => Effects {
                outgoing: self.not_passed_on(channel_context, id, &mut rounds.told),
                ..Effects::quiet(Reason::LoopGuard)
            },
            _ => Effects::quiet(Reason::LoopGuard),
        }
    }
}

impl Desk<'_> {
    /// Tells staff, once, that they no longer get every message of a member with a ticket.
    pub(super) fn not_passed_on(
        &self,
        channel_context: &ChannelContext<'_>,
        member: &MemberId,
        told: &mut bool,
    ) -> Vec<Outgoing> {
        let tickets = channel_context.tickets;
        let asked = tickets.of_member(channel_context.place, member);
        let ticket = asked.or_else(|| tickets.watched_by(channel_context.place, member));
        let Some(ticket) = ticket.filter(|ticket| ticket.status.is_active()) else {
            return Vec::new();
        };
        if std::mem::replace(told, true) {
            return Vec::new();
        }
        let watcher = ticket.watcher(channel_context.place, member);
        let name = watcher.map_or(&ticket.member_name, |watcher| &watcher.name);
        let text = self
            .in_language(self.knowledge.faq.language())
            .not_passed_on(ticket.number, name);
        Notice::new(ticket, NoteKind::Event, text).for_rooms(&ticket.rooms)
    }
}

/// `true` if something of the FAQ was asked. A pointer to an answer that stands there is an answer, but to who quotes the bot: a program that goes through the FAQ's topics would get pointers for ever.
fn is_known(effects: &Effects, rounds: &Rounds) -> bool {
    match &effects.decided.decision {
        Decision::Answer { .. } => {
            !rounds.quotes_bot || !matches!(effects.decided.reason, Reason::AnsweredBefore { .. })
        }
        decision => decision.entry().is_some(),
    }
}
