//! Mistakes of people who write YAML without having learnt it: for a line, its possible mistakes and their corrections.
//! [`super::syntax_fault`] tries which of them it is.

use super::blocks;
use super::commas;
use super::dashes;
use super::flow;
use super::flow::end_of_quotes;
use super::guessed_keys;
use super::line::{Line, WIDE_COLONS, is_space, quoted};
use super::mistake::{Mistake, mistake};
use super::surplus_signs;
use super::swallowed_value;

/// Widths of a tab, in spaces, that are tried for the white space at the left of lines.
const TAB_WIDTHS: [usize; 3] = [2, 4, 8];

/// Returns the possible mistakes of a line, the likeliest first.
pub(super) fn candidates(lines: &[&str], at: usize) -> Vec<Mistake> {
    let Some(raw) = lines.get(at) else {
        return Vec::new();
    };
    let line = Line::of(raw);
    let mut found = Vec::new();
    stray(at, raw, &mut found);
    indent_signs(lines, at, &line, &mut found);
    if !line.is_empty() {
        surplus_signs::behind(at, &line, &mut found);
        surplus_signs::in_address(at, &line, &mut found);
        found.extend(blocks::list(lines, at, false));
        found.extend(blocks::text(lines, at));
        dashes::missing(lines, at, &line, &mut found);
        dashes::unwanted(lines, at, &line, &mut found);
        dashes::misshaped(at, &line, &mut found);
        colon(at, raw, &line, &mut found);
        quotes(at, &line, &mut found);
        in_brackets(lines, at, &line, &mut found);
        unquoted(at, raw, &line, &mut found);
        no_colon(lines, at, &line, &mut found);
    }
    found
}

/// Finds a character at the left of a line that is no space; returns its column and the message in English and in
/// Chinese.
pub(super) fn no_space(line: &Line<'_>) -> Option<(usize, &'static str, &'static str)> {
    let (column, sign) = line.indent.chars().enumerate().find(|(_, c)| *c != ' ')?;
    let (english, chinese) = match sign {
        '\t' => (
            "the line is indented with a tab; YAML wants spaces: replace every tab by two spaces",
            "行首用了 Tab 键；请改用空格：把每个 Tab 换成两个空格",
        ),
        '\u{3000}' => (
            "a full-width space stands at the beginning of the line: replace each by two spaces, ordinary ones",
            "行首有全角空格；请切换到英文输入法，把每个全角空格换成两个空格（半角）",
        ),
        _ => (
            "an invisible character stands at the beginning of the line: remove it and type spaces",
            "行首有看不见的特殊字符；请删掉行首空白，重新输入空格",
        ),
    };
    Some((column + 1, english, chinese))
}

/// Tabs and full-width spaces at the left; in all lines at once, since who typed one typed many.
pub(super) fn indent_signs(lines: &[&str], at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let Some((column, english, chinese)) = no_space(line) else {
        return;
    };
    for width in TAB_WIDTHS {
        let change = lines.iter().enumerate().filter_map(|(at, raw)| {
            let indent = Line::of(raw).indent;
            let plain: String = indent
                .chars()
                .map(|c| match c {
                    '\t' => " ".repeat(width),
                    '\u{3000}' => " ".repeat(width / 2),
                    '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => String::new(),
                    _ => " ".to_owned(),
                })
                .collect();
            let rest = raw.get(indent.len()..)?;
            (plain != indent).then(|| (at, format!("{plain}{rest}")))
        });
        let each = if line.indent.contains('\u{3000}') {
            width / 2
        } else {
            width
        };
        let spaces = if each == 1 { "space" } else { "spaces" };
        found.push(Mistake {
            line: at,
            column,
            english: english.replace("two spaces", &format!("{each} {spaces}")),
            chinese: chinese.replace("两个空格", &format!(" {each} 个空格")),
            change: change.collect(),
            show: false,
            typed: Vec::new(),
        });
    }
}

/// Returns the mistake of a line whose first colon is a full-width one.
pub(super) fn wide_colon(lines: &[&str], at: usize) -> Option<Mistake> {
    let raw = lines.get(at)?;
    let mut found = Vec::new();
    colon(at, raw, &Line::of(raw), &mut found);
    found.into_iter().next()
}

