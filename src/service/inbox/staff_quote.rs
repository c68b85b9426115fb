//! Quotes in a staff room: the ticket whose message is quoted, where that is certain. What a quote says reaches a member,
//! so that an id which means several messages, or none that is known, is asked back.

use crate::desk::numbers_in;
use crate::store::{Quoted, is_counter};
use groupdesk_contract::{Message, Segment};

/// Meaning of a message's quote in a staff room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StaffQuote {
    /// A message of this ticket.
    Ticket(u64),
    /// Nothing, or a message that is of no ticket.
    Nothing,
    /// A message of ours, or one that may be; of which ticket is not known.
    Unclear,
}

impl StaffQuote {
    /// Returns the meaning of a message's quote; `quoted` is what the store knows of it, and `has_tickets` tells that messages
    /// of a ticket stand in the room.
    pub(super) fn of(message: &Message, quoted: &Quoted, has_tickets: impl FnOnce() -> bool) -> Self {
        let Some(quote) = message.quote() else {
            return Self::Nothing;
        };
        let named = quote.text.as_deref().map(numbers_in).unwrap_or_default();
        match (quoted.ticket, named.as_slice()) {
            // The platform tells which of them it is.
            (_, [number]) if quoted.several => Self::Ticket(*number),
            _ if quoted.several => Self::Unclear,
            // The id was given again, to a message that the store does not know.
            (Some(ticket), [_, ..])
                if quoted.by_us && is_counter(&quote.message) && !named.contains(&ticket) =>
            {
                Self::Unclear
            }
            (Some(ticket), _) => Self::Ticket(ticket),
            (None, _) if quoted.by_us => Self::Nothing,
            (None, _) => match quote.of_bot {
                Some(true) => Self::Unclear,
                // Nobody can say whose it is, and no message of others with that id was received: it may be one of ours.
                None if !quoted.heard && has_tickets() => Self::Unclear,
                _ => Self::Nothing,
            },
        }
    }

    pub(super) fn ticket(self) -> Option<u64> {
        match self {
            Self::Ticket(ticket) => Some(ticket),
            Self::Nothing | Self::Unclear => None,
        }
    }
}

/// Returns a message whose quote is one of ours of which nothing more is known.
pub(super) fn with_unclear_quote(message: &Message) -> Message {
    let mut message = message.clone();
    for segment in &mut message.segments {
        if let Segment::Quote(quote) = segment {
            quote.of_bot = Some(true);
            quote.text = None;
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{Channel, ChannelKind, ChannelRole, MessageId, Quote, Sender, Standing};
    use jiff::Timestamp;

    fn message(id: &str, of_bot: Option<bool>, text: Option<&str>) -> Message {
        let quote = Quote {
            message: MessageId::new(id),
            of_bot,
            text: text.map(str::to_owned),
        };
        Message {
            id: "m1".into(),
            channel: Channel {
                id: "staff".into(),
                kind: ChannelKind::Group,
                name: None,
            },
            sender: Sender {
                id: "wang".into(),
                name: "wang".to_owned(),
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Staff,
            },
            segments: vec![Segment::Quote(quote)],
            mentions_bot: false,
            at: Timestamp::UNIX_EPOCH,
            ticket: None,
            link: None,
        }
    }

    #[test]
    fn a_quote_means_a_ticket_only_where_nothing_says_otherwise() {
        let unknown = Quoted::default();
        let heard = Quoted {
            heard: true,
            ..unknown
        };
        let ours = |ticket, several| Quoted {
            by_us: true,
            ticket,
            several,
            ..unknown
        };
        let of = |quoted: Quoted, id: &str, of_bot, text| {
            StaffQuote::of(&message(id, of_bot, text), &quoted, || true)
        };
        use StaffQuote::{Nothing, Ticket, Unclear};
        assert_eq!(of(ours(Some(7), false), "12", None, None), Ticket(7));
        assert_eq!(of(ours(Some(7), false), "12", None, Some("#7 and #5")), Ticket(7));
        // A counter that began again: the text is of another message than the store knows.
        assert_eq!(of(ours(Some(7), false), "12", None, Some("【工单 #8】")), Unclear);
        assert_eq!(
            of(ours(Some(7), false), "om_x12", None, Some("see #8")),
            Ticket(7)
        );
        assert_eq!(of(ours(Some(7), true), "12", None, None), Unclear);
        assert_eq!(
            of(ours(Some(7), true), "12", None, Some("【工单 #6】#5")),
            Unclear
        );
        assert_eq!(
            of(ours(Some(7), true), "12", None, Some("【工单 #6】")),
            Ticket(6)
        );
        assert_eq!(
            of(ours(None, false), "12", Some(true), Some("disk full")),
            Nothing
        );
        // Not in the store: it is ours for certain, perhaps, or not.
        assert_eq!(of(unknown, "12", Some(true), Some("hello")), Unclear);
        assert_eq!(of(unknown, "12", None, None), Unclear);
        assert_eq!(
            StaffQuote::of(&message("12", None, None), &unknown, || false),
            Nothing
        );
        assert_eq!(of(heard, "12", None, None), Nothing);
        assert_eq!(of(unknown, "12", Some(false), None), Nothing);
    }
}
