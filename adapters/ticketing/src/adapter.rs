//! The adapter that every ticket system shares: which reply becomes what, and what comes back.

mod poll;
mod receive;
mod send;

use crate::api_error::ApiError;
use crate::notes::Notes;
use crate::remote::Remote;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, FileBytes,
    Link, PastReply, Reply, ReplyKey, Storage, StoreMark, check_target,
};
use groupdesk_kit::{FiringAlerts, LinkSlot};
use jiff::Timestamp;
use parking_lot::Mutex as StdMutex;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The longest text of one entry. GitHub takes 65,536 characters, HubSpot 65,536, Chatwoot 150,000; the rest is for what
/// is put around it.
const MAX_TEXT: usize = 60_000;

/// The alert that fires while the key is not taken.
const KEY_ALERT: &str = "token";

/// One account on somebody else's ticket system: a staff room whose channels are the targets in its settings.
///
/// A ticket is opened by the first note on it, and further notes are added to it; receipts, and replies that speak of no
/// ticket (digests, complaints about the FAQ), have no place there and are taken as sent.
pub struct Ticketing {
    account: AccountId,
    remote: Box<dyn Remote>,
    notes: Notes,
    clock: Arc<dyn Clock>,
    poll: Duration,
    /// The way to the desk, while the adapter runs.
    link: LinkSlot,
    /// Held while webhook calls and polled entries are processed, one after the other, so that each is reported once.
    reading: Mutex<()>,
    /// The replies whose last try ended in doubt.
    doubts: StdMutex<BTreeSet<i64>>,
    /// Tells our store's tickets from an older store's.
    store: StoreMark,
    alerts: FiringAlerts,
}

impl Ticketing {
    /// The path below which each account has its route.
    pub const PATH: &str = "/ticketing";

    pub(crate) fn over(
        account: AccountId,
        remote: Box<dyn Remote>,
        poll: Duration,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Arc<Self> {
        Arc::new(Self {
            account,
            remote,
            notes: Notes(storage),
            clock,
            poll,
            link: LinkSlot::default(),
            reading: Mutex::new(()),
            doubts: StdMutex::default(),
            store: StoreMark::default(),
            alerts: FiringAlerts::default(),
        })
    }

    pub(crate) fn remote(&self) -> &dyn Remote {
        self.remote.as_ref()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The way to the desk, if the adapter runs.
    pub(crate) fn link(&self) -> Option<Link> {
        self.link.get()
    }

    /// Fires an alert, or resolves it with `None`; reports each change once.
    pub(crate) async fn alert(
        &self,
        link: &Link,
        name: &str,
        message: Option<String>,
    ) -> Result<(), AdapterError> {
        self.alerts.set(link, name, message).await
    }

    /// Fires the alert about a refused key, or resolves it when the key is accepted again; other faults change nothing.
    pub(crate) async fn tell_of_key(
        &self,
        link: &Link,
        trouble: Option<&ApiError>,
    ) -> Result<(), AdapterError> {
        let message = match trouble {
            None => None,
            Some(ApiError::KeyRefused(reason)) => Some(format!(
                "{reason}\n发往这里的工单和补充都在等可用的 token；改好后重启，会自动补发 / tickets and what is said in them wait for a key that is \
                 taken: set `token` anew and restart, then all of it goes out"
            )),
            Some(ApiError::Refused(_) | ApiError::Later { .. } | ApiError::Unknown(_)) => return Ok(()),
        };
        self.alert(link, KEY_ALERT, message).await
    }
}

impl fmt::Debug for Ticketing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticketing")
            .field("account", &self.account)
            .field("remote", &self.remote)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for Ticketing {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(MAX_TEXT).with(|can| {
            can.uploads = self.remote.takes_files();
            can.files = self.remote.takes_files();
            can.receives_all_messages = true;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_target(channel, || self.remote.targets())
    }

    /// The routes for the system's webhook, `/ticketing/ACCOUNT`; `None` without a `webhook_secret`. Calls are answered
    /// 503 while the adapter doesn't run.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        self.remote
            .has_webhook()
            .then(|| crate::webhook::router(Arc::clone(&self), &self.account))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.link.hold(&link);
        self.rounds(&link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        self.say(key, reply).await
    }

    async fn find_sent(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        self.find(key, reply, since).await
    }

    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        self.remote.fetch(file).await
    }
}
