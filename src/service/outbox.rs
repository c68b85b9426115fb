//! The outbox: sends what was committed. Nothing is lost and nothing is knowingly said twice: a reply stays in the
//! store until its outcome is recorded there, and an outcome that is unknown is looked up before the reply is repeated.
//!
//! A channel's replies go out one after another, each when the one before it is settled; channels don't wait for each
//! other. The work of a channel is a task that lives as long as the channel has replies.

mod account;
mod counters;
mod deliver;
mod files;
mod gate;
mod hope;
mod on_way;
mod pace;
mod priority;
mod rooms;
mod settle;
mod timing;
mod trouble;

pub use counters::Counts;
pub use on_way::{OnWay, Stage, unnamed};
pub use pace::{Pace, PaceLimits};
pub use trouble::Stalled;

use crate::desk::{Fate, Outcome, opens_ticket};
use crate::service::alerts::Alerts;
use crate::store::{Result, Settled, Store};
use crate::ticket::About;
use account::Account;
use counters::Counters;
use groupdesk_contract::{AccountId, Adapter, Clock, MessageId, Place, Reply, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use priority::Priority;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use timing::Timing;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How the outbox works; the defaults suit every platform.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxSettings {
    /// How many sends of one account may be under way at once.
    pub concurrent: usize,
    /// The pause after the first failed attempt, at most; it doubles with each further one. The pause taken is a random
    /// part of it, so that not everything is tried again at once.
    pub retry_first: Duration,
    /// The longest pause between two attempts.
    pub retry_most: Duration,
    /// A reply that could not be sent for so long after it was decided is given up.
    pub max_age: SignedDuration,
    /// The pause before an unknown outcome is looked up: what was sent may need a moment to be found.
    pub doubt_pause: Duration,
    /// How often an attempt with an unknown outcome is repeated at this pause after the platform said that nothing arrived; then it
    /// is at longer and longer ones, as long as the reply is worth saying.
    pub doubts: u32,
    /// An adapter that has not answered for so long leaves the outcome unknown.
    pub send_timeout: Duration,
    /// A reply of a ticket that could not be sent for so long is told to staff, while it is still tried.
    pub late_after: SignedDuration,
    /// The same for the notice of a ticket itself: until a room has it, nobody knows that a member waits.
    pub notice_late_after: SignedDuration,
    /// How long outcomes are collected before they are written to the store together.
    pub linger: Duration,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self {
            concurrent: 256,
            retry_first: Duration::from_secs(1),
            retry_most: Duration::from_secs(300),
            max_age: SignedDuration::from_hours(24),
            doubt_pause: Duration::from_secs(2),
            doubts: 3,
            send_timeout: Duration::from_secs(60),
            late_after: SignedDuration::from_mins(5),
            notice_late_after: SignedDuration::from_mins(1),
            linger: Duration::from_millis(4),
        }
    }
}

/// A committed reply on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its key in the store.
    pub key: ReplyKey,
    /// On which account, in which channel.
    pub place: Place,
    /// What to say.
    pub reply: Reply,
    /// When it was decided.
    pub decided: Timestamp,
    /// Not to be sent earlier.
    pub not_before: Timestamp,
    /// When the platform stops taking it.
    pub expires: Option<Timestamp>,
    /// The ticket that it belongs to.
    pub about: Option<About>,
}

impl Queued {
    fn fate(&self, outcome: Outcome) -> Fate {
        Fate::of(self.place.clone(), self.about.clone(), &self.reply, outcome)
    }

    /// Whether somebody relies on it: staff who answered, or the member of a ticket that nobody knows of before.
    fn is_relied_on(&self) -> bool {
        let about = self.about.as_ref();
        about.is_some_and(|about| about.report.is_some() || opens_ticket(&self.reply))
    }
}

/// What became of a reply from which something follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What it was, and what became of it.
    pub fate: Fate,
    /// The outcome for the store, to be written with what follows from it; `None` where it is still tried.
    pub settled: Option<(ReplyKey, Settled)>,
}

/// A reply in a channel's queue.
#[derive(Debug)]
struct Waiting {
    queued: Queued,
    /// How often it was tried in vain.
    attempts: u32,
    /// An earlier run of the program may have sent it.
    left_behind: bool,
    /// Staff were told that it is not through yet.
    told_late: bool,
    /// It was taken back, and only keeps the place for what is said instead.
    dropped: bool,
    timing: Timing,
}

