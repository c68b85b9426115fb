//! Renders replies as texts for platforms with texts and pictures only, and cuts texts that are too long. Tencent counts bytes.

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

/// Splits `text` into parts of at most `limit` bytes and `signs` characters, cut at a paragraph, a line, a sentence or a word if
/// there is one in the second half. Blanks at a cut are left out.
pub(crate) fn cut(text: &str, limit: usize, signs: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while rest.len() > limit || rest.chars().count() > signs {
        let most = end(rest, limit, signs);
        let at = best(rest, most);
        let (part, after) = rest.split_at(at);
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// The beginning of `text` that has at most `limit` bytes.
pub(crate) fn beginning(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.split_at(text.floor_char_boundary(limit)).0
}

/// Returns the end of the longest beginning within both limits; at least one character long.
fn end(text: &str, limit: usize, signs: usize) -> usize {
    let mut end = 0;
    for (count, (at, sign)) in text.char_indices().enumerate() {
        let next = at + sign.len_utf8();
        if (next > limit || count >= signs) && end > 0 {
            break;
        }
        end = next;
    }
    end
}

fn best(text: &str, most: usize) -> usize {
    let (head, _) = text.split_at(most);
    let ends: [&[&str]; 4] = [
        &["\n\n"],
        &["\n"],
        &["。", "！", "？", "；", ". ", "! ", "? "],
        &[" "],
    ];
    for kind in ends {
        let last = kind
            .iter()
            .filter_map(|mark| head.rfind(mark).map(|at| at + mark.len()))
            .max();
        if let Some(at) = last.filter(|at| *at > most / 2) {
            return at;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_cut_where_a_reader_would() {
        assert_eq!(
            cut("第一句。第二句。第三句", 27, 99),
            ["第一句。第二句。", "第三句"]
        );
        assert_eq!(cut("one two three", 9, 99), ["one two", "three"]);
        assert_eq!(cut("abcdef", 99, 4), ["abcd", "ef"]);
        assert_eq!(cut("  ", 9, 9), Vec::<String>::new());
        assert_eq!(beginning("你好", 4), "你");
    }

    proptest! {
        #[test]
        fn nothing_but_blanks_is_lost(text in "[a-z。你 \n🙂]{0,200}", limit in 4usize..60, signs in 1usize..60) {
            let parts = cut(&text, limit, signs);
            for part in &parts {
                prop_assert!(part.len() <= limit && part.chars().count() <= signs, "{part:?}");
            }
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
        }
    }
}
