//! What the desk wants said, and what became of it.

use crate::{ChannelId, ChannelKind, MemberId, MessageId, Place, Segment};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A message on its way out. The adapter renders it for what its platform can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Where to say it.
    pub channel: ChannelId,
    /// Whether that is a group or a direct chat.
    pub kind: ChannelKind,
    /// The message that it answers, to be quoted where the platform can quote.
    pub quote: Option<MessageId>,
    /// What to say, in order.
    pub segments: Vec<Segment>,
    /// What it says of a ticket, for platforms on which a ticket is more than messages in a room: a mail thread, an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<TicketNote>>,
    /// What may be pressed under it, where the platform has buttons; the words say the same for those without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Whether it is a new message, or changes one that stands there.
    #[serde(default, skip_serializing_if = "Act::is_say")]
    pub act: Act,
}

/// Something to press. Pressing it is saying [`Button::says`] to the bot, quoting the message that it stands under: the
/// adapter reports it as such a message, by the one who pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What pressing it says; at most 60 bytes.
    pub says: String,
}

/// What is done with a reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is said.
    #[default]
    Say,
    /// It takes the place of a message of ours. Only where [`crate::Capabilities::edit`] is true.
    Edit(MessageId),
    /// A message of ours is taken back; the reply has no segments. Only where [`crate::Capabilities::unsend`] is true.
    Unsend(MessageId),
}

impl Act {
    /// Whether it is a new message.
    pub fn is_say(&self) -> bool {
        *self == Self::Say
    }
}

/// Something that staff are told of a ticket, in parts that a ticket system has fields for. The reply's own text says the
/// same in words for a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNote {
    /// The ticket's number.
    pub ticket: u64,
    /// What it is about, in a line; may be empty where the member only called for a human.
    pub subject: String,
    /// Whose ticket it is.
    pub member: MemberId,
    /// Their name, for people.
    pub member_name: String,
    /// Where they asked.
    pub asked_in: Place,
    /// What happened.
    pub kind: NoteKind,
}

/// What a note on a ticket is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// It was opened.
    Opened {
        /// What the member said, pictures as links.
        said: String,
    },
    /// A member says more.
    Said {
        /// Who: the ticket's member or one who watches it.
        by: String,
        /// What, pictures as links.
        said: String,
    },
    /// Something happened that staff want to know: it is claimed elsewhere, it waits for too long, a reply was refused.
    Event,
    /// It is resolved or closed: nobody needs to look after it any more.
    Ended,
    /// The answer to what staff did just now ("claimed", "sent"). Where every message disturbs somebody (mail) or is read
    /// by the public (an issue) it may be left out.
    Receipt,
}

impl Reply {
    /// The text alone, for logs and transcripts.
    pub fn text(&self) -> String {
        self.segments
            .iter()
            .filter_map(|segment| match segment {
                Segment::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Names one reply for ever: the same key is never sent twice knowingly. It is the row number in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReplyKey(pub i64);

/// What became of one attempt to send a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The platform took it.
    Sent {
        /// The id that it got, where the platform tells.
        message: Option<MessageId>,
    },
    /// The platform will never take it (left the group, muted, blocked, forbidden text): do not try again.
    Refused {
        /// Why, in words for an admin.
        reason: String,
    },
    /// Nothing was written to the platform, or it asked us to wait: trying again cannot say it twice.
    Later {
        /// Why, in words for an admin.
        reason: String,
        /// How long the platform asked us to wait.
        after: Option<Duration>,
    },
    /// It was written and no answer came: it may or may not have arrived. To be checked before it is repeated.
    Unknown {
        /// Why, in words for an admin.
        reason: String,
    },
}
