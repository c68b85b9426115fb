//! Lines of a file as they may be shown: without what may be a secret.
//!
//! A line is shown before it is known what is wrong with it, so a secret is told by where it stands: anything under
//! `connection`, and the value of any key that is called like a secret.

use super::line::Line;
use std::borrow::Cow;

/// What is shown for a value.
pub(super) const HIDDEN: &str = "***";

/// How many lines above a line are searched for the keys that it stands under.
const ABOVE_MAX: usize = 2_000;

/// The line at `at` (from 0), without what may be a secret.
pub(super) fn masked<'a>(lines: &[&'a str], at: usize) -> Cow<'a, str> {
    let Some(raw) = lines.get(at) else {
        return Cow::Borrowed("");
    };
    if is_under_secret(lines, at) {
        return hide_all(raw);
    }
    let line = Line::of(raw);
    if !line.value.is_empty() && line.key.is_some_and(is_secret_key) {
        return Cow::Owned(line.with_value(HIDDEN));
    }
    hide_in_flow(raw)
}

/// Whether the line at `at` (from 0) holds what may be a secret.
pub(super) fn hides(lines: &[&str], at: usize) -> bool {
    lines.get(at).is_some_and(|raw| masked(lines, at) != *raw)
}

/// Whether the key at the end of a path, or one above it, says that its value may be a secret.
pub(super) fn is_secret_path(path: &[String]) -> bool {
    path.iter().any(|key| is_secret_key(key))
}

/// Whether a key's value may be a secret, by its name.
fn is_secret_key(key: &str) -> bool {
    let key = key.trim_matches(['"', '\'']).to_lowercase();
    let parts = || key.split(['_', '-', '.', ' ']);
    key == "connection"
        || [
            "token",
            "secret",
            "passw",
            "credential",
            "apikey",
            "密码",
            "密钥",
            "口令",
            "令牌",
        ]
        .iter()
        .any(|word| key.contains(word))
        || parts().any(|part| matches!(part, "key" | "pwd" | "pass" | "auth"))
}

/// Whether a line stands under a key that may hold secrets, by how far it is indented, or goes on with the value of one.
fn is_under_secret(lines: &[&str], at: usize) -> bool {
    let above = |at: usize| lines.get(..at).unwrap_or_default().iter().rev().take(ABOVE_MAX);
    let Some(own) = lines.get(at).map(|raw| Line::of(raw)) else {
        return false;
    };
    let mut depth = own.key_depth();
    if own.key.is_none() && own.dashes.is_empty() {
        // Text goes on with what stands above it, wherever it begins in a broken file.
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

/// The keys of a line stay, its values go.
fn hide_all(raw: &str) -> Cow<'_, str> {
    let line = Line::of(raw);
    if line.is_empty() || (line.value.is_empty() && line.key.is_some()) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(line.with_value(HIDDEN))
}

/// Hides the values of secret keys inside `{ ... }`.
fn hide_in_flow(raw: &str) -> Cow<'_, str> {
    if !raw.contains('{') {
        return Cow::Borrowed(raw);
    }
    for (at, c) in raw.char_indices() {
        if !matches!(c, '{' | ',' | '[') {
            continue;
        }
        let start = at + c.len_utf8();
        let rest = raw.get(start..).unwrap_or_default();
        let Some((key, _)) = rest.split_once([':', '：']) else {
            continue;
        };
        if key.len() < 60 && !key.contains(['{', ',', '[']) && is_secret_key(key.trim()) {
            // What comes behind a secret may be part of it.
            return Cow::Owned(format!("{}{key}: {HIDDEN}", raw.get(..start).unwrap_or_default()));
        }
    }
    Cow::Borrowed(raw)
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
            "accounts:\n  a:\n    connection:\n      url: https://S3CRET@host\n      b: [\n",
            "accounts:\n  a:\n    connection:\n      token: |\n        S3CRET\n",
            "accounts:\n  a:\n    connection:\n      token:\n        S3CRET\n",
            "accounts:\n  a:\n    connection:\n      targets:\n        - S3CRET\n",
            "semantic:\n  endpoint:\n    key: S3CRET\n",
            "semantic: { endpoint: { key: S3CRET } }\n",
            "token：S3CRET\n",
            "accounts:\n  a:\n    connection:\n    token: \"ab\n S3CRET\n",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("S3CRET"), "{text}\n{shown}");
        }
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
