//! Rows of websites: what is said to and by visitors, and the keys of programs.

use super::Result;
use async_trait::async_trait;
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

/// The part of the store with the rows of websites.
///
/// # Errors
/// As for [`Store`](super::Store).
#[async_trait]
pub trait Websites: Send + Sync {
    /// Keeps a message, unless one of its id is kept. Returns the one that is kept, and `true` if it is new.
    async fn append_web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        id_and_content: (&str, &str),
        at: Timestamp,
    ) -> Result<(WebMessage, bool)>;

    /// Puts another content in the place of a message's, where there is one of its id.
    async fn replace_web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        id_and_content: (&str, &str),
    ) -> Result<()>;

    /// Returns a message by its id.
    async fn web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        id: &str,
    ) -> Result<Option<WebMessage>>;

    /// Returns at most `limit` messages behind a position, in order; those of all visitors where none is named.
    async fn web_messages_after(
        &self,
        account: &AccountId,
        visitor: Option<&MemberId>,
        position: i64,
        limit: u32,
    ) -> Result<Vec<WebMessage>>;

    /// Returns the last messages of a visitor before a position, at most `limit`, in order.
    async fn web_messages_before(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<WebMessage>>;

    /// Forgets an account's messages from before a time, in small steps.
    async fn forget_web_messages(&self, account: &AccountId, before: Timestamp) -> Result<u64>;

    /// Keeps a key by its hash. Returns `false` if the account has a good one of its name.
    async fn add_api_key(&self, hash: &KeyHash, key: &ApiKey) -> Result<bool>;

    /// Ends a key. Returns `false` if the account has no good one of this name.
    async fn end_api_key(&self, account: &AccountId, name: &str, at: Timestamp) -> Result<bool>;

    /// Returns the name of an account's key with a hash, while it is good, and records its use.
    async fn use_api_key(
        &self,
        account: &AccountId,
        hash: &KeyHash,
        now: Timestamp,
    ) -> Result<Option<String>>;

    /// Returns all keys, those that are good first, and the newest of each.
    async fn api_keys(&self) -> Result<Vec<ApiKey>>;
}
