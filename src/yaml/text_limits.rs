//! Refuses a text by its size or characters, before a parser sees it.

use super::{Limits, Problem};

/// Checks the size of a text and its characters.
///
/// # Errors
/// One problem: the text is larger than the limit, or has a control character.
pub(super) fn check(file: &str, text: &str, limits: &Limits) -> Result<(), Vec<Problem>> {
    if text.len() > limits.bytes {
        let message = format!(
            "the file has {} bytes; at most {} are read",
            text.len(),
            limits.bytes
        );
        let help = Some("split it, or take out what does not belong in it".to_owned());
        let mut problem = Problem {
            help,
            ..Problem::of_file(file, message)
        };
        problem.in_chinese(format!(
            "文件太大，最多 {} 字节；请拆分，或删掉不该放在这里的内容",
            limits.bytes
        ));
        return Err(vec![problem]);
    }
    for (line, content) in text.lines().enumerate() {
        let forbidden =
            |c: char| (c.is_control() && c != '\t' && c != '\u{85}') || c == '\u{fffe}' || c == '\u{ffff}';
        if let Some((column, c)) = content.chars().enumerate().find(|(_, c)| forbidden(*c)) {
            let message = format!("a control character (U+{:04X}) stands in the text", u32::from(c));
            let mut problem = Problem {
                line: line + 1,
                column: column + 1,
                help: Some("remove it; it may be invisible in the editor".to_owned()),
                ..Problem::of_file(file, message)
            };
            problem.in_chinese(format!(
                "这里有一个看不见的控制字符（U+{:04X}）；请删掉它，或重新输入这一行",
                u32::from(c)
            ));
            return Err(vec![problem]);
        }
    }
    Ok(())
}
