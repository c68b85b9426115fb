//! Mistakes that YAML accepts without an error, and reads as something else than their writer meant.

use super::Problem;
use super::blocks;
use super::chinese_quotes;
use super::guessed_keys;
use super::line::{Line, WIDE_COLONS, is_space};
use super::mask_secrets;
use super::mistakes::{needs_quotes, no_space as not_a_space};
use super::secret::HIDDEN;
use saphyr_parser::ScalarStyle;

/// A value as the parser read it, with its place.
pub(super) struct Read<'a> {
    pub(super) lines: &'a [&'a str],
    /// Line and column, from 1.
    pub(super) place: (usize, usize),
    pub(super) style: ScalarStyle,
    pub(super) value: &'a str,
    /// `true` for an item of a list in brackets.
    pub(super) in_brackets: bool,
    /// `true` for the only item so far of its list.
    pub(super) first: bool,
    /// `true` if it has a name, `&name`.
    pub(super) anchored: bool,
}

/// Returns a warning about a value that its writer probably meant otherwise.
pub(super) fn look(file: &str, read: &Read<'_>) -> Option<Problem> {
    let (line, column) = read.place;
    let raw = read.lines.get(line.checked_sub(1)?)?;
    let rest = rest_of(raw, column);
    let found = match read.style {
        ScalarStyle::Plain => plain(read, rest),
        ScalarStyle::DoubleQuoted => escapes(read, rest),
        _ => None,
    };
    let mut found = found.or_else(|| anchor(read, raw))?;
    if mask_secrets::hides(read.lines, line - 1) {
        let (message, help, chinese) = match chinese_quotes::inside(read.value) {
            Some(_) => (
                "the quotes around the value are a part of it",
                "remove them, or type straight ones instead",
                "中文引号会原样成为值的一部分；请删掉，或改用英文引号 \"",
            ),
            None => (
                "what is read is not what is written: a special character stands in the value",
                "put the whole value in straight quotes",
                "这个值里有特殊字符，读到的和写的不一样；请给整个值加英文引号",
            ),
        };
        found.message = message.to_owned();
        found.help = help.to_owned();
        found.chinese = chinese.to_owned();
    }
    let (line, column) = found.place.unwrap_or(read.place);
    let mut problem = Problem {
        line,
        column,
        help: Some(found.help),
        ..Problem::of_file(file, found.message)
    };
    problem.in_chinese(found.chinese);
    Some(problem.into_warning())
}

/// Makes an error about a key, or a line meant as one, that begins with white space unknown to YAML: it becomes part of
/// the key's name.
pub(super) fn no_space(
    file: &str,
    lines: &[&str],
    (line, column): (usize, usize),
    text: &str,
    is_key: bool,
) -> Option<Problem> {
    if !text.starts_with(is_space) {
        return None;
    }
    let raw = lines.get(line.checked_sub(1)?)?;
    let written = Line::of(raw);
    let begins = column == 1 + raw.chars().take_while(|c| *c == ' ').count();
    let is_meant = is_key || written.has_real_colon() || !written.dashes.is_empty();
    let (column, english, chinese) = not_a_space(&written).filter(|_| begins && is_meant)?;
    let mut problem = Problem {
        line,
        column,
        ..Problem::of_file(file, english.to_owned())
    };
    problem.in_chinese(chinese);
    Some(problem)
}

/// Makes an error about a number with more digits than any that can be read.
pub(super) fn too_large(
    file: &str,
    lines: &[&str],
    (line, column): (usize, usize),
    text: &str,
) -> Option<Problem> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number
        || digits.len() < NUMBER_DIGITS_MIN
        || text.parse::<u64>().is_ok()
        || text.parse::<i64>().is_ok()
    {
        return None;
    }
    let shown = match line
        .checked_sub(1)
        .is_some_and(|at| mask_secrets::hides(lines, at))
    {
        true => HIDDEN,
        false => text,
    };
    let mut problem = Problem {
        line,
        column,
        help: Some(format!(
            "check its digits: an id has 20 at most; what is a text and no number stands in quotes: \"{shown}\""
        )),
        ..Problem::of_file(
            file,
            format!("the number {shown} is too large: it has {} digits", digits.len()),
        )
    };
    problem.in_chinese(format!(
        "数字 {shown} 太大了（{} 位）；请核对位数，号码最多 20 位；如果是文字，请加英文引号：\"{shown}\"",
        digits.len()
    ));
    Some(problem)
}

