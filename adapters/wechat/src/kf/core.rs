//! The state that the parts of an account share.

use super::channel_id::Customer;
use super::settings::Settings;
use crate::api::{Api, Grant};
use groupdesk_contract::{AccountId, Clock, ReplyKey, Storage, StoreMark};
use groupdesk_kit::{BoundedMap, LinkSlot, Notebook, Retries};
use groupdesk_wechat_callback::{CallbackVerifier, Crypt};
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// The most customers whose names are remembered.
const NAMES_MAX: usize = 20_000;
/// The most unfinished replies whose progress is remembered.
const UNFINISHED_MAX: usize = 5_000;

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) notebook: Notebook,
    /// Tells our messages from those of another store, whose replies have the same numbers.
    pub(crate) store: StoreMark,
    pub(crate) api: Api,
    pub(crate) verifier: CallbackVerifier,
    /// One hand-over at a time; who finds a conversation handed over waits until it is known how.
    pub(crate) handing: tokio::sync::Mutex<()>,
    /// A Customer Service account called that is not pulled yet.
    pub(crate) newcomer: Notify,
    /// Replies that were refused for a reason nobody knows.
    pub(crate) retries: Retries,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    state: Mutex<State>,
}

pub(crate) struct State {
    /// The signals of callbacks, by Customer Service account.
    pub(crate) bells: BTreeMap<String, Arc<Bell>>,
    /// The names of customers.
    pub(crate) names: BoundedMap<String, String>,
    /// The platform's ids of the parts of a reply that were sent before one failed.
    pub(crate) progress: BoundedMap<ReplyKey, Vec<String>>,
}

/// Rings when there is something to pull.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    pub(crate) ring: Notify,
    /// The last callback's token, which is good for ten minutes.
    pub(crate) token: Mutex<Option<(String, Timestamp)>>,
}

impl Core {
    pub(crate) fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        settings.check()?;
        let crypt = Crypt::new(&settings.token, &settings.encoding_aes_key, &settings.corp_id)?;
        let grant = Grant::Company {
            corp_id: settings.corp_id.clone(),
            secret: settings.secret.clone(),
        };
        Ok(Self {
            api: Api::new(
                settings.api_url.clone(),
                grant,
                settings.private_hosts.clone(),
                Arc::clone(&clock),
            )?,
            verifier: CallbackVerifier::new(crypt, Arc::clone(&clock)),
            account,
            settings,
            clock,
            notebook: Notebook::without_cache(Arc::clone(&storage)),
            storage,
            store: StoreMark::default(),
            handing: tokio::sync::Mutex::default(),
            newcomer: Notify::new(),
            retries: Retries::default(),
            link: LinkSlot::default(),
            state: Mutex::new(State {
                bells: BTreeMap::new(),
                names: BoundedMap::new(NAMES_MAX),
                progress: BoundedMap::new(UNFINISHED_MAX),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// True for a Customer Service account that the settings include.
    pub(crate) fn serves(&self, open_kfid: &str) -> bool {
        let wanted = &self.settings.open_kfids;
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == open_kfid)
    }

    /// The ticket that was handed over for a customer.
    pub(crate) async fn ticket_of(&self, customer: &Customer) -> Option<u64> {
        self.notebook
            .get(&format!("ticket:{customer}"))
            .await?
            .parse()
            .ok()
    }
}
