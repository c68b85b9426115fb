//! Replies of a channel that stepped aside, so that those of other conversations need not wait for them.

use super::conversation_order::ConversationOrder;
use groupdesk_contract::ReplyKey;
use std::collections::HashSet;

/// Replies of a channel that step aside before another gets through: more, and it is the channel that takes nothing,
/// where they may as well wait in order.
const UNPROVEN_MOST: usize = 3;

/// Replies of a channel that are aside at once.
const ASIDE_MAX: usize = 16;

/// Replies that stepped aside.
#[derive(Debug, Default)]
pub(super) struct RetriedAside {
    all: Vec<RetriedReply>,
    /// Replies that stepped aside since the channel last took one.
    unproven: usize,
}

#[derive(Debug)]
struct RetriedReply {
    key: ReplyKey,
    conversation_order: ConversationOrder,
    /// Reason that those who rely on it were told.
    late: Option<String>,
}

impl RetriedAside {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Adds a reply; `false` where too many are there.
    pub(super) fn add(&mut self, key: ReplyKey, conversation_order: &ConversationOrder) -> bool {
        let may = self.unproven < UNPROVEN_MOST && self.all.len() < ASIDE_MAX;
        if may {
            self.unproven += 1;
            self.all.push(RetriedReply {
                key,
                conversation_order: conversation_order.clone(),
                late: None,
            });
        }
        may
    }

    pub(super) fn remove(&mut self, key: ReplyKey) {
        self.all.retain(|aside| aside.key != key);
    }

    /// Records that the channel took a reply.
    pub(super) fn got_through(&mut self) {
        self.unproven = 0;
    }

    /// Returns the conversations of a reply, if it is aside.
    pub(super) fn conversation_order(&self, key: ReplyKey) -> Option<&ConversationOrder> {
        let aside = self.all.iter().find(|aside| aside.key == key);
        aside.map(|aside| &aside.conversation_order)
    }

    /// Returns all conversations in which nothing may go out.
    pub(super) fn taken(&self) -> HashSet<u64> {
        let mut taken = HashSet::new();
        for aside in &self.all {
            aside.conversation_order.take(&mut taken);
        }
        taken
    }

    /// Records that those who rely on a reply were told that it is late.
    pub(super) fn late(&mut self, key: ReplyKey, reason: &str) {
        if let Some(aside) = self.all.iter_mut().find(|aside| aside.key == key) {
            aside.late = Some(reason.to_owned());
        }
    }

    /// Returns the reason for which a reply of these conversations will be late.
    pub(super) fn late_for(&self, conversation_order: &ConversationOrder) -> Option<&str> {
        let mut before = self
            .all
            .iter()
            .filter(|aside| aside.conversation_order.meet(conversation_order));
        before.find_map(|aside| aside.late.as_deref())
    }
}
