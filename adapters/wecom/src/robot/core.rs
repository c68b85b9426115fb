//! The state that the parts of a robot share: the connection, the answerable messages, the link to the desk.

use super::answerable::Questions;
use super::message_index::MessageIndex;
use super::settings::RobotSettings;
use super::socket::Live;
use crate::rate_limits::{self, RateLimits};
use groupdesk_contract::{AccountId, Clock, ReplyKey, Storage};
use groupdesk_kit::{BoundedMap, LinkSlot, Notebook};
use groupdesk_wechat_callback::{CallbackVerifier, Crypt};
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

/// The most unfinished replies whose progress is remembered.
const UNFINISHED_MAX: usize = 1_000;

pub(crate) struct Core {
    pub(super) account: AccountId,
    pub(super) settings: RobotSettings,
    pub(super) clock: Arc<dyn Clock>,
    /// Storage of what must outlive a restart: who asked, and at which addresses they can be answered.
    pub(super) notebook: Notebook,
    pub(super) client: reqwest::Client,
    /// Opens callbacks; `None` if the settings want none.
    pub(super) verifier: Option<CallbackVerifier>,
    pub(super) said: MessageIndex,
    pub(super) retries: groupdesk_kit::Retries,
    /// The way to the desk, while the account runs.
    pub(super) link: LinkSlot,
    state: Mutex<State>,
}

/// The state that is lost on a restart.
pub(crate) struct State {
    /// The long connection, while there is one that WeCom accepted.
    pub(super) live: Option<Live>,
    pub(super) questions: Questions,
    pub(super) pace: RateLimits,
    /// The number of a reply's steps that were sent before one failed.
    pub(super) progress: BoundedMap<ReplyKey, usize>,
}

impl Core {
    pub(super) fn new(
        account: AccountId,
        settings: RobotSettings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        settings.check()?;
        let verifier = match &settings.webhook {
            // A robot of one's own company has no receiver's id.
            Some(webhook) => Some(CallbackVerifier::new(
                Crypt::new(&webhook.token, &webhook.aes_key, "")?,
                Arc::clone(&clock),
            )),
            None => None,
        };
        Ok(Self {
            account,
            settings,
            clock,
            said: MessageIndex::new(Arc::clone(&storage)),
            retries: groupdesk_kit::Retries::default(),
            notebook: Notebook::without_cache(storage),
            client: crate::http::client()?,
            verifier,
            link: LinkSlot::default(),
            state: Mutex::new(State {
                live: None,
                questions: Questions::new(),
                pace: RateLimits::new(rate_limits::ROBOT),
                progress: BoundedMap::new(UNFINISHED_MAX),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}
