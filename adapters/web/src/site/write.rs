//! From a reply of the desk to what is kept and shown of it.

use super::read;
use super::wire::Content;
use groupdesk_contract::{Reply, Segment, no_link, open_url};
use jiff::Timestamp;

/// Returns what a visitor sees of a reply that was sent at `at`. Its text is text: nobody reads it as HTML.
pub(crate) fn content(reply: &Reply, at: Timestamp) -> Content {
    let (text, links) = parts(reply);
    Content::Reply {
        text,
        at,
        answers: reply
            .quote
            .as_ref()
            .map(|quote| read::client_id(quote.as_str()).to_owned()),
        buttons: reply.buttons.clone(),
        links,
        edited: false,
    }
}

/// Returns the words of a reply, and the addresses of what can't be said in words.
pub(crate) fn parts(reply: &Reply) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut links = Vec::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(words) => text.push_str(words),
            Segment::Image { url } | Segment::File { url, .. } => match url.as_deref().and_then(open_url) {
                Some(url) => links.push(url.to_owned()),
                None => text.push_str(&no_link(segment)),
            },
            // A visitor is alone with the desk: there is nobody to be named.
            Segment::Mention(_) | Segment::MentionAll | Segment::Quote(_) | Segment::Other(_) => {}
        }
    }
    (text.trim().to_owned(), links)
}
