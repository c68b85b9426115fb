//! Holds one reply until WeCom's next callback or stream poll collects it.

use parking_lot::Mutex;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::watch;

/// The longest wait of a reply for its collection: WeCom polls an unfinished stream about every second.
const TAKEN_WITHIN: Duration = Duration::from_secs(8);

/// The state of the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A callback is held open for it, or WeCom asks again and again.
    Open,
    /// Nobody comes any more.
    Shut,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    answer: Option<Value>,
    /// The answer was written into a response.
    taken: bool,
}

/// One message's answer.
#[derive(Debug)]
pub(crate) struct PendingReply {
    /// The stream's id, the same for every attempt.
    pub(super) stream: String,
    inner: Mutex<Inner>,
    changed: watch::Sender<u64>,
}

impl PendingReply {
    pub(super) fn new(stream: String) -> Self {
        Self {
            stream,
            inner: Mutex::new(Inner {
                phase: Phase::Open,
                answer: None,
                taken: false,
            }),
            changed: watch::Sender::new(0),
        }
    }

    /// Offers an answer and waits until it is collected; `false` if it won't be, and it is withdrawn.
    pub(super) async fn offer(&self, answer: Value) -> bool {
        let mut news = self.changed.subscribe();
        {
            let mut inner = self.inner.lock();
            if inner.phase == Phase::Shut || inner.answer.is_some() {
                return false;
            }
            inner.answer = Some(answer);
        }
        self.tell();
        let taken = async {
            while !self.inner.lock().taken {
                if news.changed().await.is_err() {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(TAKEN_WITHIN, taken).await.is_ok();
        let mut inner = self.inner.lock();
        if !in_time && !inner.taken {
            inner.answer = None;
            inner.phase = Phase::Shut;
        }
        inner.taken
    }

    /// Takes the answer for a response, if there is one by now; the same one again where WeCom asks again.
    pub(super) fn take(&self) -> Option<Value> {
        let answer = {
            let mut inner = self.inner.lock();
            inner.taken |= inner.answer.is_some();
            inner.answer.clone()
        };
        if answer.is_some() {
            self.tell();
        }
        answer
    }

    /// Waits for the answer, and takes it.
    pub(super) async fn wait(&self, patience: Duration) -> Option<Value> {
        let mut news = self.changed.subscribe();
        let answered = async {
            loop {
                if let Some(answer) = self.take() {
                    return Some(answer);
                }
                if self.inner.lock().phase == Phase::Shut || news.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(patience, answered).await.ok().flatten()
    }

    /// Takes the answer, or closes: nobody comes any more.
    pub(super) fn take_or_shut(&self) -> Option<Value> {
        let answer = {
            let mut inner = self.inner.lock();
            if inner.answer.is_some() {
                inner.taken = true;
            } else {
                inner.phase = Phase::Shut;
            }
            inner.answer.clone()
        };
        self.tell();
        answer
    }

    fn tell(&self) {
        self.changed.send_modify(|times| *times = times.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::Arc;

    #[tokio::test]
    async fn an_answer_is_taken_by_whoever_holds_the_callback_and_again_by_a_retry() {
        let slot = Arc::new(PendingReply::new("s".to_owned()));
        let holder = tokio::spawn({
            let slot = Arc::clone(&slot);
            async move { slot.wait(Duration::from_secs(5)).await }
        });
        assert!(slot.offer(json!(1)).await);
        assert_eq!(holder.await.unwrap(), Some(json!(1)));
        assert_eq!(slot.take(), Some(json!(1)));
        assert!(!slot.offer(json!(2)).await, "one answer a message");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_fetches_is_not_said() {
        let slot = PendingReply::new("s".to_owned());
        assert!(!slot.offer(json!(1)).await);
        assert_eq!(slot.take(), None);
        let shut = PendingReply::new("s".to_owned());
        assert_eq!(shut.wait(Duration::from_secs(1)).await, None);
        assert_eq!(shut.take_or_shut(), None);
        assert!(!shut.offer(json!(1)).await);
    }
}
