//! Deduplication keys of events: the platform's id, and a digest of sender, text and time.
//!
//! The id alone is not enough. Some OneBot implementations number messages from the beginning again after a restart, some
//! give all the same; a message that was never received must not be taken for one that was answered yesterday.

use groupdesk_contract::{Message, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Time apart from which two messages with one short number, sender and text are different: a counter began again.
const COUNTER_REPEATS_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// Time within which messages with a blank id, and the same sender and text, are one.
const BLANK_REPEATS_WITHIN: SignedDuration = SignedDuration::from_secs(1);

/// Most digits of a 32-bit counter.
const COUNTER_DIGITS: usize = 10;

/// Deduplication key of a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeduplicationKey {
    /// Channel of the message.
    pub place: Place,
    /// Id on the platform, unique in its channel for a while at least.
    pub message: MessageId,
    /// Digest of sender and text; 0 where there is nothing but the id.
    pub fingerprint: i64,
    /// Time at which it was sent, by the platform's clock.
    pub at: Timestamp,
}

impl DeduplicationKey {
    /// Makes the key of a message.
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

    /// Makes the key of an event that has an id and nothing else to be recognised by.
    pub fn of_id(place: Place, id: MessageId) -> Self {
        Self {
            place,
            message: id,
            fingerprint: 0,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Returns the earliest and the latest time at which a message with this id, sender and text is the same one.
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

/// `true` if an id is blank: platforms give such to messages that have no id.
pub fn names_nothing(id: &MessageId) -> bool {
    let id = id.as_str().trim();
    id.strip_prefix('-').unwrap_or(id).chars().all(|c| c == '0') || id == "-1"
}

/// `true` if an id may be given again: a short number.
pub fn is_counter(id: &MessageId) -> bool {
    let digits = id.as_str().strip_prefix('-').unwrap_or(id.as_str());
    digits.len() <= COUNTER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Messages that are being received, before the store knows them.
#[derive(Debug, Default)]
pub struct SeenMessages(HashMap<(Place, MessageId, i64), Vec<Timestamp>>);

impl SeenMessages {
    /// `true` if a message is among them.
    pub fn has(&self, key: &DeduplicationKey) -> bool {
        let (from, to) = key.within();
        self.0
            .get(&(key.place.clone(), key.message.clone(), key.fingerprint))
            .is_some_and(|times| times.iter().any(|at| (from..=to).contains(at)))
    }

    /// Adds a message. Returns `true` if it is new.
    pub fn insert(&mut self, key: &DeduplicationKey) -> bool {
        let new = !self.has(key);
        if new {
            let name = (key.place.clone(), key.message.clone(), key.fingerprint);
            self.0.entry(name).or_default().push(key.at);
        }
        new
    }

    /// Removes them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