/// A full-width colon, a colon without a space, an equals sign.
fn colon(at: usize, raw: &str, line: &Line<'_>, found: &mut Vec<Mistake>) {
    if line.key.is_some() && line.value.is_empty() && line.has_real_colon() && ends_in_no_space(raw) {
        found.push(mistake(
            (at, line.value_column()),
            "what stands behind the colon looks like a space and is none: remove it",
            "冒号后面有看不见的字符（可能是全角空格）；请删掉它",
            line.with_value("").trim_end().to_owned(),
        ));
    }
    if let (Some(key), false) = (line.key, line.has_real_colon()) {
        let column = line.colon_column();
        let (english, chinese) = if line.colon.contains(WIDE_COLONS) {
            (
                "the colon is a full-width one: type `:` and a space",
                "这里用了全角冒号「：」；请用英文输入法输入半角冒号 : 并在后面加一个空格",
            )
        } else if line.colon.ends_with(is_space) {
            (
                "the space behind the colon is not an ordinary one: type `:` and a space",
                "冒号后面不是普通空格（可能是全角空格）；请改成半角冒号 : 加一个半角空格",
            )
        } else {
            ("a space is missing behind the colon", "冒号 : 后面少了一个空格")
        };
        // A key in Chinese has the same colon as the sentence that it was typed in.
        let as_it_is = match guessed_keys::usual(key) {
            Some(meant) => format!(
                "{}{}{}",
                line.indent,
                line.dashes,
                guessed_keys::typed(meant, line.value)
            ),
            None => line.with_value(line.value),
        };
        found.push(mistake((at, column), english, chinese, as_it_is));
        for value in [flow::with_half_width(line.value), quoted(line.value)] {
            if value != line.value {
                found.push(mistake((at, column), english, chinese, line.with_value(&value)));
            }
        }
    }
    let whole = line.whole();
    if let Some((key, value)) = whole.split_once(['=', '＝'])
        && line.key.is_none()
        && is_word(key.trim())
    {
        let column = line.key_depth() + key.chars().count() + 1;
        found.push(mistake(
            (at, column),
            "`=` stands where a colon belongs: type `:` and a space",
            "这里要用冒号，不是等号；请改成半角冒号 : 加一个空格",
            format!("{}{}{}: {}", line.indent, line.dashes, key.trim(), value.trim()),
        ));
    }
}

/// Quotes that are not closed, closed by another sign, or closed too early; backslashes in double quotes.
fn quotes(at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let (value, column) = (line.value, line.value_place());
    let Some(open) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return;
    };
    let name = if open == '"' { "\"" } else { "'" };
    if let Some(inner) = with_apostrophe(value) {
        found.push(mistake(
            (at, column),
            "an apostrophe ends the single quotes: put the text in double ones",
            "文字里的撇号 ' 会结束单引号；请改用双引号",
            line.with_value(&quoted(inner)),
        ));
    }
    match end_of_quotes(value) {
        None => {
            let ends = value.chars().next_back().filter(|_| value.chars().count() > 1);
            if let Some(end) = ends.filter(|c| flow::half_width(*c) == Some(open)) {
                let new = format!("{}{open}", value.strip_suffix(end).unwrap_or(value));
                found.push(mistake(
                    (at, line.value_place() + value.chars().count() - 1),
                    format!("the quotes begin with {name} and end with {end}: type {name} at both ends"),
                    format!("开头是英文引号 {name}，结尾却是「{end}」；两头都要用英文引号 {name}"),
                    line.with_value(&new),
                ));
            }
            let inner = value.get(1..).unwrap_or_default();
            let inner = inner.strip_suffix(['”', '“', '’', '‘']).unwrap_or(inner);
            found.push(mistake(
                (at, column),
                format!("the quotes {name} that begin here are not closed"),
                format!("这里的引号 {name} 没有配对；请在这段文字末尾补上 {name}"),
                line.with_value(&quoted(inner)),
            ));
        }
        Some(end) if !is_end(value.get(end..).unwrap_or_default()) => found.push(mistake(
            (
                at,
                column + value.get(..end).map_or(0, |text| text.chars().count()),
            ),
            "words stand behind the closing quotes: put the whole text into other quotes",
            "引号结束之后还有文字；请把整段文字再用另一种引号括起来",
            line.with_value(&if value.contains('\'') {
                quoted(value)
            } else {
                format!("'{value}'")
            }),
        )),
        Some(_) => {}
    }
    if open == '"' && value.contains('\\') && value.len() > 1 {
        let inner = value.trim_matches('"');
        let at_backslash = value.chars().take_while(|c| *c != '\\').count();
        found.push(mistake(
            (at, column + at_backslash),
            "a backslash in double quotes begins a special character: use single quotes",
            "双引号里的反斜杠 \\ 有特殊含义；请改用单引号",
            line.with_value(&format!("'{}'", inner.replace('\'', "''"))),
        ));
    }
}

