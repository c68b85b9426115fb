//! The language of a terminal: Chinese or English.

use std::ffi::OsString;

/// A language in which commands speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

impl Language {
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
fn told_by(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<Language> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())?;
    let name = set.to_string_lossy().to_lowercase();
    match name.split(['.', '@']).next().unwrap_or_default() {
        "c" | "posix" => None,
        name if name == "zh" || name.starts_with("zh_") || name.starts_with("zh-") => Some(Language::Zh),
        _ => Some(Language::En),
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
        assert_eq!(told(&[("LANG", "zh_CN.UTF-8")]), Some(Language::Zh));
        assert_eq!(
            told(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")]),
            Some(Language::En)
        );
        assert_eq!(
            told(&[("LC_ALL", ""), ("LANG", "ja_JP.eucJP")]),
            Some(Language::En)
        );
        assert_eq!(told(&[("LANG", "C.UTF-8")]), None);
        assert_eq!(told(&[]), None);
    }
}
