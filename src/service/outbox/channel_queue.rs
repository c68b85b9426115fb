//! Waiting replies of a channel, by priority.

use super::conversation_order::ConversationOrder;
use super::reply_priority::Priority;
use super::retried_aside::RetriedAside;
use super::{WaitingReply, in_flight};
use groupdesk_contract::ReplyKey;
use std::collections::VecDeque;

#[derive(Default)]
pub(super) struct Queue([VecDeque<WaitingReply>; Priority::ALL.len()]);

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(VecDeque::is_empty)
    }

    /// Adds a reply: last of its priority, or in the place of the dropped one that carried the same message, which is
    /// returned.
    pub(super) fn push(&mut self, waiting: WaitingReply) -> Option<ReplyKey> {
        if let Some(place) = self.place_for(&waiting) {
            return Some(std::mem::replace(place, waiting).queued.key);
        }
        if let Some(queue) = self.0.get_mut(waiting.priority() as usize) {
            queue.push_back(waiting);
        }
        None
    }

    pub(super) fn push_front(&mut self, waiting: WaitingReply) {
        if let Some(queue) = self.0.get_mut(waiting.priority() as usize) {
            queue.push_front(waiting);
        }
    }

    /// Marks a reply as dropped: it keeps its place for the one that may come in its stead.
    pub(super) fn drop_reply(&mut self, key: ReplyKey) {
        if let Some(waiting) = self.iter_mut().find(|waiting| waiting.queued.key == key) {
            waiting.dropped = true;
        }
    }

    /// Returns the dropped reply that carried the same message.
    fn place_for(&mut self, waiting: &WaitingReply) -> Option<&mut WaitingReply> {
        let of = in_flight::of(&waiting.queued)?;
        let queue = self.0.get_mut(waiting.priority() as usize)?;
        let mut queue = queue.iter_mut();
        queue.find(|other| other.dropped && in_flight::of(&other.queued).as_ref() == Some(&of))
    }

    /// Takes out the next reply that waits for none of those aside.
    pub(super) fn pop(&mut self, retried_aside: &RetriedAside) -> Option<WaitingReply> {
        let (queue, at) = self.next(retried_aside)?;
        self.0.get_mut(queue)?.remove(at)
    }

    /// Returns the priority of that reply.
    pub(super) fn first(&self, retried_aside: &RetriedAside) -> Option<Priority> {
        let (queue, _) = self.next(retried_aside)?;
        Priority::ALL.get(queue).copied()
    }

    /// Returns the highest priority of the replies of these conversations.
    pub(super) fn first_of(&self, conversation_order: &ConversationOrder) -> Option<Priority> {
        let of_them = |queue: &VecDeque<WaitingReply>| {
            queue
                .iter()
                .any(|waiting| waiting.conversation_order.meet(conversation_order))
        };
        let mut queues = self.0.iter().zip(Priority::ALL);
        queues
            .find(|(queue, _)| of_them(queue))
            .map(|(_, priority)| priority)
    }

    /// Returns queue and position of the next reply that waits for none of those aside, nor for one that does.
    fn next(&self, retried_aside: &RetriedAside) -> Option<(usize, usize)> {
        if retried_aside.is_empty() {
            let queue = self.0.iter().position(|queue| !queue.is_empty())?;
            return Some((queue, 0));
        }
        let mut taken = retried_aside.taken();
        for (queue, waiting) in self.0.iter().enumerate() {
            for (at, waiting) in waiting.iter().enumerate() {
                if !waiting.conversation_order.are_among(&taken) {
                    return Some((queue, at));
                }
                waiting.conversation_order.take(&mut taken);
            }
        }
        None
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut WaitingReply> {
        self.0.iter_mut().flatten()
    }
}
