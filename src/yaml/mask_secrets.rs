//! Masks the secrets in lines of a file that are shown.
//!
//! A line is shown before its mistake is understood, so a secret is recognised by its place: anything under `connection`,
//! and the value of any key that is named like a secret, in whatever shape the two are written (`secret`). A value that a
//! message repeats is removed from it as well.

use super::line::Line;
use super::secret::HIDDEN;
use super::{Problem, mask_addresses, secret};
use std::borrow::Cow;

/// A shorter value may be part of any word.
const WHOLE_CHARS_MIN: usize = 4;

/// The most lines above a line that are searched for its parent keys.
const ABOVE_MAX: usize = 2_000;

/// The most lines below a key that may belong to its value.
const BELOW_MAX: usize = 200;

/// Words of secrets that are taken out of messages, at most.
const WORDS_MAX: usize = 1_000;

/// Returns the line at `at` (from 0), without possible secrets.
pub(super) fn masked<'a>(lines: &[&'a str], at: usize) -> Cow<'a, str> {
    let Some(raw) = lines.get(at) else {
        return Cow::Borrowed("");
    };
    // First, while they are whole: what is called like a secret may stand in the middle of an address.
    match mask_addresses::masked(raw) {
        Cow::Borrowed(raw) => without_values(lines, at, raw),
        Cow::Owned(shown) => Cow::Owned(without_values(lines, at, &shown).into_owned()),
    }
}

/// Returns `raw`, which is the line at `at` without what its addresses hide, without the values of secret keys.
fn without_values<'a>(lines: &[&str], at: usize, raw: &'a str) -> Cow<'a, str> {
    let line = Line::of(raw);
    if is_block_text(lines, at) || is_under(lines, at, secret::is_secret_name) {
        let indent = line.indent;
        return if line.is_empty() {
            Cow::Borrowed(raw)
        } else {
            Cow::Owned(format!("{indent}{HIDDEN}"))
        };
    }
    if is_under(lines, at, is_secret_key) {
        return hide_all(raw);
    }
    if !line.value.is_empty() && line.key.is_some_and(is_secret_key) {
        return Cow::Owned(line.with_value(HIDDEN));
    }
    let found = secret::find(raw);
    let begins = found.as_ref().filter(|value| !value.text.is_empty());
    if let Some(end) = connection_in_braces(raw).filter(|end| begins.is_none_or(|value| *end <= value.start))
    {
        return Cow::Owned(format!("{} {HIDDEN}", raw.get(..end).unwrap_or_default()));
    }
    match found {
        // The text behind a secret may be part of it.
        Some(value) if !value.text.is_empty() => {
            let shown = raw.get(..value.start).unwrap_or_default();
            let gap = if shown.ends_with(super::line::is_space) {
                ""
            } else {
                " "
            };
            Cow::Owned(format!("{shown}{gap}{HIDDEN}"))
        }
        _ => Cow::Borrowed(raw),
    }
}

