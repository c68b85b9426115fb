//! What an adapter remembers over a restart: how far it has read, which issue is which ticket.

use async_trait::async_trait;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

/// An account's own durable notes, by key. Another account has others.
#[async_trait]
pub trait Memory: Send + Sync + fmt::Debug {
    /// What was last kept under a key.
    ///
    /// # Errors
    /// When it can't be read now; trying again is worth while.
    async fn get(&self, key: &str) -> Result<Option<String>, MemoryError>;

    /// Keeps a value under a key, in place of what was there; returns when it is on the disk.
    ///
    /// # Errors
    /// When it can't be written now; trying again is worth while.
    async fn put(&self, key: &str, value: &str) -> Result<(), MemoryError>;
}

/// Why something can't be remembered now, in words for an admin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MemoryError(pub String);

/// A memory that ends with the process; for tests.
#[derive(Debug, Default)]
pub struct Forgetful(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl Memory for Forgetful {
    async fn get(&self, key: &str) -> Result<Option<String>, MemoryError> {
        let kept = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Ok(kept.get(key).cloned())
    }

    async fn put(&self, key: &str, value: &str) -> Result<(), MemoryError> {
        let mut kept = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.insert(key.to_owned(), value.to_owned());
        Ok(())
    }
}
