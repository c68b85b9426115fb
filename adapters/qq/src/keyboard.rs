//! Buttons under a Markdown message: several short ones in a row, long ones in rows of their own.
//!
//! Source: <https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/trans/msg-btn.html>.

use crate::settings::Buttons;
use groupdesk_contract::{Button, ReplyKey};
use serde_json::{Value, json};

/// The number of columns in a row; a Chinese character takes two.
const ROW: usize = 24;
/// The most buttons in a row, and the most rows.
const ROW_BUTTONS_MAX: usize = 5;

/// The keyboard of `buttons`; `None` when there is nothing to press, or more than QQ shows.
pub(crate) fn keyboard(key: ReplyKey, buttons: &[Button], how: Buttons) -> Option<Value> {
    let kind = match how {
        Buttons::Off => return None,
        Buttons::Callback => 1,
        Buttons::Command => 2,
    };
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut taken = ROW;
    let shown = |button: &&Button| !button.label.trim().is_empty() && !button.says.is_empty();
    for (at, button) in buttons.iter().filter(shown).enumerate() {
        let width = columns(&button.label) + 2;
        let made = json!({
            "id": format!("{}.{at}", key.0),
            "render_data": {"label": button.label, "visited_label": button.label, "style": 1},
            "action": {
                "type": kind,
                "permission": {"type": 2},
                "data": button.says,
                "enter": true,
                "reply": true,
                "unsupport_tips": button.says,
            },
        });
        match rows.last_mut() {
            Some(row) if taken + width <= ROW && row.len() < ROW_BUTTONS_MAX => {
                row.push(made);
                taken += width;
            }
            _ => {
                rows.push(vec![made]);
                taken = width;
            }
        }
    }
    if rows.is_empty() || rows.len() > ROW_BUTTONS_MAX {
        return None;
    }
    let rows: Vec<Value> = rows.into_iter().map(|row| json!({"buttons": row})).collect();
    Some(json!({"content": {"rows": rows}}))
}

/// The reply whose button has this id.
pub(crate) fn key_of(id: &str) -> Option<ReplyKey> {
    id.split_once('.')?.0.parse().ok().map(ReplyKey)
}

fn columns(label: &str) -> usize {
    label.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buttons(labels: &[&str]) -> Vec<Button> {
        let button = |label: &&str| Button {
            label: (*label).to_owned(),
            says: "1".to_owned(),
        };
        labels.iter().map(button).collect()
    }

    #[test]
    fn short_labels_share_a_row_and_each_button_names_its_reply() {
        let made = keyboard(
            ReplyKey(7),
            &buttons(&["认领", "解决", "How do I get a refund?"]),
            Buttons::Callback,
        )
        .unwrap();
        let rows = made["content"]["rows"].as_array().unwrap();
        assert_eq!((rows.len(), rows[0]["buttons"].as_array().unwrap().len()), (2, 2));
        let last = &rows[1]["buttons"][0];
        assert_eq!((&last["id"], &last["action"]["type"]), (&json!("7.2"), &json!(1)));
        assert_eq!(key_of("7.2"), Some(ReplyKey(7)));
        assert_eq!(key_of("x"), None);
    }

    #[test]
    fn nothing_and_too_much_make_no_keyboard() {
        assert_eq!(keyboard(ReplyKey(1), &[], Buttons::Callback), None);
        assert_eq!(keyboard(ReplyKey(1), &buttons(&["1"]), Buttons::Off), None);
        assert_eq!(
            keyboard(
                ReplyKey(1),
                &buttons(&["a rather long label"; 6]),
                Buttons::Command
            ),
            None
        );
    }
}
