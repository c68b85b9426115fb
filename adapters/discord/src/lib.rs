//! Discord, as a bot over serenity's gateway client: text channels, threads, forum posts and direct messages.
//!
//! A message's way in: `connection` takes it from the gateway, `read` makes the event, the desk commits it. A reply's way
//! out: `write` makes messages of it, `send` posts them one by one, `api` says what an answer means.

mod api;
mod connection;
mod read;
mod send;
mod settings;
mod write;

pub use settings::Settings;

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, Capabilities, Clock, Delivery, Link, Memory, Reply, ReplyKey,
};
use std::fmt;
use std::sync::Arc;

/// A Discord bot.
pub struct Discord {
    account: AccountId,
    settings: Settings,
    clock: Arc<dyn Clock>,
    api: api::Api,
}

impl Discord {
    /// The account `account`, reached as `settings` say. Nothing is connected before [`Adapter::run`].
    ///
    /// # Errors
    /// Words for the operator: a token or an address that can't be one, or no HTTP client.
    pub fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        _memory: Arc<dyn Memory>,
    ) -> Result<Arc<Self>, String> {
        settings.check()?;
        let api = api::Api::new(&settings)?;
        Ok(Arc::new(Self {
            account,
            settings,
            clock,
            api,
        }))
    }
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for Discord {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            max_text: write::MAX_TEXT,
            quote: true,
            images: true,
            buttons: true,
            edit: true,
            unsend: true,
            hears_everything: true,
            reply_window: None,
        }
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        connection::run(self, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.api, key, reply).await
    }
}
