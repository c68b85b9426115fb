//! Rasa's training data: examples by intent (`nlu`), what is said (`responses`), and rules that join the two. They may stand in several
//! files; they are put together when all have been read.

use super::{ImportOutcome, ImportRefusal, Parsed, SourcePosition, Unit};
use crate::faq::WrittenEntry;
use crate::yaml::{Document, Limits};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The parts read so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    intents: Vec<(String, Vec<String>, SourcePosition)>,
    responses: BTreeMap<String, Vec<Value>>,
    /// The responses to an intent, by rules and stories.
    said: BTreeMap<String, Vec<String>>,
}

/// Reads a file.
pub(super) fn read(name: &str, text: &str, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let document = Document::parse(name, text, &Limits::default()).map_err(|problems| {
        let first = problems.first().map(|problem| problem.in_both_languages());
        ImportRefusal(first.unwrap_or_default())
    })?;
    let mut problems = Vec::new();
    let root: Value = document.read(&[], &mut problems).unwrap_or_default();
    if root.get("entries").is_some() {
        return Err(ImportRefusal(format!(
            "{name} 已经是 groupdesk 的 FAQ，不需要导入；`groupdesk check {name}` 检查它 / {name} is a FAQ of groupdesk already, and needs no \
             import: `groupdesk check {name}` checks it"
        )));
    }
    let has = ["nlu", "responses", "templates", "rules", "stories"]
        .iter()
        .any(|key| root.get(key).is_some());
    if !has {
        return Err(ImportRefusal(format!(
            "{name} 里没有 nlu、responses 或 rules，不是 Rasa 的文件 / {name} has neither nlu nor responses nor rules: it is no file of Rasa"
        )));
    }
    for (at, group) in list(&root, "nlu").enumerate() {
        let Some(intent) = group.get("intent").and_then(Value::as_str) else {
            continue;
        };
        let path = ["nlu".to_owned(), at.to_string(), "intent".to_owned()];
        let place = SourcePosition {
            file: name.to_owned(),
            unit: Unit::Line,
            number: document.position(&path).0,
        };
        let examples = examples(group.get("examples"));
        parsed.rasa.intents.push((intent.to_owned(), examples, place));
    }
    // Rasa 1 called them templates.
    for key in ["responses", "templates"] {
        for (name, variants) in root.get(key).and_then(Value::as_object).into_iter().flatten() {
            let variants = variants.as_array().cloned().unwrap_or_default();
            parsed.rasa.responses.insert(name.clone(), variants);
        }
    }
    for told in list(&root, "rules").chain(list(&root, "stories")) {
        follow(told, &mut parsed.rasa.said);
    }
    Ok(())
}

fn list<'a>(root: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    root.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Notes what is said directly behind an intent.
fn follow(told: &Value, said: &mut BTreeMap<String, Vec<String>>) {
    let mut intent: Option<&str> = None;
    let mut begins = BTreeMap::new();
    for step in list(told, "steps") {
        if let Some(asked) = step.get("intent").and_then(Value::as_str) {
            intent = Some(asked);
        } else if let (Some(asked), Some(action)) = (intent, step.get("action").and_then(Value::as_str)) {
            if action.starts_with("utter_") {
                begins
                    .entry(asked)
                    .or_insert_with(Vec::new)
                    .push(action.to_owned());
            } else {
                intent = None;
            }
        }
    }
    for (asked, actions) in begins {
        said.entry(asked.to_owned()).or_insert(actions);
    }
}

/// Example phrases: a text with an item a line, or a list of texts or of `{ text: ... }`. Marks of entities are taken off.
fn examples(written: Option<&Value>) -> Vec<String> {
    static ENTITY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\})").ok());
    let texts: Vec<String> = match written {
        Some(Value::String(text)) => text
            .lines()
            .filter_map(|line| line.trim().strip_prefix('-'))
            .map(str::to_owned)
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item.get("text")?.as_str()))
            .map(|text| text.trim().trim_start_matches("- ").to_owned())
            .collect(),
        _ => Vec::new(),
    };
    let plain = |text: String| match ENTITY.as_ref() {
        Some(entity) => entity.replace_all(text.trim(), "$1").into_owned(),
        None => text.trim().to_owned(),
    };
    texts.into_iter().map(plain).collect()
}

/// Joins what was read.
pub(super) fn finish(parsed: &mut Parsed) {
    static SLOT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{[A-Za-z_]\w*\}").ok());
    let parts = std::mem::take(&mut parsed.rasa);
    let mut used = Vec::new();
    for (intent, questions, place) in parts.intents {
        let own = format!("utter_{intent}");
        let names = match parts.said.get(&intent) {
            Some(names) if !parts.responses.contains_key(&own) => names.clone(),
            _ => vec![own],
        };
        let mut entry = WrittenEntry {
            id: intent.replace('/', "-"),
            questions,
            ..WrittenEntry::default()
        };
        let mut texts = Vec::new();
        let mut others = 0;
        for name in &names {
            used.push(name.clone());
            let mut variants = parts.responses.get(name).into_iter().flatten();
            let Some(first) = variants.next() else { continue };
            others += variants.count();
            texts.extend(first.get("text").and_then(Value::as_str).map(str::to_owned));
            let picture = first.get("image").and_then(Value::as_str);
            entry.pictures.extend(picture.map(str::to_owned));
        }
        let answer = texts.join("\n");
        if answer.trim().is_empty() {
            parsed.notes.left_out(
                &place,
                format!("nothing is said for the intent `{intent}`: name the file with its responses too"),
                format!("意图「{intent}」没有对应的回复；如果回复写在别的文件里（domain.yml），请一起导入"),
            );
            continue;
        }
        if SLOT.as_ref().is_some_and(|slot| slot.is_match(&answer)) {
            parsed.notes.left_out(
                &place,
                format!("what is said for the intent `{intent}` depends on slots"),
                format!("意图「{intent}」的回复里引用了变量（slot）"),
            );
            continue;
        }
        if others > 0 {
            parsed.notes.add(
                &place,
                ImportOutcome::Changed,
                format!("of several responses for the intent `{intent}` the first was taken"),
                format!("意图「{intent}」有多个回复，取了第一个"),
            );
        }
        entry.answer.push((String::new(), answer));
        parsed.found(entry, place);
    }
    for name in parts.responses.keys().filter(|name| !used.contains(name)) {
        let place = SourcePosition {
            file: name.clone(),
            unit: Unit::Line,
            number: 0,
        };
        parsed
            .notes
            .left_out(&place, "no intent leads to this response", "没有意图用到这个回复");
    }
}
