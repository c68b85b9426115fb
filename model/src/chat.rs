//! A chat model that chooses one of the choices that it is offered, or none: there its words go nowhere, an answer is a choice's
//! id and nothing beside it, or it is no answer. And one that drafts an answer out of sources, sentence by sentence, each with the
//! source that it is from; whether it is from there is for the caller to check.

#[cfg(feature = "endpoint")]
mod choice_check;
#[cfg(feature = "endpoint")]
mod client;
#[cfg(feature = "endpoint")]
mod draft;
#[cfg(feature = "endpoint")]
mod wire;

#[cfg(feature = "endpoint")]
pub use client::Chat;

use async_trait::async_trait;
use groupdesk_contract::Secret;
use std::fmt;
use std::time::Duration;

/// The version of the words that the model gets. What was measured with one says nothing of another.
pub const PROMPT: u32 = 1;

/// A server, and one of its models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSettings {
    /// The address before `/chat/completions`, such as `https://api.openai.com/v1`.
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// Sent as `Authorization: Bearer ...`.
    pub key: Option<Secret>,
}

/// One of the choices.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The id to answer with.
    pub id: &'a str,
    /// A title of a few words.
    pub title: &'a str,
    /// Some questions of its kind.
    pub questions: &'a [String],
}

/// The choice that a model made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// The place of the choice among those offered.
    pub place: usize,
    /// The model's score of it, by a scale of its own: the highest of all choices, which may still be worth nothing. `None` for a
    /// model that says when it chooses none.
    pub score: Option<f32>,
}

/// A model that chooses.
#[async_trait]
pub trait JudgeModel: Send + Sync + fmt::Debug {
    /// Names the server and the model; what was measured with one name says nothing of another.
    fn model(&self) -> &str;

    /// Chooses what a message asks for: one of the choices, or `None` if it asks for none of them.
    ///
    /// # Errors
    /// If there is no choice, for whatever reason.
    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError>;
}

/// A text that a draft may be made of.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The id to name it by.
    pub id: &'a str,
    /// The text.
    pub text: &'a str,
}

/// A sentence of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedSentence {
    /// Text.
    pub text: String,
    /// The id of the source that the model says it is from: one of those that it was given.
    pub source: String,
}

/// A chat model that drafts answers.
#[async_trait]
pub trait DraftModel: Send + Sync + fmt::Debug {
    /// Drafts an answer to a question out of these sources. Returns its sentences; none where the sources hold no answer.
    ///
    /// # Errors
    /// If there is no draft, for whatever reason.
    async fn draft(&self, question: &str, sources: &[Source<'_>]) -> Result<Vec<SourcedSentence>, ChatError>;
}

/// The reason for which there is no answer. Holds neither texts nor keys nor addresses: it is logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// No answer, or none in time. Passes by itself.
    #[error("{0}")]
    Unreachable(String),
    /// The server refused, with a status. An operator has to act, most times.
    #[error("{0}")]
    Refused(String),
    /// The server takes no more for now. Passes by itself.
    #[error("{reason}")]
    Busy {
        /// The server's reason.
        reason: String,
        /// The wait that it asks for; `None` if it names none.
        after: Option<Duration>,
    },
    /// The answer is not what was asked for: prose, another id, a refusal of the model. The server works.
    #[error("the answer is of no use: {0}")]
    Nonsense(&'static str),
    /// The answer is not in the form of this interface, so that nothing is known of the model. An operator has to act where all are.
    #[error("the server's answers can't be read: {0}")]
    Unreadable(&'static str),
    /// The day has had all of its calls; nothing was sent.
    #[error("the calls of this day are used up")]
    UsedUp,
}
