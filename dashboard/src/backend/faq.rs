//! The FAQ as pages show and edit it, and questions that nobody answered.

use jiff::Timestamp;

/// Format in which the FAQ leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaqFormat {
    /// The file itself.
    Yaml,
    /// A table, an entry a row.
    Csv,
    /// A table, a question and its answer a row.
    Pairs,
    /// A spreadsheet.
    Excel,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

impl FaqFormat {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Yaml,
        Self::Excel,
        Self::Csv,
        Self::Pairs,
        Self::Markdown,
        Self::Json,
    ];

    /// Returns its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Csv => "csv",
            Self::Pairs => "pairs",
            Self::Excel => "xlsx",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// Returns the format of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Yaml => "faq.yaml",
            Self::Csv => "CSV",
            Self::Pairs => "CSV (question, answer)",
            Self::Excel => "Excel",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
        }
    }

    /// Returns the end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pairs => "csv",
            other => other.name(),
        }
    }

    /// Returns its media type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Yaml => "application/yaml",
            Self::Csv | Self::Pairs => "text/csv; charset=utf-8",
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// The FAQ as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqText {
    /// Name of the file.
    pub file: String,
    /// Version of the text: whoever saves says which one they were shown.
    pub version: String,
    /// Content of the file; the best that can be shown in its place while `unreadable` says why it is no text.
    pub text: String,
    /// `true` if there is a file to write.
    pub can_be_written: bool,
    /// Fault for which the file is no text, such as another encoding, or can't be read at all.
    pub unreadable: Option<FaqProblem>,
}

/// A mistake in the FAQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqProblem {
    /// Line of it, from 1; 0 for the whole file.
    pub line: usize,
    /// Column of it, from 1.
    pub column: usize,
    /// Mistake and correction in Chinese.
    pub chinese: String,
    /// Mistake and correction in English.
    pub english: String,
    /// `true` if the file can't be used with it.
    pub is_error: bool,
}

/// Effect of a new text of the FAQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqPreview {
    /// Lines that differ.
    pub lines: String,
    /// Mistakes in the new text.
    pub problems: Vec<FaqProblem>,
    /// Messages that would be decided otherwise, in words; `None` where the text can't be used.
    pub told: Option<String>,
    /// Fault for which the file is no text now. The new text takes its place also where it says nothing but what is in service.
    pub unreadable: Option<FaqProblem>,
}

/// Outcome of saving the FAQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is written, and comes into service in some seconds.
    Done,
    /// Somebody else changed the file meanwhile; nothing is written.
    Changed,
    /// It has errors; nothing is written.
    Wrong(Vec<FaqProblem>),
    /// It can't be written, for a reason.
    Failed(String),
}

/// A version of the FAQ that was in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqVersionRow {
    /// Name of the version.
    pub version: String,
    /// Time from which on it was in service.
    pub at: Timestamp,
    /// Origin: file, chat, dashboard, ...
    pub source: String,
    /// Name of who made it, where that is known.
    pub author: String,
    /// Remark about it.
    pub note: String,
}

/// The version of the FAQ that came last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqEdited {
    /// The version.
    pub row: FaqVersionRow,
    /// `true` if there was one before it.
    pub has_before: bool,
}

/// Lines that a version of the FAQ changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqChanged {
    /// The version.
    pub row: FaqVersionRow,
    /// Name of the one before it.
    pub before: Option<String>,
    /// Lines that differ.
    pub lines: String,
}

/// A message to try the bot with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Words of it.
    pub text: String,
    /// `true` in a direct chat, `false` in a group.
    pub direct: bool,
    /// `true` if it calls the bot.
    pub called: bool,
    /// Time at which it is said; `None` is now.
    pub at: Option<Timestamp>,
    /// Channel whose settings count, as `account/channel`; `None` is one without settings of its own.
    pub channel: Option<String>,
    /// Tag of the language of the reply; `None` is that of the message.
    pub language: Option<String>,
}

/// Choices for a [`Trial`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialChoices {
    /// Channels that the user sees, as `account/channel`.
    pub channels: Vec<String>,
    /// Tags of the languages that the FAQ speaks.
    pub languages: Vec<String>,
}

/// Answer of the bot to a [`Trial`].
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Decision, as a word for programs.
    pub decision: String,
    /// Entry that answered.
    pub entry: Option<String>,
    /// Reason of the decision, in English.
    pub reason: String,
    /// Reason of the decision, in Chinese.
    pub reason_in_chinese: String,
    /// Words of the bot.
    pub said: String,
    /// Entries that fit best, with their confidence.
    pub candidates: Vec<(String, f32)>,
    /// Settings of the channel, where one was named.
    pub settings: Vec<super::Setting>,
}

/// A group of questions that nobody answered.
#[derive(Debug, Clone, PartialEq)]
pub struct MissedGroup {
    /// Number of the group.
    pub id: i64,
    /// Weight by which groups are ordered.
    pub weight: f64,
    /// Number of its messages.
    pub messages: u64,
    /// Number of their senders.
    pub members: u64,
    /// Time of the first message.
    pub first: Timestamp,
    /// Time of the last message.
    pub last: Timestamp,
    /// Words of it.
    pub questions: Vec<String>,
    /// Questions that are proposed for the FAQ.
    pub chosen: Vec<String>,
    /// Answers that staff gave.
    pub answers: Vec<String>,
    /// Answer that staff give most typically; empty where they gave none.
    pub answer: String,
    /// Proposal for it.
    pub proposed: Proposed,
}

/// Proposal for a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    /// Its words are further questions of an entry, with this confidence.
    Questions(String, f32),
    /// The answer of an entry does not help.
    Mend(String),
    /// It needs an entry; the nearest one, with the confidence in it.
    Entry(Option<(String, f32)>),
}

/// State into which a group is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissState {
    /// The FAQ answers it.
    Accepted,
    /// The bot stays quiet on it.
    OutOfScope,
    /// It is listed no more.
    Ignored,
}

/// Edit of the FAQ for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaqEdit {
    /// A new entry.
    Entry {
        /// Id of it.
        id: String,
        /// Questions of it.
        questions: Vec<String>,
        /// Answer of it.
        answer: String,
    },
    /// Further questions of an entry.
    Questions {
        /// Id of the entry.
        entry: String,
        /// Questions to add.
        questions: Vec<String>,
    },
    /// Messages on which the bot stays quiet.
    Exclude {
        /// Words of them.
        messages: Vec<String>,
    },
    /// An entry as its form has it.
    Form {
        /// `true` if the entry is to be made.
        is_new: bool,
        /// Id of it.
        id: String,
        /// All of its questions.
        questions: Vec<String>,
        /// All of its answers, by what chooses them: a language, `open` or `closed`, both with a dot between them, or nothing.
        answers: Vec<(String, String)>,
    },
    /// An entry less.
    Remove {
        /// Id of the entry.
        entry: String,
    },
}

/// An entry of the FAQ, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqEntry {
    /// Id of it.
    pub id: String,
    /// Questions.
    pub questions: Vec<String>,
    /// Answers, as [`FaqEdit::Form`] has them.
    pub answers: Vec<(String, String)>,
}

/// A file with entries in another format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Name of it; `None` for what was pasted.
    pub name: Option<String>,
    /// Content of it.
    pub bytes: Vec<u8>,
}

/// Result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Text of the FAQ with what was read behind its own entries.
    pub text: String,
    /// Number of entries that were read.
    pub entries: usize,
    /// Places that were left out or changed, and why, in Chinese and in English.
    pub notes: Vec<(String, String)>,
}
