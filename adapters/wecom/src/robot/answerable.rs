//! The messages that may still be answered, and how.

use super::pending_reply::PendingReply;
use groupdesk_contract::{ChannelId, MessageId};
use groupdesk_kit::BoundedMap;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// The time in which a message can be answered as such, with a margin: WeCom says six minutes, counted from its own receipt.
pub(crate) const ANSWER_WINDOW: SignedDuration = SignedDuration::from_secs(330);
/// Messages that are remembered.
const MESSAGES_KEPT: usize = 5_000;

/// The route of an answer to a message.
#[derive(Debug, Clone)]
pub(crate) enum ReplyRoute {
    /// Over the long connection of this number, under this `req_id`.
    Frame(u64, String),
    /// The answer to a callback.
    Callback(Arc<PendingReply>),
}

/// Messages that came lately.
#[derive(Debug)]
pub(crate) struct Questions {
    kept: BoundedMap<(ChannelId, MessageId), (Option<ReplyRoute>, Timestamp)>,
    newest: BoundedMap<ChannelId, MessageId>,
}

impl Questions {
    pub(super) fn new() -> Self {
        Self {
            kept: BoundedMap::new(MESSAGES_KEPT),
            newest: BoundedMap::new(MESSAGES_KEPT),
        }
    }

    /// A message came, and can be answered this way.
    pub(super) fn record_message(
        &mut self,
        channel: &ChannelId,
        message: &MessageId,
        way: ReplyRoute,
        now: Timestamp,
    ) {
        self.kept
            .insert((channel.clone(), message.clone()), (Some(way), now));
        self.newest.insert(channel.clone(), message.clone());
    }

    /// Finds the quoted message, or else the newest of the channel, and the route to answer it now.
    pub(super) fn reply_route(
        &self,
        channel: &ChannelId,
        quote: Option<&MessageId>,
        now: Timestamp,
    ) -> Option<(MessageId, ReplyRoute)> {
        let message = quote.or_else(|| self.newest.get(channel))?.clone();
        let (way, at) = self.kept.get(&(channel.clone(), message.clone()))?;
        let way = way.clone().filter(|_| now.duration_since(*at) < ANSWER_WINDOW)?;
        Some((message, way))
    }

    /// The slot of a message that came before.
    pub(super) fn pending_reply(
        &self,
        channel: &ChannelId,
        message: &MessageId,
    ) -> Option<Arc<PendingReply>> {
        match self.kept.get(&(channel.clone(), message.clone()))? {
            (Some(ReplyRoute::Callback(slot)), _) => Some(Arc::clone(slot)),
            _ => None,
        }
    }

    /// True if a message of this id came lately; a button press doesn't count.
    pub(super) fn knows(&self, channel: &ChannelId, message: &MessageId) -> bool {
        self.kept.get(&(channel.clone(), message.clone())).is_some()
    }

    /// A frame answers a message once.
    pub(super) fn answered(&mut self, channel: &ChannelId, message: &MessageId, now: Timestamp) {
        self.kept.insert((channel.clone(), message.clone()), (None, now));
    }
}
