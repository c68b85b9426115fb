//! Markdown: made HTML by pulldown-cmark, and read as such, with the lines of the text.

use super::blocks::{self, Kind, Piece};
use super::{Parsed, SourcePosition, Unit, html};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag};

/// The first line of the front matter in which `groupdesk export` keeps all but the entries.
pub(super) const HEAD: &str = "groupdesk: |";

/// Reads a text.
pub(super) fn read(name: &str, text: &str, parsed: &mut Parsed) {
    let place = |number: usize| SourcePosition {
        file: name.to_owned(),
        unit: Unit::Line,
        number,
    };
    let (head, body, above) = front_matter(text);
    if !head.is_empty() {
        parsed.head = head;
    }
    let mut pieces = pieces(body);
    for piece in &mut pieces {
        piece.line += above;
    }
    blocks::read(&pieces, &place, parsed);
}

/// A text that is one answer without its marks, and the addresses of its pictures.
pub(super) fn plain(text: &str) -> (String, Vec<String>) {
    blocks::plain(&pieces(text))
}

/// The entries of a text that has no front matter.
pub(super) fn entries(text: &str) -> Vec<crate::faq::WrittenEntry> {
    let mut parsed = Parsed::default();
    read("", text, &mut parsed);
    parsed.found.into_iter().map(|found| found.entry).collect()
}

fn pieces(text: &str) -> Vec<Piece> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let line_of = |offset: usize| starts.partition_point(|start| *start <= offset);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options)
        .into_offset_iter()
        .flat_map(|(event, range)| {
            let line = match &event {
                Event::Start(
                    Tag::Heading { .. } | Tag::Paragraph | Tag::HtmlBlock | Tag::Item | Tag::CodeBlock(_),
                ) => {
                    let comment = format!("<!--{}{}-->", html::LINE, line_of(range.start));
                    Some(Event::Html(CowStr::from(comment)))
                }
                _ => None,
            };
            // Who writes a line in a chat means a line.
            let event = match event {
                Event::SoftBreak => Event::HardBreak,
                event => event,
            };
            line.into_iter().chain([event])
        });
    let mut page = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut page, events);
    let mut pieces = html::pieces(&page, true);
    for piece in &mut pieces {
        // `**问：**如何` is bold to who writes it, and not to CommonMark.
        if !matches!(piece.kind, Kind::Verbatim | Kind::Meta) && piece.text.contains("**") {
            piece.text = piece.text.replace("**", "");
        }
    }
    pieces
}

/// All but the entries, where the text begins with it; what follows the front matter; and how many lines that has.
fn front_matter(text: &str) -> (String, &str, usize) {
    let is_front = text.starts_with("---\n") || text.starts_with("---\r\n");
    let end = text.lines().skip(1).position(|line| line.trim_end() == "---");
    let (true, Some(end)) = (is_front, end) else {
        return (String::new(), text, 0);
    };
    let above = end + 2;
    let lines: Vec<&str> = text.lines().skip(1).take(end).collect();
    let body = text.match_indices('\n').nth(above - 1);
    let body = body.and_then(|(at, _)| text.get(at + 1..)).unwrap_or_default();
    let mut head = String::new();
    if lines.first().is_some_and(|line| line.trim_end() == HEAD) {
        for line in lines.get(1..).unwrap_or_default() {
            head.push_str(line.strip_prefix("  ").unwrap_or(line));
            head.push('\n');
        }
    }
    (head, body, above)
}
