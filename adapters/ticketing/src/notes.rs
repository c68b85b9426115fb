//! The durable notes of an account, and their keys.
//!
//! | key | value |
//! | --- | --- |
//! | `ticket:12:acme` | the outbox key of its opening and the remote id |
//! | `remote:acme/desk#77` | the ticket and the target |
//! | `trying:12:acme` | when it was last tried to open one, and with which outbox keys |
//! | `cursor:acme` | how far the target was read |
//! | `watch:acme` | the tickets spoken of last, newest first |
//! | `seen:acme/desk#77` | what was handed over of it last |
//! | `state:acme/desk#77` | open or closed, and since when |

use groupdesk_contract::{Storage, StorageError};
use jiff::Timestamp;
use std::sync::Arc;

/// The most tickets of a target that are watched in a system that must be asked about each.
const WATCHED: usize = 100;
/// The most reported entries of a ticket that are remembered.
const SEEN: usize = 200;

/// The account's memory, with a method for each kind of note.
#[derive(Debug, Clone)]
pub(crate) struct Notes(pub(crate) Arc<dyn Storage>);

/// The location of an opened ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// The outbox key of the reply that opened it.
    pub(crate) key: i64,
    pub(crate) remote: String,
}

/// Attempts to open a ticket whose outcome isn't known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tries {
    pub(crate) last: Timestamp,
    pub(crate) keys: Vec<i64>,
}

/// The identity of a remote ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) ticket: u64,
    pub(crate) target: String,
}

/// The state of a ticket at its last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) closed: bool,
    pub(crate) since: Timestamp,
}

impl Notes {
    pub(crate) async fn opened(&self, target: &str, ticket: u64) -> Result<Option<Opened>, StorageError> {
        let kept = self.0.get(&format!("ticket:{ticket}:{target}")).await?;
        Ok(kept.and_then(|kept| {
            let (key, remote) = kept.split_once(' ')?;
            Some(Opened {
                key: key.parse().ok()?,
                remote: remote.to_owned(),
            })
        }))
    }

    /// Keeps both directions; the way back comes first, so that a ticket with a remote one is always found from there.
    pub(crate) async fn keep_opened(
        &self,
        target: &str,
        ticket: u64,
        opened: &Opened,
    ) -> Result<(), StorageError> {
        let remote = &opened.remote;
        self.0
            .put(&format!("remote:{remote}"), &format!("{ticket} {target}"))
            .await?;
        self.watch(target, remote).await?;
        self.0
            .put(
                &format!("ticket:{ticket}:{target}"),
                &format!("{} {remote}", opened.key),
            )
            .await
    }

    pub(crate) async fn known(&self, remote: &str) -> Result<Option<Known>, StorageError> {
        let kept = self.0.get(&format!("remote:{remote}")).await?;
        Ok(kept.and_then(|kept| {
            let (ticket, target) = kept.split_once(' ')?;
            Some(Known {
                ticket: ticket.parse().ok()?,
                target: target.to_owned(),
            })
        }))
    }

    pub(crate) async fn tries(&self, target: &str, ticket: u64) -> Result<Tries, StorageError> {
        let kept = self.0.get(&format!("trying:{ticket}:{target}")).await?;
        let read = |kept: String| {
            let (last, keys) = kept.split_once(' ')?;
            Some(Tries {
                last: last.parse().ok()?,
                keys: keys.split(' ').filter_map(|key| key.parse().ok()).collect(),
            })
        };
        Ok(kept.and_then(read).unwrap_or(Tries {
            last: Timestamp::MIN,
            keys: Vec::new(),
        }))
    }

    pub(crate) async fn keep_tries(
        &self,
        target: &str,
        ticket: u64,
        tries: &Tries,
    ) -> Result<(), StorageError> {
        let keys: Vec<String> = tries.keys.iter().map(i64::to_string).collect();
        let kept = format!("{} {}", tries.last, keys.join(" "));
        self.0.put(&format!("trying:{ticket}:{target}"), &kept).await
    }

    pub(crate) async fn cursor(&self, target: &str) -> Result<Option<String>, StorageError> {
        self.0.get(&format!("cursor:{target}")).await
    }

    pub(crate) async fn keep_cursor(&self, target: &str, cursor: &str) -> Result<(), StorageError> {
        self.0.put(&format!("cursor:{target}"), cursor).await
    }

    pub(crate) async fn watched(&self, target: &str) -> Result<Vec<String>, StorageError> {
        let kept = self.0.get(&format!("watch:{target}")).await?.unwrap_or_default();
        Ok(kept
            .split(' ')
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// Puts a ticket before the others.
    pub(crate) async fn watch(&self, target: &str, remote: &str) -> Result<(), StorageError> {
        let mut watched = self.watched(target).await?;
        if watched.first().is_some_and(|first| first == remote) {
            return Ok(());
        }
        watched.retain(|other| other != remote);
        watched.insert(0, remote.to_owned());
        watched.truncate(WATCHED);
        self.0.put(&format!("watch:{target}"), &watched.join(" ")).await
    }

    pub(crate) async fn seen(&self, remote: &str) -> Result<Vec<String>, StorageError> {
        let kept = self.0.get(&format!("seen:{remote}")).await?.unwrap_or_default();
        Ok(kept
            .split(' ')
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect())
    }

    pub(crate) async fn keep_seen(
        &self,
        remote: &str,
        mut seen: Vec<String>,
        id: String,
    ) -> Result<(), StorageError> {
        seen.push(id);
        let old = seen.len().saturating_sub(SEEN);
        self.0
            .put(&format!("seen:{remote}"), &seen.split_off(old).join(" "))
            .await
    }

    pub(crate) async fn state(&self, remote: &str) -> Result<State, StorageError> {
        let kept = self.0.get(&format!("state:{remote}")).await?;
        let read = |kept: String| {
            let (word, since) = kept.split_once(' ')?;
            Some(State {
                closed: word == "closed",
                since: since.parse().ok()?,
            })
        };
        Ok(kept.and_then(read).unwrap_or(State {
            closed: false,
            since: Timestamp::MIN,
        }))
    }

    pub(crate) async fn keep_state(&self, remote: &str, state: State) -> Result<(), StorageError> {
        let word = if state.closed { "closed" } else { "open" };
        self.0
            .put(&format!("state:{remote}"), &format!("{word} {}", state.since))
            .await
    }
}
