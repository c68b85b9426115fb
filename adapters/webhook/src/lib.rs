//! A staff room that is an external program: the room's messages are posted to an HTTP address as JSON, signed, and messages of
//! staff in that program are posted to us the same way. A reply goes through the outbox, so that an address that is down for an
//! hour gets it afterwards.
//!
//! `settings` is the account's part of groupdesk.yaml, `wire` the JSON of both ways, `send` one request of ours, `receive`
//! one of theirs.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod platform;
mod read;
mod receive;
mod send;
mod settings;
mod wire;

pub use platform::PLATFORM;
pub use settings::{Settings, Target};
pub use wire::{Author, Incoming, Outgoing, json_schema};

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery,
    Event, Link, PastReply, Reply, ReplyKey, Storage, StoreMark, check_target,
};
use receive::RouteState;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The timeout of a request to an address.
const TIMEOUT: Duration = Duration::from_secs(10);

/// One account whose channels are HTTP addresses.
pub struct Webhook {
    state: Arc<RouteState>,
    client: reqwest::Client,
    storage: Arc<dyn Storage>,
    /// Tells our requests from those of another store, whose replies have the same numbers.
    store: StoreMark,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("account", &self.state.account)
            .finish_non_exhaustive()
    }
}

impl Webhook {
    /// The path below which each account has its route.
    pub const PATH: &str = "/webhook";

    /// The account.
    ///
    /// # Errors
    /// A sentence for the operator, if no HTTP client can be made.
    pub fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        let client = groupdesk_kit::client(TIMEOUT)?;
        let state = RouteState {
            account,
            settings,
            clock,
            link: groupdesk_kit::LinkSlot::default(),
            storage: Arc::clone(&storage),
            taking: tokio::sync::Mutex::default(),
        };
        Ok(Arc::new(Self {
            state: Arc::new(state),
            client,
            storage,
            store: StoreMark::default(),
        }))
    }
}

#[async_trait]
impl Adapter for Webhook {
    fn account(&self) -> &AccountId {
        &self.state.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(usize::MAX).with(|can| {
            can.images = true;
            can.receives_all_messages = true;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_target(channel, || self.state.settings.targets.keys().map(String::as_str))
    }

    /// The routes of the account, one a target, if any target has a secret to sign with.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        let mut targets = self.state.settings.targets.values();
        targets
            .any(|target| target.secret.is_some())
            .then(|| receive::router(Arc::clone(&self.state)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.state.link.hold(&link);
        link.post(Event::State(AccountState::Connected)).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let Some(target) = self.state.settings.targets.get(reply.channel.as_str()) else {
            let known: Vec<&str> = self.state.settings.targets.keys().map(String::as_str).collect();
            return Delivery::Refused {
                reason: format!("no target `{}`; there are: {}", reply.channel, known.join(", ")),
            };
        };
        let now = self.state.clock.now();
        let id = match self.store.get(self.storage.as_ref()).await {
            // The same for every attempt, so that the receiver knows what it has already; not in another store.
            Ok(store) => format!("groupdesk-{}-{store}-{}", self.state.account, key.0),
            Err(error) => {
                return Delivery::Later {
                    reason: format!("what was sent before can't be known now: {error}"),
                    after: None,
                };
            }
        };
        send::post(&self.client, &self.state.account, target, (key, &id), reply, now).await
    }

    /// Allows a resend: every request carries its key as `Idempotency-Key`, so the receiver recognises a repetition.
    async fn find_sent(&self, _: ReplyKey, _: &Reply, _: jiff::Timestamp) -> PastReply {
        PastReply::Missing
    }
}
