//! What comes due with tickets although nobody speaks: a ticket that nobody claims, the digest at opening, the end of a
//! resolved one.

use super::handoff::notices;
use super::policy::TicketPolicy;
use super::turn::Outgoing;
use super::{Desk, words};
use crate::ticket::{Book, Status, Ticket};
use groupdesk_contract::Place;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is due with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Staff find it in the digest.
    Digest,
    /// The next tier is told that nobody claims it.
    Escalate,
    /// It can't be reopened any more.
    Close,
}

impl Desk<'_> {
    /// When the next thing is due.
    pub fn next_due(&self, book: &Book, policy: &TicketPolicy) -> Option<Timestamp> {
        book.all()
            .filter_map(|ticket| self.due(ticket, policy))
            .map(|(at, _)| at)
            .min()
    }

    /// Does what is due at `now`.
    pub fn tickets_due(&self, book: &mut Book, policy: &TicketPolicy, now: Timestamp) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let due: Vec<(u64, Due)> = book
            .all()
            .filter_map(|ticket| {
                let (at, due) = self.due(ticket, policy)?;
                (at <= now).then_some((ticket.number, due))
            })
            .collect();
        let mut outgoing = Vec::new();
        let mut digests: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        for (number, due) in due {
            let Some(ticket) = book.get(number) else { continue };
            match due {
                Due::Digest => {
                    let line = words::list_line(language, ticket, now);
                    for room in &ticket.rooms {
                        digests.entry(room.clone()).or_default().push(line.clone());
                    }
                    book.mark(number, |ticket| ticket.in_digest = false);
                }
                Due::Escalate => {
                    let rooms = if policy.escalate_to.is_empty() {
                        &ticket.rooms
                    } else {
                        &policy.escalate_to
                    };
                    let waited = self.knowledge.faq.service().business_time(ticket.opened, now);
                    let line = words::list_line(language, ticket, now);
                    let text = words::escalated(language, waited.as_mins(), &line);
                    outgoing.extend(notices(rooms, number, &text));
                    book.mark(number, |ticket| ticket.escalated = true);
                }
                Due::Close => {
                    // It was found in the book a moment ago.
                    let _ = book.close(number, "groupdesk", now);
                }
            }
        }
        for (room, lines) in digests {
            let text = words::digest(language, &lines);
            // A digest speaks of many tickets: quoting it is a reply to none of them.
            outgoing.extend(notices(&[room], 0, &text).map(|notice| Outgoing {
                about: None,
                ..notice
            }));
        }
        outgoing
    }

    fn due(&self, ticket: &Ticket, policy: &TicketPolicy) -> Option<(Timestamp, Due)> {
        let service = self.knowledge.faq.service();
        match ticket.status {
            Status::Resolved => {
                let ended = ticket.ended.unwrap_or(ticket.opened);
                let at = ended
                    .saturating_add(policy.reopen_within)
                    .unwrap_or(Timestamp::MAX);
                Some((at, Due::Close))
            }
            Status::Open if ticket.in_digest => {
                let opening = if service.is_open(ticket.opened) {
                    Some(ticket.opened)
                } else {
                    service.next_opening(ticket.opened)
                };
                opening.map(|at| (at, Due::Digest))
            }
            Status::Open if !ticket.escalated && policy.escalate_after.is_positive() => service
                .add_business_time(ticket.opened, policy.escalate_after)
                .map(|at| (at, Due::Escalate)),
            Status::Open | Status::Claimed | Status::Waiting | Status::Closed => None,
        }
    }
}
