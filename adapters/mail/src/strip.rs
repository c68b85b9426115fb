//! What somebody wrote, without the history and the signature that their mail program put below it.

use std::ops::Range;

/// The first line of every mail of ours: whatever program answers puts what it quotes below, whether it marks it or not.
pub(crate) const MARKER: &str = "## 请在此行以上回复 / Reply above this line ##";

/// Either half is enough: programs wrap, translate and re-encode what they quote.
const MARKS: [&str; 2] = ["请在此行以上回复", "reply above this line"];

/// How far from "On ..." the "wrote:" may stand: programs wrap at 76 columns.
const WRAPPED: usize = 3;

/// The words of the writer alone; empty where there are none.
pub(crate) fn strip(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\u{a0}', " ");
    let lines: Vec<&str> = text.lines().collect();
    let marked = lines.iter().position(|line| is_marked(line));
    let mut above = match marked {
        Some(marker) => lines[..marker].to_vec(),
        None => lines,
    };
    if marked.is_some() {
        drop_introduction(&mut above);
    }
    let Some(history) = history(&above) else {
        return own(&above);
    };
    let head = own(&above[..history.start]);
    if head.is_empty() {
        // Somebody who answers below what they quote.
        return own(&above[history.end..]);
    }
    head
}

fn is_marked(line: &str) -> bool {
    let line = line.to_lowercase();
    MARKS.iter().any(|mark| line.contains(mark))
}

/// Text of the writer: not quoted, and above the signature.
fn own(lines: &[&str]) -> String {
    let end = lines
        .iter()
        .position(|line| matches!(*line, "--" | "-- "))
        .unwrap_or(lines.len());
    let mut kept: Vec<&str> = lines[..end]
        .iter()
        .map(|line| line.trim_end())
        .filter(|line| !is_quoted(line))
        .collect();
    while kept
        .last()
        .is_some_and(|line| line.is_empty() || is_advert(line) || is_line(line))
    {
        kept.pop();
    }
    kept.join("\n").trim().to_owned()
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with(['>', '＞'])
}

/// A line drawn above what is quoted.
fn is_line(line: &str) -> bool {
    line.len() >= 5 && line.chars().all(|c| matches!(c, '-' | '_' | '='))
}

/// "Sent from my iPhone" and its like, which programs put in place of a signature.
fn is_advert(line: &str) -> bool {
    const ADVERTS: [&str; 10] = [
        "sent from my ",
        "sent from outlook",
        "get outlook for ",
        "获取 outlook for ",
        "发自我的",
        "发送自",
        "来自我的",
        "从我的",
        "从 windows",
        "发自",
    ];
    let line = line.trim().to_lowercase();
    line.chars().count() <= 40 && ADVERTS.iter().any(|advert| line.starts_with(advert))
}

/// Right above what is quoted stands who wrote it, in any language; it ends in a colon.
fn drop_introduction(lines: &mut Vec<&str>) {
    let is_blank = |line: &str| line.trim_start_matches(['>', ' ', '\t']).trim_end().is_empty();
    while lines.last().is_some_and(|line| is_blank(line) || is_quoted(line)) {
        lines.pop();
    }
    if !lines
        .last()
        .is_some_and(|line| line.trim_end().ends_with([':', '：']))
    {
        return;
    }
    // One sentence may be wrapped: it goes up to the blank line above, if that is near and it holds an address or a date.
    let start = lines
        .iter()
        .rposition(|line| is_blank(line))
        .map_or(0, |blank| blank + 1);
    let sentence = lines[start..].concat();
    let tells_who = sentence.contains('@') || sentence.chars().filter(char::is_ascii_digit).count() >= 4;
    if lines.len() - start <= WRAPPED && tells_who {
        lines.truncate(start);
    }
}

/// Where the history begins (with who wrote it), and where its heading ends.
fn history(lines: &[&str]) -> Option<Range<usize>> {
    (0..lines.len()).find_map(|at| heading(lines, at).map(|length| at..at + length))
}

/// How many lines at `at` are the heading of a history.
fn heading(lines: &[&str], at: usize) -> Option<usize> {
    let line = lines[at].trim_start_matches(['>', ' ', '\t']).trim_end();
    if is_rule(line) {
        return Some(1);
    }
    if is_field(line, &["from", "发件人", "寄件者", "寄件人"]) {
        let block = lines[at..]
            .iter()
            .take_while(|line| !line.trim().is_empty())
            .take(8);
        let others = [
            "sent",
            "date",
            "to",
            "subject",
            "发送时间",
            "发送日期",
            "日期",
            "时间",
            "收件人",
            "主题",
            "寄件日期",
            "收件者",
            "主旨",
        ];
        let fields = block
            .filter(|line| is_field(line.trim_start_matches(['>', ' ', '\t']), &others))
            .count();
        return (fields >= 2).then_some(1 + fields);
    }
    // "On ... wrote:", "在 ... 写道：", "张三 <z@x> 于2026年11月23日 写道：", wrapped or not.
    let lowered = line.to_lowercase();
    let ends = |line: &str| {
        let line = line.trim_end().to_lowercase();
        ["wrote:", "写道:", "写道：", "寫道:", "寫道："]
            .iter()
            .any(|end| line.ends_with(end))
    };
    let long_enough = |lines: &[&str]| lines.concat().chars().filter(char::is_ascii_digit).count() >= 2;
    let begins = lowered.starts_with("on ")
        || lowered.starts_with("at ")
        || line.starts_with('在')
        || line.contains('<');
    let reach = if begins { WRAPPED.min(lines.len() - at) } else { 1 };
    (1..=reach).find(|length| ends(lines[at + length - 1]) && long_enough(&lines[at..at + length]))
}

/// `-----Original Message-----`, `------------------ 原始邮件 ------------------`, and the bare line that Outlook draws.
fn is_rule(line: &str) -> bool {
    if line.len() >= 20 && line.chars().all(|c| c == '_') {
        return true;
    }
    const TITLES: [&str; 10] = [
        "original",
        "original message",
        "original email",
        "forwarded message",
        "原始邮件",
        "原邮件",
        "回复的原邮件",
        "转发的邮件",
        "邮件原件",
        "原始郵件",
    ];
    let is_dash = |c: char| matches!(c, '-' | '—' | '–' | '─' | ' ');
    let title = line.trim_matches(is_dash).to_lowercase();
    line.starts_with("--") && line.ends_with('-') && TITLES.contains(&title.as_str())
}

/// `From: ...`, also `*From:* ...` as programs write bold.
fn is_field(line: &str, names: &[&str]) -> bool {
    let Some((name, _)) = line.split_once([':', '：']) else {
        return false;
    };
    let name = name.trim_matches(['*', ' ', '\t']).to_lowercase();
    names.contains(&name.as_str())
}

/// Joins the lines that a program broke for the sending only (RFC 3676, `format=flowed`); `delsp` says that it put in the
/// space at which it broke. Quoted lines stay as they are.
pub(crate) fn unflow(text: &str, delsp: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        let quoted = line.starts_with('>');
        if !joined.is_empty() && (!open || quoted) {
            joined.push('\n');
        }
        let line = if quoted {
            line
        } else {
            line.strip_prefix(' ').unwrap_or(line)
        };
        open = !quoted && line != "-- " && line.ends_with(' ');
        joined.push_str(if open && delsp {
            &line[..line.len() - 1]
        } else {
            line
        });
    }
    joined
}

#[cfg(test)]
mod tests;
