//! Translates an error of serde about a value for its writer: the mistake, and the correction.

use super::blocks;
use super::flow;
use super::guessed_keys;
use super::hint::{FAQ_BEGINS, SHOWN_CHARS_MAX, hint, in_brackets, kind_of, wanted};
use super::line::{Line, quoted};
use super::mask_secrets;
use super::number;
use super::secret::{HIDDEN, is_secret_name};
use super::similar_names::nearest;
use super::wrong_shape::{ValuePosition, days_under_weekly, reshaped};
use super::{Document, Excerpt, Problem};
use groupdesk_contract::divided;

/// The longest value that is shown again with its key, in bytes.
const SHOWN_BYTES_MAX: usize = 200;

/// Keys of an account that stand beside its `connection`.
const ACCOUNT_KEYS: [&str; 6] = ["platform", "staff", "staff_rooms", "admins", "bots", "ignore"];

/// An error of serde, in our words.
#[derive(Debug, Default)]
pub(super) struct ValueFault {
    message: String,
    help: Option<String>,
    chinese: Option<String>,
    pub(super) unknown: Option<String>,
    pub(super) missing: Option<String>,
    /// The known key that an unknown one probably stands for.
    pub(super) meant: Option<String>,
    /// The keys that are known at the place of an unknown one.
    names: Vec<String>,
    /// The kind of value that was found and the one that was wanted, as serde names them.
    mismatch: Option<(String, String)>,
}

