//! A website as a channel of the desk: each visitor is alone with the bot, in a widget on the page or through a program that calls
//! the HTTP API.
//!
//! `routes` are the paths; `origin` knows the pages that may call them, `caller` and `identity` the visitors and programs, `limits` how
//! much is too much, `response` what they are told. A visitor's message passes `receive`, which keeps it, has the desk commit it and answers; `read` makes the desk's
//! message of it. A reply passes `send`, which keeps what `write` makes of it; `stream` tells open pages. `wire` is the JSON of both
//! ways, `visits` what the program keeps for the account. The widget itself is `assets/widget.js`.

mod caller;
mod channel_id;
mod identity;
mod limits;
mod origin;
mod read;
mod receive;
mod response;
mod routes;
mod send;
mod settings;
mod stream;
mod visits;
mod wire;
mod write;

pub use identity::{key_hash, new_key};
pub use routes::api_document;
pub use settings::Settings;
pub use visits::{Front, Kept, Visits, VisitsError};

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery,
    Event, Link, MemberId, PastReply, Reply, ReplyKey, Storage,
};
use groupdesk_kit::LinkSlot;
use identity::Signer;
use jiff::Timestamp;
use limits::Limits;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast;

/// The interval at which what is too old is forgotten.
const FORGET_INTERVAL: Duration = Duration::from_secs(3_600);
/// Visitors of whom something is new that a slow stream may be behind; it reads what is kept then.
const NEWS_MAX: usize = 1_024;

/// The state that the parts of an account share.
pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    pub(crate) signer: Signer,
    pub(crate) limits: Limits,
    /// Conversations that are kept, once the program has given a place for them.
    visits: OnceLock<Arc<dyn Visits>>,
    /// Tells streams of whom something new is kept.
    pub(crate) news: broadcast::Sender<MemberId>,
}

impl Core {
    /// Returns what keeps the visits.
    ///
    /// # Errors
    /// While the program starts.
    pub(crate) fn visits(&self) -> Result<&dyn Visits, VisitsError> {
        let visits = self.visits.get().map(|visits| &**visits);
        visits.ok_or_else(|| VisitsError("the program starts".to_owned()))
    }

    /// Tells streams that something new of a visitor is kept.
    pub(crate) fn tell(&self, visitor: &MemberId) {
        // Nobody may be there.
        let _ = self.news.send(visitor.clone());
    }
}

/// One website.
pub struct Website {
    core: Arc<Core>,
    mounts: Vec<String>,
}

impl fmt::Debug for Website {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Website")
            .field("account", &self.core.account)
            .finish_non_exhaustive()
    }
}

impl Website {
    /// Makes the account. Its paths are below each of `mounts`, which are paths without a slash at the end.
    ///
    /// # Errors
    /// The fault of the settings, in a sentence for the operator.
    pub fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
        mounts: Vec<String>,
    ) -> Result<Arc<Self>, String> {
        settings.check()?;
        let core = Core {
            signer: Signer::new(account.clone(), settings.identity_secret.clone(), storage),
            limits: Limits::new(settings.limits.clone()),
            link: LinkSlot::default(),
            visits: OnceLock::new(),
            news: broadcast::Sender::new(NEWS_MAX),
            account,
            settings,
            clock,
        };
        Ok(Arc::new(Self {
            core: Arc::new(core),
            mounts,
        }))
    }

    /// Gives the account its place for what it keeps. The first one stays.
    pub fn keep_in(&self, visits: Arc<dyn Visits>) {
        let _ = self.core.visits.set(visits);
    }

    /// Returns the paths that the account serves. Pages of its origins may call them; it checks that itself.
    pub fn paths(&self) -> Vec<String> {
        routes::paths(&self.mounts)
    }
}

#[async_trait]
impl Adapter for Website {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(usize::MAX).with(|can| {
            can.quote = true;
            can.images = true;
            can.buttons = true;
            can.edit = true;
            can.unsend = true;
            can.receives_all_messages = true;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        channel_id::check_channel(channel)
    }

    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        channel_id::check_member(member)
    }

    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        Some(routes::router(&self.core, &self.mounts))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        link.post(Event::State(AccountState::Connected)).await?;
        let mut forget = tokio::time::interval(FORGET_INTERVAL);
        loop {
            tokio::select! {
                () = link.shutdown.cancelled() => return Ok(()),
                _ = forget.tick() => {
                    let before = self.core.clock.now().saturating_sub(self.core.settings.keep());
                    let before = before.unwrap_or(Timestamp::MIN);
                    if let Ok(visits) = self.core.visits()
                        && let Err(error) = visits.forget_before(before).await
                    {
                        tracing::warn!(account = %self.core.account, %error, "old messages of visitors can't be forgotten now");
                    }
                }
            }
        }
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::keep(&self.core, key, reply).await
    }

    /// Looks into what is kept: a reply that stands there is sent.
    async fn find_sent(&self, key: ReplyKey, reply: &Reply, _: Timestamp) -> PastReply {
        send::find(&self.core, key, reply).await
    }
}
