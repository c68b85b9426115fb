//! Channels: `private:OPEN_KFID/EXTERNAL_USERID` is a customer at one Customer Service account, `servicers` the staff room
//! that is the platform's own servicers.

use groupdesk_contract::ChannelId;
use std::fmt;

/// The staff room that is the platform's servicers.
pub(crate) const SERVICERS: &str = "servicers";

/// A customer at one Customer Service account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Customer {
    pub(crate) open_kfid: String,
    pub(crate) user: String,
}

impl Customer {
    pub(crate) fn parse(channel: &ChannelId) -> Option<Self> {
        let (open_kfid, user) = channel.as_str().strip_prefix("private:")?.split_once('/')?;
        let is_some = !open_kfid.is_empty() && !user.is_empty();
        is_some.then(|| Self {
            open_kfid: open_kfid.to_owned(),
            user: user.to_owned(),
        })
    }

    pub(crate) fn channel(&self) -> ChannelId {
        ChannelId::new(format!("private:{self}"))
    }
}

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.open_kfid, self.user)
    }
}
