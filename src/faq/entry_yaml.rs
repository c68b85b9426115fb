//! YAML of entries: every text in the plainest style in which it stays what it is.

use super::append_entry::literal;
use super::written_entries::WrittenEntry;
use std::fmt::Write;

/// Words that YAML, old or new, reads as something other than text.
const NOT_TEXT: [&str; 11] = [
    "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf",
];

impl WrittenEntry {
    /// The entry as YAML, its dash `indent` spaces from the left.
    pub fn yaml(&self, indent: usize) -> String {
        let mut out = Out {
            text: String::new(),
            indent: indent + 2,
        };
        let dash = " ".repeat(indent);
        // Writing to a string can't fail, here and below.
        let _ = writeln!(out.text, "{dash}- id: {}", scalar(&self.id));
        out.versions("title", &self.title, false);
        out.list("questions", &self.questions);
        out.list("patterns", &self.patterns);
        out.versions("answer", &self.answer, !self.is_template);
        out.word("hours", &self.hours);
        out.list("pictures", &self.pictures);
        if !self.links.is_empty() {
            out.key("links", "");
            for (title, url) in &self.links {
                let indent = " ".repeat(out.indent + 2);
                let _ = writeln!(out.text, "{indent}- url: {}", scalar(url));
                out.indent += 4;
                out.versions("title", title, false);
                out.indent -= 4;
            }
        }
        out.list("see_also", &self.see_also);
        out.word("handoff", &self.handoff);
        out.word("unasked", &self.unasked);
        out.part("audience", [("tags", &self.tags), ("channels", &self.channels)]);
        out.part("tests", [("match", &self.tests_match), ("not", &self.tests_not)]);
        out.text
    }
}

struct Out {
    text: String,
    indent: usize,
}

impl Out {
    fn key(&mut self, key: &str, value: &str) {
        let indent = " ".repeat(self.indent);
        let space = if value.is_empty() { "" } else { " " };
        let _ = writeln!(self.text, "{indent}{key}:{space}{value}");
    }

    fn word(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.key(key, &scalar(value));
        }
    }

    fn list(&mut self, key: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.key(key, "");
        let indent = " ".repeat(self.indent + 2);
        for item in items {
            let _ = writeln!(self.text, "{indent}- {}", scalar(item));
        }
    }

    fn part(&mut self, key: &str, lists: [(&str, &Vec<String>); 2]) {
        if lists.iter().all(|(_, items)| items.is_empty()) {
            return;
        }
        self.key(key, "");
        self.indent += 2;
        for (key, items) in lists {
            self.list(key, items);
        }
        self.indent -= 2;
    }

    /// Texts by what chooses them; as words, where nothing in them is a template.
    fn versions(&mut self, key: &str, versions: &[(String, String)], as_words: bool) {
        let steps = |path: &str| -> Vec<String> {
            let steps = path.split('.').filter(|step| !step.is_empty());
            steps.map(str::to_owned).collect()
        };
        let mut open: Vec<String> = Vec::new();
        if versions.iter().any(|(path, _)| !path.is_empty()) {
            self.key(key, "");
        }
        for (path, text) in versions {
            let text = if as_words { literal(text) } else { text.clone() };
            let steps = steps(path);
            let Some((last, above)) = steps.split_last() else {
                self.text(key, &text);
                continue;
            };
            let shared = open.iter().zip(above).take_while(|(a, b)| a == b).count();
            for (depth, step) in above.iter().enumerate().skip(shared) {
                let indent = " ".repeat(self.indent + 2 * (depth + 1));
                let _ = writeln!(self.text, "{indent}{step}:");
            }
            open = above.to_vec();
            let deeper = 2 * steps.len();
            self.indent += deeper;
            self.text(last, &text);
            self.indent -= deeper;
        }
    }

    /// A key and a text that may have several lines.
    fn text(&mut self, key: &str, text: &str) {
        if !is_block(text) {
            self.key(key, &scalar(text));
            return;
        }
        self.key(key, "|-");
        let indent = " ".repeat(self.indent + 2);
        for line in text.split('\n') {
            match line {
                "" => self.text.push('\n'),
                line => {
                    let _ = writeln!(self.text, "{indent}{line}");
                }
            }
        }
    }
}

/// `true` if a text has several lines, and stays what it is under `|-`.
pub(super) fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with('\n')
        && text.split('\n').all(|line| {
            let is_blank = !line.is_empty() && line.trim().is_empty();
            !is_blank && !line.starts_with('\t') && !line.chars().any(must_be_escaped)
        })
}

/// A text on one line: plain where nobody could read it otherwise, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.contains(['"', '\\'])
        && !text.contains('\'')
        && !text.chars().any(|c| c == '\n' || must_be_escaped(c))
    {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if must_be_escaped(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Characters that end a line to some parser, that some parser refuses, or that nobody sees.
fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_plain(text: &str) -> bool {
    let address = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let rest = match address {
        Some(rest) if !rest.contains(char::is_whitespace) => rest,
        _ => text,
    };
    let inside = |c: char| match c {
        ' ' | '-' | '_' | '.' | '/' | '?' | '+' | '(' | ')' | '=' | '~' | '$' | '^' => true,
        '，' | '。' | '？' | '！' | '、' | '；' | '（' | '）' | '《' | '》' | '“' | '”' | '…' | '—' | '×' => {
            true
        }
        c => c.is_alphanumeric() && !must_be_escaped(c),
    };
    let is_word = NOT_TEXT.iter().any(|word| text.eq_ignore_ascii_case(word));
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !is_word
        && rest.chars().all(inside)
}
