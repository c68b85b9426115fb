//! Replies that the desk sends, and the outcome of each delivery.

use crate::{ChannelId, ChannelKind, MemberId, MessageId, Place, Segment};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A message on its way out. The adapter renders it for what its platform can do. Made by [`Reply::new`] or [`Reply::of_text`], so that
/// a new field changes nobody who has no use for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reply {
    /// The channel to send it to.
    pub channel: ChannelId,
    /// The kind of that channel: a group or a direct chat.
    pub kind: ChannelKind,
    /// The message that it answers, which platforms with quotes show above it.
    pub quote: Option<MessageId>,
    /// The content, in order.
    pub segments: Vec<Segment>,
    /// The ticket event that it reports, for platforms on which a ticket is more than messages in a channel: a mail thread, an
    /// issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<TicketNote>>,
    /// The buttons under it, where the platform has them; the text says the same for platforms without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Send a new message, or change or take back one that was sent.
    #[serde(default, skip_serializing_if = "Act::is_say")]
    pub act: Act,
}

/// A button. A press sends [`Button::says`] to the bot and quotes the message above: the adapter reports it as such a message, by
/// the person who pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The label.
    pub label: String,
    /// The text that pressing it sends; at most 60 bytes.
    pub says: String,
}

/// The operation that a reply performs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is sent.
    #[default]
    Say,
    /// It takes the place of a message of ours. Only where [`crate::Capabilities::edit`] is true.
    Edit(MessageId),
    /// A message of ours is taken back; the reply has no segments. Only where [`crate::Capabilities::unsend`] is true.
    Unsend(MessageId),
}

impl Act {
    /// True for a new message.
    pub fn is_say(&self) -> bool {
        *self == Self::Say
    }
}

/// A ticket event for staff, in parts that a ticket system has fields for. The reply's own text says the same for a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNote {
    /// The ticket's number.
    pub ticket: u64,
    /// The subject, in a line; may be empty if the member only called for a human.
    pub subject: String,
    /// The member who owns the ticket.
    pub member: MemberId,
    /// Name of the member, for people.
    pub member_name: String,
    /// The channel in which they asked.
    pub asked_in: Place,
    /// The ticket event.
    pub kind: NoteKind,
}

/// The kind of a ticket event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// It was opened.
    Opened {
        /// The member's text, with pictures as links.
        said: String,
    },
    /// A member's further message.
    Said {
        /// The author: the ticket's member or one who watches it.
        by: String,
        /// The text, with pictures as links.
        said: String,
    },
    /// An event that staff want to know of: a claim elsewhere, a long wait, a refused reply.
    Event,
    /// The answer to what staff wrote that they have to read: it was not carried out, or not delivered, or not in full. It
    /// names no member, so that the public may read it too.
    Answer,
    /// It is resolved or closed: nobody needs to look after it any more.
    Ended,
    /// The answer to what staff did just now ("claimed", "sent"). Where every message disturbs somebody (mail) or is read
    /// by the public (an issue) it may be left out.
    Receipt,
}

impl Reply {
    /// Makes a new message without quote, note and buttons.
    pub fn new(channel: ChannelId, kind: ChannelKind, segments: Vec<Segment>) -> Self {
        Self {
            channel,
            kind,
            quote: None,
            segments,
            note: None,
            buttons: Vec::new(),
            act: Act::Say,
        }
    }

    /// Makes a new message of one text.
    ///
    /// ```
    /// use groupdesk_contract::{ChannelKind, Reply};
    ///
    /// let reply = Reply::of_text("group:42".into(), ChannelKind::Group, "We open at nine.").with_quote(Some("7".into()));
    /// assert_eq!(reply.text(), "We open at nine.");
    /// ```
    pub fn of_text(channel: ChannelId, kind: ChannelKind, text: impl Into<String>) -> Self {
        Self::new(channel, kind, vec![Segment::Text(text.into())])
    }

    /// Returns the reply with another quote.
    #[must_use]
    pub fn with_quote(self, quote: Option<MessageId>) -> Self {
        Self { quote, ..self }
    }

    /// Returns the reply with another note.
    #[must_use]
    pub fn with_note(self, note: Option<Box<TicketNote>>) -> Self {
        Self { note, ..self }
    }

    /// Returns the reply with other buttons.
    #[must_use]
    pub fn with_buttons(self, buttons: Vec<Button>) -> Self {
        Self { buttons, ..self }
    }

    /// Returns the reply as another operation.
    #[must_use]
    pub fn with_act(self, act: Act) -> Self {
        Self { act, ..self }
    }

    /// Returns the reply as `change` leaves it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

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

/// The outcome of one attempt to send a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The platform took it.
    Sent {
        /// The platform's id of the message; `None` if it doesn't tell.
        message: Option<MessageId>,
    },
    /// The platform will never take it (left the group, muted, blocked, forbidden text): do not try again.
    Refused {
        /// The reason, in a sentence for an admin.
        reason: String,
    },
    /// Nothing was written to the platform, or it asked us to wait: a retry can't send the reply twice.
    Later {
        /// The reason, in a sentence for an admin.
        reason: String,
        /// The wait that the platform asked for; `None` if it named none.
        after: Option<Duration>,
    },
    /// It was written and no answer came: it may or may not have arrived. To be checked before it is repeated.
    Unknown {
        /// The reason, in a sentence for an admin.
        reason: String,
    },
}
