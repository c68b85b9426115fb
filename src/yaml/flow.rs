//! Lists and tables on one line, `[a, b]` and `{ a: b }`, as somebody wrote them who mixed up brackets, commas and quotes.

use super::line::{is_space, quoted};

/// The half-width sign that a full-width one was meant for.
pub(super) fn half_width(c: char) -> Option<char> {
    Some(match c {
        '［' | '【' => '[',
        '］' | '】' => ']',
        '｛' => '{',
        '｝' => '}',
        '，' => ',',
        '：' => ':',
        '“' | '”' | '＂' => '"',
        '‘' | '’' | '＇' => '\'',
        _ => return None,
    })
}

/// Where the bracket that opens `text` is closed, in bytes; quotes are heeded.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut open = 0usize;
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            // A quote in the middle of a word is an apostrophe.
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | ':') => quote = Some(c),
            (None, '[' | '{') => open += 1,
            (None, ']' | '}') => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

/// `text` with half-width brackets, commas, colons and quotes, where it has full-width ones that could be meant for them.
pub(super) fn with_half_width(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    for c in text.chars() {
        let half = half_width(c);
        match quote {
            Some(end) => {
                if half.unwrap_or(c) == end {
                    quote = None;
                    out.push(end);
                } else {
                    out.push(c);
                }
            }
            None => {
                let c = half.unwrap_or(if is_space(c) { ' ' } else { c });
                if c == '"' {
                    quote = Some(c);
                }
                out.push(c);
                if half.is_some() && matches!(c, ',' | ':') {
                    out.push(' ');
                }
            }
        }
    }
    out
}

/// The brackets that `text` leaves open, closed in their order.
pub(super) fn missing_closers(text: &str) -> String {
    let mut open = Vec::new();
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some(c),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ']' | '}') => {
                open.pop();
            }
            _ => {}
        }
    }
    open.iter().rev().collect()
}

/// `text`, which begins with a bracket, with quotes around every item that needs them; `None` where none does or its brackets
/// are not closed.
pub(super) fn with_quotes(text: &str) -> Option<String> {
    quote_items(text, 0)
}

/// How deep brackets in brackets are looked into.
const DEPTH_MAX: usize = 8;

fn quote_items(text: &str, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    let end = closing(text)?;
    let (inside, behind) = (text.get(1..end)?, text.get(end..)?);
    let open = text.chars().next()?;
    let mut changed = false;
    let items: Vec<String> = split(inside)
        .into_iter()
        .map(|item| {
            let bare = item.trim();
            let (key, value) = match (open, bare.split_once(": ")) {
                ('{', Some((key, value))) => (Some(key), value.trim()),
                _ => (None, bare),
            };
            let new = if value.starts_with("{{") || !value.starts_with(['[', '{']) {
                needs_quotes_in_flow(value).then(|| quoted(value))
            } else if closing(value).is_some_and(|end| end + 1 < value.len()) {
                Some(quoted(value))
            } else {
                quote_items(value, depth + 1)
            };
            changed |= new.is_some();
            let value = new.unwrap_or_else(|| value.to_owned());
            key.map_or(value.clone(), |key| format!("{key}: {value}"))
        })
        .collect();
    let (pad, end_pad) = if open == '{' { (" ", " ") } else { ("", "") };
    changed.then(|| format!("{open}{pad}{}{end_pad}{behind}", items.join(", ")))
}

/// The items of a list without its brackets.
pub(super) fn split(inside: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut open, mut quote) = (0, 0usize, None);
    let mut before = ',';
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | ':') => quote = Some(c),
            (None, '[' | '{') => open += 1,
            (None, ']' | '}') => open = open.saturating_sub(1),
            (None, ',') if open == 0 => {
                items.push(inside.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    let last = inside.get(start..).unwrap_or_default();
    if !last.trim().is_empty() {
        items.push(last);
    }
    items
}

fn needs_quotes_in_flow(value: &str) -> bool {
    let quoted_whole = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if value.is_empty() || quoted_whole('"') || quoted_whole('\'') {
        return false;
    }
    value.starts_with([
        '*', '&', '!', '|', '>', '%', '@', '`', '#', '"', '\'', '{', '[', '?',
    ]) || value.contains(": ")
        || value.ends_with(':')
        || value.contains(" #")
        || value.contains("{{")
        || (value.starts_with('-') && value.chars().nth(1).is_none_or(|c| c == ' '))
}
