//! Faults of the process itself, beside every account: log lines that could not be written, and panics.

use parking_lot::Mutex;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of these faults. Whatever meets a fault writes them; the watchdog and health read them.
#[derive(Default)]
pub struct Faults {
    unwritten_lines: AtomicU64,
    dropped_lines: OnceLock<Box<dyn Fn() -> u64 + Send + Sync>>,
    panics: Mutex<Panics>,
}

/// Panics since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panics {
    /// Number of panics.
    pub count: u64,
    /// Position of the last one, as file and line of the source.
    pub last: String,
}

impl Faults {
    /// Counts a line that could not be written to the log.
    pub fn log_line_unwritten(&self) {
        self.unwritten_lines.fetch_add(1, Ordering::Relaxed);
    }

    /// Registers the counter of lines that found no place on their way to the log. Only the first one counts.
    pub fn count_dropped_lines(&self, counter: Box<dyn Fn() -> u64 + Send + Sync>) {
        let _ = self.dropped_lines.set(counter);
    }

    /// Returns the number of log lines that nobody will ever read.
    pub fn lost_log_lines(&self) -> u64 {
        let dropped = self.dropped_lines.get().map_or(0, |dropped| dropped());
        self.unwritten_lines.load(Ordering::Relaxed) + dropped
    }

    /// Counts a panic.
    pub fn panicked(&self, place: String) {
        let mut panics = self.panics.lock();
        panics.count += 1;
        panics.last = place;
    }

    /// Returns the panics since the start.
    pub fn panics(&self) -> Panics {
        self.panics.lock().clone()
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("lost_log_lines", &self.lost_log_lines())
            .field("panics", &self.panics())
            .finish_non_exhaustive()
    }
}
