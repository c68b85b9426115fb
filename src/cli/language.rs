//! The language of a terminal: Chinese or English; both where it names none, as in a container without a locale.

use crate::decision_kind::DecisionKind;
use crate::store::NewDecision;
use crate::texts::ComposedTexts;
use std::ffi::OsString;
use std::sync::OnceLock;

/// The language that `main` found for everything that is printed.
static SPOKEN: OnceLock<Option<TerminalLanguage>> = OnceLock::new();

/// Formats a sentence that is given in Chinese and in English: in the language of the terminal, or in both with a slash between them.
macro_rules! said {
    ($chinese:literal, $english:literal $(, $($given:tt)*)?) => {
        $crate::cli::language::in_one_or_both(
            " / ",
            || format!($chinese $(, $($given)*)?),
            || format!($english $(, $($given)*)?),
        )
    };
}

/// Formats as `said!` does; both stand below each other, for texts of several lines.
macro_rules! said_in_lines {
    ($chinese:literal, $english:literal $(, $($given:tt)*)?) => {
        $crate::cli::language::in_one_or_both(
            "\n",
            || format!($chinese $(, $($given)*)?),
            || format!($english $(, $($given)*)?),
        )
    };
}

pub(super) use {said, said_in_lines};

/// Chooses the language of everything that is printed from now on; `None` for both.
pub(super) fn speak(language: Option<TerminalLanguage>) {
    // It is chosen once, before anything is printed.
    let _ = SPOKEN.set(language);
}

/// Returns the language of what is printed; `None` for both.
pub(super) fn spoken() -> Option<TerminalLanguage> {
    SPOKEN.get().copied().flatten()
}

/// Chooses between two texts that can't stand beside each other, such as a table; English where the terminal names no language, as
/// in the help.
pub(super) fn either<T>(chinese: T, english: T) -> T {
    spoken().unwrap_or(TerminalLanguage::En).of(chinese, english)
}

/// Returns a text in the language of the terminal, or in both with `between` between them. Two that are equal are one.
pub(super) fn in_one_or_both(
    between: &str,
    chinese: impl FnOnce() -> String,
    english: impl FnOnce() -> String,
) -> String {
    match spoken() {
        Some(TerminalLanguage::Zh) => chinese(),
        Some(TerminalLanguage::En) => english(),
        None => {
            let (chinese, english) = (chinese(), english());
            match chinese == english {
                true => english,
                false => format!("{chinese}{between}{english}"),
            }
        }
    }
}

/// Returns a word or a sentence in the language of the terminal, or in both.
pub(super) fn word(chinese: &str, english: &str) -> String {
    in_one_or_both(" / ", || chinese.to_owned(), || english.to_owned())
}

/// Returns a sentence of another part of the program, which is for readers whose language nobody knows (Chinese, a slash, English),
/// in the language of the terminal. A sentence of one language, and one in which the halves can't be told apart, stays as it is.
pub(super) fn half(sentence: &str) -> &str {
    let Some(language) = spoken() else {
        return sentence;
    };
    let mut slashes = sentence.match_indices(" / ").filter_map(|(at, slash)| {
        let (chinese, english) = (sentence.get(..at)?, sentence.get(at + slash.len()..)?);
        (is_chinese(chinese) && !is_chinese(english)).then_some((chinese, english))
    });
    match slashes.next() {
        Some((chinese, english)) => language.of(chinese, english),
        None => sentence,
    }
}

/// `true` if a text has Chinese characters.
fn is_chinese(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{3400}'..='\u{9fff}'))
}

/// Returns the name of what stands behind it on the line, with its colon.
pub(super) fn label(chinese: &str, english: &str) -> String {
    match spoken() {
        Some(TerminalLanguage::Zh) => format!("{chinese}："),
        Some(TerminalLanguage::En) => format!("{english}: "),
        None => format!("{chinese} / {english}: "),
    }
}

/// Returns the name of a decision: in Chinese its word, elsewhere its name.
pub(super) fn decision(kind: DecisionKind) -> String {
    match spoken() {
        Some(TerminalLanguage::Zh) => {
            kind.in_words(ComposedTexts::built_in(crate::language::Language::CHINESE))
        }
        _ => kind.name().to_owned(),
    }
}

/// Returns the name of a kept decision; its word where this version does not know it.
pub(super) fn kept_decision(row: &NewDecision) -> String {
    row.kind().map_or_else(|| row.decision.clone(), decision)
}

/// Returns what a message does, by the name that is kept of it.
pub(super) fn act(name: &str) -> &str {
    if spoken() != Some(TerminalLanguage::Zh) {
        return name;
    }
    match name {
        "asks" => "提问",
        "requests" => "请求",
        "tells of trouble" => "说遇到了问题",
        "states" => "陈述",
        "refuses" => "拒绝",
        "thanks" => "道谢",
        "reports" => "报告情况",
        "exclaims" => "感叹",
        "announces" => "通知",
        other => other,
    }
}

/// Returns the sentences of the catalogue in the language of the terminal, or in both.
pub(super) fn texts() -> ComposedTexts<'static> {
    match spoken() {
        Some(TerminalLanguage::Zh) => ComposedTexts::built_in(crate::language::Language::CHINESE),
        Some(TerminalLanguage::En) => ComposedTexts::built_in(crate::language::Language::ENGLISH),
        None => ComposedTexts::both(),
    }
}

/// A language in which commands speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum TerminalLanguage {
    /// Chinese
    Zh,
    /// English
    En,
}

impl TerminalLanguage {
    /// The language that the environment names; `None` where it names none, as `C` and an empty one.
    pub(super) fn of_process() -> Option<Self> {
        told_by(&|name| std::env::var_os(name))
    }

    /// Chooses between two texts.
    pub(super) fn of<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Zh => chinese,
            Self::En => english,
        }
    }
}

/// As POSIX has it: the first of these that is set and not empty.
fn told_by(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<TerminalLanguage> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())?;
    let name = set.to_string_lossy().to_lowercase();
    match name.split(['.', '@']).next().unwrap_or_default() {
        "c" | "posix" => None,
        name if name == "zh" || name.starts_with("zh_") || name.starts_with("zh-") => {
            Some(TerminalLanguage::Zh)
        }
        _ => Some(TerminalLanguage::En),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_tells_and_c_tells_nothing() {
        let told = |set: &[(&str, &str)]| {
            let value = |name: &str| {
                set.iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| value.into())
            };
            told_by(&value)
        };
        assert_eq!(told(&[("LANG", "zh_CN.UTF-8")]), Some(TerminalLanguage::Zh));
        assert_eq!(
            told(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")]),
            Some(TerminalLanguage::En)
        );
        assert_eq!(
            told(&[("LC_ALL", ""), ("LANG", "ja_JP.eucJP")]),
            Some(TerminalLanguage::En)
        );
        assert_eq!(told(&[("LANG", "C.UTF-8")]), None);
        assert_eq!(told(&[]), None);
    }
}
