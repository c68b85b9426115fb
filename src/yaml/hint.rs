//! Hints for a value of the wrong kind: names of kinds, and the correction.

use super::guessed_keys::items;
use super::line::{Line, is_space, quoted};
use super::mistakes::needs_quotes;

/// The longest text that is shown again inside a hint, in characters.
pub(super) const SHOWN_CHARS_MAX: usize = 60;

/// Signs that people type in place of the dash of an item.
const DASHES: [char; 7] = ['-', '－', '—', '–', '•', '·', '●'];

/// The first lines of a FAQ.
pub(super) const FAQ_BEGINS: [&str; 4] = [
    "entries:",
    "  - id: refund",
    "    questions: [怎么退款, how do I get a refund]",
    "    answer: ...",
];

/// Returns the correction, in English and in Chinese, of a list in brackets with an item that needs quotes.
pub(super) fn in_brackets(raw: &str, kind: &str, wanted: &str, hidden: bool) -> Option<(String, String)> {
    let line = Line::of(raw);
    let is_text = wanted.contains("text") && matches!(kind, "keys with values" | "a list");
    if !is_text || hidden || !line.value.starts_with(['[', '{']) {
        return None;
    }
    let value = super::flow::with_quotes(line.value)?;
    let typed = line.with_value(&value);
    let typed: String = typed.trim().chars().take(2 * SHOWN_CHARS_MAX).collect();
    Some((
        format!("put the text in quotes: {typed}"),
        format!("含有特殊符号的文字请加英文引号，写成：{typed}"),
    ))
}

/// Returns the correction of a value of the wrong kind, in English and in Chinese.
pub(super) fn hint(
    kind: &str,
    wanted: &str,
    written: &str,
    above: &str,
    hidden: bool,
) -> Option<(String, String)> {
    let text_wanted = wanted.contains("text");
    if hidden && text_wanted {
        return Some(("put it in quotes".to_owned(), "请加英文引号".to_owned()));
    }
    match kind {
        "a number" | "true or false" if text_wanted => Some(quote_scalar(written)),
        "nothing" => Some(fill_in(written, above, text_wanted)),
        "keys with values" | "a list" if text_wanted => Some(quote_text(written)),
        "a text" if wanted.contains("list") => Some(write_as_list(written)),
        "a text" if wanted.starts_with("keys") || wanted.starts_with("days") => part_key(written),
        "a number" if wanted.contains("list") => Some((
            format!(
                "write [{}], or every item in a line of its own that begins with `- `",
                items(written)
            ),
            format!("请写成：[{}]，或每项一行、以 - 加空格开头", items(written)),
        )),
        "keys with values" if wanted.contains("list") => Some((
            "every item begins with `- `, a dash and a space".to_owned(),
            "每一项都要以 - 加一个空格开头".to_owned(),
        )),
        "a text" if wanted == "true or false" => Some(write_as_boolean(written)),
        "a text" if wanted == "a number" && percent(written).is_some() => {
            let share = percent(written).unwrap_or_default();
            Some((
                format!("write the share without a sign: {share}"),
                format!("百分数请写成小数：{share}"),
            ))
        }
        "a text" if wanted.contains("number") => Some((
            "write the number alone, without quotes or unit".to_owned(),
            "请只写数字，不加引号和单位".to_owned(),
        )),
        _ => None,
    }
}

/// Shortens a text that is shown again inside a hint.
fn short(text: &str) -> String {
    text.chars().take(SHOWN_CHARS_MAX).collect()
}

/// Returns the correction of a number or a truth value that stands for a text.
fn quote_scalar(written: &str) -> (String, String) {
    let value = written.split([',', ']', '}']).next().unwrap_or_default().trim();
    let value = value.split(" #").next().unwrap_or(value).trim();
    (
        format!("put it in quotes: \"{value}\""),
        format!("请加英文引号，写成：\"{value}\""),
    )
}

