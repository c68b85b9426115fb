//! Requests of WeChat that are held open for an answer: one a follower, the newest. The answer to a message is kept, since WeChat
//! repeats the message if it did not get the answer in time.

use groupdesk_kit::BoundedMap;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// Messages of which the answer is kept.
const ANSWERS: usize = 10_000;

/// The response to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passive {
    /// Words.
    Say(String),
    /// WeChat's own customer service has the follower.
    Transfer,
    /// Nothing more is to come.
    Nothing,
}

struct Slot {
    message: String,
    answer: oneshot::Sender<Passive>,
}

pub(crate) struct Slots {
    open: BTreeMap<String, Slot>,
    answers: BoundedMap<String, Passive>,
    attempts: BoundedMap<String, u32>,
}

impl Slots {
    pub(crate) fn new() -> Self {
        Self {
            open: BTreeMap::new(),
            answers: BoundedMap::new(ANSWERS),
            attempts: BoundedMap::new(ANSWERS),
        }
    }

    /// Returns the response that a message got before.
    pub(crate) fn answered(&self, message: &str) -> Option<Passive> {
        self.answers.get(&message.to_owned()).cloned()
    }

    /// Holds a request open; the number of the attempt, from 1. An older request of the same follower is let go.
    pub(crate) fn hold(&mut self, user: &str, message: &str) -> (u32, oneshot::Receiver<Passive>) {
        let (answer, wait) = oneshot::channel();
        let slot = Slot {
            message: message.to_owned(),
            answer,
        };
        self.open.insert(user.to_owned(), slot);
        let attempt = self
            .attempts
            .get(&message.to_owned())
            .copied()
            .unwrap_or_default()
            + 1;
        self.attempts.insert(message.to_owned(), attempt);
        (attempt, wait)
    }

    /// True while a request of the follower is held open.
    pub(crate) fn is_held(&self, user: &str) -> bool {
        self.open.get(user).is_some_and(|slot| !slot.answer.is_closed())
    }

    /// Answers the request that is held open for a follower; false when there is none.
    pub(crate) fn answer(&mut self, user: &str, passive: Passive) -> bool {
        let Some(slot) = self.open.remove(user) else {
            return false;
        };
        let taken = slot.answer.send(passive.clone()).is_ok();
        if taken {
            self.answers.insert(slot.message, passive);
        }
        taken
    }

    /// Lets the request of a message go, because nobody waits any more.
    pub(crate) fn let_go(&mut self, user: &str, message: &str) {
        if self
            .open
            .get(user)
            .is_some_and(|slot| slot.message == message && slot.answer.is_closed())
        {
            self.open.remove(user);
        }
    }
}
