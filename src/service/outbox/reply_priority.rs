//! Priorities of replies where more wait than may be sent.

use crate::desk::opens_ticket;
use crate::ticket::TicketReference;
use groupdesk_contract::{NoteKind, Reply};

/// Priority of a reply, the highest first; of equals, the first to come goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// The notice of an urgent ticket.
    Urgent,
    /// The notice of another ticket, and a reply of staff to a member.
    Notice,
    /// Everything else.
    Usual,
    /// A member's further messages in a ticket that staff know of.
    FurtherWords,
}

impl Priority {
    /// All of them, first to last.
    pub(super) const ALL: [Self; 4] = [Self::Urgent, Self::Notice, Self::Usual, Self::FurtherWords];

    /// Returns the priority of a reply.
    pub(super) fn of(reply: &Reply, about: Option<&TicketReference>) -> Self {
        if opens_ticket(reply) {
            return match about {
                Some(about) if about.urgent => Self::Urgent,
                _ => Self::Notice,
            };
        }
        if about.is_some_and(|about| about.report.is_some()) {
            return Self::Notice;
        }
        match reply.note.as_ref().map(|note| &note.kind) {
            Some(NoteKind::Said { .. }) => Self::FurtherWords,
            _ => Self::Usual,
        }
    }
}
