//! Storage of websites, and the part of the FAQ that they show: the program's side of [`Website`](super::accounts::Website).

use super::accounts::{BuiltAdapter, Front, Kept, Visits, VisitsError, key_hash, new_key};
use super::alerts::Alerts;
use super::event_intake::CLOCK_ALERT;
use super::live_knowledge::LiveKnowledge;
use crate::language::Language;
use crate::store::{ApiKey, AuditRow, Store, StoreError, WebMessage};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, Adapter, Clock, MemberId};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// Parts of the program that websites work with.
pub(super) struct Parts<'a> {
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) knowledge: &'a Arc<LiveKnowledge>,
    pub(super) alerts: &'a Arc<Alerts>,
    pub(super) clock: &'a Arc<dyn Clock>,
}

/// Gives each website its place in the store.
pub(super) fn keep(built: &[BuiltAdapter], parts: &Parts<'_>) {
    for website in built.iter().filter_map(|account| account.website.as_ref()) {
        website.keep_in(Arc::new(OfAccount {
            account: website.account().clone(),
            store: Arc::clone(parts.store),
            knowledge: Arc::clone(parts.knowledge),
            alerts: Arc::clone(parts.alerts),
            clock: Arc::clone(parts.clock),
        }));
    }
}

/// Storage of one website.
struct OfAccount {
    account: AccountId,
    store: Arc<dyn Store>,
    knowledge: Arc<LiveKnowledge>,
    alerts: Arc<Alerts>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for OfAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfAccount")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

fn failed(error: StoreError) -> VisitsError {
    VisitsError(error.to_string())
}

fn kept(message: WebMessage) -> Kept {
    Kept {
        position: message.position,
        visitor: message.visitor,
        id: message.id,
        content: message.content,
    }
}

#[async_trait]
impl Visits for OfAccount {
    async fn append(
        &self,
        visitor: &MemberId,
        id: &str,
        content: &str,
        at: Timestamp,
    ) -> Result<(Kept, bool), VisitsError> {
        let appended = self
            .store
            .append_web_message(&self.account, visitor, (id, content), at);
        let (message, is_new) = appended.await.map_err(failed)?;
        Ok((kept(message), is_new))
    }

    async fn replace(&self, visitor: &MemberId, id: &str, content: &str) -> Result<(), VisitsError> {
        let replaced = self
            .store
            .replace_web_message(&self.account, visitor, (id, content));
        replaced.await.map_err(failed)
    }

    async fn kept(&self, visitor: &MemberId, id: &str) -> Result<Option<Kept>, VisitsError> {
        let found = self.store.web_message(&self.account, visitor, id).await;
        Ok(found.map_err(failed)?.map(kept))
    }

    async fn after(
        &self,
        visitor: Option<&MemberId>,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Kept>, VisitsError> {
        let found = self
            .store
            .web_messages_after(&self.account, visitor, position, limit);
        Ok(found.await.map_err(failed)?.into_iter().map(kept).collect())
    }

    async fn before(&self, visitor: &MemberId, position: i64, limit: u32) -> Result<Vec<Kept>, VisitsError> {
        let found = self
            .store
            .web_messages_before(&self.account, visitor, position, limit);
        Ok(found.await.map_err(failed)?.into_iter().map(kept).collect())
    }

    async fn forget_before(&self, at: Timestamp) -> Result<(), VisitsError> {
        // By a clock that is a year ahead everything would be old.
        if self.alerts.is_firing(CLOCK_ALERT) {
            return Ok(());
        }
        let forgotten = self.store.forget_web_messages(&self.account, at).await;
        forgotten.map(drop).map_err(failed)
    }

    async fn key(&self, hash: [u8; 32]) -> Result<Option<String>, VisitsError> {
        let found = self
            .store
            .use_api_key(&self.account, &hash, self.clock.now())
            .await;
        found.map_err(failed)
    }

    fn front(&self, language: &str) -> Front {
        let knowledge = self.knowledge.get();
        let faq = &knowledge.faq;
        let language = Language::from_tag(language).unwrap_or_else(|| faq.language());
        let now = self.clock.now();
        let open = faq.service_open(now);
        let contacts = faq.open_now(now, language);
        Front {
            open,
            hours: faq.service().describe(faq.texts(language)),
            next: if open {
                None
            } else {
                faq.next_opening(now, language)
            },
            contacts: contacts.lines().map(str::to_owned).collect(),
        }
    }
}

/// Error for which a key is not made or ended.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The account has a good key of this name.
    #[error("there is a key of this name")]
    Exists,
    /// The account has no good key of this name.
    #[error("there is no key of this name")]
    Unknown,
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a key of an account, and returns it: only its hash is kept. `who` makes it.
///
/// # Errors
/// Fails where the account has one of the name, or the store can't be written.
pub async fn make_key(
    store: &dyn Store,
    account: &AccountId,
    name: &str,
    who: &str,
    now: Timestamp,
) -> Result<String, KeyError> {
    let key = new_key();
    let row = ApiKey {
        account: account.clone(),
        name: name.to_owned(),
        creator: who.to_owned(),
        created: now,
        used: None,
        ended: None,
    };
    if !store.add_api_key(&key_hash(&key), &row).await? {
        return Err(KeyError::Exists);
    }
    noted(store, "api_key_made", (account, name), who, now).await?;
    Ok(key)
}

/// Ends a key of an account: the next request with it is refused.
///
/// # Errors
/// Fails where the account has none of the name, or the store can't be written.
pub async fn end_key(
    store: &dyn Store,
    account: &AccountId,
    name: &str,
    who: &str,
    now: Timestamp,
) -> Result<(), KeyError> {
    if !store.end_api_key(account, name, now).await? {
        return Err(KeyError::Unknown);
    }
    noted(store, "api_key_ended", (account, name), who, now).await?;
    Ok(())
}

async fn noted(
    store: &dyn Store,
    action: &str,
    (account, name): (&AccountId, &str),
    who: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = AuditRow {
        at: now,
        who: who.to_owned(),
        action: action.to_owned(),
        detail: format!("{account}/{name}"),
    };
    store.add_audit(&row).await
}
