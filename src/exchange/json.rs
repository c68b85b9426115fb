//! JSON and JSON lines. Other programs' files are known by their keys: HuixiangDou's pairs, rows of Koishi's dialogues, rules of AstrBot's
//! keyword replies, Chatwoot's articles, Zammad's knowledge base.

use super::entry_cells::{self, Column};
use super::{ImportRefusal, Parsed, SourcePosition, Unit, koishi, markdown, zammad};
use crate::faq::{Versions, WrittenEntry};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::fmt;

/// Names under which objects hold their list.
const LISTS: [&str; 12] = [
    "entries", "payload", "rules", "data", "items", "list", "faqs", "faq", "qas", "qa", "records", "rows",
];

/// Reads a file.
pub(super) fn read(name: &str, text: &str, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let place = |unit: Unit, number: usize| SourcePosition {
        file: name.to_owned(),
        unit,
        number,
    };
    let error = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            for (at, value) in items.iter().enumerate() {
                item(value, &place(Unit::Item, at + 1), parsed);
            }
            return Ok(());
        }
        Ok(Value::Object(object)) => {
            whole(name, text, &object, parsed);
            return Ok(());
        }
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let is_lines = lines
        .iter()
        .any(|(_, line)| serde_json::from_str::<Map<String, Value>>(line).is_ok());
    if !is_lines {
        let why = error.map_or_else(
            || "a list or an object is expected".to_owned(),
            |error| error.to_string(),
        );
        return Err(ImportRefusal(format!(
            "{name} 不是正确的 JSON：{why} / {name} is no JSON, nor JSON lines: {why}"
        )));
    }
    for (line, text) in lines {
        let place = place(Unit::Line, line);
        match serde_json::from_str::<Value>(text) {
            Ok(value) => item(&value, &place, parsed),
            Err(error) => parsed.notes.left_out(
                &place,
                format!("the line is no JSON: {error}"),
                format!("这一行不是正确的 JSON：{error}"),
            ),
        }
    }
    Ok(())
}

/// Reads an object that is the whole file.
fn whole(name: &str, text: &str, object: &Map<String, Value>, parsed: &mut Parsed) {
    let place = |number: usize| SourcePosition {
        file: name.to_owned(),
        unit: Unit::Item,
        number,
    };
    if zammad::read(name, object, parsed) {
        return;
    }
    if let Some(head) = object.get("head").and_then(Value::as_str) {
        parsed.head = head.to_owned();
    }
    let list = LISTS.iter().find_map(|key| object.get(*key)?.as_array());
    if let Some(list) = list {
        for (at, value) in list.iter().enumerate() {
            item(value, &place(at + 1), parsed);
        }
    } else if columns(object).any(|(column, _)| matches!(column, Column::Answer(_))) {
        item(&Value::Object(object.clone()), &place(1), parsed);
    } else if let Ok(Pairs(pairs)) = serde_json::from_str(text) {
        // HuixiangDou: { question: answer }.
        for (at, (question, answer)) in pairs.into_iter().enumerate() {
            let mut entry = WrittenEntry::default();
            entry.questions.push(question);
            match answer {
                Value::String(answer) => {
                    entry.answer.push((String::new(), answer));
                    parsed.found(entry, place(at + 1));
                }
                _ => parsed
                    .notes
                    .left_out(&place(at + 1), "no question with an answer", "不是问题和答案"),
            }
        }
    }
}

/// Reads one item of a list.
fn item(value: &Value, place: &SourcePosition, parsed: &mut Parsed) {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(pair) => {
            if let [Value::String(question), Value::String(answer)] = pair.as_slice() {
                let mut entry = WrittenEntry::default();
                entry.questions.push(question.clone());
                entry.answer.push((String::new(), answer.clone()));
                parsed.found(entry, place.clone());
            } else {
                parsed
                    .notes
                    .left_out(place, "no question with an answer", "不是问题和答案");
            }
            return;
        }
        _ => {
            parsed
                .notes
                .left_out(place, "no question with an answer", "不是问题和答案");
            return;
        }
    };
    if koishi::has_keys(object.keys().map(String::as_str)) {
        let of = |name: &str| match object.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        koishi::row(of, place, parsed);
        return;
    }
    if ["title", "content", "status"]
        .iter()
        .all(|key| object.contains_key(*key))
    {
        article(object, place, parsed);
        return;
    }
    if object.get("enabled") == Some(&Value::Bool(false)) {
        parsed
            .notes
            .left_out(place, "it is switched off", "这一项没有启用");
        return;
    }
    let mut entry = WrittenEntry::default();
    for (column, value) in columns(object) {
        put(&mut entry, &column, value);
    }
    // AstrBot's keyword replies.
    if object.get("match_type").and_then(Value::as_str) == Some("regex") {
        entry.patterns.append(&mut entry.questions);
    }
    if entry.questions.is_empty()
        && entry.patterns.is_empty()
        && let Some((_, title)) = entry.title.first()
    {
        entry.questions.push(title.clone());
    }
    parsed.found(entry, place.clone());
}

