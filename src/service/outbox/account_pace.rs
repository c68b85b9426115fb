//! Pace of an account, shared by its channels: of those who wait, the highest priority goes next.

use super::reply_priority::Priority;
use super::token_bucket::TokenBucket;
use crate::config::Pace;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// Pace, with its queue.
pub(super) struct AccountPace {
    state: Option<Mutex<State>>,
}

struct State {
    bucket: TokenBucket,
    waiting: BTreeMap<(Priority, u64), Arc<Notify>>,
    next: u64,
}

/// Place in the queue, given up when it is dropped.
struct QueueTurn<'a> {
    state: &'a Mutex<State>,
    at: (Priority, u64),
    called: Arc<Notify>,
}

enum PaceTurn {
    Now,
    After(Duration),
    /// Somebody is before us.
    NotNext,
}

impl AccountPace {
    /// Makes a gate that lets through no more than `pace`.
    pub(super) fn new(pace: Option<Pace>) -> Self {
        let state = |pace| {
            Mutex::new(State {
                bucket: TokenBucket::new(pace, Instant::now()),
                waiting: BTreeMap::new(),
                next: 0,
            })
        };
        Self {
            state: pace.map(state),
        }
    }

    /// Waits for a turn. Dropped before, it takes none.
    pub(super) async fn pass(&self, priority: Priority) {
        let Some(state) = &self.state else { return };
        let place = QueueTurn::take(state, priority);
        loop {
            match place.turn() {
                PaceTurn::Now => return,
                PaceTurn::After(pause) => tokio::select! {
                    () = sleep(pause) => {}
                    () = place.called.notified() => {}
                },
                PaceTurn::NotNext => place.called.notified().await,
            }
        }
    }
}

impl<'a> QueueTurn<'a> {
    fn take(state: &'a Mutex<State>, priority: Priority) -> Self {
        let called = Arc::new(Notify::new());
        let mut locked = state.lock();
        let at = (priority, locked.next);
        locked.next += 1;
        locked.waiting.insert(at, Arc::clone(&called));
        Self { state, at, called }
    }

    fn turn(&self) -> PaceTurn {
        let mut state = self.state.lock();
        if state
            .waiting
            .first_key_value()
            .is_some_and(|(first, _)| *first != self.at)
        {
            return PaceTurn::NotNext;
        }
        let now = Instant::now();
        let wait = state.bucket.wait(now);
        if wait.is_zero() {
            state.bucket.take(now);
            PaceTurn::Now
        } else {
            PaceTurn::After(wait)
        }
    }
}

impl Drop for QueueTurn<'_> {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        state.waiting.remove(&self.at);
        if let Some((_, next)) = state.waiting.first_key_value() {
            next.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_urgent_one_passes_a_thousand_that_wait() {
        let gate = Arc::new(AccountPace::new(Some(Pace {
            per_second: 5.0,
            burst: 1,
        })));
        let begun = Instant::now();
        let pass = |priority| {
            let gate = Arc::clone(&gate);
            async move {
                gate.pass(priority).await;
                begun.elapsed()
            }
        };
        let usual: Vec<_> = (0..1000).map(|_| tokio::spawn(pass(Priority::Usual))).collect();
        sleep(Duration::from_millis(450)).await;
        let urgent = tokio::spawn(pass(Priority::Urgent)).await.unwrap();
        assert!(urgent <= Duration::from_millis(610), "{urgent:?}");
        // Those who stop waiting take no turn.
        for waits in usual {
            waits.abort();
        }
        sleep(Duration::from_millis(1)).await;
        let next = pass(Priority::FurtherWords).await;
        assert!(next <= Duration::from_millis(810), "{next:?}");
    }
}
