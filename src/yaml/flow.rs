//! Lists and tables on one line, `[a, b]` and `{ a: b }`, with mixed-up brackets, commas and quotes.

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

/// Finds the bracket that closes the one at the start of `text`, in bytes; brackets in quotes don't count.
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

/// Replaces full-width brackets, commas, colons and quotes in `text` by half-width ones, outside quotes.
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

/// Returns what stands between round brackets around the whole of `text`, as they are written in place of square ones,
/// with half-width commas.
pub(super) fn in_round(text: &str) -> Option<String> {
    let inner = text
        .strip_prefix(['(', '（'])
        .and_then(|inner| inner.strip_suffix([')', '）']))?;
    let mut open = 0usize;
    for c in inner.chars() {
        match c {
            '(' | '（' => open += 1,
            // `(a) or (b)`: no brackets around the whole.
            ')' | '）' => open = open.checked_sub(1)?,
            _ => {}
        }
    }
    let half = with_half_width(inner.trim_matches(is_space));
    let divides = half.contains(',');
    (open == 0 && !half.is_empty()).then(|| if divides { half } else { half.replace('、', ", ") })
}

/// Puts a text between braces that a comma cut in two, `{ en: Sorry, please ask }`, into quotes; `None` if there is none.
pub(super) fn with_joined(text: &str) -> Option<String> {
    joined(text, 0)
}

fn joined(text: &str, depth: usize) -> Option<String> {
    let end = closing(text).filter(|_| text.starts_with('{') && depth <= DEPTH_MAX)?;
    let (inside, behind) = (text.get(1..end)?, text.get(end..)?);
    let mut items: Vec<(&str, String, bool)> = Vec::new();
    let mut changed = false;
    for item in split(inside) {
        match (item.split_once(": "), items.last_mut()) {
            (Some((key, value)), _) => {
                let inner = joined(value.trim(), depth + 1);
                changed |= inner.is_some();
                items.push((
                    key.trim(),
                    inner.unwrap_or_else(|| value.trim().to_owned()),
                    false,
                ));
            }
            (None, Some((_, value, is_cut))) if !value.starts_with(['{', '[', '"', '\'']) => {
                value.push(',');
                value.push_str(item.trim_end());
                (*is_cut, changed) = (true, true);
            }
            (None, _) => return None,
        }
    }
    let items = items.into_iter().map(|(key, value, is_cut)| match is_cut {
        true => format!("{key}: {}", quoted(&value)),
        false => format!("{key}: {value}"),
    });
    changed.then(|| format!("{{ {} {behind}", items.collect::<Vec<_>>().join(", ")))
}

/// Returns the closing brackets that `text` lacks, in their order.
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

/// Returns the value that begins at a column (from 1) of a line: between brackets it ends with its item.
pub(super) fn value_at(raw: &str, column: usize) -> &str {
    let start = raw.char_indices().nth(column.saturating_sub(1));
    let (before, rest) = raw.split_at(start.map_or(raw.len(), |(at, _)| at));
    if missing_closers(before).is_empty() {
        return rest.trim_end();
    }
    let (mut open, mut quote, mut last) = (0usize, None, ',');
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(last, ' ' | '[' | '{' | ',' | ':') => quote = Some(c),
            (None, '[' | '{') => open += 1,
            (None, ']' | '}' | ',') if open == 0 => return rest.get(..at).unwrap_or(rest).trim_end(),
            (None, ']' | '}') => open -= 1,
            _ => {}
        }
        last = c;
    }
    rest.trim_end()
}

/// Puts single quotes in the place of double ones around every text with a backslash; `None` if there is none.
pub(super) fn with_single_quotes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    for (at, part) in text.split('"').enumerate() {
        let is_quoted = at % 2 == 1;
        let quote = match (is_quoted, part.contains('\\')) {
            (true, true) => {
                changed = true;
                "'"
            }
            _ => "\"",
        };
        match is_quoted {
            true => out.push_str(&format!(
                "{quote}{}{quote}",
                part.replace('\'', if quote == "'" { "''" } else { "'" })
            )),
            false => out.push_str(part),
        }
    }
    (changed && text.matches('"').count().is_multiple_of(2)).then_some(out)
}

/// Puts quotes around every item that needs them in `text`, which begins with a bracket; `None` if no item does or its
/// brackets are not closed.
pub(super) fn with_quotes(text: &str) -> Option<String> {
    quote_items(text, 0)
}

/// The deepest nesting of brackets that is searched.
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

/// Returns the byte behind the quotes that open `value`, if they are closed.
pub(super) fn end_of_quotes(value: &str) -> Option<usize> {
    let mut chars = value.char_indices();
    let (_, open) = chars.next()?;
    let mut chars = chars.peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if open == '"' => {
                chars.next();
            }
            c if c == open && open == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
            }
            c if c == open => return Some(at + 1),
            _ => {}
        }
    }
    None
}
