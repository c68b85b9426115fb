//! Members who joined a ticket and got no answer when it was resolved: they wait on, in a ticket of their own channel.

use super::effects::Outgoing;
use super::staff_notice::Notice;
use super::{Desk, relay};
use crate::ticket::{
    Gathering, OpenTickets, Status, Ticket, TicketReference, UnreachedRoom, Watcher, events,
};
use groupdesk_contract::{ChannelKind, NoteKind, Place};
use jiff::Timestamp;

impl Desk<'_> {
    /// Moves those who were not answered out of a ticket that was resolved. In each channel the first of them gets a new
    /// ticket, which the others there share: one answer there is for all of them.
    pub(super) fn part_unanswered(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let Some(resolved) = open_tickets.get(number).cloned() else {
            return Vec::new();
        };
        let mut outgoing = Vec::new();
        for (place, watchers) in unanswered(&resolved) {
            let mut opened: Option<u64> = None;
            for watcher in watchers {
                open_tickets.leave(number, &place, &watcher.member, events::WAITS_ON, now);
                if open_tickets.asked_by(&place, &watcher.member).is_some() {
                    // They have asked a human for something themselves.
                    continue;
                }
                if let Some(opened) = opened {
                    open_tickets.watch(opened, joined_there(watcher), now);
                    continue;
                }
                let next = open_tickets.next_number();
                let earlier = self.in_language(language).tell_shared_before(&resolved);
                let mut ticket = own(&resolved, &place, &watcher, next, earlier, now);
                ticket.reason = self.in_language(language).not_answered_there(number);
                ticket.in_digest = !self.knowledge.faq.service_open(now);
                open_tickets.open(ticket);
                opened = Some(next);
            }
            if let Some(ticket) = opened.and_then(|opened| open_tickets.get(opened)) {
                outgoing.extend(self.parted(ticket, number, now));
            }
        }
        outgoing
    }

    /// Tells staff and those who wait on.
    fn parted(&self, ticket: &Ticket, number: u64, now: Timestamp) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let mut text = self.in_language(ticket.language).waits_on(number, ticket.number);
        if !self.knowledge.faq.service_open(now) {
            let opens = self.knowledge.faq.next_opening(now, ticket.language);
            text.push_str(&self.in_language(ticket.language).nobody_there(opens.as_deref()));
        }
        let about_it = TicketReference {
            ticket: ticket.number,
            urgent: false,
            report: None,
        };
        let mut outgoing = vec![relay::said_to_asker(ticket, &text, &about_it)];
        let line = self.in_language(language).ticket_line(ticket, now);
        let notice = self
            .in_language(language)
            .notice_waits_on(number, &line, ticket.watchers.len());
        let opened = NoteKind::Opened {
            said: ticket.transcript.clone(),
        };
        outgoing.extend(
            Notice::new(ticket, opened, notice)
                .with_buttons(self.in_language(language).ticket_buttons(ticket.number))
                .for_rooms(&ticket.rooms),
        );
        outgoing
    }
}

/// Groups those who joined a ticket and have no answer by the channel in which they asked.
fn unanswered(ticket: &Ticket) -> Vec<(Place, Vec<Watcher>)> {
    let mut places: Vec<(Place, Vec<Watcher>)> = Vec::new();
    for watcher in &ticket.watchers {
        let place = watcher.place(ticket);
        if ticket.replies_for(place).next().is_some() {
            continue;
        }
        match places.iter_mut().find(|(known, _)| known == place) {
            Some((_, watchers)) => watchers.push(watcher.clone()),
            None => places.push((place.clone(), vec![watcher.clone()])),
        }
    }
    places
}

/// Turns a watcher into one of a ticket in the channel in which they asked.
fn joined_there(watcher: Watcher) -> Watcher {
    let elsewhere = watcher.elsewhere.map(|(_, message)| message);
    Watcher {
        message: elsewhere.or(watcher.message),
        elsewhere: None,
        ..watcher
    }
}

fn own(
    resolved: &Ticket,
    place: &Place,
    watcher: &Watcher,
    number: u64,
    earlier: String,
    now: Timestamp,
) -> Ticket {
    let elsewhere = watcher.elsewhere.as_ref().map(|(_, message)| message);
    let message = elsewhere
        .or(watcher.message.as_ref())
        .unwrap_or(&resolved.message);
    Ticket {
        number,
        place: place.clone(),
        place_name: resolved.place_name.clone().filter(|_| *place == resolved.place),
        kind: if elsewhere.is_some() {
            // Questions are shared between groups only.
            ChannelKind::Group
        } else {
            resolved.kind
        },
        member: watcher.member.clone(),
        member_name: watcher.name.clone(),
        message: message.clone(),
        link: None,
        earlier,
        opened: now,
        status: Status::Open,
        owner: None,
        watchers: Vec::new(),
        member_spoke: now,
        staff_acted: None,
        first_reply: None,
        held: None,
        notice_is_answered: false,
        ended: None,
        tier: 0,
        warned: Vec::new(),
        pauses: Vec::new(),
        window: None,
        told_closed: None,
        undelivered: Vec::new(),
        unclaimed_since: None,
        held_since: None,
        told_added: None,
        told_holder: None,
        replies: Vec::new(),
        unreached: resolved.rooms.iter().cloned().map(UnreachedRoom::new).collect(),
        told_unreached: false,
        gathering: Gathering::default(),
        crowd: None,
        ..resolved.clone()
    }
}
