//! Delivery state of a ticket's notices: the rooms that were to be told and have not been.

use super::{Status, Ticket};
use groupdesk_contract::Place;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Pauses between two notices of a ticket to a room that refused it, the first and the longest; they double.
const TELL_AGAIN: (SignedDuration, SignedDuration) =
    (SignedDuration::from_mins(1), SignedDuration::from_hours(1));

/// A room that a ticket's notice has not reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreachedRoom {
    /// The room.
    pub room: Place,
    /// State of the notice.
    pub state: Reach,
    /// Notices that it has refused.
    #[serde(default)]
    pub refused: u32,
    /// Time at which it is told again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Timestamp>,
}

/// State of a notice that has not reached its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// On its way.
    UnderWay,
    /// It is tried again and again: the room can't be reached now.
    Late,
    /// The room took no notice, or nobody can tell whether it did. Another one follows.
    Refused,
}

impl UnreachedRoom {
    /// Makes the state of a room to which the notice is on its way.
    pub fn new(room: Place) -> Self {
        Self {
            room,
            state: Reach::UnderWay,
            refused: 0,
            again: None,
        }
    }
}

impl Ticket {
    /// Rooms that know of it, or will in a moment: nothing is known against the notice that is on its way.
    pub fn told_rooms(&self) -> impl Iterator<Item = &Place> {
        self.rooms.iter().filter(|room| self.is_told(room))
    }

    /// `true` if a room knows of it, or will in a moment.
    pub fn is_told(&self, room: &Place) -> bool {
        let under_way =
            |unreached: &UnreachedRoom| unreached.state == Reach::UnderWay && unreached.refused == 0;
        let mut unreached = self.unreached.iter();
        unreached.all(|unreached| unreached.room != *room || under_way(unreached))
    }

    /// Records that its notice did not reach a room. Returns `true` if that is news.
    pub fn not_reached(&mut self, room: &Place, state: Reach, now: Timestamp) -> bool {
        let known = self
            .unreached
            .iter_mut()
            .find(|unreached| unreached.room == *room);
        let unreached = match known {
            Some(known) => known,
            None => {
                self.unreached.push(UnreachedRoom::new(room.clone()));
                match self.unreached.last_mut() {
                    Some(new) => new,
                    None => return false,
                }
            }
        };
        let news = unreached.state != state && unreached.refused == 0;
        unreached.state = state;
        if state == Reach::Refused {
            let pause = TELL_AGAIN
                .0
                .checked_mul(1 << unreached.refused.min(10))
                .map_or(TELL_AGAIN.1, |pause| pause.min(TELL_AGAIN.1));
            unreached.refused = unreached.refused.saturating_add(1);
            unreached.again = now.checked_add(pause).ok();
        }
        news
    }

    /// Returns the time at which a room that refused its notice is told again; `None` once the ticket has an owner.
    pub fn tell_again_at(&self) -> Option<Timestamp> {
        (self.status == Status::Open)
            .then(|| {
                self.unreached
                    .iter()
                    .filter_map(|unreached| unreached.again)
                    .min()
            })
            .flatten()
    }

    /// Takes out the rooms that are told again at `now`.
    pub fn take_tell_again(&mut self, now: Timestamp) -> Vec<Place> {
        let mut rooms = Vec::new();
        for unreached in &mut self.unreached {
            if unreached.again.take_if(|at| *at <= now).is_some() {
                unreached.state = Reach::UnderWay;
                rooms.push(unreached.room.clone());
            }
        }
        rooms
    }
}