impl Waiting {
    fn priority(&self) -> Priority {
        Priority::of(&self.queued.reply, self.queued.about.as_ref())
    }
}

/// What those who rely on a reply are told while nothing gets through to its channel; once.
fn late(waiting: &mut Waiting, reason: &str) -> Option<Fate> {
    if waiting.told_late || waiting.dropped || !waiting.queued.is_relied_on() {
        return None;
    }
    waiting.told_late = true;
    let reason = reason.to_owned();
    Some(waiting.queued.fate(Outcome::Late { reason }))
}

/// Sends what was committed. Made and used inside a Tokio runtime. Dropped without [`Outbox::shutdown`] it stops as a
/// killed process does: what was sent and not yet recorded is looked up at the next start.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
    settling: settle::Task,
}

/// What the outbox's tasks share.
struct Shared {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// How long something lasts is told by this one, which nobody sets.
    steady: Arc<dyn Clock>,
    settings: OutboxSettings,
    accounts: RwLock<HashMap<AccountId, Arc<Account>>>,
    settled: settle::Collected,
    on_way: on_way::Replies,
    counters: Counters,
    delivered: mpsc::UnboundedSender<Delivered>,
    /// The staff rooms, whose failures are alerts.
    rooms: OnceLock<rooms::Rooms>,
    /// Cancelled when nothing new may be sent.
    closing: CancellationToken,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox")
            .field("counts", &self.counters.now())
            .finish_non_exhaustive()
    }
}

impl Outbox {
    /// An outbox that sends nothing yet: [`Outbox::register`] the accounts, then [`Outbox::restore`]. What becomes of
    /// replies that belong to tickets is told to `delivered`. `clock` tells the time, and `steady` how long something lasts.
    pub fn new(
        store: Arc<dyn Store>,
        (clock, steady): (Arc<dyn Clock>, Arc<dyn Clock>),
        settings: OutboxSettings,
        delivered: mpsc::UnboundedSender<Delivered>,
    ) -> Arc<Self> {
        let shared = Arc::new(Shared {
            store,
            clock,
            steady,
            settings,
            accounts: RwLock::default(),
            settled: settle::Collected::default(),
            on_way: on_way::Replies::default(),
            counters: Counters::default(),
            delivered,
            rooms: OnceLock::new(),
            closing: CancellationToken::new(),
        });
        let settling = settle::Task::start(Arc::clone(&shared));
        Arc::new(Self { shared, settling })
    }

    /// Makes an alert of each of these staff rooms while it takes no notices. To be called before [`Outbox::restore`].
    pub fn watch_rooms(&self, rooms: impl IntoIterator<Item = Place>, alerts: Arc<Alerts>) {
        let rooms = rooms.into_iter().collect();
        // Once is enough; the first alerts are as good as the second.
        let _ = self.shared.rooms.set(rooms::Rooms { rooms, alerts });
    }

