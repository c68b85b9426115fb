//! The gateway's session: its id, and how far the desk has committed its events.

use crate::core::Core;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const NOTE: &str = "session";

/// The session that can be resumed, if there is one.
pub(super) struct Session(Mutex<Inner>);

struct Inner {
    kept: Kept,
    interval: Duration,
}

/// The session, as it is stored over a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    id: String,
    seq: u64,
}

impl Session {
    /// The session of an earlier run.
    pub(super) async fn load(core: &Core) -> Self {
        Self(Mutex::new(Inner {
            kept: core.notebook.json(NOTE).await.unwrap_or_default(),
            interval: Duration::from_secs(30),
        }))
    }

    /// The id, and the last event that was committed.
    pub(super) fn known(&self) -> Option<(String, u64)> {
        let inner = self.0.lock();
        (!inner.kept.id.is_empty()).then(|| (inner.kept.id.clone(), inner.kept.seq))
    }

    pub(super) fn begin(&self, id: &str, seq: u64) {
        let id = id.to_owned();
        self.0.lock().kept = Kept { id, seq };
    }

    pub(super) fn reached(&self, seq: u64) {
        let mut inner = self.0.lock();
        inner.kept.seq = inner.kept.seq.max(seq);
    }

    pub(super) fn forget(&self) {
        self.0.lock().kept = Kept::default();
    }

    pub(super) fn beat(&self, interval: Duration) {
        self.0.lock().interval = interval;
    }

    pub(super) fn interval(&self) -> Duration {
        self.0.lock().interval
    }

    /// Keeps it over a restart.
    pub(super) async fn keep(&self, core: &Core) {
        let kept = self.0.lock().kept.clone();
        core.notebook.put_json(NOTE, &kept).await;
    }
}