/// Brackets that are full-width, not closed, or hold what needs quotes.
fn in_brackets(lines: &[&str], at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let value = line.value;
    if !value.starts_with(['[', '{', '［', '【', '｛']) && !value.contains(['［', '］', '｛', '｝']) {
        return;
    }
    let half = flow::with_half_width(value);
    if half != value && half.starts_with(['[', '{']) {
        let (offset, sign) = value
            .chars()
            .enumerate()
            .find(|(_, c)| flow::half_width(*c).is_some())
            .unwrap_or((0, ' '));
        let place = (at, line.value_place() + offset);
        let english =
            format!("`{sign}` is a full-width sign: brackets, commas and quotes must be half-width");
        let chinese = format!("「{sign}」是全角符号；括号、逗号、引号都要用英文输入法输入");
        let closed = format!("{half}{}", flow::missing_closers(&half));
        for new in [half.clone(), closed] {
            found.push(mistake(
                place,
                english.as_str(),
                chinese.as_str(),
                line.with_value(&new),
            ));
        }
    }
    if !value.starts_with(['[', '{']) {
        return;
    }
    let place = (at, line.value_place());
    let (between, between_chinese) = between(value);
    for text in [value, half.as_str()] {
        if let Some((offset, sign, new)) = commas::typed(text) {
            found.push(mistake(
                (at, line.value_place() + offset),
                format!("`{sign}` does not divide items between the {between}: type a half-width comma and a space"),
                format!("{between_chinese}里的「{sign}」不会分隔各项；请改成英文逗号加空格"),
                line.with_value(&new),
            ));
        }
    }
    let mended = swallowed_value::mended(value);
    if mended != value && value.starts_with('{') {
        found.push(mistake(
            place,
            "a colon between the braces is a full-width one or has no space behind it: type `:` and a space",
            "花括号里的冒号是全角的，或者后面少了一个空格；请用半角冒号 : 加一个空格",
            line.with_value(&mended),
        ));
    }
    if flow::closing(value).is_none() && value.contains(['"', '\'']) {
        let bare = value.replace(['"', '\''], "");
        let new = format!("{bare}{}", flow::missing_closers(&bare));
        found.push(mistake(
            place,
            format!(
                "a quote between the {between} is not closed: close it, or write the items without quotes"
            ),
            format!("{between_chinese}里有一个引号没有配对；请补上，或把引号都去掉"),
            line.with_value(&new),
        ));
    }
    if let Some(new) = flow::with_quotes(value) {
        found.push(mistake(
            place,
            format!(
                "a text between the {between} holds a special character (such as `:`, `#`, `*`, `@`, `{{`): put it in quotes"
            ),
            format!("{between_chinese}里有一项含有特殊符号（如冒号、#、*、@、{{）；请给这一项加英文引号"),
            line.with_value(&new),
        ));
    }
    if let Some(new) = flow::with_single_quotes(value) {
        found.push(mistake(
            (
                at,
                line.value_place() + value.chars().take_while(|c| *c != '\\').count(),
            ),
            "a backslash in double quotes begins a special character: use single quotes",
            "双引号里的反斜杠 \\ 有特殊含义；请改用单引号",
            line.with_value(&new),
        ));
    }
    let closers = flow::missing_closers(value);
    if !closers.is_empty() {
        found.extend(wrapped(lines, at, line));
    }
    if let (Some(open), false) = (value.chars().next(), closers.is_empty()) {
        let english = format!("the bracket `{open}` that opens here is not closed: a `{closers}` is missing");
        let chinese = format!("这里的括号 {open} 没有配对；请补上 {closers}");
        for value in [
            value.to_owned(),
            value.trim_end_matches([',', '，', ' ']).to_owned(),
        ] {
            let new = format!("{value}{closers}");
            let quotes = flow::with_quotes(&new);
            for new in std::iter::once(new).chain(quotes) {
                found.push(mistake(
                    place,
                    english.as_str(),
                    chinese.as_str(),
                    line.with_value(&new),
                ));
            }
        }
        // The list may go on below.
        let end = (at + 1..lines.len()).find(|below| {
            let below = Line::of(lines[*below]);
            !below.is_empty() && below.depth() <= line.key_depth()
        });
        let last = end.unwrap_or(lines.len()).saturating_sub(1);
        if last > at {
            let text = lines.get(last).map_or("", |raw| raw.trim_end());
            let mut mistake = mistake(place, english, chinese, String::new());
            mistake.change = vec![(last, format!("{text}{closers}"))];
            mistake.show = false;
            found.push(mistake);
        }
    }
}

