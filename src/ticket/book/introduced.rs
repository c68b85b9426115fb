//! The rooms whose staff were told how tickets are answered: under the first notice that they got.

use super::Book;
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

impl Book {
    /// With the rooms whose staff were told how tickets are answered.
    #[must_use]
    pub fn with_introduced(mut self, rooms: BTreeSet<Place>) -> Self {
        self.introduced.all = rooms;
        self
    }

    /// Whether the staff of a room were told how tickets are answered, or had tickets before.
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
