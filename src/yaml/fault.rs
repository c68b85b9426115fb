//! What serde says of a value that does not fit, for the person who wrote it: what is wrong, and what to type.

use super::line::{Line, is_space, quoted};
use super::mask;
use super::mistakes::needs_quotes;
use super::{Document, Excerpt, Problem};
use groupdesk_contract::{distance, divided};

/// The longest text that is shown again inside a hint, in characters.
const SHOWN_CHARS_MAX: usize = 60;

/// Keys as people write them who think of them in Chinese.
const CHINESE_KEYS: &[(&str, &str)] = &[
    ("问题", "questions"),
    ("问", "questions"),
    ("提问", "questions"),
    ("问法", "questions"),
    ("答案", "answer"),
    ("回答", "answer"),
    ("答", "answer"),
    ("回复", "answer"),
    ("编号", "id"),
    ("标题", "title"),
    ("条目", "entries"),
    ("语言", "language"),
    ("时间", "hours"),
    ("服务时间", "hours"),
    ("工作时间", "hours"),
    ("节假日", "holidays"),
    ("联系方式", "contact_points"),
    ("图片", "pictures"),
    ("链接", "links"),
    ("测试", "tests"),
    ("名称", "name"),
    ("账号", "accounts"),
    ("帐号", "accounts"),
    ("平台", "platform"),
    ("管理员", "admins"),
    ("客服", "staff"),
    ("中文", "zh"),
    ("英文", "en"),
];

/// An error of serde, in our words.
#[derive(Debug, Default)]
pub(super) struct Fault {
    message: String,
    help: Option<String>,
    chinese: Option<String>,
    pub(super) unknown: Option<String>,
    pub(super) missing: Option<String>,
    /// The key that was meant by an unknown one.
    pub(super) meant: Option<String>,
    /// The keys that are known where an unknown one stands.
    names: Vec<String>,
    /// What stands there and what was wanted, as serde names them.
    mismatch: Option<(String, String)>,
}

