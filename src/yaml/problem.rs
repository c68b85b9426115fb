//! A problem in a file, reported to the person who must act.

use super::secret::HIDDEN;
use super::{mask_addresses, mask_secrets};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// The last column that is shown with its surroundings. To find a column takes time in proportion to it, and one line may
/// be a whole file with a problem in every hundred characters.
const SHOWN_UP_TO: usize = 2_000;

/// The severity of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file can't be used.
    Error,
    /// The file can be used, but probably does not say what its writer means.
    Warning,
}

/// The part of a line that may be shown with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Excerpt {
    /// All but known secrets.
    #[default]
    Line,
    /// Nothing behind the key that the problem is about: its value may be anything, a secret too.
    Key,
    /// Nothing.
    Nothing,
    /// Nothing: the place is in a file that the file at hand names, and not in it.
    OtherFile,
}

/// A problem in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The severity of the problem.
    pub severity: Severity,
    /// The file's name.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The column in characters, from 1; 0 for the file as a whole.
    pub column: usize,
    /// The keys that lead there, joined by dots.
    pub path: String,
    /// The mistake.
    pub message: String,
    /// The correction or next step.
    pub help: Option<String>,
    /// Mistake and correction for readers of Chinese.
    pub chinese: Option<String>,
    /// The part of the line that may be shown.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

impl Problem {
    /// An error about a file as a whole.
    pub fn of_file(file: &str, message: String) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            line: 0,
            column: 0,
            path: String::new(),
            message,
            help: None,
            chinese: None,
            excerpt: Excerpt::Line,
        }
    }

    /// Sets the Chinese text: mistake and correction.
    pub fn in_chinese(&mut self, text: impl Into<String>) {
        self.chinese = Some(mask_addresses::masked(&text.into()).into_owned());
    }

    /// Formats the problem for a channel in which Chinese and English are read.
    pub fn in_both_languages(&self) -> String {
        let Some(chinese) = &self.chinese else {
            return self.to_string();
        };
        let place = if self.line == 0 {
            String::new()
        } else {
            format!("第 {} 行第 {} 列：", self.line, self.column)
        };
        let file = match self.excerpt {
            Excerpt::OtherFile => format!("{}：", self.file),
            _ => String::new(),
        };
        format!("{file}{place}{chinese}\n{}", self.in_english())
    }

    /// Turns the problem into a warning.
    #[must_use]
    pub fn into_warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// Formats the problem with its line, from all `lines` of the text, and a mark under the place. Possible secrets are
    /// hidden.
    pub fn with_source(&self, lines: &[&str]) -> String {
        let mut out = self.with_source_in_english(lines);
        if let Some(chinese) = &self.chinese {
            out.push_str(&format!("\n  中文: {chinese}"));
        }
        out
    }

    /// Formats the problem as [`Problem::with_source`] does, in English alone.
    pub fn with_source_in_english(&self, lines: &[&str]) -> String {
        let mut out = self.head();
        self.add_source(lines, &mut out);
        self.add_help(&mut out);
        out
    }

    /// Formats the problem as [`Problem::with_source`] does, in Chinese alone; in English if it has no Chinese text.
    pub fn with_source_in_chinese(&self, lines: &[&str]) -> String {
        let Some(chinese) = &self.chinese else {
            return self.with_source_in_english(lines);
        };
        let severity = match self.severity {
            Severity::Error => "错误",
            Severity::Warning => "警告",
        };
        let mut out = format!("{}: {severity}：{chinese}", self.place());
        self.add_source(lines, &mut out);
        out
    }

    /// Adds the line and a mark under the place.
    fn add_source(&self, lines: &[&str], out: &mut String) {
        let at = self.line.checked_sub(1).filter(|at| *at < lines.len());
        if let Some(line) = at
            .filter(|_| self.column <= SHOWN_UP_TO && self.excerpt != Excerpt::OtherFile)
            .map(|at| self.shown(lines, at))
        {
            // A screen's width around the place is enough of a very long line.
            let start = self.column.saturating_sub(60).min(self.column);
            let shown: String = line.chars().skip(start).take(100).map(visible).collect();
            let number = self.line.to_string();
            let before: String = line
                .chars()
                .skip(start)
                .take((self.column - start).saturating_sub(1))
                .collect();
            let indent: String = before
                .chars()
                .map(|c| if is_wide(c) { "  " } else { " " })
                .collect();
            out.push_str(&format!(
                "\n {number} | {shown}\n {} | {indent}^",
                " ".repeat(number.len())
            ));
        }
    }

    /// Returns the line at `at` (from 0), as far as it may be shown.
    fn shown<'a>(&self, lines: &[&'a str], at: usize) -> Cow<'a, str> {
        let masked = mask_secrets::masked(lines, at);
        let raw = lines.get(at).copied().unwrap_or_default();
        let column = self.column.saturating_sub(1);
        let before = raw.char_indices().nth(column).map_or(raw.len(), |(at, _)| at);
        let (above, key) = raw.split_at(before);
        let whole = masked == raw;
        match self.excerpt {
            Excerpt::Line => masked,
            // The text before the key is shown if nothing of the line is hidden.
            Excerpt::Key if whole => {
                let end = key.find([':', '：', ',', '}', ' ']).unwrap_or(key.len());
                let key = key.get(..end).unwrap_or_default();
                Cow::Owned(format!("{above}{key}: {}", HIDDEN))
            }
            Excerpt::Key => masked,
            Excerpt::Nothing | Excerpt::OtherFile => {
                let indent = raw.len() - raw.trim_start().len();
                let indent = raw.get(..indent).unwrap_or_default();
                Cow::Owned(format!("{indent}{}", HIDDEN))
            }
        }
    }

    fn in_english(&self) -> String {
        let mut out = self.head();
        self.add_help(&mut out);
        out
    }

    fn add_help(&self, out: &mut String) {
        if let Some(help) = &self.help {
            out.push_str(&format!("\n  help: {help}"));
        }
    }

    fn head(&self) -> String {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{}: {severity}: {}", self.place(), self.message)
    }

    /// The file, with line and column if the problem has them.
    fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// Returns `true` if a terminal gives a character two columns.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}')
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_english())?;
        match &self.chinese {
            Some(chinese) => write!(f, "\n  中文: {chinese}"),
            None => Ok(()),
        }
    }
}
