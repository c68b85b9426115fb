//! The FAQ with which the program begins to serve.

use super::live_knowledge;
use super::run_error::RunError;
use crate::desk::Knowledge;
use crate::faq;
use std::path::PathBuf;

/// A FAQ with the name and the text that it was read from.
pub(super) struct FirstFaq {
    pub(super) knowledge: Knowledge,
    pub(super) name: String,
    pub(super) text: String,
}

impl FirstFaq {
    /// Loads the FAQ at `path`, the embedded one without it, and logs its warnings.
    ///
    /// # Errors
    /// Fails with [`RunError::Faq`] when it can't be read, and with [`RunError::Files`] when it has errors.
    pub(super) fn load(path: Option<PathBuf>) -> Result<Self, RunError> {
        let (name, text) = live_knowledge::read_faq(path.as_deref()).map_err(RunError::Faq)?;
        let (knowledge, mut warnings) = Knowledge::load(&name, &text, None).map_err(RunError::Files)?;
        warnings.extend(faq::failing_tests(&knowledge.faq, &knowledge.matcher));
        for problem in warnings {
            live_knowledge::log(&problem);
        }
        Ok(Self {
            knowledge,
            name,
            text,
        })
    }

    /// Reads the FAQ once more where it was changed while this node stood by. A mistake in it is told when it is watched.
    pub(super) fn renew(self, path: Option<PathBuf>) -> Self {
        match live_knowledge::read_faq(path.as_deref()) {
            Ok((_, text)) if text != self.text => Self::load(path).unwrap_or(self),
            Ok(_) | Err(_) => self,
        }
    }
}
