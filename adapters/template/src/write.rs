//! From the desk's replies to the platform's messages. Pure.

use crate::channel_id::ChannelRef;
use crate::wire::NewMessage;
use groupdesk_contract::{Reply, Segment, no_link};
use groupdesk_kit::{SplitLimit, split_text};

/// The longest text of a message, in characters.
pub(crate) const MAX_TEXT_CHARS: usize = 4_000;

/// Returns the messages of a reply, in order; what the platform can't show is named in words.
pub(crate) fn messages(channel: &ChannelRef, reply: &Reply) -> Vec<NewMessage> {
    let text: String = reply.segments.iter().map(text).collect();
    split_text(&text, SplitLimit::chars(MAX_TEXT_CHARS))
        .into_iter()
        .map(|part| NewMessage {
            chat: channel.number(),
            text: part.to_owned(),
        })
        .collect()
}

fn text(segment: &Segment) -> String {
    match segment {
        Segment::Text(text) => text.clone(),
        Segment::Mention(member) => format!("@{member} "),
        Segment::MentionAll => "@all ".to_owned(),
        Segment::Image { .. } | Segment::File { .. } => no_link(segment),
        Segment::Quote(_) | Segment::Other(_) => String::new(),
    }
}
