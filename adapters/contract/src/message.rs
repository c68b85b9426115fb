//! A message in a channel, in the same form for every platform.

use crate::{ChannelId, MemberId, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message that somebody sent to a channel that the account is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's id; with account and channel it is the key by which a repeated event is recognised.
    pub id: MessageId,
    /// The channel that it was sent to.
    pub channel: Channel,
    /// The author.
    pub sender: Sender,
    /// The content, in order.
    pub segments: Vec<Segment>,
    /// The message mentions this account's own id. `@all` does not count.
    pub mentions_bot: bool,
    /// The time of sending, by the platform's clock.
    pub at: Timestamp,
    /// The ticket that it belongs to, if the platform tells without a quote: a mail thread, an issue, a forum topic. The desk
    /// uses it in staff rooms only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u64>,
    /// The address at which people can open the message; `None` where the platform's messages have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Message {
    /// The text alone, without mentions, quotes and pictures; the parts are joined by a space where something
    /// stood between them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(part) => text.push_str(part),
                _ if text.is_empty() || text.ends_with(char::is_whitespace) => {}
                _ => text.push(' '),
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// The quote, if the message has one.
    pub fn quote(&self) -> Option<&Quote> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Quote(quote) => Some(quote),
            _ => None,
        })
    }

    /// Returns the quote of a message that is the bot's.
    pub fn quote_of_bot(&self) -> Option<&Quote> {
        self.quote().filter(|quote| quote.of_bot == Some(true))
    }
}

/// The channel of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// The platform's id for it, made by the adapter; a group and a direct chat never share one.
    pub id: ChannelId,
    /// Shared by many members, or between one member and the bot.
    pub kind: ChannelKind,
    /// Name; `None` if the platform doesn't tell.
    pub name: Option<String>,
}

/// The kind of a channel: shared, or between one member and the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Many members; the bot speaks only when it helps.
    Group,
    /// One member and the bot; every message calls the bot.
    Direct,
}

/// The author of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The platform's id; the only thing by which a person is recognised.
    pub id: MemberId,
    /// The name as the group shows it; for people to read, never to decide by.
    pub name: String,
    /// The sender's rank in this channel, by the platform.
    pub role: ChannelRole,
    /// The sender is a program, by the platform.
    pub is_bot: bool,
    /// It is this account itself.
    pub is_self: bool,
    /// The rank that the account's own settings give to the sender's roles on the platform.
    #[serde(default)]
    pub standing: Standing,
}

/// A person's rank for the desk. Most ranks come from the ids in `groupdesk.yaml`; where a platform has roles, an account's
/// settings may name those that make staff or admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody who asks, or whose rank the platform doesn't tell.
    #[default]
    Member,
    /// Somebody who answers.
    Staff,
    /// Staff who may change the FAQ.
    Admin,
}

/// A member's rank in a channel, by the platform. It doesn't make anybody staff: staff are configured by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRole {
    /// The channel belongs to them.
    Owner,
    /// May moderate the channel.
    Admin,
    /// Any other member, and everybody if the platform tells no ranks.
    #[default]
    Member,
}

/// A piece of a message, received or to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Plain text, already unescaped.
    Text(String),
    /// `@somebody`, by id.
    Mention(MemberId),
    /// `@all`.
    MentionAll,
    /// Another message is quoted.
    Quote(Quote),
    /// A picture, sticker or screenshot.
    Image {
        /// The address to fetch it from, or [`crate::held_file`]; `None` if the platform tells none. In a reply: the picture to
        /// send.
        url: Option<String>,
    },
    /// A file, voice or video.
    File {
        /// Name; `None` if the platform doesn't tell.
        name: Option<String>,
        /// The address to fetch it from; `None` if the platform tells none.
        url: Option<String>,
    },
    /// Anything else (emoji faces, cards, dice, ...), by the platform's word for it.
    Other(String),
}

/// A quoted message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The quoted message.
    pub message: MessageId,
    /// True if the bot wrote the quoted message; `None` if the adapter could not find out.
    pub of_bot: Option<bool>,
    /// Text; `None` if the platform doesn't tell.
    pub text: Option<String>,
}
