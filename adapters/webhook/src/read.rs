//! From a program's request to the desk's message.

use crate::wire::Incoming;
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, MemberId, Message, MessageId, Segment, Sender, Standing,
};
use jiff::Timestamp;

/// Returns the message of a request with the id `id` for `target`, which came at `at`.
pub(crate) fn message(target: &str, id: &str, incoming: Incoming, at: Timestamp) -> Message {
    let mut segments = vec![Segment::Text(incoming.text)];
    segments.extend(
        incoming
            .pictures
            .into_iter()
            .map(|url| Segment::Image { url: Some(url) }),
    );
    Message {
        id: MessageId::new(id),
        channel: Channel {
            id: target.into(),
            kind: ChannelKind::Group,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(incoming.author.id),
            name: incoming.author.name,
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments,
        mentions_bot: false,
        at,
        ticket: incoming.ticket,
        link: None,
    }
}
