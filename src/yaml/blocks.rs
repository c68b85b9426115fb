//! Lines that belong together, in a file of somebody who does not know YAML: a text over several lines without `|`, a
//! list whose items begin with other signs than `- `, an entry whose keys have no colon that YAML knows.

use super::flow;
use super::guessed_keys;
use super::line::{Line, is_space};
use super::mask_secrets;
use super::mistake::Mistake;

/// The most lines that are shown as a correction.
const SHOWN_LINES_MAX: usize = 8;

/// The most lines that are looked through for the end of a block.
const LINES_MAX: usize = 200;

/// Signs that begin an item elsewhere.
const MARKS: &str = "－—–−‐•·●・○◦▪■◆※★*＊+＋-";

/// Finds a text over several lines without `|` around the line at `at`; the mistake is placed at its key.
pub(super) fn text(lines: &[&str], at: usize) -> Option<Mistake> {
    let head_at = head_of_text(lines, at)?;
    let mut head = Line::of(lines.get(head_at)?);
    let key = head.key?;
    // A sign that looks like the bar, and means it.
    let is_bar = matches!(head.value, "｜" | "丨" | "︱" | "│" | "¦" | "l" | "I");
    if is_bar {
        head.value = "";
    }
    // White space that is none to YAML ends the line: that is the mistake.
    if head.value.is_empty()
        && !is_bar
        && !lines
            .get(head_at)?
            .trim_end_matches(['\r', ' ', '\t'])
            .ends_with(':')
    {
        return None;
    }
    let depth = head.key_depth();
    let mut end = head_at;
    for below in head_at + 1..lines.len().min(head_at + LINES_MAX) {
        let line = Line::of(lines.get(below)?);
        if line.is_empty() {
            // A blank line may be one of the text.
            if line.value.is_empty() {
                continue;
            }
            break;
        }
        if is_structure(&line, depth) || is_damaged_key(lines, below) {
            break;
        }
        end = below;
    }
    if end <= head_at || at > end {
        return None;
    }
    let spaces = " ".repeat(depth + 2);
    let opening = format!("{}{}{key}: |", head.indent, head.dashes);
    let mut change = vec![(head_at, opening.clone())];
    let mut typed = vec![opening];
    if !head.value.is_empty() {
        typed.push(format!("{spaces}{}", head.value));
    }
    for below in head_at + 1..=end {
        let text = lines.get(below)?.trim_matches(is_space);
        // Without a text behind the key its items are the text's lines.
        let text = match head.value.is_empty() {
            true => text.strip_prefix("- ").unwrap_or(text),
            false => text,
        };
        let line = match text.is_empty() {
            true => String::new(),
            false => format!("{spaces}{text}"),
        };
        typed.push(line.clone());
        change.push((below, line));
    }
    Some(Mistake {
        line: head_at,
        column: match head.value.is_empty() {
            true => head.colon_column(),
            false => head.value_column(),
        },
        english: format!("a text of several lines stands under `{key}: |`, each line indented"),
        chinese: format!("多行文字要写在 {key}: | 下面，每行行首都要有空格"),
        change,
        show: true,
        typed: shown(lines, head_at..end + 1, typed),
    })
}

/// Finds the line with the key of the text that a line belongs to.
fn head_of_text(lines: &[&str], at: usize) -> Option<usize> {
    for above in (at.saturating_sub(LINES_MAX)..=at).rev() {
        let line = Line::of(lines.get(above)?);
        if line.is_empty() {
            continue;
        }
        if let Some(key) = line.key.filter(|_| line.has_real_colon()) {
            if guessed_keys::holds_text(key) {
                let plain = !line
                    .value
                    .starts_with(['|', '>', '[', '{', '"', '\'', '&', '*', '!']);
                return plain.then_some(above);
            }
            if guessed_keys::is_key(key) {
                return None;
            }
        }
        if above == at && line.key.is_some_and(guessed_keys::is_key) {
            return None;
        }
    }
    None
}

