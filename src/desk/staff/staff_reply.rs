//! Replies of staff to a ticket's member: recorded, carried to the channels of those who share the ticket, and what they did not carry
//! told to the room.

use super::Staff;
use crate::desk::effects::{Effects, Outgoing};
use crate::desk::relay;
use crate::ticket::{OpenTickets, RelaySource, Replied, Ticket, TicketReference};
use groupdesk_contract::{NoteKind, Segment, read_refused_file};

impl Staff<'_> {
    /// Relays a reply to the member and to those who share the ticket; to other groups only where it is `to_all`.
    pub(super) fn reply(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        text: &str,
        to_all: bool,
    ) -> Effects {
        let is_carried =
            |segment: &&Segment| matches!(segment, Segment::Image { url: Some(_) } | Segment::File { .. });
        let carried: Vec<Segment> = self.message.segments.iter().filter(is_carried).cloned().collect();
        if text.trim().is_empty() && carried.is_empty() {
            return self.ask(self.texts().nothing_to_relay(number), Some(number));
        }
        let take_over = self.ticket.as_ref().is_some_and(|ticket| {
            self.desk
                .owner_is_away(open_tickets, &self.policy.roster, ticket, self.now)
        });
        let reply = Replied {
            text: relay::transcript(text, &carried),
            said: Some((self.room.clone(), self.message.id.clone())),
            take_over,
            to_all,
            under_quote: !self.is_slashed() && self.message.quote().is_some(),
        };
        let open = self
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.window)
            .is_none_or(|window| window.is_open(self.now));
        let ticket = match open_tickets.replied(number, &self.agent, reply, self.now) {
            Ok(ticket) => ticket.clone(),
            Err(refusal) => return self.refused(number, &refusal),
        };
        let text = self
            .in_language(ticket.language)
            .relayed(number, &self.agent.name, text.trim());
        let carried: Vec<Segment> = carried.into_iter().map(relay::sendable).collect();
        let mut effects = Effects::of(self.decided(number));
        if !open {
            let kept = relay::transcript(&text, &carried);
            open_tickets.mark(number, |ticket| relay::keep_undelivered(ticket, &kept));
            let closed = self.texts().window_closed(number);
            effects
                .outgoing
                .push(self.in_room(closed, Some(number), NoteKind::Answer));
        }
        effects
            .outgoing
            .extend(self.relayed(&ticket, (&text, &carried), (open, to_all)));
        effects.outgoing.extend(self.limits_of(&ticket, (open, to_all)));
        effects
    }

    /// Returns the messages that carry a reply: to the ticket's own channel where its reply window is `open`, to other channels
    /// where it is `to_all`.
    fn relayed(
        &self,
        ticket: &Ticket,
        (text, carried): (&str, &[Segment]),
        (open, to_all): (bool, bool),
    ) -> Vec<Outgoing> {
        let about = TicketReference {
            ticket: ticket.number,
            urgent: false,
            report: Some(RelaySource {
                room: self.room.clone(),
                message: self.message.id.clone(),
            }),
        };
        relay::channels(ticket)
            .into_iter()
            .filter(|(place, _)| if **place == ticket.place { open } else { to_all })
            .map(|(place, message)| relay::said_in(ticket, place, message, text, carried, &about))
            .collect()
    }

    /// Tells the room what a reply did not carry, whom it did not reach, and how many more the platform takes.
    fn limits_of(&self, ticket: &Ticket, (open, to_all): (bool, bool)) -> Vec<Outgoing> {
        let (number, texts) = (ticket.number, self.texts());
        let mut told = Vec::new();
        for (chinese, english) in self.message.segments.iter().filter_map(read_refused_file) {
            let text = texts.file_not_passed_on(chinese, english);
            told.push(self.in_room(text, Some(number), NoteKind::Answer));
        }
        let others = ticket
            .watchers
            .iter()
            .filter(|watcher| watcher.elsewhere.is_some())
            .count();
        if others > 0 && !to_all {
            let text = texts.others_elsewhere(number, others);
            told.push(self.in_room(text, Some(number), NoteKind::Receipt));
        }
        if let Some(window) = ticket.window
            && open
            && window.left <= 1
        {
            let text = texts.window_left(number, window.left);
            told.push(self.in_room(text, Some(number), NoteKind::Answer));
        }
        told
    }
}
