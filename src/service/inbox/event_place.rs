//! Channel and quote of an event.

use groupdesk_contract::{Event, Incoming, Message, Place, Segment};

pub(super) fn place_of_event(incoming: &Incoming) -> Option<Place> {
    let channel = match &incoming.event {
        Event::Message(message) => &message.channel.id,
        Event::Recall(recall) => &recall.channel,
        Event::Edit(edit) => &edit.message.channel.id,
        Event::Undelivered(event) => &event.channel,
        Event::State(_) | Event::Alert(_) => return None,
    };
    Some(Place {
        account: incoming.account.clone(),
        channel: channel.clone(),
    })
}

/// Returns the message with its quote marked as one of the bot.
pub(super) fn with_quote_of_bot(message: &Message) -> Message {
    let mut message = message.clone();
    for segment in &mut message.segments {
        if let Segment::Quote(quote) = segment {
            quote.of_bot = Some(true);
        }
    }
    message
}

/// Fills in the text of the quoted message, as we said it.
pub(super) fn with_quoted_text(message: &mut Message, text: &str) {
    for segment in &mut message.segments {
        if let Segment::Quote(quote) = segment
            && !text.is_empty()
        {
            quote.text = Some(text.to_owned());
        }
    }
}
