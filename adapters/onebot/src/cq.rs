//! Strings with CQ codes, `[CQ:at,qq=123]你好`, to segments.
//!
//! Only what an implementation sends as a string is read this way. The text of an array segment is what a member
//! typed, and a CQ code in it is just text.

use crate::wire::{Loose, MAX_SEGMENTS, Scalar, Segment, SegmentData};
use std::borrow::Cow;

const OPENING: &str = "[CQ:";

/// Splits a coded string into segments. A broken code stays text.
pub(crate) fn segments(coded: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut text_from = 0;
    let mut search_from = 0;
    while let Some(found) = coded.get(search_from..).unwrap_or_default().find(OPENING) {
        let start = search_from + found;
        let Some((segment, end)) = code(coded, start) else {
            search_from = start + OPENING.len();
            continue;
        };
        if segments.len() + 2 > MAX_SEGMENTS {
            return segments;
        }
        push_text(&mut segments, coded.get(text_from..start).unwrap_or_default());
        segments.push(segment);
        text_from = end;
        search_from = end;
    }
    push_text(&mut segments, coded.get(text_from..).unwrap_or_default());
    segments
}

fn push_text<'a>(segments: &mut Vec<Segment<'a>>, coded: &'a str) {
    if !coded.is_empty() {
        segments.push(Segment::plain(unescape(coded)));
    }
}

/// Returns the code that opens at `start`, and its end.
fn code(coded: &str, start: usize) -> Option<(Segment<'_>, usize)> {
    let body_from = start + OPENING.len();
    let body = coded.get(body_from..).unwrap_or_default();
    // A bracket inside a code is escaped, so another opening one means that this code never closed. Stopping there
    // also keeps a text of many openings from being searched to its end for each.
    let length = body.find(['[', ']'])?;
    if !body.get(length..).unwrap_or_default().starts_with(']') {
        return None;
    }
    let body = body.get(..length).unwrap_or_default();
    let (kind, parameters) = match body.split_once(',') {
        Some((kind, parameters)) => (kind, parameters),
        None => (body, ""),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if kind.is_empty() || !kind.bytes().all(is_name) {
        return None;
    }
    let segment = Segment {
        kind: Scalar::from(kind),
        data: Loose(data(parameters)),
    };
    Some((segment, body_from + length + 1))
}

fn data(parameters: &str) -> SegmentData<'_> {
    let mut data = SegmentData::default();
    for parameter in parameters.split(',') {
        let Some((name, value)) = parameter.split_once('=') else {
            continue;
        };
        let field = match name.trim() {
            "text" => &mut data.text,
            "qq" => &mut data.qq,
            "id" => &mut data.id,
            "url" => &mut data.url,
            "file" => &mut data.file,
            "name" => &mut data.name,
            _ => continue,
        };
        *field = Scalar::Text(unescape(value));
    }
    data
}

/// Undoes the four escapes in one pass, so that an escaped `&` never takes part in another escape.
fn unescape(coded: &str) -> Cow<'_, str> {
    const ESCAPES: [(&str, char); 4] = [("&#91;", '['), ("&#93;", ']'), ("&#44;", ','), ("&amp;", '&')];
    let Some(first) = coded.find('&') else {
        return Cow::Borrowed(coded);
    };
    let mut plain = String::with_capacity(coded.len());
    plain.push_str(coded.get(..first).unwrap_or_default());
    let mut rest = coded.get(first..).unwrap_or_default();
    while let Some(at) = rest.find('&') {
        plain.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        match ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            Some((escape, character)) => {
                plain.push(*character);
                rest = rest.get(escape.len()..).unwrap_or_default();
            }
            None => {
                plain.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escape(plain: &str) -> String {
        plain
            .replace('&', "&amp;")
            .replace('[', "&#91;")
            .replace(']', "&#93;")
            .replace(',', "&#44;")
    }

    fn shown(coded: &str) -> Vec<String> {
        let show = |segment: &Segment<'_>| {
            let data = &segment.data.0;
            let of = |scalar: &Scalar<'_>| scalar.str().unwrap_or("-").to_owned();
            match segment.kind.str() {
                Some("text") => of(&data.text),
                Some(kind) => format!(
                    "<{kind} qq={} id={} url={}>",
                    of(&data.qq),
                    of(&data.id),
                    of(&data.url)
                ),
                None => String::new(),
            }
        };
        segments(coded).iter().map(show).collect()
    }

    #[test]
    fn codes_and_text_come_in_order_and_unescaped() {
        assert_eq!(
            shown(
                "[CQ:reply,id=-7][CQ:at,qq=10001] &#91;x&#93; &amp;#91; a,b[CQ:image,file=a.jpg,url=http://x/?a=1&amp;b=2&#44;3]"
            ),
            [
                "<reply qq=- id=-7 url=->",
                "<at qq=10001 id=- url=->",
                " [x] &#91; a,b",
                "<image qq=- id=- url=http://x/?a=1&b=2,3>"
            ]
        );
    }

    #[test]
    fn a_broken_code_is_text() {
        for broken in [
            "[CQ:",
            "[CQ:]",
            "[CQ:at",
            "[CQ:at,qq=1",
            "[CQ:,qq=1]",
            "[CQ:a t]",
            "[cq:at,qq=1]",
            "[ CQ:at]",
        ] {
            assert_eq!(shown(broken), [broken]);
        }
        assert_eq!(
            shown("[CQ:at,qq=[CQ:at,qq=1]x"),
            ["[CQ:at,qq=", "<at qq=1 id=- url=->", "x"]
        );
        assert_eq!(shown("[CQ:shake]"), ["<shake qq=- id=- url=->"]);
    }

    #[test]
    fn a_megabyte_of_openings_takes_no_time() {
        let coded = OPENING.repeat(250_000);
        assert_eq!(segments(&coded).len(), 1);
        let closed = "[CQ:face]".repeat(100_000);
        assert!(segments(&closed).len() <= MAX_SEGMENTS);
    }

    proptest! {
        #[test]
        fn escaping_is_undone_exactly(plain in ".*") {
            let coded = escape(&plain);
            let read = unescape(&coded);
            prop_assert_eq!(read.as_ref(), plain.as_str());
            let read = segments(&coded);
            prop_assert_eq!(read.len(), usize::from(!plain.is_empty()));
        }

        #[test]
        fn reading_never_panics_and_loses_no_text(coded in "(\\[|\\]|CQ:|\\[CQ:|at|,|=|&|&#91;|amp;|你|\\PC)*") {
            let read = segments(&coded);
            let no_code = !coded.contains(OPENING);
            prop_assert!(!no_code || read.len() <= 1);
        }
    }
}
