//! The outbox: sends the committed replies. Nothing is lost and nothing is knowingly sent twice: a reply stays in the
//! store until its outcome is recorded there, and an outcome that is unknown is looked up before the reply is repeated.
//!
//! A channel's replies go out one after another, each when the one before it is settled; channels don't wait for each
//! other. A reply that does not get through for seconds steps aside for those of other conversations. The work of a
//! channel is a task that lives as long as the channel has replies; what stepped aside has a task of its own.

mod account_pace;
mod account_sender;
mod channel_queue;
mod conversation_order;
mod counters;
mod deliver;
mod delivery_deadlines;
mod early_retry;
mod in_flight;
mod last_send;
mod lease_gate;
mod lost_answers;
mod outcome_writer;
mod queued_reply;
mod repeated_signal;
mod reply_files;
mod reply_priority;
mod retried_aside;
mod retry_backoff;
mod room_alerts;
mod send_statistics;
mod sending_failure;
mod token_bucket;

pub use counters::Counts;
pub use in_flight::{ReplyInFlight, Stage, unnamed};
pub use last_send::{LastSend, SendOutcome};
pub use lost_answers::LostAnswers;
pub use queued_reply::Queued;
pub use send_statistics::Sends;
pub use sending_failure::Stalled;

use crate::config::PaceLimits;
use crate::desk::{DeliveryReport, DeliveryStatus};
use crate::service::alerts::Alerts;
use crate::service::traces::Trace;
use crate::store::{DeliveryOutcome, Result, Store};
use account_sender::OutboxAccount;
use conversation_order::ConversationOrder;
use counters::{Counters, latency_seconds};
use delivery_deadlines::Timing;
use groupdesk_contract::{AccountId, Adapter, Clock, FileBytes, MessageId, Place, ReplyKey};
use jiff::SignedDuration;
use parking_lot::RwLock;
use prometheus_client::metrics::histogram::Histogram;
use reply_priority::Priority;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Settings of the outbox; the defaults suit every platform.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxSettings {
    /// Sends of one account that may be under way at once.
    pub concurrent: usize,
    /// Longest backoff after the first failed attempt; it doubles with each further one. The pause taken is a random part
    /// of it, so that not everything is retried at once.
    pub retry_first: Duration,
    /// Longest backoff between two attempts.
    pub retry_most: Duration,
    /// Age from its decision on at which a reply that could not be sent is given up.
    pub max_age: SignedDuration,
    /// Pause before an unknown outcome is looked up: a reply may need a moment to be found.
    pub doubt_pause: Duration,
    /// Repeats at this pause of an attempt with an unknown outcome after the platform said that nothing arrived; later
    /// ones back off, as long as the reply is worth sending.
    pub doubts: u32,
    /// Timeout of an adapter's answer; after it the outcome is unknown.
    pub send_timeout: Duration,
    /// Age at which staff are told of a ticket's reply that could not be sent; it is still retried.
    pub late_after: SignedDuration,
    /// Age from which on the notice of a ticket itself is late: until a room has it, nobody knows that a member waits.
    pub notice_late_after: SignedDuration,
    /// Time for which outcomes are collected before they are written to the store together.
    pub flush_interval: Duration,
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
            flush_interval: Duration::from_millis(4),
        }
    }
}

/// Delivery report that the desk acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryEvent {
    /// The report.
    pub report: DeliveryReport,
    /// Outcome for the store, to be written with its effects; `None` where the reply is still retried.
    pub settled: Option<(ReplyKey, DeliveryOutcome)>,
}

/// A reply in a channel's queue.
#[derive(Debug)]
struct WaitingReply {
    queued: Queued,
    /// Conversations that it belongs to.
    conversation_order: ConversationOrder,
    /// Failed attempts.
    attempts: u32,
    /// `true` if an earlier run of the program may have sent it.
    from_previous_run: bool,
    /// `true` if staff were told that it is late.
    told_late: bool,
    /// `true` if it was recalled, and only keeps the place for the reply in its stead.
    dropped: bool,
    timing: Timing,
}

impl WaitingReply {
    fn priority(&self) -> Priority {
        Priority::of(&self.queued.reply, self.queued.about.as_ref())
    }
}

