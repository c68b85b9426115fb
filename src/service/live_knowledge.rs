//! The FAQ in service: loaded at start, replaced when its file changes and is good, kept when it is not.

use crate::desk::Knowledge;
use crate::matcher::Tuning;
use crate::texts::ComposedTexts;
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, read_text};
use groupdesk_contract::Clock;
use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// FAQ that ships inside the program, for a start without any file.
const EMBEDDED: &str = include_str!("../../faq.yaml");

/// Logs a problem of a file that is in service all the same.
pub(super) fn log(problem: &Problem) {
    match problem.severity {
        Severity::Error => tracing::error!("{problem}"),
        Severity::Warning => tracing::warn!("{problem}"),
    }
}

/// Knowledge that is in service now. Readers take an [`Arc`] and are never held up by a reload.
pub struct LiveKnowledge {
    knowledge: RwLock<Arc<Knowledge>>,
    clock: Arc<dyn Clock>,
    loaded: Mutex<Timestamp>,
    tuning: RwLock<Option<Arc<Tuning>>>,
    reloads: Reloads,
}

/// Edits of the file since the start, for the metrics.
#[derive(Debug, Default)]
pub struct Reloads {
    /// Edits that went into service.
    pub good: AtomicU64,
    /// Edits with errors.
    pub bad: AtomicU64,
    /// `true` if the file as it is now has errors.
    pub is_bad: AtomicBool,
}

impl Reloads {
    /// Counts an edit.
    pub fn count(&self, good: bool) {
        let counter = if good { &self.good } else { &self.bad };
        counter.fetch_add(1, Ordering::Relaxed);
        self.is_bad.store(!good, Ordering::Relaxed);
    }
}

impl LiveKnowledge {
    /// Puts `knowledge` in service.
    pub fn new(knowledge: Knowledge, clock: Arc<dyn Clock>) -> Self {
        Self {
            knowledge: RwLock::new(Arc::new(knowledge)),
            loaded: Mutex::new(clock.now()),
            reloads: Reloads::default(),
            tuning: RwLock::new(None),
            clock,
        }
    }

    /// Returns the time at which the file was last read and put in service.
    pub fn loaded(&self) -> Timestamp {
        *self.loaded.lock()
    }

    /// Returns the counters of edits.
    pub fn reloads(&self) -> &Reloads {
        &self.reloads
    }

    /// Returns what labels teach, where they do.
    pub fn tuning(&self) -> Option<Arc<Tuning>> {
        let held = self.tuning.read();
        held.clone()
    }

    /// Replaces what labels teach.
    pub fn tune(&self, tuning: Option<Tuning>) {
        *self.tuning.write() = tuning.map(Arc::new);
    }

    /// Returns the knowledge in service.
    pub fn get(&self) -> Arc<Knowledge> {
        Arc::clone(&self.knowledge.read())
    }

    /// Replaces the knowledge in service by that of another text.
    pub fn set(&self, knowledge: Knowledge) {
        *self.knowledge.write() = Arc::new(knowledge);
        *self.loaded.lock() = self.clock.now();
    }

    /// Replaces `old`, unless something else has replaced it already. Returns `true` if it did.
    pub fn replace(&self, old: &Arc<Knowledge>, knowledge: Knowledge) -> bool {
        let mut held = self.knowledge.write();
        let same = Arc::ptr_eq(&held, old);
        if same {
            *held = Arc::new(knowledge);
        }
        same
    }
}

impl fmt::Debug for LiveKnowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveKnowledge")
            .field("loaded", &self.loaded())
            .finish_non_exhaustive()
    }
}

/// Returns the name and text of the FAQ that ships inside the program.
pub fn embedded_faq() -> (&'static str, &'static str) {
    ("(embedded) faq.yaml", EMBEDDED)
}

/// Problems of the file that a staff room sees at most.
const PROBLEMS_SHOWN: usize = 5;

/// Renders problems of the file for a staff room, in Chinese and in English.
pub(super) fn shown(problems: &[Problem]) -> String {
    let mut shown: Vec<String> = problems
        .iter()
        .take(PROBLEMS_SHOWN)
        .map(Problem::in_both_languages)
        .collect();
    if problems.len() > PROBLEMS_SHOWN {
        let more = problems.len() - PROBLEMS_SHOWN;
        shown.push(ComposedTexts::both().alert_more_problems(more));
    }
    shown.join("\n")
}

/// Reads a FAQ file's text; `None` is the embedded one.
///
/// # Errors
/// Fails with the error of the system, the path and an instruction.
pub(super) fn read_faq(path: Option<&Path>) -> Result<(String, String), String> {
    let Some(path) = path else {
        let (name, text) = embedded_faq();
        return Ok((name.to_owned(), text.to_owned()));
    };
    match read_text(path, FILE_BYTES_MAX) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(problem) => Err(format!(
            "{problem}\n  name an existing file with --faq or `faq:` in groupdesk.yaml"
        )),
    }
}