/// Returns the correction of a key with nothing behind it; `above` is the line with the key.
fn fill_in(written: &str, above: &str, text_wanted: bool) -> (String, String) {
    let comment = Line::of(above).value;
    let comment = [written, comment].into_iter().find(|text| text.starts_with('#'));
    match comment {
        Some(text) if text_wanted => (
            format!(
                "what begins with # is a comment: put it in quotes: \"{}\"",
                short(text)
            ),
            format!("以 # 开头会被当成注释；请加英文引号，写成：\"{}\"", short(text)),
        ),
        _ => (
            "write it behind the colon, or remove the line".to_owned(),
            "冒号后面是空的；请补上内容，或删掉这一行".to_owned(),
        ),
    }
}

/// Returns the correction of a text that reads as keys or as a list.
fn quote_text(written: &str) -> (String, String) {
    if written.starts_with("{{") || written.starts_with(['[', '{', '*', '&']) {
        return (
            format!("put the text in quotes: {}", short(&quoted(written))),
            format!("请给整段文字加英文引号，写成：{}", short(&quoted(written))),
        );
    }
    if needs_quotes(written).is_some() || Line::of(written).key.is_some() {
        return (
            format!(
                "a colon with a space behind it divides a key from its value: put the text in quotes: {}",
                short(&quoted(written))
            ),
            format!(
                "文字里有「冒号加空格」，会被当成 键: 值；请加英文引号，写成：{}",
                short(&quoted(written))
            ),
        );
    }
    (
        "write the text in one piece, in quotes, or under `|`".to_owned(),
        "请写成一段文字，加英文引号，或写在 | 下面".to_owned(),
    )
}

/// Returns the correction of a text where a list belongs.
fn write_as_list(written: &str) -> (String, String) {
    // Brackets in quotes are a list that somebody quoted.
    let bare = written.trim_matches(['"', '\'']).trim();
    let written = if bare.starts_with(['[', '(']) {
        bare
    } else {
        written
    };
    let round = super::flow::in_round(written);
    let (help, chinese) = if round.is_some() {
        (
            "a list stands in square brackets, not in round ones: ",
            "列表要用英文方括号，不是圆括号；",
        )
    } else if written.starts_with('[') {
        (
            "the list stands in quotes or has signs behind it: ",
            "列表外面不要加引号，后面也不要有别的符号；",
        )
    } else if written.starts_with(['［', '【']) {
        ("the brackets are full-width ones: ", "方括号或逗号是全角的；")
    } else if written.starts_with(DASHES) {
        let item = short(written.trim_start_matches(|c| DASHES.contains(&c) || is_space(c)));
        return (
            format!("an item begins with `-` and a space: - {item}"),
            format!("每一项要以半角短横 - 加一个空格开头，写成：- {item}"),
        );
    } else {
        ("", "")
    };
    let value = round.as_deref().unwrap_or(written);
    let value = value.trim_matches(['[', ']', '［', '］', '【', '】']);
    let several = several_ids(value);
    let value = several.as_deref().unwrap_or(value);
    let value = items(&super::flow::with_half_width(value));
    (
        format!(
            "{help}write [{}], or every item in a line of its own that begins with `- `",
            short(&value)
        ),
        format!(
            "{chinese}请写成：[{}]，或每项一行、以 - 加空格开头",
            short(&value)
        ),
    )
}

/// Returns the correction of a key whose colon does not part it from its value.
fn part_key(written: &str) -> Option<(String, String)> {
    let line = Line::of(written);
    let key = line.key.filter(|_| !line.has_real_colon())?;
    // An address and its port are no key and its value.
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if key.contains('.') && is_port(line.value) {
        return None;
    }
    let fixed = short(&line.with_value(line.value));
    let (why, why_chinese) = if line.colon.contains('：') {
        ("the colon is a full-width one", "这里用了全角冒号")
    } else {
        ("a space is missing behind the colon", "冒号后面少了一个空格")
    };
    Some((
        format!("{why}: write `{fixed}`"),
        format!("{why_chinese}；请写成：{fixed}"),
    ))
}