/// Makes the report that a reply is late, for those who rely on it; once.
fn late(waiting: &mut WaitingReply, reason: &str) -> Option<DeliveryReport> {
    if waiting.told_late || waiting.dropped || !waiting.queued.is_relied_on() {
        return None;
    }
    waiting.told_late = true;
    let reason = reason.to_owned();
    Some(waiting.queued.report(DeliveryStatus::Late { reason }))
}

/// Sends the committed replies. Made and used inside a Tokio runtime. Dropped without [`Outbox::shutdown`] it stops as a
/// killed process does: a reply that was sent and not yet recorded is looked up at the next start.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<OutboxState>,
    settling: outcome_writer::Task,
}

/// State that the outbox's tasks share.
struct OutboxState {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Clock for durations, which nobody sets.
    steady: Arc<dyn Clock>,
    settings: OutboxSettings,
    accounts: RwLock<HashMap<AccountId, Arc<OutboxAccount>>>,
    settled: outcome_writer::Collected,
    on_way: in_flight::Replies,
    counters: Counters,
    /// Time from the decision on a member's words until its reply was taken.
    latency: Histogram,
    delivered: mpsc::UnboundedSender<DeliveryEvent>,
    /// Staff rooms whose failures are alerts.
    rooms: OnceLock<room_alerts::Rooms>,
    rooms_work: room_alerts::RoomsWork,
    lost: lost_answers::Lost,
    /// Cancelled when nothing new may be sent.
    closing: CancellationToken,
    trust: lease_gate::LeaseGate,
}

impl std::fmt::Debug for OutboxState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox")
            .field("counts", &self.counters.now())
            .finish_non_exhaustive()
    }
}

impl Outbox {
    /// Fetches a file that only an account has ([`groupdesk_contract::held_file`]).
    ///
    /// # Errors
    /// The reason, in a sentence for an admin.
    pub async fn fetch(&self, of: &AccountId, file: &str) -> std::result::Result<FileBytes, String> {
        reply_files::fetch(&self.shared, of, file).await
    }

    /// Makes an outbox that sends nothing yet: [`Outbox::register`] the accounts, then [`Outbox::restore`]. Reports on
    /// replies of tickets go to `delivered`. `clock` tells the time, and `steady` measures durations.
    pub fn new(
        store: Arc<dyn Store>,
        (clock, steady): (Arc<dyn Clock>, Arc<dyn Clock>),
        settings: OutboxSettings,
        delivered: mpsc::UnboundedSender<DeliveryEvent>,
    ) -> Arc<Self> {
        let shared = Arc::new(OutboxState {
            store,
            clock,
            steady,
            settings,
            accounts: RwLock::default(),
            settled: outcome_writer::Collected::default(),
            on_way: in_flight::Replies::default(),
            counters: Counters::default(),
            latency: latency_seconds(),
            delivered,
            rooms: OnceLock::new(),
            rooms_work: room_alerts::RoomsWork::default(),
            lost: lost_answers::Lost::default(),
            closing: CancellationToken::new(),
            trust: lease_gate::LeaseGate::default(),
        });
        let settling = outcome_writer::Task::start(Arc::clone(&shared));
        Arc::new(Self { shared, settling })
    }

    /// Fires an alert for each of these staff rooms while it takes no notices. To be called before [`Outbox::restore`].
    pub fn watch_rooms(&self, rooms: impl IntoIterator<Item = Place>, alerts: Arc<Alerts>) {
        let rooms = rooms.into_iter().collect();
        // Once is enough; the first alerts are as good as the second.
        let _ = self.shared.rooms.set(room_alerts::Rooms { rooms, alerts });
    }

    /// Sends the replies of an account through `adapter`, no faster than `limits`.
    pub fn register(&self, adapter: Arc<dyn Adapter>, limits: PaceLimits) {
        let name = adapter.account().clone();
        let account = Arc::new(OutboxAccount::new(
            adapter,
            limits,
            self.shared.settings.concurrent,
        ));
        self.shared.accounts.write().insert(name, account);
    }