/// A number of fewer digits is always read.
const NUMBER_DIGITS_MIN: usize = 19;

struct Found {
    message: String,
    help: String,
    chinese: String,
    /// The place of the mistake; `None` for that of the value.
    place: Option<(usize, usize)>,
}

fn plain(read: &Read<'_>, rest: &str) -> Option<Found> {
    let value = read.value;
    if !value.is_empty() && !rest.starts_with(value) {
        return wide_key(read).or_else(|| several_lines(read));
    }
    let behind = rest.get(value.len()..).unwrap_or_default();
    cut_off(read, behind)
        .or_else(|| last_comma(read))
        .or_else(|| wide_key(read))
        .or_else(|| wide_hash(read))
        .or_else(|| wide_quotes(read))
        .or_else(|| wide_comma(read))
        .or_else(|| wide_signs(read))
}

/// `加群 #12345`: the number is a comment.
fn cut_off(read: &Read<'_>, behind: &str) -> Option<Found> {
    let comment = behind.trim_start();
    let words = comment.strip_prefix('#')?;
    // With a space behind the sign it is a comment, unless a number follows.
    let first = words.chars().next()?;
    let meant = !first.is_whitespace() && first != '#'
        || words.trim().chars().next().is_some_and(|c| c.is_ascii_digit());
    if !meant {
        return None;
    }
    let offset = behind.chars().count() - comment.chars().count();
    let (line, column) = read.place;
    let cut = comment.trim_end();
    Some(Found {
        message: format!(
            "`{}` is cut off: what stands behind ` #` is a comment",
            short(cut)
        ),
        help: format!(
            "put the text in quotes: \"{} {}\"; for a comment write `# ` with a space",
            short(read.value),
            short(cut)
        ),
        chinese: format!(
            "「{}」被当成注释丢掉了；如果是正文，请给整段加英文引号，写成：\"{} {}\"（如果是注释，# 后面加一个空格）",
            short(cut),
            short(read.value),
            short(cut)
        ),
        place: Some((line, column + read.value.chars().count() + offset)),
    })
}

/// Finds `text,`, as lines of JSON end: the comma would be sent with it.
fn last_comma(read: &Read<'_>) -> Option<Found> {
    let text = read.value.strip_suffix(',')?.trim_end();
    let (line, column) = read.place;
    let has = !text.is_empty();
    has.then(|| Found {
        message: "the comma at the end is part of the text".to_owned(),
        help: format!(
            "remove it: {}; if it is meant, put the text in quotes: \"{}\"",
            short(text),
            short(read.value)
        ),
        chinese: format!(
            "行末的逗号会原样成为文字的一部分；请删掉它：{}（确实要显示逗号时，给整段加英文引号：\"{}\"）",
            short(text),
            short(read.value)
        ),
        place: Some((line, column + read.value.chars().count() - 1)),
    })
}

/// Finds “text” with typographic quotes: they would be sent with it.
fn wide_quotes(read: &Read<'_>) -> Option<Found> {
    let inner = chinese_quotes::inside(read.value)?;
    let open = read.value.chars().next()?;
    let close = read.value.chars().next_back()?;
    Some(Found {
        message: format!("the quotes `{open}` and `{close}` are part of the text"),
        help: format!(
            "remove them, or type straight ones: \"{}\"; if they are meant, put straight ones around them: '{}'",
            short(inner),
            short(read.value)
        ),
        chinese: format!(
            "中文引号「{open}」「{close}」会原样成为文字的一部分；请改用英文引号：\"{}\"（确实要显示它们时，写成 '{}'）",
            short(inner),
            short(read.value)
        ),
        place: None,
    })
}

/// `[怎么退款，多久到账]`: one question, not two.
fn wide_comma(read: &Read<'_>) -> Option<Found> {
    if !read.in_brackets {
        return None;
    }
    let signs: &[char] = if read.first {
        &['，', '；', ';', '、']
    } else {
        &['，', '；', ';']
    };
    let at = read.value.chars().position(|c| signs.contains(&c))?;
    let parts: Vec<&str> = read
        .value
        .split(signs)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 {
        return None;
    }
    let sign = read.value.chars().nth(at).unwrap_or('，');
    let (line, column) = read.place;
    Some(Found {
        message: format!(
            "`{}` is one item: `{sign}` does not divide items",
            short(read.value)
        ),
        help: format!(
            "for several items type half-width commas: {}; if it is one, put it in quotes: \"{}\"",
            short(&parts.join(", ")),
            short(read.value)
        ),
        chinese: format!(
            "「{sign}」不会分隔各项，这里被当成一项；要分成几项请用英文逗号：{}（如果就是一句话，请加英文引号：\"{}\"）",
            short(&parts.join(", ")),
            short(read.value)
        ),
        place: Some((line, column + at)),
    })
}

