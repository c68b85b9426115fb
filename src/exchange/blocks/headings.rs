//! Headings with the text under them, as questions with their answers.

use super::super::text_kind::asks;
use super::{Item, Kind, Piece, Sign, apply, question};

/// The headings of a page.
#[derive(Debug, Default)]
pub(super) struct Headed {
    /// Headings with text under them.
    pub(super) items: Vec<Item>,
    /// All that is in no item.
    pub(super) passed: Vec<Passed>,
    /// The number of the piece that is the one heading above all others.
    pub(super) top: Option<usize>,
}

/// A text that is in no item.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) line: usize,
    text: String,
    kind: PassedKind,
}

#[derive(Debug)]
enum PassedKind {
    /// The title of the page, with text under it.
    Title,
    /// A heading without text under it.
    Bare,
    /// A text above all headings.
    Loose,
}

impl Passed {
    /// The reason why it is in no item, in English and Chinese.
    pub(super) fn why(&self) -> (String, String) {
        let text = &self.text;
        match self.kind {
            PassedKind::Title => (
                format!("`{text}` is the title of the page, not a question"),
                format!("「{text}」是整篇的标题，没有当成问题"),
            ),
            PassedKind::Bare => (
                format!("there is no text under `{text}`"),
                format!("「{text}」下面没有内容"),
            ),
            PassedKind::Loose => (
                format!("the text that begins with `{text}`: it answers no question"),
                format!("「{text}」开头的文字：不是哪个问题的答案"),
            ),
        }
    }
}

/// The most characters told of a text that is left out.
const LOOSE_CHARS_MAX: usize = 30;

/// A heading under which the reader is.
#[derive(Debug)]
struct Open {
    level: u8,
    item: Item,
    is_title: bool,
}

impl Open {
    /// `true` if a heading of this level and text belongs to the answer.
    fn goes_on(&self, level: u8, text: &str) -> bool {
        let entry = &self.item.entry;
        level > self.level
            && !entry.answer.is_empty()
            && entry.questions.iter().any(|question| asks(question))
            && !asks(text)
    }
}

impl Headed {
    /// Ends a heading; `next` is the level of the one that follows.
    fn finish(&mut self, open: Option<Open>, next: u8) {
        let Some(Open {
            level,
            item,
            is_title,
        }) = open
        else {
            return;
        };
        let has_text = item.entry.answer.iter().any(|(_, text)| !text.is_empty());
        let kind = match (has_text, is_title) {
            (true, false) => return self.items.push(item),
            (true, true) => PassedKind::Title,
            // Its questions, or the headings below it, are read.
            (false, _) if item.has_pairs || next > level => return,
            (false, _) => PassedKind::Bare,
        };
        self.passed.push(Passed {
            line: item.line,
            text: item.entry.questions.concat(),
            kind,
        });
    }
}

/// Reads headings. Pieces that are `taken` belong to questions of their own.
pub(super) fn read(pieces: &[Piece], taken: &[bool]) -> Headed {
    let is_taken = |at: usize| taken.get(at).copied().unwrap_or(false);
    let top = top(pieces, &is_taken);
    let title = top.filter(|at| pieces.get(*at).is_some_and(|piece| !asks(&piece.text)));
    let mut headed = Headed {
        top,
        ..Headed::default()
    };
    let mut current: Option<Open> = None;
    let mut is_loose = false;
    for (at, piece) in pieces.iter().enumerate() {
        if is_taken(at) {
            is_loose = false;
            if let Some(open) = &mut current {
                open.item.has_pairs = true;
            }
            continue;
        }
        match (piece.kind, &mut current) {
            (Kind::Heading(level), Some(open)) if open.goes_on(level, &piece.text) => {
                open.item.add_piece(piece)
            }
            (Kind::Heading(level), _) => {
                headed.finish(current.take(), level);
                let mut item = Item::asks(question(&piece.text), piece.line, Sign::Heading);
                item.pieces.push(at);
                current = Some(Open {
                    level,
                    item,
                    is_title: Some(at) == title,
                });
            }
            (Kind::Meta, Some(open)) => apply(&mut open.item.entry, &piece.text),
            (Kind::Text | Kind::Verbatim | Kind::Question, Some(open)) => open.item.add_piece(piece),
            (Kind::Text | Kind::Verbatim | Kind::Question, None) if !piece.text.is_empty() && !is_loose => {
                is_loose = true;
                let text = piece.text.lines().next().unwrap_or_default();
                headed.passed.push(Passed {
                    line: piece.line,
                    text: text.chars().take(LOOSE_CHARS_MAX).collect(),
                    kind: PassedKind::Loose,
                });
            }
            _ => {}
        }
    }
    headed.finish(current, 0);
    headed
}

/// Returns the one heading above all others, which is the page's own.
fn top(pieces: &[Piece], is_taken: &dyn Fn(usize) -> bool) -> Option<usize> {
    let mut levels: Vec<(usize, u8)> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if let Kind::Heading(level) = piece.kind
            && !is_taken(at)
        {
            levels.push((at, level));
        }
    }
    let (first, below) = levels.split_first()?;
    let is_above = !below.is_empty() && below.iter().all(|(_, level)| *level > first.1);
    is_above.then_some(first.0)
}
