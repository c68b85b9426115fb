//! The account's durable notes with what was read lately kept at hand: how far channels were read, which thread is which
//! ticket, which messages are parts of one reply.

use crate::bounded::Bounded;
use groupdesk_contract::Memory;
use std::sync::{Arc, Mutex, PoisonError};

/// Notes at hand; the others are read again.
const AT_HAND: usize = 10_000;

pub(crate) struct Notebook {
    memory: Arc<dyn Memory>,
    at_hand: Mutex<Bounded<String, Option<String>>>,
}

impl Notebook {
    pub(crate) fn new(memory: Arc<dyn Memory>) -> Self {
        Self {
            memory,
            at_hand: Mutex::new(Bounded::new(AT_HAND)),
        }
    }

    /// Returns the value under `key`. An unreadable value counts as missing, so that a full disk stops no answer.
    pub(crate) async fn get(&self, key: &str) -> Option<String> {
        if let Some(known) = self.hand().get(&key.to_owned()) {
            return known.clone();
        }
        match self.memory.get(key).await {
            Ok(found) => {
                let found = found.filter(|value| !value.is_empty());
                self.hand().insert(key.to_owned(), found.clone());
                found
            }
            Err(error) => {
                tracing::warn!(key, %error, "a note can't be read");
                None
            }
        }
    }

    /// The number that stands under `key`.
    pub(crate) async fn number<N: std::str::FromStr>(&self, key: &str) -> Option<N> {
        self.get(key).await?.parse().ok()
    }

    /// Keeps `value` under `key`; an empty one forgets it. When it can't be written it is known until the process ends.
    pub(crate) async fn put(&self, key: &str, value: &str) {
        let kept = Some(value.to_owned()).filter(|value| !value.is_empty());
        self.hand().insert(key.to_owned(), kept);
        if let Err(error) = self.memory.put(key, value).await {
            tracing::warn!(key, %error, "a note can't be written; it is forgotten when the program ends");
        }
    }

    fn hand(&self) -> std::sync::MutexGuard<'_, Bounded<String, Option<String>>> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
