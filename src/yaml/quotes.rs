//! Chinese quotes around a value: YAML takes them for a part of it, and in an address, an hour or a token they fit nothing.

use super::chinese_quotes::inside;
use super::line::quoted;
use super::{Document, Problem, mask_secrets, positions};
use serde_yaml::Value;

/// The message of the error, which is the same for every value.
pub const IN_CHINESE_QUOTES: &str = "the Chinese quotes around this value are a part of it";

/// The most such values that are reported.
pub(super) const REPORTED_MAX: usize = 40;

/// The longest value that is shown again, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// Keys of groupdesk.yaml below which texts for people stand, where such quotes may be meant.
const TEXTS: [&str; 8] = [
    "snippets",
    "title",
    "welcome",
    "name",
    "labels",
    "answer_prefixes",
    "prompt",
    "instructions",
];

/// Returns `true` if no text for people stands at a path of groupdesk.yaml.
pub(super) fn is_setting(path: &[String]) -> bool {
    !path.iter().any(|key| TEXTS.contains(&key.as_str()))
}

/// Returns `true` if no text for people stands at a path of faq.yaml, or settings may stand below it.
pub(super) fn is_setting_of_faq(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["holidays", _, key, ..] => *key != "name",
        ["language" | "service" | "precision" | "hours" | "holidays", ..]
        | ["entries" | "contact_points"]
        | ["entries" | "contact_points", _]
        | ["entries", _, "links"]
        | ["entries", _, "links", _]
        | ["entries", _, "links", _, "url"] => true,
        ["entries", _, key, ..] => matches!(
            *key,
            "id" | "hours" | "handoff" | "unasked" | "audience" | "see_also" | "pictures"
        ),
        ["contact_points", _, key] => matches!(*key, "hours" | "link" | "recommended"),
        _ => false,
    }
}

/// Takes the quotes off every value for which `is_setting` says yes; returns their paths, and what stood inside.
pub(super) fn take_off(value: &mut Value, is_setting: fn(&[String]) -> bool) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    take_off_in(value, &mut Vec::new(), is_setting, &mut found);
    found
}

fn take_off_in(
    value: &mut Value,
    path: &mut Vec<String>,
    is_setting: fn(&[String]) -> bool,
    found: &mut Vec<(Vec<String>, String)>,
) {
    if !path.is_empty() && !is_setting(path) {
        return;
    }
    match value {
        Value::Sequence(list) => {
            for (at, value) in list.iter_mut().enumerate() {
                path.push(at.to_string());
                take_off_in(value, path, is_setting, found);
                path.pop();
            }
        }
        Value::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                path.push(positions::key_text(key));
                take_off_in(value, path, is_setting, found);
                path.pop();
            }
        }
        Value::String(text) => {
            if let Some(inner) = inside(text.trim()) {
                let inner = inner.trim().to_owned();
                found.push((path.clone(), inner.clone()));
                *value = meant(inner);
            }
        }
        _ => {}
    }
}

/// Reads what stands between the quotes: in straight ones it is a text, but a number may be wanted.
fn meant(inner: String) -> Value {
    match serde_yaml::from_str::<Value>(&inner) {
        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
        _ => Value::String(inner),
    }
}

/// Makes the error about such a value, with what to type unless it may be a secret.
pub(super) fn problem(document: &Document, path: &[String], inner: &str) -> Problem {
    let (line, _) = document.position(path);
    let lines: Vec<&str> = document.lines.iter().map(String::as_str).collect();
    let name = inner
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or_default();
    let is_reference = !name.is_empty() && !name.contains(['{', '}', '$']);
    let is_hidden = mask_secrets::is_secret_path(path) || mask_secrets::hides(&lines, line.saturating_sub(1));
    let has_quotes = inner.contains(['“', '”', '‘', '’', '＂', '＇', '"']);
    let is_shown = (is_reference || !is_hidden) && !has_quotes && inner.chars().count() <= SHOWN_CHARS_MAX;
    let (english, chinese) = match is_shown {
        true => (
            format!("type \" instead: {}", quoted(inner)),
            format!("请改用英文引号，写成：{}", quoted(inner)),
        ),
        false => (
            "type \" instead, with the keyboard set to English".to_owned(),
            "请切换到英文输入法，改用英文引号 \"".to_owned(),
        ),
    };
    let mut problem = document.problem(path, IN_CHINESE_QUOTES.to_owned(), Some(english));
    problem.in_chinese(format!("中文引号会原样成为值的一部分；{chinese}"));
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Limits;

    fn parse(text: &str) -> Document {
        Document::parse("x.yaml", text, &Limits::default()).unwrap()
    }

    fn told(document: &Document) -> Vec<Problem> {
        let mut problems = Vec::new();
        document.read::<Value>(&[], &mut problems);
        problems
    }

    #[test]
    fn chinese_quotes_around_any_setting_are_told_once_and_the_rest_is_read_without_them() {
        for (written, typed) in [
            ("access_token: “${TOKEN}”", "\"${TOKEN}\""),
            ("access_token: \"“${TOKEN}”\"", "\"${TOKEN}\""),
            ("wait: ‘30s’", "\"30s\""),
            ("rooms: [a, “qq/group:1”]", "\"qq/group:1\""),
            ("weekly: { mon-fri: “09:00-18:00” }", "\"09:00-18:00\""),
            ("days: ＂5＂", "\"5\""),
        ] {
            let document = parse(&format!("{written}\n")).with_secrets();
            let problems = told(&document);
            assert_eq!(problems.len(), 1, "{written}: {problems:?}");
            let text = problems[0].to_string();
            assert!(text.contains(typed) && text.contains(IN_CHINESE_QUOTES), "{text}");
            let chinese = problems[0].chinese.as_deref().unwrap();
            assert!(
                chinese.contains("英文引号") && chinese.contains(typed) && !chinese.contains("“"),
                "{chinese}"
            );
            assert!(
                document.warnings().is_empty(),
                "{written}: {:?}",
                document.warnings()
            );
        }
        let document = parse("days: “5”\nwait: “30s”\n").with_secrets();
        assert_eq!(document.text_at(&["wait".to_owned()]), Some("30s"));
        assert!(document.value_at(&["days".to_owned()]).unwrap().is_number());
    }

    #[test]
    fn no_secret_is_shown_and_no_text_for_people_is_blamed() {
        let document = parse("token: “S3CRET-9”\n").with_secrets();
        let problems = told(&document);
        assert_eq!(problems.len(), 1);
        assert!(
            !problems[0].in_both_languages().contains("S3CRET"),
            "{problems:?}"
        );
        assert!(told(&parse("tickets: { snippets: { hi: “您好” } }\n").with_secrets()).is_empty());
    }

    #[test]
    fn of_a_faq_only_what_is_no_text_is_an_error() {
        let text = "language: “zh”\nhours: { office: { weekly: { mon-fri: “09:00-18:00” } } }\n\
                    entries:\n  - id: “address”\n    title: “地址”\n    questions: [“地址在哪”]\n    answer: “长沙”\n";
        let problems = told(&parse(text));
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 2, 4], "{problems:?}");
        let warnings = parse(text);
        let lines: Vec<usize> = warnings.warnings().iter().map(|warning| warning.line).collect();
        assert_eq!(lines, [5, 6, 7]);
    }
}
