//! Events that an adapter reports to the desk.

use crate::{AccountState, ChannelId, MemberId, Message, MessageId};
use jiff::Timestamp;

/// Something that happened on the platform.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A new message.
    Message(Message),
    /// A message that its author or a moderator took back.
    Recall(Recall),
    /// A message that its author edited.
    Edit(Edit),
    /// A message of ours that the platform took did not arrive after all.
    Undelivered(Undelivered),
    /// The account has another state.
    State(AccountState),
    /// A fault that an admin must know of although the account goes on, or its end.
    Alert(Alert),
}

/// A fault of an account, shown in the log, in `/healthz` and in the staff rooms until it is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Names it among the account's, in lower case (`offline`, `certificate`).
    pub name: String,
    /// The fault and its remedy, in a sentence for an admin, without secrets and members' texts; `None` resolves the alert.
    pub message: Option<String>,
}

/// A message that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The message as it is now: author, content, quote and ticket.
    pub message: Message,
    /// The time of the change.
    pub at: Timestamp,
}

/// A message that was taken by the platform and did not arrive after all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The channel that it was sent to.
    pub channel: ChannelId,
    /// The message, by the id that [`Delivery::Sent`](crate::Delivery::Sent) carried.
    pub message: MessageId,
    /// The reason, in a sentence for an admin.
    pub reason: String,
    /// The time at which the platform reported the failure.
    pub at: Timestamp,
}

/// A message that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// The channel that it was in.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The person who took it back; `None` if the platform doesn't tell.
    pub by: Option<MemberId>,
    /// The time of the recall.
    pub at: Timestamp,
}