    /// Sends the replies of an account through `adapter`, no faster than `limits`.
    pub fn register(&self, adapter: Arc<dyn Adapter>, limits: PaceLimits) {
        let name = adapter.account().clone();
        let account = Arc::new(Account::new(adapter, limits, self.shared.settings.concurrent));
        self.shared
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, account);
    }

    /// Takes up what an earlier run of the program left in the store; call it once, before anything is enqueued. Each
    /// reply may have been sent already, so the platform is asked first, where it can tell. Replies of accounts that
    /// are not registered stay in the store until they are too old. Returns how many replies were taken up.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn restore(&self) -> Result<usize> {
        let mut waiting = Vec::new();
        let mut homeless: BTreeMap<AccountId, u64> = BTreeMap::new();
        for due in self.shared.store.due().await? {
            let reply = match due.reply {
                Ok(reply) => reply,
                Err(error) => {
                    let reason = format!("the stored reply can't be read: {error}");
                    let fate = Fate {
                        place: due.place,
                        about: due.about,
                        opened: false,
                        answers: None,
                        outcome: refusal(&reason),
                        text: String::new(),
                        left_out: Vec::new(),
                    };
                    self.shared.refuse(due.key, fate, reason);
                    continue;
                }
            };
            let queued = Queued {
                key: due.key,
                place: due.place,
                reply,
                decided: due.decided,
                not_before: due.not_before,
                expires: due.expires,
                about: due.about,
            };
            let timing = Timing::of_left(&queued, &self.shared);
            if self.shared.account(&queued.place.account).is_some() {
                waiting.push(Waiting {
                    timing,
                    queued,
                    attempts: due.attempts,
                    left_behind: true,
                    told_late: false,
                    dropped: false,
                });
            } else if timing.left(&self.shared).is_zero() {
                let reason = "expired: its account is not configured".to_owned();
                let fate = queued.fate(refusal(&reason));
                self.shared.refuse(queued.key, fate, reason);
            } else {
                if queued.is_relied_on() {
                    let reason = "its account is not configured".to_owned();
                    self.shared.tell(queued.fate(Outcome::Late { reason }));
                }
                *homeless.entry(queued.place.account).or_default() += 1;
            }
        }
        for (account, replies) in homeless {
            tracing::warn!(%account, replies, "unsent replies of an account that is not configured are kept for a day");
        }
        let taken_up = waiting.len();
        if taken_up > 0 {
            tracing::info!(
                replies = taken_up,
                "taking up what was not sent before the last stop"
            );
        }
        self.shared.queue(waiting);
        Ok(taken_up)
    }

    /// Sends committed replies, each channel's in order. Returns at once.
    pub fn enqueue(&self, replies: Vec<Queued>) {
        self.shared.queue(
            replies
                .into_iter()
                .map(|queued| Waiting {
                    timing: Timing::of_new(&queued, &self.shared),
                    queued,
                    attempts: 0,
                    left_behind: false,
                    told_late: false,
                    dropped: false,
                })
                .collect(),
        );
    }

    /// The replies that carry a message of staff, or answer one of a member, and are not settled in the store, oldest first. Those
    /// that wait are held back, until [`Outbox::drop_replies`] or [`Outbox::let_go`] says how it goes on with them.
    pub fn hold(&self, place: &Place, message: &MessageId) -> Vec<OnWay> {
        self.shared.on_way.hold(place, message)
    }

    /// Notes that a message is changed or taken back right after it is decided on: what follows from it is held back for
    /// [`Outbox::hold`].
    pub fn await_amendment(&self, place: Place, message: MessageId) {
        self.shared.on_way.await_amendment((place, message));
    }

    /// Lets replies that were held back go on their way.
    pub fn let_go(&self, keys: &[ReplyKey]) {
        self.shared.on_way.let_go(keys);
    }

    /// Takes replies back. What waits is not sent, and nobody is told of it; what is under way is not tried again. That those which
    /// were held are refused is for the caller to record.
    pub fn drop_replies(&self, keys: &[ReplyKey]) {
        for (place, key) in self.shared.on_way.drop_all(keys) {
            if let Some(account) = self.shared.account(&place.account) {
                account.drop_reply(&place.channel, key);
            }
        }
    }

    /// Says that an account can send again: what waited for that is tried at once.
    pub fn account_connected(&self, account: &AccountId) {
        if let Some(account) = self.shared.account(account) {
            account.trouble.disconnected(false);
            account.connected.signal();
        }
    }

    /// Says that an account can't send until it connects: what waits for that is tried more and more seldom.
    pub fn account_disconnected(&self, account: &AccountId) {
        if let Some(account) = self.shared.account(account) {
            account.trouble.disconnected(true);
        }
    }

    /// The accounts through which nothing gets, connected or not.
    pub fn stalled(&self) -> Vec<Stalled> {
        let accounts = self
            .shared
            .accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let stalled = accounts.iter().filter_map(|(account, sends)| {
            let (lasts, reason, failing) = sends.trouble.stalled()?;
            Some(Stalled {
                account: account.clone(),
                lasts,
                reason,
                failing,
            })
        });
        stalled.collect()
    }

    /// The accounts that send, and have not yet sent again what failed before, for some seconds. `reason` is empty.
    pub fn behind(&self) -> Vec<Stalled> {
        let accounts = self
            .shared
            .accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let behind = accounts.iter().filter_map(|(account, sends)| {
            let (lasts, failing) = sends.trouble.behind()?;
            Some(Stalled {
                account: account.clone(),
                lasts,
                reason: String::new(),
                failing,
            })
        });
        behind.collect()
    }

    /// Takes the outcomes that are not yet in the store, for a batch that is committed now: one write to the disk then
    /// serves both. If that fails, they must come back with [`Outbox::give_back`].
    pub fn take_settled(&self) -> Vec<(ReplyKey, Settled)> {
        self.shared.settled.take()
    }

    /// Brings back outcomes that could not be committed.
    pub fn give_back(&self, settled: Vec<(ReplyKey, Settled)>) {
        self.shared.settled.give_back(settled);
    }

    /// How much was sent, refused and so on since the start.
    pub fn counters(&self) -> Counts {
        self.shared.counters.now()
    }

    /// Waits until outcomes are not recorded any more although nobody stopped that: then nothing may be sent either.
    pub async fn broke(&self) {
        self.settling.ended.cancelled().await;
    }

    /// Starts no more sends, waits for those under way and for their outcomes to be in the store, but no longer than
    /// `deadline`. What was not sent stays in the store for the next start.
    pub async fn shutdown(&self, deadline: Duration) {
        let until = Instant::now() + deadline;
        self.shared.closing.cancel();
        let accounts: Vec<Arc<Account>> = {
            let accounts = self
                .shared
                .accounts
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            accounts.values().cloned().collect()
        };
        let mut in_time = true;
        for account in accounts {
            in_time &= tokio::time::timeout_at(until, account.quiet()).await.is_ok();
        }
        in_time &= tokio::time::timeout_at(until, self.settling.finish())
            .await
            .is_ok();
        if !in_time {
            tracing::warn!(
                "some replies were under way at the end; the next start finds out what became of them"
            );
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.shared.closing.cancel();
    }
}

