//! A message that nobody sent, to be decided on.

use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Segment, Sender, Standing,
};
use jiff::Timestamp;

/// Makes a message of a member `name`, who has said nothing before.
pub fn trial_message(
    (channel, kind): (&ChannelId, ChannelKind),
    name: &str,
    text: &str,
    called: bool,
    at: Timestamp,
) -> Message {
    Message {
        id: MessageId::new("1"),
        channel: Channel {
            id: channel.clone(),
            kind,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(name),
            name: name.to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: vec![Segment::Text(text.to_owned())],
        mentions_bot: called,
        at,
        ticket: None,
        link: None,
    }
}
