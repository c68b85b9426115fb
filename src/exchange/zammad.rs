//! Zammad's knowledge base, as `POST /api/v1/knowledge_bases/init` answers it: records by id, in several tables. The bodies of answers come
//! only when their ids are asked for, so that they may stand in another file than the titles.

use super::{Parsed, SourcePosition, Unit, html};
use crate::faq::WrittenEntry;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Records that were read so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    answers: BTreeMap<u64, Value>,
    translations: BTreeMap<u64, (Value, SourcePosition)>,
    contents: BTreeMap<u64, Value>,
}

/// Reads a file; false where it is none of Zammad's.
pub(super) fn read(name: &str, object: &Map<String, Value>, parsed: &mut Parsed) -> bool {
    let tables = object.get("assets").and_then(Value::as_object).unwrap_or(object);
    if !tables.keys().any(|name| name.starts_with("KnowledgeBaseAnswer")) {
        return false;
    }
    for (id, answer) in records(tables, "KnowledgeBaseAnswer") {
        parsed.zammad.answers.insert(id, answer.clone());
    }
    for (id, content) in records(tables, "KnowledgeBaseAnswerTranslationContent") {
        parsed.zammad.contents.insert(id, content.clone());
    }
    for (at, (id, translation)) in records(tables, "KnowledgeBaseAnswerTranslation").enumerate() {
        let place = SourcePosition {
            file: name.to_owned(),
            unit: Unit::Item,
            number: at + 1,
        };
        parsed
            .zammad
            .translations
            .insert(id, (translation.clone(), place));
    }
    true
}

fn records<'a>(tables: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = (u64, &'a Value)> {
    let table = tables.get(name);
    let by_id = table.and_then(Value::as_object).into_iter().flat_map(Map::values);
    let listed = table.and_then(Value::as_array).into_iter().flatten();
    let mut records: Vec<(u64, &Value)> = by_id
        .chain(listed)
        .filter_map(|record| Some((record.get("id")?.as_u64()?, record)))
        .collect();
    records.sort_by_key(|(id, _)| *id);
    records.into_iter()
}

/// Puts the records together that belong together.
pub(super) fn finish(parsed: &mut Parsed) {
    let parts = std::mem::take(&mut parsed.zammad);
    for (translation, place) in parts.translations.into_values() {
        let id = |key: &str| translation.get(key).and_then(Value::as_u64);
        let title = translation
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let answer = id("answer_id").and_then(|id| parts.answers.get(&id));
        let is = |key: &str| {
            answer
                .and_then(|answer| answer.get(key))
                .is_some_and(|at| !at.is_null())
        };
        // What only agents may read is for no group.
        if !is("published_at") || is("archived_at") {
            parsed.notes.left_out(
                &place,
                format!("the answer `{title}` is not published"),
                format!("「{title}」没有公开发布"),
            );
            continue;
        }
        let content = id("content_id").and_then(|id| parts.contents.get(&id));
        let Some(body) = content
            .and_then(|content| content.get("body"))
            .and_then(Value::as_str)
        else {
            parsed.notes.left_out(
                &place,
                format!(
                    "the body of `{title}` is not in the file: ask for it with answer_translation_content_ids"
                ),
                format!("文件里没有「{title}」的正文；导出时请带上 answer_translation_content_ids"),
            );
            continue;
        };
        let (text, pictures) = html::plain(body);
        let mut entry = WrittenEntry {
            pictures,
            ..WrittenEntry::default()
        };
        entry.questions.push(title.to_owned());
        entry.answer.push((String::new(), text));
        parsed.found(entry, place);
    }
}
