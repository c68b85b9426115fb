//! What a ticket system is to the adapter that all of them share: a thin client behind one trait.

use crate::answer::Trouble;
use async_trait::async_trait;
use axum::http::HeaderMap;
use groupdesk_contract::{AccountId, FileBytes, TicketNote};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// A ticket system. Ids of tickets in it ("remote ids") are unique over all targets of an account, and hold no space.
#[async_trait]
pub(crate) trait Remote: Send + Sync + fmt::Debug {
    /// Its name, for people.
    fn system(&self) -> &'static str;

    /// The names of the targets in the settings.
    fn targets(&self) -> Vec<&str>;

    /// Whether the desk's own notes are written to a ticket of this target.
    fn takes_events(&self, target: &str) -> bool {
        let _ = target;
        true
    }

    /// Whether pictures and files can be written to a ticket themselves.
    fn takes_files(&self) -> bool {
        false
    }

    /// Fetches a file that an answer named.
    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        Err(format!("{} has no file `{file}`", self.system()))
    }

    /// Tries the credentials, and learns who we are.
    async fn check(&self) -> Result<(), Trouble>;

    /// Makes a ticket and returns its id.
    async fn open(&self, target: &str, letter: &Letter<'_>) -> Result<String, Trouble>;

    /// Says more in a ticket and returns the new entry's id.
    async fn append(&self, target: &str, remote: &str, letter: &Letter<'_>) -> Result<String, Trouble>;

    /// Looks for a ticket that was opened with one of `marks`, all of them of the same ticket.
    async fn find_opening(&self, target: &str, search: &Search<'_>) -> Result<Found, Trouble>;

    /// Looks in a ticket for an entry with one of the marks.
    async fn find_entry(&self, target: &str, remote: &str, search: &Search<'_>) -> Result<Found, Trouble>;

    /// What happened in a target after `cursor`, oldest first. `watched` are the tickets that were spoken of last. What
    /// comes twice does no harm.
    async fn news(&self, target: &str, watched: &[String], cursor: Option<&str>) -> Result<News, Trouble>;

    /// Whether the system may call us; without a secret it may not.
    fn has_webhook(&self) -> bool;

    /// Whether a call comes from the system, and now.
    fn verify(&self, call: &Call<'_>) -> bool;

    /// What a call tells; `None` when it isn't what the system sends.
    fn read(&self, body: &[u8]) -> Option<Vec<Item>>;
}

/// Something to be written to a ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letter<'a> {
    pub(crate) mark: Mark<'a>,
    pub(crate) note: &'a TicketNote,
    pub(crate) words: Words<'a>,
    /// Pictures and files that come with it, where the system takes them.
    pub(crate) files: &'a [Attached],
}

/// A file on its way into a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) file: FileBytes,
}

/// Whose words they are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Words<'a> {
    /// A member's, by a name for people.
    Member { by: &'a str, said: &'a str },
    /// The desk's, for staff alone.
    Desk(&'a str),
}

/// What is written with everything of ours, so that it is recognised: after a crash, and among what others wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark<'a> {
    pub(crate) account: &'a AccountId,
    /// The mark of our store: another store numbers its tickets and replies anew.
    pub(crate) store: &'a str,
    pub(crate) ticket: u64,
    pub(crate) key: i64,
}

impl fmt::Display for Mark<'_> {
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

/// What to look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    /// Any of these.
    pub(crate) marks: &'a [Mark<'a>],
    /// The ticket it is about.
    pub(crate) note: &'a TicketNote,
    /// It was written after this.
    pub(crate) since: Timestamp,
    /// It was tried so shortly ago that a search index may not know of it yet.
    pub(crate) fresh: bool,
}

impl Search<'_> {
    /// Whether a text holds one of the marks, as a whole.
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

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is there, with this id.
    There(String),
    /// It is not.
    Missing,
    /// The system's search may not know it yet.
    TooSoon,
}

/// What happened in a target.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) items: Vec<Item>,
    /// Where to go on; `None` where nothing moved.
    pub(crate) cursor: Option<String>,
    /// How many entries could not be read, and were passed over.
    pub(crate) unreadable: usize,
}

/// One thing that happened in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The ticket's id in the system.
    pub(crate) remote: String,
    /// Who did it, where the system tells.
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

/// What happened.
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
    /// What [`Remote::fetch`] fetches it by; `None` where it can't be fetched, and is only told of.
    pub(crate) file: Option<String>,
}

/// An HTTP request that claims to come from the system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The last part of the path, where it is more than the account's.
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

/// A part of a webhook's call: nothing where it is missing, null or empty, as Zammad writes that there is no article; `None`
/// where something is there that can't be read.
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
