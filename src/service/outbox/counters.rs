//! Counters of the outbox since the start, for `/healthz`, `/metrics` and the log.

use prometheus_client::metrics::histogram::Histogram;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Numbers of replies and attempts since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Replies that wait or are under way now.
    pub queued: u64,
    /// Replies sent.
    pub sent: u64,
    /// Replies that will never be sent.
    pub refused: u64,
    /// Replies given up without knowing whether they arrived.
    pub unknown: u64,
    /// Attempts that will be repeated.
    pub retried: u64,
}

/// Makes the histogram of the time that one attempt takes.
pub(super) fn send_seconds() -> Histogram {
    Histogram::new([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])
}

/// Makes the histogram of the time from a decision to its reply.
pub(super) fn latency_seconds() -> Histogram {
    Histogram::new([
        0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0,
    ])
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    queued: AtomicU64,
    sent: AtomicU64,
    refused: AtomicU64,
    unknown: AtomicU64,
    retried: AtomicU64,
}

impl Counters {
    pub(super) fn now(&self) -> Counts {
        Counts {
            queued: self.queued.load(Relaxed),
            sent: self.sent.load(Relaxed),
            refused: self.refused.load(Relaxed),
            unknown: self.unknown.load(Relaxed),
            retried: self.retried.load(Relaxed),
        }
    }

    pub(super) fn queued(&self, replies: usize) {
        self.queued.fetch_add(replies as u64, Relaxed);
    }

    pub(super) fn unqueued(&self) {
        self.queued.fetch_sub(1, Relaxed);
    }

    pub(super) fn sent(&self) {
        self.sent.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn unknown(&self) {
        self.unknown.fetch_add(1, Relaxed);
    }

    pub(super) fn retried(&self) {
        self.retried.fetch_add(1, Relaxed);
    }
}
