//! Channel ids: `group:CHATID` for a group, `private:USERID` for a chat with the robot.

use groupdesk_contract::ChannelId;

/// The chat's id, and whether it is between two (1) or a group (2).
pub(super) fn chat(channel: &ChannelId) -> Option<(&str, u8)> {
    let (kind, id) = channel.as_str().split_once(':')?;
    let kind = match kind {
        "private" => 1,
        "group" => 2,
        _ => return None,
    };
    (!id.is_empty()).then_some((id, kind))
}
