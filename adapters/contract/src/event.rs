//! What an adapter reports.

use crate::{ChannelId, MemberId, Message, MessageId};
use jiff::Timestamp;

/// Something that happened on the platform.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody said something.
    Message(Message),
    /// Somebody took a message back.
    Recall(Recall),
    /// Somebody changed a message.
    Edit(Edit),
    /// A message of ours that the platform took did not arrive after all.
    Undelivered(Undelivered),
    /// The account can send and receive.
    Connected,
    /// The account cannot, for the reason given; the adapter goes on trying.
    Disconnected {
        /// What happened, in words for an admin.
        reason: String,
    },
    /// Something is wrong that an admin must know of although the account goes on, or it is over.
    Alert(Alert),
}

/// A fault of an account: told in the log, in `/healthz` and in the staff rooms until it is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Names it among the account's, in lower case (`offline`, `certificate`).
    pub name: String,
    /// What happened and what to do, in words for an admin, without secrets and members' words; `None` when it is over.
    pub message: Option<String>,
}

/// A message that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The message as it is now: who wrote it, what it says, quotes and carries, and the ticket that it names.
    pub message: Message,
    /// When it was changed.
    pub at: Timestamp,
}

/// A message that was taken by the platform and did not arrive after all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Where it was to be said.
    pub channel: ChannelId,
    /// The message, by the id that [`Delivery::Sent`](crate::Delivery::Sent) told.
    pub message: MessageId,
    /// Why, in words for an admin.
    pub reason: String,
    /// When the platform told.
    pub at: Timestamp,
}

/// A message that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Where it stood.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// Who took it back, where the platform tells.
    pub by: Option<MemberId>,
    /// When.
    pub at: Timestamp,
}