impl Fault {
    pub(super) fn of(text: &str) -> Self {
        // The position that serde_yaml adds is of a value without a text: it says nothing.
        let text = text.split(" at line ").next().unwrap_or(text);
        if let Some(rest) = text.strip_prefix("unknown field ") {
            let mut names = in_backquotes(rest);
            let key = if names.is_empty() {
                String::new()
            } else {
                names.remove(0)
            };
            return Self::unknown_key(key, &names);
        }
        if let Some(rest) = text.strip_prefix("unknown variant ") {
            let mut names = in_backquotes(rest);
            let given = if names.is_empty() {
                String::new()
            } else {
                names.remove(0)
            };
            let bare = given.trim_matches(|c: char| !c.is_alphanumeric());
            if bare != given && names.iter().any(|name| name == bare) {
                return Self {
                    message: format!("signs that do not belong there stand around `{bare}`"),
                    help: Some(format!("write: {bare}")),
                    chinese: Some(format!(
                        "「{bare}」前后有多余的符号（可能是全角空格或全角标点）；请只写 {bare}"
                    )),
                    ..Self::default()
                };
            }
            let names = names.join(", ");
            return Self {
                message: format!("`{given}` is not known here"),
                chinese: Some(format!("这里不能写「{given}」；可以写：{names}")),
                help: Some(format!("expected one of: {names}")),
                ..Self::default()
            };
        }
        if let Some(rest) = text.strip_prefix("missing field ") {
            let name = in_backquotes(rest).into_iter().next().unwrap_or_default();
            return Self {
                message: format!("the key `{name}` is missing"),
                help: Some(format!("add `{name}:`")),
                chinese: Some(format!("缺少 {name}；请加上一行 {name}: ...")),
                missing: Some(name),
                ..Self::default()
            };
        }
        // `invalid value` is a number out of its range.
        if let Some((found, expected)) = text
            .strip_prefix("invalid type: ")
            .or_else(|| text.strip_prefix("invalid value: "))
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            return Self {
                mismatch: Some((found.to_owned(), expected.to_owned())),
                ..Self::default()
            };
        }
        let (english, chinese) = divided(text);
        Self {
            message: english.to_owned(),
            chinese: chinese.map(str::to_owned),
            ..Self::default()
        }
    }

    fn unknown_key(key: String, names: &[String]) -> Self {
        let wide = key
            .split_once(['：', '＝'])
            .map(|(name, _)| name.trim().to_owned());
        let glued = key
            .strip_prefix(['-', '－', '—', '–'])
            .map(|name| name.trim().to_owned());
        let quotes = key.trim_matches(['“', '”', '‘', '’', '＂', '「', '」']);
        // Letters of a full-width keyboard are the others, 0xfee0 further on.
        let letters: String = quotes
            .chars()
            .map(|c| match c {
                '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
                c => c,
            })
            .collect();
        let near = nearest(&letters, names)
            .or_else(|| in_english(quotes).filter(|name| names.iter().any(|n| n == name)));
        let (help, chinese) = match (&wide, &glued, near) {
            (Some(name), _, _) => (
                format!("the colon is a full-width one: type `{name}: ` with a half-width colon and a space"),
                format!("这里用了全角冒号「：」；请改成半角冒号加空格：{name}: "),
            ),
            (_, Some(name), _) => (
                format!("a space is missing behind the dash: type `- {name}: `"),
                format!("短横 - 后面少了一个空格；请写成：- {name}: "),
            ),
            (_, _, Some(near)) => (
                format!("did you mean `{near}`?"),
                format!("没有「{key}」这个键；是不是要写 {near}？"),
            ),
            _ if names.is_empty() => (
                "no key is expected here".to_owned(),
                format!("这里不能写「{key}」；请删掉这一行"),
            ),
            _ => {
                let names = names.join(", ");
                (
                    format!("the keys here are: {names}"),
                    format!("没有「{key}」这个键；这里可以写：{names}"),
                )
            }
        };
        Self {
            message: format!("unknown key `{key}`"),
            help: Some(help),
            chinese: Some(chinese),
            meant: near.map(str::to_owned).or(wide).or(glued),
            names: names.to_vec(),
            unknown: Some(key),
            ..Self::default()
        }
    }

    /// The problem at a place of the document. What may be a secret is not in it.
    pub(super) fn problem(
        mut self,
        document: &Document,
        path: &[String],
        below: &[String],
        (line, column): (usize, usize),
    ) -> Problem {
        let path: Vec<String> = path.iter().chain(below).cloned().collect();
        let raw = document
            .lines
            .get(line.saturating_sub(1))
            .map_or("", String::as_str);
        let written = raw
            .char_indices()
            .nth(column.saturating_sub(1))
            .and_then(|(at, _)| raw.get(at..))
            .unwrap_or_default()
            .trim_end();
        let above = line
            .checked_sub(2)
            .and_then(|at| document.lines.get(at))
            .map_or("", String::as_str);
        let hidden = mask::is_secret_path(&path) || written.contains("${");
        let mut excerpt = Excerpt::Line;
        let mut shown_path = path.clone();
        if let Some(given) = self.unknown.clone() {
            let is_within = path
                .split_last()
                .is_some_and(|(_, above)| mask::is_secret_path(above));
            if is_within {
                self.nameless_key((line, column));
                excerpt = Excerpt::Nothing;
                shown_path.pop();
                shown_path.push(mask::HIDDEN.to_owned());
            } else {
                if document.keeps_secrets {
                    excerpt = Excerpt::Key;
                }
                // A key that swallowed its value.
                if let (true, Some((name, _))) = (hidden, given.split_once(['：', ':', '＝', '='])) {
                    self.message = self.message.replace(&given, name);
                }
                self.template_key(given, raw);
            }
        }
        if let Some((found, expected)) = self.mismatch.take() {
            // Nothing stands behind a colon: its place is the colon's.
            let written = written.trim_start_matches([':', ' ']);
            let line = Line::of(written);
            let masked = match line.key {
                Some(_) => line.with_value(mask::HIDDEN),
                None => mask::HIDDEN.to_owned(),
            };
            let written = if hidden { masked.as_str() } else { written };
            self.mismatched(&found, &expected, written, (raw, above), hidden);
        }
        let mut problem = document.problem(&path, self.message, self.help);
        (problem.line, problem.column) = (line, column);
        problem.chinese = self.chinese;
        problem.path = shown_path.join(".");
        problem.excerpt = excerpt;
        if mask::is_secret_path(&path) {
            document.hide_values(&path, &mut problem);
        }
        problem
    }

    /// An unknown key among secrets may be one, in the place of a key: it is told by its place alone.
    fn nameless_key(&mut self, (line, column): (usize, usize)) {
        let given = self.unknown.as_deref().unwrap_or_default();
        let name = given.split(['：', ':', '＝', '=']).next().unwrap_or_default();
        let near = nearest(name.trim_matches(|c: char| !c.is_alphanumeric()), &self.names);
        let names = self.names.join(", ");
        self.message = format!("an unknown key at {line}:{column}");
        let (mut help, mut chinese) = match self.names.is_empty() {
            true => (
                "no key is expected here".to_owned(),
                "这里不能写任何键；请删掉它".to_owned(),
            ),
            false => (
                format!("the keys here are: {names}"),
                format!("这里可以写：{names}"),
            ),
        };
        if let Some(near) = near {
            (help, chinese) = (
                format!("did you mean `{near}`? {help}"),
                format!("是不是要写 {near}？{chinese}"),
            );
        }
        if given.contains('：') {
            help = format!(
                "the colon is a full-width one: type a half-width colon and a space behind the key; {help}"
            );
            chinese = format!("这里用了全角冒号「：」，请改成半角冒号加空格；{chinese}");
        }
        self.help = Some(help);
        self.chinese = Some(format!("第 {line} 行第 {column} 列有一个不认识的键；{chinese}"));
    }

    /// `answer: { hours.office }`: a template, not a key.
    fn template_key(&mut self, given: String, raw: &str) {
        let value = Line::of(raw).value;
        let value = if value.starts_with('{') { value } else { return };
        let name = given.as_str();
        let is_name = name.starts_with("hours.")
            || name.starts_with("contact.")
            || matches!(
                name,
                "open_now" | "contact_list" | "next_opening" | "service_open"
            );
        if is_name && value.trim_matches(['{', '}', ' ']) == name {
            self.message = format!("`{{ {name} }}` is a table with a key, not a fact put into a text");
            self.help = Some(format!(
                "write it with two braces and in quotes: \"{{{{ {name} }}}}\""
            ));
            self.chinese = Some(format!(
                "引用事实要写两个花括号并加英文引号，写成：\"{{{{ {name} }}}}\""
            ));
        }
    }

    /// Says what was found where something else was wanted, and what to type.
    fn mismatched(
        &mut self,
        found: &str,
        expected: &str,
        written: &str,
        (raw, above): (&str, &str),
        hidden: bool,
    ) {
        let (kind, kind_chinese) = kind_of(found);
        let (wanted, wanted_chinese) = wanted(expected);
        let shown = if hidden || found.chars().count() > SHOWN_CHARS_MAX {
            kind.to_owned()
        } else {
            match found {
                "unit value" => "nothing".to_owned(),
                "map" => "keys with values".to_owned(),
                "sequence" => "a list".to_owned(),
                found => found.to_owned(),
            }
        };
        self.message = format!("expected {wanted}, found {shown}");
        let hint =
            in_brackets(raw, kind, wanted, hidden).or_else(|| hint(kind, wanted, written, above, hidden));
        let wrong = format!("这里应该是{wanted_chinese}，现在是{kind_chinese}");
        match hint {
            Some((help, chinese)) => {
                self.help = Some(help);
                self.chinese = Some(format!("{wrong}；{chinese}"));
            }
            None => self.chinese = Some(wrong),
        }
    }
}

