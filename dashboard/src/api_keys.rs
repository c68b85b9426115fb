//! Keys with which programs call the API of websites, as the program behind the dashboard makes and ends them.

use crate::backend::fault::Result;
use async_trait::async_trait;
use jiff::Timestamp;

/// Longest name of a key, in characters.
const NAME_MAX: usize = 40;

/// A key, without its secret: nobody has that but who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Account that it is for.
    pub account: String,
    /// Name of it.
    pub name: String,
    /// Name of who made it.
    pub creator: String,
    /// Time at which it was made.
    pub created: Timestamp,
    /// Time of its last use, to an hour.
    pub used: Option<Timestamp>,
    /// `true` if it was ended.
    pub ended: bool,
}

/// Keys of the program behind the dashboard. Each change is in the audit log when a method returns.
#[async_trait]
pub trait Keys {
    /// Returns the accounts that have an API, by name.
    fn websites(&self) -> Vec<String>;

    /// Returns the keys, good ones first.
    async fn keys(&self) -> Result<Vec<ApiKeyRow>>;

    /// Makes a key and returns it; `None` if the account has a good one of this name.
    async fn make_key(&self, who: &str, account: &str, name: &str) -> Result<Option<String>>;

    /// Ends a key; `false` if the account has no good one of this name.
    async fn end_key(&self, who: &str, account: &str, name: &str) -> Result<bool>;
}

/// Returns `true` if a text can be the name of a key.
pub fn is_key_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.chars().count() <= NAME_MAX && name.chars().all(plain)
}
