//! The sentences about drafts of answers, to staff.

use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// Refuses to send a draft under an earlier one.
    another_draft(number: u64);
    /// Tells staff that a draft came when the conversation had moved on.
    draft_too_late(number: u64);
    /// Refuses to send a draft after which something was said to the member.
    draft_outdated(number: u64);
    /// Refuses to send a draft where there is none.
    no_draft_to_send(number: u64);
    /// Refuses a draft where no model writes them.
    drafts_are_off();
    /// Line of a draft: a sentence with its source.
    draft_line(text: &str, source: &str);
    /// Shows a draft: its sentences with their sources, and how to send it.
    draft(number: u64, lines: &str);
    /// Tells staff why there is no draft.
    no_draft(number: u64, why: &str);
    /// Reason why there is no draft.
    no_draft_no_question();
    /// Reason why there is no draft.
    no_draft_no_sources();
    /// Reason why there is no draft.
    no_draft_down();
    /// Reason why there is no draft.
    no_draft_used_up();
    /// Reason why there is no draft.
    no_draft_nonsense();
    /// Reason why there is no draft.
    no_draft_busy();
}
