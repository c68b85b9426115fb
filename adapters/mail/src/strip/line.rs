//! A line of a mail, with its text apart from its quoting marks.

use super::Context;
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// As it stands.
    pub(super) raw: &'a str,
    /// Without the marks of quoting and the space around.
    pub(super) bare: &'a str,
    /// The number of quoting marks.
    pub(super) depth: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let mut depth = 0;
        let mut bare = raw.trim();
        while let Some(rest) = bare.strip_prefix(['>', '＞']) {
            depth += 1;
            bare = rest.trim_start();
        }
        Self { raw, bare, depth }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.bare.is_empty()
    }
}

/// Returns the lines before the one at `at`; all of them if there are fewer.
pub(super) fn before<'l, 'a>(lines: &'l [Line<'a>], at: usize) -> &'l [Line<'a>] {
    lines.get(..at).unwrap_or(lines)
}

/// Returns the lines from the one at `at` on; none if there are fewer.
pub(super) fn from<'l, 'a>(lines: &'l [Line<'a>], at: usize) -> &'l [Line<'a>] {
    lines.get(at..).unwrap_or_default()
}

/// Returns the lines from the one at `start` on and before the one at `end`; none if `start` is not before `end`.
pub(super) fn between<'l, 'a>(lines: &'l [Line<'a>], start: usize, end: usize) -> &'l [Line<'a>] {
    from(before(lines, end), start)
}

/// A text with one kind of line end, one kind of space, and without what nobody sees.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    const UNSEEN: [char; 8] = [
        '\u{200b}', '\u{200e}', '\u{200f}', '\u{feff}', '\u{2060}', '\u{ad}', '\u{202a}', '\u{202c}',
    ];
    if !text.contains(['\r', '\u{a0}']) && !text.contains(UNSEEN) {
        return Cow::Borrowed(text);
    }
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\u{a0}', " ");
    Cow::Owned(text.replace(UNSEEN, ""))
}

/// True for a line that names our address or a ticket, and so one of our mails.
pub(super) fn names_us(text: &str, context: &Context<'_>) -> bool {
    (!context.us.is_empty() && text.to_lowercase().contains(context.us)) || text.contains("[#")
}

/// Counts the digits of a text.
pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// True if a mail address is in the text.
pub(super) fn has_address(text: &str) -> bool {
    let parts = text.split('@');
    parts.clone().zip(parts.skip(1)).any(|(before, behind)| {
        before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'))
            && behind.starts_with(|c: char| c.is_alphanumeric())
    })
}
