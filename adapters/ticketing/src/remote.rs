//! The interface of a ticket system to the adapter that all of them share: a thin client behind one trait.

use crate::api_error::ApiError;
use async_trait::async_trait;
use axum::http::HeaderMap;
use groupdesk_contract::{AccountId, FileBytes, TicketNote};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A ticket system. Ids of tickets in it ("remote ids") are unique over all targets of an account, and hold no space.
#[async_trait]
pub(crate) trait Remote: Send + Sync + fmt::Debug {
    /// Returns its name, for people.
    fn system(&self) -> &'static str;

    /// The names of the targets in the settings.
    fn targets(&self) -> Vec<&str>;

    /// True if the desk's own notes are written to tickets of this target.
    fn takes_events(&self, target: &str) -> bool {
        let _ = target;
        true
    }

    /// True if tickets of the system take pictures and files as attachments.
    fn takes_files(&self) -> bool {
        false
    }

    /// Fetches a file that an answer named.
    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        Err(format!("{} has no file `{file}`", self.system()))
    }

    /// Tries the credentials, and learns who we are.
    async fn check(&self) -> Result<(), ApiError>;

    /// Makes a ticket and returns its id.
    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError>;

    /// Says more in a ticket and returns the new entry's id.
    async fn append(
        &self,
        target: &str,
        remote: &str,
        letter: &OutgoingEntry<'_>,
    ) -> Result<String, ApiError>;

    /// Looks for a ticket that was opened with one of `marks`, all of them of the same ticket.
    async fn find_opening(&self, target: &str, search: &Search<'_>) -> Result<Found, ApiError>;

    /// Looks in a ticket for an entry with one of the marks.
    async fn find_entry(&self, target: &str, remote: &str, search: &Search<'_>) -> Result<Found, ApiError>;

    /// Returns the changes in a target after `cursor`, oldest first. `watched` are the tickets that were mentioned last. A change
    /// that is returned twice does no harm.
    ///
    /// # Errors
    /// If the system can't be read now.
    async fn updates(
        &self,
        target: &str,
        watched: &[String],
        cursor: Option<&str>,
    ) -> Result<Updates, ApiError>;

    /// True if the system may call us; without a secret it may not.
    fn has_webhook(&self) -> bool;

    /// True if the call comes from the system, and is fresh.
    fn verify(&self, call: &Call<'_>) -> bool;

    /// Reads a call; `None` if it isn't of the system's form.
    fn read(&self, body: &[u8]) -> Option<Vec<Item>>;
}

/// Finds the settings of a target by its name.
///
/// # Errors
/// [`ApiError::Refused`] if the settings have none of this name.
pub(crate) fn target<'a, T>(targets: &'a BTreeMap<String, T>, name: &str) -> Result<&'a T, ApiError> {
    targets
        .get(name)
        .ok_or_else(|| ApiError::Refused(format!("no target `{name}`")))
}

/// An entry on its way into a ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutgoingEntry<'a> {
    pub(crate) mark: IdempotencyMarker<'a>,
    pub(crate) note: &'a TicketNote,
    pub(crate) words: Words<'a>,
    /// Pictures and files that come with it, if the system takes them.
    pub(crate) files: &'a [Attached],
}

/// A file on its way into a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) file: FileBytes,
}

/// The author of a text, with the text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Words<'a> {
    /// A member's, by a name for people.
    Member { by: &'a str, said: &'a str },
    /// The desk's, for staff alone.
    Desk(&'a str),
}

/// The marker in every entry of ours, by which it is recognised: after a crash, and among other people's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdempotencyMarker<'a> {
    pub(crate) account: &'a AccountId,
    /// The mark of our store: another store numbers its tickets and replies anew.
    pub(crate) store: &'a str,
    pub(crate) ticket: u64,
    pub(crate) key: i64,
}

impl fmt::Display for IdempotencyMarker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            account,
            store,
            ticket,
            key,
        } = self;
        write!(f, "groupdesk {account} {store} {ticket} {key}")
    }
}

/// The query for an entry of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    /// Any of these.
    pub(crate) marks: &'a [IdempotencyMarker<'a>],
    /// The ticket it is about.
    pub(crate) note: &'a TicketNote,
    /// It was written after this.
    pub(crate) since: Timestamp,
    /// It was tried so shortly ago that a search index may not know of it yet.
    pub(crate) fresh: bool,
}

impl Search<'_> {
    /// True if a text holds one of the marks, as a whole.
    pub(crate) fn hits(&self, text: &str) -> bool {
        self.marks.iter().any(|mark| {
            let mark = mark.to_string();
            text.match_indices(&mark).any(|(at, found)| {
                let after = text.get(at + found.len()..).unwrap_or_default();
                !after.starts_with(|next: char| next.is_ascii_digit())
            })
        })
    }
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is there, with this id.
    There(String),
    /// It is not.
    Missing,
    /// The system's search may not know it yet.
    TooSoon,
}

/// The changes in a target.
#[derive(Debug, Default)]
pub(crate) struct Updates {
    pub(crate) items: Vec<Item>,
    /// The next cursor; `None` if it stays.
    pub(crate) cursor: Option<String>,
    /// The number of unreadable entries, which are skipped.
    pub(crate) unreadable: usize,
}

/// One thing that happened in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The ticket's id in the system.
    pub(crate) remote: String,
    /// The author, if the system names one.
    pub(crate) by: Option<Person>,
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

/// Somebody in the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_bot: bool,
}

/// The kind of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Staff answered the member. The id is unique in its ticket.
    Answered {
        id: String,
        text: String,
        files: Vec<Held>,
    },
    /// The ticket is closed, since the item's time.
    Closed,
    /// The ticket is open at the item's time.
    Open,
}

/// A picture or a file of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) name: Option<String>,
    pub(crate) is_image: bool,
    /// The key for [`Remote::fetch`]; `None` if the file can't be fetched and is only mentioned.
    pub(crate) file: Option<String>,
}

/// An HTTP request that claims to come from the system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The last part of the path, behind the account's own path.
    pub(crate) path_secret: Option<&'a str>,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// A header's text; of a header that came twice, nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }
}

/// Reads a part of a webhook's call: `Some(None)` if it is missing, null or empty (so Zammad writes a missing article); `None` if
/// it can't be read.
pub(crate) fn part<T: DeserializeOwned>(hook: &Value, name: &str) -> Option<Option<T>> {
    let is_empty = |part: &&Value| match part {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    };
    match hook.get(name).filter(|part| !is_empty(part)) {
        Some(part) => T::deserialize(part).ok().map(Some),
        None => Some(None),
    }
}

/// Adds a field to a JSON object.
pub(crate) fn insert(object: &mut Value, field: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(field.to_owned(), value);
    }
}
