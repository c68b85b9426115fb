//! Rows of websites: what is said to and by visitors, and the keys of programs.

use groupdesk_contract::{AccountId, MemberId};
use jiff::Timestamp;

/// SHA-256 of a program's key.
pub type KeyHash = [u8; 32];

/// A message of a visitor's conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebMessage {
    /// Position among all of them; it grows.
    pub position: i64,
    /// Visitor.
    pub visitor: MemberId,
    /// Id of the message, unique with its visitor.
    pub id: String,
    /// Content, as the adapter wrote it.
    pub content: String,
}

/// A key with which a program calls the API of a website.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Account that it is for.
    pub account: AccountId,
    /// Name that its maker gave it.
    pub name: String,
    /// Name of who made it.
    pub creator: String,
    /// Time at which it was made.
    pub created: Timestamp,
    /// Time of its last use, to an hour.
    pub used: Option<Timestamp>,
    /// Time at which it was ended.
    pub ended: Option<Timestamp>,
}
