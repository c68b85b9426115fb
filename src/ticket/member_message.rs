//! A further message of a member, as it is added to their ticket.

use super::Window;
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::SignedDuration;

/// A member's message in a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberMessage {
    /// The member.
    pub member: MemberId,
    /// Name and id of the member.
    pub who: String,
    /// Text, pictures as links.
    pub text: String,
    /// Addresses of pictures that only the account can fetch.
    pub pictures: Vec<String>,
    /// Channel of the message.
    pub place: Place,
    /// Id of the message on its platform.
    pub message: MessageId,
    /// Reply window of the message.
    pub window: Option<Window>,
    /// `true` if nobody is on duty: staff find it in the digest at the next opening.
    pub closed: bool,
    /// `true` if the member is told so.
    pub told_closed: bool,
    /// `true` if the member is told who has the ticket.
    pub told_holder: bool,
    /// `true` if the member is told that the message was added.
    pub told_added: bool,
    /// Interval over which further messages of the member are gathered.
    pub gather: SignedDuration,
    /// Subject that it gives to a ticket whose subject told nothing.
    pub subject: Option<String>,
    /// `true` if it makes an ordinary ticket urgent.
    pub urgent: bool,
}
