//! Renders replies as texts for platforms with texts and pictures only. Tencent counts bytes.

use crate::picture;
use groupdesk_contract::{NO_LINK, Reply, Segment};

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words.
    Text(String),
    /// A picture, by its address.
    Picture(String),
}

/// Returns the pieces of a reply, in order, without mentions and quotes, which mean nothing between two people.
pub(crate) fn pieces(reply: &Reply) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut text = String::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(part) => text.push_str(part),
            Segment::Image { url: Some(url) } if picture::can_fetch(url) => {
                finish(&mut text, &mut pieces);
                pieces.push(Piece::Picture(url.clone()));
            }
            Segment::Image { url } => {
                let place = url.as_deref().map_or("", picture::address);
                text.push_str(format!("{NO_LINK} {place}").trim_end());
            }
            Segment::File { name, url } => {
                let parts = [
                    name.as_deref().unwrap_or("[文件 file]"),
                    url.as_deref().map_or("", picture::address),
                ];
                text.push_str(parts.join(" ").trim_end());
            }
            Segment::Other(word) => text.push_str(&format!("[{word}]")),
            Segment::Mention(_) | Segment::MentionAll | Segment::Quote(_) => {}
        }
    }
    finish(&mut text, &mut pieces);
    pieces
}

fn finish(text: &mut String, pieces: &mut Vec<Piece>) {
    let said = std::mem::take(text);
    if !said.trim().is_empty() {
        pieces.push(Piece::Text(said.trim().to_owned()));
    }
}

/// The beginning of `text` that has at most `limit` bytes.
pub(crate) fn beginning(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.split_at(text.floor_char_boundary(limit)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_between_characters() {
        assert_eq!(beginning("你好", 4), "你");
    }
}
