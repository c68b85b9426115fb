//! Labels of buttons, and the text that a press sends: the desk reads the same text from anybody.

use crate::texts::ComposedTexts;
use groupdesk_contract::Button;

/// Longest label, in characters.
const LABEL: usize = 30;

pub(super) fn button(label: String, says: String) -> Button {
    Button { label, says }
}

impl ComposedTexts<'_> {
    /// Buttons under a "did you mean": the titles, and none of them; `button_text` makes what a press of a number says.
    pub(in crate::desk) fn choice_buttons(
        self,
        titles: &[String],
        button_text: impl Fn(usize) -> String,
    ) -> Vec<Button> {
        let choices = titles
            .iter()
            .enumerate()
            .map(|(at, title)| button(title.chars().take(LABEL).collect(), button_text(at + 1)));
        choices
            .chain(std::iter::once(button(self.none_of_these(), button_text(0))))
            .collect()
    }

    /// Buttons under an answer: it helped, or it did not.
    pub(in crate::desk) fn answer_buttons(self) -> Vec<Button> {
        vec![
            button(self.button_helped(), self.says_helped()),
            button(self.button_not_solved(), self.says_not_solved()),
        ]
    }

    /// Buttons under the notice of a ticket: the orders of staff.
    pub(in crate::desk) fn ticket_buttons(self, number: u64) -> Vec<Button> {
        [
            (self.button_claim(), "claim"),
            (self.button_resolve(), "resolve"),
            (self.button_close(), "close"),
        ]
        .into_iter()
        .map(|(label, order)| button(label, format!("/t {number} {order}")))
        .collect()
    }
}
