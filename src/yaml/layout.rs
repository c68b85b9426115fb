//! Finds the texts and the comments of a file byte for byte, so that an edit changes the one and keeps the other.

use super::flow::end_of_quotes;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;
use std::ops::Range;

/// A text, number or word of a file, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarSpan {
    /// Bytes of it, with its quotes; of a text over several lines those below its header, without the end of the last line.
    pub bytes: Range<usize>,
    /// Bytes of its header, such as `|-`, where it has one.
    pub header: Option<Range<usize>>,
    /// `true` in brackets or braces.
    pub in_brackets: bool,
}

impl ScalarSpan {
    /// Returns the first byte of it, or of its header.
    pub fn start(&self) -> usize {
        self.header
            .as_ref()
            .map_or(self.bytes.start, |header| header.start)
    }
}

/// Places of a file's texts and comments.
#[derive(Debug, Default)]
pub struct Layout {
    /// Texts by line and column (from 1), as [`Document::position`](super::Document::position) tells them.
    texts: HashMap<(usize, usize), ScalarSpan>,
    /// Bytes of the comments, in the file's order.
    comments: Vec<Range<usize>>,
}

impl Layout {
    /// Looks through a text; `None` where it is no YAML.
    pub fn of(text: &str) -> Option<Self> {
        // The parser counts characters.
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.push(text.len());
        let mut texts = HashMap::new();
        let mut open: Vec<bool> = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, span) = event.ok()?;
            let at = *starts.get(span.start.index())?;
            let behind = text.get(at..)?;
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => {
                    let within = open.last().is_some_and(|in_brackets| *in_brackets);
                    open.push(within || behind.starts_with(['[', '{']));
                }
                Event::SequenceEnd | Event::MappingEnd => drop(open.pop()),
                Event::Scalar(_, style, ..) => {
                    let (bytes, header) = match style {
                        ScalarStyle::Plain => (at..*starts.get(span.end.index())?, None),
                        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                            (at..at + end_of_quotes(behind)?, None)
                        }
                        ScalarStyle::Literal | ScalarStyle::Folded => block(text, at)?,
                    };
                    let standing = ScalarSpan {
                        bytes,
                        header,
                        in_brackets: open.last().is_some_and(|in_brackets| *in_brackets),
                    };
                    texts.insert((span.start.line(), span.start.col() + 1), standing);
                }
                _ => {}
            }
        }
        let mut inside: Vec<Range<usize>> =
            texts.values().map(|one: &ScalarSpan| one.bytes.clone()).collect();
        inside.sort_by_key(|bytes| bytes.start);
        Some(Self {
            comments: comments(text, &inside),
            texts,
        })
    }

    /// Returns the text at a line and column (from 1).
    pub fn text_at(&self, place: (usize, usize)) -> Option<&ScalarSpan> {
        self.texts.get(&place)
    }

    /// Returns the comments that begin in some bytes of the text.
    pub fn comments_in<'a>(&'a self, text: &'a str, bytes: Range<usize>) -> impl Iterator<Item = &'a str> {
        let within = self
            .comments
            .iter()
            .filter(move |comment| bytes.contains(&comment.start));
        within.filter_map(|comment| text.get(comment.clone()))
    }
}

/// Returns the comments of a text in their order; none where it is no YAML.
pub fn comments_of(text: &str) -> Vec<String> {
    let layout = Layout::of(text).unwrap_or_default();
    layout
        .comments_in(text, 0..text.len())
        .map(str::to_owned)
        .collect()
}

/// Returns the bytes of a text over several lines and those of its header. `at` is its first character.
fn block(text: &str, at: usize) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let first = text.get(..at)?.rfind('\n')? + 1;
    let depth = at - first;
    let mut end = first;
    let mut seen = first;
    for line in text.get(first..)?.split_inclusive('\n') {
        let plain = line.trim_end_matches(['\r', '\n']);
        let is_blank = plain.trim().is_empty();
        if !is_blank && plain.len() - plain.trim_start_matches(' ').len() < depth {
            break;
        }
        if !is_blank {
            end = seen + plain.len();
        }
        seen += line.len();
    }
    let above = text.get(..first)?.trim_end();
    let line = above.rfind('\n').map_or(0, |at| at + 1);
    let header = above.get(line..)?;
    let sign = header.match_indices([' ', '\t']).find_map(|(space, _)| {
        let from = space + 1;
        let rest = header.get(from..)?.strip_prefix(['|', '>'])?;
        let is_sign = |c: char| matches!(c, '+' | '-' | '1'..='9');
        let signs = rest.len() - rest.trim_start_matches(is_sign).len();
        let tail = rest.get(signs..)?;
        (tail.trim().is_empty() || tail.trim_start().starts_with('#'))
            .then_some(line + from..line + from + 1 + signs)
    })?;
    Some((first..end, Some(sign)))
}

/// Returns the bytes of the comments of a text, of which some bytes are inside of texts.
fn comments(text: &str, inside: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut inside = inside.iter().peekable();
    let mut space = true;
    for (at, c) in text.char_indices() {
        while inside.peek().is_some_and(|bytes| bytes.end <= at) {
            let _ = inside.next();
        }
        let is_inside = inside.peek().is_some_and(|bytes| bytes.start <= at);
        let is_in_comment = found.last().is_some_and(|comment| at < comment.end);
        if c == '#' && space && !is_inside && !is_in_comment {
            let rest = text.get(at..).unwrap_or_default();
            let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
            found.push(at..at + end);
        }
        space = c.is_whitespace();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_texts_in_every_style_and_texts_have_their_bytes() {
        let text = "# top\r\na: 八点  # note\nb: \"x # \\\" y\" # n2\nc: |-  # head\n  行一\n  # no\n\n # less\nd: [甲, 'it''s # no', \"d\"] # t\ne:\n  - foo#no\n    bar # z\n  - >\n    fold\n\n  # own\n  - q\n";
        assert_eq!(
            comments_of(text),
            [
                "# top", "# note", "# n2", "# head", "# less", "# t", "# z", "# own"
            ]
        );
        let layout = Layout::of(text).unwrap();
        let mut texts: Vec<&str> = Vec::new();
        for place in [(2, 4), (3, 4), (9, 5), (9, 8), (11, 5), (14, 5)] {
            texts.push(&text[layout.text_at(place).unwrap().bytes.clone()]);
        }
        assert_eq!(
            texts,
            [
                "八点",
                "\"x # \\\" y\"",
                "甲",
                "'it''s # no'",
                "foo#no\n    bar",
                "    fold"
            ]
        );
        let block = layout.text_at((5, 3)).unwrap();
        assert_eq!(&text[block.header.clone().unwrap()], "|-");
        assert_eq!(&text[block.bytes.clone()], "  行一\n  # no");
        assert!(layout.text_at((9, 5)).unwrap().in_brackets && !block.in_brackets);
    }
}
