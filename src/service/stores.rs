//! Opens the store that the configuration names.

use crate::config::{PostgresSettings, StoreSettings};
use crate::store::{Nodes, PostgresAddress, PostgresStore, Result, SqliteStore, Store, StoreError};
use std::sync::Arc;

/// Opens the store, and brings it to this version's schema; makes it where there is none.
///
/// # Errors
/// Fails with the store's error when it can't be opened.
pub async fn open(settings: &StoreSettings) -> Result<Arc<dyn Store>> {
    Ok(match settings {
        StoreSettings::File(path) => Arc::new(SqliteStore::open(path).await?),
        StoreSettings::Postgres(settings) => Arc::new(PostgresStore::open(&address(settings)).await?),
    })
}

/// Opens the store to read from it: a file that can't be written at this moment, as on a full disk, as it is.
///
/// # Errors
/// Fails with the error of [`open`] when it can't be read either.
pub async fn open_to_read(settings: &StoreSettings) -> Result<Arc<dyn Store>> {
    let refused = match open(settings).await {
        Err(refused @ StoreError::Open { .. }) => refused,
        opened => return opened,
    };
    let Some(path) = settings.file() else {
        return Err(refused);
    };
    match SqliteStore::open_to_read(path).await {
        Ok(store) => Ok(Arc::new(store)),
        Err(_) => Err(refused),
    }
}

/// `true` unless nothing can have been kept yet.
pub fn may_exist(settings: &StoreSettings) -> bool {
    settings.file().is_none_or(std::path::Path::exists)
}

/// Returns the addresses of a database.
pub fn address(settings: &PostgresSettings) -> PostgresAddress {
    PostgresAddress {
        urls: settings.urls.clone(),
        password: settings.password.clone(),
        pooled: settings.pooler,
    }
}

/// Returns the nodes that share the store; `None` of a file, which has one.
///
/// # Errors
/// Fails with the store's error when the database does not answer.
pub async fn nodes(settings: &StoreSettings) -> Result<Option<Nodes>> {
    Ok(match settings {
        StoreSettings::File(_) => None,
        StoreSettings::Postgres(settings) => Some(PostgresStore::nodes(&address(settings)).await?),
    })
}
