//! Rows of the table `dialogue` of Koishi's plugin of that name, as database programs export it: JSON or CSV. The plugin has no export
//! of its own.
//!
//! Its answers are a language: `$(...)` runs a command, `$n` divides messages, `$a`, `$s` and the like are members and words of the
//! moment. Only what is said as it stands can be an answer here.

use super::{Parsed, SourcePosition};
use crate::faq::{WrittenEntry, without_markup};
use regex::Regex;
use std::sync::LazyLock;

/// The question is a regular expression.
const REGEXP: u64 = 2;

/// `true` if these are the names of that table's columns.
pub(super) fn has_keys<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let names: Vec<&str> = names.collect();
    ["question", "answer", "original", "flag"]
        .iter()
        .all(|name| names.contains(name))
}

/// Reads a row, whose cells `of` returns by name.
pub(super) fn row(of: impl Fn(&str) -> Option<String>, place: &SourcePosition, parsed: &mut Parsed) {
    static PICTURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"<(?:img|image)\b[^<>]*?\b(?:src|url)="(https?://[^"]+)"[^<>]*>"#).ok()
    });
    let text = |name: &str| of(name).unwrap_or_default();
    let is_regexp = text("flag").trim().parse::<u64>().unwrap_or(0) & REGEXP != 0;
    let (original, answer) = (text("original"), text("answer"));
    // `question` is the original without spaces and punctuation.
    let question = match original.trim() {
        "" => text("question"),
        original => original.to_owned(),
    };
    let answer = answer.replace("$$", "\u{1}").replace("$n", "\n");
    if let Some((_, rest)) = answer.split_once('$')
        && rest.starts_with(|c: char| c == '(' || c == '{' || c.is_ascii_alphanumeric())
    {
        parsed.notes.left_out(
            place,
            "the answer runs a command, or speaks of the moment ($(...), $a, $s, $0)",
            "答案会执行指令或引用当时的内容（$(...)、$a、$s、$0），不是固定的文字",
        );
        return;
    }
    let mut entry = WrittenEntry::default();
    let mut answer = answer.replace('\u{1}', "$");
    if let Some(picture) = PICTURE.as_ref() {
        let found = picture.captures_iter(&answer);
        entry.pictures = found
            .filter_map(|found| Some(unescaped(found.get(1)?.as_str())))
            .collect();
        answer = picture.replace_all(&answer, "").into_owned();
    }
    match is_regexp {
        true => entry.patterns.push(unescaped(question.trim())),
        false => entry.questions.push(unescaped(&without_markup(&question))),
    }
    entry
        .answer
        .push((String::new(), unescaped(&without_markup(&answer))));
    parsed.found(entry, place.clone());
}

/// A text in which Koishi wrote signs of its markup as entities.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
