//! Keys as people guess them: in Chinese, shortened, or by another program's name.

use super::flow;
use super::line::{is_space, quoted};

/// A key as it may be written, with the keys that it may stand for, the likeliest first: its place decides between them.
const ALIASES: &[(&str, &[&str])] = &[
    ("问题", &["questions", "entries"]),
    ("问", &["questions"]),
    ("提问", &["questions"]),
    ("问法", &["questions"]),
    ("关键词", &["questions"]),
    ("q", &["questions"]),
    ("ask", &["questions"]),
    ("asks", &["questions"]),
    ("keyword", &["questions"]),
    ("keywords", &["questions"]),
    ("examples", &["questions"]),
    ("phrases", &["questions"]),
    ("question", &["questions", "entries"]),
    ("questions", &["questions", "entries"]),
    ("答案", &["answer"]),
    ("回答", &["answer"]),
    ("答", &["answer"]),
    ("回复", &["answer"]),
    ("内容", &["answer"]),
    ("a", &["answer"]),
    ("ans", &["answer"]),
    ("answers", &["answer"]),
    ("reply", &["answer"]),
    ("replies", &["answer"]),
    ("response", &["answer"]),
    ("text", &["answer"]),
    ("content", &["answer"]),
    ("编号", &["id"]),
    ("标题", &["title"]),
    ("条目", &["entries"]),
    ("问答", &["entries"]),
    ("常见问题", &["entries"]),
    ("faq", &["entries"]),
    ("faqs", &["entries"]),
    ("items", &["entries"]),
    ("item", &["entries"]),
    ("list", &["entries"]),
    ("data", &["entries"]),
    ("qa", &["entries"]),
    ("q&a", &["entries"]),
    ("qas", &["entries"]),
    ("knowledge", &["entries"]),
    ("questionsandanswers", &["entries"]),
    ("语言", &["language"]),
    ("时间", &["hours"]),
    ("服务时间", &["hours"]),
    ("工作时间", &["hours"]),
    ("节假日", &["holidays"]),
    ("联系方式", &["contact_points"]),
    ("图片", &["pictures"]),
    ("链接", &["links"]),
    ("测试", &["tests"]),
    ("名称", &["name", "id"]),
    ("name", &["name", "id"]),
    ("账号", &["accounts"]),
    ("帐号", &["accounts"]),
    ("平台", &["platform"]),
    ("管理员", &["admins"]),
    ("客服", &["staff"]),
    ("中文", &["zh"]),
    ("汉语", &["zh"]),
    ("简体", &["zh"]),
    ("简体中文", &["zh"]),
    ("cn", &["zh"]),
    ("chinese", &["zh"]),
    ("chn", &["zh"]),
    ("英文", &["en"]),
    ("英语", &["en"]),
    ("english", &["en"]),
    ("eng", &["en"]),
];

/// Keys whose value is a text that is said to members, and may have several lines.
const TEXTS: [&str; 5] = ["answer", "zh", "en", "open", "closed"];

/// Keys whose value is a list.
const LISTS: [&str; 16] = [
    "entries",
    "questions",
    "patterns",
    "pictures",
    "links",
    "see_also",
    "match",
    "not",
    "tags",
    "channels",
    "synonyms",
    "out_of_scope",
    "staff",
    "admins",
    "staff_rooms",
    "work",
];

/// Returns the keys that a written one may stand for.
fn all(given: &str) -> &'static [&'static str] {
    let plain: String = given
        .chars()
        .filter(|c| !is_space(*c) && !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect();
    let found = ALIASES.iter().find(|(name, _)| *name == plain);
    found.map_or(&[], |(_, meant)| meant)
}

/// The one of `names` that is meant by a key.
pub(super) fn meant<'a>(given: &str, names: &'a [String]) -> Option<&'a str> {
    let names = |meant: &&str| names.iter().find(|name| name == meant);
    all(given).iter().find_map(names).map(String::as_str)
}

/// Returns the likeliest meaning of a key, without regard to its place.
pub(super) fn usual(given: &str) -> Option<&'static str> {
    all(given).first().copied()
}

/// Returns `true` if a text can be a key: it is in small letters, or a known alias.
pub(super) fn is_key(text: &str) -> bool {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
    (text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(small)) || usual(text).is_some()
}

/// Returns `true` if a key's value is a text that may have several lines.
pub(super) fn holds_text(key: &str) -> bool {
    TEXTS.contains(&key)
}

/// Returns `true` for a key of an entry; with `or_like_one` also for an alias of one.
pub(super) fn is_entry_key(key: &str, or_like_one: bool) -> bool {
    let known = |key: &str| ["id", "title", "questions", "patterns", "answer"].contains(&key);
    known(key) || (or_like_one && usual(key).is_some_and(known))
}

/// Returns `true` if a key's value is a list.
pub(super) fn holds_list(key: &str) -> bool {
    LISTS.contains(&key)
}

/// Returns `true` if names stand under a key, without dashes.
pub(super) fn holds_names(key: &str) -> bool {
    matches!(
        key,
        "contact_points" | "hours" | "holidays" | "weekly" | "exceptions" | "accounts"
    )
}

/// Formats a key and its value as a correction: a text is put into brackets if a list belongs there.
pub(super) fn typed(key: &str, value: &str) -> String {
    let value = value.trim_matches(is_space);
    if value.is_empty() {
        return format!("{key}:");
    }
    if !holds_list(key) || value.starts_with(['[', '{']) {
        return format!("{key}: {value}");
    }
    match flow::in_round(value) {
        Some(inside) => format!("{key}: [{}]", items(&inside)),
        None => format!("{key}: [{}]", item(value)),
    }
}

/// Formats what stands between brackets, or is to: a number is quoted, since lists hold texts and ids, which may be quoted.
pub(super) fn items(inside: &str) -> String {
    let items = flow::split(inside).into_iter().map(str::trim);
    let is_number = |item: &str| !item.is_empty() && item.parse::<f64>().is_ok();
    let items = items.map(|item| match is_number(item) {
        true => quoted(item),
        false => item.to_owned(),
    });
    items.collect::<Vec<String>>().join(", ")
}

/// Formats a text as an item between brackets, in quotes if it needs them.
pub fn item(value: &str) -> String {
    let whole = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    let plain = value.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '？');
    match plain || whole('"') || whole('\'') {
        true => value.to_owned(),
        false => quoted(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_depends_on_what_can_stand_there() {
        let names = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        for (given, known, expected) in [
            (
                "Questions and Answers",
                &["entries", "hours"][..],
                Some("entries"),
            ),
            ("questions", &["entries", "hours"], Some("entries")),
            ("Q", &["questions", "answer"], Some("questions")),
            ("zh_cn", &["zh", "en"], None),
            ("cn", &["zh", "en"], Some("zh")),
            ("name", &["id", "answer"], Some("id")),
            ("cn", &["id"], None),
        ] {
            assert_eq!(meant(given, &names(known)), expected, "{given}");
        }
    }

    #[test]
    fn a_text_where_a_list_belongs_is_put_into_brackets() {
        assert_eq!(typed("questions", "怎么退款"), "questions: [怎么退款]");
        assert_eq!(typed("questions", "退款, 退货"), "questions: [\"退款, 退货\"]");
        assert_eq!(typed("questions", "[退款]"), "questions: [退款]");
        assert_eq!(typed("answer", "找客服"), "answer: 找客服");
        assert_eq!(typed("questions", ""), "questions:");
    }
}
