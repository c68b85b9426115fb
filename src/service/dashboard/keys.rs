//! Keys of programs, for the dashboard.

use super::{Dashboard, failed};
use crate::service::websites::{KeyError, end_key, make_key};
use async_trait::async_trait;
use groupdesk_contract::AccountId;
use groupdesk_dashboard::{ApiKeyRow, BackendError, Keys, Result};

#[async_trait]
impl Keys for Dashboard {
    fn websites(&self) -> Vec<String> {
        self.parts.websites.clone()
    }

    async fn keys(&self) -> Result<Vec<ApiKeyRow>> {
        let keys = self.parts.store.api_keys().await.map_err(failed)?;
        let row = |key: crate::store::ApiKey| ApiKeyRow {
            account: key.account.as_str().to_owned(),
            name: key.name,
            creator: key.creator,
            created: key.created,
            used: key.used,
            ended: key.ended.is_some(),
        };
        Ok(keys.into_iter().map(row).collect())
    }

    async fn make_key(&self, who: &str, account: &str, name: &str) -> Result<Option<String>> {
        let (store, account) = (&*self.parts.store, AccountId::new(account));
        match make_key(store, &account, name, who, self.parts.clock.now()).await {
            Ok(key) => Ok(Some(key)),
            Err(KeyError::Exists | KeyError::Unknown) => Ok(None),
            Err(error) => Err(BackendError(error.to_string())),
        }
    }

    async fn end_key(&self, who: &str, account: &str, name: &str) -> Result<bool> {
        let (store, account) = (&*self.parts.store, AccountId::new(account));
        match end_key(store, &account, name, who, self.parts.clock.now()).await {
            Ok(()) => Ok(true),
            Err(KeyError::Exists | KeyError::Unknown) => Ok(false),
            Err(error) => Err(BackendError(error.to_string())),
        }
    }
}