/// A text that begins with the full-width twin of a sign that YAML knows.
fn wide_signs(read: &Read<'_>) -> Option<Found> {
    let first = read.value.chars().next()?;
    let rest: String = read.value.chars().skip(1).collect();
    let (half, example) = match first {
        '［' if read.value.ends_with('］') => ("[ ]", "[a, b]"),
        '｛' if read.value.ends_with('｝') => ("{ }", "{ zh: ..., en: ... }"),
        '｜' if rest.trim().is_empty() => ("|", "answer: |"),
        '－' | '—' | '–' if rest.starts_with([' ', '\u{3000}']) => ("-", "- text"),
        _ => return None,
    };
    Some(Found {
        message: format!("`{first}` is a full-width sign and part of the text"),
        help: format!("type the half-width `{half}`, as in `{example}`"),
        chinese: format!("「{first}」是全角符号，会被当成文字；请用英文输入法输入 {half}，例如 {example}"),
        place: None,
    })
}

/// Finds `zh：您好` alone below `answer:`, or behind it: the name would be sent with the text.
fn wide_key(read: &Read<'_>) -> Option<Found> {
    let (line, column) = read.place;
    let written = Line::of(read.value);
    let key = written.key.filter(|_| written.colon.contains(WIDE_COLONS))?;
    let raw = read.lines.get(line - 1)?;
    let is_alone = column == 1 + Line::of(raw).depth() && Line::of(raw).dashes.is_empty();
    let is_name = if is_alone {
        key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    } else {
        !read.in_brackets && KEYS.contains(&key)
    };
    is_name.then(|| Found {
        message: format!(
            "`{key}{}` is part of the text, and no key: its colon is a full-width one",
            written.colon.trim()
        ),
        help: format!("type a half-width colon and a space: `{key}: `"),
        chinese: format!(
            "「{key}{}」用了全角冒号，会被当成文字的一部分；请改成半角冒号加空格：{key}: ",
            written.colon.trim()
        ),
        place: Some((line, column + key.chars().count())),
    })
}

/// Keys that stand in front of texts.
const KEYS: [&str; 7] = ["zh", "en", "id", "title", "questions", "answer", "closed"];

/// Finds `text ＃ comment`: the comment would be sent with the text.
fn wide_hash(read: &Read<'_>) -> Option<Found> {
    let (line, column) = read.place;
    let (at, sign) = read
        .value
        .char_indices()
        .find(|(at, c)| matches!(c, '＃' | '﹟') && read.value[..*at].ends_with(is_space))?;
    let spaced = read.value[at + sign.len_utf8()..].starts_with(is_space);
    spaced.then(|| wide_hash_at(sign, (line, column + read.value[..at].chars().count())))
}

fn wide_hash_at(sign: char, place: (usize, usize)) -> Found {
    Found {
        message: format!("`{sign}` is a full-width sign and begins no comment: what follows is part of the text"),
        help: "type a half-width `#` with a space before and behind it; if it is text, put the whole text in quotes".to_owned(),
        chinese: format!(
            "「{sign}」是全角符号，后面的内容会被当成文字；注释请用英文输入法输入 # ，前后各留一个空格（如果就是文字，请给整段加英文引号）"
        ),
        place: Some(place),
    }
}

