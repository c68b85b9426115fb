//! The JSON of both ways.

use groupdesk_contract::Button;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest message of a visitor, in characters; the desk reads half of it.
pub(crate) const MESSAGE_MAX_CHARS: usize = 4_000;
/// The longest id that a client gives its message, in characters.
const ID_MAX_CHARS: usize = 64;

/// A page or a program begins for a visitor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begin {
    /// The token of before, to be renewed.
    #[serde(default)]
    pub(crate) token: Option<String>,
    /// Id of somebody who is logged in on the website.
    #[serde(default)]
    pub(crate) visitor: Option<String>,
    /// HMAC-SHA256 of the id, in hex.
    #[serde(default)]
    pub(crate) hash: Option<String>,
}

/// The answer to it.
#[derive(Debug, Serialize)]
pub(crate) struct Begun {
    pub(crate) token: String,
    pub(crate) visitor: String,
}

/// A visitor's message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Post {
    /// The client's own id of it, by which a repetition is known.
    pub(crate) id: String,
    pub(crate) text: String,
    /// Id of the desk's message whose button was pressed.
    #[serde(default)]
    pub(crate) quote: Option<String>,
    /// Name of the visitor, for staff to read.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Address of the page, for staff to read.
    #[serde(default)]
    pub(crate) page: Option<String>,
    /// Language of the page, for a visitor without a name.
    #[serde(default)]
    pub(crate) language: Option<String>,
    /// Id of the visitor, from programs.
    #[serde(default)]
    pub(crate) visitor: Option<String>,
}

impl Post {
    /// Checks the message.
    ///
    /// # Errors
    /// The fault, for who wrote the client.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        if self.id.is_empty() || self.id.len() > ID_MAX_CHARS || !self.id.chars().all(plain) {
            return Err(
                "`id` must be 1 to 64 letters, digits and -_.: of your own choice, the same when the message is repeated",
            );
        }
        if self.text.trim().is_empty() {
            return Err("`text` is empty");
        }
        if self.text.chars().count() > MESSAGE_MAX_CHARS {
            return Err("`text` is longer than 4000 characters");
        }
        Ok(())
    }
}

/// The answer to a message: the same for a repetition.
#[derive(Debug, Serialize)]
pub(crate) struct Posted {
    pub(crate) id: String,
    pub(crate) position: i64,
    pub(crate) visitor: String,
}

/// A message of a conversation, or a change of one, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Content {
    /// The visitor said it.
    Said {
        text: String,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quote: Option<String>,
        /// `true` until the desk has it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pending: bool,
    },
    /// The desk or staff said it.
    Reply {
        text: String,
        at: Timestamp,
        /// Id of the visitor's message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answers: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Button>,
        /// Addresses of pictures and files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<String>,
        /// `true` if it says something else than at first.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        edited: bool,
    },
    /// A message of the desk stands in the place of one of before.
    Edited {
        message: String,
        text: String,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Button>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<String>,
    },
    /// A message of the desk is taken back.
    Recalled { message: String, at: Timestamp },
}

/// A message with its place in the conversation, as clients get it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    pub(crate) id: &'a str,
    pub(crate) position: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) visitor: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) content: Content,
}

/// A conversation so far.
#[derive(Debug, Serialize)]
pub(crate) struct History<'a> {
    pub(crate) messages: Vec<Shown<'a>>,
    /// Position behind which events go on.
    pub(crate) position: i64,
    /// `true` if there are messages before these.
    pub(crate) more: bool,
}

/// Part of a conversation that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) visitor: Option<String>,
    pub(crate) before: Option<i64>,
    pub(crate) limit: Option<u32>,
    pub(crate) after: Option<i64>,
}
