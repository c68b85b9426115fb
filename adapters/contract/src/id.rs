//! Opaque identities. Only the adapter that made an id knows what is inside; everybody else compares and stores it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the platform's own spelling of the id.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// The platform's own spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Writes the id for people and logs: what would end a line or steer a terminal is left out.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&crate::clean_line(&self.0))
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }
    };
}

opaque_id!(
    /// One identity of the bot on a platform, by the name it has in `groupdesk.yaml`.
    AccountId
);
opaque_id!(
    /// A group or a direct chat, unique within its account.
    ChannelId
);
opaque_id!(
    /// A person (or another bot), unique within its account's platform.
    MemberId
);
opaque_id!(
    /// One message, unique within its channel.
    MessageId
);

impl AccountId {
    /// The name as one segment of a URL's path. A router sees paths as they were sent, and every client encodes what is not
    /// plain ASCII.
    pub fn path_segment(&self) -> String {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let parts = self.as_str().bytes().map(|byte| match byte {
            byte if plain(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        parts.collect()
    }
}

/// A channel on an account: the full address of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The account that is in the channel.
    pub account: AccountId,
    /// The channel itself.
    pub channel: ChannelId,
}

impl Place {
    /// The address of `channel` on `account`.
    pub fn new(account: impl Into<AccountId>, channel: impl Into<ChannelId>) -> Self {
        Self {
            account: account.into(),
            channel: channel.into(),
        }
    }
}

/// The name of the dashboard's account. Each of its channels stands for a staff room, by that room's address.
pub const DASHBOARD: &str = "dashboard";

impl Place {
    /// The channel of the dashboard in which orders for the staff of `room` are given.
    pub fn in_dashboard(room: &Self) -> Self {
        if room.account.as_str() == DASHBOARD {
            return room.clone();
        }
        Self::new(DASHBOARD, room.to_string().as_str())
    }

    /// The room whose staff speak here: that for which a channel of the dashboard stands, else the place itself.
    pub fn stands_for(&self) -> Cow<'_, Self> {
        let other = match self.account.as_str() {
            DASHBOARD => self.channel.as_str().split_once('/'),
            _ => None,
        };
        match other {
            Some((account, channel)) => Cow::Owned(Self::new(account, channel)),
            None => Cow::Borrowed(self),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.channel)
    }
}
