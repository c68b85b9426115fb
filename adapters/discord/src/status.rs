//! The state of the connection, as it was reported to the desk. A connection that is lost and resumed at once, as happens several
//! times a day, is not reported; one that can't be resumed is.

use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use parking_lot::Mutex;
use std::collections::BTreeSet;

/// The reason for which a part of the account ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is time to stop.
    Stop,
    /// The number of shards, and the permission to begin sessions, must be fetched again.
    Anew,
}

/// The state of all shards, reported as one account.
pub(crate) struct Status {
    account: AccountStatus,
    shards: Mutex<Shards>,
}

#[derive(Default)]
struct Shards {
    wanted: u32,
    up: BTreeSet<u32>,
}

impl Status {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            account: AccountStatus::new(link),
            shards: Mutex::default(),
        }
    }

    /// Sets the number of shards of the account; none of them is connected yet.
    pub(crate) fn expect(&self, shards: u32) {
        *self.shards.lock() = Shards {
            wanted: shards,
            up: BTreeSet::new(),
        };
    }

    /// Records that a shard receives; reports the account as connected when all do.
    pub(crate) async fn up(&self, shard: u32) -> Result<(), AdapterError> {
        let are_all_up = {
            let mut shards = self.shards.lock();
            shards.up.insert(shard);
            u32::try_from(shards.up.len()) == Ok(shards.wanted)
        };
        match are_all_up {
            true => self.account.connected().await,
            false => Ok(()),
        }
    }

    /// A shard lost its connection and tries at once to have it again.
    pub(crate) fn lost(&self, shard: u32) {
        self.shards.lock().up.remove(&shard);
    }

    /// Reports that there is no connection, and that a retry takes time.
    pub(crate) async fn down(&self, reason: &str) -> Result<(), AdapterError> {
        self.account.disconnected(reason).await.map(drop)
    }
}
