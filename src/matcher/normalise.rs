//! Raw message text to the one form that everything else in the matcher compares.
//!
//! Text goes through four steps, a file each: [`fold`] (compatibility forms, case, invisible characters,
//! traditional to simplified), [`notation`] (`5×8` in all its spellings), [`space`] (punctuation, repeated
//! characters, one rule for blanks) and [`edges`] (greetings and politeness at either end). The result is
//! stable: normalising it again changes nothing.

mod edges;
mod fold;
mod notation;
mod space;

use super::language::Language;

/// Characters of a message that are read; what follows is ignored, so that cost is bounded.
pub(crate) const MAX_CHARS: usize = 2_000;

/// A message in comparable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Normalised {
    /// Lower case, simplified, without punctuation; blanks only between words that need them.
    pub(crate) text: String,
    /// The writer marked it as a question: a question mark, or an opening such as "请问".
    pub(crate) asked: bool,
}

/// Normalises `raw`. Text without a letter or digit becomes empty.
pub(crate) fn normalise(raw: &str, language: &Language) -> Normalised {
    let mut chars = fold::fold(raw, language);
    let mut asked = chars.iter().any(|&c| c == '?');
    notation::rewrite(&mut chars);
    let text = space::join(&chars);
    let text = edges::strip(text, &mut asked);
    Normalised { text, asked }
}

/// Whether `c` belongs to a script written without blanks between words.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
