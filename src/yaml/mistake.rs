//! A possible mistake in a line.

/// A possible mistake, and the corrected lines.
#[derive(Debug, Clone)]
pub(super) struct Mistake {
    /// The line, from 0.
    pub(super) line: usize,
    /// The column, from 1.
    pub(super) column: usize,
    pub(super) english: String,
    pub(super) chinese: String,
    /// The lines (from 0) to replace, with their new text.
    pub(super) change: Vec<(usize, String)>,
    /// `true` if the changed line is worth showing: it is short, and one.
    pub(super) show: bool,
    /// The correction to show, if it is more than the changed line.
    pub(super) typed: Vec<String>,
}

pub(super) fn mistake(
    (line, column): (usize, usize),
    english: impl Into<String>,
    chinese: impl Into<String>,
    new: String,
) -> Mistake {
    Mistake {
        line,
        column,
        english: english.into(),
        chinese: chinese.into(),
        change: vec![(line, new)],
        show: true,
        typed: Vec::new(),
    }
}
