//! What the parts of an account share: the calls, what was learned from Discord, what is remembered.

use crate::Settings;
use crate::api::Api;
use crate::bounded::Bounded;
use crate::guilds::Guilds;
use crate::notebook::Notebook;
use groupdesk_contract::{AccountId, Clock, Memory, ReplyKey, Secret};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// People whose roles and avatars are known.
const PEOPLE: usize = 20_000;
/// Messages of which it is known what they were.
const MESSAGES: usize = 5_000;
/// How long something that Discord forbids is not tried again.
const FLAT: SignedDuration = SignedDuration::from_mins(10);

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) api: Api,
    pub(crate) notebook: Notebook,
    state: Mutex<State>,
}

/// What is known while the process runs.
pub(crate) struct State {
    /// Who the bot is; without it there is no connection yet.
    pub(crate) me: Option<Myself>,
    pub(crate) guilds: Guilds,
    /// Avatars, by user.
    pub(crate) avatars: Bounded<u64, String>,
    /// Roles of those who spoke, by server and user.
    pub(crate) roles: Bounded<(u64, u64), Vec<u64>>,
    /// The message that stands for an interaction that the desk quotes.
    pub(crate) origins: Bounded<String, u64>,
    /// What an interaction can be answered with where the bot may not write.
    pub(crate) followups: Bounded<String, (Secret, Timestamp)>,
    /// Messages of ours.
    pub(crate) said: Bounded<u64, ()>,
    /// The parts of a reply that were sent before one failed.
    pub(crate) progress: Bounded<ReplyKey, Vec<u64>>,
    /// Messages that the desk has.
    pub(crate) seen: Bounded<u64, ()>,
    /// What a channel does not allow, and until when it is not tried again.
    pub(crate) flat: Bounded<(u64, &'static str), Timestamp>,
    /// The webhooks of channels.
    pub(crate) hooks: Bounded<u64, Hook>,
    /// The last message had before a shard's session began.
    pub(crate) since: BTreeMap<u32, u64>,
    /// When it was last said that messages arrive without words.
    pub(crate) told_wordless: Option<Timestamp>,
}

/// The bot itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Myself {
    pub(crate) user: u64,
    pub(crate) application: u64,
}

/// A webhook of ours.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) id: u64,
    pub(crate) token: Secret,
}

impl Core {
    pub(crate) fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, String> {
        settings.check()?;
        Ok(Self {
            account,
            api: Api::new(&settings, Arc::clone(&clock))?,
            settings,
            clock,
            notebook: Notebook::new(memory),
            state: Mutex::new(State {
                me: None,
                guilds: Guilds::default(),
                avatars: Bounded::new(PEOPLE),
                roles: Bounded::new(PEOPLE),
                origins: Bounded::new(MESSAGES),
                followups: Bounded::new(1_000),
                said: Bounded::new(MESSAGES),
                progress: Bounded::new(MESSAGES),
                seen: Bounded::new(MESSAGES),
                flat: Bounded::new(1_000),
                hooks: Bounded::new(1_000),
                since: BTreeMap::new(),
                told_wordless: None,
            }),
        })
    }

    /// Held for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `channel` did not allow `what` a short time ago.
    pub(crate) fn is_flat(&self, channel: u64, what: &'static str) -> bool {
        let now = self.clock.now();
        self.state()
            .flat
            .get(&(channel, what))
            .is_some_and(|until| *until > now)
    }

    /// `channel` does not allow `what`.
    pub(crate) fn flatten(&self, channel: u64, what: &'static str) {
        let until = self.clock.now().saturating_add(FLAT).unwrap_or(Timestamp::MAX);
        self.state().flat.insert((channel, what), until);
    }
}
