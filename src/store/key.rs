//! By what a repeated event is recognised: the platform's id, and what was said by whom and when.
//!
//! The id alone is not enough. Some OneBot implementations number messages from the beginning again after a restart, some
//! give all the same; a message that was never heard must not be taken for one that was answered yesterday.

use groupdesk_contract::{Message, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Messages with one short number, sender and text that are so far apart are two: a counter began again.
const COUNTER_REPEATS_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// Of messages whose id says nothing, only those of the same second are one.
const BLANK_REPEATS_WITHIN: SignedDuration = SignedDuration::from_secs(1);

/// As many digits as a counter of 32 bits has at most.
const COUNTER_DIGITS: usize = 10;

/// Names one message taken in: what a repeated event is recognised by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboxKey {
    /// Where it was said.
    pub place: Place,
    /// The platform's id, unique in its channel for a while at least.
    pub message: MessageId,
    /// A digest of who said what; 0 where there is nothing but the id.
    pub fingerprint: i64,
    /// When it was said, by the platform's clock.
    pub at: Timestamp,
}

impl InboxKey {
    /// The key of a message.
    pub fn of(place: Place, message: &Message) -> Self {
        let mut digest = Sha256::new();
        digest.update(message.sender.id.as_str());
        digest.update([0]);
        digest.update(message.text());
        let digest: [u8; 32] = digest.finalize().into();
        let (first, _) = digest.split_at(8);
        // What names its ticket comes from a mailbox, a ticket system or a signed webhook: they give an id once, however small it
        // is, and some bring a message again hours later with the time at which they do.
        let timeless = message.ticket.is_some() && !names_nothing(&message.id);
        Self {
            place,
            message: message.id.clone(),
            fingerprint: first.try_into().map_or(1, i64::from_le_bytes),
            at: if timeless {
                Timestamp::UNIX_EPOCH
            } else {
                message.at
            },
        }
    }

    /// The key of something that has an id and nothing else to be recognised by.
    pub fn of_id(place: Place, id: MessageId) -> Self {
        Self {
            place,
            message: id,
            fingerprint: 0,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Between which times a message with this id, sender and text is the same one.
    pub(super) fn within(&self) -> (Timestamp, Timestamp) {
        let apart = if names_nothing(&self.message) {
            BLANK_REPEATS_WITHIN
        } else if is_counter(&self.message) {
            COUNTER_REPEATS_WITHIN
        } else {
            return (Timestamp::MIN, Timestamp::MAX);
        };
        (
            self.at.saturating_sub(apart).unwrap_or(Timestamp::MIN),
            self.at.saturating_add(apart).unwrap_or(Timestamp::MAX),
        )
    }
}

/// Whether an id is none: what platforms give to messages that have no id.
pub fn names_nothing(id: &MessageId) -> bool {
    let id = id.as_str().trim();
    id.strip_prefix('-').unwrap_or(id).chars().all(|c| c == '0') || id == "-1"
}

/// Whether an id may be given again: a short number.
fn is_counter(id: &MessageId) -> bool {
    let digits = id.as_str().strip_prefix('-').unwrap_or(id.as_str());
    digits.len() <= COUNTER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Messages that are being taken in, before the store knows them.
#[derive(Debug, Default)]
pub struct Seen(HashMap<(Place, MessageId, i64), Vec<Timestamp>>);

impl Seen {
    /// Whether a message is among them.
    pub fn has(&self, key: &InboxKey) -> bool {
        let (from, to) = key.within();
        self.0
            .get(&(key.place.clone(), key.message.clone(), key.fingerprint))
            .is_some_and(|times| times.iter().any(|at| (from..=to).contains(at)))
    }

    /// Adds a message, and says whether it is new.
    pub fn insert(&mut self, key: &InboxKey) -> bool {
        let new = !self.has(key);
        if new {
            let name = (key.place.clone(), key.message.clone(), key.fingerprint);
            self.0.entry(name).or_default().push(key.at);
        }
        new
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
