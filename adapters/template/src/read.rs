//! From the platform's updates to the desk's events. Pure: what must be looked up is looked up before.

use crate::channel_id::ChannelRef;
use crate::wire::Update;
use groupdesk_contract::{
    Channel, ChannelRole, Event, MemberId, Message, MessageId, Segment, Sender, Standing, clean_name,
};
use jiff::Timestamp;

/// Returns the event of an update; `me` is the account's own id, by which a mention of the bot is known.
pub(crate) fn event(update: &Update, me: u64, now: Timestamp) -> Event {
    let channel = match update.is_group {
        true => ChannelRef::Group(update.chat),
        false => ChannelRef::Private(update.chat),
    };
    Event::Message(Message {
        id: MessageId::new(update.id.to_string()),
        channel: Channel {
            id: channel.channel(),
            kind: channel.kind(),
            name: None,
        },
        sender: Sender {
            id: MemberId::new(update.from.id.to_string()),
            name: clean_name(&update.from.name),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: update.from.id == me,
            standing: Standing::Member,
        },
        segments: vec![Segment::Text(update.text.clone())],
        mentions_bot: update.mentions.contains(&me),
        at: now,
        ticket: None,
        link: None,
    })
}
