//! Errors for which the program does not start, or ends.

use crate::store::StoreError;
use crate::web;
use crate::yaml::Problem;

/// Error for which the program could not start, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The FAQ or the configuration has errors; each is given with its position.
    #[error("{} error(s) in the files", .0.len())]
    Files(Vec<Problem>),
    /// The FAQ can't be read.
    #[error("{0}")]
    Faq(String),
    /// The store can't be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP listener can't be opened.
    #[error(transparent)]
    Listen(#[from] web::ListenError),
    /// An indispensable part ended.
    #[error("{part} ended although nobody told it to; the log has why, please report it")]
    Ended {
        /// Name of the part.
        part: &'static str,
    },
    /// The work in hand took too long at the end.
    #[error("what was in hand was not finished in {seconds} s")]
    Slow {
        /// Time that the program waited, in seconds.
        seconds: u64,
    },
    /// Events were still in hand at the end.
    #[error(
        "{messages} message(s) were not committed; their platforms bring them again where they can, else they are lost. Why: {why}"
    )]
    Unfinished {
        /// Messages, edits and recalls that were not committed.
        messages: u64,
        /// Reason, for an admin.
        why: String,
    },
    /// Something of the machine failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}