/// Returns `true` if a line below a text whose key is at `depth` is not part of the text.
fn is_structure(line: &Line<'_>, depth: usize) -> bool {
    let deeper = line.depth() > depth;
    let is_key = line
        .key
        .is_some_and(|key| guessed_keys::is_key(key) && (line.has_real_colon() || !deeper));
    is_key || (!line.dashes.is_empty() && line.depth() < depth)
}

/// Returns `true` if a line without a colon is still a key: `tests`, `handoff = always`, `-id: a`.
fn is_damaged_key(lines: &[&str], at: usize) -> bool {
    let Some(raw) = lines.get(at) else { return false };
    let (text, depth) = (raw.trim(), Line::of(raw).depth());
    let is_name = |name: &str| name.is_ascii() && guessed_keys::is_key(name.trim());
    let equals = text
        .split_once(['=', '＝'])
        .is_some_and(|(name, _)| is_name(name));
    let is_above = lines
        .get(at + 1)
        .is_some_and(|below| Line::of(below).depth() > depth);
    let marked = mark(text).and_then(|(_, rest)| Line::of(rest).key);
    equals || (is_above && is_name(text)) || marked.is_some_and(guessed_keys::is_key)
}

/// Finds a list around the line at `at`, whose items begin with other signs than `- `. With `wanted`, a list is expected
/// there, and lines without any sign count as items.
pub(super) fn list(lines: &[&str], at: usize, wanted: bool) -> Option<Mistake> {
    let line = Line::of(lines.get(at)?);
    let head = line
        .key
        .filter(|key| guessed_keys::holds_list(key) && line.has_real_colon() && !line.value.is_empty());
    if let (Some(key), true) = (head, wanted) {
        return list_behind_key(lines, at, &line, key);
    }
    if line.is_empty() || !line.dashes.is_empty() || (!wanted && mark(lines.get(at)?.trim()).is_none()) {
        return None;
    }
    let depth = line.depth();
    // Upwards, as far as there are items of the same list, to the key that holds it.
    let mut first = at;
    let mut is_list = false;
    for above in (at.saturating_sub(LINES_MAX)..at).rev() {
        let other = Line::of(lines.get(above)?);
        if other.is_empty() || other.depth() > depth {
            continue;
        }
        if other.depth() == depth && !other.dashes.is_empty() {
            is_list = true;
            continue;
        }
        if other.depth() == depth && mark(lines.get(above)?.trim()).is_some() {
            first = above;
            continue;
        }
        if let Some(key) = other.key {
            is_list = !guessed_keys::holds_text(key)
                && (is_list || guessed_keys::holds_list(key))
                && (other.value.is_empty() || other.depth() < depth);
            break;
        }
        if !wanted || other.depth() < depth {
            break;
        }
        first = above;
    }
    if !is_list {
        return None;
    }
    let mut change = Vec::new();
    let mut sign = String::new();
    for below in first..lines.len().min(first + LINES_MAX) {
        let other = Line::of(lines.get(below)?);
        if other.is_empty() || other.depth() > depth {
            continue;
        }
        let text = lines.get(below)?.trim();
        let marked = mark(text);
        if other.depth() < depth || (marked.is_none() && other.dashes.is_empty() && !wanted) {
            break;
        }
        if !other.dashes.is_empty() {
            continue;
        }
        if marked.is_none() && other.key.is_some_and(guessed_keys::is_key) {
            break;
        }
        let (found, rest) = marked.unwrap_or(("", text));
        if sign.is_empty() {
            let is_spaced = text
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(is_space));
            sign = if is_spaced { "-\t" } else { found }.to_owned();
        }
        change.push((below, format!("{}- {rest}", other.indent)));
    }
    let (first, _) = change.first()?;
    Some(of_items(lines, *first, depth + 1, &sign, change))
}

