//! Models from outside: embeddings of texts (vectors whose cosines are high for texts of the same meaning), and a chat model or a
//! reranker that chooses one of the texts that it is offered.
//!
//! ```text
//! message -> EmbeddingCache (remembered, in time, not while the model is down) -> Embedder -> unit vector, or nothing
//! ```
//!
//! The optional tier of the matcher, which works without it: whatever goes wrong here costs a message its vector and
//! nothing else. [`Folder`] is a static model from a local folder, [`Encoder`] a sentence encoder from one, [`Endpoint`] an
//! OpenAI-compatible server. [`JudgeModel`] is what the judge asks, a chat model or a [`Reranker`]: its answer is one of the choices or nothing, never words.
//! [`DraftModel`] drafts answers for staff out of sources.
//! `fetch` brings a model of the [`catalog`] into a folder.

mod breaker;
pub mod catalog;
mod chat;
mod daily_usage;
mod embedding_cache;
#[cfg(feature = "folder")]
mod encoder;
#[cfg(feature = "endpoint")]
mod endpoint;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "folder")]
mod files;
#[cfg(feature = "folder")]
mod folder;
#[cfg(feature = "folder")]
mod half_precision;
mod recent_vectors;
#[cfg(feature = "endpoint")]
mod request_forms;
#[cfg(feature = "endpoint")]
mod rerank;
#[cfg(feature = "endpoint")]
mod server;
mod source;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "folder")]
mod tokenizer;
#[cfg(any(feature = "endpoint", feature = "folder"))]
mod vector;

pub use breaker::{Breaker, Part};
#[cfg(feature = "endpoint")]
pub use chat::Chat;
pub use chat::{
    ChatError, ChatSettings, Choice, Chosen, DraftModel, JudgeModel, PROMPT, Source as DraftSource,
    SourcedSentence,
};
pub use daily_usage::{Meter, Spent};
pub use embedding_cache::{EmbeddingCache, beginning};
#[cfg(feature = "folder")]
pub use encoder::Encoder;
#[cfg(feature = "endpoint")]
pub use endpoint::Endpoint;
#[cfg(feature = "folder")]
pub use folder::{Folder, FolderError};
#[cfg(feature = "endpoint")]
pub use rerank::Reranker;
pub use source::{EndpointSettings, Source};

use async_trait::async_trait;
use std::fmt;
use std::time::Duration;

/// The part that a text plays: some models read what asks and what answers differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A message, or a question of the FAQ.
    Question,
    /// A title or an answer of the FAQ.
    Passage,
}

/// A model that gives texts their vectors.
#[async_trait]
pub trait Embedder: Send + Sync + fmt::Debug {
    /// Names the model and everything else that changes its vectors; vectors of different names must not be compared, and are
    /// kept under it.
    fn model(&self) -> &str;

    /// The most texts that one call should carry.
    fn batch(&self) -> usize;

    /// The most messages that one call should carry: fewer if a call's texts wait for each other.
    fn batch_of_messages(&self) -> usize {
        self.batch()
    }

    /// True if a vector costs so much (time, money) that those of the FAQ are worth keeping over a restart.
    fn costly(&self) -> bool;

    /// Embeds the texts: one vector a text, in order, all of one length: of length 1 (as a sum of squares), or all zeros if the
    /// text means nothing to the model.
    ///
    /// # Errors
    /// If there are none; all texts of the call fail together, and the call can be repeated.
    async fn embed(&self, role: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// The reason for which there are no vectors. Holds neither texts nor keys nor addresses: it is logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
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
    /// The server takes fewer texts at once; [`Embedder::batch`] returns the number to try now.
    #[error("{0}")]
    TooLarge(String),
    /// The response is no list of vectors for these texts.
    #[error("the answer is no embeddings: {0}")]
    Nonsense(String),
}
