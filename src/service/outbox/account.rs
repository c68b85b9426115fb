//! Sender of one account: its channels' queues, its pace, and its limit of sends at once.

use super::gate::Gate;
use super::last::Last;
use super::pace::Bucket;
use super::priority::Priority;
use super::trouble::Trouble;
use super::{Waiting, late, on_way};
use crate::config::PaceLimits;
use crate::desk::Fate;
use groupdesk_contract::{Adapter, ChannelId, ReplyKey};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Number of channels below which nobody looks for idle ones.
const SWEEP_AT: usize = 1024;

pub(super) struct Account {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) connected: Signal,
    /// Ability to send.
    pub(super) trouble: Trouble,
    pub(super) last: Last,
    limits: PaceLimits,
    /// Pace of all channels together.
    pub(super) gate: Gate,
    lines: Mutex<Lines>,
    /// Permits, held while a send is under way and until its outcome is recorded.
    permits: Semaphore,
    /// Permits for look-ups, as many: a platform that does not answer must not take the sends' place with that.
    looks: Semaphore,
    concurrent: u32,
}

/// Queues of the channels, with their paces.
struct Lines {
    channels: HashMap<ChannelId, Line>,
    /// Number of channels from which on the idle ones are looked for.
    sweep_at: usize,
}

/// Queue of one channel.
struct Line {
    pace: Option<Bucket>,
    waiting: Queue,
    /// Priority of the reply that a task works on; `None` where there is no task.
    busy: Option<Priority>,
    /// Notified when a reply of higher priority comes.
    outranked: Arc<Notify>,
    /// Reason for which nothing has got through for a while.
    stuck: Option<String>,
}

/// Waiting replies of a channel, by priority.
#[derive(Default)]
struct Queue([VecDeque<Waiting>; Priority::ALL.len()]);

impl Queue {
    fn push_back(&mut self, waiting: Waiting) {
        if let Some(queue) = self.0.get_mut(waiting.priority() as usize) {
            queue.push_back(waiting);
        }
    }

    fn push_front(&mut self, waiting: Waiting) {
        if let Some(queue) = self.0.get_mut(waiting.priority() as usize) {
            queue.push_front(waiting);
        }
    }

    /// Marks a reply as dropped: it keeps its place for the one that may come in its stead.
    fn drop_reply(&mut self, key: ReplyKey) {
        if let Some(waiting) = self.iter_mut().find(|waiting| waiting.queued.key == key) {
            waiting.dropped = true;
        }
    }

    /// Returns the dropped reply that carried the same message.
    fn place_for(&mut self, waiting: &Waiting) -> Option<&mut Waiting> {
        let of = on_way::of(&waiting.queued)?;
        let queue = self.0.get_mut(waiting.priority() as usize)?;
        let mut queue = queue.iter_mut();
        queue.find(|other| other.dropped && on_way::of(&other.queued).as_ref() == Some(&of))
    }

    fn pop(&mut self) -> Option<Waiting> {
        self.0.iter_mut().find_map(VecDeque::pop_front)
    }

