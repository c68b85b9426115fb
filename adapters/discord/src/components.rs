//! The buttons and menus under a message: up to five rows of five buttons, above that up to five menus of 25 choices. Source:
//! <https://docs.discord.com/developers/components/reference>.

use groupdesk_contract::Button;
use serde_json::{Value, json};

/// The most rows of buttons under a message.
const ROWS_MAX: usize = 5;
/// The most buttons in a row.
const ROW_BUTTONS_MAX: usize = 5;
/// The most choices in a menu.
const MENU_CHOICES_MAX: usize = 25;

/// The rows that show `buttons`.
pub(crate) fn rows(buttons: &[Button]) -> Value {
    let mut shown: Vec<(usize, &Button)> = buttons
        .iter()
        .filter(|button| {
            !button.label.trim().is_empty() && !button.says.is_empty() && button.says.len() <= 60
        })
        .enumerate()
        .collect();
    let most = ROWS_MAX * MENU_CHOICES_MAX;
    if shown.len() > most {
        tracing::debug!(
            left_out = shown.len() - most,
            "more choices than Discord can show; the others stand in the text"
        );
        shown.truncate(most);
    }
    if shown.len() > ROWS_MAX * ROW_BUTTONS_MAX {
        return shown
            .chunks(MENU_CHOICES_MAX)
            .map(|choices| row(vec![menu(choices)]))
            .collect();
    }
    let buttons: Vec<Value> = shown
        .iter()
        .map(|(at, button)| {
            json!({"type": 2, "style": 2, "label": label(button, 80), "custom_id": id(*at, button)})
        })
        .collect();
    buttons
        .chunks(ROW_BUTTONS_MAX)
        .map(|buttons| row(buttons.to_vec()))
        .collect()
}

fn row(components: Vec<Value>) -> Value {
    json!({"type": 1, "components": components})
}

fn menu(choices: &[(usize, &Button)]) -> Value {
    let options: Vec<Value> = choices
        .iter()
        .map(|(at, button)| json!({"label": label(button, 100), "value": id(*at, button)}))
        .collect();
    let first = choices.first().map_or(0, |(at, _)| *at);
    json!({
        "type": 3, "custom_id": format!("menu{first}"), "options": options,
        "placeholder": format!("{} – {}", first + 1, first + choices.len()),
    })
}

fn label(button: &Button, most: usize) -> String {
    button.label.trim().chars().take(most).collect()
}

/// Makes the id of a button: ids under one message must differ.
fn id(at: usize, button: &Button) -> String {
    format!("gd{at}:{}", button.says)
}

/// Returns the text that the button or choice with this id sends.
pub(crate) fn button_text(id: &str) -> Option<&str> {
    id.strip_prefix("gd")?.split_once(':').map(|(_, says)| says)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buttons(many: usize) -> Vec<Button> {
        let button = |n| Button {
            label: format!("b{n}"),
            says: format!("/t claim {n}: now"),
        };
        (0..many).map(button).collect()
    }

    #[test]
    fn a_button_says_what_it_was_made_of_and_rows_hold_five() {
        let rows = rows(&buttons(7));
        assert_eq!(rows[0]["components"].as_array().unwrap().len(), 5);
        assert_eq!(rows[1]["components"].as_array().unwrap().len(), 2);
        let id = rows[1]["components"][1]["custom_id"].as_str().unwrap();
        assert_eq!(button_text(id), Some("/t claim 6: now"));
        assert_eq!(rows.as_array().unwrap().len(), 2);
    }

    #[test]
    fn many_choices_are_menus_and_never_more_than_discord_takes() {
        let counts = |many| -> Vec<usize> {
            let rows = rows(&buttons(many));
            let menus = rows.as_array().unwrap().iter();
            menus
                .map(|row| row["components"][0]["options"].as_array().unwrap().len())
                .collect()
        };
        assert_eq!(counts(26), [25, 1]);
        assert_eq!(counts(60), [25, 25, 10]);
        assert_eq!(counts(200), [25; 5]);
        let rows = rows(&buttons(60));
        let value = rows[2]["components"][0]["options"][9]["value"].as_str().unwrap();
        assert_eq!(button_text(value), Some("/t claim 59: now"));
        assert_ne!(
            rows[0]["components"][0]["custom_id"],
            rows[1]["components"][0]["custom_id"]
        );
    }
}
