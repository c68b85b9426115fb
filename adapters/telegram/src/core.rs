//! The state that the parts of an account share: the connection, the facts learned from Telegram, the link to the desk.

use crate::Settings;
use crate::admins::Admins;
use crate::api::Api;
use crate::rate_limits::RateLimits;
use crate::read::Myself;
use groupdesk_contract::{AccountId, ChannelId, Clock, MessageId, ReplyKey, Storage};
use groupdesk_kit::{BoundedMap, FiringAlerts, LinkSlot, Notebook, UnreadableEvents};
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

/// The most people whose names are remembered.
const NAMES_MAX: usize = 20_000;
/// The most messages and replies that are remembered, for each purpose.
const MESSAGES_MAX: usize = 5_000;

const UNREADABLE: &str = "somebody wrote something that this version can't read, so that nobody answers it: look into the groups, and \
                          please report it (the log names what it was)";

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) api: Api,
    pub(crate) notebook: Notebook,
    alerts: FiringAlerts,
    unreadable: UnreadableEvents,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    state: Mutex<State>,
}

/// The state that is lost on a restart.
pub(crate) struct State {
    /// The bot, from getMe; `None` until the account is connected.
    pub(crate) me: Option<Arc<Myself>>,
    pub(crate) admins: Admins,
    pub(crate) pace: RateLimits,
    /// The names of users.
    pub(crate) people: BoundedMap<u64, String>,
    /// The origins of messages and button presses that replies may quote.
    pub(crate) origins: BoundedMap<(ChannelId, MessageId), Origin>,
    /// Messages of ours, by chat and number.
    pub(crate) said: BoundedMap<(i64, i32), ()>,
    /// The message numbers of a reply's parts that were sent before one failed.
    pub(crate) progress: BoundedMap<ReplyKey, Vec<i32>>,
    /// Replies with a file to which no answer came: they are tried again without it.
    pub(crate) doubtful: BoundedMap<ReplyKey, ()>,
    /// Replies with a file at which Telegram, or what stands before it, showed a fault, and how often.
    pub(crate) faulty: BoundedMap<ReplyKey, u32>,
    /// Updates that the desk has.
    pub(crate) seen: BoundedMap<u32, ()>,
    /// Groups without topics, or without the bot's right to make any.
    pub(crate) flat: BoundedMap<i64, Timestamp>,
}

/// The origin of a message or button press that the desk may quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The topic.
    pub(crate) thread: Option<i32>,
    /// The message that is quoted in its place: a pressed button is no message.
    pub(crate) quote: Option<i32>,
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
            api: Api::new(&settings)?,
            settings,
            clock,
            notebook: Notebook::new(storage),
            alerts: FiringAlerts::default(),
            unreadable: UnreadableEvents::default(),
            link: LinkSlot::default(),
            state: Mutex::new(State {
                me: None,
                admins: Admins::default(),
                pace: RateLimits::default(),
                people: BoundedMap::new(NAMES_MAX),
                origins: BoundedMap::new(MESSAGES_MAX),
                said: BoundedMap::new(MESSAGES_MAX),
                progress: BoundedMap::new(MESSAGES_MAX),
                doubtful: BoundedMap::new(MESSAGES_MAX),
                faulty: BoundedMap::new(MESSAGES_MAX),
                seen: BoundedMap::new(MESSAGES_MAX),
                flat: BoundedMap::new(1_000),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Counts unreadable updates of members, and fires an alert or resolves it.
    pub(crate) async fn note_unreadable(&self, count: usize) {
        if let Some(fires) = self.unreadable.count(count, self.clock.now()) {
            let message = fires.then(|| UNREADABLE.to_owned());
            self.alerts
                .set_while_running(&self.link, "unreadable", message)
                .await;
        }
    }

    /// The chat that `first` is now.
    pub(crate) async fn now_of(&self, first: i64) -> i64 {
        self.notebook
            .number(&format!("moved:{first}"))
            .await
            .unwrap_or(first)
    }

    /// The chat that `now` was first.
    pub(crate) async fn first_of(&self, now: i64) -> i64 {
        self.notebook.number(&format!("came:{now}")).await.unwrap_or(now)
    }

    /// A group became a supergroup, which has another id.
    pub(crate) async fn moved(&self, from: i64, to: i64) {
        if from == to || self.now_of(from).await == to {
            return;
        }
        let first = self.first_of(from).await;
        tracing::info!(account = %self.account, from = first, to, "the group is a supergroup now; it keeps its name here");
        self.notebook.put(&format!("came:{to}"), &first.to_string()).await;
        self.notebook
            .put(&format!("moved:{first}"), &to.to_string())
            .await;
    }
}
