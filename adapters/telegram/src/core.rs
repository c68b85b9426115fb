//! What the parts of an account share: the connection, what was learned from Telegram, the way to the desk.

use crate::Settings;
use crate::admins::Admins;
use crate::api::Api;
use crate::bounded::Bounded;
use crate::notebook::Notebook;
use crate::pace::Pace;
use crate::read::Myself;
use groupdesk_contract::{AccountId, Alert, ChannelId, Clock, Event, Link, Memory, MessageId, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// People whose names are known.
const PEOPLE: usize = 20_000;
/// Messages of which it is known what they were.
const MESSAGES: usize = 5_000;
/// The time after the last update that could not be read until it is said that all is well.
const READABLE_AGAIN: SignedDuration = SignedDuration::from_hours(1);

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
    /// What getMe said; without it there is no connection yet.
    pub(crate) me: Option<Arc<Myself>>,
    /// The way to the desk, while the account runs.
    pub(crate) link: Option<Link>,
    pub(crate) admins: Admins,
    pub(crate) pace: Pace,
    /// How users are called.
    pub(crate) people: Bounded<u64, String>,
    /// Where things that are quoted in replies came from.
    pub(crate) origins: Bounded<(ChannelId, MessageId), Origin>,
    /// Messages of ours, by chat and number.
    pub(crate) said: Bounded<(i64, i32), ()>,
    /// How many parts of a reply were sent before one failed, and their numbers.
    pub(crate) progress: Bounded<ReplyKey, Vec<i32>>,
    /// Updates that the desk has.
    pub(crate) seen: Bounded<u32, ()>,
    /// Groups that have no topics, or where the bot may not make any.
    pub(crate) flat: Bounded<i64, Timestamp>,
    /// When an update of somebody's words could last not be read, while staff are told of it.
    pub(crate) unreadable: Option<Timestamp>,
}

/// Where something came from that the desk may quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The topic.
    pub(crate) thread: Option<i32>,
    /// What is quoted in its place: a pressed button is no message.
    pub(crate) quote: Option<i32>,
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
            api: Api::new(&settings)?,
            settings,
            clock,
            notebook: Notebook::new(memory),
            state: Mutex::new(State {
                me: None,
                link: None,
                admins: Admins::default(),
                pace: Pace::default(),
                people: Bounded::new(PEOPLE),
                origins: Bounded::new(MESSAGES),
                said: Bounded::new(MESSAGES),
                progress: Bounded::new(MESSAGES),
                seen: Bounded::new(MESSAGES),
                flat: Bounded::new(1_000),
                unreadable: None,
            }),
        })
    }

    /// Held for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many updates came that hold somebody's words and can't be read: staff are told, since nobody answers them. An hour
    /// after the last it is over.
    pub(crate) async fn note_unreadable(&self, many: usize) {
        let now = self.clock.now();
        let told = {
            let mut state = self.state();
            let link = state.link.clone();
            let over = |at: Timestamp| now.duration_since(at) >= READABLE_AGAIN;
            let message = match state.unreadable {
                _ if many > 0 => {
                    state.unreadable = Some(now);
                    Some(
                        "somebody wrote something that this version can't read, so that nobody answers it: look into the \
                         groups, and please report it (the log names what it was)"
                            .to_owned(),
                    )
                }
                Some(at) if over(at) => {
                    state.unreadable = None;
                    None
                }
                _ => return,
            };
            link.map(|link| (link, message))
        };
        if let Some((link, message)) = told {
            let name = "unreadable".to_owned();
            // Only when the program stops nobody takes it.
            let _ = link.post(Event::Alert(Alert { name, message })).await;
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
