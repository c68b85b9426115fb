//! Questions and answers in a text of headings and lines, whether it was HTML or Markdown.
//!
//! Two readings are tried: questions that say that they are (`summary`, `dt`, `Q:`), and headings with text under them. The one that
//! finds more is that of the page; sections that are written in the other way are read in theirs.

mod headings;

use super::{Parsed, SourcePosition, entry_cells, text_kind};
use crate::faq::{Versions, WrittenEntry};
use regex::{Captures, Regex};
use serde_json::Value;
use std::sync::LazyLock;

/// The kind of a piece of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line of text.
    #[default]
    Text,
    /// Lines that stand as they are.
    Verbatim,
    /// A heading of this level.
    Heading(u8),
    /// A question by its element.
    Question,
    /// The end of a question's answer.
    End,
    /// The rest of an entry, as JSON.
    Meta,
    /// The name of a picture that is a file beside the page.
    Lost,
}

/// A piece of text.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The line in which it begins.
    pub(super) line: usize,
    /// A blank line stands above it.
    pub(super) gap: bool,
    /// The addresses of its pictures.
    pub(super) pictures: Vec<String>,
}

/// The sign by which a text is a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sign {
    /// A heading.
    #[default]
    Heading,
    /// A mark at the beginning of a line.
    Mark,
    /// An element, which ends by another one.
    Element,
}

/// An entry that is being read.
#[derive(Debug, Default)]
struct Item {
    entry: WrittenEntry,
    line: usize,
    sign: Sign,
    /// The numbers of its pieces.
    pieces: Vec<usize>,
    /// Its answer has a mark.
    is_marked: bool,
    /// Its element ends.
    is_closed: bool,
    /// Questions of their own stand under it.
    has_pairs: bool,
}

impl Item {
    fn asks(question: String, line: usize, sign: Sign) -> Self {
        let mut item = Self {
            line,
            sign,
            ..Self::default()
        };
        item.entry.questions.push(question);
        item
    }

    fn is_element(&self) -> bool {
        self.sign == Sign::Element
    }

    /// Adds a piece to the last answer.
    fn add_piece(&mut self, piece: &Piece) {
        self.entry.pictures.extend(piece.pictures.iter().cloned());
        if piece.text.is_empty() {
            return;
        }
        match self.entry.answer.last_mut() {
            None => {
                let text = marked(&ANSWER, &piece.text).map_or_else(|| piece.text.clone(), |(_, text)| text);
                self.entry.answer.push((String::new(), text));
            }
            Some((_, answer)) => {
                if !answer.is_empty() {
                    answer.push_str(if piece.gap { "\n\n" } else { "\n" });
                }
                answer.push_str(&piece.text);
            }
        }
    }
}

type Pattern = LazyLock<Option<Regex>>;

static ASK: Pattern =
    LazyLock::new(|| Regex::new(r"^(?i:q|question|问题|提问|问)\s*\d{0,4}\s*()[:：]\s*(.*)$").ok());
static ANSWER: Pattern = LazyLock::new(|| {
    Regex::new(r"^(?i:a|answer|答案|回答|答复|答)\s*\d{0,4}\s*(?:\(([a-z, ]+)\))?\s*[:：]\s*(.*)$").ok()
});
static NUMBER: Pattern = LazyLock::new(|| {
    Regex::new(r"^(?:\d{1,3}[.、)）．]|[一二三四五六七八九十]{1,3}[、.．]|[（(]\d{1,3}[)）]|(?i:q)\d{1,3}[.、．])()\s*([^\d\s].*)$").ok()
});

/// Returns what stands in the brackets of a mark, and the text behind it.
fn marked(pattern: &Pattern, text: &str) -> Option<(String, String)> {
    let found: Captures<'_> = pattern.as_ref()?.captures(text)?;
    let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
    Some((
        part(1).replace(", ", ".").replace(',', "."),
        part(2).trim().to_owned(),
    ))
}

/// A question without its number and mark.
fn question(text: &str) -> String {
    let text = text.trim().replace('\n', " ");
    let text = marked(&NUMBER, &text).map_or(text, |(_, text)| text);
    marked(&ASK, &text)
        .map_or_else(|| text.clone(), |(_, asked)| asked)
        .trim()
        .to_owned()
}

