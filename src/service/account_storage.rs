//! Key-value storage in the store, of an account or of a part of the program.

use crate::store::{Batch, Memo, Store};
use async_trait::async_trait;
use groupdesk_contract::{Storage, StorageError};
use std::fmt;
use std::sync::Arc;

/// Key-value storage of one account or part, which outlives a restart.
pub(super) struct AccountStorage {
    store: Arc<dyn Store>,
    owner: String,
}

impl AccountStorage {
    /// Makes the storage of `account`.
    pub(super) fn new(store: Arc<dyn Store>, account: &str) -> Self {
        Self {
            store,
            owner: format!("account:{account}"),
        }
    }

    /// Makes the storage of a part of the program, which no account's can be taken for.
    pub(super) fn of_part(store: Arc<dyn Store>, part: &str) -> Self {
        Self {
            store,
            owner: format!("program:{part}"),
        }
    }
}

impl fmt::Debug for AccountStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountStorage")
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Storage for AccountStorage {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        let memo = self.store.memo(&self.owner, key).await;
        memo.map_err(|error| StorageError(error.to_string()))
    }

    async fn put(&self, key: &str, value: &str) -> Result<(), StorageError> {
        let memo = Memo {
            owner: self.owner.clone(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let kept = self.store.commit(&Batch::of_memo(memo)).await;
        kept.map(drop).map_err(|error| StorageError(error.to_string()))
    }
}