/// The name of the brackets with which a value begins, in English and in Chinese.
fn between(value: &str) -> (&'static str, &'static str) {
    match value.starts_with(['{', '｛']) {
        true => ("braces", "花括号"),
        false => ("brackets", "方括号"),
    }
}

/// A list in brackets whose further lines stand too far left.
fn wrapped(lines: &[&str], at: usize, line: &Line<'_>) -> Option<Mistake> {
    let spaces = " ".repeat(line.key_depth() + 2);
    let mut whole = line.value.to_owned();
    let mut change = Vec::new();
    for below in at + 1..lines.len().min(at + 20) {
        let raw = lines.get(below)?;
        let other = Line::of(raw);
        if other.is_empty() || !other.dashes.is_empty() || other.key.is_some_and(guessed_keys::is_key) {
            return None;
        }
        if other.depth() <= line.depth() {
            change.push((below, format!("{spaces}{}", raw.trim())));
        }
        whole.push_str(raw.trim());
        if flow::missing_closers(&whole).is_empty() {
            break;
        }
    }
    let (first, new) = change.first()?.clone();
    let depth = spaces.len();
    let mut mistake = mistake(
        (first, 1),
        format!(
            "the line belongs to the brackets that open in line {}: begin it with {depth} spaces",
            at + 1
        ),
        format!(
            "这一行属于第 {} 行开始的{}；请在行首输入 {depth} 个空格",
            at + 1,
            between(line.value).1
        ),
        new,
    );
    mistake.change = change;
    flow::missing_closers(&whole).is_empty().then_some(mistake)
}

/// A text that needs quotes because of a character in it.
fn unquoted(at: usize, raw: &str, line: &Line<'_>, found: &mut Vec<Mistake>) {
    if matches!(line.value, "|" | ">" | "|-" | ">-") && ends_in_no_space(raw) {
        let place = (at, line.value_place() + line.value.chars().count());
        found.push(mistake(
            place,
            format!("an invisible character stands behind `{}`: remove it", line.value),
            format!("「{}」后面有看不见的字符（可能是全角空格）；请删掉它", line.value),
            line.with_value(line.value),
        ));
    }
    if let Some(text) = line
        .value
        .strip_prefix('|')
        .map(|rest| rest.trim_matches(is_space))
        && text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '“' | '【' | '（' | '['))
    {
        let text = match needs_quotes(text) {
            Some(_) => quoted(text),
            None => text.to_owned(),
        };
        found.push(mistake(
            (at, line.value_place()),
            "the text stands in the lines below `|`; a text of one line needs no `|`",
            "| 后面不能直接写文字（文字要另起一行）；只有一行的话不用写 |",
            line.with_value(&text),
        ));
    }
    if let Some((offset, english, chinese)) = needs_quotes(line.value) {
        found.push(mistake(
            (at, line.value_place() + offset),
            english,
            chinese,
            line.with_value(&quoted(line.value)),
        ));
    }
    // The supposed key may be the beginning of a sentence.
    if line.key.is_some() && !line.dashes.is_empty() {
        let whole = line.whole();
        found.push(mistake(
            (at, line.colon_column()),
            "a colon with a space behind it divides a key from its value: put the text in quotes",
            "文字里有「冒号加空格」，会被当成 键: 值；请给整句加英文引号",
            format!("{}{}{}", line.indent, line.dashes, quoted(&whole)),
        ));
    }
}

/// White space that is none to YAML ends the line.
fn ends_in_no_space(raw: &str) -> bool {
    raw.trim_end_matches(['\r', ' ', '\t']).ends_with(is_space)
}

