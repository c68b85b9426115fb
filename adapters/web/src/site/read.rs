//! From a visitor's message to the desk's.

use super::channel_id;
use super::wire::Post;
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, MemberId, Message, MessageId, Quote, Segment, Sender, Standing,
    clean_name,
};
use jiff::Timestamp;

/// Prefix of a client's id of a message, so that no client can name a message of the desk's.
const CLIENT: &str = "c-";

/// Returns the id by which the desk knows a client's message.
pub(crate) fn message_id(client: &str) -> String {
    format!("{CLIENT}{client}")
}

/// Returns a client's own id of its message.
pub(crate) fn client_id(id: &str) -> &str {
    id.strip_prefix(CLIENT).unwrap_or(id)
}

/// Returns the message that a visitor said at `at`. Its address is that of the page.
pub(crate) fn message(visitor: &MemberId, post: &Post, at: Timestamp) -> Message {
    let quote = post.quote.as_deref().map(|quoted| {
        Segment::Quote(Quote {
            message: MessageId::new(quoted),
            of_bot: Some(true),
            text: None,
        })
    });
    let is_page = |page: &&String| page.starts_with("https://") || page.starts_with("http://");
    Message {
        id: MessageId::new(message_id(&post.id)),
        channel: Channel {
            id: channel_id::channel(visitor),
            kind: ChannelKind::Direct,
            name: None,
        },
        sender: Sender {
            id: visitor.clone(),
            name: name(visitor, post),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: quote
            .into_iter()
            .chain([Segment::Text(post.text.clone())])
            .collect(),
        mentions_bot: true,
        at,
        ticket: None,
        link: post.page.as_ref().filter(is_page).cloned(),
    }
}

/// Returns the name that staff see.
fn name(visitor: &MemberId, post: &Post) -> String {
    let given = post
        .name
        .as_deref()
        .map(clean_name)
        .filter(|name| !name.trim().is_empty());
    if let Some(given) = given {
        return given;
    }
    let kind = match post.language.as_deref() {
        Some(language) if language.starts_with("en") => "visitor",
        _ => "访客",
    };
    format!("{kind} {}", channel_id::tail(visitor))
}
