//! An entry as named cells of text, for tables: a list is a cell with an item a line.

use crate::faq::{Versions, WrittenEntry};
use serde_json::Value;

/// The content of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Questions,
    /// By what chooses it.
    Answer(String),
    /// By its language.
    Title(String),
    Id,
    Patterns,
    Template,
    Hours,
    Pictures,
    Links,
    SeeAlso,
    Handoff,
    Unasked,
    Tags,
    Channels,
    TestsMatch,
    TestsNot,
}

const QUESTION: [&str; 42] = [
    "question",
    "questions",
    "q",
    "query",
    "queries",
    "inquiry",
    "enquiry",
    "prompt",
    "instruction",
    "key",
    "keyword",
    "keywords",
    "ask",
    "问题",
    "问",
    "提问",
    "问法",
    "问句",
    "标准问题",
    "标准问",
    "用户问题",
    "用户问",
    "用户说",
    "常见问题",
    "常见问",
    "问题描述",
    "问题内容",
    "咨询",
    "咨询问题",
    "咨询内容",
    "提问内容",
    "疑问",
    "关键词",
    "关键字",
    "問題",
    "提問",
    "諮詢",
    "similar question",
    "similar questions",
    "相似问题",
    "相似问",
    "相似问法",
];
const MORE: [&str; 6] = [
    "扩展问",
    "扩展问题",
    "其他问法",
    "同义问",
    "alternatives",
    "variants",
];
const ANSWER: [&str; 31] = [
    "answer",
    "answers",
    "a",
    "reply",
    "replies",
    "response",
    "responses",
    "completion",
    "output",
    "value",
    "content",
    "reply text",
    "text",
    "答案",
    "答",
    "回答",
    "回复",
    "答复",
    "解答",
    "标准答案",
    "标准回答",
    "回复内容",
    "答复内容",
    "回答内容",
    "解答内容",
    "答案内容",
    "内容",
    "分段内容",
    "回覆",
    "解決方法",
    "解决方法",
];
/// People who ask and people who answer, as they stand before the word: `客户提问`, `official reply`.
const ASKERS: [&str; 13] = [
    "客户",
    "用户",
    "顾客",
    "买家",
    "会员",
    "学员",
    "成员",
    "高频",
    "热门",
    "customer ",
    "user ",
    "member ",
    "frequent ",
];
const SPEAKERS: [&str; 12] = [
    "官方",
    "客服",
    "人工",
    "机器人",
    "参考",
    "推荐",
    "建议",
    "统一",
    "official ",
    "standard ",
    "suggested ",
    "reference ",
];
/// The words behind them.
const ASKED: [&str; 10] = [
    "问题",
    "提问",
    "咨询",
    "疑问",
    "问法",
    "问句",
    "问",
    "question",
    "questions",
    "query",
];
const SAID: [&str; 9] = [
    "答案", "答复", "回复", "回答", "解答", "话术", "answer", "reply", "response",
];
const TITLE: [&str; 6] = ["title", "标题", "分段标题", "主题", "標題", "heading"];
const ID: [&str; 6] = ["id", "编号", "序号", "no", "no.", "編號"];
const PICTURES: [&str; 7] = [
    "picture",
    "pictures",
    "image",
    "images",
    "图片",
    "reply image",
    "圖片",
];
const LINKS: [&str; 5] = ["link", "links", "url", "链接", "連結"];

/// The columns that entries are written in, in the order of what people look for.
static WRITTEN: [(Column, &str); 12] = [
    (Column::Patterns, "patterns"),
    (Column::Hours, "hours"),
    (Column::Pictures, "pictures"),
    (Column::Links, "links"),
    (Column::SeeAlso, "see_also"),
    (Column::Handoff, "handoff"),
    (Column::Unasked, "unasked"),
    (Column::Tags, "tags"),
    (Column::Channels, "channels"),
    (Column::TestsMatch, "tests.match"),
    (Column::TestsNot, "tests.not"),
    (Column::Template, "template"),
];

