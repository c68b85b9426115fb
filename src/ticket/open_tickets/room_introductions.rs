//! The rooms of staff: their tickets, and whether they were told, under the first notice that they got, how tickets are answered.

use super::{OpenTickets, Ticket};
use groupdesk_contract::Place;
use std::collections::BTreeSet;

/// The rooms that were told, and those of them that were told since the last commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Introduced {
    all: BTreeSet<Place>,
    new: BTreeSet<Place>,
}

impl Introduced {
    pub(super) fn take_new(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.new).into_iter().collect()
    }
}

impl OpenTickets {
    /// Returns a ticket that the staff of a room were told of.
    pub fn get_in(&self, room: &Place, number: u64) -> Option<&Ticket> {
        self.get(number).filter(|ticket| ticket.is_of(room))
    }

    /// The tickets that the staff of a room were told of, oldest first.
    pub fn all_in(&self, room: &Place) -> impl Iterator<Item = &Ticket> {
        self.all().filter(move |ticket| ticket.is_of(room))
    }

    /// Sets the rooms whose staff were told how tickets are answered.
    #[must_use]
    pub fn with_introduced(mut self, rooms: BTreeSet<Place>) -> Self {
        self.introduced.all = rooms;
        self
    }

    /// Returns `true` if the staff of a room were told how tickets are answered, or had tickets before.
    pub fn is_introduced(&self, room: &Place) -> bool {
        self.introduced.all.contains(room) || self.all_in(room).next().is_some()
    }

    pub(super) fn introduce(&mut self, rooms: &[Place]) {
        for room in rooms {
            if self.introduced.all.insert(room.clone()) {
                self.introduced.new.insert(room.clone());
            }
        }
    }
}
