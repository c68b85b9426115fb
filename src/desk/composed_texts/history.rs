//! Lines of a ticket's history, for staff who look at it.

use super::quoted;
use crate::texts::ComposedTexts;
use crate::ticket::LineKind;
use groupdesk_contract::clean_line;

impl ComposedTexts<'_> {
    /// One thing that was said in a ticket; what was taken back is marked.
    pub(in crate::desk) fn history_line(
        self,
        (kind, is_taken_back): (LineKind, bool),
        at: &str,
        who: &str,
        text: &str,
    ) -> String {
        let (who, text) = (clean_line(who), quoted(text));
        match kind {
            LineKind::Member | LineKind::Event => self.history_member(at, &who, &text),
            LineKind::Staff if is_taken_back => self.history_taken_back(at, &who, &text),
            LineKind::Staff => self.history_staff(at, &who, &text),
            LineKind::Note => self.history_note(at, &who, &text),
        }
    }
}
