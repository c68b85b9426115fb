//! Opens the store that the configuration names.

use crate::config::{PostgresSettings, StoreSettings};
use crate::store::{Nodes, PostgresAddress, PostgresStore, Result, SqliteStore, Store};
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
