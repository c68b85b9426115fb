//! Channel ids: what the desk knows QQ's four kinds of conversations by.
//!
//! `group:<group openid>`, `private:<user openid>`, `channel:<channel id>` for a text channel of a guild, and
//! `dms:<guild id>` for a direct chat that began in a guild.

use groupdesk_contract::{ChannelId, ChannelKind, ReplyWindow};
use jiff::SignedDuration;
use std::time::Duration;

/// The most answers to a message in a group or a direct chat.
const ANSWERS: u32 = 5;
/// Stands for no limit on answers.
const UNCOUNTED: u32 = u32::MAX;
/// The reply window of a message in a group.
pub(crate) const GROUP_WINDOW: ReplyWindow = ReplyWindow {
    within: Duration::from_secs(300),
    replies: ANSWERS,
};

/// A conversation on the platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ChannelRef {
    Group(String),
    User(String),
    Channel(String),
    Dms(String),
}

impl ChannelRef {
    /// The room that `channel` names, when it is one of QQ's.
    pub(crate) fn parse(channel: &ChannelId) -> Option<Self> {
        let (kind, id) = channel.as_str().split_once(':')?;
        if id.is_empty()
            || !id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        {
            return None;
        }
        let id = id.to_owned();
        match kind {
            "group" => Some(Self::Group(id)),
            "private" => Some(Self::User(id)),
            "channel" => Some(Self::Channel(id)),
            "dms" => Some(Self::Dms(id)),
            _ => None,
        }
    }

    pub(crate) fn channel(&self) -> ChannelId {
        ChannelId::new(match self {
            Self::Group(id) => format!("group:{id}"),
            Self::User(id) => format!("private:{id}"),
            Self::Channel(id) => format!("channel:{id}"),
            Self::Dms(id) => format!("dms:{id}"),
        })
    }

    pub(crate) fn kind(&self) -> ChannelKind {
        match self {
            Self::Group(_) | Self::Channel(_) => ChannelKind::Group,
            Self::User(_) | Self::Dms(_) => ChannelKind::Direct,
        }
    }

    /// The path of the room in the API.
    pub(crate) fn path(&self) -> Vec<&str> {
        match self {
            Self::Group(id) => vec!["v2", "groups", id],
            Self::User(id) => vec!["v2", "users", id],
            Self::Channel(id) => vec!["channels", id],
            Self::Dms(id) => vec!["dms", id],
        }
    }

    /// True for a conversation of a guild; guilds have an API of their own.
    pub(crate) fn is_guild(&self) -> bool {
        matches!(self, Self::Channel(_) | Self::Dms(_))
    }

    /// The time in which a message there can be answered.
    pub(crate) fn answers_within(&self) -> SignedDuration {
        match self {
            Self::User(_) => SignedDuration::from_mins(60),
            _ => SignedDuration::from_mins(5),
        }
    }

    /// The reply window of a message there; `None` if later messages are possible, too. Since 2025-04-21 QQ no longer offers
    /// messages of the bot's own accord, in guilds neither, except to bots with a grant.
    pub(crate) fn window(&self, proactive: bool) -> Option<ReplyWindow> {
        if proactive {
            return None;
        }
        Some(ReplyWindow {
            within: Duration::try_from(self.answers_within()).unwrap_or(GROUP_WINDOW.within),
            replies: self.answers(),
        })
    }

    /// The most answers to a message there; guilds don't count.
    pub(crate) fn answers(&self) -> u32 {
        if self.is_guild() { UNCOUNTED } else { ANSWERS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_has_the_window_that_qq_gives_it() {
        let minutes = |channel: &str, proactive: bool| {
            let window = ChannelRef::parse(&ChannelId::from(channel))
                .unwrap()
                .window(proactive);
            window.map(|window| (window.within.as_secs() / 60, window.replies))
        };
        assert_eq!(minutes("group:C9", false), Some((5, 5)));
        assert_eq!(minutes("private:E4", false), Some((60, 5)));
        assert_eq!(minutes("private:E4", true), None);
        for guild in ["channel:1", "dms:1"] {
            assert_eq!(
                minutes(guild, false),
                Some((5, UNCOUNTED)),
                "answers only, not counted"
            );
            assert_eq!(minutes(guild, true), None);
        }
        assert_eq!(
            ChannelRef::parse(&ChannelId::from("group:C9"))
                .unwrap()
                .window(false),
            Some(GROUP_WINDOW)
        );
    }

    #[test]
    fn channels_come_back_as_they_were() {
        for id in [
            "group:C9F778FE6ADF",
            "private:E4F4",
            "channel:100010",
            "dms:18700000000001",
        ] {
            assert_eq!(
                ChannelRef::parse(&ChannelId::from(id)).unwrap().channel(),
                ChannelId::from(id)
            );
        }
        for id in [
            "group:",
            "group:../../x",
            "group:a/b",
            "room:7",
            "7",
            "private:a b",
        ] {
            assert_eq!(ChannelRef::parse(&ChannelId::from(id)), None, "{id}");
        }
    }
}