/// Returns the content of a column of this name.
pub(super) fn column(name: &str) -> Option<Column> {
    let name = plain(name);
    if let Some((_, name)) = WRITTEN
        .iter()
        .find(|(_, known)| plain(known) == name)
        .map(|(column, known)| (known, column))
    {
        return Some(name.clone());
    }
    if let Some((key, path)) = name.split_once('.') {
        let is_path = path
            .split('.')
            .all(|step| matches!(step, "zh" | "en" | "open" | "closed"));
        match key {
            "answer" if is_path => return Some(Column::Answer(path.to_owned())),
            "title" if is_path => return Some(Column::Title(path.to_owned())),
            _ => {}
        }
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let is = |names: &[&str]| names.contains(&name.as_str());
    if is(&QUESTION)
        || is(&MORE)
        || QUESTION.contains(&bare) && bare.chars().count() > 1
        || MORE.contains(&bare)
        || follows(bare, &ASKERS, &ASKED)
    {
        Some(Column::Questions)
    } else if is(&ANSWER) || follows(&name, &SPEAKERS, &SAID) {
        Some(Column::Answer(String::new()))
    } else if is(&TITLE) {
        Some(Column::Title(String::new()))
    } else if is(&ID) {
        Some(Column::Id)
    } else if is(&PICTURES) {
        Some(Column::Pictures)
    } else if is(&LINKS) {
        Some(Column::Links)
    } else {
        None
    }
}

/// `true` if a name is one of these people's words.
fn follows(name: &str, people: &[&str], words: &[&str]) -> bool {
    let mut behind = people.iter().filter_map(|who| name.strip_prefix(*who));
    behind.any(|word| words.contains(&word))
}

/// A name without what is said beside it: case, stars, remarks in brackets, `_` for a space.
fn plain(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
    let end = name.find(['(', '（', '【', '[', ':', '：']).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default().replace(['_', '*'], " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts a cell into an entry.
pub(super) fn set(entry: &mut WrittenEntry, column: &Column, cell: &str) {
    let cell = cell.trim();
    if cell.is_empty() {
        return;
    }
    let lines = || {
        let lines = cell.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned)
    };
    let first = |versions: &mut Versions, path: &str| {
        if !versions.iter().any(|(known, _)| known == path) {
            versions.push((path.to_owned(), cell.to_owned()));
        }
    };
    match column {
        Column::Questions => entry.questions.extend(lines()),
        Column::Answer(path) => first(&mut entry.answer, path),
        Column::Title(language) => first(&mut entry.title, language),
        Column::Id => entry.id = cell.to_owned(),
        Column::Patterns => entry.patterns.extend(lines()),
        Column::Template => entry.is_template = matches!(cell, "yes" | "true" | "TRUE" | "1" | "是"),
        Column::Hours => entry.hours = cell.to_owned(),
        Column::Pictures => entry.pictures.extend(lines()),
        Column::Links => entry.links.extend(lines().map(|line| link(&line))),
        Column::SeeAlso => entry.see_also.extend(lines()),
        Column::Handoff => entry.handoff = cell.to_owned(),
        Column::Unasked => entry.unasked = cell.to_owned(),
        Column::Tags => entry.tags.extend(lines()),
        Column::Channels => entry.channels.extend(lines()),
        Column::TestsMatch => entry.tests_match.extend(lines()),
        Column::TestsNot => entry.tests_not.extend(lines()),
    }
}

/// `URL`, `URL title`, or `URL {"zh": "...", "en": "..."}`.
fn link(line: &str) -> (Versions, String) {
    let (url, title) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let title = title.trim();
    let versions = match serde_json::from_str::<Value>(title) {
        Ok(Value::Object(by_language)) => {
            let texts = by_language.into_iter();
            let texts = texts.filter_map(|(language, text)| Some((language, text.as_str()?.to_owned())));
            let mut versions: Versions = texts.collect();
            in_order(&mut versions);
            versions
        }
        _ if title.is_empty() => Versions::new(),
        _ => vec![(String::new(), title.to_owned())],
    };
    (versions, url.to_owned())
}

/// Puts versions into the order in which they are always written, so that those that share a step stand together.
pub(super) fn in_order(versions: &mut [(String, String)]) {
    versions.sort_by_key(|(path, _)| {
        let rank = |step: &str| {
            ["zh", "en", "open", "closed"]
                .iter()
                .position(|known| *known == step)
        };
        path.split('.').map(rank).collect::<Vec<_>>()
    });
}

/// The cells of an entry that are not empty, by the names of their columns. Questions and answers come last.
pub(super) fn cells(entry: &WrittenEntry) -> Vec<(String, String)> {
    let mut cells = vec![("id".to_owned(), entry.id.clone())];
    let of = |key: &str, path: &str| match path {
        "" => key.to_owned(),
        path => format!("{key}.{path}"),
    };
    for (language, title) in &entry.title {
        cells.push((of("title", language), title.clone()));
    }
    for (column, name) in &WRITTEN {
        let lines = |items: &[String]| items.join("\n");
        let cell = match column {
            Column::Patterns => lines(&entry.patterns),
            Column::Hours => entry.hours.clone(),
            Column::Pictures => lines(&entry.pictures),
            Column::Links => lines(&entry.links.iter().map(linked).collect::<Vec<_>>()),
            Column::SeeAlso => lines(&entry.see_also),
            Column::Handoff => entry.handoff.clone(),
            Column::Unasked => entry.unasked.clone(),
            Column::Tags => lines(&entry.tags),
            Column::Channels => lines(&entry.channels),
            Column::TestsMatch => lines(&entry.tests_match),
            Column::TestsNot => lines(&entry.tests_not),
            Column::Template if entry.is_template => "yes".to_owned(),
            _ => String::new(),
        };
        cells.push(((*name).to_owned(), cell));
    }
    cells.push(("questions".to_owned(), entry.questions.join("\n")));
    for (path, answer) in &entry.answer {
        cells.push((of("answer", path), answer.clone()));
    }
    cells.retain(|(_, cell)| !cell.is_empty());
    cells
}

fn linked((title, url): &(Versions, String)) -> String {
    match title.as_slice() {
        [] => url.clone(),
        [(language, title)] if language.is_empty() => format!("{url} {title}"),
        versions => {
            let by_language: serde_json::Map<String, Value> = versions
                .iter()
                .map(|(language, title)| (language.clone(), Value::from(title.as_str())))
                .collect();
            format!("{url} {}", Value::Object(by_language))
        }
    }
}
