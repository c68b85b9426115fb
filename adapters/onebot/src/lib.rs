//! QQ through any OneBot v11 implementation (NapCat, Lagrange, go-cqhttp, ...), over WebSocket in both directions.
//!
//! A frame's way in: `reverse` or `forward` opens a socket; `connection` reads it, through its `sieve`; `wire` is its text as types;
//! `read` makes an event of it; `core` drops what came before and looks up what is quoted; `channel_order` keeps the order; the
//! desk's link takes it. A reply's way out: `send` takes `write`'s messages through the newest connection of the `connections`;
//! `calls` waits for the answer with its echo, also for one that comes late; `codes` says what the answer means, `progress` what
//! is tried next, and `find` looks whether a reply of unknown fate was said.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod calls;
mod channel_id;
mod channel_order;
mod codes;
mod connection;
mod connections;
mod core;
mod counters;
mod cq;
mod failed_lookups;
mod find;
mod flapping;
mod pictures;
mod platform;
mod progress;
mod read;
mod receive;
mod send;
mod settings;
mod unreadable;
mod wire;
mod write;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing {
    //! Parts that are fuzzed by themselves.

    /// The most segments of one message.
    pub const MAX_SEGMENTS: usize = crate::wire::MAX_SEGMENTS;

    /// Counts the segments of a string with CQ codes.
    pub fn count_segments(coded: &str) -> usize {
        crate::cq::segments(coded).len()
    }
}

pub use counters::Counts;
pub use platform::PLATFORM;
pub use settings::{Forward, HttpPath, Reverse, SelfId, Settings, WsUrl};

use crate::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Link, MemberId,
    PastReply, Reply, ReplyKey, check_kind_and_id, check_number, is_number,
};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// A QQ account behind one or more OneBot v11 implementations.
pub struct OneBot {
    core: Arc<Core>,
}

impl OneBot {
    /// Makes the account `account`, connected as `settings` describe. Nothing is connected before [`Adapter::run`].
    pub fn new(account: AccountId, settings: Settings, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            core: Arc::new(Core::new(account, settings, clock)),
        })
    }

    /// The paths that [`Adapter::routes`] serves; none where nobody connects to us.
    pub fn paths(&self) -> Vec<String> {
        let reverse = self.core.settings.reverse();
        let reverse = reverse.map(|reverse| reverse.path.as_str().to_owned());
        let below = |path: String| receive::reverse::BELOW.map(|below| format!("{path}{below}"));
        reverse.map(below).into_iter().flatten().collect()
    }

    /// The counters of frames and events since the start.
    pub fn counters(&self) -> Counts {
        self.core.counters.counts()
    }
}

impl fmt::Debug for OneBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneBot")
            .field("account", &self.core.account)
            .field("settings", &self.core.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for OneBot {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(write::MAX_TEXT).with(|can| {
            can.quote = true;
            can.images = true;
            can.uploads = true;
            can.files = true;
            can.unsend = true;
            can.receives_all_messages = true;
        })
    }

    fn own_ids(&self) -> Vec<MemberId> {
        let ids = self.core.connections.own_ids();
        ids.iter().map(|id| MemberId::new(id.as_ref())).collect()
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["group", "private"], "NUMBER", is_number)
    }

    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        check_number(member.as_str())
    }

    /// The routes for implementations that connect to us; empty when the settings want none. Connections are answered
    /// 503 while the adapter doesn't run. The listener should have `TCP_NODELAY` set.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        Some(match self.core.settings.reverse() {
            Some(reverse) => receive::reverse::router(Arc::clone(&self.core), reverse.path.as_str()),
            None => axum::Router::new(),
        })
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let core = &self.core;
        let reverse = core.settings.reverse();
        let open = core
            .settings
            .access_token
            .as_ref()
            .is_none_or(groupdesk_contract::Secret::is_empty);
        if reverse.is_some() && open {
            tracing::warn!(account = %core.account, "no access_token: whoever reaches the port can speak for the account");
        }
        core.forget_announcement().await;
        let _running = core.link.hold(&link);
        let outcome = match &core.settings.forward {
            Some(forward) => receive::forward::run(core, &link, forward).await,
            None => {
                link.shutdown.cancelled().await;
                Ok(())
            }
        };
        core.wait_until_closed().await;
        outcome
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }

    fn left_out(&self, key: ReplyKey) -> Vec<String> {
        let mut notes = self.core.notes();
        let names = notes.left_out.get(&key).cloned();
        notes.left_out.remove(&key);
        names.unwrap_or_default()
    }

    async fn find_sent(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        find::find(&self.core, key, reply, since).await
    }
}
