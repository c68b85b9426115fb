//! Texts about drafts of answers, for staff.

use crate::desk::NoDraft;
use crate::texts::ComposedTexts;
use groupdesk_contract::Button;

impl ComposedTexts<'_> {
    /// Shows a draft: its sentences with their sources, and how to send it.
    pub(in crate::desk) fn show_draft(self, number: u64, sentences: &[(&str, &str)]) -> String {
        let lines = sentences
            .iter()
            .map(|(text, source)| self.draft_line(text, source));
        self.draft(number, &lines.collect::<Vec<_>>().join("\n"))
    }

    /// Puts the order that sends a draft under it.
    pub(in crate::desk) fn draft_buttons(self, number: u64) -> Vec<Button> {
        vec![super::buttons::button(
            self.button_send(),
            format!("/t {number} send"),
        )]
    }

    /// Tells staff why there is no draft.
    pub(in crate::desk) fn explain_no_draft(self, number: u64, why: NoDraft) -> String {
        let why = match why {
            NoDraft::NoQuestion => self.no_draft_no_question(),
            NoDraft::NoSources => self.no_draft_no_sources(),
            NoDraft::Down => self.no_draft_down(),
            NoDraft::UsedUp => self.no_draft_used_up(),
            NoDraft::Nonsense => self.no_draft_nonsense(),
            NoDraft::Busy => self.no_draft_busy(),
        };
        self.no_draft(number, &why)
    }
}
