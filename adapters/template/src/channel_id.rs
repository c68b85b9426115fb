//! Channel ids, by which the desk knows a conversation: `group:NUMBER` and `private:NUMBER`. They are opaque to everybody else.

use groupdesk_contract::{ChannelId, ChannelKind};

/// A conversation on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChannelRef {
    Group(u64),
    Private(u64),
}

impl ChannelRef {
    /// Reads a channel id; `None` if it is none of ours.
    pub(crate) fn parse(channel: &ChannelId) -> Option<Self> {
        let (kind, number) = channel.as_str().split_once(':')?;
        let number = number.parse().ok()?;
        match kind {
            "group" => Some(Self::Group(number)),
            "private" => Some(Self::Private(number)),
            _ => None,
        }
    }

    /// Returns the channel id.
    pub(crate) fn channel(self) -> ChannelId {
        ChannelId::new(match self {
            Self::Group(number) => format!("group:{number}"),
            Self::Private(number) => format!("private:{number}"),
        })
    }

    /// Returns the kind of the channel.
    pub(crate) fn kind(self) -> ChannelKind {
        match self {
            Self::Group(_) => ChannelKind::Group,
            Self::Private(_) => ChannelKind::Direct,
        }
    }

    /// Returns the platform's number of the conversation.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Group(number) | Self::Private(number) => number,
        }
    }
}