/// An article of Chatwoot's help centre: its title asks, its Markdown answers.
fn article(object: &Map<String, Value>, place: &SourcePosition, parsed: &mut Parsed) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let status = text("status");
    if status != "published" {
        parsed.notes.left_out(
            place,
            format!("the article `{}` is not published ({status})", text("title")),
            format!("文章「{}」没有发布（{status}）", text("title")),
        );
        return;
    }
    let (answer, pictures) = markdown::plain(text("content"));
    let mut entry = WrittenEntry {
        pictures,
        ..WrittenEntry::default()
    };
    entry.questions.push(text("title").to_owned());
    entry.answer.push((String::new(), answer));
    parsed.found(entry, place.clone());
}

/// The values of an object whose keys name something of an entry.
fn columns(object: &Map<String, Value>) -> impl Iterator<Item = (Column, &Value)> {
    let known = object
        .iter()
        .filter_map(|(key, value)| Some((entry_cells::column(key)?, value)));
    let nested = object.iter().flat_map(|(key, value)| {
        let parts: &[(&str, Column)] = match key.as_str() {
            "tests" => &[("match", Column::TestsMatch), ("not", Column::TestsNot)],
            "audience" => &[("tags", Column::Tags), ("channels", Column::Channels)],
            _ => &[],
        };
        parts
            .iter()
            .filter_map(move |(part, column)| Some((column.clone(), value.get(part)?)))
    });
    known.chain(nested)
}

fn put(entry: &mut WrittenEntry, column: &Column, value: &Value) {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is_true) => Some(is_true.to_string()),
        _ => None,
    };
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(items) => items.iter().filter_map(scalar).collect(),
            value => scalar(value).into_iter().collect(),
        }
    };
    match (column, value) {
        (Column::Answer(_), Value::Object(_)) => versions(value, "", &mut entry.answer),
        (Column::Title(_), Value::Object(_)) => versions(value, "", &mut entry.title),
        // Of several answers the first is said.
        (Column::Answer(_), Value::Array(items)) => {
            if let Some(text) = items.iter().find_map(scalar) {
                entry_cells::set(entry, column, &text);
            }
        }
        (Column::Questions, Value::Array(_)) => entry.questions.extend(texts(value)),
        (Column::Patterns, Value::Array(_)) => entry.patterns.extend(texts(value)),
        (Column::TestsMatch, Value::Array(_)) => entry.tests_match.extend(texts(value)),
        (Column::TestsNot, Value::Array(_)) => entry.tests_not.extend(texts(value)),
        (Column::Links, Value::Array(links)) => {
            for link in links {
                let mut title = Versions::new();
                match link.get("title") {
                    Some(text @ Value::Object(_)) => versions(text, "", &mut title),
                    Some(Value::String(text)) => title.push((String::new(), text.clone())),
                    _ => {}
                }
                match link.get("url").and_then(Value::as_str) {
                    Some(url) => entry.links.push((title, url.to_owned())),
                    None => entry_cells::set(entry, column, &scalar(link).unwrap_or_default()),
                }
            }
        }
        (column, value) => entry_cells::set(entry, column, &texts(value).join("\n")),
    }
}

/// Texts by language and by `open` and `closed`, in the order in which they are always written.
fn versions(value: &Value, above: &str, found: &mut Versions) {
    match value {
        Value::String(text) => found.push((above.to_owned(), text.clone())),
        Value::Object(parts) => {
            for key in ["zh", "en", "open", "closed"] {
                let Some(part) = parts.get(key) else { continue };
                let below = match above {
                    "" => key.to_owned(),
                    above => format!("{above}.{key}"),
                };
                versions(part, &below, found);
            }
        }
        _ => {}
    }
}

/// The members of an object in their order.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