/// `questions: a` with more items in the lines below.
fn list_behind_key(lines: &[&str], at: usize, head: &Line<'_>, key: &str) -> Option<Mistake> {
    let depth = head.key_depth();
    let spaces = " ".repeat(depth + 2);
    let opening = format!("{}{}{key}:", head.indent, head.dashes);
    let first = mark(head.value).map_or(head.value, |(_, rest)| rest);
    let mut typed = vec![opening, format!("{spaces}- {first}")];
    let mut end = at;
    for below in at + 1..lines.len().min(at + LINES_MAX) {
        let line = Line::of(lines.get(below)?);
        if line.is_empty() || line.depth() < depth || line.key.is_some_and(guessed_keys::is_key) {
            break;
        }
        let text = lines.get(below)?.trim();
        let text = text.strip_prefix("- ").unwrap_or(text).trim();
        let text = mark(text).map_or(text, |(_, rest)| rest);
        typed.push(format!("{spaces}- {text}"));
        end = below;
    }
    if end == at {
        return None;
    }
    let mut mistake = of_items(lines, at, head.value_column(), "", Vec::new());
    mistake.typed = shown(lines, at..end + 1, typed);
    Some(mistake)
}

fn of_items(lines: &[&str], line: usize, column: usize, sign: &str, change: Vec<(usize, String)>) -> Mistake {
    let typed = change.iter().map(|(_, new)| new.clone()).collect();
    let places = change.iter().map(|(at, _)| *at);
    let end = places.max().unwrap_or(line) + 1;
    let (english, chinese) = match sign {
        "-" => (
            "a space is missing behind the dash".to_owned(),
            "短横 - 后面少了一个空格；请加一个空格".to_owned(),
        ),
        "-\t" => (
            "what stands behind the dash is a tab or no ordinary space: type one space".to_owned(),
            "短横 - 后面是 Tab 或别的空白符号；请改成一个半角空格".to_owned(),
        ),
        "" => (
            "every item stands in a line of its own that begins with `-` and a space".to_owned(),
            "每一项各占一行，以半角短横 - 加一个空格开头".to_owned(),
        ),
        sign => (
            format!("`{sign}` does not begin an item of a list: begin each with `-` and a space"),
            format!("「{sign}」不是列表的写法；每一项都要以半角短横 - 加一个空格开头"),
        ),
    };
    Mistake {
        line,
        column,
        english,
        chinese,
        change,
        show: true,
        typed: shown(lines, line..end, typed),
    }
}

/// Splits off a sign that begins an item in other notations.
fn mark(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let width = if MARKS.contains(first) {
        let same: usize = text.chars().take_while(|c| *c == first).map(char::len_utf8).sum();
        let rest = text.get(same..)?;
        let spaced = rest.starts_with(is_space);
        match first {
            '+' if !spaced => return None,
            // `*a*` is stressed, `--help` no item.
            '*' if rest.contains('*') || same > 1 => return None,
            '-' if (rest.starts_with(' ') && same == 1) || same > 2 => return None,
            '-' if same > 1 && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) => return None,
            _ => same,
        }
    } else if ('①'..='⑳').contains(&first) {
        first.len_utf8()
    } else {
        numbered(text)?
    };
    let (sign, rest) = (
        text.get(..width)?,
        text.get(width..)?.trim_start_matches(is_space),
    );
    (!rest.is_empty()).then_some((sign, rest))
}

/// Returns the length of `1.`, `1、`, `(1)` or `一、` at the start of `text`, in bytes.
fn numbered(text: &str) -> Option<usize> {
    let inner = text.strip_prefix(['(', '（']);
    let open = text.len() - inner.unwrap_or(text).len();
    let number = inner.unwrap_or(text);
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let is_numeral = |c: char| "一二三四五六七八九十".contains(c);
    let digits = number.find(|c| !is_digit(c)).unwrap_or(number.len());
    let numerals = number.find(|c| !is_numeral(c)).unwrap_or(number.len());
    let end = digits.max(numerals);
    let rest = number.get(end..)?;
    let sign = rest.chars().next()?;
    let behind = rest.get(sign.len_utf8()..)?;
    let closes = match sign {
        ')' | '）' => true,
        '.' | '．' => open == 0 && digits > 0 && !behind.starts_with(is_digit),
        '、' => open == 0,
        _ => false,
    };
    (closes && (1..=9).contains(&end)).then_some(open + end + sign.len_utf8())
}

