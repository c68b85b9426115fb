//! The key-value store of an adapter, which survives a restart: its read position, the ticket that belongs to an issue.

use async_trait::async_trait;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use tokio::sync::OnceCell;

/// The key under which a store's mark is kept.
const STORE_MARK: &str = "store-mark";
/// The number of signs of a mark: enough for no two stores of one desk to share it, few enough for the shortest field that a
/// platform has for it.
const MARK_LENGTH: usize = 6;

/// An account's own durable storage, by key. Another account has others.
#[async_trait]
pub trait Storage: Send + Sync + fmt::Debug {
    /// Returns the value last kept under `key`.
    ///
    /// # Errors
    /// If it can't be read now; trying again is worth while.
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError>;

    /// Keeps a value under a key, in place of what was there; returns when it is on the disk.
    ///
    /// # Errors
    /// If it can't be written now; trying again is worth while.
    async fn put(&self, key: &str, value: &str) -> Result<(), StorageError>;
}

/// The reason for which a read or write failed, in a sentence for an admin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StorageError(pub String);

/// The mark of the store that holds an account's storage: six letters and digits, drawn at random once and kept. A new store
/// numbers its replies and tickets anew, so that an id by which a platform recognises a reply must hold this mark beside the
/// number: else the platform takes the new store's first replies for the old store's.
#[derive(Debug, Default)]
pub struct StoreMark(OnceCell<String>);

impl StoreMark {
    /// Reads the mark, or draws it.
    ///
    /// # Errors
    /// If it can't be read or kept now: nothing may be sent then that could be taken for something else.
    pub async fn get(&self, storage: &dyn Storage) -> Result<&str, StorageError> {
        let read = || async {
            if let Some(kept) = storage.get(STORE_MARK).await?.filter(|kept| !kept.is_empty()) {
                return Ok(kept);
            }
            let mark = draw();
            storage.put(STORE_MARK, &mark).await?;
            Ok(mark)
        };
        self.0.get_or_try_init(read).await.map(String::as_str)
    }
}

/// A random mark; the standard library draws the keys of its hashers from the system.
fn draw() -> String {
    const SIGNS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut random = RandomState::new().build_hasher().finish();
    let mut mark = String::with_capacity(MARK_LENGTH);
    for _ in 0..MARK_LENGTH {
        let at = usize::try_from(random % 36).unwrap_or_default();
        mark.push(SIGNS.get(at).map_or('0', |sign| char::from(*sign)));
        random /= 36;
    }
    mark
}

/// A storage that ends with the process; for tests.
#[derive(Debug, Default)]
pub struct InMemoryStorage(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl Storage for InMemoryStorage {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        let kept = self.0.lock();
        Ok(kept.get(key).cloned())
    }

    async fn put(&self, key: &str, value: &str) -> Result<(), StorageError> {
        let mut kept = self.0.lock();
        kept.insert(key.to_owned(), value.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_keeps_its_mark_and_another_has_another() {
        let (one, other) = (InMemoryStorage::default(), InMemoryStorage::default());
        let mark = StoreMark::default().get(&one).await.unwrap().to_owned();
        assert_eq!(mark.len(), MARK_LENGTH);
        assert_eq!(StoreMark::default().get(&one).await.unwrap(), mark);
        assert_ne!(StoreMark::default().get(&other).await.unwrap(), mark);
    }
}
