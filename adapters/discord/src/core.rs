//! The state that the parts of an account share: the API, the facts learned from Discord, the durable notes.

use crate::Settings;
use crate::api::{Api, Fault};
use crate::guilds::Guilds;
use groupdesk_contract::{AccountId, Clock, ReplyKey, Secret, Storage, StoreMark};
use groupdesk_kit::{BoundedMap, FiringAlerts, LinkSlot, Notebook, UnreadableEvents};
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// The most people whose roles and avatars are remembered.
const PEOPLE_MAX: usize = 20_000;
/// The most messages and replies that are remembered, for each purpose.
const MESSAGES_MAX: usize = 5_000;
/// The retry delay for an operation that Discord forbids.
const FORBIDDEN_DELAY: SignedDuration = SignedDuration::from_mins(10);

const UNREADABLE: &str = "somebody wrote something that this version can't read, so that nobody answers it: look into the \
                          channels, and please report it (the log names what it was)";

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) api: Api,
    pub(crate) notebook: Notebook,
    storage: Arc<dyn Storage>,
    store: StoreMark,
    alerts: FiringAlerts,
    unreadable: UnreadableEvents,
    /// The way to the desk, while the account runs.
    pub(crate) link: LinkSlot,
    state: Mutex<State>,
}

/// The state that is lost on a restart.
pub(crate) struct State {
    /// Interactions whose acknowledgement is under way; true when it is done.
    pub(crate) acknowledging: BoundedMap<String, watch::Receiver<bool>>,
    /// The bot; `None` until the account is connected.
    pub(crate) me: Option<Myself>,
    pub(crate) guilds: Guilds,
    /// Avatars, by user.
    pub(crate) avatars: BoundedMap<u64, String>,
    /// Roles of those who spoke, by server and user.
    pub(crate) roles: BoundedMap<(u64, u64), Vec<u64>>,
    /// The messages that Discord shows for interactions that the desk quotes.
    pub(crate) origins: BoundedMap<String, u64>,
    /// The token and time of interactions, to answer them where the bot may not write.
    pub(crate) followups: BoundedMap<String, (Secret, Timestamp)>,
    /// Messages of ours.
    pub(crate) said: BoundedMap<u64, ()>,
    /// The parts of a reply that were sent before one failed.
    pub(crate) progress: BoundedMap<ReplyKey, Vec<u64>>,
    /// Replies with files to which no answer came: they are tried again without them.
    pub(crate) doubtful: BoundedMap<ReplyKey, ()>,
    /// Messages that the desk has.
    pub(crate) seen: BoundedMap<u64, ()>,
    /// The operations that a channel forbids, with the time of the next try.
    pub(crate) flat: BoundedMap<(u64, &'static str), Timestamp>,
    /// The webhooks of channels.
    pub(crate) hooks: BoundedMap<u64, RelayWebhook>,
    /// The last message had before a shard's session began.
    pub(crate) since: BTreeMap<u32, u64>,
}

/// The bot itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Myself {
    pub(crate) user: u64,
    pub(crate) application: u64,
}

/// A webhook of ours.
#[derive(Debug, Clone)]
pub(crate) struct RelayWebhook {
    pub(crate) id: u64,
    pub(crate) token: Secret,
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
            settings,
            clock,
            notebook: Notebook::new(Arc::clone(&storage)),
            storage,
            store: StoreMark::default(),
            alerts: FiringAlerts::default(),
            unreadable: UnreadableEvents::default(),
            link: LinkSlot::default(),
            state: Mutex::new(State {
                acknowledging: BoundedMap::new(1_000),
                me: None,
                guilds: Guilds::default(),
                avatars: BoundedMap::new(PEOPLE_MAX),
                roles: BoundedMap::new(PEOPLE_MAX),
                origins: BoundedMap::new(MESSAGES_MAX),
                followups: BoundedMap::new(1_000),
                said: BoundedMap::new(MESSAGES_MAX),
                progress: BoundedMap::new(MESSAGES_MAX),
                doubtful: BoundedMap::new(MESSAGES_MAX),
                seen: BoundedMap::new(MESSAGES_MAX),
                flat: BoundedMap::new(1_000),
                hooks: BoundedMap::new(1_000),
                since: BTreeMap::new(),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// The mark by which our replies differ from those of another store, whose replies have the same numbers.
    ///
    /// # Errors
    /// If it can't be read or kept now.
    pub(crate) async fn store_mark(&self) -> Result<&str, Fault> {
        let mark = self.store.get(self.storage.as_ref()).await;
        mark.map_err(|error| Fault::NotWritten(format!("what was sent before can't be known now: {error}")))
    }

    /// Fires an alert, or resolves it with `None`; reports each change once.
    pub(crate) async fn alert(&self, name: &'static str, message: Option<String>) {
        self.alerts.set_while_running(&self.link, name, message).await;
    }

    /// Counts unreadable events of members, and fires an alert or resolves it.
    pub(crate) async fn note_unreadable(&self, count: usize) {
        if let Some(fires) = self.unreadable.count(count, self.clock.now()) {
            let message = fires.then(|| UNREADABLE.to_owned());
            self.alert("unreadable", message).await;
        }
    }

    /// True if `channel` forbade `what` a short time ago.
    pub(crate) fn is_flat(&self, channel: u64, what: &'static str) -> bool {
        let now = self.clock.now();
        self.state()
            .flat
            .get(&(channel, what))
            .is_some_and(|until| *until > now)
    }

    /// Records that `channel` does not allow `what`.
    pub(crate) fn flatten(&self, channel: u64, what: &'static str) {
        let until = self
            .clock
            .now()
            .saturating_add(FORBIDDEN_DELAY)
            .unwrap_or(Timestamp::MAX);
        self.state().flat.insert((channel, what), until);
    }
}
