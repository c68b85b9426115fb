//! Sender of one account: its channels' queues, its pace, and its limit of sends at once.

use super::account_pace::AccountPace;
use super::channel_queue::Queue;
use super::conversation_order::ConversationOrder;
use super::counters::{Counters, send_seconds};
use super::last_send::LastSendRecord;
use super::repeated_signal::Signal;
use super::reply_priority::Priority;
use super::retried_aside::RetriedAside;
use super::sending_failure::SendingFailure;
use super::token_bucket::TokenBucket;
use super::{WaitingReply, late};
use crate::config::PaceLimits;
use crate::desk::DeliveryReport;
use groupdesk_contract::{Adapter, ChannelId, ReplyKey};
use parking_lot::Mutex;
use prometheus_client::metrics::histogram::Histogram;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Number of channels below which nobody looks for idle ones.
const SWEEP_AT: usize = 1024;

pub(super) struct OutboxAccount {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) connected: Signal,
    /// Ability to send.
    pub(super) trouble: Arc<SendingFailure>,
    pub(super) last: LastSendRecord,
    pub(super) counters: Counters,
    /// Time of one attempt to send.
    pub(super) send_seconds: Histogram,
    limits: PaceLimits,
    /// Pace of all channels together.
    pub(super) gate: AccountPace,
    lines: Mutex<Lines>,
    /// Permits, held while a send is under way and until its outcome is recorded.
    permits: Semaphore,
    /// Permits for look-ups, as many: a platform that does not answer must not take the sends' place with that.
    looks: Semaphore,
    concurrent: u32,
}

/// Queues of the channels, with their paces.
struct Lines {
    channels: HashMap<ChannelId, ChannelQueue>,
    /// Number of channels from which on the idle ones are looked for.
    sweep_at: usize,
}

/// Queue of one channel.
struct ChannelQueue {
    pace: Option<TokenBucket>,
    waiting: Queue,
    /// Priority of the reply that a task works on; `None` where there is no task.
    busy: Option<Priority>,
    /// Notified when a reply of higher priority comes.
    outranked: Arc<Notify>,
    /// Reason for which nothing has got through for a while.
    stuck: Option<String>,
    /// Replies that stepped aside, each with a task of its own.
    retried_aside: RetriedAside,
}

impl ChannelQueue {
    /// Takes the next reply that may be sent; with `None` the channel has no task any more.
    fn next(&mut self) -> Option<WaitingReply> {
        let next = self.waiting.pop(&self.retried_aside);
        self.busy = next.as_ref().map(WaitingReply::priority);
        next
    }

    /// `true` if it has neither a task nor a reply.
    fn is_idle(&self) -> bool {
        self.busy.is_none() && self.retried_aside.is_empty() && self.waiting.is_empty()
    }
}

/// Result of queueing a reply.
pub(super) struct Pushed {
    /// Reply with which to start a task: nobody works on the channel.
    pub(super) start: Option<WaitingReply>,
    /// Report for those who rely on the reply: nothing has got through to the channel for a while.
    pub(super) late: Option<DeliveryReport>,
    /// Dropped reply in whose place it is now.
    pub(super) replaced: Option<ReplyKey>,
}

