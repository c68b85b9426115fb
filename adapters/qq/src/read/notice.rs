//! Notices about the bot itself, in sentences for an admin.

use super::parse;
use crate::channel_id::ChannelRef;
use crate::wire::{self, Payload};

/// A notice for the log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BotNotice {
    /// The conversation that it is about; `None` if it is about none.
    pub(crate) room: Option<ChannelRef>,
    pub(crate) words: &'static str,
    /// Something that an admin should look at.
    pub(crate) is_trouble: bool,
    /// The id of the event, under which the bot may write there for some minutes.
    pub(crate) answerable: Option<String>,
    /// A review that ended: its id, and the id that the message got.
    pub(crate) review: Option<(String, Option<String>)>,
}

/// Reads the notice in `payload`, if there is one that an admin should see.
pub(crate) fn notice(payload: &Payload) -> Option<BotNotice> {
    let name = payload.t.as_deref()?;
    let (words, is_trouble, may_answer) = match name {
        "GROUP_ADD_ROBOT" => ("the bot was added to this group", false, true),
        "GROUP_DEL_ROBOT" => (
            "the bot was removed from this group: nothing can be said there any more",
            true,
            false,
        ),
        "GROUP_MSG_REJECT" => (
            "an administrator of this group turned the bot's own messages off: only answers are taken there",
            true,
            false,
        ),
        "GROUP_MSG_RECEIVE" => (
            "an administrator of this group turned the bot's own messages on",
            false,
            true,
        ),
        "FRIEND_ADD" => ("somebody added the bot", false, true),
        "FRIEND_DEL" => (
            "somebody removed the bot: nothing can be said to them any more",
            false,
            false,
        ),
        "C2C_MSG_REJECT" => (
            "somebody turned the bot's own messages off: only answers reach them",
            true,
            false,
        ),
        "C2C_MSG_RECEIVE" => ("somebody turned the bot's own messages on", false, true),
        "MESSAGE_AUDIT_PASS" => (
            "QQ's review let a message pass: it stands in the channel now",
            false,
            false,
        ),
        "MESSAGE_AUDIT_REJECT" => ("QQ's review refused a message: it will not be shown", true, false),
        "GUILD_CREATE" => ("the bot was added to a guild", false, false),
        "GUILD_DELETE" => ("the bot was removed from a guild", true, false),
        _ => return None,
    };
    let wire: wire::NoticePayload = parse(name, &payload.d)?;
    let room = match (wire.group_openid, wire.channel_id, wire.openid) {
        (Some(group), _, _) => Some(ChannelRef::Group(group)),
        (None, Some(channel), _) => Some(ChannelRef::Channel(channel)),
        (None, None, Some(user)) => Some(ChannelRef::User(user)),
        (None, None, None) => None,
    };
    Some(BotNotice {
        room: room.and_then(|room| ChannelRef::parse(&room.channel())),
        words,
        is_trouble,
        answerable: payload.id.clone().filter(|_| may_answer),
        review: wire.audit_id.map(|id| (id, wire.message_id)),
    })
}
