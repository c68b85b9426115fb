//! An account's durable notes, with those that were read lately kept in memory.

use crate::BoundedMap;
use groupdesk_contract::Storage;
use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use std::sync::Arc;

/// The most notes in memory; the others are read again.
const CACHE_CAPACITY: usize = 10_000;

/// The durable notes of one account: which group became which, which topic is which ticket, how far a channel was read.
pub struct Notebook {
    storage: Arc<dyn Storage>,
    /// The notes read or written lately; `None` if each is read anew.
    cache: Option<Mutex<BoundedMap<String, Option<String>>>>,
}

impl Notebook {
    /// Makes a notebook that keeps its notes in `storage`, for notes that are asked for with every message.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            cache: Some(Mutex::new(BoundedMap::new(CACHE_CAPACITY))),
        }
    }

    /// Makes a notebook that reads `storage` at each [`Notebook::get`], for notes that are long, or asked for seldom.
    pub fn without_cache(storage: Arc<dyn Storage>) -> Self {
        Self { storage, cache: None }
    }

    /// Returns the value under `key`. An unreadable value counts as missing, so that a full disk stops no answer.
    pub async fn get(&self, key: &str) -> Option<String> {
        let known = self.cache().and_then(|cache| cache.get(&key.to_owned()).cloned());
        if let Some(known) = known {
            return known;
        }
        match self.storage.get(key).await {
            Ok(found) => {
                let found = found.filter(|value| !value.is_empty());
                self.cache_note(key, found.clone());
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

    /// Returns the value under `key`, read from JSON. An unreadable value counts as missing.
    pub async fn json<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_str(&self.get(key).await?).ok()
    }

    /// Keeps `value` under `key` as JSON, as [`Notebook::put`] does.
    pub async fn put_json<T: Serialize>(&self, key: &str, value: &T) {
        self.put(key, &serde_json::to_string(value).unwrap_or_default())
            .await;
    }

    /// Keeps `value` under `key`; an empty one forgets it. When it can't be written, the cache knows it until the process ends.
    pub async fn put(&self, key: &str, value: &str) {
        let kept = Some(value.to_owned()).filter(|value| !value.is_empty());
        self.cache_note(key, kept);
        if let Err(error) = self.storage.put(key, value).await {
            tracing::warn!(key, %error, "a note can't be written; it is forgotten when the program ends");
        }
    }

    fn cache_note(&self, key: &str, value: Option<String>) {
        if let Some(mut cache) = self.cache() {
            cache.insert(key.to_owned(), value);
        }
    }

    fn cache(&self) -> Option<MutexGuard<'_, BoundedMap<String, Option<String>>>> {
        let cache = self.cache.as_ref()?;
        Some(cache.lock())
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
        notes.put_json("parts", &[1, 2]).await;
        assert_eq!(notes.json("parts").await, Some(vec![1, 2]));
        let anew = Notebook::without_cache(Arc::clone(&notes.storage));
        anew.put("moved:1", "4").await;
        assert_eq!(anew.number("moved:1").await, Some(4));
        let notes = Notebook::new(Arc::new(FullDisk));
        assert_eq!(notes.get("moved:1").await, None);
        notes.put("moved:1", "3").await;
        assert_eq!(notes.number("moved:1").await, Some(3));
    }
}
