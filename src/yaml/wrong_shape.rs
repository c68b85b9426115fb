//! Corrections of a value of the wrong shape: a list or a text where keys with values belong, keys that stand a level too
//! high, dashes that do not belong there.

use super::flow;
use super::guessed_keys::{self, item};
use super::line::{Line, quoted};

/// The most lines that are looked through for the end of a list.
const LINES_MAX: usize = 200;

/// Types whose value is mostly one list or text, with its key.
const MAIN_KEYS: [(&str, &str, bool); 5] = [
    ("struct Tests", "match", true),
    ("struct Human", "questions", true),
    ("struct Audience", "tags", true),
    ("struct HolidaySpec", "off", true),
    ("struct LinkFile", "url", false),
];

/// The place of a value: its line from 0, its column from 1, and the last step of its path that is no number.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValuePosition<'a> {
    pub(super) lines: &'a [&'a str],
    pub(super) at: usize,
    pub(super) column: usize,
    pub(super) key: Option<&'a str>,
    /// `true` if the value is an item of a list.
    pub(super) is_item: bool,
}

/// The text to type, and the reason in English and in Chinese.
pub(super) struct Reshaped {
    pub(super) typed: Vec<String>,
    pub(super) english: String,
    pub(super) chinese: String,
}

impl Reshaped {
    fn new(typed: Vec<String>, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self {
            typed,
            english: english.into(),
            chinese: chinese.into(),
        }
    }
}

/// Finds the correction of `written`, a value of another kind than the expected one.
pub(super) fn reshaped(
    kind: &str,
    expected: &str,
    written: &str,
    place: ValuePosition<'_>,
) -> Option<Reshaped> {
    let is_list = kind == "a list";
    let one = |key: &str| {
        (
            format!("it stands under `{key}`"),
            format!("这里要写在 {key} 下面"),
        )
    };
    if let Some((_, key, wants_list)) = MAIN_KEYS.iter().find(|(name, ..)| *name == expected)
        && matches!(kind, "a list" | "a text" | "a number")
    {
        let (english, chinese) = one(key);
        if written.starts_with("- ") {
            let typed = wants_list.then(|| place.under_keys(&[key]))??;
            return Some(Reshaped::new(typed, english, chinese));
        }
        let typed = match wants_list {
            true => place.replaced(written, &format!("{{ {key}: {} }}", in_list(written))),
            false => place.all_replaced(written, key),
        };
        return Some(Reshaped::new(vec![typed], english, chinese));
    }
    if expected == "struct ContactFile" && matches!(kind, "a text" | "a number") {
        let name = item(place.key?);
        let value = quoted(written.trim_matches(['"', '\'']));
        let typed = place.replaced(written, &format!("{{ name: {name}, value: {value} }}"));
        return Some(Reshaped::new(
            vec![typed],
            "a way to reach humans has a name and a value",
            "联系方式要写 name（显示的名称）和 value（号码或地址）",
        ));
    }
    let is_table = expected == "a map"
        || expected.starts_with("contact points")
        || expected.starts_with("days with")
        || expected.starts_with("struct ");
    if is_list && is_table && place.key == Some("holidays") && !place.is_item {
        let (english, chinese) = (
            "days off stand under the name of a calendar; those under `cn` are added to the built-in ones",
            "放假日期要写在日历的名称下面；写在 cn 下面就是对内置的 cn 的补充",
        );
        let typed = match written.starts_with("- ") {
            true => place.under_keys(&["cn", "off"])?,
            false => vec![place.replaced(written, &format!("{{ cn: {{ off: {} }} }}", in_list(written)))],
        };
        return Some(Reshaped::new(typed, english, chinese));
    }
    if is_list && is_table && written.starts_with("- ") {
        return Some(Reshaped::new(
            without_dashes(place.lines, place.at)?,
            "no dashes stand here: remove them",
            "这里不用短横 - ；请去掉",
        ));
    }
    if kind == "nothing" && expected.starts_with("hours such") {
        return several_days(place);
    }
    if expected.starts_with("days with") && kind == "a text" {
        let (days, hours) = days_and_hours(written)?;
        let typed = place.replaced(written, &format!("{{ {days}: {} }}", quoted(&hours)));
        return Some(Reshaped::new(
            vec![typed],
            "hours stand behind their days",
            "时间要写在星期后面",
        ));
    }
    let is_word = is_list && expected.contains("string") || expected.starts_with("a text");
    if is_list && is_word && !place.is_item && !guessed_keys::holds_text(place.key?) {
        let inside = written.strip_prefix('[')?.strip_suffix(']')?;
        let items = flow::split(inside);
        let first = items.first()?.trim();
        let typed = place.replaced(written, first);
        let (mut english, mut chinese) = match items.len() {
            1 => (
                "no brackets stand around one value".to_owned(),
                "这里只有一个值，不用方括号".to_owned(),
            ),
            _ => (
                "one value stands here, without brackets".to_owned(),
                "这里只能写一个值，不用方括号".to_owned(),
            ),
        };
        if place.key == Some("holidays") && items.len() > 1 {
            english.push_str(" (own days off are added to it under `holidays:` at the top, with its name)");
            chinese.push_str("（自己的放假日期写到文件开头 holidays: 里同名的日历下面）");
        }
        return Some(Reshaped::new(vec![typed], english, chinese));
    }
    None
}

