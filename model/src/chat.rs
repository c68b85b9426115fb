//! A chat model that chooses one of the choices that it is offered, or none. Its words go nowhere: an answer is a choice's id
//! and nothing beside it, or it is no answer.

#[cfg(feature = "endpoint")]
mod client;
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

/// A chat model.
#[async_trait]
pub trait ChatModel: Send + Sync + fmt::Debug {
    /// Names the server and the model; what was measured with one name says nothing of another.
    fn model(&self) -> &str;

    /// Chooses what a message asks for: the place of one of the choices, or `None` if it asks for none of them.
    ///
    /// # Errors
    /// If there is no choice, for whatever reason.
    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<usize>, ChatError>;
}

/// The reason for which there is no choice. Holds neither texts nor keys nor addresses: it is logged.
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
    /// The answer is no choice: prose, another id, a refusal of the model. The server works.
    #[error("the answer is no choice: {0}")]
    Nonsense(&'static str),
    /// The day has had all of its calls; nothing was sent.
    #[error("the calls of this day are used up")]
    UsedUp,
}
