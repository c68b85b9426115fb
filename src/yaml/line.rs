//! Splits a line of a broken file as its writer meant it, so that a hint can show the correction.

/// A line in its parts: `indent`, dashes, `key`, colon, value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// White space at the left, of any kind.
    pub(super) indent: &'a str,
    /// `- `, or several of them.
    pub(super) dashes: &'a str,
    /// The text before a colon, half-width or full-width, if it looks like a key.
    pub(super) key: Option<&'a str>,
    /// The colon, and the white space around it.
    pub(super) colon: &'a str,
    /// The rest, without white space at its end.
    pub(super) value: &'a str,
}

/// Signs that look like a colon and are none to YAML.
pub(super) const WIDE_COLONS: [char; 4] = ['：', '﹕', '∶', '︰'];

/// The longest key, in bytes: a longer text is a sentence.
const KEY_BYTES_MAX: usize = 120;

impl<'a> Line<'a> {
    pub(super) fn of(raw: &'a str) -> Self {
        let raw = raw.trim_end();
        let indent_end = raw.find(|c| !is_space(c)).unwrap_or(raw.len());
        let (indent, rest) = raw.split_at(indent_end);
        let (dashes, rest) = rest.split_at(dashes_of(rest));
        let (key, colon, value) = key_of(rest);
        Self {
            indent,
            dashes,
            key,
            colon,
            value,
        }
    }

    /// Returns `true` if the line holds nothing but white space or a comment.
    pub(super) fn is_empty(&self) -> bool {
        self.dashes.is_empty() && self.key.is_none() && (self.value.is_empty() || self.value.starts_with('#'))
    }

    /// Returns the distance of the dash or the key from the left, in characters.
    pub(super) fn depth(&self) -> usize {
        self.indent.chars().count()
    }

    /// Returns the distance of the key from the left, behind its dashes, in characters.
    pub(super) fn key_depth(&self) -> usize {
        self.depth() + self.dashes.chars().count()
    }

    /// The column (from 1) of the colon.
    pub(super) fn colon_column(&self) -> usize {
        self.key_depth() + self.key.map_or(0, |key| key.chars().count()) + 1
    }

    /// The column (from 1) of the value.
    pub(super) fn value_column(&self) -> usize {
        self.colon_column() + self.colon.chars().count()
    }

    /// A colon that YAML takes for one: half-width, with a space or nothing behind it.
    pub(super) fn has_real_colon(&self) -> bool {
        self.colon.trim_start_matches(' ').starts_with(':')
            && (self.value.is_empty() || self.colon.ends_with([' ', '\t']))
    }

    /// Formats the line with another value.
    pub(super) fn with_value(&self, value: &str) -> String {
        let Line {
            indent, dashes, key, ..
        } = self;
        match key {
            Some(key) => format!("{indent}{dashes}{key}: {value}"),
            None => format!("{indent}{dashes}{value}"),
        }
    }
}

/// Returns `true` for white space, and for characters that look like it or like nothing.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_colon(c: char) -> bool {
    c == ':' || WIDE_COLONS.contains(&c)
}

/// Returns the length of the dashes `- ` at the start, in bytes.
fn dashes_of(text: &str) -> usize {
    let mut end = 0;
    while let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix('-')) {
        let space = rest.find(|c| c != ' ').unwrap_or(rest.len());
        if space == 0 {
            break;
        }
        end += 1 + space;
    }
    end
}

/// Key, colon and value; without a key all is value.
fn key_of(text: &str) -> (Option<&str>, &str, &str) {
    let none = (None, "", text);
    let key_end = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => match text.char_indices().skip(1).find(|(_, c)| *c == quote) {
            Some((at, _)) => at + 1,
            None => return none,
        },
        _ => match text.find(is_colon) {
            Some(at) => at,
            None => return none,
        },
    };
    let (key, rest) = text.split_at(key_end);
    let bare = key.trim_end();
    let quoted = bare.starts_with(['"', '\'']);
    let odd = |c: char| {
        matches!(
            c,
            '"' | '\'' | '[' | ']' | '{' | '}' | ',' | '，' | '。' | '？' | '?' | '！' | '!' | '#'
        )
    };
    if bare.is_empty()
        || bare.len() > KEY_BYTES_MAX
        || (!quoted && (bare.contains(odd) || bare.chars().all(|c| c.is_ascii_digit())))
    {
        return none;
    }
    let spaces = rest.find(|c| !is_space(c)).unwrap_or(rest.len());
    let Some(colon) = rest
        .get(spaces..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| is_colon(*c))
    else {
        return none;
    };
    let behind = spaces + colon.len_utf8();
    let value = rest.get(behind..).unwrap_or_default();
    // An address is no key with a value.
    if colon == ':' && value.starts_with("//") {
        return none;
    }
    let value_start = value.find(|c| !is_space(c)).unwrap_or(value.len());
    let start = bare.len();
    let colon_end = key_end + behind + value_start;
    (
        text.get(..start),
        text.get(start..colon_end).unwrap_or_default(),
        text.get(colon_end..).unwrap_or_default(),
    )
}

/// Puts `text` in quotes that keep every character of it.
pub(super) fn quoted(text: &str) -> String {
    if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else {
        // A string is always JSON, and JSON's strings are YAML's.
        serde_json::to_string(text).unwrap_or_default()
    }
}
