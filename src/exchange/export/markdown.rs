//! Markdown, to be read by people and by `import`: a heading an entry, its questions, its answers. What Markdown would show otherwise than it
//! is stands in a code block; what is no text for readers, in a comment.

use super::super::entry_cells;
use super::super::{html, markdown};
use crate::faq::{WrittenEntry, WrittenFaq};
use serde_json::{Map, Value, json};
use std::fmt::Write;

pub(super) fn write(faq: &WrittenFaq) -> String {
    let mut text = String::new();
    if !faq.head.trim().is_empty() {
        let _ = writeln!(text, "---\n{}", markdown::HEAD);
        for line in faq.head.lines() {
            // A line of dashes would end the front matter, were it not for the spaces.
            let _ = writeln!(text, "  {line}");
        }
        text.push_str("---\n\n");
    }
    text.push_str("# FAQ\n");
    for entry in &faq.entries {
        text.push('\n');
        text.push_str(&section(entry));
    }
    text
}

/// An entry: the first way of writing it that is read as what it is.
fn section(entry: &WrittenEntry) -> String {
    let mut hidden = Hidden::default();
    for (in_code, questions, answers) in [
        (false, false, false),
        (true, false, false),
        (true, true, false),
        (true, true, true),
    ] {
        (hidden.questions, hidden.answers) = (questions, answers);
        let text = written(entry, in_code, &hidden);
        if markdown::entries(&text).as_slice() == std::slice::from_ref(entry) {
            return text;
        }
    }
    written(entry, true, &hidden)
}

/// The part of an entry that stands in the comment.
#[derive(Debug, Default)]
struct Hidden {
    questions: bool,
    answers: bool,
}

fn written(entry: &WrittenEntry, in_code: bool, hidden: &Hidden) -> String {
    let mut text = String::new();
    let title = entry
        .title
        .first()
        .map(|(_, title)| title)
        .or(entry.questions.first());
    let title = title.unwrap_or(&entry.id);
    // Writing to a string can't fail, here and below.
    let _ = writeln!(text, "## {}\n", escaped(title));
    let questions: Vec<String> = entry
        .questions
        .iter()
        .map(|question| format!("**Q:** {}", escaped(question)))
        .collect();
    let _ = writeln!(text, "{}", questions.join("\\\n"));
    for (path, answer) in &entry.answer {
        let label = match path.as_str() {
            "" => "**A:**".to_owned(),
            path => format!("**A ({}):**", path.replace('.', ", ")),
        };
        if in_code {
            let fence = "`".repeat(3.max(longest_run(answer) + 1));
            let _ = writeln!(text, "\n{label}\n\n{fence}text\n{answer}\n{fence}");
        } else {
            let lines: Vec<String> = answer.split('\n').map(escaped).collect();
            let joined = lines.join("\\\n").replace("\\\n\\\n", "\n\n");
            let _ = writeln!(text, "\n{label} {joined}");
        }
    }
    let mut cells = Map::new();
    for (name, cell) in entry_cells::cells(entry) {
        let is_answer = name == "answer" || name.starts_with("answer.");
        let stays = match name.as_str() {
            "questions" => hidden.questions,
            _ if is_answer => hidden.answers,
            _ => true,
        };
        if stays {
            let cell = if name == "questions" {
                json!(entry.questions)
            } else {
                Value::from(cell)
            };
            cells.insert(name, cell);
        }
    }
    // Nothing in it may end the comment.
    let cells = Value::Object(cells)
        .to_string()
        .replace('>', "\\u003e")
        .replace("--", "-\\u002d");
    let _ = writeln!(text, "\n<!--{}{cells} -->", html::META);
    text
}

/// The longest run of backquotes, which a fence must be longer than.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A line in which nothing is a mark.
fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (at, c) in line.char_indices() {
        let is_mark = match c {
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '~' | '|' | '&' => true,
            '#' | '+' | '-' | '=' | '!' => at == 0,
            '.' | ')' => {
                at > 0
                    && line
                        .get(..at)
                        .is_some_and(|before| before.bytes().all(|b| b.is_ascii_digit()))
            }
            _ => false,
        };
        if is_mark {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
