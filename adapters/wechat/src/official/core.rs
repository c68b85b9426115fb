//! The state that the parts of an account share.

use super::pending_replies::Slots;
use super::settings::Settings;
use crate::api::{Api, Grant};
use groupdesk_contract::{AccountId, Clock, ReplyKey, Secret, Storage};
use groupdesk_kit::{BoundedMap, LinkSlot, Retries};
use groupdesk_wechat_callback::{CallbackVerifier, Crypt};
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

/// The most unfinished replies whose progress is remembered.
const UNFINISHED_MAX: usize = 5_000;
/// Stands in where nothing is encrypted; nothing is ever opened with it.
const NO_KEY: &str = "0000000000000000000000000000000000000000000";

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) storage: Arc<dyn Storage>,
    /// Only with the right to customer messages.
    pub(crate) api: Option<Api>,
    pub(crate) verifier: CallbackVerifier,
    /// Replies that were refused for a reason nobody knows.
    pub(crate) retries: Retries,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    state: Mutex<State>,
}

pub(crate) struct State {
    /// Requests that may carry an answer.
    pub(crate) slots: Slots,
    /// The number of a reply's parts that were sent before one failed.
    pub(crate) progress: BoundedMap<ReplyKey, usize>,
}

impl Core {
    pub(crate) fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        settings.check()?;
        let none = Secret::new(NO_KEY);
        let key = settings.encoding_aes_key.as_ref().unwrap_or(&none);
        let crypt = Crypt::new(&settings.token, key, &settings.app_id)?;
        let secret = settings.secret.clone().filter(|_| settings.customer_messages);
        let api = secret.map(|secret| {
            let grant = Grant::Official {
                app_id: settings.app_id.clone(),
                secret,
            };
            Api::new(
                settings.api_url.clone(),
                grant,
                settings.private_hosts.clone(),
                Arc::clone(&clock),
            )
        });
        Ok(Self {
            api: api.transpose()?,
            verifier: CallbackVerifier::new(crypt, Arc::clone(&clock)),
            account,
            settings,
            clock,
            storage,
            retries: Retries::default(),
            link: LinkSlot::default(),
            state: Mutex::new(State {
                slots: Slots::new(),
                progress: BoundedMap::new(UNFINISHED_MAX),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}
