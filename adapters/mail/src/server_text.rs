//! Makes servers' texts fit for log and staff: one line, of bounded length, without the password.

/// The longest text of a server that is passed on.
const TEXT_MAX_CHARS: usize = 400;

/// Returns `text` in one line, without the password in it.
pub(crate) fn hide(text: &str, password: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let hidden = if password.is_empty() {
        line
    } else {
        line.replace(password, "***")
    };
    hidden.chars().take(TEXT_MAX_CHARS).collect()
}