/// An entry from the line at `at` on, whose keys have full-width colons or other names.
pub(super) fn entry(lines: &[&str], at: usize) -> Option<Mistake> {
    let first = Line::of(lines.get(at)?);
    let colon = first
        .key
        .filter(|key| guessed_keys::is_key(key))
        .map(|_| first.colon);
    if first.dashes.is_empty() || colon.is_none() {
        return None;
    }
    let spaces = " ".repeat(first.key_depth());
    let mut typed = Vec::new();
    let mut end = at;
    let mut has_id = false;
    for below in at..lines.len().min(at + LINES_MAX) {
        let line = Line::of(lines.get(below)?);
        let own = below == at || line.depth() > first.depth();
        let Some(key) = line.key.filter(|key| own && guessed_keys::is_key(key)) else {
            break;
        };
        let key = guessed_keys::usual(key).unwrap_or(key);
        has_id |= key == "id";
        typed.push(format!("{spaces}{}", guessed_keys::typed(key, line.value)));
        end = below;
    }
    if !has_id {
        typed.insert(0, format!("{spaces}id: {}", new_id(at)));
    }
    if let Some(begins) = typed.first_mut() {
        *begins = format!("{}{}{}", first.indent, first.dashes, begins.trim_start());
    }
    Some(Mistake {
        line: at,
        column: first.colon_column(),
        english: "the colon is a full-width one: type a half-width colon and a space behind every key"
            .to_owned(),
        chinese: "这里用了全角冒号；每个键后面都要用半角冒号 : 加一个空格".to_owned(),
        change: Vec::new(),
        show: true,
        typed: shown(lines, at..end + 1, typed),
    })
}

/// Finds the first entry below the line `above` (from 1), if entries are written as keys: `name: { questions, answer }`,
/// `question: answer`, or the keys of one entry alone. Returns its line and column, and its correction.
pub fn entry_of_keys(lines: &[&str], above: usize) -> Option<((usize, usize), String)> {
    let at = (above..lines.len()).find(|at| lines.get(*at).is_some_and(|raw| !Line::of(raw).is_empty()))?;
    let first = Line::of(lines.get(at)?);
    let key = first.key?;
    let depth = first.depth();
    let rest = || lines.iter().enumerate().skip(at + 1).take(LINES_MAX);
    let (indent, spaces) = (" ".repeat(depth.max(2)), " ".repeat(depth.max(2) + 2));
    // A name that looks like a key holds a whole entry where nothing stands behind it.
    let known = guessed_keys::is_entry_key(key, !first.value.is_empty());
    let typed = if known {
        let own = rest().take_while(|(_, raw)| Line::of(raw).depth() >= depth && !raw.trim().is_empty());
        let mut typed = vec![format!("{indent}- {}", lines.get(at)?.trim())];
        typed.extend(own.map(|(_, raw)| format!("  {}", raw.trim_end())));
        typed
    } else if first.value.is_empty() {
        let own = rest().take_while(|(_, raw)| Line::of(raw).depth() > depth);
        let mut typed = vec![format!("{indent}- id: {key}")];
        let inner = own
            .clone()
            .map(|(_, raw)| Line::of(raw).depth())
            .min()
            .unwrap_or(depth);
        typed.extend(own.map(|(_, raw)| {
            let further = Line::of(raw).depth().saturating_sub(inner);
            format!("{spaces}{}{}", " ".repeat(further), raw.trim())
        }));
        typed
    } else {
        vec![
            format!("{indent}- id: {}", new_id(at)),
            format!("{spaces}{}", guessed_keys::typed("questions", key)),
            format!("{spaces}answer: {}", first.value),
        ]
    };
    let place = (at + 1, depth + 1);
    let typed = shown(lines, at..at + 1, typed);
    (!typed.is_empty()).then(|| (place, joined(&typed)))
}