impl OutboxAccount {
    pub(super) fn new(adapter: Arc<dyn Adapter>, limits: PaceLimits, concurrent: usize) -> Self {
        let concurrent = u32::try_from(concurrent.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self {
            adapter,
            connected: Signal::default(),
            trouble: Arc::default(),
            last: LastSendRecord::default(),
            counters: Counters::default(),
            send_seconds: send_seconds(),
            limits,
            gate: AccountPace::new(limits.account),
            lines: Mutex::new(Lines {
                channels: HashMap::new(),
                sweep_at: SWEEP_AT,
            }),
            permits: Semaphore::new(concurrent as usize),
            looks: Semaphore::new(concurrent as usize),
            concurrent,
        }
    }

    /// Queues a reply among those of its channel.
    pub(super) fn push(&self, mut waiting: WaitingReply) -> Pushed {
        let mut lines = self.lines.lock();
        if lines.channels.len() >= lines.sweep_at {
            lines.sweep();
        }
        let pace = self.limits.channel;
        let line = lines
            .channels
            .entry(waiting.queued.place.channel.clone())
            .or_insert_with(|| ChannelQueue {
                pace: pace.map(|pace| TokenBucket::new(pace, Instant::now())),
                waiting: Queue::default(),
                busy: None,
                outranked: Arc::new(Notify::new()),
                stuck: None,
                retried_aside: RetriedAside::default(),
            });
        let late = line
            .stuck
            .as_deref()
            .or_else(|| line.retried_aside.late_for(&waiting.conversation_order))
            .and_then(|reason| late(&mut waiting, reason));
        let priority = waiting.priority();
        let replaced = line.waiting.push(waiting);
        let start = match line.busy {
            Some(current) => {
                if priority < current {
                    line.outranked.notify_waiters();
                }
                None
            }
            None => line.next(),
        };
        if !line.retried_aside.is_empty() {
            line.outranked.notify_waiters();
        }
        Pushed {
            start,
            late,
            replaced,
        }
    }

    /// Takes the next reply of a channel; with `None` the channel has no task any more.
    pub(super) fn next(&self, channel: &ChannelId) -> Option<WaitingReply> {
        self.lines.lock().next(channel)
    }

    /// Lets the reply that is worked on step aside, so that the channel's task takes the next one; `false` where too many
    /// have done so.
    pub(super) fn step_aside(
        &self,
        channel: &ChannelId,
        key: ReplyKey,
        conversation_order: &ConversationOrder,
    ) -> bool {
        let mut lines = self.lines.lock();
        let line = lines.channels.get_mut(channel);
        line.is_some_and(|line| line.retried_aside.add(key, conversation_order))
    }

    /// `true` if replies of a channel have stepped aside.
    pub(super) fn has_asides(&self, channel: &ChannelId) -> bool {
        let lines = self.lines.lock();
        lines
            .channels
            .get(channel)
            .is_some_and(|line| !line.retried_aside.is_empty())
    }

    /// Records that nobody works on a reply any more that had stepped aside. Returns the reply with which to start a task
    /// of the channel: it waited for that one.
    pub(super) fn aside_over(&self, channel: &ChannelId, key: ReplyKey) -> Option<WaitingReply> {
        let mut lines = self.lines.lock();
        let line = lines.channels.get_mut(channel)?;
        line.retried_aside.remove(key);
        if line.busy.is_some() {
            return None;
        }
        lines.next(channel)
    }

    /// Puts a reply that was not sent back at the head of its queue.
    pub(super) fn put_back(&self, waiting: WaitingReply) {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.channels.get_mut(&waiting.queued.place.channel) {
            line.waiting.push_front(waiting);
        }
    }

    /// Marks a reply that waits in its channel's queue as dropped.
    pub(super) fn drop_reply(&self, channel: &ChannelId, key: ReplyKey) {
        if let Some(line) = self.lines.lock().channels.get_mut(channel) {
            line.waiting.drop_reply(key);
        }
    }

    /// `true` if a reply of higher priority than this one goes first in its channel: of its own conversations, where it
    /// stepped aside.
    pub(super) fn is_outranked(&self, channel: &ChannelId, key: ReplyKey, priority: Priority) -> bool {
        let lines = self.lines.lock();
        let Some(line) = lines.channels.get(channel) else {
            return false;
        };
        let first = match line.retried_aside.conversation_order(key) {
            Some(conversation_order) => line.waiting.first_of(conversation_order),
            None => line.waiting.first(&line.retried_aside),
        };
        first.is_some_and(|first| first < priority)
    }

    /// Returns the notification of a channel about a reply of higher priority than the one that is worked on.
    pub(super) fn outranked(&self, channel: &ChannelId) -> Arc<Notify> {
        let lines = self.lines.lock();
        let line = lines.channels.get(channel);
        line.map_or_else(|| Arc::new(Notify::new()), |line| Arc::clone(&line.outranked))
    }

    /// Records that a reply does not get through, and returns the reports for those who rely on what waits behind it: all
    /// of its channel, or its own conversations, where it stepped aside.
    pub(super) fn stuck(&self, channel: &ChannelId, key: ReplyKey, reason: &str) -> Vec<DeliveryReport> {
        let mut lines = self.lines.lock();
        let Some(line) = lines.channels.get_mut(channel) else {
            return Vec::new();
        };
        let of = line.retried_aside.conversation_order(key).cloned();
        match &of {
            Some(_) => line.retried_aside.late(key, reason),
            None => line.stuck = Some(reason.to_owned()),
        }
        line.waiting
            .iter_mut()
            .filter(|waiting| of.as_ref().is_none_or(|of| of.meet(&waiting.conversation_order)))
            .filter_map(|waiting| late(waiting, reason))
            .collect()
    }

    /// Records that something got through to a channel.
    pub(super) fn got_through(&self, channel: &ChannelId) {
        self.trouble.succeeded(channel);
        if let Some(line) = self.lines.lock().channels.get_mut(channel) {
            line.stuck = None;
            line.retried_aside.got_through();
        }
    }

    /// Takes the channel's next turn, and returns the time to wait for it.
    pub(super) fn turn_of_channel(&self, channel: &ChannelId) -> Duration {
        if self.limits.channel.is_none() {
            return Duration::ZERO;
        }
        let mut lines = self.lines.lock();
        let pace = lines
            .channels
            .get_mut(channel)
            .and_then(|line| line.pace.as_mut());
        pace.map_or(Duration::ZERO, |pace| pace.take(Instant::now()))
    }

    /// Acquires a permit to send, or with `looks` to look up a reply; hold it until the outcome is recorded.
    pub(super) async fn permit(&self, looks: bool) -> Option<SemaphorePermit<'_>> {
        let permits = if looks { &self.looks } else { &self.permits };
        permits.acquire().await.ok()
    }

    /// Waits until nothing is under way.
    pub(super) async fn quiet(&self) {
        let _ = self.permits.acquire_many(self.concurrent).await;
        let _ = self.looks.acquire_many(self.concurrent).await;
    }

    #[cfg(test)]
    pub(super) fn channels(&self) -> usize {
        self.lines.lock().channels.len()
    }
}

impl Lines {
    /// Takes the next reply of a channel, and drops the channel where nothing keeps it.
    fn next(&mut self, channel: &ChannelId) -> Option<WaitingReply> {
        let line = self.channels.get_mut(channel)?;
        let next = line.next();
        if line.is_idle() && line.pace.is_none() {
            self.channels.remove(channel);
        }
        next
    }

    /// Drops channels that are idle and whose pace is as good as new.
    fn sweep(&mut self) {
        let now = Instant::now();
        self.channels
            .retain(|_, line| !line.is_idle() || line.pace.is_some_and(|pace| !pace.is_full(now)));
        self.sweep_at = (self.channels.len() * 2).max(SWEEP_AT);
    }
}
