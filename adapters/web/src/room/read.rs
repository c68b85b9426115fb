//! From an order to the message that the desk takes.

use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, FormWords, MemberId, Message, MessageId, Place, Segment, Sender,
    Standing,
};
use jiff::Timestamp;

/// An order of staff in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomAction {
    /// The user takes it.
    Claim,
    /// The user gives it back.
    Release,
    /// Words for the member.
    Reply(String),
    /// Words for colleagues.
    Note(String),
    /// Somebody else takes it: a colleague by name, or a room by its address.
    HandOn(String),
    /// It is answered.
    Resolve,
    /// It is over.
    Close,
    /// It goes on.
    Reopen,
}

impl RoomAction {
    /// Writes the order as staff type it, behind a slash: it says for whom words are, so that nobody is asked.
    fn typed(&self, number: u64) -> String {
        let order = match self {
            Self::Claim => "认领",
            Self::Release => "释放",
            Self::Resolve => "解决",
            Self::Close => "关闭",
            Self::Reopen => "重开",
            Self::Reply(text) => return FormWords::Reply(text).typed(number),
            Self::Note(text) => return FormWords::Note(text).typed(number),
            Self::HandOn(to) => return format!("/t {number} 转交 {to}"),
        };
        format!("/t {number} {order}")
    }
}

/// Returns the message of an order with the id `id`, which `user` gives for a room at `at`.
pub(crate) fn message(
    user: &str,
    room: &Place,
    number: u64,
    id: &str,
    order: &RoomAction,
    at: Timestamp,
) -> Message {
    Message {
        id: MessageId::new(id),
        channel: Channel {
            id: Place::in_dashboard(room).channel,
            kind: ChannelKind::Group,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(user),
            name: user.to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Staff,
        },
        segments: vec![Segment::Text(order.typed(number))],
        mentions_bot: false,
        at,
        ticket: Some(number),
        link: None,
    }
}
