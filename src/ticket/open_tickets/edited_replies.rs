//! Staff replies that were edited or recalled.

use super::{LineKind, OpenTickets, REPLY_KEPT};
use crate::ticket::events;
use groupdesk_contract::{MessageId, Place};
use jiff::Timestamp;

impl OpenTickets {
    /// Removes the reply that a staff message relayed: it was recalled, or is another order now.
    pub fn withdrawn(
        &mut self,
        number: u64,
        by: &str,
        (room, message): (&Place, &MessageId),
        now: Timestamp,
    ) {
        // Of a ticket that is closed nothing but its history is left.
        if let Some(ticket) = self.tickets.get_mut(&number) {
            // Nobody who joins later is told it.
            ticket
                .replies
                .retain(|reply| reply.message.as_ref() != Some(message));
            self.changed.insert(number);
        }
        let said = Some((room.clone(), message.clone()));
        let text = events::TOOK_BACK_REPLY.to_owned();
        self.line(number, now, LineKind::Event, by.to_owned(), text, said);
    }

    /// Keeps that a message of a ticket, written in a channel of members, was recalled there.
    pub fn recalled(
        &mut self,
        number: u64,
        by: &str,
        (place, message): (&Place, &MessageId),
        now: Timestamp,
    ) {
        let mut replies = self.get(number).into_iter().flat_map(|ticket| &ticket.replies);
        if replies.any(|reply| reply.message.as_ref() == Some(message)) {
            return self.withdrawn(number, by, (place, message), now);
        }
        let said = Some((place.clone(), message.clone()));
        let text = events::TOOK_BACK_MESSAGE.to_owned();
        self.line(number, now, LineKind::Event, by.to_owned(), text, said);
    }

    /// Replaces the text of the reply that a staff message relayed: it was edited.
    pub fn reworded(
        &mut self,
        number: u64,
        by: &str,
        (room, message): (&Place, &MessageId),
        text: String,
        now: Timestamp,
    ) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        for reply in &mut ticket.replies {
            if reply.message.as_ref() == Some(message) {
                reply.text = text.chars().take(REPLY_KEPT).collect();
            }
        }
        self.changed.insert(number);
        let said = Some((room.clone(), message.clone()));
        self.line(number, now, LineKind::Staff, by.to_owned(), text, said);
    }
}
