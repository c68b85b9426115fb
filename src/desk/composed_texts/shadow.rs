//! Texts about shadow mode, for staff.

use super::quoted;
use crate::texts::ComposedTexts;
use groupdesk_contract::{Button, Place, clean_line};

/// A call in a group in which the bot says nothing.
pub(in crate::desk) struct CalledInShadow<'a> {
    /// Name and id of the member.
    pub(in crate::desk) who: &'a str,
    /// Name or address of the group.
    pub(in crate::desk) place: &'a str,
    /// Text of the member.
    pub(in crate::desk) said: &'a str,
    /// Action that the bot would have taken.
    pub(in crate::desk) would: &'a str,
    /// Address under which people can open the message.
    pub(in crate::desk) link: Option<&'a str>,
    /// `true` if a picture or a file came with it.
    pub(in crate::desk) has_file: bool,
}

impl ComposedTexts<'_> {
    /// Tells a room of a call that another room did not take.
    pub(in crate::desk) fn tell_of_call_instead(self, room: &Place, reason: &str, notice: &str) -> String {
        self.call_told_instead(room, &clean_line(reason), notice)
    }

    /// Tells staff that a member called the bot where it says nothing.
    pub(in crate::desk) fn tell_called_in_shadow(self, call: &CalledInShadow<'_>) -> String {
        let CalledInShadow {
            who,
            place,
            said,
            would,
            link,
            has_file,
        } = *call;
        let said = if said.trim().is_empty() {
            self.no_text(has_file)
        } else {
            quoted(said)
        };
        let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
        self.called_in_shadow(who, place, &said, &format!("{would}{link}"))
    }

    /// Buttons under an answer that was kept back: it is right, wrong, or nobody needed it.
    pub(in crate::desk) fn label_buttons(self, decision: &str) -> Vec<Button> {
        [
            (self.button_right(), "r"),
            (self.button_wrong(), "w"),
            (self.button_needless(), "n"),
        ]
        .map(|(text, label)| super::buttons::button(text, format!("/label {decision} {label}")))
        .to_vec()
    }

    /// Names the answer that the bot kept to itself.
    pub(in crate::desk) fn tell_would_answer(self, title: &str, confidence: Option<f32>) -> String {
        let percent = confidence.map(|confidence| (confidence * 100.0).round().to_string());
        self.would_answer(title, percent.as_deref())
    }
}
