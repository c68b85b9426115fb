//! Subjects of tickets that were closed a short time ago: who asks on gets a new one that names the old.

use super::{OpenTickets, Ticket};
use groupdesk_contract::Place;
use std::collections::VecDeque;

/// Closed tickets that are remembered.
const TICKETS_KEPT: usize = 500;

/// Tickets that were closed since the program began, the last ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Ended(VecDeque<(u64, Place, String)>);

impl Ended {
    pub(super) fn add(&mut self, ticket: &Ticket) {
        if self.0.len() >= TICKETS_KEPT {
            self.0.pop_front();
        }
        let of = (ticket.number, ticket.place.clone(), ticket.subject.clone());
        self.0.push_back(of);
    }
}

impl OpenTickets {
    /// Returns the subject of a ticket of this channel that was closed a short time ago.
    pub fn closed_subject(&self, place: &Place, number: u64) -> Option<&str> {
        let mut ended = self.ended.0.iter();
        let (.., subject) = ended.find(|(of, asked_in, _)| *of == number && asked_in == place)?;
        (!subject.is_empty()).then_some(subject)
    }
}