    /// Returns the priority of the next reply.
    fn first(&self) -> Option<Priority> {
        let mut queues = self.0.iter().zip(Priority::ALL);
        queues
            .find(|(queue, _)| !queue.is_empty())
            .map(|(_, priority)| priority)
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Waiting> {
        self.0.iter_mut().flatten()
    }
}

/// Result of queueing a reply.
pub(super) struct Pushed {
    /// Reply with which to start a task: nobody works on the channel.
    pub(super) start: Option<Waiting>,
    /// Report for those who rely on the reply: nothing has got through to the channel for a while.
    pub(super) late: Option<Fate>,
    /// Dropped reply in whose place it is now.
    pub(super) replaced: Option<ReplyKey>,
}

impl Account {
    pub(super) fn new(adapter: Arc<dyn Adapter>, limits: PaceLimits, concurrent: usize) -> Self {
        let concurrent = u32::try_from(concurrent.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self {
            adapter,
            connected: Signal::default(),
            trouble: Trouble::default(),
            last: Last::default(),
            limits,
            gate: Gate::new(limits.account),
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
    pub(super) fn push(&self, mut waiting: Waiting) -> Pushed {
        let mut lines = self.lines();
        if lines.channels.len() >= lines.sweep_at {
            lines.sweep();
        }
        let pace = self.limits.channel;
        let line = lines
            .channels
            .entry(waiting.queued.place.channel.clone())
            .or_insert_with(|| Line {
                pace: pace.map(|pace| Bucket::new(pace, Instant::now())),
                waiting: Queue::default(),
                busy: None,
                outranked: Arc::new(Notify::new()),
                stuck: None,
            });
        let late = line
            .stuck
            .as_deref()
            .and_then(|reason| late(&mut waiting, reason));
        let priority = waiting.priority();
        let mut replaced = None;
        let start = match line.busy {
            Some(current) => {
                match line.waiting.place_for(&waiting) {
                    Some(place) => replaced = Some(std::mem::replace(place, waiting).queued.key),
                    None => line.waiting.push_back(waiting),
                }
                if priority < current {
                    line.outranked.notify_one();
                }
                None
            }
            None => {
                line.busy = Some(priority);
                Some(waiting)
            }
        };
        Pushed {
            start,
            late,
            replaced,
        }
    }

    /// Takes the next reply of a channel; with `None` the channel has no task any more.
    pub(super) fn next(&self, channel: &ChannelId) -> Option<Waiting> {
        let mut lines = self.lines();
        let line = lines.channels.get_mut(channel)?;
        let next = line.waiting.pop();
        line.busy = next.as_ref().map(Waiting::priority);
        if next.is_none() && line.pace.is_none() {
            lines.channels.remove(channel);
        }
        next
    }

    /// Puts a reply that was not sent back at the head of its queue.
    pub(super) fn put_back(&self, waiting: Waiting) {
        let mut lines = self.lines();
        if let Some(line) = lines.channels.get_mut(&waiting.queued.place.channel) {
            line.waiting.push_front(waiting);
        }
    }

    /// Marks a reply that waits in its channel's queue as dropped.
    pub(super) fn drop_reply(&self, channel: &ChannelId, key: ReplyKey) {
        if let Some(line) = self.lines().channels.get_mut(channel) {
            line.waiting.drop_reply(key);
        }
    }

    /// `true` if a reply of higher priority than this waits for a channel.
    pub(super) fn is_outranked(&self, channel: &ChannelId, priority: Priority) -> bool {
        let lines = self.lines();
        let first = lines.channels.get(channel).and_then(|line| line.waiting.first());
        first.is_some_and(|first| first < priority)
    }

    /// Returns the notification of a channel about a reply of higher priority than the one that is worked on.
    pub(super) fn outranked(&self, channel: &ChannelId) -> Arc<Notify> {
        let lines = self.lines();
        let line = lines.channels.get(channel);
        line.map_or_else(|| Arc::new(Notify::new()), |line| Arc::clone(&line.outranked))
    }

    /// Records that nothing gets through to a channel, and returns the reports for those who rely on its waiting replies.
    pub(super) fn stuck(&self, channel: &ChannelId, reason: &str) -> Vec<Fate> {
        let mut lines = self.lines();
        let Some(line) = lines.channels.get_mut(channel) else {
            return Vec::new();
        };
        line.stuck = Some(reason.to_owned());
        line.waiting
            .iter_mut()
            .filter_map(|waiting| late(waiting, reason))
            .collect()
    }

    /// Records that something got through to a channel.
    pub(super) fn got_through(&self, channel: &ChannelId) {
        self.trouble.succeeded(channel);
        if let Some(line) = self.lines().channels.get_mut(channel) {
            line.stuck = None;
        }
    }

    /// Takes the channel's next turn, and returns the time to wait for it.
    pub(super) fn turn_of_channel(&self, channel: &ChannelId) -> Duration {
        if self.limits.channel.is_none() {
            return Duration::ZERO;
        }
        let mut lines = self.lines();
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
        self.lines().channels.len()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Drops channels that are idle and whose pace is as good as new.
    fn sweep(&mut self) {
        let now = Instant::now();
        self.channels
            .retain(|_, line| line.busy.is_some() || line.pace.is_some_and(|pace| !pace.is_full(now)));
        self.sweep_at = (self.channels.len() * 2).max(SWEEP_AT);
    }
}

/// An event that happens now and then, and that can't be missed between looking and waiting.
#[derive(Debug, Default)]
pub(super) struct Signal {
    times: AtomicU64,
    notify: Notify,
}

impl Signal {
    pub(super) fn signal(&self) {
        self.times.fetch_add(1, Ordering::AcqRel);
        self.notify.notify_waiters();
    }

    /// Returns how often it has happened.
    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::Acquire)
    }

    /// Does the same as [`Signal::after`]; waits for ever on `None`.
    pub(super) async fn after_some(&self, times: Option<u64>) {
        match times {
            Some(times) => self.after(times).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until it has happened more than `times` times.
    pub(super) async fn after(&self, times: u64) {
        loop {
            let next = self.notify.notified();
            if self.times() > times {
                return;
            }
            next.await;
        }
    }
}