/// `{ mon-fri: ..., sat,sun: "10:00-20:00" }`: between braces the comma ends a key, and the days need quotes or one name.
fn several_days(place: ValuePosition<'_>) -> Option<Reshaped> {
    let raw = *place.lines.get(place.at)?;
    let key = place.key?;
    // From one brace or colon to the next: `"9:00-18:00", sat,sun`.
    let mut items = Vec::new();
    let mut start = raw.find('{')? + 1;
    for (at, c) in raw
        .char_indices()
        .filter(|(at, _)| *at >= start)
        .collect::<Vec<_>>()
    {
        if matches!(c, ',' | ':' | '}') {
            items.push((start, at, c));
            start = at + c.len_utf8();
        }
    }
    let name = |(from, to, _): &(usize, usize, char)| raw.get(*from..*to).unwrap_or_default().trim();
    let first = items.iter().position(|item| name(item) == key && item.2 == ',')?;
    let is_day = |item: &(usize, usize, char)| is_days(name(item)) && !name(item).contains(' ');
    let before = items.get(..first)?.iter().rev();
    let first = first - before.take_while(|item| item.2 == ',' && is_day(item)).count();
    let last = first + items.get(first..)?.iter().position(|item| item.2 != ',')?;
    let days = items.get(first..=last)?;
    if items.get(last)?.2 != ':' || !days.iter().all(is_day) {
        return None;
    }
    let names: Vec<&str> = days.iter().map(name).collect();
    let typed = match names.as_slice() {
        ["sat", "sun"] | ["周六", "周日" | "周天"] => "weekend".to_owned(),
        names => quoted(&names.join(",")),
    };
    let (from, to) = (days.first()?.0, days.last()?.1);
    let gap = raw.get(from..to)?.len() - raw.get(from..to)?.trim_start().len();
    let line = format!("{}{typed}{}", raw.get(..from + gap)?, raw.get(to..)?);
    Some(Reshaped::new(
        vec![line.trim().to_owned()],
        format!(
            "between braces a comma ends a key: `{}` is no key; give the days one name, or quotes",
            names.join(",")
        ),
        format!(
            "花括号里的逗号会把「{}」拆开；请给这几天写一个名称，或加英文引号",
            names.join(",")
        ),
    ))
}

/// Keys of weekdays that stand beside `weekly` and not under it: returns their lines as they should be, with the first
/// one's place.
pub(super) fn days_under_weekly(lines: &[&str], at: usize, given: &str) -> Option<(usize, Vec<String>)> {
    if !is_days(given) {
        return None;
    }
    let line = Line::of(lines.get(at)?);
    if line.value.starts_with('{') && line.key != Some(given) {
        let inside = line.value.strip_prefix('{')?.strip_suffix('}')?;
        let (days, others): (Vec<_>, Vec<_>) = flow::split(inside)
            .into_iter()
            .map(str::trim)
            .partition(|item| is_days(item.split(':').next().unwrap_or_default().trim()));
        let mut parts = vec![format!("weekly: {{ {} }}", days.join(", "))];
        parts.extend(others.into_iter().map(str::to_owned));
        return Some((at, vec![line.with_value(&format!("{{ {} }}", parts.join(", ")))]));
    }
    if line.key != Some(given) || !line.dashes.is_empty() {
        return None;
    }
    let depth = line.depth();
    let is_ours = |raw: &str| {
        let line = Line::of(raw);
        line.depth() > depth || (line.depth() == depth && line.key.is_some_and(is_days))
    };
    let first = (0..=at)
        .rev()
        .take_while(|above| lines.get(*above).is_some_and(|raw| is_ours(raw)))
        .last()?;
    let mut typed = vec![format!("{}weekly:", line.indent)];
    for raw in lines.iter().skip(first).take_while(|raw| is_ours(raw)) {
        typed.push(format!("  {}", raw.trim_end()));
    }
    Some((first, typed))
}

/// Returns `true` for a name of days, such as 周一至周五 or `mon-fri`.
fn is_days(text: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'']).to_lowercase();
    let days = [
        "周",
        "星期",
        "礼拜",
        "每天",
        "工作日",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "daily",
        "weekday",
        "weekend",
    ];
    days.iter().any(|day| text.starts_with(day))
}

