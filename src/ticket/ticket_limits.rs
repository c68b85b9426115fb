//! Limits up to which new tickets are told one by one: where more are opened than staff can read, the rest are told
//! together.

use super::Ticket;
use groupdesk_contract::{AccountId, MemberId, Place};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeSet, VecDeque};

/// Time over which new tickets are counted.
const COUNTING_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// New tickets an hour that are told one by one. Urgent ones, and those of members who plainly ask for a human, are
/// counted by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TicketLimits {
    /// Tickets of one member.
    pub member: u32,
    /// Tickets of one channel.
    pub channel: u32,
    /// Tickets told in one staff room.
    pub room: u32,
}

impl Default for TicketLimits {
    fn default() -> Self {
        Self {
            member: 6,
            channel: 60,
            room: 120,
        }
    }
}

/// Tickets of the last hour that were told one by one, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct RecentTickets {
    told: VecDeque<NotifiedTicket>,
}

#[derive(Debug, Clone)]
struct NotifiedTicket {
    at: Timestamp,
    place: Place,
    member: MemberId,
    rooms: Vec<Place>,
    class: Class,
}

/// Class of tickets that are counted by themselves: a flood of one class leaves the others their room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Usual,
    AsksForHuman,
    Urgent,
}

impl Class {
    fn of(urgent: bool, asks_for_human: bool) -> Self {
        match (urgent, asks_for_human) {
            (true, _) => Self::Urgent,
            (false, true) => Self::AsksForHuman,
            (false, false) => Self::Usual,
        }
    }
}

/// A ticket that is about to be opened.
#[derive(Debug, Clone, Copy)]
pub struct TicketOpening<'a> {
    /// Channel in which it is asked.
    pub place: &'a Place,
    /// Member who asks.
    pub member: &'a MemberId,
    /// Rooms that would be told.
    pub rooms: &'a [Place],
    /// `true` if the member used a term that the admin calls urgent.
    pub urgent: bool,
    /// `true` if the member plainly asks for a human.
    pub asks_for_human: bool,
}

impl RecentTickets {
    /// Counts a ticket that is told by itself.
    pub(super) fn add(&mut self, ticket: &Ticket) {
        let newest = ticket.opened;
        let old = |told: &NotifiedTicket| newest.duration_since(told.at) >= COUNTING_WINDOW;
        while self.told.front().is_some_and(old) {
            self.told.pop_front();
        }
        self.told.push_back(NotifiedTicket {
            at: ticket.opened,
            place: ticket.place.clone(),
            member: ticket.member.clone(),
            rooms: ticket.rooms.clone(),
            class: Class::of(ticket.urgent, ticket.asks_for_human),
        });
    }

    /// Moves all times with the clock.
    pub(super) fn shift(&mut self, by: SignedDuration) {
        for told in &mut self.told {
            told.at = told.at.saturating_add(by).unwrap_or(told.at);
        }
    }

    /// `true` if one more may be told by itself.
    pub(super) fn has_room_for(
        &self,
        opening: &TicketOpening<'_>,
        limits: &TicketLimits,
        now: Timestamp,
    ) -> bool {
        let account: &AccountId = &opening.place.account;
        let class = Class::of(opening.urgent, opening.asks_for_human);
        let recent = |told: &&NotifiedTicket| {
            told.class == class && now.duration_since(told.at).abs() < COUNTING_WINDOW
        };
        let count = |counts: &dyn Fn(&NotifiedTicket) -> bool| {
            let told = self.told.iter().filter(recent);
            told.filter(|told| counts(told)).count()
        };
        let below = |limit: u32, counts: &dyn Fn(&NotifiedTicket) -> bool| {
            count(counts) < usize::try_from(limit).unwrap_or(usize::MAX)
        };
        // A full room still has each channel's fair share: the flood of one hides nobody of another.
        let share = |room: &Place| {
            let told = self.told.iter().filter(recent);
            let others: BTreeSet<&Place> = told
                .filter(|told| told.rooms.contains(room) && told.place != *opening.place)
                .map(|told| &told.place)
                .collect();
            let channels = u32::try_from(others.len()).unwrap_or(u32::MAX).saturating_add(1);
            (limits.room / channels).max(1)
        };
        below(limits.member, &|told| {
            told.member == *opening.member && told.place.account == *account
        }) && below(limits.channel, &|told| told.place == *opening.place)
            && opening.rooms.iter().all(|room| {
                let here = |told: &NotifiedTicket| told.rooms.contains(room);
                below(limits.room, &here)
                    || below(share(room), &|told| here(told) && told.place == *opening.place)
            })
    }
}
