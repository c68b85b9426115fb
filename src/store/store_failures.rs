//! Failures of the store at this moment, whoever noticed them, and notices about it for an admin.

use crate::store::StoreError;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time after which a failure is over that was not seen again, although the action would have been retried.
const FAILURE_LASTS: Duration = Duration::from_secs(15);

/// Name of the action that commits a batch.
pub(in crate::store) const COMMIT: &str = "commit";

/// Name of the action that reads.
pub(in crate::store) const READ: &str = "read";

/// Failures by the action that was tried.
#[derive(Debug)]
pub(in crate::store) struct Health {
    path: PathBuf,
    state: Mutex<StoreHealthState>,
}

#[derive(Debug, Default)]
struct StoreHealthState {
    failing: BTreeMap<&'static str, Failure>,
    /// Reason and instruction, where the file is lost.
    lost: Option<(String, String)>,
    notices: Vec<String>,
    /// Time at which the current caller took the writing connection.
    writing_since: Option<Instant>,
}

#[derive(Debug, Clone)]
struct Failure {
    what: &'static str,
    why: String,
    help: &'static str,
    at: Instant,
}

impl Health {
    pub(in crate::store) fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            state: Mutex::default(),
        }
    }

    /// Records the result of an action.
    pub(in crate::store) fn note<T>(&self, tried: &'static str, result: &Result<T, StoreError>) {
        let mut state = self.state.lock();
        match result {
            // What was committed proves that the file can be written, by whatever it failed before.
            Ok(_) if tried == COMMIT => state.failing.retain(|other, _| *other == READ),
            Ok(_) => {
                state.failing.remove(tried);
            }
            Err(StoreError::Failed { what, why, help, .. }) => {
                let failure = Failure {
                    what,
                    why: why.clone(),
                    help,
                    at: Instant::now(),
                };
                state.failing.insert(tried, failure);
            }
            // Whoever met it may be able to go on without; the program is not.
            Err(StoreError::Lost { why, help, .. }) => {
                state.lost.get_or_insert_with(|| (why.clone(), help.clone()));
            }
            // What concerns one event is no fault of the store; what is final ends the program.
            Err(_) => {}
        }
    }

    /// Returns the present failure, if any.
    pub(in crate::store) fn failure(&self) -> Option<StoreError> {
        let mut state = self.state.lock();
        if let Some((why, help)) = &state.lost {
            return Some(StoreError::Lost {
                path: self.path.clone(),
                why: why.clone(),
                help: help.clone(),
            });
        }
        state
            .failing
            .retain(|_, failure| failure.at.elapsed() < FAILURE_LASTS);
        let failure = state.failing.values().next()?;
        Some(StoreError::Failed {
            what: failure.what,
            path: self.path.clone(),
            why: failure.why.clone(),
            help: failure.help,
        })
    }

    /// Records that the writing connection was taken, or given back.
    pub(in crate::store) fn writing(&self, now: bool) {
        self.state.lock().writing_since = now.then(Instant::now);
    }

    /// Returns how long the current write has taken.
    pub(in crate::store) fn writing_for(&self) -> Duration {
        self.state
            .lock()
            .writing_since
            .map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Adds a notice for an admin.
    pub(in crate::store) fn tell(&self, notice: String) {
        self.state.lock().notices.push(notice);
    }

    pub(in crate::store) fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().notices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_ends_what_failed_to_be_written_before_and_no_failure_to_read() {
        let health = Health::of(Path::new("desk.db"));
        let full = || {
            Err::<(), _>(StoreError::Failed {
                what: "write",
                path: PathBuf::from("desk.db"),
                why: "the disk is full".to_owned(),
                help: "make room",
            })
        };
        health.note("settle", &full());
        health.note(COMMIT, &Ok(()));
        assert!(health.failure().is_none());
        health.note(READ, &full());
        health.note(COMMIT, &Ok(()));
        assert!(health.failure().is_some());
        health.note(READ, &Ok(()));
        assert!(health.failure().is_none());
    }
}
