//! The skeleton of an adapter, for a platform that does not exist: copy this folder to write another one. It has the files that
//! every adapter has, each with the least that it must hold; `tests/skeleton.rs` holds that an adapter has them.
//!
//! An update's way in: `receive` asks for it, or `webhook` is posted it; `wire` is its type; `read` makes the desk's event of it.
//! A reply's way out: `write` makes messages of it, `send` sends them one by one, `codes` says what a refusal means.
//! `channel_id` is what the desk knows a conversation by, `settings` the account's part of `groupdesk.yaml`.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod channel_id;
mod codes;
mod platform;
mod read;
mod receive;
mod send;
mod settings;
mod webhook;
mod wire;
mod write;

pub use platform::PLATFORM;
pub use settings::{ApiUrl, Settings};

use async_trait::async_trait;
use channel_id::ChannelRef;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Link, Reply,
    ReplyKey, Storage, check_kind_and_id, is_number,
};
use groupdesk_kit::{BoundedMap, LinkSlot, Notebook};
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The timeout of a call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The most unfinished replies whose progress is remembered.
const UNFINISHED_MAX: usize = 1_000;

groupdesk_kit::account! {
    /// An account of a platform that does not exist.
    pub struct Example(Core, Settings);
}

/// The state that the parts of an account share.
struct Core {
    account: AccountId,
    settings: Settings,
    clock: Arc<dyn Clock>,
    client: reqwest::Client,
    /// Storage of what must outlive a restart: the read position.
    notebook: Notebook,
    /// The way to the desk, while the account runs.
    link: LinkSlot,
    /// The account's own id, once the platform told it.
    me: OnceLock<u64>,
    /// The number of a reply's parts that were sent before one failed.
    progress: Mutex<BoundedMap<ReplyKey, usize>>,
}

impl Core {
    fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        settings.check()?;
        Ok(Self {
            account,
            settings,
            clock,
            client: groupdesk_kit::client(REQUEST_TIMEOUT)?,
            notebook: Notebook::new(storage),
            link: LinkSlot::default(),
            me: OnceLock::new(),
            progress: Mutex::new(BoundedMap::new(UNFINISHED_MAX)),
        })
    }
}

impl Example {
    /// The path below which each account has its route.
    pub const PATH: &str = "/example";
}

#[async_trait]
impl Adapter for Example {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        // Add what the platform can: `Capabilities::of_text(...).with(|can| can.quote = true)`.
        Capabilities::of_text(write::MAX_TEXT_CHARS)
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["group", "private"], "NUMBER", is_number)
    }

    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        let webhook_secret = self.core.settings.webhook_secret.as_ref();
        webhook_secret.map(|_| webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        match ChannelRef::parse(&reply.channel) {
            Some(channel) => send::send(&self.core, key, &channel, reply).await,
            None => Delivery::Refused {
                reason: format!("`{}` is no channel of this platform", reply.channel),
            },
        }
    }
}
