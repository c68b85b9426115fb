//! Errors about settings that pass through serde, which carries one text: in English, and behind a divider in Chinese.

/// Divides the English from the Chinese.
const DIVIDER: char = '\n';

/// The message of an error that a type's own `Deserialize` finds, in English and in Chinese.
pub fn in_both(english: &str, chinese: &str) -> String {
    format!("{english}{DIVIDER}{chinese}")
}

/// The English and the Chinese of such a message.
pub fn divided(text: &str) -> (&str, Option<&str>) {
    text.split_once(DIVIDER)
        .map_or((text, None), |(english, chinese)| (english, Some(chinese)))
}
