//! How many new tickets are told one by one: where more are opened than staff can read, the rest are told together.

use super::Ticket;
use groupdesk_contract::{AccountId, MemberId, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// The time over which new tickets are counted.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// How many new tickets an hour are told one by one. Urgent ones are counted by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketLimits {
    /// Of one member.
    pub member: u32,
    /// Of one channel.
    pub channel: u32,
    /// In one staff room.
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

/// The tickets of the last hour that were told one by one, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Rush {
    told: VecDeque<Told>,
}

#[derive(Debug, Clone)]
struct Told {
    at: Timestamp,
    place: Place,
    member: MemberId,
    rooms: Vec<Place>,
    urgent: bool,
}

/// A ticket that is about to be opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Where.
    pub place: &'a Place,
    /// By whom.
    pub member: &'a MemberId,
    /// Who would be told.
    pub rooms: &'a [Place],
    /// The member used a word that the admin calls urgent.
    pub urgent: bool,
}

impl Rush {
    /// Counts a ticket that is told by itself.
    pub(super) fn add(&mut self, ticket: &Ticket) {
        let newest = ticket.opened;
        let old = |told: &Told| newest.duration_since(told.at) >= WINDOW;
        while self.told.front().is_some_and(old) {
            self.told.pop_front();
        }
        self.told.push_back(Told {
            at: ticket.opened,
            place: ticket.place.clone(),
            member: ticket.member.clone(),
            rooms: ticket.rooms.clone(),
            urgent: ticket.urgent,
        });
    }

    /// Moves all times with the clock.
    pub(super) fn shift(&mut self, by: SignedDuration) {
        for told in &mut self.told {
            told.at = told.at.saturating_add(by).unwrap_or(told.at);
        }
    }

    /// Whether one more may be told by itself.
    pub(super) fn has_room_for(&self, opening: &Opening<'_>, limits: &TicketLimits, now: Timestamp) -> bool {
        let account: &AccountId = &opening.place.account;
        let recent =
            |told: &&Told| told.urgent == opening.urgent && now.duration_since(told.at).abs() < WINDOW;
        let below = |limit: u32, counts: &dyn Fn(&Told) -> bool| {
            let counted = self
                .told
                .iter()
                .filter(recent)
                .filter(|told| counts(told))
                .count();
            counted < usize::try_from(limit).unwrap_or(usize::MAX)
        };
        below(limits.member, &|told| {
            told.member == *opening.member && told.place.account == *account
        }) && below(limits.channel, &|told| told.place == *opening.place)
            && opening
                .rooms
                .iter()
                .all(|room| below(limits.room, &|told| told.rooms.contains(room)))
    }
}
