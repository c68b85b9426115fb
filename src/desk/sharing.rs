//! Whose ticket somebody else's question can join: one with the same words, which say by themselves what they are about, after
//! the same words before them.

use super::case::joined;
use super::conversation::ChannelState;
use super::{Case, reading};
use crate::ticket::{Asked, Ticket, stands_alone};

/// What a member said before a question and nobody answered, as far as it could tell what the question is about. What comes
/// with a picture is like nothing else.
pub(super) fn said_before(case: &Case<'_>, state: &ChannelState) -> String {
    if case.parts().any(|part| part.picture) {
        return format!("{} {}", case.setting.place, case.last.message);
    }
    let first = case.parts().map(|part| part.at).min().unwrap_or(case.now);
    let theirs = state.recent.iter().filter(|recent| {
        recent.member == *case.member
            && recent.at < first
            && recent.answered.is_none()
            && reading::courtesy(&recent.text).is_none()
            && stands_alone(&recent.text)
    });
    joined(theirs.map(|recent| recent.text.as_str()))
}

/// The ticket with the same question, if there is one.
pub(super) fn same_question<'a>(case: &Case<'a>, said: &str, before: &str) -> Option<&'a Ticket> {
    let setting = case.setting;
    let asked = Asked {
        place: setting.place,
        kind: case.kind,
        rooms: setting.tell,
        said,
        before,
    };
    setting
        .tickets
        .same_question(&asked, case.now, setting.lifecycle.join_within)
}