/// Returns the correction of a word that stands for `true` or `false`.
fn write_as_boolean(written: &str) -> (String, String) {
    let word = written.split([',', '}', ']', '#']).next().unwrap_or_default();
    let word = word.trim_matches(['"', '\'', ' ']).to_lowercase();
    let value = match word.as_str() {
        "yes" | "y" | "on" | "是" | "对" | "开" | "真" | "有" | "1" => "true",
        _ => "false",
    };
    (
        format!("write {value}, without quotes"),
        format!("请写 {value}（不加引号）"),
    )
}

/// Reads `95%` as the share that it is.
fn percent(written: &str) -> Option<f64> {
    let value = written.split([',', '}', ']', '#']).next().unwrap_or_default();
    let number = value
        .trim_matches(['"', '\'', ' '])
        .strip_suffix(['%', '％'])?
        .trim();
    let number: f64 = number.parse().ok()?;
    // To three places, as dividing may leave others.
    (0.0..=100.0)
        .contains(&number)
        .then(|| (number * 10.0).round() / 1000.0)
}

/// Divides numbers or addresses that stand in one pair of quotes: `"201,202"`.
fn several_ids(value: &str) -> Option<String> {
    let inside = value.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    let ids: Vec<&str> = inside
        .split([',', '，', '、', ';', '；', ' '])
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    let is_id = |id: &&str| {
        id.contains(|c: char| c.is_ascii_digit())
            && id.chars().all(|c| c.is_alphanumeric() || "/:-_.@".contains(c))
    };
    (ids.len() > 1 && ids.iter().all(is_id)).then(|| ids.join(", "))
}

/// Returns the kind of value that serde found, in English and in Chinese.
pub(super) fn kind_of(found: &str) -> (&'static str, &'static str) {
    match found {
        "unit value" | "Option value" => ("nothing", "空的"),
        "map" => ("keys with values", "「键: 值」"),
        "sequence" => ("a list", "列表"),
        _ if found.starts_with("string") => ("a text", "文字"),
        _ if found.starts_with("boolean") => ("true or false", "true/false"),
        _ if found.starts_with("integer") || found.starts_with("floating") => ("a number", "数字"),
        _ => ("something else", "别的内容"),
    }
}

/// Returns the kind of value that serde wanted, in English and in Chinese.
pub(super) fn wanted(expected: &str) -> (&str, &str) {
    match expected {
        "a string" | "a borrowed string" => ("a text", "文字"),
        "a sequence" => ("a list", "列表"),
        "a map" => ("keys with values", "「键: 值」"),
        "a boolean" => ("true or false", " true 或 false"),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => ("a whole number", "整数"),
        "a nonzero u16" => ("a number from 1 to 65535", " 1 到 65535 的整数"),
        "a nonzero u32" | "a nonzero u64" => ("a whole number, 1 or more", "大于 0 的整数"),
        "f32" | "f64" => ("a number", "数字"),
        _ if expected.starts_with("struct ") => ("keys with values", "「键: 值」"),
        _ if expected.starts_with("a text") => (expected, "文字，或按语言分开写的 { zh: ..., en: ... }"),
        _ if expected.starts_with("hours such") => (expected, "时间段，例如 \"08:00-17:30\"，或 closed"),
        _ if expected.starts_with("days with") => (expected, "「星期: 时间」，例如 mon-fri: \"08:00-17:30\""),
        _ if expected.starts_with("`7x24`") => (
            expected,
            " 7x24 或时间表，例如 { weekly: { mon-fri: \"08:00-17:30\" } }",
        ),
        _ if expected.starts_with("contact points") => ("keys with values", "「名称: 内容」"),
        _ if expected.starts_with("account/channel") => (expected, " 账号/会话，例如 qq/group:123456"),
        _ if expected.starts_with("account/id") => (expected, " 账号/号码，例如 qq/10001"),
        _ if expected.starts_with("address and port") => (expected, "地址和端口，例如 127.0.0.1:8080"),
        _ if expected.starts_with("a length of time") => (expected, "时间长度，例如 3s、10m、1h 30m"),
        _ if expected.starts_with("a platform id") => (expected, "平台号码（文字或数字）"),
        _ => (expected, "别的写法"),
    }
}
