//! Channel ids: `group:NUMBER` for a group, `private:NUMBER` for a direct chat.

use groupdesk_contract::ChannelId;

/// The destination of a channel's messages on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Group(&'a str),
    Private(&'a str),
}

impl<'a> Target<'a> {
    /// Reads back what [`crate::read`] made; `None` for the id of another adapter.
    pub(crate) fn of(channel: &'a ChannelId) -> Option<Self> {
        match channel.as_str().split_once(':')? {
            (_, "") => None,
            ("group", id) => Some(Self::Group(id)),
            ("private", id) => Some(Self::Private(id)),
            _ => None,
        }
    }

    /// The action that sends there.
    pub(crate) fn send_action(self) -> &'static str {
        match self {
            Self::Group(_) => "send_group_msg",
            Self::Private(_) => "send_private_msg",
        }
    }

    /// The action that returns the latest messages of the channel; an extension of go-cqhttp that most have.
    pub(crate) fn history_action(self) -> &'static str {
        match self {
            Self::Group(_) => "get_group_msg_history",
            Self::Private(_) => "get_friend_msg_history",
        }
    }
}
