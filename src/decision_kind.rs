//! The kinds of decisions: the words under which they are kept, counted and logged.

use crate::texts::ComposedTexts;
use serde::{Serialize, Serializer};

/// Declares the kinds. A row has the variant, its name in the log, its class, and the functions of its words for people: for what it is, and
/// for what was done. The first kind of a class is the one of a kept decision whose rule tells no other ([`crate::reason`]).
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal in $class:ident => $sentence:ident, $done:ident;)*) => {
        /// Kind of a decision, one for each thing that the desk does with a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum DecisionKind {
            $($(#[$doc])* $kind,)*
        }

        impl DecisionKind {
            /// Every kind.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$kind),*];

            /// Returns its own name, as the log has it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// Returns the class under which it is kept and counted.
            pub const fn class(self) -> DecisionClass {
                match self {
                    $(Self::$kind => DecisionClass::$class,)*
                }
            }

            /// Returns what was done, for a page that is about one message.
            pub fn done_in_words(self, texts: ComposedTexts<'_>) -> String {
                match self {
                    $(Self::$kind => texts.$done(),)*
                }
            }

            /// Returns it in words for people.
            pub fn in_words(self, texts: ComposedTexts<'_>) -> String {
                match self {
                    $(Self::$kind => texts.$sentence(),)*
                }
            }
        }
    };
}

kinds! {
    /// An entry's answer is given.
    Answer "answer" in Answer => decision_answer, decided_answer;
    /// Entries are offered: "did you mean".
    Clarify "clarify" in Clarify => decision_clarify, decided_clarify;
    /// The member is asked for the question, or for other words.
    AskBack "ask_back" in Clarify => decision_ask_back, decided_ask_back;
    /// A greeting, thanks or chat is replied to.
    Courtesy "courtesy" in Clarify => decision_courtesy, decided_courtesy;
    /// The member is told how their ticket stands, what the bot can do, or that an offer is over.
    Information "information" in Clarify => decision_information, decided_information;
    /// The member is pointed to the contact points that can be reached.
    ContactPoints "contact_points" in Clarify => decision_contact_points, decided_contact_points;
    /// A human is brought in: a ticket is opened, or shared with its member.
    HandOff "handoff" in HandOff => decision_handoff, decided_handoff;
    /// More words go to the ticket that their member has.
    TicketMessage "ticket_message" in HandOff => decision_ticket_message, decided_ticket_message;
    /// A member ends their ticket: it is solved, or they need nobody any more.
    TicketEnd "ticket_end" in HandOff => decision_ticket_end, decided_ticket_end;
    /// An order or a reply of staff is carried out.
    StaffOrder "staff_order" in HandOff => decision_staff_order, decided_staff_order;
    /// Nothing is said.
    Quiet "quiet" in Quiet => decision_quiet, decided_quiet;
}

/// Class of a decision. Operators' queries and alerts name the four words: they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionClass {
    /// An answer of the file.
    Answer,
    /// A reply that is no answer of the file.
    Clarify,
    /// Something for a ticket.
    HandOff,
    /// Silence.
    Quiet,
}

impl DecisionClass {
    /// Returns its word in the store, in metrics and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::HandOff => "handoff",
            Self::Quiet => "quiet",
        }
    }
}

impl DecisionKind {
    /// Returns the word of its class, under which it is kept, counted and written as JSON.
    pub const fn stored(self) -> &'static str {
        self.class().name()
    }

    /// Finds the first kind that is kept under a word; `None` for a word that this version does not know.
    pub fn first_of(stored: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.stored() == stored)
    }
}

/// As [`DecisionKind::stored`].
impl Serialize for DecisionKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.stored())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_one_of_four_words_in_the_store() {
        let names: BTreeSet<&str> = DecisionKind::ALL.map(DecisionKind::name).into();
        assert_eq!(names.len(), DecisionKind::ALL.len());
        let stored: BTreeSet<&str> = DecisionKind::ALL.map(DecisionKind::stored).into();
        assert_eq!(stored, ["answer", "clarify", "handoff", "quiet"].into());
    }
}
