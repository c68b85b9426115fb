//! Finds entries under another name, under none, or without their dashes, and tells the correction.

use super::{Loader, path};
use crate::yaml::entry_of_keys;

impl Loader<'_> {
    /// Reports entries that are not a list under `entries`, and takes them in if they can be read all the same.
    pub(super) fn shape(&mut self) {
        let misnamed = self.problems.iter().find_map(|problem| {
            let help = problem.help.as_deref()?;
            (help.starts_with("did you mean `entries`?") && !problem.path.contains('.'))
                .then(|| problem.path.clone())
        });
        if let Some(name) = misnamed {
            self.document.rename(&name, "entries");
        }
        if self.document.len(&[]) > 0 {
            // A list alone: it is the file's only problem that can be seen.
            for problem in self.problems.iter_mut().filter(|problem| problem.path.is_empty()) {
                problem.help = Some("write `entries:` in a line of its own above it".to_owned());
                problem.chinese = Some("缺少 entries；请在这一行上面加一行，写成：entries:".to_owned());
            }
        }
        let entries = path(&["entries"]);
        if !self.document.has_keys(&entries) {
            return;
        }
        let (line, _) = self.document.key_position(&entries);
        let mut problem = self.document.problem(
            &entries,
            "every entry begins with a dash and its id".to_owned(),
            Some("begin each with `- id: ...`".to_owned()),
        );
        problem.chinese = Some("每个条目都要以短横和 id 开头：- id: ...".to_owned());
        if let Some((at, typed)) = entry_of_keys(&self.lines, line) {
            (problem.line, problem.column) = at;
            problem.help = Some(format!("write:{typed}"));
            problem.chinese = Some(format!("每个条目都要以短横和 id 开头，写成：{typed}"));
        }
        self.problems.push(problem);
    }
}

/// Returns the link that was probably meant by a number, an address of mail, or one of the web without its beginning.
pub(super) fn link_meant(link: &str) -> Option<String> {
    let link = link.trim();
    let number: String = link
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
        .collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("tel:{number}"));
    }
    if link.contains(char::is_whitespace) || link.contains(':') || !link.contains('.') {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/?#@=&%+".contains(c);
    let scheme = if link.contains('@') { "mailto:" } else { "https://" };
    link.chars().all(is_plain).then(|| format!("{scheme}{link}"))
}

/// Returns the schedule to write for hours that stand in the place of a schedule's name.
pub(super) fn schedule_of(name: &str) -> Option<String> {
    let is_hours = name.contains(|c: char| c.is_ascii_digit()) && name.contains([':', '：', '-', '点']);
    let hours = if is_hours { name.trim() } else { "09:00-18:00" };
    let is_days = ["周", "星期", "每天", "工作日", "全天", "24"]
        .iter()
        .any(|day| name.contains(day));
    let days = if is_hours { "daily" } else { "mon-fri" };
    // Days and hours in one are told apart by whoever reads it.
    let hours = if is_hours && is_days { "09:00-18:00" } else { hours };
    (is_hours || is_days).then(|| format!("hours:\n  own: {{ weekly: {{ {days}: \"{hours}\" }} }}"))
}
