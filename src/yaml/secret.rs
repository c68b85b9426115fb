//! Finds secrets in a line: a key that is named like one, the signs between it and its value, and the value.

use super::line::is_space;
use groupdesk_contract::distance;

/// The text that stands for a hidden value.
pub(super) const HIDDEN: &str = "***";

/// A shorter word is taken out of no message: it may be any word.
const WORD_CHARS_MIN: usize = 6;

/// One with figures in it may be shorter.
const CODE_CHARS_MIN: usize = 3;

/// A value with the place of its start in the line, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// The start of its key, in bytes.
    pub(super) key: usize,
    pub(super) start: usize,
    /// The value alone; without quotes it ends at the next separator.
    pub(super) text: String,
}

/// Returns `true` if a key is named like a secret, or nearly.
pub(super) fn is_secret_name(key: &str) -> bool {
    const PARTS: [&str; 14] = [
        "token",
        "secret",
        "passw",
        "credential",
        "apikey",
        "密码",
        "密碼",
        "密钥",
        "密鑰",
        "口令",
        "令牌",
        "凭证",
        "秘钥",
        "私钥",
    ];
    let key = key
        .trim_matches(['"', '\'', '“', '”', '‘', '’', '＂'])
        .to_lowercase();
    PARTS.iter().any(|part| key.contains(part))
        || key.split(['_', '-', '.', ' ']).any(|part| {
            let is_typo = |word: &str, most: usize| {
                part.is_ascii() && part.len().abs_diff(word.len()) <= most && distance(part, word) <= most
            };
            matches!(part, "key" | "pwd" | "pass" | "auth")
                || is_typo("token", 1)
                || is_typo("secret", 1)
                || is_typo("password", 2)
                || matches!(part, "tokne" | "toekn" | "secert")
        })
}

/// Finds the first value in a line behind a key that is named like a secret.
pub(super) fn find(raw: &str) -> Option<Value> {
    let (mut at, mut before) = (0, Before::default());
    next(raw, &mut at, &mut before)
}

/// Finds every such value.
pub(super) fn find_all(raw: &str) -> Vec<Value> {
    let (mut at, mut before) = (0, Before::default());
    std::iter::from_fn(|| next(raw, &mut at, &mut before)).collect()
}

/// Finds the first such value from `at` on, and goes behind it.
fn next(raw: &str, at: &mut usize, before: &mut Before) -> Option<Value> {
    while let Some(rest) = raw.get(*at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next()?;
        if !(first.is_alphanumeric() || first == '_') {
            before.pass(first);
            *at += first.len_utf8();
            continue;
        }
        let end = rest.find(|c: char| !is_of_key(c)).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        let value = is_secret_name(key).then(|| value_behind(behind, key, *before, *at + end));
        before.place = Preceding::Words;
        *at += end;
        if let Some(value) = value.flatten() {
            *at = (*at).max(value.start + value.text.len());
            return Some(value);
        }
    }
    None
}

/// The part of a line before a word.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    place: Preceding,
    /// `true` after a brace: keys may stand anywhere.
    braces: bool,
    /// `true` after a dash that begins an item.
    item: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Preceding {
    /// Nothing but white space and signs.
    #[default]
    Start,
    /// A sign behind which a key may stand.
    Key,
    Words,
}

impl Before {
    fn pass(&mut self, c: char) {
        self.braces |= matches!(c, '{' | '｛');
        self.item |= self.place == Preceding::Start && matches!(c, '-' | '－');
        self.place = match (self.place, c) {
            (Preceding::Start, _) => Preceding::Start,
            (_, '[' | '{' | '｛' | ',' | '，' | ';' | '；' | '?' | '&' | ':' | '：' | '=' | '＝') => {
                Preceding::Key
            }
            (place, c) if is_space(c) || matches!(c, '"' | '\'' | '“') => place,
            _ => Preceding::Words,
        };
    }
}

/// Returns the value behind a key, if there is one.
fn value_behind(behind: &str, key: &str, before: Before, at: usize) -> Option<Value> {
    let is_gap = |c: char| is_space(c) || matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '＂');
    let gap = behind.find(|c| !is_gap(c)).unwrap_or(behind.len());
    let rest = behind.get(gap..)?;
    let is_sign = |c: char| matches!(c, ':' | '：' | '=' | '＝' | '﹕' | '∶' | '>');
    let signs = rest.find(|c| !is_sign(c)).unwrap_or(rest.len());
    let value = rest.get(signs..)?;
    let start = value.find(|c| !is_space(c)).unwrap_or(value.len());
    let value = value.get(start..)?.trim_end_matches(is_space);
    let is_code = key.contains(['_', '-']);
    // "the token: see ..." and "密码: see ..." are sentences; `a: access_token: x` and `?token=x` are none.
    let is_key = match before.place {
        Preceding::Start => true,
        Preceding::Key => key.is_ascii() || before.braces,
        Preceding::Words => is_code || before.braces || rest.starts_with(['=', '＝']),
    };
    // Without a sign between them: one word where no sentence is.
    let is_alone = || {
        let word = value.trim_end_matches(['}', ']', ',', ' ', '"', '\'']);
        let mark = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
        gap > 0
            && !before.item
            && (before.place == Preceding::Start || before.braces)
            && !word.contains(is_space)
            && (is_code || word.contains(mark))
    };
    if !is_key || (signs == 0 && !is_alone()) {
        return None;
    }
    let is_empty = value.is_empty() || value.starts_with(['#', '}', ']']);
    let end = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == quote)
            .map(|(at, _)| at),
        None if before.braces => value.find([',', '，', '}', ']']),
        None => None,
    };
    let text = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    // Where nothing follows, its value stands below.
    (!is_empty || signs > 0).then(|| Value {
        key: at - key.len(),
        start: at + gap + signs + start,
        text: if is_empty { String::new() } else { text.to_owned() },
    })
}

fn is_of_key(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Returns the words of a value that no message may repeat. A reference to a variable is no secret.
pub(super) fn value_words(value: &str) -> Vec<String> {
    let value = value.trim_matches(is_space);
    let bare = value.trim_matches(['"', '\'', '“', '”']);
    // Between braces the reference's own brace ended the value.
    if bare.starts_with("${") && bare.find('}').is_none_or(|at| at + 1 == bare.len()) {
        return Vec::new();
    }
    let ends = |c: char| {
        is_space(c)
            || matches!(
                c,
                ',' | '，' | '{' | '}' | '[' | ']' | '"' | '\'' | '“' | '”' | '\\'
            )
    };
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let chars = word.chars().count();
        let is_code = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphanumeric);
        if chars >= if is_code { CODE_CHARS_MIN } else { WORD_CHARS_MIN } {
            words.push(word.to_owned());
        }
    };
    add(bare);
    for word in value.split(ends) {
        add(word);
        word.split([':', '：', '=', '＝', '#']).for_each(&mut add);
    }
    words
}
