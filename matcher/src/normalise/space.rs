//! Punctuation out, one rule for blanks, shouting squashed.

use super::is_wide;

/// The longest run of one character that is kept: "哈哈哈哈" and "hellooooo" are cut to this.
const REPEATS: usize = 2;

/// Joins the letters and digits of `chars`. A blank stands only between two words of a script that needs it.
pub(super) fn join(chars: &[char]) -> String {
    let mut out = String::with_capacity(chars.len() * 3);
    let (mut last, mut run, mut gap) = (None::<char>, 0, false);
    for (i, &c) in chars.iter().enumerate() {
        if !is_kept(chars, i, c) {
            // "don't" and "dont" are one word.
            let inside = last.is_some_and(|l| l.is_ascii_lowercase())
                && chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
            gap |= !(matches!(c, '\'' | '’') && inside);
            continue;
        }
        // Between two wide characters a blank vanishes, so that a run goes on over it.
        run = if last == Some(c) && (!gap || is_wide(c)) {
            run + 1
        } else {
            1
        };
        if run > REPEATS && !c.is_ascii_digit() {
            continue;
        }
        if gap && last.is_some_and(|l| !is_wide(l)) && !is_wide(c) {
            out.push(' ');
        }
        out.push(c);
        last = Some(c);
        gap = false;
    }
    out
}

fn is_kept(chars: &[char], i: usize, c: char) -> bool {
    if c.is_ascii_alphanumeric() || is_wide(c) {
        return true;
    }
    let before = i
        .checked_sub(1)
        .and_then(|p| chars.get(p))
        .copied()
        .unwrap_or(' ');
    let after = chars.get(i + 1).copied().unwrap_or(' ');
    match c {
        // "3.5", "example.com"
        '.' => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
        // "c++", "c#"
        '+' | '#' => {
            let start = if before == c {
                i.checked_sub(2)
                    .and_then(|p| chars.get(p))
                    .copied()
                    .unwrap_or(' ')
            } else {
                before
            };
            start.is_ascii_lowercase() && !after.is_ascii_alphanumeric()
        }
        _ => !c.is_ascii() && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)),
    }
}
