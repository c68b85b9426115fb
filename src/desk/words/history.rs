//! Lines of a ticket's history, for staff who look at it.

use super::{either, quoted};
use crate::hours::Language;
use crate::ticket::LineKind;
use groupdesk_contract::clean_line;

/// One thing that was said in a ticket.
pub(in crate::desk) fn history_line(
    language: Language,
    kind: LineKind,
    at: &str,
    who: &str,
    text: &str,
) -> String {
    let (who, text) = (clean_line(who), quoted(text));
    match kind {
        LineKind::Member | LineKind::Event => format!("{at} {who}\n{text}"),
        LineKind::Staff => either(
            language,
            format!("{at} {who} → 成员\n{text}"),
            format!("{at} {who} → member\n{text}"),
        ),
        LineKind::Note => either(
            language,
            format!("{at} {who} 备注（成员看不到）\n{text}"),
            format!("{at} {who} noted, not for the member\n{text}"),
        ),
    }
}

/// Stands for what was said before the lines that are shown.
pub(in crate::desk) fn history_more(language: Language, number: u64, more: usize) -> String {
    either(
        language,
        format!("……之前还有 {more} 条：groupdesk tickets show {number}"),
        format!("... {more} more before: groupdesk tickets show {number}"),
    )
}
