//! A message that nobody sent, to be decided on, and its channel.

use crate::desk::{ChannelContext, Policy, TicketPolicy};
use crate::ticket::OpenTickets;
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Place, Segment, Sender,
    Standing,
};
use jiff::Timestamp;
use std::sync::LazyLock;

/// Returns a channel in which no ticket is open and nothing was said before.
pub fn trial_channel<'a>(place: &'a Place, policy: &'a Policy, tell: &'a [Place]) -> ChannelContext<'a> {
    static EMPTY: LazyLock<(OpenTickets, TicketPolicy)> = LazyLock::new(Default::default);
    let (tickets, lifecycle) = &*EMPTY;
    ChannelContext {
        place,
        policy,
        tell,
        next_ticket: 1,
        tickets,
        lifecycle,
        window: None,
        buttons: false,
        unsend: false,
    }
}

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