/// Reads pieces; `place` makes the place of a line.
pub(super) fn read(pieces: &[Piece], place: &dyn Fn(usize) -> SourcePosition, parsed: &mut Parsed) {
    for lost in pieces.iter().filter(|piece| piece.kind == Kind::Lost) {
        let name = &lost.text;
        parsed.notes.left_out(
            &place(lost.line),
            format!("the picture {name}: it has no address that begins with https://"),
            format!("图片 {name}：不是 https:// 开头的地址"),
        );
    }
    let mut pairs = explicit(pieces);
    let headed = headings::read(pieces, &[]);
    let takes_headings = headed.items.len() > pairs.len();
    if takes_headings {
        pairs.retain(|item| stands_alone(item, pieces, headed.top));
    }
    let mut taken = vec![false; pieces.len()];
    for at in pairs.iter().flat_map(|item| &item.pieces) {
        if let Some(is_taken) = taken.get_mut(*at) {
            *is_taken = true;
        }
    }
    let rest = headings::read(pieces, &taken);
    for passed in rest.passed {
        let (english, chinese) = passed.why();
        parsed.notes.left_out(&place(passed.line), english, chinese);
    }
    for item in rest.items {
        let is_entry = match takes_headings {
            true => !is_introduction(&item),
            false => is_section_of_its_own(&item, rest.top),
        };
        if is_entry {
            pairs.push(item);
            continue;
        }
        let text = item.entry.questions.concat();
        parsed.notes.left_out(
            &place(item.line),
            format!("the heading `{text}` with its text: the page marks its questions otherwise"),
            format!("标题「{text}」和它下面的文字：这一篇的问题用的是另一种写法"),
        );
    }
    pairs.sort_by_key(|item| item.pieces.first().copied());
    for Item { entry, line, .. } in pairs {
        parsed.found(entry, place(line));
    }
}

/// `true` if a question that says that it is one has an entry of its own on a page of headings; `top` is the page's own heading.
fn stands_alone(item: &Item, pieces: &[Piece], top: Option<usize>) -> bool {
    let has_answer = item.entry.answer.iter().any(|(_, text)| !text.is_empty());
    match item.sign {
        // The heading is read as such.
        Sign::Heading => false,
        Sign::Mark => has_answer && item.is_marked,
        Sign::Element => has_answer && ends(item, pieces) && !is_part(item, pieces, top),
    }
}

/// `false` if an element that nobody closed runs on over headings.
fn ends(item: &Item, pieces: &[Piece]) -> bool {
    let mut own = item.pieces.iter().filter_map(|at| pieces.get(*at));
    item.is_closed || !own.any(|piece| matches!(piece.kind, Kind::Heading(_)))
}

/// `true` if an element that asks nothing is a part of the page, as its contents are, or of the answer above it: `Windows` under "How to
/// install it?".
fn is_part(item: &Item, pieces: &[Piece], top: Option<usize>) -> bool {
    let mut questions = item.entry.questions.iter();
    if questions.any(|question| text_kind::asks(question)) {
        return false;
    }
    let first = item.pieces.first().copied().unwrap_or_default();
    let above = pieces.get(..first).unwrap_or_default();
    let heading = above
        .iter()
        .rposition(|piece| matches!(piece.kind, Kind::Heading(_)));
    let Some(at) = heading.filter(|at| Some(*at) != top) else {
        return true;
    };
    let [heading, said, ..] = above.get(at..).unwrap_or_default() else {
        return false;
    };
    text_kind::asks(&heading.text)
        && matches!(said.kind, Kind::Text | Kind::Verbatim)
        && !said.text.is_empty()
        && marked(&ASK, &said.text).is_none()
}

/// `true` if the text under a heading only says that questions follow.
fn is_introduction(item: &Item) -> bool {
    let mut texts = item.entry.answer.iter();
    item.has_pairs && texts.all(|(_, text)| text.trim_end().ends_with([':', '：']))
}

/// `true` if a heading asks on a page that marks its questions otherwise; `top` is the page's own heading.
fn is_section_of_its_own(item: &Item, top: Option<usize>) -> bool {
    let is_top = top.is_some() && item.pieces.first().copied() == top;
    let mut questions = item.entry.questions.iter();
    let asks = questions.any(|question| text_kind::surely_asks(question));
    !item.entry.id.is_empty() || asks && !item.has_pairs && !is_top
}

