//! Storage of a website: the messages of both sides for visitors who come back, and the keys of programs.

use async_trait::async_trait;
use groupdesk_contract::MemberId;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;

/// A message of a visitor's conversation, or a change of one, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Position among all that is kept; it grows.
    pub position: i64,
    /// The visitor.
    pub visitor: MemberId,
    /// Id, unique with the visitor.
    pub id: String,
    /// Content, which is the account's own.
    pub content: String,
}

/// Greeting and choices that a visitor is shown before anybody says anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Front {
    /// `true` in our service hours.
    pub open: bool,
    /// The service hours, in words.
    pub hours: String,
    /// The next opening, in words; `None` while open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The contact points that are open, a line each.
    pub contacts: Vec<String>,
}

/// The reason for which something can't be kept or read now, for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VisitsError(pub String);

type Result<T> = std::result::Result<T, VisitsError>;

/// Storage of one account. All of it is on the disk when a call returns.
#[async_trait]
pub trait Visits: Send + Sync + fmt::Debug {
    /// Keeps a message, unless one of its id is kept. Returns the one that is kept, and `true` if it is new.
    ///
    /// # Errors
    /// Fails when the store does, as all of these do.
    async fn append(
        &self,
        visitor: &MemberId,
        id: &str,
        content: &str,
        at: Timestamp,
    ) -> Result<(Kept, bool)>;

    /// Puts another content in the place of a message's; does nothing where there is no such message.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn replace(&self, visitor: &MemberId, id: &str, content: &str) -> Result<()>;

    /// Returns a message.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn kept(&self, visitor: &MemberId, id: &str) -> Result<Option<Kept>>;

    /// Returns at most `limit` messages behind a position, in order; those of all visitors where none is named.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn after(&self, visitor: Option<&MemberId>, position: i64, limit: u32) -> Result<Vec<Kept>>;

    /// Returns the last messages before a position, at most `limit`, in order.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn before(&self, visitor: &MemberId, position: i64, limit: u32) -> Result<Vec<Kept>>;

    /// Forgets the messages from before a time.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn forget_before(&self, at: Timestamp) -> Result<()>;

    /// Returns the name of the key with this hash, while it is good.
    ///
    /// # Errors
    /// As [`Visits::append`].
    async fn key(&self, hash: [u8; 32]) -> Result<Option<String>>;

    /// Returns what a visitor is shown first, in a language by its tag.
    fn front(&self, language: &str) -> Front;
}
