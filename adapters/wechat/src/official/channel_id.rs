//! Channel ids: `private:OPENID` for a follower.

use groupdesk_contract::ChannelId;

/// The channel of a follower.
pub(crate) fn channel(user: &str) -> ChannelId {
    ChannelId::new(format!("private:{user}"))
}

/// The follower of a channel.
pub(crate) fn user(channel: &ChannelId) -> Option<&str> {
    channel
        .as_str()
        .strip_prefix("private:")
        .filter(|user| !user.is_empty())
}