/// Finds a text over several lines without `|`: they become one.
fn several_lines(read: &Read<'_>) -> Option<Found> {
    let (line, _) = read.place;
    let own = Line::of(read.lines.get(line - 1)?);
    let (below, raw) = read
        .lines
        .iter()
        .enumerate()
        .skip(line)
        .find(|(_, raw)| !raw.trim().is_empty())?;
    let next = Line::of(raw);
    let place = Some((below + 1, next.depth() + 1));
    let text = || blocks::text(read.lines, line - 1).filter(|text| !text.typed.is_empty());
    let is_item = !next.dashes.is_empty() || raw.trim_start().starts_with('-');
    if is_item && (own.key.is_none() || !own.dashes.is_empty() || text().is_none()) {
        let wanted = own.depth();
        return Some(Found {
            message: format!(
                "the dash in this line begins no item: the line is indented further than line {line} and belongs to its text"
            ),
            help: format!("let the line begin with {wanted} spaces, like line {line}"),
            chinese: format!(
                "这一行缩进太深，被并入第 {line} 行的文字，没有成为新的一项；请与第 {line} 行对齐，行首改成 {wanted} 个空格"
            ),
            place,
        });
    }
    if let Some(sign) = raw
        .trim_start()
        .chars()
        .next()
        .filter(|c| matches!(c, '＃' | '﹟'))
    {
        return Some(wide_hash_at(sign, (below + 1, next.depth() + 1)));
    }
    let is_key = next
        .key
        .filter(|key| guessed_keys::is_key(key) && next.colon.contains(WIDE_COLONS));
    if let Some(key) = is_key {
        let column = next.colon_column();
        return Some(Found {
            message: format!(
                "`{key}：` is no key: the colon is a full-width one, and the line belongs to the text above"
            ),
            help: format!("type a half-width colon and a space: `{key}: `"),
            chinese: format!(
                "「{key}：」用了全角冒号，这一行被并入上面的文字；请改成半角冒号加空格：{key}: "
            ),
            place: Some((below + 1, column)),
        });
    }
    if let Some(text) = text() {
        return Some(Found {
            message: format!(
                "this text goes on in line {}: its lines are joined into one",
                below + 1
            ),
            help: format!("to keep them apart write:{}", blocks::joined(&text.typed)),
            chinese: format!(
                "这段文字写成了几行，会被连成一行；要保留换行，请写成：{}",
                blocks::joined(&text.typed)
            ),
            place: Some((text.line + 1, text.column)),
        });
    }
    let key = own.key.unwrap_or("answer");
    Some(Found {
        message: format!(
            "this text goes on in line {}: its lines are joined into one",
            below + 1
        ),
        help: format!("to keep them apart write `{key}: |` and begin the text in the next line"),
        chinese: format!("这段文字写成了几行，会被连成一行；要保留换行，请写 {key}: | ，文字从下一行开始"),
        place: None,
    })
}

/// `"C:\new"`: a line break.
fn escapes(read: &Read<'_>, rest: &str) -> Option<Found> {
    let mut before = [' ', ' '];
    let mut chars = rest.chars().skip(1).peekable();
    let mut at = 1;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        if c == '"' && before[1] != '\\' {
            return None;
        }
        // A drive's letter and a colon, or a name behind another backslash, come before a path's backslash.
        let path = before[1] == ':' && before[0].is_ascii_alphabetic();
        if c == '\\'
            && path
            && matches!(
                next,
                'n' | 't' | 'r' | 'b' | 'f' | 'a' | 'e' | 'v' | '0' | '_' | 'N' | 'L' | 'P'
            )
        {
            let (line, column) = read.place;
            return Some(Found {
                message: format!("`\\{next}` in double quotes is a special character, not a path"),
                help: "put the path in single quotes: 'C:\\new'".to_owned(),
                chinese: format!(
                    "双引号里的 \\{next} 会变成特殊字符，不是路径；请改用单引号，例如 'C:\\new'"
                ),
                place: Some((line, column + at)),
            });
        }
        before = [before[1], c];
        at += 1;
    }
    None
}

/// Finds `&重要 text`: YAML reads a name that nothing refers to, and drops it from the text.
fn anchor(read: &Read<'_>, raw: &str) -> Option<Found> {
    if !read.anchored {
        return None;
    }
    let value = Line::of(raw).value;
    let name = value.strip_prefix('&')?.split(' ').next()?;
    if name.is_ascii() {
        return None;
    }
    let (_, message, chinese) = needs_quotes(value)?;
    Some(Found {
        message: format!("`&{name}` is cut off: {message}"),
        help: format!("write: \"{}\"", short(value)),
        chinese: format!("「&{name}」被丢掉了：{chinese}，写成：\"{}\"", short(value)),
        place: None,
    })
}

fn rest_of(raw: &str, column: usize) -> &str {
    let start = raw
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(raw.len(), |(at, _)| at);
    raw.get(start..).unwrap_or_default()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
