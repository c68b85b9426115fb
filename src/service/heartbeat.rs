//! Signs of life of the indispensable parts, for the watchdog.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time since which a batch has been in hand, and the last sign of life of the runtime.
#[derive(Debug)]
pub struct Heartbeat {
    start: Instant,
    /// Time in milliseconds since the start, plus one; 0 when nothing is in hand.
    in_hand_since: AtomicU64,
    /// Time in milliseconds since the start.
    beat: AtomicU64,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            in_hand_since: AtomicU64::new(0),
            beat: AtomicU64::new(0),
        }
    }
}

/// A batch that the inbox has in hand, until it is dropped.
#[derive(Debug)]
pub struct InHand<'a>(&'a Heartbeat);

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.in_hand_since.store(0, Ordering::Relaxed);
    }
}

impl Heartbeat {
    /// Records that a batch is in hand from now on.
    pub fn in_hand(&self) -> InHand<'_> {
        self.in_hand_since
            .store(self.millis().saturating_add(1), Ordering::Relaxed);
        InHand(self)
    }

    /// Returns how long the present batch has been in hand.
    pub fn in_hand_for(&self) -> Option<Duration> {
        match self.in_hand_since.load(Ordering::Relaxed) {
            0 => None,
            since => Some(Duration::from_millis(
                self.millis().saturating_sub(since.saturating_sub(1)),
            )),
        }
    }

    /// Records that the runtime runs.
    pub fn beat(&self) {
        self.beat.store(self.millis(), Ordering::Relaxed);
    }

    /// Returns the time since the runtime last ran.
    pub fn beat_ago(&self) -> Duration {
        Duration::from_millis(self.millis().saturating_sub(self.beat.load(Ordering::Relaxed)))
    }

    /// Makes the pulse of a program in which a batch has been in hand, and nothing else has run, for so long.
    #[cfg(test)]
    pub(super) fn stuck_for(ago: Duration) -> Option<Self> {
        Some(Self {
            start: Instant::now().checked_sub(ago)?,
            in_hand_since: AtomicU64::new(1),
            beat: AtomicU64::new(0),
        })
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
