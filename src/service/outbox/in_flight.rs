//! Replies on their way, by the message that they carry or answer: one that is dropped in time is not sent, and one that
//! is just being sent can be found by the id that it gets.

use super::{Queued, WaitingReply};
use groupdesk_contract::{MessageId, Place, Reply, ReplyKey};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Longest time for which a reply is held while it is decided if it is still wanted; a decision takes milliseconds.
const HELD_MAX: Duration = Duration::from_secs(30);

/// Sent replies that are remembered: their ids are in the store within milliseconds.
const SENT_KEPT: usize = 4096;

/// Prefix of the key in the id of a message that the platform has not named yet.
const UNNAMED: &str = "@reply:";

/// Returns the id by which a reply can be edited or recalled before the platform named it; use it in its own channel,
/// behind it.
pub fn unnamed(key: ReplyKey) -> MessageId {
    MessageId::new(format!("{UNNAMED}{}", key.0))
}

/// Returns the reply of such an id.
pub(super) fn key_of(message: &MessageId) -> Option<ReplyKey> {
    let key = message.as_str().strip_prefix(UNNAMED)?;
    key.parse().ok().map(ReplyKey)
}

/// A reply that carries or answers a message, and has no final outcome in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyInFlight {
    /// Key in the store.
    pub key: ReplyKey,
    /// Destination.
    pub place: Place,
    /// Content.
    pub reply: Reply,
    /// Stage of its delivery.
    pub stage: Stage,
}

/// Stage of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nothing of it is with the platform, and nothing will be unless it is let go.
    Held,
    /// It is being sent, or may have been sent.
    UnderWay,
    /// It was sent, under this id.
    Sent(MessageId),
}

/// Leave to send a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    Given,
    /// It is being decided on.
    Held,
    /// It was dropped.
    Dropped,
}

#[derive(Debug)]
struct KnownReply {
    of: (Place, MessageId),
    place: Place,
    reply: Reply,
    under_way: bool,
    /// `true` if it was dropped.
    unwanted: bool,
    held_until: Option<Instant>,
    /// Set when it was sent, with the id that the platform gave.
    sent: Option<Option<MessageId>>,
}

#[derive(Debug, Default)]
struct InFlightState {
    replies: HashMap<ReplyKey, KnownReply>,
    by_message: HashMap<(Place, MessageId), Vec<ReplyKey>>,
    /// Messages that are edited or recalled as soon as they are decided on: replies to them wait for that.
    awaited: HashMap<(Place, MessageId), Instant>,
    sent: VecDeque<ReplyKey>,
}

#[derive(Debug, Default)]
pub(super) struct Replies(Mutex<InFlightState>);

impl Replies {
    /// Records a reply that is to be sent.
    pub(super) fn add(&self, waiting: &WaitingReply) {
        let queued = &waiting.queued;
        let Some(of) = of(queued) else { return };
        let mut inner = self.0.lock();
        let held_until = inner.awaited.get(&of).copied();
        let known = KnownReply {
            of: of.clone(),
            place: queued.place.clone(),
            reply: queued.reply.clone(),
            // An earlier run of the program may have sent it.
            under_way: waiting.from_previous_run,
            unwanted: false,
            held_until,
            sent: None,
        };
        inner.replies.insert(queued.key, known);
        inner.by_message.entry(of).or_default().push(queued.key);
    }

    /// Records that a message will be edited or recalled at once: replies to it are held until then.
    pub(super) fn await_amendment(&self, of: (Place, MessageId)) {
        self.0.lock().awaited.insert(of, Instant::now() + HELD_MAX);
    }