/// Pieces as one text, and the addresses of their pictures.
pub(super) fn plain(pieces: &[Piece]) -> (String, Vec<String>) {
    let mut item = Item::default();
    item.entry.answer.push(Default::default());
    let said = |piece: &&Piece| !matches!(piece.kind, Kind::Meta | Kind::Lost);
    for piece in pieces.iter().filter(said) {
        item.add_piece(piece);
    }
    let text = item.entry.answer.pop().map(|(_, text)| text).unwrap_or_default();
    (text, item.entry.pictures)
}

/// Questions that say that they are: by their element, or by `Q:`.
fn explicit(pieces: &[Piece]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut current: Option<Item> = None;
    // The number of items above the last heading.
    let mut before = 0;
    let mut last = Kind::Text;
    for (at, piece) in pieces.iter().enumerate() {
        match piece.kind {
            Kind::Question => match &mut current {
                // Several `dt` may share a `dd`.
                Some(item) if last == Kind::Question => item.entry.questions.push(question(&piece.text)),
                _ => {
                    let next = Item::asks(question(&piece.text), piece.line, Sign::Element);
                    items.extend(current.replace(next));
                }
            },
            Kind::Lost => continue,
            Kind::End => {
                if let Some(item) = &mut current {
                    item.is_closed = true;
                }
                items.extend(current.take());
            }
            Kind::Meta => {
                let above = items.get_mut(before..).and_then(<[Item]>::last_mut);
                match (&mut current, above) {
                    (Some(item), _) => apply(&mut item.entry, &piece.text),
                    (None, Some(item)) => {
                        apply(&mut item.entry, &piece.text);
                        item.pieces.push(at);
                    }
                    (None, None) => {}
                }
            }
            Kind::Heading(_) => match &mut current {
                Some(item) if item.is_element() => item.add_piece(piece),
                _ => {
                    let asked = marked(&ASK, &piece.text);
                    let next = asked.map(|(_, asked)| Item::asks(asked, piece.line, Sign::Heading));
                    items.extend(std::mem::replace(&mut current, next));
                    before = items.len();
                }
            },
            Kind::Verbatim => {
                if let Some(item) = &mut current {
                    item.add_piece(piece);
                }
            }
            Kind::Text => {
                let in_element = current.as_ref().is_some_and(Item::is_element);
                let asks = marked(&ASK, &piece.text).filter(|_| !in_element);
                let says = marked(&ANSWER, &piece.text).filter(|_| !in_element);
                match (asks, says, &mut current) {
                    (Some((_, asked)), _, Some(item)) if item.entry.answer.is_empty() => {
                        item.entry.questions.push(asked);
                    }
                    (Some((_, asked)), _, _) => {
                        items.extend(current.replace(Item::asks(asked, piece.line, Sign::Mark)));
                    }
                    (None, Some((path, text)), Some(item))
                        if item.entry.answer.is_empty() || !path.is_empty() =>
                    {
                        item.is_marked = true;
                        item.entry.answer.push((path, text));
                        item.entry.pictures.extend(piece.pictures.iter().cloned());
                    }
                    (None, _, Some(item)) => item.add_piece(piece),
                    (None, _, None) => {}
                }
            }
        }
        if let Some(item) = &mut current {
            item.pieces.push(at);
        }
        last = piece.kind;
    }
    items.extend(current);
    // A mark without an answer is no mark.
    items.retain(|item| item.is_element() || !item.entry.answer.is_empty());
    items
}

/// Puts the rest of an entry, as `groupdesk export` wrote it, into the entry.
fn apply(entry: &mut WrittenEntry, meta: &str) {
    let Ok(Value::Object(cells)) = serde_json::from_str::<Value>(meta) else {
        return;
    };
    // What the text could not hold is here in its place.
    if cells.contains_key("questions") {
        entry.questions.clear();
    }
    if cells
        .keys()
        .any(|name| name == "answer" || name.starts_with("answer."))
    {
        entry.answer = Versions::new();
    }
    for (name, cell) in &cells {
        let column = entry_cells::column(name);
        match (column, cell) {
            (Some(entry_cells::Column::Questions), Value::Array(questions)) => {
                let questions = questions.iter().filter_map(Value::as_str);
                entry.questions.extend(questions.map(str::to_owned));
            }
            (Some(column), Value::String(cell)) => entry_cells::set(entry, &column, cell),
            _ => {}
        }
    }
}
