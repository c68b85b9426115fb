//! What the desk wants said, as the messages that Discord takes. Nobody but those whom the desk mentions is pinged.

use groupdesk_contract::{Button, MessageId, Reply, ReplyKey, Segment};
use serde_json::{Value, json};

/// The longest text of a message, in characters.
pub(crate) const MAX_TEXT: usize = 2000;

/// The bodies that say `reply`, in order.
pub(crate) fn bodies(key: ReplyKey, reply: &Reply) -> Vec<Value> {
    let (text, users) = text(reply);
    let parts = split(&text, MAX_TEXT);
    let last = parts.len().saturating_sub(1);
    let bodies = parts.iter().enumerate().map(|(at, part)| {
        let mut body = json!({
            "content": part,
            "nonce": format!("gd{}-{at}", key.0),
            "enforce_nonce": true,
            "allowed_mentions": {"parse": [], "users": users, "replied_user": at == 0},
        });
        if at == 0
            && let Some(quote) = reply.quote.as_ref().and_then(number)
        {
            body["message_reference"] = json!({"message_id": quote, "fail_if_not_exists": false});
        }
        if at == last {
            body["components"] = components(&reply.buttons);
        }
        body
    });
    bodies.collect()
}

/// The body that puts `reply` in the place of a message of ours; `None` when it is empty or too long for one.
pub(crate) fn edited(reply: &Reply) -> Option<Value> {
    let (text, _) = text(reply);
    let fits = !text.trim().is_empty() && text.chars().count() <= MAX_TEXT;
    fits.then(|| json!({"content": text, "components": components(&reply.buttons), "allowed_mentions": {"parse": []}}))
}

/// The id of a message; what was pressed or called as a command is none, and is not quoted.
pub(crate) fn number(message: &MessageId) -> Option<String> {
    message.as_str().parse::<u64>().ok().map(|id| id.to_string())
}

fn text(reply: &Reply) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut users: Vec<String> = Vec::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(part) => text.push_str(part),
            Segment::Mention(member) => {
                text.push_str(&format!("<@{member}> "));
                // Discord refuses a body that names one twice, or more than 100.
                let id = member.as_str().to_owned();
                if users.len() < 100 && id.parse::<u64>().is_ok() && !users.contains(&id) {
                    users.push(id);
                }
            }
            Segment::MentionAll => text.push_str("@all "),
            Segment::Image { url: Some(url) } | Segment::File { url: Some(url), .. } => {
                if !text.is_empty() && !text.ends_with(char::is_whitespace) {
                    text.push('\n');
                }
                text.push_str(url);
                text.push('\n');
            }
            _ => {}
        }
    }
    (text, users)
}

/// Buttons up to five rows of five, a select menu of at most 25 choices above that.
fn components(buttons: &[Button]) -> Value {
    let shown: Vec<&Button> = buttons
        .iter()
        .filter(|button| {
            !button.label.trim().is_empty() && !button.says.is_empty() && button.says.len() <= 60
        })
        .collect();
    let label = |button: &Button, most: usize| -> String { button.label.chars().take(most).collect() };
    if shown.len() > 25 {
        let options: Vec<Value> = shown
            .iter()
            .take(25)
            .map(|button| json!({"label": label(button, 100), "value": button.says}))
            .collect();
        return json!([{"type": 1, "components": [{"type": 3, "custom_id": "gd-menu", "options": options}]}]);
    }
    let pressed: Vec<Value> = shown
        .iter()
        .enumerate()
        .map(|(at, button)| json!({"type": 2, "style": 2, "label": label(button, 80), "custom_id": format!("gd{at}:{}", button.says)}))
        .collect();
    pressed
        .chunks(5)
        .map(|row| json!({"type": 1, "components": row}))
        .collect()
}

/// What the button with this id says.
pub(crate) fn says(custom_id: &str) -> Option<&str> {
    custom_id
        .strip_prefix("gd")?
        .split_once(':')
        .map(|(_, says)| says)
}

/// Cuts at the last paragraph, line or word of the second half, else anywhere.
fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(limit) {
        let (head, _) = rest.split_at(end);
        let cut = ["\n\n", "\n", "。", " "].iter().find_map(|mark| {
            head.rfind(mark)
                .map(|at| at + mark.len())
                .filter(|at| *at > end / 2)
        });
        let (part, tail) = rest.split_at(cut.unwrap_or(end));
        parts.push(part);
        rest = tail;
    }
    parts.push(rest);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_button_says_what_it_was_made_of_and_rows_hold_five() {
        let buttons: Vec<Button> = (0..7)
            .map(|n| Button {
                label: format!("b{n}"),
                says: format!("/t claim {n}: now"),
            })
            .collect();
        let rows = components(&buttons);
        assert_eq!(rows[0]["components"].as_array().unwrap().len(), 5);
        assert_eq!(rows[1]["components"].as_array().unwrap().len(), 2);
        let id = rows[1]["components"][1]["custom_id"].as_str().unwrap();
        assert_eq!(says(id), Some("/t claim 6: now"));
    }

    proptest! {
        #[test]
        fn parts_fit_and_lose_no_word(text in "[a-z。 \n😀]{0,300}") {
            let parts = split(&text, 20);
            prop_assert!(parts.iter().all(|part| part.chars().count() <= 20));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&parts.concat()), letters(&text));
        }
    }
}
