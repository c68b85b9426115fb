//! Any words survive: what is read is what the bot says.

use super::*;
use crate::exchange::gather_entries::{cleaned, one_line};
use crate::faq::{RenderContext, bare};
use crate::language::Language;
use proptest::prelude::*;
use std::collections::HashMap;

/// Words, and what YAML, templates, CSV and Markdown are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{", "}}", "{%", "%}", "{#", "{", "}", "退款", "怎么", "open_now", "'", "\"", ": ", " #", "- ",
        "\n", "\n\n", "  ", "\t", "|", ">", "*", "&a", "!", "%", "@", "`", "\\", "yes", "0123", "1e5", "~",
        "？", "：", "\u{85}", "\u{2028}", "\u{feff}", "\u{7}", "🙂", "---", "...", "</b>", "[x](y)", ",",
        ";", "id:", "entries:", "\r\n", "é", "\u{a0}",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![pieces(), any::<String>(), "[一-龥]{2,12}[？?]?"]
}

/// Finds what is wrong with the FAQ that was made of pairs, if anything is.
fn wrong(yaml: &str, pairs: &[(String, String)]) -> Option<String> {
    let loaded = match load("faq.yaml", yaml) {
        Ok(loaded) => loaded,
        Err(problems) => return Some(format!("{problems:?}\n{yaml}")),
    };
    // A name in single braces is a warning in an answer that anybody writes.
    let mut warnings = loaded.warnings.iter();
    if warnings.any(|warning| !warning.message.contains("is said as it stands")) {
        return Some(format!("{:?}\n{yaml}", loaded.warnings));
    }
    let context = RenderContext {
        now: jiff::Timestamp::UNIX_EPOCH,
        language: Language::CHINESE,
    };
    let mut first: HashMap<String, String> = HashMap::new();
    for (question, answer) in pairs {
        let (question, answer) = (one_line(question), cleaned(answer));
        if bare(&question).is_empty() || answer.is_empty() || first.contains_key(&bare(&question)) {
            continue;
        }
        first.insert(bare(&question), answer.clone());
        let entries = loaded.faq.entries();
        let Some(at) = entries
            .iter()
            .position(|entry| entry.questions.contains(&question))
        else {
            return Some(format!("{question:?} is lost\n{yaml}"));
        };
        let said = loaded.faq.render(at, &context).text;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Answers that differ in white space only are one.
        if words(&said) != words(&answer) {
            return Some(format!("{answer:?} became {said:?}\n{yaml}"));
        }
    }
    None
}

proptest! {
    #[test]
    fn any_questions_and_answers_survive_as_yaml(pairs in prop::collection::vec((text(), text()), 1..8)) {
        let found = pairs.iter().map(|(question, answer)| {
            let json = serde_json::json!({ "question": [question], "answer": answer });
            json.to_string()
        });
        let lines: Vec<String> = found.collect();
        match import(&[source("a.jsonl", lines.join("\n"))], &options()) {
            Ok(made) => prop_assert_eq!(wrong(&made.yaml, &pairs), None),
            Err(refusal) => {
                let usable = |(question, answer): &(String, String)| {
                    !bare(&one_line(question)).is_empty() && !cleaned(answer).is_empty()
                };
                prop_assert!(!pairs.iter().any(usable), "{}", refusal);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), page in text()) {
        for name in ["a.csv", "a.xlsx", "a.md", "a.html", "a.json", "a.yml"] {
            let _ = import(&[source(name, &bytes)], &options());
            let _ = import(&[source(name, format!("<h2>退款吗</h2>{page}\n\n## 退款吗\n\n{page}"))], &options());
        }
    }
}
