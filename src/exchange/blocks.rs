//! Questions and answers in a text of headings and lines, whether it was HTML or Markdown.
//!
//! Two readings are tried: questions that say that they are (`summary`, `dt`, `Q:`), and headings with text under them. The one that
//! finds more is taken.

use super::flat;
use super::{Parsed, Place};
use crate::faq::{Versions, Written};
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

/// An entry that is being read.
#[derive(Debug, Default)]
struct Item {
    entry: Written,
    line: usize,
    /// The element that asked ends by another one.
    is_element: bool,
}

impl Item {
    fn asks(question: String, line: usize, is_element: bool) -> Self {
        let mut item = Self {
            line,
            is_element,
            ..Self::default()
        };
        item.entry.questions.push(question);
        item
    }

    /// Adds a piece to the last answer.
    fn says(&mut self, piece: &Piece) {
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
pub(super) fn read(pieces: &[Piece], place: &dyn Fn(usize) -> Place, parsed: &mut Parsed) {
    for lost in pieces.iter().filter(|piece| piece.kind == Kind::Lost) {
        let name = &lost.text;
        parsed.notes.left_out(
            &place(lost.line),
            format!("the picture {name}: it has no address that begins with https://"),
            format!("图片 {name}：不是 https:// 开头的地址"),
        );
    }
    let explicit = explicit(pieces);
    let (headed, passed) = headed(pieces);
    let takes_headings = headed.len() > explicit.len();
    let items = if takes_headings { headed } else { explicit };
    if takes_headings {
        for passed in passed {
            let text = passed.text;
            let (english, chinese) = match passed.is_title {
                true => (
                    format!("`{text}` is the title of the page, not a question"),
                    format!("「{text}」是整篇的标题，没有当成问题"),
                ),
                false => (
                    format!("there is no text under `{text}`"),
                    format!("「{text}」下面没有内容"),
                ),
            };
            parsed.notes.left_out(&place(passed.line), english, chinese);
        }
    } else {
        for (line, text) in headings_with_text(pieces) {
            parsed.notes.left_out(
                &place(line),
                format!("the heading `{text}` with its text: the page marks its questions otherwise"),
                format!("标题「{text}」和它下面的文字：这一篇的问题用的是另一种写法"),
            );
        }
    }
    for Item { entry, line, .. } in items {
        parsed.found(entry, place(line));
    }
}

/// Pieces as one text, and the addresses of their pictures.
pub(super) fn plain(pieces: &[Piece]) -> (String, Vec<String>) {
    let mut item = Item::default();
    item.entry.answer.push(Default::default());
    let said = |piece: &&Piece| !matches!(piece.kind, Kind::Meta | Kind::Lost);
    for piece in pieces.iter().filter(said) {
        item.says(piece);
    }
    let text = item.entry.answer.pop().map(|(_, text)| text).unwrap_or_default();
    (text, item.entry.pictures)
}

/// Questions that say that they are: by their element, or by `Q:`.
fn explicit(pieces: &[Piece]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut current: Option<Item> = None;
    let mut last = Kind::Text;
    for piece in pieces {
        match piece.kind {
            Kind::Question => match &mut current {
                // Several `dt` may share a `dd`.
                Some(item) if last == Kind::Question => item.entry.questions.push(question(&piece.text)),
                _ => items.extend(current.replace(Item::asks(question(&piece.text), piece.line, true))),
            },
            Kind::Lost => continue,
            Kind::End => items.extend(current.take()),
            Kind::Meta => {
                if let Some(item) = current.as_mut().or(items.last_mut()) {
                    apply(&mut item.entry, &piece.text);
                }
            }
            Kind::Heading(_) => match &mut current {
                Some(item) if item.is_element => item.says(piece),
                _ => {
                    let asked = marked(&ASK, &piece.text);
                    let next = asked.map(|(_, asked)| Item::asks(asked, piece.line, false));
                    items.extend(std::mem::replace(&mut current, next));
                }
            },
            Kind::Verbatim => {
                if let Some(item) = &mut current {
                    item.says(piece);
                }
            }
            Kind::Text => {
                let in_element = current.as_ref().is_some_and(|item| item.is_element);
                let asks = marked(&ASK, &piece.text).filter(|_| !in_element);
                let says = marked(&ANSWER, &piece.text).filter(|_| !in_element);
                match (asks, says, &mut current) {
                    (Some((_, asked)), _, Some(item)) if item.entry.answer.is_empty() => {
                        item.entry.questions.push(asked);
                    }
                    (Some((_, asked)), _, _) => {
                        items.extend(current.replace(Item::asks(asked, piece.line, false)));
                    }
                    (None, Some((path, text)), Some(item))
                        if item.entry.answer.is_empty() || !path.is_empty() =>
                    {
                        item.entry.answer.push((path, text));
                        item.entry.pictures.extend(piece.pictures.iter().cloned());
                    }
                    (None, _, Some(item)) => item.says(piece),
                    (None, _, None) => {}
                }
            }
        }
        last = piece.kind;
    }
    items.extend(current);
    // A mark without an answer is no mark.
    items.retain(|item| item.is_element || !item.entry.answer.is_empty());
    items
}

/// A heading that is no entry.
#[derive(Debug)]
struct Passed {
    line: usize,
    text: String,
    /// It is the title of the page, and has text under it; else it has none.
    is_title: bool,
}

/// Headings with text under them, and those that are no entries.
fn headed(pieces: &[Piece]) -> (Vec<Item>, Vec<Passed>) {
    let is_heading = |piece: &Piece| matches!(piece.kind, Kind::Heading(_));
    let headings = pieces.iter().filter(|piece| is_heading(piece));
    let levels: Vec<Kind> = headings.map(|piece| piece.kind).collect();
    // One heading above all others is the page's own, unless it asks.
    let title = levels.first().filter(|first| {
        levels.len() > 1
            && levels.iter().filter(|kind| kind == first).count() == 1
            && levels.iter().all(|kind| level(*kind) >= level(**first))
    });
    let title = title
        .and_then(|_| pieces.iter().position(is_heading))
        .filter(|at| pieces.get(*at).is_some_and(|piece| !asks(&piece.text)));
    let mut items: Vec<Item> = Vec::new();
    let mut passed = Vec::new();
    let mut current: Option<(u8, Item, bool)> = None;
    // `next` is the level of the heading that follows.
    let mut finish = |current: &mut Option<(u8, Item, bool)>, next: u8| {
        let Some((own, item, is_title)) = current.take() else {
            return;
        };
        let has_text = item.entry.answer.iter().any(|(_, text)| !text.is_empty());
        if has_text && !is_title {
            items.push(item);
        } else if has_text || next <= own {
            passed.push(Passed {
                line: item.line,
                text: item.entry.questions.concat(),
                is_title: has_text,
            });
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        match (piece.kind, &mut current) {
            (Kind::Heading(own), Some((above, item, _)))
                if own > *above
                    && !item.entry.answer.is_empty()
                    && item.entry.questions.iter().any(|question| asks(question))
                    && !asks(&piece.text) =>
            {
                item.says(piece);
            }
            (Kind::Heading(own), _) => {
                finish(&mut current, own);
                let item = Item::asks(question(&piece.text), piece.line, false);
                current = Some((own, item, Some(at) == title));
            }
            (Kind::Meta, Some((_, item, _))) => apply(&mut item.entry, &piece.text),
            (Kind::Text | Kind::Verbatim | Kind::Question, Some((_, item, _))) => item.says(piece),
            _ => {}
        }
    }
    finish(&mut current, 0);
    (items, passed)
}

fn level(kind: Kind) -> u8 {
    match kind {
        Kind::Heading(level) => level,
        _ => u8::MAX,
    }
}

/// Headings that have text before the next question or heading, with their lines.
fn headings_with_text(pieces: &[Piece]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for pair in pieces.windows(2) {
        if let [heading, next] = pair
            && matches!(heading.kind, Kind::Heading(_))
            && matches!(next.kind, Kind::Text | Kind::Verbatim)
            && marked(&ASK, &heading.text).is_none()
            && marked(&ASK, &next.text).is_none()
            && !next.text.is_empty()
        {
            found.push((heading.line, heading.text.clone()));
        }
    }
    found
}

/// `true` if a heading is put as a question.
fn asks(text: &str) -> bool {
    const ASKING: [&str; 16] = [
        "怎么",
        "怎样",
        "如何",
        "为什么",
        "什么",
        "哪",
        "多少",
        "能不能",
        "是否",
        "可以",
        "how ",
        "what ",
        "why ",
        "where ",
        "when ",
        "can ",
    ];
    let lower = text.to_lowercase();
    lower.ends_with(['?', '？', '吗', '呢', '么']) || ASKING.iter().any(|word| lower.contains(word))
}

/// Puts the rest of an entry, as `groupdesk export` wrote it, into the entry.
fn apply(entry: &mut Written, meta: &str) {
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
        let column = flat::column(name);
        match (column, cell) {
            (Some(flat::Column::Questions), Value::Array(questions)) => {
                let questions = questions.iter().filter_map(Value::as_str);
                entry.questions.extend(questions.map(str::to_owned));
            }
            (Some(column), Value::String(cell)) => flat::set(entry, &column, cell),
            _ => {}
        }
    }
}
