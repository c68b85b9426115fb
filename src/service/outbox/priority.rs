//! What goes first where more waits than may be sent.

use crate::desk::opens_ticket;
use crate::ticket::About;
use groupdesk_contract::{NoteKind, Reply};

/// The first of these goes first; of equals, whoever came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// The notice of an urgent ticket.
    Urgent,
    /// The notice of another ticket, and what staff say to a member.
    Notice,
    /// Everything else.
    Usual,
    /// A member's further words in a ticket that staff know of.
    FurtherWords,
}

impl Priority {
    /// All of them, first to last.
    pub(super) const ALL: [Self; 4] = [Self::Urgent, Self::Notice, Self::Usual, Self::FurtherWords];

    /// That of a reply.
    pub(super) fn of(reply: &Reply, about: Option<&About>) -> Self {
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