    /// Takes up the replies that an earlier run of the program left in the store; call it once, before anything is
    /// enqueued. Each reply may have been sent already, so the platform is asked first, where it can tell. Replies of
    /// accounts that are not registered stay in the store until they are too old. Returns how many replies were taken up.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
    pub async fn restore(&self) -> Result<usize> {
        let mut waiting = Vec::new();
        let mut homeless: BTreeMap<AccountId, u64> = BTreeMap::new();
        for due in self.shared.store.due().await? {
            let reply = match due.reply {
                Ok(reply) => reply,
                Err(error) => {
                    let reason = format!("the stored reply can't be read: {error}");
                    let report = DeliveryReport {
                        place: due.place,
                        about: due.about,
                        caller: None,
                        opened: false,
                        answers: None,
                        outcome: refusal(&reason),
                        text: String::new(),
                        left_out: Vec::new(),
                    };
                    self.shared.refuse(due.key, report, reason);
                    continue;
                }
            };
            let queued = Queued {
                key: due.key,
                place: due.place,
                reply,
                decided: due.decided,
                not_before: due.not_before,
                about: due.about,
                caller: due.caller,
                to: None,
                trace: Trace::default(),
            };
            let timing = Timing::of_left(&queued, &self.shared);
            if self.shared.account(&queued.place.account).is_some() {
                waiting.push(WaitingReply {
                    timing,
                    conversation_order: ConversationOrder::of(&queued),
                    queued,
                    attempts: due.attempts,
                    from_previous_run: true,
                    told_late: false,
                    dropped: false,
                });
            } else if timing.left(&self.shared).is_zero() {
                let reason = "expired: its account is not configured".to_owned();
                let report = queued.report(refusal(&reason));
                self.shared.refuse(queued.key, report, reason);
            } else {
                if queued.is_relied_on() {
                    let reason = "its account is not configured".to_owned();
                    self.shared
                        .report_late(queued.report(DeliveryStatus::Late { reason }));
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
                .map(|queued| WaitingReply {
                    timing: Timing::of_new(&queued, &self.shared),
                    conversation_order: ConversationOrder::of(&queued),
                    queued,
                    attempts: 0,
                    from_previous_run: false,
                    told_late: false,
                    dropped: false,
                })
                .collect(),
        );
    }

    /// Returns the replies that carry a message of staff, or answer one of a member, and have no final outcome in the
    /// store, oldest first. Those that wait are held until [`Outbox::drop_replies`] or [`Outbox::let_go`].
    pub fn stop_replies_to(&self, place: &Place, message: &MessageId) -> Vec<ReplyInFlight> {
        self.shared.on_way.stop_replies_to(place, message)
    }

    /// Announces that a message is edited or recalled right after it is decided on: replies to it are held for
    /// [`Outbox::stop_replies_to`].
    pub fn await_amendment(&self, place: Place, message: MessageId) {
        self.shared.on_way.await_amendment((place, message));
    }

    /// Lets held replies go out.
    pub fn let_go(&self, keys: &[ReplyKey]) {
        self.shared.on_way.let_go(keys);
    }

    /// Drops replies. A waiting one is not sent, and nobody is told of it; one under way is not retried. The caller
    /// records that the held ones are refused.
    pub fn drop_replies(&self, keys: &[ReplyKey]) {
        for (place, key) in self.shared.on_way.drop_all(keys) {
            if let Some(account) = self.shared.account(&place.account) {
                account.drop_reply(&place.channel, key);
            }
        }
    }

    /// Marks an account as connected: replies that wait for that are tried at once.
    pub fn account_connected(&self, account: &AccountId) {
        if let Some(account) = self.shared.account(account) {
            account.trouble.disconnected(false);
            account.connected.signal();
        }
    }

    /// Marks an account as disconnected: replies that wait for it back off.
    pub fn account_disconnected(&self, account: &AccountId) {
        if let Some(account) = self.shared.account(account) {
            account.trouble.disconnected(true);
        }
    }

    /// Returns the accounts whose replies all fail, connected or not.
    pub fn stalled(&self) -> Vec<Stalled> {
        let accounts = self.shared.accounts.read();
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

    /// Returns the answers to members that were given up lately, by account.
    pub fn lost_answers(&self) -> Vec<LostAnswers> {
        self.shared.lost.lately()
    }

    /// Returns the accounts that send again, but have not sent what failed before for some seconds. `reason` is empty.
    pub fn behind(&self) -> Vec<Stalled> {
        let accounts = self.shared.accounts.read();
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
    pub fn take_settled(&self) -> Vec<(ReplyKey, DeliveryOutcome)> {
        self.shared.settled.take()
    }

    /// Takes back outcomes that could not be committed.
    pub fn give_back(&self, settled: Vec<(ReplyKey, DeliveryOutcome)>) {
        self.shared.settled.give_back(settled);
    }

    /// Waits until outcomes are no longer recorded although nobody stopped that: then nothing may be sent either.
    pub async fn broke(&self) {
        self.settling.ended.cancelled().await;
    }

    /// Starts no more sends, and waits for those under way and for their outcomes to be in the store, but no longer than
    /// `deadline`. Replies that were not sent stay in the store for the next start.
    pub async fn shutdown(&self, deadline: Duration) {
        let until = Instant::now() + deadline;
        self.shared.closing.cancel();
        let accounts: Vec<Arc<OutboxAccount>> = {
            let accounts = self.shared.accounts.read();
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

impl OutboxState {
    fn account(&self, account: &AccountId) -> Option<Arc<OutboxAccount>> {
        self.accounts.read().get(account).cloned()
    }

    /// Puts replies into their channels' queues and starts a task for each channel that has none.
    fn queue(self: &Arc<Self>, replies: Vec<WaitingReply>) {
        self.counters.queued(replies.len());
        let mut account: Option<(AccountId, Arc<OutboxAccount>)> = None;
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
                let report = waiting.queued.report(refusal(&reason));
                self.refuse(waiting.queued.key, report, reason);
                continue;
            };
            let channel = place.channel.clone();
            account.counters.queued(1);
            self.on_way.add(&waiting);
            let pushed = account.push(waiting);
            if let Some(replaced) = pushed.replaced {
                self.on_way.over(replaced);
                self.counters.unqueued();
                account.counters.unqueued();
            }
            if let Some(late) = pushed.late {
                self.report_late(late);
            }
            if let Some(first) = pushed.start {
                deliver::overtake::start(self, account, channel, first);
            }
        }
    }

    /// Records the outcome of a reply. One that has effects is written with them, so that no crash comes between the two.
    fn settle(&self, key: ReplyKey, settled: DeliveryOutcome, report: DeliveryReport) {
        let last = match &settled {
            DeliveryOutcome::Sent { at, .. } => Some((*at, SendOutcome::Sent, None)),
            DeliveryOutcome::Refused { at, reason } => {
                Some((*at, SendOutcome::Refused, Some(reason.as_str())))
            }
            DeliveryOutcome::Unknown { at, reason } => {
                Some((*at, SendOutcome::Unknown, Some(reason.as_str())))
            }
            DeliveryOutcome::Attempt { .. } => None,
        };
        if let (Some((at, outcome, reason)), Some(account)) = (last, self.account(&report.place.account)) {
            account.last.note(at, outcome, reason);
        }
        match &report.outcome {
            DeliveryStatus::Sent => self.room_works(&report.place),
            DeliveryStatus::Refused { reason }
            | DeliveryStatus::Unknown { reason }
            | DeliveryStatus::Late { reason } => {
                self.room_fails(&report.place, reason);
                if !self.is_staff_room(&report.place) {
                    self.lost.note(&report);
                }
            }
        }
        let withdrawn = match &settled {
            DeliveryOutcome::Sent { message, .. } => self.on_way.sent(key, message.as_ref()),
            _ => {
                self.on_way.over(key);
                false
            }
        };
        // Who took it back meanwhile knows that it is withdrawn now.
        if withdrawn || !report.matters() {
            self.settled.add(key, settled);
            return;
        }
        let delivered = DeliveryEvent {
            report,
            settled: Some((key, settled)),
        };
        // At the program's end nobody listens any more.
        if let Err(back) = self.delivered.send(delivered)
            && let Some((key, settled)) = back.0.settled
        {
            self.settled.add(key, settled);
        }
    }

    /// Reports on a reply that is still retried.
    fn report_late(&self, report: DeliveryReport) {
        if let DeliveryStatus::Late { reason } = &report.outcome {
            self.room_fails(&report.place, reason);
        }
        // At the program's end nobody listens any more; the next run tells it.
        let _ = self.delivered.send(DeliveryEvent {
            report,
            settled: None,
        });
    }

    fn refuse(&self, key: ReplyKey, report: DeliveryReport, reason: String) {
        tracing::warn!(place = %report.place, key = key.0, reason, "a reply will not be sent");
        self.counters.refused();
        let at = self.clock.now();
        self.settle(key, DeliveryOutcome::Refused { reason, at }, report);
    }
}

fn refusal(reason: &str) -> DeliveryStatus {
    DeliveryStatus::Refused {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
