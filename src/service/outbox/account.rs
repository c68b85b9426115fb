//! One account's way out: its channels' queues, its pace, and how much it may do at once.

use super::Waiting;
use super::pace::{Bucket, PaceLimits};
use groupdesk_contract::{Adapter, ChannelId};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Below so many channels nobody looks for idle ones.
const SWEEP_AT: usize = 1024;

pub(super) struct Account {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) connected: Signal,
    limits: PaceLimits,
    lines: Mutex<Lines>,
    /// A permit is held while a send is under way and until its outcome is noted.
    permits: Semaphore,
    concurrent: u32,
}

/// The channels' queues and the paces.
struct Lines {
    pace: Option<Bucket>,
    channels: HashMap<ChannelId, Line>,
    /// How many channels to have before the idle ones are looked for.
    sweep_at: usize,
}

/// One channel's queue.
struct Line {
    pace: Option<Bucket>,
    waiting: VecDeque<Waiting>,
    /// A task works on it.
    busy: bool,
}

impl Account {
    pub(super) fn new(adapter: Arc<dyn Adapter>, limits: PaceLimits, concurrent: usize) -> Self {
        let concurrent = u32::try_from(concurrent.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self {
            adapter,
            connected: Signal::default(),
            limits,
            lines: Mutex::new(Lines {
                pace: limits.account.map(|pace| Bucket::new(pace, Instant::now())),
                channels: HashMap::new(),
                sweep_at: SWEEP_AT,
            }),
            permits: Semaphore::new(concurrent as usize),
            concurrent,
        }
    }

    /// Queues a reply behind those of its channel. If nobody works on the channel, the reply comes back: the caller is
    /// to start a task with it.
    pub(super) fn push(&self, waiting: Waiting) -> Option<Waiting> {
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
                waiting: VecDeque::new(),
                busy: false,
            });
        if line.busy {
            line.waiting.push_back(waiting);
            return None;
        }
        line.busy = true;
        Some(waiting)
    }

    /// The next reply of a channel; with `None` the channel has no task any more.
    pub(super) fn next(&self, channel: &ChannelId) -> Option<Waiting> {
        let mut lines = self.lines();
        let line = lines.channels.get_mut(channel)?;
        let next = line.waiting.pop_front();
        if next.is_none() {
            line.busy = false;
            if line.pace.is_none() {
                lines.channels.remove(channel);
            }
        }
        next
    }

    /// Takes the channel's next turn, and says how long to wait for it.
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

    /// Takes the account's next turn, and says how long to wait for it. To be taken when the channel's has come: a turn
    /// taken ahead would hold up the other channels.
    pub(super) fn turn_of_account(&self) -> Duration {
        if self.limits.account.is_none() {
            return Duration::ZERO;
        }
        self.lines()
            .pace
            .as_mut()
            .map_or(Duration::ZERO, |pace| pace.take(Instant::now()))
    }

    /// Leave to do one thing on the platform; to be held until its outcome is noted.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Waits until nothing is under way.
    pub(super) async fn quiet(&self) {
        let _ = self.permits.acquire_many(self.concurrent).await;
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
    /// Forgets channels that are idle and whose pace is as good as new.
    fn sweep(&mut self) {
        let now = Instant::now();
        self.channels
            .retain(|_, line| line.busy || line.pace.is_some_and(|pace| !pace.is_full(now)));
        self.sweep_at = (self.channels.len() * 2).max(SWEEP_AT);
    }
}

/// Something that happens now and then, and that can't be missed between looking and waiting.
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

    /// How often it has happened.
    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::Acquire)
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