/// What to type where an item of a list in brackets must stand in quotes.
fn in_brackets(raw: &str, kind: &str, wanted: &str, hidden: bool) -> Option<(String, String)> {
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

/// What to type instead, in English and in Chinese.
fn hint(kind: &str, wanted: &str, written: &str, above: &str, hidden: bool) -> Option<(String, String)> {
    let short = |text: &str| -> String { text.chars().take(SHOWN_CHARS_MAX).collect() };
    let text_wanted = wanted.contains("text");
    let line = Line::of(written);
    if hidden && text_wanted {
        return Some(("put it in quotes".to_owned(), "请加英文引号".to_owned()));
    }
    match kind {
        "a number" | "true or false" if text_wanted => {
            let value = written.split([',', ']', '}']).next().unwrap_or_default().trim();
            let value = value.split(" #").next().unwrap_or(value).trim();
            Some((
                format!("put it in quotes: \"{value}\""),
                format!("请加英文引号，写成：\"{value}\""),
            ))
        }
        "nothing" => {
            let comment = Line::of(above).value;
            let comment = [written, comment].into_iter().find(|text| text.starts_with('#'));
            match comment {
                Some(text) if text_wanted => Some((
                    format!(
                        "what begins with # is a comment: put it in quotes: \"{}\"",
                        short(text)
                    ),
                    format!("以 # 开头会被当成注释；请加英文引号，写成：\"{}\"", short(text)),
                )),
                _ => Some((
                    "write it behind the colon, or remove the line".to_owned(),
                    "冒号后面是空的；请补上内容，或删掉这一行".to_owned(),
                )),
            }
        }
        "keys with values" | "a list" if text_wanted => {
            if written.starts_with("{{") || written.starts_with(['[', '{', '*', '&']) {
                let value = written;
                return Some((
                    format!("put the text in quotes: {}", short(&quoted(value))),
                    format!("请给整段文字加英文引号，写成：{}", short(&quoted(value))),
                ));
            }
            if needs_quotes(written).is_some() || line.key.is_some() {
                return Some((
                    format!(
                        "a colon with a space behind it divides a key from its value: put the text in quotes: {}",
                        short(&quoted(written))
                    ),
                    format!(
                        "文字里有「冒号加空格」，会被当成 键: 值；请加英文引号，写成：{}",
                        short(&quoted(written))
                    ),
                ));
            }
            Some((
                "write the text in one piece, in quotes, or under `|`".to_owned(),
                "请写成一段文字，加英文引号，或写在 | 下面".to_owned(),
            ))
        }
        "a text" if wanted.contains("list") => {
            let value = written.trim_matches(['[', ']', '［', '］', '【', '】']);
            let (help, chinese) = if written.starts_with(['［', '【', '[']) {
                (
                    "the brackets are full-width ones: ".to_owned(),
                    "方括号或逗号是全角的；".to_owned(),
                )
            } else if written.starts_with(['-', '－', '—', '–', '•', '·', '●']) {
                let is_sign = |c| matches!(c, '-' | '－' | '—' | '–' | '•' | '·' | '●') || is_space(c);
                let item = short(written.trim_start_matches(is_sign));
                return Some((
                    format!("an item begins with `-` and a space: - {item}"),
                    format!("每一项要以半角短横 - 加一个空格开头，写成：- {item}"),
                ));
            } else {
                (String::new(), String::new())
            };
            let value = super::flow::with_half_width(value);
            Some((
                format!(
                    "{help}write [{}], or every item in a line of its own that begins with `- `",
                    short(value.trim())
                ),
                format!(
                    "{chinese}请写成：[{}]，或每项一行、以 - 加空格开头",
                    short(value.trim())
                ),
            ))
        }
        "a text" if wanted.starts_with("keys") || wanted.starts_with("days") => {
            if let (Some(key), false) = (line.key, line.has_real_colon()) {
                let fixed = short(&Line::of(written).with_value(line.value));
                let wide = line.colon.contains('：');
                let (why, why_chinese) = if wide {
                    ("the colon is a full-width one", "这里用了全角冒号")
                } else {
                    ("a space is missing behind the colon", "冒号后面少了一个空格")
                };
                let _ = key;
                return Some((
                    format!("{why}: write `{fixed}`"),
                    format!("{why_chinese}；请写成：{fixed}"),
                ));
            }
            None
        }
        "keys with values" if wanted.contains("list") => Some((
            "every item begins with `- `, a dash and a space".to_owned(),
            "每一项都要以 - 加一个空格开头".to_owned(),
        )),
        "a text" if wanted == "true or false" => {
            let yes = written.split([',', '}', ']', '#']).next().unwrap_or_default();
            let yes = yes.trim_matches(['"', '\'', ' ']).to_lowercase();
            let value = match yes.as_str() {
                "yes" | "y" | "on" | "是" | "对" | "开" | "真" | "有" | "1" => "true",
                _ => "false",
            };
            Some((
                format!("write {value}, without quotes"),
                format!("请写 {value}（不加引号）"),
            ))
        }
        "a text" if wanted.contains("number") => Some((
            "write the number alone, without quotes or unit".to_owned(),
            "请只写数字，不加引号和单位".to_owned(),
        )),
        _ => None,
    }
}

/// The kind of what serde found.
fn kind_of(found: &str) -> (&'static str, &'static str) {
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

/// What serde wanted, in words.
fn wanted(expected: &str) -> (&str, &str) {
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
        _ if expected.starts_with("account/channel") => (expected, " 账号/频道，例如 qq/group:123456"),
        _ if expected.starts_with("account/id") => (expected, " 账号/号码，例如 qq/10001"),
        _ if expected.starts_with("address and port") => (expected, "地址和端口，例如 127.0.0.1:8080"),
        _ if expected.starts_with("a length of time") => (expected, "时间长度，例如 3s、10m、1h 30m"),
        _ if expected.starts_with("a platform id") => (expected, "平台号码（文字或数字）"),
        _ => (expected, "别的写法"),
    }
}

fn in_backquotes(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn in_english(key: &str) -> Option<&'static str> {
    let found = CHINESE_KEYS.iter().find(|(chinese, _)| *chinese == key)?;
    Some(found.1)
}

/// The name that was probably meant.
pub fn nearest<'a>(given: &str, names: &'a [String]) -> Option<&'a str> {
    let given = given.to_lowercase();
    names
        .iter()
        .map(|name| (farness(&given, &name.to_lowercase()), name))
        .filter(|((far, _), name)| *far <= 1 + name.len() / 4)
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name.as_str())
}

/// How far a name is from another: near, too, where it is the same but for its end, as `entry` and `entries` are; then by its letters
/// alone.
fn farness(a: &str, b: &str) -> (usize, usize) {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let shorter = a.chars().count().min(b.chars().count());
    let same_stem = common >= 3 && common + 1 >= shorter;
    let letters = distance(a, b);
    (letters.min(if same_stem { 2 } else { usize::MAX }), letters)
}
