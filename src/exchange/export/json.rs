//! JSON: entries as in faq.yaml, and all else as the YAML that it is.

use crate::faq::{WrittenEntry, WrittenFaq};
use serde_json::{Map, Value, json};

pub(super) fn write(faq: &WrittenFaq) -> String {
    let entries: Vec<Value> = faq.entries.iter().map(entry).collect();
    let mut file = json!({ "entries": entries });
    if !faq.head.trim().is_empty() {
        file["head"] = Value::from(faq.head.as_str());
    }
    // A `Value` is always JSON.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

fn entry(entry: &WrittenEntry) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        let is_empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(parts) => parts.is_empty(),
            Value::Bool(is_true) => !is_true,
            _ => true,
        };
        if !is_empty {
            object.insert(key.to_owned(), value);
        }
    };
    put("id", json!(entry.id));
    put("title", versions(&entry.title));
    put("questions", json!(entry.questions));
    put("patterns", json!(entry.patterns));
    put("answer", versions(&entry.answer));
    put("template", json!(entry.is_template));
    put("hours", json!(entry.hours));
    put("pictures", json!(entry.pictures));
    let links = entry.links.iter().map(|(title, url)| match title.is_empty() {
        true => json!({ "url": url }),
        false => json!({ "url": url, "title": versions(title) }),
    });
    put("links", links.collect());
    put("see_also", json!(entry.see_also));
    put("handoff", json!(entry.handoff));
    put("unasked", json!(entry.unasked));
    put(
        "audience",
        lists([("tags", &entry.tags), ("channels", &entry.channels)]),
    );
    put(
        "tests",
        lists([("match", &entry.tests_match), ("not", &entry.tests_not)]),
    );
    Value::Object(object)
}

fn lists(lists: [(&str, &Vec<String>); 2]) -> Value {
    let full = lists.into_iter().filter(|(_, items)| !items.is_empty());
    Value::Object(full.map(|(key, items)| (key.to_owned(), json!(items))).collect())
}

/// A text, or texts by what chooses them.
fn versions(versions: &[(String, String)]) -> Value {
    let mut root = Value::Object(Map::new());
    for (path, text) in versions {
        if path.is_empty() {
            return Value::from(text.as_str());
        }
        let mut place = &mut root;
        for step in path.split('.') {
            place = &mut place[step];
        }
        *place = Value::from(text.as_str());
    }
    root
}
