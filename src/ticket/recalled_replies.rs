//! Replies that staff took back or changed: what was said last under a message is what counts.

use super::{HistoryLine, LineKind, events};

/// State of what a line of a history says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// It stands.
    Stands,
    /// A later line replaced it: its message was edited.
    Replaced,
    /// Its message was taken back.
    TakenBack,
}

/// Returns how the line at a position of a ticket's history stands, oldest first.
pub fn standing(lines: &[HistoryLine], at: usize) -> LineState {
    let (Some(line), Some(later)) = (lines.get(at), lines.get(at + 1..)) else {
        return LineState::Stands;
    };
    let Some(said) = &line.said else {
        return LineState::Stands;
    };
    let of_it = later.iter().filter(|later| later.said.as_ref() == Some(said));
    for later in of_it {
        if later.kind == LineKind::Event && events::TAKEN_BACK.contains(&later.text.as_str()) {
            return LineState::TakenBack;
        }
        if later.kind == line.kind {
            return LineState::Replaced;
        }
    }
    LineState::Stands
}