impl Shared {
    fn account(&self, account: &AccountId) -> Option<Arc<Account>> {
        self.accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(account)
            .cloned()
    }

    /// Puts replies into their channels' queues and starts a task for each channel that has none.
    fn queue(self: &Arc<Self>, replies: Vec<Waiting>) {
        self.counters.queued(replies.len());
        let mut account: Option<(AccountId, Arc<Account>)> = None;
        for waiting in replies {
            let place = &waiting.queued.place;
            // The replies of a batch are mostly one account's.
            if account.as_ref().is_none_or(|(name, _)| *name != place.account) {
                account = self
                    .account(&place.account)
                    .map(|found| (place.account.clone(), found));
            }
            let Some((_, account)) = &account else {
                self.counters.unqueued();
                let reason = "its account is not configured".to_owned();
                let fate = waiting.queued.fate(refusal(&reason));
                self.refuse(waiting.queued.key, fate, reason);
                continue;
            };
            let channel = place.channel.clone();
            self.on_way.add(&waiting);
            let pushed = account.push(waiting);
            if let Some(replaced) = pushed.replaced {
                self.on_way.over(replaced);
                self.counters.unqueued();
            }
            if let Some(late) = pushed.late {
                self.tell(late);
            }
            if let Some(first) = pushed.start {
                tokio::spawn(deliver::work(
                    Arc::clone(self),
                    Arc::clone(account),
                    channel,
                    first,
                ));
            }
        }
    }

    /// Notes the outcome of a reply. One from which something follows is written with that, so that no crash comes between
    /// the two.
    fn settle(&self, key: ReplyKey, settled: Settled, fate: Fate) {
        match &fate.outcome {
            Outcome::Sent => self.room_works(&fate.place),
            Outcome::Refused { reason } | Outcome::Unknown { reason } | Outcome::Late { reason } => {
                self.room_fails(&fate.place, reason);
            }
        }
        let withdrawn = match &settled {
            Settled::Sent { message, .. } => self.on_way.sent(key, message.as_ref()),
            _ => {
                self.on_way.over(key);
                false
            }
        };
        // Who took it back meanwhile knows that it is withdrawn now.
        if withdrawn || !fate.matters() {
            self.settled.add(key, settled);
            return;
        }
        let delivered = Delivered {
            fate,
            settled: Some((key, settled)),
        };
        // At the program's end nobody listens any more.
        if let Err(back) = self.delivered.send(delivered)
            && let Some((key, settled)) = back.0.settled
        {
            self.settled.add(key, settled);
        }
    }

    /// Tells what becomes of a reply that is still tried.
    fn tell(&self, fate: Fate) {
        if let Outcome::Late { reason } = &fate.outcome {
            self.room_fails(&fate.place, reason);
        }
        // At the program's end nobody listens any more; the next run tells it.
        let _ = self.delivered.send(Delivered { fate, settled: None });
    }

    fn refuse(&self, key: ReplyKey, fate: Fate, reason: String) {
        tracing::warn!(place = %fate.place, key = key.0, reason, "a reply will not be sent");
        self.counters.refused();
        let at = self.clock.now();
        self.settle(key, Settled::Refused { reason, at }, fate);
    }
}

fn refusal(reason: &str) -> Outcome {
    Outcome::Refused {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