/// Finds the reason for which a text can't stand without quotes: the place of the character, in characters, and the
/// message in English and in Chinese.
pub(super) fn needs_quotes(value: &str) -> Option<(usize, String, String)> {
    let first = value.chars().next()?;
    let behind = value.get(first.len_utf8()..).unwrap_or_default();
    let special = match first {
        '*' | '&' | '!' | '%' | '@' | '`' => true,
        '|' | '>' => {
            !is_end(behind.trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
        }
        '?' | '-' => behind.starts_with(' '),
        ',' | ']' | '}' => true,
        '[' | '{' => {
            value.starts_with("{{")
                || flow::closing(value).is_none_or(|end| !is_end(value.get(end + 1..).unwrap_or_default()))
        }
        _ => false,
    };
    if special {
        return Some((
            0,
            format!("a text that begins with `{first}` must stand in quotes"),
            format!("以「{first}」开头的文字必须加英文引号"),
        ));
    }
    if matches!(first, '"' | '\'' | '[' | '{') {
        return None;
    }
    let colon = value
        .find(": ")
        .or_else(|| value.ends_with(':').then(|| value.len() - 1));
    if let Some(at) = colon {
        return Some((
            chars_before(value, at),
            "a colon with a space behind it divides a key from its value: put the text in quotes".to_owned(),
            "文字里有「冒号加空格」，会被当成 键: 值；请给整段文字加英文引号".to_owned(),
        ));
    }
    let hash = value.find(" #")?;
    Some((
        chars_before(value, hash) + 1,
        "what stands behind ` #` is a comment and is cut off: put the text in quotes".to_owned(),
        "空格加 # 之后的内容会被当成注释丢掉；请给整段文字加英文引号".to_owned(),
    ))
}

/// A word alone in its line, with something below it.
fn no_colon(lines: &[&str], at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let word = line.value;
    if line.key.is_some() || !is_word(word) || !word.is_ascii() {
        return;
    }
    let below = lines.get(at + 1).map(|raw| Line::of(raw));
    if below.is_some_and(|below| !below.dashes.is_empty() || below.depth() > line.depth()) {
        found.push(mistake(
            (at, line.value_place() + word.chars().count()),
            format!("a colon is missing behind `{word}`"),
            format!("「{word}」后面少了冒号 :"),
            format!("{}{}{word}:", line.indent, line.dashes),
        ));
    }
}

/// Lines that belong in no YAML file.
fn stray(at: usize, raw: &str, found: &mut Vec<Mistake>) {
    let text = raw.trim();
    let (english, chinese) = if text.starts_with("```") {
        (
            "a fence of Markdown stands here: remove the line",
            "这一行是 Markdown 的代码围栏；请删掉这一行",
        )
    } else if text.starts_with("<<<<<<<") || text.starts_with(">>>>>>>") || text.starts_with("=======") {
        (
            "a mark of a merge conflict stands here: decide for one of the two versions and remove the marks",
            "这一行是版本合并冲突的标记；请保留其中一个版本并删掉标记",
        )
    } else if text.starts_with("//") || text.starts_with("<!--") || text.starts_with(['；', '＃', '﹟']) {
        (
            "a comment begins with `#`",
            "注释要以 # 开头；请把这一行开头的符号改成 #",
        )
    } else {
        return;
    };
    let column = 1 + raw.chars().take_while(|c| is_space(*c)).count();
    let mut mistake = mistake((at, column), english, chinese, format!("# {text}"));
    mistake.show = false;
    found.push(mistake);
}

/// Returns the text in single quotes that an apostrophe, as in `it's`, ends too early.
fn with_apostrophe(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('\'')?;
    let (before, behind) = inner.split_at_checked(end_of_quotes(value)?.checked_sub(2)?)?;
    let behind = behind.strip_prefix('\'')?;
    let letter = |c: char| c.is_ascii_alphabetic();
    let is_one = before.ends_with(letter) && behind.starts_with(letter);
    is_one.then(|| inner.strip_suffix('\'').unwrap_or(inner))
}

/// Returns `true` if nothing but white space or a comment follows.
fn is_end(rest: &str) -> bool {
    rest.trim().is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn chars_before(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |text| text.chars().count())
}

impl Line<'_> {
    /// Returns key, colon and value as they are in the file.
    pub(super) fn whole(&self) -> String {
        format!("{}{}{}", self.key.unwrap_or_default(), self.colon, self.value)
    }

    /// The column (from 1) of the value, with a key or without.
    pub(super) fn value_place(&self) -> usize {
        match self.key {
            Some(_) => self.value_column(),
            None => self.key_depth() + 1,
        }
    }
}
