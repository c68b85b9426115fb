//! One thing said in a channel, as the desk sees it on every platform.

use crate::{ChannelId, MemberId, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message that somebody sent to a channel that the account is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's id; with account and channel it is the key by which a repeated event is recognised.
    pub id: MessageId,
    /// Where it was said.
    pub channel: Channel,
    /// Who said it.
    pub sender: Sender,
    /// What was said, in order.
    pub segments: Vec<Segment>,
    /// The message mentions this account's own id. `@all` does not count.
    pub mentions_bot: bool,
    /// When it was sent, by the platform's clock.
    pub at: Timestamp,
    /// The ticket that it speaks of, where the platform tells without a quote: a mail thread, an issue, a forum topic.
    /// Heeded in staff rooms only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u64>,
    /// Where people can open it, where messages have addresses on the platform.
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

    /// What the message quotes, if it quotes anything.
    pub fn quote(&self) -> Option<&Quote> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Quote(quote) => Some(quote),
            _ => None,
        })
    }
}

/// Where a message was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// The platform's id for it, made by the adapter; a group and a direct chat never share one.
    pub id: ChannelId,
    /// Whether others listen.
    pub kind: ChannelKind,
    /// Its name, where the platform tells.
    pub name: Option<String>,
}

/// Whether a channel is shared or between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Many members; the bot speaks only when it helps.
    Group,
    /// One member and the bot; every message calls the bot.
    Direct,
}

/// Who said a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The platform's id; the only thing by which a person is recognised.
    pub id: MemberId,
    /// The name as the group shows it; for people to read, never to decide by.
    pub name: String,
    /// The rank that the platform says the sender has in this channel.
    pub role: ChannelRole,
    /// The platform says that it is a program.
    pub is_bot: bool,
    /// It is this account itself.
    pub is_self: bool,
    /// What the account's own settings make of the sender's roles on the platform.
    #[serde(default)]
    pub standing: Standing,
}

/// What somebody is to the desk. Most are told by their ids in `groupdesk.yaml`; where a platform has roles, an account's
/// settings may name those that make staff or admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody who asks, as far as the platform tells.
    #[default]
    Member,
    /// Somebody who answers.
    Staff,
    /// Staff who may change the FAQ.
    Admin,
}

/// The rank that a platform gives a member of a channel. It says nothing about staff: staff are configured by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRole {
    /// The channel belongs to them.
    Owner,
    /// May moderate the channel.
    Admin,
    /// Anybody else, and everybody where the platform does not tell.
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
        /// Where it can be fetched, where the platform tells, or [`crate::held_file`]; for a reply: what to send.
        url: Option<String>,
    },
    /// A file, voice or video.
    File {
        /// Its name, where the platform tells.
        name: Option<String>,
        /// Where it can be fetched, where the platform tells.
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
    /// Whether the bot itself said it; `None` where the adapter could not find out.
    pub of_bot: Option<bool>,
    /// Its text, where the platform tells.
    pub text: Option<String>,
}