/// Finds the end of the colon behind a `connection` between braces that has a value.
fn connection_in_braces(raw: &str) -> Option<usize> {
    const KEY: &str = "connection";
    let braces = raw.find(['{', '｛'])?;
    raw.match_indices(KEY).map(|(at, _)| at).find_map(|at| {
        let is_key =
            at > braces && !raw[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let behind = raw.get(at + KEY.len()..).filter(|_| is_key)?;
        let gap = behind
            .find(|c| !(super::line::is_space(c) || matches!(c, '"' | '\'')))
            .unwrap_or(0);
        let colon = behind
            .get(gap..)?
            .chars()
            .next()
            .filter(|c| matches!(c, ':' | '：'))?;
        let end = at + KEY.len() + gap + colon.len_utf8();
        (!raw.get(end..)?.trim().is_empty()).then_some(end)
    })
}

/// Removes from a problem all it repeats, between quotation marks, of these values.
pub(super) fn hide_quoted(problem: &mut Problem, values: &[String]) {
    let hide = |text: &mut String| {
        for (open, close) in [('`', '`'), ('「', '」')] {
            let quoted: Vec<String> = match open == close {
                true => text.split(open).skip(1).step_by(2).map(str::to_owned).collect(),
                false => text
                    .split(open)
                    .skip(1)
                    .filter_map(|rest| rest.split_once(close))
                    .map(|(quoted, _)| quoted.to_owned())
                    .collect(),
            };
            for quoted in quoted.iter().filter(|quoted| !quoted.is_empty()) {
                if values.iter().any(|value| {
                    value.contains(quoted.as_str())
                        || (value.chars().count() >= WHOLE_CHARS_MIN && quoted.contains(value.as_str()))
                }) {
                    *text = text.replace(
                        &format!("{open}{quoted}{close}"),
                        &format!("{open}{HIDDEN}{close}"),
                    );
                }
            }
        }
    };
    hide(&mut problem.message);
    problem.help.iter_mut().for_each(hide);
    problem.chinese.iter_mut().for_each(hide);
}

/// Returns `true` if the line at `at` (from 0) holds a possible secret.
pub(super) fn hides(lines: &[&str], at: usize) -> bool {
    lines.get(at).is_some_and(|raw| masked(lines, at) != *raw)
}

/// Returns `true` if the key at the end of a path, or one above it, says that its value may be a secret.
pub(super) fn is_secret_path(path: &[String]) -> bool {
    path.iter().any(|key| is_secret_key(key))
}

/// Removes from problems all they repeat of the secrets of the text that they are about.
pub(super) fn hide_in(problems: &mut [Problem], lines: &[&str]) {
    if problems.is_empty() {
        return;
    }
    let mut words = Vec::new();
    // A short value may be any word, but not with its key.
    let mut pairs = Vec::new();
    for (at, raw) in lines.iter().enumerate() {
        if words.len() >= WORDS_MAX {
            break;
        }
        let values = secret::find_all(raw);
        if values.is_empty() {
            continue;
        }
        for value in values {
            words.extend(secret::value_words(&value.text));
            let key = raw.get(value.key..value.start).unwrap_or_default();
            // The pair as it is in the file, and as a correction writes it.
            let typed = format!("{}: ", key.trim_end_matches(|c: char| !c.is_alphanumeric()));
            if !value.text.is_empty() && !value.text.contains("${") {
                for key in [key, typed.as_str()] {
                    pairs.push((format!("{key}{}", value.text), format!("{key}{HIDDEN}")));
                }
            }
        }
        let own = Line::of(raw);
        let below = lines.iter().enumerate().skip(at + 1).take(BELOW_MAX);
        for (below, raw) in below {
            let line = Line::of(raw);
            let goes_on = line.key.is_none() && line.dashes.is_empty();
            if line.is_empty() {
                continue;
            }
            if !(goes_on || line.key_depth() > own.key_depth() || is_block_text(lines, below)) {
                break;
            }
            words.extend(secret::value_words(raw));
        }
    }
    // The longer first: one may be part of another.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    let hide = |text: &mut String| {
        for (pair, hidden) in &pairs {
            if text.contains(pair.as_str()) {
                *text = text.replace(pair.as_str(), hidden);
            }
        }
        for word in &words {
            if text.contains(word.as_str()) {
                *text = text.replace(word.as_str(), HIDDEN);
            }
        }
        if let Cow::Owned(masked) = mask_addresses::masked(text) {
            *text = masked;
        }
    };
    for problem in problems {
        hide(&mut problem.message);
        hide(&mut problem.path);
        problem.help.iter_mut().for_each(hide);
        problem.chinese.iter_mut().for_each(hide);
    }
}

/// Returns `true` if a key's value may be a secret, by its name or as the settings of a platform's connection.
fn is_secret_key(key: &str) -> bool {
    let key = key.trim_matches(['"', '\'']);
    key.eq_ignore_ascii_case("connection") || secret::is_secret_name(key)
}

/// Returns `true` if a line is the first one of the text under a secret's `|`, with any indentation.
fn is_block_text(lines: &[&str], at: usize) -> bool {
    let above = lines.get(..at).unwrap_or_default();
    let Some(above) = above
        .iter()
        .rev()
        .map(|raw| Line::of(raw))
        .find(|line| !line.is_empty())
    else {
        return false;
    };
    above.key.is_some_and(secret::is_secret_name) && above.value.starts_with(['|', '>', '｜', '＞'])
}

/// Returns `true` if a line is inside a key that may hold secrets, by its indentation, or continues the value of one.
fn is_under(lines: &[&str], at: usize, is_secret_key: fn(&str) -> bool) -> bool {
    let above = |at: usize| lines.get(..at).unwrap_or_default().iter().rev().take(ABOVE_MAX);
    let Some(own) = lines.get(at).map(|raw| Line::of(raw)) else {
        return false;
    };
    let mut depth = own.key_depth();
    if own.key.is_none() && own.dashes.is_empty() {
        // A text continues the line above it, wherever it begins in a broken file.
        let Some(begun) = above(at)
            .map(|raw| Line::of(raw))
            .find(|line| line.key.is_some() || !line.dashes.is_empty())
        else {
            return false;
        };
        if begun.key.is_some_and(is_secret_key) {
            return true;
        }
        depth = depth.max(begun.key_depth());
    }
    for raw in above(at) {
        let line = Line::of(raw);
        if line.is_empty() || line.key.is_none() {
            continue;
        }
        if line.key_depth() < depth {
            if line.key.is_some_and(is_secret_key) {
                return true;
            }
            depth = line.key_depth();
        }
        if depth == 0 {
            return false;
        }
    }
    false
}