impl ValueFault {
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
            let has = |name: &str| names.iter().any(|known| known == name);
            let (note, note_chinese) = if has("never") && has("offer") {
                (
                    " (never: only the answer; offer: a human on request; always: the answer and a human)",
                    "（never 只回答，offer 回答后可以转人工，always 回答后一定转人工）",
                )
            } else if has("never") && has("certain") {
                (
                    " (never: only who calls the bot is answered; certain: others too, if it surely fits)",
                    "（never 只有 @ 机器人才回答，certain 有把握时没 @ 也回答）",
                )
            } else {
                Default::default()
            };
            let names = names.join(", ");
            return Self {
                message: format!("`{given}` is not known here"),
                chinese: Some(format!("这里不能写「{given}」；可以写：{names}{note_chinese}")),
                help: Some(format!("expected one of: {names}{note}")),
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
        let near = guessed_keys::meant(&letters, names).or_else(|| nearest(&letters, names));
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
                let has = |name: &str| names.iter().any(|known| known == name);
                let (mut note, mut note_chinese) = (String::new(), String::new());
                if has("zh") && has("en") {
                    note.push_str(" (zh is Chinese, zh-Hant traditional Chinese, en English, ja Japanese, others are added under `languages`");
                    note_chinese
                        .push_str("（zh 是中文，zh-Hant 是繁体中文，en 是英文，ja 是日文，别的语言先在 languages 里加上");
                    if has("open") {
                        note.push_str("; open is said while staff are there, closed while they are not");
                        note_chinese.push_str("；open 是有人值班时的答案，closed 是没人时的");
                    }
                    note.push(')');
                    note_chinese.push('）');
                }
                if has("connection") && is_secret_name(&key) {
                    note.push_str("; a secret stands under `connection:`");
                    note_chinese.push_str("；密钥和令牌要写在 connection: 下面");
                }
                let names = names.join(", ");
                (
                    format!("the keys here are: {names}{note}"),
                    format!("没有「{key}」这个键；这里可以写：{names}{note_chinese}"),
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

    /// Makes the problem at a place of the document, without values that may be secrets.
    pub(super) fn problem(
        mut self,
        document: &Document,
        path: &[String],
        below: &[String],
        (mut line, mut column): (usize, usize),
    ) -> Problem {
        let path: Vec<String> = path.iter().chain(below).cloned().collect();
        let lines: Vec<&str> = document.lines.iter().map(String::as_str).collect();
        let place = (lines.as_slice(), line.saturating_sub(1));
        let raw = document
            .lines
            .get(line.saturating_sub(1))
            .map_or("", String::as_str);
        let written = flow::value_at(raw, column);
        let above = line
            .checked_sub(2)
            .and_then(|at| document.lines.get(at))
            .map_or("", String::as_str);
        let hidden = mask_secrets::is_secret_path(&path) || written.contains("${");
        let mut excerpt = Excerpt::Line;
        let mut shown_path = path.clone();
        if let Some(given) = self.unknown.clone() {
            let is_within = path
                .split_last()
                .is_some_and(|(_, above)| mask_secrets::is_secret_path(above));
            if is_within {
                self.nameless_key((line, column));
                excerpt = Excerpt::Nothing;
                shown_path.pop();
                shown_path.push(HIDDEN.to_owned());
            } else {
                if document.keeps_secrets {
                    excerpt = Excerpt::Key;
                }
                // A key that swallowed its value.
                if let (true, Some((name, _))) = (hidden, given.split_once(['：', ':', '＝', '='])) {
                    self.message = self.message.replace(&given, name);
                }
                if !hidden && !document.keeps_secrets {
                    (line, column) = self.retyped(&given, place).unwrap_or((line, column));
                }
                self.template_key(given, raw);
            }
        }
        if let Some((found, expected)) = self.mismatch.take() {
            // Nothing stands behind a colon: its place is the colon's.
            let written = written.trim_start_matches([':', ' ']);
            let parts = Line::of(written);
            let masked = match parts.key {
                Some(_) => parts.with_value(HIDDEN),
                None => HIDDEN.to_owned(),
            };
            let written = if hidden { masked.as_str() } else { written };
            let around = ValuePosition {
                key: path
                    .iter()
                    .rev()
                    .find(|step| step.parse::<usize>().is_err())
                    .map(String::as_str),
                is_item: path.last().is_some_and(|step| step.parse::<usize>().is_ok()),
                lines: &lines,
                at: line.saturating_sub(1),
                column,
            };
            self.mismatched((&found, &expected), written, (raw, above), hidden, around);
            if !hidden {
                let kinds = (kind_of(&found).0, wanted(&expected).0);
                (line, column) = self.rewritten(kinds, place).unwrap_or((line, column));
            }
        }
        if self.missing.as_deref() == Some("id") {
            self.without_id(place);
        }
        let mut problem = document.problem(&path, self.message, self.help);
        (problem.line, problem.column) = (line, column);
        problem.chinese = self.chinese;
        problem.path = shown_path.join(".");
        problem.excerpt = excerpt;
        if mask_secrets::is_secret_path(&path) {
            document.hide_values(&path, &mut problem);
        }
        problem
    }

    /// Adds the correction of an unknown key and its value; returns another place for the problem, if there is a better
    /// one.
    fn retyped(&mut self, given: &str, (lines, at): (&[&str], usize)) -> Option<(usize, usize)> {
        let line = Line::of(lines.get(at)?);
        if line.key != Some(given)
            && let Some(typed) = flow::with_joined(line.value)
        {
            self.message = format!("`{given}` is no key: a comma ends the text before it");
            self.help = Some("put a text with a comma in quotes".to_owned());
            self.chinese = Some(format!(
                "「{given}」不是键：花括号里的英文逗号会把文字断开；含有逗号的文字请加英文引号"
            ));
            self.write(&[line.with_value(&typed)]);
            return None;
        }
        if self.names.iter().any(|name| name == "weekly")
            && let Some((first, typed)) = days_under_weekly(lines, at, given)
        {
            self.help = Some("days stand under `weekly`".to_owned());
            self.chinese = Some(format!("「{given}」要写在 weekly 下面"));
            self.write(&typed);
            let column = Line::of(lines.get(first)?).depth() + 1;
            return Some((first + 1, column));
        }
        let meant = self
            .meant
            .as_deref()
            .filter(|name| self.names.iter().any(|n| n == name));
        if let Some(meant) = meant {
            let is_text = !line.value.is_empty() && !line.value.starts_with(['[', '{', '#', '&', '*', '|']);
            let alias = guessed_keys::usual(given).is_some();
            let typed = if line.key != Some(given) {
                return None;
            } else if is_text
                && line.value.len() <= SHOWN_BYTES_MAX
                && (guessed_keys::holds_list(meant) || alias)
            {
                vec![guessed_keys::typed(meant, line.value)]
            } else if guessed_keys::holds_text(meant) && line.value.starts_with('[') {
                blocks::text_of_brackets(lines, at)?
            } else {
                return None;
            };
            self.write(&typed);
            return None;
        }
        let text = blocks::text(lines, at)?;
        self.message = format!("`{given}` is no key: the line belongs to the text above it");
        self.help = Some(text.english);
        self.chinese = Some(format!(
            "「{given}」不是键，这一行属于上面的文字；{}",
            text.chinese
        ));
        self.write(&text.typed);
        Some((text.line + 1, text.column))
    }

    /// Adds the correction of a value of the wrong kind, if the lines around show its meaning; returns a better place for
    /// the problem.
    fn rewritten(
        &mut self,
        (kind, wanted): (&str, &str),
        (lines, at): (&[&str], usize),
    ) -> Option<(usize, usize)> {
        if kind == "a list"
            && wanted.contains("text")
            && let Some(typed) = blocks::text_of_brackets(lines, at)
        {
            let brackets = quoted(Line::of(lines.get(at)?).value);
            self.help = Some(format!(
                "an answer is a text and no list; with brackets that are meant it stands in quotes: {brackets}"
            ));
            self.chinese = Some(format!(
                "这里应该是文字，现在是列表；文字本身带方括号时要加英文引号：{brackets}；不是的话"
            ));
            self.write(&typed);
            return None;
        }
        let found = match kind {
            "a text" if wanted.contains("list") => blocks::list(lines, at, true),
            "a list" if wanted.contains("text") => blocks::text(lines, at),
            "a text" if wanted.starts_with("keys") => blocks::entry(lines, at),
            _ => None,
        }?;
        if found.typed.is_empty() {
            return None;
        }
        let (_, wrong) = (self.help.take(), self.chinese.take().unwrap_or_default());
        let wrong = wrong.split('；').next().unwrap_or_default();
        self.help = Some(found.english);
        self.chinese = Some(format!("{wrong}；{}", found.chinese));
        self.write(&found.typed);
        Some((found.line + 1, found.column))
    }

    /// Adds the correction of an entry without an id, with an id that no other has.
    fn without_id(&mut self, (lines, at): (&[&str], usize)) -> Option<()> {
        let line = Line::of(lines.get(at)?);
        let key = line.key.filter(|_| !line.dashes.is_empty())?;
        let rest = match guessed_keys::usual(key) {
            Some("id") => return None,
            Some(meant) => guessed_keys::typed(meant, line.value),
            None => guessed_keys::typed(key, line.value),
        };
        let id = blocks::new_id(at);
        let spaces = " ".repeat(line.key_depth());
        self.help = Some("add `id:`, a short name of your own".to_owned());
        self.chinese = Some("缺少 id（自己起的短名字，不能重复）；请加上一行 id: ...".to_owned());
        self.write(&[
            format!("{}{}id: {id}", line.indent, line.dashes),
            format!("{spaces}{rest}"),
        ]);
        Some(())
    }

    /// Adds the correction to help and Chinese text.
    fn write(&mut self, typed: &[String]) {
        if typed.is_empty() {
            return;
        }
        let typed = blocks::joined(typed);
        let help = self.help.get_or_insert_default();
        let semicolon = if help.ends_with('?') { "" } else { ";" };
        help.push_str(&format!("{semicolon} write:{typed}"));
        let chinese = self.chinese.get_or_insert_default();
        let comma = if chinese.ends_with('？') { "" } else { "，" };
        chinese.push_str(&format!("{comma}写成：{}", typed.trim_start_matches(' ')));
    }

    /// Reports an unknown key among secrets by its place alone: it may be a secret in the place of a key.
    fn nameless_key(&mut self, (line, column): (usize, usize)) {
        let given = self.unknown.as_deref().unwrap_or_default();
        let name = given.split(['：', ':', '＝', '=']).next().unwrap_or_default();
        let bare = name.trim_matches(|c: char| !c.is_alphanumeric());
        let mut longer = self.names.iter().filter(|known| {
            let word = known.strip_suffix(bare).filter(|_| !bare.is_empty());
            word.is_some_and(|word| word.ends_with('_'))
        });
        // `token` for `access_token`, where no other name ends so.
        let near = match (nearest(bare, &self.names), longer.next(), longer.next()) {
            (Some(near), ..) => Some(near),
            (None, Some(longer), None) => Some(longer.as_str()),
            _ => None,
        };
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
        if let Some(key) = ACCOUNT_KEYS.iter().find(|key| **key == bare) {
            (help, chinese) = (
                format!("`{key}` belongs one level up, beside `connection`: {help}"),
                format!("{key} 不属于 connection，要写在上一层，与 connection 对齐；{chinese}"),
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

    /// Sets message and help for a value of the wrong kind.
    fn mismatched(
        &mut self,
        (found, expected): (&str, &str),
        written: &str,
        (raw, above): (&str, &str),
        hidden: bool,
        place: ValuePosition<'_>,
    ) {
        let (kind, kind_chinese) = kind_of(found);
        let (wanted, wanted_chinese) = wanted(expected);
        if let Some((english, chinese)) = number::out_of_range(found, expected) {
            let what = if hidden { "a number" } else { found };
            let what_chinese = number::written(found).filter(|_| !hidden).unwrap_or("别的数字");
            self.message = format!("expected {english}, found {what}");
            self.chinese = Some(format!("这里应该是{chinese}，现在是 {what_chinese}"));
            return;
        }
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
        if kind == "a text"
            && let Some((line, head)) = blocks::head_in_comment(place.lines, place.at)
        {
            let key = place.key.unwrap_or_default();
            self.help = Some(format!(
                "`{key}` stands under `{head}`, but line {line} is a comment: remove its `#`; write: {head}"
            ));
            self.chinese = Some(format!(
                "「{key}」要写在 {head} 下面，而第 {line} 行还是注释；请去掉那一行开头的 #，写成：{head}"
            ));
            return;
        }
        let hint =
            in_brackets(raw, kind, wanted, hidden).or_else(|| hint(kind, wanted, written, above, hidden));
        let wrong = format!("这里应该是{wanted_chinese}，现在是{kind_chinese}");
        let shape = match hidden {
            true => None,
            false => reshaped(kind, expected, written, place),
        };
        if let Some(shape) = shape {
            self.help = Some(shape.english);
            self.chinese = Some(format!("{wrong}；{}", shape.chinese));
            self.write(&shape.typed);
            return;
        }
        if place.key == Some("link") && kind == "a number" && !hidden {
            let number = written.trim();
            self.help = Some(format!("a phone number is a link as: \"tel:{number}\""));
            self.chinese = Some(format!(
                "链接要以 https://、http://、mailto: 或 tel: 开头；电话号码写成：\"tel:{number}\""
            ));
            return;
        }
        if place.key == Some("links") && kind == "a text" && !place.is_item && !hidden {
            self.help = Some("every link has a `url`".to_owned());
            self.chinese = Some(format!("{wrong}；每个链接要写 url"));
            let url = quoted(written.trim().trim_matches(['"', '\'']));
            self.write(&[place.replaced(written, &format!("[{{ url: {url} }}]"))]);
            return;
        }
        if place.key == Some("channels") && kind == "a number" {
            let number = written.trim();
            self.help = Some(format!(
                "a channel is written with its account, such as qq/group:{number}"
            ));
            self.chinese = Some(format!(
                "频道要写成 账号/频道，例如 qq/group:{number}（qq 是 accounts 里的账号名）"
            ));
            return;
        }
        if expected == "struct Head" && kind == "a text" && place.key.is_none() {
            self.help = Some("a faq.yaml begins with its entries".to_owned());
            self.chinese = Some("这里都是文字，还不是 FAQ；faq.yaml 要写成一条一条的问答".to_owned());
            self.write(&FAQ_BEGINS.map(str::to_owned));
            return;
        }
        // The address may hold a token: it is not repeated.
        if expected == "struct Forward" && kind == "a text" {
            self.help =
                Some("the address stands under `url`; write: forward: { url: \"ws://...\" }".to_owned());
            self.chinese = Some(format!(
                "{wrong}；地址要写在 url 下面，写成：forward: {{ url: \"ws://...\" }}"
            ));
            return;
        }
        if kind == "nothing" && raw.trim() == "-" {
            self.help = Some("write the item behind the dash, or remove the line".to_owned());
            self.chinese = Some(format!("{wrong}；短横后面是空的；请补上内容，或删掉这一行"));
            return;
        }
        match hint {
            Some((help, chinese)) => {
                self.help = Some(help);
                self.chinese = Some(format!("{wrong}；{chinese}"));
            }
            None => self.chinese = Some(wrong),
        }
    }
}

fn in_backquotes(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
