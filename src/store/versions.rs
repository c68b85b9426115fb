//! Versions of faq.yaml: every content that was in service, with its origin.

use jiff::Timestamp;
use serde::Serialize;

/// Origin of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaqSource {
    /// Somebody changed the file.
    File,
    /// An order in a staff room.
    Chat,
    /// `groupdesk import`.
    Import,
    /// `groupdesk faq rollback`.
    Rollback,
    /// The dashboard.
    Dashboard,
    /// The FAQ that is built into the program.
    BuiltIn,
}

impl FaqSource {
    const ALL: [Self; 6] = [
        Self::File,
        Self::Chat,
        Self::Import,
        Self::Rollback,
        Self::Dashboard,
        Self::BuiltIn,
    ];

    /// One-word name: `file`, `chat`, ...
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Chat => "chat",
            Self::Import => "import",
            Self::Rollback => "rollback",
            Self::Dashboard => "dashboard",
            Self::BuiltIn => "built_in",
        }
    }

    /// Returns the source of this name; `File` for one of another version of the program.
    pub(super) fn of_name(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|source| source.name() == name).unwrap_or(Self::File)
    }
}

/// Circumstances in which a version came into service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqChange {
    /// Time at which it came.
    pub at: Timestamp,
    /// Origin.
    pub source: FaqSource,
    /// Person who made it; empty where nobody is known.
    pub author: String,
    /// Description, for people; empty where there is none.
    pub note: String,
}

/// A version of faq.yaml that was in service, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaqVersion {
    /// Name, which its keeper gave it.
    pub version: String,
    /// Time at which it came.
    pub at: Timestamp,
    /// Origin.
    pub source: FaqSource,
    /// Person who made it; empty where nobody is known.
    pub author: String,
    /// Description, for people; empty where there is none.
    pub note: String,
    /// Size of the content in bytes.
    pub bytes: u64,
}
