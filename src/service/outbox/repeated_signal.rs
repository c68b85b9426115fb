//! Something that happens again and again, and can be waited for.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

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
