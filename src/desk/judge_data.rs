//! The question to the judge and its voice, as data.

use jiff::SignedDuration;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Largest timeout of a voice.
pub const JUDGE_TIMEOUT: SignedDuration = SignedDuration::from_secs(10);

/// Question to the judge: all that it gets to see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct JudgeQuestion {
    /// Words of the message.
    pub text: String,
    /// The matcher's best entries, best first, and others of the file where it has few.
    pub entries: Vec<Offered>,
}

/// Entry that the judge may name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Offered {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Some of its questions.
    pub questions: Vec<String>,
}

/// Answer of the judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JudgeAnswer {
    /// The entry with this id.
    Entry(String),
    /// None of the entries.
    Nothing,
    /// No voice, with the reason in a word.
    Silent(&'static str),
}

/// Voices by inquiry.
pub type Voices = HashMap<Arc<JudgeQuestion>, JudgeAnswer>;

/// Power of the judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// An answer that nobody called for needs its agreement.
    Veto,
    /// An entry that it names is more probable than the matcher says.
    Promote,
}
