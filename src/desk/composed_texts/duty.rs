//! Texts about time and people: staff on duty, missed targets, reply windows of platforms.

use crate::texts::ComposedTexts;
use crate::ticket::{Agent, Warning};

/// Number of replies from which on people are told no number: the platform counts none.
const COUNTED: u32 = 1_000;

impl ComposedTexts<'_> {
    /// Returns the name of a ticket's owner for members. Of whom nobody knows more than an id, they read no id.
    pub(in crate::desk) fn owner_name(self, owner: &Agent) -> String {
        // Where people choose their ids, an id may be a name.
        let is_number = owner.name.contains(|c: char| c.is_ascii_digit() || c == '@');
        if owner.name.trim().is_empty() || (owner.name == owner.id.as_str() && is_number) {
            return self.a_colleague();
        }
        owner.name.clone()
    }

    /// Warns that a target is near or missed.
    pub(in crate::desk) fn target(self, warning: Warning, at: &str, line: &str) -> String {
        match warning {
            Warning::FirstResponseSoon => self.first_response_soon(line),
            Warning::FirstResponseMissed => self.first_response_missed(at, line),
            Warning::ResolutionSoon => self.resolution_soon(line),
            Warning::ResolutionMissed => self.resolution_missed(at, line),
        }
    }

    /// Line of a notice: the end of the time in which the platform takes replies.
    pub(in crate::desk) fn window(self, until: &str, left: u32) -> String {
        self.reply_window(until, counted(left))
    }

    /// Warns that the platform soon takes no reply any more.
    pub(in crate::desk) fn window_closes(self, until: &str, left: u32, line: &str) -> String {
        self.reply_window_closes(until, counted(left), line)
    }
}

fn counted(left: u32) -> Option<u32> {
    (left <= COUNTED).then_some(left)
}
