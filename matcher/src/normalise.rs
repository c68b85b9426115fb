//! Brings a raw message to the one form that everything else in the matcher compares.
//!
//! Text goes through four steps, a file each: [`fold`] (compatibility forms, case, invisible characters,
//! traditional to simplified), [`notation`] (`5×8` in all its spellings), [`space`] (punctuation, repeated
//! characters, one rule for blanks) and [`edges`] (greetings and politeness at either end). The result is
//! stable: normalising it again changes nothing.

mod edges;
mod fold;
mod notation;
mod space;

use super::language::Dictionaries;

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

/// Rounds after which rare characters that keep opening new compositions are left as they are.
const ROUNDS: usize = 4;

/// Normalises `raw`. Text without a letter or digit becomes empty.
pub(crate) fn normalise(raw: &str, language: &Dictionaries) -> Normalised {
    let mut asked = false;
    let mut text = once(raw, &mut asked, language);
    for _ in 1..ROUNDS {
        // Dropping a character can bring two others together that compose or mean something as a pair. Plain letters,
        // which nearly all messages end as, don't.
        if text
            .chars()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | ' ' | '\u{4e00}'..='\u{9fff}'))
        {
            break;
        }
        let again = once(&text, &mut asked, language);
        if again == text {
            break;
        }
        text = again;
    }
    Normalised { text, asked }
}

fn once(raw: &str, asked: &mut bool, language: &Dictionaries) -> String {
    let mut chars = fold::fold(raw, language);
    *asked |= chars.contains(&'?');
    notation::rewrite(&mut chars);
    let text = edges::strip(space::join(&chars), asked);
    if !notation::is_near(&text) {
        return text;
    }
    // Signs between or right behind the two numbers may be gone now.
    chars = text.chars().collect();
    notation::rewrite(&mut chars);
    space::join(&chars)
}

/// Returns `true` if `c` belongs to a script written without blanks between words.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