/// An id for an entry that has none, by its line.
pub(super) fn new_id(at: usize) -> String {
    format!("q-{}", at + 1)
}

/// `answer: [a, b]` as a text of several lines.
pub(super) fn text_of_brackets(lines: &[&str], at: usize) -> Option<Vec<String>> {
    let line = Line::of(lines.get(at)?);
    let key = line.key?;
    let key = guessed_keys::usual(key).unwrap_or(key);
    let inside = line.value.strip_prefix('[')?.strip_suffix(']')?;
    let items: Vec<&str> = flow::split(inside)
        .into_iter()
        .map(|item| item.trim().trim_matches(['"', '\'']))
        .collect();
    if !guessed_keys::holds_text(key) || items.is_empty() {
        return None;
    }
    let start = format!("{}{}{key}:", line.indent, line.dashes);
    let typed = match items.as_slice() {
        [only] => vec![format!("{start} {only}")],
        items => {
            let spaces = " ".repeat(line.key_depth() + 2);
            let texts = items.iter().map(|item| format!("{spaces}{item}"));
            std::iter::once(format!("{start} |")).chain(texts).collect()
        }
    };
    Some(shown(lines, at..at + 1, typed))
}

/// Returns the correction of the lines at `places`, cut to a readable length; empty if a secret may be among them.
fn shown(lines: &[&str], mut places: std::ops::Range<usize>, mut typed: Vec<String>) -> Vec<String> {
    if places.any(|at| mask_secrets::hides(lines, at)) {
        return Vec::new();
    }
    if typed.len() > SHOWN_LINES_MAX {
        typed.truncate(SHOWN_LINES_MAX);
        typed.push("...".to_owned());
    }
    typed
}

/// Joins a correction for a message: one line goes behind the sentence, several go below it.
pub(super) fn joined(typed: &[String]) -> String {
    if let [one] = typed {
        return format!(" {}", one.trim());
    }
    typed.iter().map(|line| format!("\n{line}")).collect()
}

/// Finds the key above the line at `at` and those beside it that would hold them and is still a comment, `#web:`. Returns
/// its line, from 1, and the key with its colon.
pub(super) fn head_in_comment(lines: &[&str], at: usize) -> Option<(usize, String)> {
    let depth = Line::of(lines.get(at)?).depth();
    let above = lines.get(..at)?.iter().rposition(|raw| {
        let line = Line::of(raw);
        line.is_empty() || line.depth() < depth
    })?;
    let comment = lines.get(above)?.trim_start().strip_prefix('#')?;
    let head = Line::of(comment);
    let key = head
        .key
        .filter(|key| guessed_keys::is_key(key) && key.is_ascii())?;
    let is_head = head.value.is_empty() && head.has_real_colon() && head.dashes.is_empty();
    is_head.then(|| (above + 1, format!("{key}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_items_are_told_from_texts() {
        for (text, rest) in [
            ("1. 怎么退款", Some("怎么退款")),
            ("12、怎么退款", Some("怎么退款")),
            ("（3）怎么退款", Some("怎么退款")),
            ("二、怎么退款", Some("怎么退款")),
            ("①怎么退款", Some("怎么退款")),
            ("* 怎么退款", Some("怎么退款")),
            ("－－怎么退款", Some("怎么退款")),
            ("-怎么退款", Some("怎么退款")),
            ("- 怎么退款", None),
            ("--help 是什么", None),
            ("1.5 倍怎么算", None),
            ("*重要* 怎么退款", None),
            ("+86 怎么拨", None),
            ("404 怎么办", None),
            ("1234567890. 是什么", None),
            ("（重要）怎么退款", None),
            ("•", None),
        ] {
            assert_eq!(mark(text).map(|(_, rest)| rest), rest, "{text}");
        }
    }
}