    /// Returns the replies that carry or answer a message, oldest first, and holds those that wait until they are dropped
    /// or let go.
    pub(super) fn stop_replies_to(&self, place: &Place, message: &MessageId) -> Vec<ReplyInFlight> {
        let mut inner = self.0.lock();
        let of = (place.clone(), message.clone());
        inner.awaited.remove(&of);
        let keys = inner.by_message.get(&of);
        let keys = keys.cloned().unwrap_or_default();
        let mut found = Vec::new();
        for key in keys {
            let Some(known) = inner.replies.get_mut(&key).filter(|known| !known.unwanted) else {
                continue;
            };
            let stage = match &known.sent {
                Some(Some(id)) => Stage::Sent(id.clone()),
                Some(None) => continue,
                None if known.under_way => Stage::UnderWay,
                None => {
                    known.held_until = Some(Instant::now() + HELD_MAX);
                    Stage::Held
                }
            };
            found.push(ReplyInFlight {
                key,
                place: known.place.clone(),
                reply: known.reply.clone(),
                stage,
            });
        }
        found
    }

    /// Lets held replies go out.
    pub(super) fn let_go(&self, keys: &[ReplyKey]) {
        let mut inner = self.0.lock();
        for key in keys {
            if let Some(known) = inner.replies.get_mut(key) {
                known.held_until = None;
            }
        }
    }

    /// Marks replies as dropped, and returns their destinations.
    pub(super) fn drop_all(&self, keys: &[ReplyKey]) -> Vec<(Place, ReplyKey)> {
        let mut inner = self.0.lock();
        let mut dropped = Vec::new();
        for key in keys {
            if let Some(known) = inner.replies.get_mut(key) {
                known.unwanted = true;
                dropped.push((known.place.clone(), *key));
            }
        }
        dropped
    }

    /// Asks for leave to send a reply.
    pub(super) fn begin(&self, key: ReplyKey) -> Leave {
        let mut inner = self.0.lock();
        let Some(known) = inner.replies.get_mut(&key) else {
            return Leave::Given;
        };
        if known.unwanted {
            return Leave::Dropped;
        }
        if known.held_until.is_some_and(|until| Instant::now() < until) {
            return Leave::Held;
        }
        known.under_way = true;
        Leave::Given
    }

    /// Records that nothing of a reply is with the platform. Returns `true` if it was dropped.
    pub(super) fn failed(&self, key: ReplyKey) -> bool {
        let mut inner = self.0.lock();
        inner.replies.get_mut(&key).is_some_and(|known| {
            known.under_way = false;
            known.unwanted
        })
    }

    /// `true` if a reply was dropped.
    pub(super) fn is_unwanted(&self, key: ReplyKey) -> bool {
        self.0
            .lock()
            .replies
            .get(&key)
            .is_some_and(|known| known.unwanted)
    }

    /// Records that a reply was sent. Returns `true` if it had been dropped meanwhile.
    pub(super) fn sent(&self, key: ReplyKey, message: Option<&MessageId>) -> bool {
        let mut inner = self.0.lock();
        let Some(known) = inner.replies.get_mut(&key) else {
            return false;
        };
        known.sent = Some(message.cloned());
        let unwanted = known.unwanted;
        inner.sent.push_back(key);
        if inner.sent.len() > SENT_KEPT
            && let Some(oldest) = inner.sent.pop_front()
        {
            inner.forget(oldest);
        }
        unwanted
    }

    /// Removes a reply of which nothing more will come.
    pub(super) fn over(&self, key: ReplyKey) {
        self.0.lock().forget(key);
    }

    /// Returns the id that a reply got a moment ago.
    pub(super) fn sent_as(&self, key: ReplyKey) -> Option<MessageId> {
        self.0.lock().replies.get(&key)?.sent.clone()?
    }
}

impl InFlightState {
    fn forget(&mut self, key: ReplyKey) {
        let Some(known) = self.replies.remove(&key) else {
            return;
        };
        if let Some(keys) = self.by_message.get_mut(&known.of) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.by_message.remove(&known.of);
            }
        }
    }
}

/// Returns the message that a reply carries, where staff wrote it, or that the bot's answer is to.
pub(super) fn of(queued: &Queued) -> Option<(Place, MessageId)> {
    if !queued.reply.act.is_say() {
        return None;
    }
    match &queued.about {
        Some(about) => {
            let report = about.report.as_ref()?;
            Some((report.room.clone(), report.message.clone()))
        }
        None => Some((queued.place.clone(), queued.reply.quote.clone()?)),
    }
}
