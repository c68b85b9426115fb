//! `{ zh：您好 }` and `{zh:您好}`: a key that swallowed its value, because the colon is a full-width one or has no space behind it.

use super::line::is_space;
use super::{Problem, mask_secrets};

/// The longest line that is shown as a correction, in characters.
const SHOWN_CHARS_MAX: usize = 120;

/// Makes an error about a plain key between braces that swallowed its value. `place` is line and column, from 1.
pub(super) fn look(file: &str, lines: &[&str], place: (usize, usize), key: &str) -> Option<Problem> {
    let at = key.find([':', '：'])?;
    let (name, rest) = key.split_at(at);
    let colon = rest.chars().next()?;
    let value = rest.get(colon.len_utf8()..)?;
    if !is_name(name) || value.trim_matches(is_space).is_empty() || value.starts_with("//") {
        return None;
    }
    let wide = colon == '：';
    let (line, column) = place;
    let hidden = mask_secrets::hides(lines, line.checked_sub(1)?);
    let (message, mut chinese) = match (wide, hidden) {
        (_, true) => (
            "a key between the braces has no value: its colon is a full-width one, or has no space behind it"
                .to_owned(),
            "花括号里有一个键没有值：冒号是全角的，或者后面少了空格；请用半角冒号加一个空格".to_owned(),
        ),
        (true, false) => (
            format!("the colon behind `{name}` is a full-width one: type a half-width colon and a space"),
            format!("「{name}」后面用了全角冒号「：」；请改成半角冒号加一个空格"),
        ),
        (false, false) => (
            format!("a space is missing behind the colon of `{name}`"),
            format!("「{name}:」的冒号后面少了一个空格"),
        ),
    };
    let mut problem = Problem {
        line,
        column: column + name.chars().count(),
        ..Problem::of_file(file, message)
    };
    let typed = mended(lines.get(line - 1)?.trim());
    if !hidden && typed.chars().count() <= SHOWN_CHARS_MAX {
        problem.help = Some(format!("write: {typed}"));
        chinese.push_str(&format!("，写成：{typed}"));
    }
    problem.in_chinese(chinese);
    Some(problem)
}

/// A name as keys have it, and no time of the day.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !text.chars().all(|c| c.is_ascii_digit())
}

/// The line with a half-width colon and a space behind every name between its braces.
pub(super) fn mended(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut name = String::new();
    // A name counts at the beginning of an item.
    let mut begins = false;
    let mut quote = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if let Some(end) = quote {
            quote = (c != end).then_some(end);
            out.push(c);
            continue;
        }
        match c {
            '"' | '\'' if name.is_empty() => {
                quote = Some(c);
                (begins, name) = (false, String::new());
                out.push(c);
            }
            '{' | ',' | '[' => {
                (begins, name) = (true, String::new());
                out.push(c);
                if c == ',' && !rest.peek().is_none_or(|next| is_space(*next)) {
                    out.push(' ');
                }
            }
            '，' if ends_in_name(rest.clone()) => {
                (begins, name) = (true, String::new());
                out.push_str(", ");
            }
            ':' | '：' if begins && is_name(&name) && rest.peek() != Some(&'/') => {
                while rest.peek().is_some_and(|next| is_space(*next)) {
                    rest.next();
                }
                (begins, name) = (false, String::new());
                out.push_str(": ");
            }
            c if is_space(c) && name.is_empty() => out.push(c),
            c => {
                name.push(c);
                out.push(c);
            }
        }
    }
    out
}

/// Returns `true` if a name and a colon follow: then the sign before them divides two items.
fn ends_in_name(rest: impl Iterator<Item = char>) -> bool {
    let mut name = String::new();
    for c in rest {
        match c {
            ':' | '：' => return is_name(&name) && name.is_ascii(),
            c if is_space(c) && name.is_empty() => {}
            c => name.push(c),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_type_leaves_texts_as_they_are() {
        for (written, typed) in [
            ("name: { zh：店长, en: x }", "name: { zh: 店长, en: x }"),
            ("name: {zh:店长,en:x}", "name: {zh: 店长, en: x}"),
            (
                "{ zh：您好，请稍等：马上来，en：wait }",
                "{ zh: 您好，请稍等：马上来, en: wait }",
            ),
            (
                "weekly: { mon-fri:08:00-17:30 }",
                "weekly: { mon-fri: 08:00-17:30 }",
            ),
            (
                "{ link:https://a.example/x, zh: \"a:b\" }",
                "{ link: https://a.example/x, zh: \"a:b\" }",
            ),
        ] {
            assert_eq!(mended(written), typed);
        }
    }
}
