//! Delivery truth: what became of what was said in a ticket, told to those who should know.

use super::notice::{Notice, plain};
use super::policy::TicketPolicy;
use super::relay::keep_undelivered;
use super::turn::Outgoing;
use super::{Desk, words};
use crate::ticket::{About, Book, Report, Ticket};
use groupdesk_contract::{MemberId, NoteKind, Place, Reply, TicketNote};

/// What became of something that was said in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The platform took it.
    Sent,
    /// It will not arrive.
    Refused {
        /// Why, in words for an admin.
        reason: String,
    },
    /// Nobody can tell.
    Unknown {
        /// Why, in words for an admin.
        reason: String,
    },
    /// It has not arrived for a while, and is still tried.
    Late {
        /// Why, in words for an admin.
        reason: String,
    },
}

/// Something that was said in a ticket, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Where it was said.
    pub place: Place,
    /// The ticket, and who wrote it where staff did.
    pub about: About,
    /// What became of it.
    pub outcome: Outcome,
    /// Its text.
    pub text: String,
}

impl Desk<'_> {
    /// What follows when something was delivered or was not. What staff said and did not arrive is kept for the member's
    /// next message, and they are told; what the desk itself said and did not arrive is told to the rooms that can still
    /// be told.
    pub fn delivered(&self, book: &mut Book, policy: &TicketPolicy, fate: &Fate) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let number = fate.about.ticket;
        match &fate.about.report {
            Some(report) => {
                if matches!(fate.outcome, Outcome::Refused { .. })
                    && book.get(number).is_some_and(|ticket| ticket.place == fate.place)
                {
                    book.mark(number, |ticket| keep_undelivered(ticket, &fate.text));
                }
                let text = match &fate.outcome {
                    Outcome::Sent => words::delivery_sent(language, number),
                    Outcome::Refused { reason } => words::delivery_refused(language, number, reason),
                    Outcome::Unknown { reason } => words::delivery_unknown(language, number, reason),
                    Outcome::Late { reason } => words::delivery_late(language, number, reason),
                };
                let kind = if fate.outcome == Outcome::Sent {
                    NoteKind::Receipt
                } else {
                    NoteKind::Event
                };
                vec![under(report, number, book.get(number), kind, text)]
            }
            None => {
                let text = match &fate.outcome {
                    Outcome::Sent => return Vec::new(),
                    Outcome::Refused { reason } | Outcome::Unknown { reason } => {
                        words::not_told(language, number, &fate.place, reason)
                    }
                    Outcome::Late { reason } => words::told_late(language, number, &fate.place, reason),
                };
                let Some(ticket) = book.get(number) else {
                    return Vec::new();
                };
                // Nothing hangs on these words: when they fail as well, there is the log.
                let rooms = ticket.rooms.iter().chain(&policy.escalate_to);
                let others: Vec<Place> = rooms.filter(|room| **room != fate.place).cloned().collect();
                let told = Notice::new(ticket, NoteKind::Event, text).to(&others);
                // Who hears of it can see to it.
                book.mark(number, |ticket| ticket.add_rooms(&policy.escalate_to));
                told.into_iter()
                    .map(|outgoing| Outgoing {
                        about: None,
                        ..outgoing
                    })
                    .collect()
            }
        }
    }
}

/// Words under the message that staff wrote.
fn under(report: &Report, number: u64, ticket: Option<&Ticket>, kind: NoteKind, text: String) -> Outgoing {
    let told = plain(&report.room, text);
    let note = TicketNote {
        ticket: number,
        subject: ticket.map(|ticket| ticket.subject.clone()).unwrap_or_default(),
        member: ticket.map_or_else(|| MemberId::new(""), |ticket| ticket.member.clone()),
        member_name: ticket
            .map(|ticket| ticket.member_name.clone())
            .unwrap_or_default(),
        asked_in: ticket.map_or_else(|| report.room.clone(), |ticket| ticket.place.clone()),
        kind,
    };
    Outgoing {
        reply: Reply {
            quote: Some(report.message.clone()),
            note: Some(Box::new(note)),
            ..told.reply
        },
        // Quoting it speaks of the ticket, but nobody is told what became of it.
        about: Some(About {
            ticket: number,
            report: None,
        }),
        place: told.place,
    }
}
