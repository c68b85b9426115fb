//! Buttons: a template card under the answer. The button's key holds the text that a press sends, and `task_id` names the reply
//! above, so that a press is understood after a restart too.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/101032> and path 101027.

use groupdesk_contract::{Button, MessageId, ReplyKey};
use groupdesk_texts::Catalogue;
use groupdesk_texts::language::Language;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The most buttons on a card.
const BUTTONS_MAX: usize = 6;

/// Makes an id for the message that a reply became, since WeCom gives none.
pub(crate) fn message_id(key: ReplyKey) -> MessageId {
    MessageId::new(format!("r{}", key.0))
}

/// The card with `buttons` under the reply `key`; `None` when there is nothing to press.
pub(crate) fn card(buttons: &[Button], key: ReplyKey, now: Timestamp) -> Option<Value> {
    let shown: Vec<Value> = buttons
        .iter()
        .filter(|button| !button.label.trim().is_empty() && !button.says.is_empty())
        .take(BUTTONS_MAX)
        .map(|button| json!({"text": button.label, "style": 1, "key": key_of(&button.says, &button.label)}))
        .collect();
    if shown.len() < buttons.len() {
        tracing::warn!(
            shown = shown.len(),
            of = buttons.len(),
            "WeCom shows at most six buttons, each with a label"
        );
    }
    // The text of the reply says the same as the buttons.
    let title = |language| Catalogue::built_in().texts(language).press_a_button();
    (!shown.is_empty()).then(|| {
        json!({
            "card_type": "button_interaction",
            "main_title": {"title": title(Language::CHINESE), "desc": title(Language::ENGLISH)},
            "button_list": shown,
            "task_id": format!("gd-{}-{}", message_id(key), now.as_millisecond()),
        })
    })
}

/// Makes a button's key: the length of its text in bytes, the text, and the label.
fn key_of(says: &str, label: &str) -> String {
    format!("{}:{says}{label}", says.len())
}

/// A press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Press {
    pub(crate) says: String,
    pub(crate) label: String,
    /// The message that the card is under.
    pub(crate) message: MessageId,
    key: String,
    task: String,
}

/// Parses a button press; `None` for a card that is not ours.
pub(crate) fn press(key: &str, task: &str) -> Option<Press> {
    let (length, both) = key.split_once(':')?;
    let (says, label) = both.split_at_checked(length.parse().ok()?)?;
    let message = task.strip_prefix("gd-")?.rsplit_once('-')?.0;
    (!says.is_empty() && !message.is_empty()).then(|| Press {
        says: says.to_owned(),
        label: label.to_owned(),
        message: MessageId::from(message),
        key: key.to_owned(),
        task: task.to_owned(),
    })
}

impl Press {
    /// The card that the presser, and nobody else, sees from then on.
    pub(crate) fn update(&self, user: &str) -> Value {
        json!({
            "response_type": "update_template_card",
            "userids": [user],
            "template_card": {
                "card_type": "button_interaction",
                "main_title": {"title": format!("✓ {}", self.label)},
                "button_list": [{"text": self.label, "style": 2, "key": self.key}],
                "task_id": self.task,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_press_says_what_its_button_says(says in "\\PC{1,20}", label in "\\PC{1,10}", key in 0_i64..) {
            prop_assume!(!label.trim().is_empty());
            let buttons = [Button { label: label.clone(), says: says.clone() }];
            let card = card(&buttons, ReplyKey(key), Timestamp::UNIX_EPOCH).unwrap();
            let task = card["task_id"].as_str().unwrap();
            prop_assert!(task.len() <= 128 && task.chars().all(|c| c.is_ascii_alphanumeric() || "_-@".contains(c)));
            let press = press(card["button_list"][0]["key"].as_str().unwrap(), task).unwrap();
            prop_assert_eq!((press.says, press.label, press.message), (says, label, message_id(ReplyKey(key))));
        }

        #[test]
        fn a_strangers_card_is_none_of_ours(key in ".{0,20}", task in ".{0,20}") {
            let _ = press(&key, &task);
            prop_assert_eq!(press("esc:42", &task), None);
        }
    }

    #[test]
    fn six_buttons_are_shown_and_none_without_a_label() {
        let button = |label: &str| Button {
            label: label.to_owned(),
            says: "/x".to_owned(),
        };
        let many: Vec<Button> = (0..9).map(|n| button(&n.to_string())).collect();
        let shown = card(&many, ReplyKey(1), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(shown["button_list"].as_array().unwrap().len(), 6);
        assert_eq!(card(&[button(" ")], ReplyKey(1), Timestamp::UNIX_EPOCH), None);
    }
}
