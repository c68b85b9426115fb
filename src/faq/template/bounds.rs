//! Bounds that fuel does not set: lists and mappings. A value that holds another twice, and that another twice, and so
//! on, is made at once but takes for ever to print or to compare: the engine counts new values, not shared ones. So an
//! answer can't make any: no literals, and none of the functions and filters that nest.

use minijinja::{Environment, Error, ErrorKind};

/// Removes the functions and filters that make nested values.
pub(super) fn restrict(templates: &mut Environment<'_>) {
    for function in ["dict", "namespace", "debug"] {
        templates.remove_global(function);
    }
    for filter in ["batch", "slice", "groupby", "zip", "chain", "items", "dictsort"] {
        templates.remove_filter(filter);
    }
}

/// Refuses a text whose templates write a list, a tuple or a mapping.
///
/// # Errors
/// The text writes one; the message names its kind.
pub(super) fn check(text: &str) -> Result<(), Error> {
    let mut rest = text;
    while let Some((kind, inside)) = opening(rest) {
        let end = match kind {
            '#' => inside.find("#}"),
            '%' if inside
                .trim_start_matches(['-', '+'])
                .trim_start()
                .starts_with("raw") =>
            {
                inside.find("endraw")
            }
            '%' => code(inside, "%}")?,
            _ => code(inside, "}}")?,
        };
        // The parser reports a template that does not end.
        let Some(end) = end else { return Ok(()) };
        rest = &inside[end + 2..];
    }
    Ok(())
}

/// Finds the first mark that opens something; returns its second character, and the text behind it.
fn opening(text: &str) -> Option<(char, &str)> {
    text.match_indices('{').find_map(|(at, _)| {
        let kind = text[at + 1..]
            .chars()
            .next()
            .filter(|c| matches!(c, '{' | '%' | '#'))?;
        Some((kind, &text[at + 2..]))
    })
}

/// Reads code up to its closing mark, and returns the mark's place; `None` if there is none.
///
/// # Errors
/// The code writes a list, a tuple or a mapping.
fn code(code: &str, closing: &str) -> Result<Option<usize>, Error> {
    let refused = |what: &str| {
        let message = format!("an answer can't hold {what}; it names what there is, and asks `if`");
        Err(Error::new(ErrorKind::SyntaxError, message))
    };
    // For each bracket that is open, whether commas part a call's arguments in it.
    let mut calls: Vec<bool> = Vec::new();
    let mut word = "";
    let mut bytes = code.char_indices();
    while let Some((at, c)) = bytes.next() {
        if calls.is_empty() && code[at..].starts_with(closing) {
            return Ok(Some(at));
        }
        match c {
            '\'' | '"' => {
                while let Some((_, inside)) = bytes.next() {
                    match inside {
                        '\\' => drop(bytes.next()),
                        _ if inside == c => break,
                        _ => {}
                    }
                }
                word = "'";
            }
            '{' => return refused("a mapping"),
            '[' if !is_value(word) => return refused("a list"),
            '[' => {
                calls.push(false);
                word = "";
            }
            '(' => {
                calls.push(is_value(word));
                word = "";
            }
            ')' | ']' => {
                calls.pop();
                word = ")";
            }
            ',' if calls.last() != Some(&true) => return refused("a list"),
            _ if c.is_whitespace() => {}
            _ if c.is_alphanumeric() || c == '_' => {
                let from = &code[at..];
                let end = from
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(from.len());
                word = &from[..end];
                for _ in from[..end].chars().skip(1) {
                    bytes.next();
                }
            }
            _ => word = "",
        }
    }
    Ok(None)
}

/// Returns `true` if the last word is a value, so that a bracket behind it is an index or a call.
fn is_value(word: &str) -> bool {
    !matches!(
        word,
        "" | "if"
            | "elif"
            | "else"
            | "in"
            | "not"
            | "and"
            | "or"
            | "is"
            | "set"
            | "with"
            | "do"
            | "filter"
            | "call"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_calls_conditions_and_indexes_are_fine() {
        for text in [
            "plain, [1, 2] { }",
            "{{ hours.office }}, {{ contact['a']['b'] }} {# [1] #}",
            "{{ x|replace('a, [b]', \"}}\")|default('{', true) }}",
            "{% if (open_now and not (service_open)) %}a, b{% else %}{{ '{' }}%{% endif %}",
            "{{ open",
            "{% raw %}{{ [1] }}{%- endraw %}",
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn lists_tuples_and_mappings_are_refused_wherever_they_stand() {
        for text in [
            "{{ [x, x] }}",
            "{% set x = [x] %}",
            "{% set x = (x, x) %}",
            "{% set x = x, x %}",
            "{{ {'a': x} }}",
            "{{ f([x]) }}",
            "{{ not (x, x) }}",
            "{% if x in [x] %}",
            "a {# }} #} {{ 1 }} {% for y in [1] %}",
            "{{ x[(x, x)] }}",
            "{%- raw -%} endraw {{ [1] }}",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
