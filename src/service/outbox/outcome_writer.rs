//! Outcomes on their way into the store: collected for a moment, then written together.

use super::OutboxState;
use crate::store::DeliveryOutcome;
use futures_util::FutureExt;
use groupdesk_contract::ReplyKey;
use parking_lot::Mutex;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Pauses between attempts to write, the first and the longest.
const RETRY_BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Outcomes that are not in the store yet.
#[derive(Debug, Default)]
pub(super) struct Collected {
    settled: Mutex<Vec<(ReplyKey, DeliveryOutcome)>>,
    some: Notify,
}

impl Collected {
    pub(super) fn add(&self, key: ReplyKey, settled: DeliveryOutcome) {
        let mut collected = self.settled.lock();
        collected.push((key, settled));
        if collected.len() == 1 {
            self.some.notify_one();
        }
    }

    pub(super) fn take(&self) -> Vec<(ReplyKey, DeliveryOutcome)> {
        std::mem::take(&mut *self.settled.lock())
    }

    /// Puts outcomes back before those that came meanwhile.
    pub(super) fn give_back(&self, mut settled: Vec<(ReplyKey, DeliveryOutcome)>) {
        if !settled.is_empty() {
            let mut collected = self.settled.lock();
            settled.append(&mut collected);
            *collected = settled;
            self.some.notify_one();
        }
    }
}

/// The task that writes them.
#[derive(Debug)]
pub(super) struct Task {
    finish: CancellationToken,
    handle: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    abort: tokio::task::AbortHandle,
    /// Cancelled when the task has ended, for any reason.
    pub(super) ended: CancellationToken,
}

impl Task {
    pub(super) fn start(shared: Arc<OutboxState>) -> Self {
        let finish = CancellationToken::new();
        let ended = CancellationToken::new();
        let handle = {
            let (finish, ended) = (finish.clone(), ended.clone().drop_guard());
            tokio::spawn(async move {
                let _ended = ended;
                write(shared, finish).await;
            })
        };
        Self {
            finish,
            ended,
            abort: handle.abort_handle(),
            handle: tokio::sync::Mutex::new(Some(handle)),
        }
    }

    /// Writes what is collected, and ends.
    pub(super) async fn finish(&self) {
        self.finish.cancel();
        if let Some(handle) = self.handle.lock().await.take() {
            let _ = handle.await;
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

async fn write(shared: Arc<OutboxState>, finish: CancellationToken) {
    let mut pause = RETRY_BACKOFF.0;
    loop {
        tokio::select! {
            () = shared.settled.some.notified() => {
                // A batch that the inbox commits meanwhile may take them along.
                tokio::select! {
                    () = tokio::time::sleep(shared.settings.flush_interval) => {}
                    () = finish.cancelled() => {}
                }
            }
            () = finish.cancelled() => {}
        }
        let settled = shared.settled.take();
        if settled.is_empty() {
            if finish.is_cancelled() {
                return;
            }
            continue;
        }
        let written = AssertUnwindSafe(shared.store.settle(&settled))
            .catch_unwind()
            .await;
        let written = match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the store failed; please report it".to_owned()),
        };
        match written {
            Ok(()) => {
                pause = RETRY_BACKOFF.0;
                shared.outcomes_written();
            }
            Err(error) => {
                tracing::error!(
                    error,
                    replies = settled.len(),
                    "can't record what became of replies; trying again"
                );
                shared.outcomes_not_written(&error);
                shared.settled.give_back(settled);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY_BACKOFF.1);
            }
        }
    }
}
