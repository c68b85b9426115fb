//! Labels of buttons, and the text that a press sends: the desk reads the same text from anybody.

use super::either;
use crate::hours::Language;
use groupdesk_contract::Button;

/// Longest label, in characters.
const LABEL: usize = 30;

pub(super) fn button(label: String, says: String) -> Button {
    Button { label, says }
}

/// Buttons under a "did you mean": the titles, and none of them; `says` makes what a press of a number says.
pub(in crate::desk) fn choice_buttons(
    language: Language,
    titles: &[String],
    says: impl Fn(usize) -> String,
) -> Vec<Button> {
    let choices = titles
        .iter()
        .enumerate()
        .map(|(at, title)| button(title.chars().take(LABEL).collect(), says(at + 1)));
    choices
        .chain(std::iter::once(button(none_of_these(language), says(0))))
        .collect()
}

/// Says that no choice is meant, and that a human is.
pub(in crate::desk) fn none_of_these(language: Language) -> String {
    either(language, "都不是，转人工".to_owned(), "None of these".to_owned())
}

/// Buttons under an answer: it helped, or it did not.
pub(in crate::desk) fn answer_buttons(language: Language) -> Vec<Button> {
    let helped = either(language, "👍 有帮助".to_owned(), "👍 Helped".to_owned());
    let not = either(
        language,
        "👎 没解决，转人工".to_owned(),
        "👎 Not solved".to_owned(),
    );
    vec![
        button(
            helped,
            either(language, "有帮助".to_owned(), "helpful".to_owned()),
        ),
        button(
            not,
            either(language, "没解决".to_owned(), "not helpful".to_owned()),
        ),
    ]
}

/// Buttons under the notice of a ticket: the orders of staff.
pub(in crate::desk) fn ticket_buttons(language: Language, number: u64) -> Vec<Button> {
    [
        ("认领", "Claim", "claim"),
        ("解决", "Resolve", "resolve"),
        ("关闭", "Close", "close"),
    ]
    .into_iter()
    .map(|(chinese, english, order)| {
        let label = either(language, chinese.to_owned(), english.to_owned());
        button(label, format!("/t {number} {order}"))
    })
    .collect()
}
