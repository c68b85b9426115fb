//! Reasons that adapters give for a connection or a message, in the terminal's language. They are written in English, which JSON keeps.

use super::language::{TerminalLanguage, half, spoken};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The Chinese reasons by their English ones.
static CHINESE: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("reason.zh.yaml")).unwrap_or_default());

/// Returns a reason in the terminal's language, as far as it has one.
pub(super) fn shown(reason: &str) -> Cow<'_, str> {
    match spoken() {
        Some(TerminalLanguage::Zh) => in_chinese(reason).map_or_else(|| half(reason).into(), Cow::Owned),
        _ => half(reason).into(),
    }
}

/// Returns a reason in Chinese; of one that goes on with somebody else's words, its beginning. `None` if it is not in the catalogue.
pub(super) fn in_chinese(reason: &str) -> Option<String> {
    if let Some(chinese) = CHINESE.get(reason) {
        return Some(chinese.clone());
    }
    let (head, rest) = reason.split_once(": ")?;
    Some(format!("{}{rest}", CHINESE.get(&format!("{head}:"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_chinese_and_the_words_of_others_stay() {
        let shown = |reason| in_chinese(reason).unwrap_or_default();
        assert_eq!(shown("no answer in time"), "没有按时应答");
        assert_eq!(shown("no connection: refused: 7"), "连不上：refused: 7");
        assert_eq!(in_chinese("it broke off"), None);
        assert!(CHINESE.len() > 20);
    }
}
