//! The FAQ in service: loaded at start, replaced when its file changes and is good, kept when it is not.

use crate::desk::Knowledge;
use crate::faq::{self, Faq, Loaded};
use crate::matcher::{EntryInput, HumanInput, Input, Matcher};
use crate::yaml::Problem;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// The FAQ that ships inside the program, for a start without any file.
const EMBEDDED: &str = include_str!("../../faq.yaml");

/// The knowledge that is in service now. Readers take an [`Arc`] and are never held up by a reload.
#[derive(Debug)]
pub struct Shared(RwLock<Arc<Knowledge>>);

impl Shared {
    /// Puts `knowledge` in service.
    pub fn new(knowledge: Knowledge) -> Self {
        Self(RwLock::new(Arc::new(knowledge)))
    }

    /// What is in service now.
    pub fn get(&self) -> Arc<Knowledge> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces what is in service.
    pub fn set(&self, knowledge: Knowledge) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(knowledge);
    }
}

/// The name and text of the FAQ that ships inside the program.
pub fn embedded_faq() -> (&'static str, &'static str) {
    ("(embedded) faq.yaml", EMBEDDED)
}

/// Reads a FAQ file's text; `None` is the embedded one.
///
/// # Errors
/// What the system says, with the path and what to do.
pub(super) fn read_faq(path: Option<&Path>) -> Result<(String, String), String> {
    let Some(path) = path else {
        let (name, text) = embedded_faq();
        return Ok((name.to_owned(), text.to_owned()));
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(error) => Err(format!(
            "can't read the FAQ {}: {error}; name an existing file with --faq or `faq:` in groupdesk.yaml",
            path.display()
        )),
    }
}

/// Loads a FAQ and builds its matcher: everything that decides about an answer, with the warnings that came up.
///
/// # Errors
/// Every problem of the file, with its position.
pub fn load_knowledge(file: &str, text: &str) -> Result<(Knowledge, Vec<Problem>), Vec<Problem>> {
    load_knowledge_for(file, text, None)
}

/// [`load_knowledge`] with another precision than the file's.
///
/// # Errors
/// Every problem of the file, with its position.
pub fn load_knowledge_for(
    file: &str,
    text: &str,
    precision: Option<f64>,
) -> Result<(Knowledge, Vec<Problem>), Vec<Problem>> {
    let Loaded { faq, warnings } = faq::load(file, text)?;
    let precision = precision.unwrap_or_else(|| faq.precision());
    let matcher = Matcher::build(input(&faq, precision)).map_err(|error| vec![Problem::of_file(file, error.to_string())])?;
    Ok((Knowledge { faq, matcher }, warnings))
}

fn input(faq: &Faq, precision: f64) -> Input {
    Input {
        entries: faq
            .entries()
            .iter()
            .map(|entry| EntryInput {
                id: entry.id.clone(),
                questions: entry.questions.clone(),
                patterns: entry.patterns.clone(),
            })
            .collect(),
        synonyms: faq.synonyms().to_vec(),
        human: HumanInput { questions: faq.human().questions.clone(), patterns: faq.human().patterns.clone() },
        precision,
    }
}
