//! An account's durable notes, with those that were read lately kept in memory.

use crate::BoundedMap;
use groupdesk_contract::Storage;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most notes in memory; the others are read again.
const CACHE_CAPACITY: usize = 10_000;

/// The durable notes of one account: which group became which, which topic is which ticket, how far a channel was read.
pub struct Notebook {
    storage: Arc<dyn Storage>,
    cache: Mutex<BoundedMap<String, Option<String>>>,
}

impl Notebook {
    /// Makes a notebook that keeps its notes in `storage`.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            cache: Mutex::new(BoundedMap::new(CACHE_CAPACITY)),
        }
    }

    /// Returns the value under `key`. An unreadable value counts as missing, so that a full disk stops no answer.
    pub async fn get(&self, key: &str) -> Option<String> {
        if let Some(known) = self.cache().get(&key.to_owned()) {
            return known.clone();
        }
        match self.storage.get(key).await {
            Ok(found) => {
                let found = found.filter(|value| !value.is_empty());
                self.cache().insert(key.to_owned(), found.clone());
                found
            }
            Err(error) => {
                tracing::warn!(key, %error, "a note can't be read");
                None
            }
        }
    }

    /// Returns the number that stands under `key`.
    pub async fn number<N: FromStr>(&self, key: &str) -> Option<N> {
        self.get(key).await?.parse().ok()
    }

    /// Keeps `value` under `key`; an empty one forgets it. When it can't be written it is known until the process ends.
    pub async fn put(&self, key: &str, value: &str) {
        let kept = Some(value.to_owned()).filter(|value| !value.is_empty());
        self.cache().insert(key.to_owned(), kept);
        if let Err(error) = self.storage.put(key, value).await {
            tracing::warn!(key, %error, "a note can't be written; it is forgotten when the program ends");
        }
    }

    fn cache(&self) -> MutexGuard<'_, BoundedMap<String, Option<String>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use groupdesk_contract::{InMemoryStorage, StorageError};

    #[derive(Debug)]
    struct FullDisk;

    #[async_trait]
    impl Storage for FullDisk {
        async fn get(&self, _: &str) -> Result<Option<String>, StorageError> {
            Err(StorageError("the disk is full".to_owned()))
        }

        async fn put(&self, _: &str, _: &str) -> Result<(), StorageError> {
            Err(StorageError("the disk is full".to_owned()))
        }
    }

    #[tokio::test]
    async fn notes_outlive_a_notebook_and_a_full_disk_does_not_stop_it() {
        let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
        Notebook::new(Arc::clone(&storage)).put("moved:1", "2").await;
        let notes = Notebook::new(storage);
        assert_eq!(notes.number("moved:1").await, Some(2));
        notes.put("moved:1", "").await;
        assert_eq!(notes.get("moved:1").await, None);
        let notes = Notebook::new(Arc::new(FullDisk));
        assert_eq!(notes.get("moved:1").await, None);
        notes.put("moved:1", "3").await;
        assert_eq!(notes.number("moved:1").await, Some(3));
    }
}
