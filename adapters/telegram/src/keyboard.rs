//! Buttons under a message: several short ones in a row, long ones in rows of their own.

use groupdesk_contract::Button;
use teloxide_core::types::{InlineKeyboardButton, InlineKeyboardMarkup};

/// The number of columns in a row; a Chinese character takes two.
const ROW: usize = 26;
/// The most buttons in a row.
const IN_ROW: usize = 4;
/// The longest `callback_data`, in bytes.
const DATA: usize = 64;

/// The keyboard of `buttons`; `None` when there is nothing to press.
pub(crate) fn keyboard(buttons: &[Button]) -> Option<InlineKeyboardMarkup> {
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    let mut taken = ROW;
    for button in buttons {
        if button.label.trim().is_empty() || button.says.is_empty() || button.says.len() > DATA {
            tracing::warn!(
                label = button.label,
                "a button can't be shown: what it says is empty or over 64 bytes"
            );
            continue;
        }
        // Beside its label a button has a margin.
        let width = columns(&button.label) + 2;
        let pressed = InlineKeyboardButton::callback(button.label.as_str(), button.says.as_str());
        match rows.last_mut() {
            Some(row) if taken + width <= ROW && row.len() < IN_ROW => {
                row.push(pressed);
                taken += width;
            }
            _ => {
                rows.push(vec![pressed]);
                taken = width;
            }
        }
    }
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

fn columns(label: &str) -> usize {
    label.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(label: &str, says: &str) -> Button {
        Button {
            label: label.to_owned(),
            says: says.to_owned(),
        }
    }

    #[test]
    fn short_labels_share_a_row_and_long_ones_do_not() {
        let rows = |labels: &[&str]| -> Vec<usize> {
            let buttons: Vec<Button> = labels.iter().map(|label| button(label, "x")).collect();
            let keyboard = keyboard(&buttons).unwrap();
            keyboard.inline_keyboard.iter().map(Vec::len).collect()
        };
        assert_eq!(rows(&["认领", "解决", "关闭"]), [3]);
        assert_eq!(
            rows(&["How do I get a refund?", "Where is my order?", "None of these"]),
            [1, 1, 1]
        );
        assert_eq!(rows(&["👍 有帮助", "👎 没解决，转人工"]), [1, 1]);
        assert_eq!(rows(&["1", "2", "3", "4", "5"]), [4, 1]);
    }

    #[test]
    fn what_telegram_would_refuse_is_left_out() {
        assert_eq!(keyboard(&[]), None);
        assert_eq!(
            keyboard(&[button("a", ""), button(" ", "x"), button("a", &"x".repeat(65))]),
            None
        );
        assert!(keyboard(&[button("a", &"x".repeat(64))]).is_some());
    }
}
