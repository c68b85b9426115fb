//! What is refused before a parser sees it.

use super::{Limits, Problem};

/// Checks the size of a text and its characters.
pub(super) fn check(file: &str, text: &str, limits: &Limits) -> Result<(), Vec<Problem>> {
    if text.len() > limits.bytes {
        let message = format!(
            "the file has {} bytes; at most {} are read",
            text.len(),
            limits.bytes
        );
        let help = Some("split it, or take out what does not belong in it".to_owned());
        return Err(vec![Problem {
            help,
            ..Problem::of_file(file, message)
        }]);
    }
    for (line, content) in text.lines().enumerate() {
        let forbidden =
            |c: char| (c.is_control() && c != '\t' && c != '\u{85}') || c == '\u{fffe}' || c == '\u{ffff}';
        if let Some((column, c)) = content.chars().enumerate().find(|(_, c)| forbidden(*c)) {
            let message = format!("a control character (U+{:04X}) stands in the text", u32::from(c));
            return Err(vec![Problem {
                line: line + 1,
                column: column + 1,
                help: Some("remove it; it may be invisible in the editor".to_owned()),
                ..Problem::of_file(file, message)
            }]);
        }
    }
    Ok(())
}