/// Reads `7x24`, `9:00-18:00` or `周一至周五 9:00-18:00` as days and their hours.
fn days_and_hours(written: &str) -> Option<(String, String)> {
    let text = written.trim_matches(['"', '\'']).trim();
    let plain = text.replace(['×', 'X', '*', '＊'], "x").to_lowercase();
    if plain.contains("7x24") || plain.contains("24x7") || ["24小时", "24h", "全天"].contains(&plain.as_str())
    {
        return Some(("daily".to_owned(), "00:00-24:00".to_owned()));
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (days, hours) = text.split_at(start);
    let days = days.trim_matches([' ', ':', '：', ',', '，']);
    if !hours.contains([':', '：']) || !(days.is_empty() || is_days(days)) {
        return None;
    }
    let days = if days.is_empty() { "daily" } else { days };
    Some((days.to_owned(), hours.trim().to_owned()))
}

fn in_list(written: &str) -> String {
    let inside = written
        .strip_prefix('[')
        .and_then(|inside| inside.strip_suffix(']'));
    match inside {
        Some(inside) => format!("[{}]", guessed_keys::items(inside)),
        None if written.starts_with('[') => written.to_owned(),
        None => format!("[{}]", item(written)),
    }
}

impl ValuePosition<'_> {
    /// The line with another value.
    pub(super) fn replaced(&self, written: &str, new: &str) -> String {
        let raw = self.lines.get(self.at).copied().unwrap_or_default();
        let start = raw
            .char_indices()
            .nth(self.column.saturating_sub(1))
            .map_or(raw.len(), |(at, _)| at);
        let (before, rest) = raw.split_at(start);
        // What stands between a key and its value when there is none.
        let gap = rest.find(written).unwrap_or(0);
        let behind = rest.get(gap + written.len()..).unwrap_or_default();
        let between = rest.get(..gap).unwrap_or_default();
        format!("{before}{between}{new}{behind}").trim().to_owned()
    }

    /// The line with every item of its list as a table with one key.
    fn all_replaced(&self, written: &str, key: &str) -> String {
        let line = Line::of(self.lines.get(self.at).copied().unwrap_or_default());
        let table = |text: &str| format!("{{ {key}: {} }}", quoted(text.trim().trim_matches(['"', '\''])));
        let inside = line
            .value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match inside.map(flow::split) {
            Some(items) if line.key.is_some() && items.iter().all(|item| !item.trim().starts_with('{')) => {
                let items: Vec<String> = items.into_iter().map(table).collect();
                line.with_value(&format!("[{}]", items.join(", ")))
                    .trim()
                    .to_owned()
            }
            _ => self.replaced(written, &table(written)),
        }
    }

    /// The list of dashed lines that begins here, under further keys.
    fn under_keys(&self, keys: &[&str]) -> Option<Vec<String>> {
        let depth = Line::of(self.lines.get(self.at)?).depth();
        let head = self.lines.get(..self.at)?.iter().rev().find(|raw| {
            let line = Line::of(raw);
            !line.is_empty() && line.key.is_some()
        })?;
        let indent = " ".repeat(Line::of(head).key_depth());
        let mut typed = vec![(*head).trim_end().to_owned()];
        for (level, key) in keys.iter().enumerate() {
            typed.push(format!("{indent}{}{key}:", "  ".repeat(level + 1)));
        }
        let spaces = format!("{indent}{}", "  ".repeat(keys.len() + 1));
        let items = self
            .lines
            .iter()
            .skip(self.at)
            .take(LINES_MAX)
            .take_while(|raw| Line::of(raw).depth() >= depth && raw.trim_start().starts_with("- "));
        typed.extend(items.map(|raw| format!("{spaces}{}", raw.trim())));
        Some(typed)
    }
}

/// The lines of a list whose items are keys with values, without its dashes.
fn without_dashes(lines: &[&str], at: usize) -> Option<Vec<String>> {
    let first = Line::of(lines.get(at)?);
    let depth = first.depth();
    let head = lines.get(..at)?.iter().rev().find(|raw| {
        let line = Line::of(raw);
        !line.is_empty() && line.depth() < depth.max(1) + usize::from(!line.has_real_colon())
    });
    let above = head.map_or(0, |raw| Line::of(raw).depth());
    let indent = " ".repeat(depth.max(above + 2));
    let mut typed = Vec::new();
    // Keys beside the first one stand where it stands, if it holds a value of its own.
    let mut holds_value = false;
    for raw in lines.iter().skip(at).take(LINES_MAX) {
        let line = Line::of(raw);
        if line.is_empty() || line.depth() < depth || (line.depth() == depth && line.dashes.is_empty()) {
            break;
        }
        if line.depth() == depth {
            line.key?;
            holds_value = !line.value.is_empty();
        }
        let text = raw.trim().trim_start_matches("- ").trim_start();
        match line.depth() == depth || (holds_value && line.depth() == first.key_depth()) {
            true => typed.push(format!("{indent}{text}")),
            false => typed.push(format!("{indent}{}{text}", " ".repeat(line.depth() - depth))),
        }
    }
    Some(typed)
}
