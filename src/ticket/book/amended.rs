//! What staff said to a member, and changed or took back.

use super::{Book, LineKind, REPLY_KEPT};
use groupdesk_contract::{MessageId, Place};
use jiff::Timestamp;

impl Book {
    /// What staff said to the member with a message of a room is taken back, or is another order now.
    pub fn withdrawn(
        &mut self,
        number: u64,
        by: &str,
        (room, message): (&Place, &MessageId),
        now: Timestamp,
    ) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        // Nobody who joins later is told it.
        ticket
            .replies
            .retain(|reply| reply.message.as_ref() != Some(message));
        self.changed.insert(number);
        let said = Some((room.clone(), message.clone()));
        let text = "took back what was said to the member".to_owned();
        self.line(number, now, LineKind::Event, by.to_owned(), text, said);
    }

    /// What staff said to the member with a message of a room has other words now.
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
