//! The state that the parts of an account share: the API, the messages that can be answered, the link to the desk.

use crate::api::Api;
use crate::key::Key;
use crate::passive_replies::PassiveReplies;
use crate::settings::Settings;
use groupdesk_contract::{AccountId, Clock, Storage};
use groupdesk_kit::{LinkSlot, Notebook, Retries};
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notebook: Notebook,
    pub(crate) api: Api,
    pub(crate) key: Key,
    pub(crate) ledger: PassiveReplies,
    pub(crate) retries: Retries,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    state: Mutex<State>,
}

/// The state that is lost on a restart.
#[derive(Default)]
pub(crate) struct State {
    /// The bot's id in guilds.
    pub(crate) me: Option<Arc<str>>,
    /// QQ refused Markdown or buttons: they are not tried again.
    pub(crate) is_plain: bool,
}

impl Core {
    pub(crate) fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        settings.check()?;
        Ok(Self {
            account,
            api: Api::new(&settings, Arc::clone(&clock))?,
            key: Key::of(&settings.app_secret)?,
            ledger: PassiveReplies::new(Arc::clone(&storage)),
            retries: Retries::default(),
            settings,
            clock,
            notebook: Notebook::without_cache(storage),
            link: LinkSlot::default(),
            state: Mutex::default(),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}
