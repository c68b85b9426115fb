//! Compatibility forms, case, invisible characters, stickers in brackets, traditional to simplified.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::language::Dictionaries;
use super::{MAX_CHARS, is_wide};

/// A simplified form may have a simplified form of its own ("薴", "苧", "苎").
const MOST_CONVERSIONS: usize = 3;
/// Longest sticker name between brackets ("[捂脸]", "[Smile]") that is taken for a picture, not for words.
const STICKER_CHARS: usize = 8;

/// The characters of `raw` that carry meaning, folded; at most [`MAX_CHARS`].
pub(super) fn fold(raw: &str, language: &Dictionaries) -> Vec<char> {
    let mut out = Vec::with_capacity(raw.len().min(MAX_CHARS));
    let mut odd = false;
    for c in raw.chars().take(MAX_CHARS) {
        match c {
            'a'..='z' | '0'..='9' | ' '..='@' | '\u{4e00}'..='\u{9fff}' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => out.push(' '),
            '\u{ff01}'..='\u{ff5e}' => {
                let half = char::from_u32(c as u32 - 0xfee0).unwrap_or(' ');
                out.push(half.to_ascii_lowercase());
            }
            _ => {
                odd |= !c.is_ascii();
                out.push(c);
            }
        }
    }
    if odd {
        // Lower case can open a composition and the other way round: composed again after lowering.
        let lowered: String = out
            .iter()
            .copied()
            .nfkc()
            .flat_map(char::to_lowercase)
            .take(MAX_CHARS)
            .collect();
        out = lowered
            .nfkc()
            .flat_map(char::to_lowercase)
            .take(MAX_CHARS)
            .collect();
    }
    drop_invisible(&mut out);
    drop_stickers(&mut out);
    for _ in 0..MOST_CONVERSIONS {
        if !out.iter().any(|&c| language.is_traditional(c)) {
            break;
        }
        let text: String = out.iter().collect();
        out = language.simplify(&text).chars().take(MAX_CHARS).collect();
    }
    out
}

/// Drops what is not seen, and all but the first of the marks piled upon a letter.
fn drop_invisible(chars: &mut Vec<char>) {
    let mut marks = 0;
    chars.retain_mut(|c| {
        if c.is_ascii() {
            marks = 0;
            if c.is_ascii_control() {
                *c = ' ';
            }
            return true;
        }
        if is_invisible(*c) {
            return false;
        }
        marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
        marks <= 1
    });
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
        | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_ascii())
}

/// Blanks "[捂脸]": a short word alone between brackets is how chat clients write a sticker or a picture.
fn drop_stickers(chars: &mut [char]) {
    let mut i = 0;
    while i < chars.len() {
        if chars[i] == '[' {
            let inner = chars[i + 1..]
                .iter()
                .take(STICKER_CHARS + 1)
                .position(|&c| c == ']')
                .filter(|&n| {
                    n > 0
                        && chars[i + 1..=i + n]
                            .iter()
                            .all(|&c| is_wide(c) || c.is_alphabetic())
                });
            if let Some(n) = inner {
                chars[i..=i + n + 1].fill(' ');
                i += n + 1;
            }
        }
        i += 1;
    }
}
