//! Orders of staff that are answered in staff rooms, wherever they are given: in a staff room, or under a message in a group of members.

use super::batch_work::Arrived;
use super::embed_batch::is_staff;
use super::inbox_state::InboxWorker;
use crate::desk::not_obeyed;
use crate::store::DeduplicationKey;
use groupdesk_contract::{Message, Place};
use std::collections::HashSet;

/// Order of a staff member.
pub(super) struct StaffOrder<'m, O> {
    pub(super) key: &'m DeduplicationKey,
    pub(super) message: &'m Message,
    pub(super) order: O,
    /// `true` if it was given in a staff room.
    pub(super) in_room: bool,
    /// Rooms that get the answer.
    pub(super) rooms: Vec<Place>,
}

impl InboxWorker {
    /// Returns the orders among the new messages of a batch that `read` finds.
    pub(super) fn staff_orders<'m, O>(
        &self,
        messages: &[(&Arrived, &'m DeduplicationKey, &'m Message)],
        new: &HashSet<DeduplicationKey>,
        read: impl Fn(&str) -> Option<O>,
    ) -> Vec<StaffOrder<'m, O>> {
        let routing = &self.inbox.routing;
        let of = |(arrived, key, message): &(&Arrived, &'m DeduplicationKey, &'m Message)| {
            let order = read(&message.text())?;
            let in_room = routing.is_staff_room(&key.place);
            let by_staff = in_room || is_staff(routing, &arrived.account, message);
            if !new.contains(*key) || !by_staff || !self.may_order(key, message) {
                return None;
            }
            let rooms = if in_room {
                vec![key.place.clone()]
            } else {
                routing.channel(&key.place).tell.clone()
            };
            Some(StaffOrder {
                key,
                message,
                order,
                in_room,
                rooms,
            })
        };
        messages.iter().filter_map(of).collect()
    }

    /// `true` if a message may be an order: of no program, of nobody whom the settings pass over, and no old replay.
    pub(super) fn may_order(&self, key: &DeduplicationKey, message: &Message) -> bool {
        let policy = &self.inbox.routing.written(&key.place).policy;
        not_obeyed(message, self.inbox.clock.now()).is_none()
            && policy.passes_over(&message.sender.id).is_none()
    }
}