/// Hides the values of a line, and keeps its keys.
fn hide_all(raw: &str) -> Cow<'_, str> {
    let line = Line::of(raw);
    if line.is_empty() || (line.value.is_empty() && line.key.is_some()) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(line.with_value(HIDDEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let shown: Vec<Cow<'_, str>> = (0..lines.len()).map(|at| masked(&lines, at)).collect();
        shown.join("\n")
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown_however_it_is_written() {
        for text in [
            "accounts:\n  a:\n    connection:\n      password: S3CRET\n",
            "accounts:\n  a:\n    connection:\n      passwrod：S3CRET\n",
            "accounts:\n  a:\n    connection: { url: x, access_token: S3CRET }\n",
            "accounts:\n  a: { platform: x, connection: { token: \"S3CRET\n",
            "accounts:\n  a: { platform: x, connection: { url: \"ftp://x/S3CRET\" }, staff: [1] }\n",
            "accounts: { a: { platform: x, \"connection\": { id: S3CRET, access_token: a } } }\n",
            "accounts: { a: { platform: x, connection： { S3CRET } } }\n",
            "accounts:\n  a:\n    connection:\n      url: https://S3CRET@host\n      b: [\n",
            "accounts:\n  a:\n    connection:\n      token: |\n        S3CRET\n",
            "accounts:\n  a:\n    connection:\n      token:\n        S3CRET\n",
            "accounts:\n  a:\n    connection:\n      targets:\n        - S3CRET\n",
            "semantic:\n  endpoint:\n    key: S3CRET\n",
            "semantic: { endpoint: { key: S3CRET } }\n",
            "token：S3CRET\n",
            "accounts:\n  a:\n    connection:\n    token: \"ab\n S3CRET\n",
            "semantic: { endpoint: { url: \"https://u:S3CRET@x.example/v1\", model: m, key: { a: b } } }\n",
            "semantic: { endpoint: { url: \"https://u:S3CRET@x/v1\", model: [m], timeout: x } }\n",
            "a: { url: \"https://u:S3CRET&token=abc@x/v1\", b: [ }\n",
            "a: { url: \"https://u:S3 S3CRET@x/v1\", b: [ }\n",
            "a: { url: https：//u：S3CRET＠x/v1, connection: { b: 1 } }\n",
            "a: { url: https:/u:S3CRET@x/v1, timeout: 1 }\n",
            "a: { url: //u:S3CRET@x/v1, timeout: 1 }\n",
            "a: { url: \"https://x/v1?access_token=S3CRET\", model: m, key: b }\n",
            "\"https://u:S3CRET@x/v1\": { model: m }\n",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("S3CRET"), "{text}\n{shown}");
        }
    }

    #[test]
    fn no_message_repeats_any_of_several_secrets_of_a_line() {
        let line =
            "a: { key: S3CRET-1, token: S3CRET-2, app_secret: \"S3CRET-3\", url: \"https://u:S3CRET-4@x\" }";
        let mut problems = [Problem::of_file(
            "groupdesk.yaml",
            "`S3CRET-1` `S3CRET-2` `S3CRET-3` https://u:S3CRET-4@x".to_owned(),
        )];
        hide_in(&mut problems, &[line]);
        assert!(!problems[0].message.contains("S3CRET"), "{}", problems[0].message);
    }

    #[test]
    fn what_is_no_secret_is_shown_as_it_stands() {
        let text = "accounts:\n  qq:\n    platform: onebot\n    connection:\n      reverse:\n        path: x\n    staff: [1]\nentries:\n  - id: monkey\n    answer: the token: see {{ contact.phone }}\n    questions: [how, { monkey: a }]\n";
        let shown = shown(text);
        assert!(
            shown.contains("staff: [1]") && shown.contains("path: ***"),
            "{shown}"
        );
        assert!(shown.ends_with(
            "entries:\n  - id: monkey\n    answer: the token: see {{ contact.phone }}\n    questions: [how, { monkey: a }]"
        ), "{shown}");
    }
}
