//! The state of the connection, as it was reported to the desk. A connection that is lost and resumed at once, as happens several
//! times a day, is not reported; one that can't be resumed is.

use groupdesk_contract::{AdapterError, Event, Link};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

pub(crate) struct Status {
    link: Link,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    wanted: u32,
    up: BTreeSet<u32>,
    told: Told,
}

#[derive(Default, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    Up,
    Down(String),
}

impl Status {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            link,
            inner: Mutex::default(),
        }
    }

    /// Sets the number of shards of the account; none of them is connected yet.
    pub(crate) fn expect(&self, shards: u32) {
        let mut inner = self.inner();
        inner.wanted = shards;
        inner.up.clear();
    }

    /// Records that a shard receives; reports the account as connected when all do.
    pub(crate) async fn up(&self, shard: u32) -> Result<(), AdapterError> {
        let is_news = {
            let mut inner = self.inner();
            inner.up.insert(shard);
            let all = u32::try_from(inner.up.len()) == Ok(inner.wanted);
            let is_news = all && inner.told != Told::Up;
            if is_news {
                inner.told = Told::Up;
            }
            is_news
        };
        if is_news {
            self.link.post(Event::Connected).await?;
        }
        Ok(())
    }

    /// A shard lost its connection and tries at once to have it again.
    pub(crate) fn lost(&self, shard: u32) {
        self.inner().up.remove(&shard);
    }

    /// Reports that there is no connection, and that a retry takes time.
    pub(crate) async fn down(&self, reason: &str) -> Result<(), AdapterError> {
        let now = Told::Down(reason.to_owned());
        let is_news = {
            let mut inner = self.inner();
            let is_news = inner.told != now;
            inner.told = now;
            is_news
        };
        if is_news {
            let reason = reason.to_owned();
            self.link.post(Event::Disconnected { reason }).await?;
        }
        Ok(())
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
