//! The kinds of decisions: the words under which they are kept, counted and logged.

use serde::{Serialize, Serializer};

/// Kind of a decision, one for each thing that the desk does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// An entry's answer is given.
    Answer,
    /// Entries are offered: "did you mean".
    Clarify,
    /// The member is asked for the question, or for other words.
    AskBack,
    /// A greeting, thanks or chat is replied to.
    Courtesy,
    /// The member is told how their ticket stands, what the bot can do, or that an offer is over.
    Information,
    /// The member is pointed to the contact points that can be reached.
    ContactPoints,
    /// A human is brought in: a ticket is opened, or shared with its member.
    HandOff,
    /// More words go to the ticket that their member has.
    TicketMessage,
    /// A member ends their ticket: it is solved, or they need nobody any more.
    TicketEnd,
    /// An order or a reply of staff is carried out.
    StaffOrder,
    /// Nothing is said.
    Quiet,
}

impl DecisionKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Answer,
        Self::Clarify,
        Self::AskBack,
        Self::Courtesy,
        Self::Information,
        Self::ContactPoints,
        Self::HandOff,
        Self::TicketMessage,
        Self::TicketEnd,
        Self::StaffOrder,
        Self::Quiet,
    ];

    /// Returns its own name, as the log has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::AskBack => "ask_back",
            Self::Courtesy => "courtesy",
            Self::Information => "information",
            Self::ContactPoints => "contact_points",
            Self::HandOff => "handoff",
            Self::TicketMessage => "ticket_message",
            Self::TicketEnd => "ticket_end",
            Self::StaffOrder => "staff_order",
            Self::Quiet => "quiet",
        }
    }

    /// Returns the one of four words under which it is kept, counted and written as JSON: `answer`, `clarify` (a reply that is no
    /// answer of the file), `handoff` (something for a ticket) or `quiet`. Operators' queries and alerts name them: they stay.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify | Self::AskBack | Self::Courtesy | Self::Information | Self::ContactPoints => {
                "clarify"
            }
            Self::HandOff | Self::TicketMessage | Self::TicketEnd | Self::StaffOrder => "handoff",
            Self::Quiet => "quiet",
        }
    }

    /// Finds the kind of a kept decision by its word and its rule; `None` for a word that this version does not know. Versions that
    /// had no rule `courtesy` kept a reply to a courtesy as `called_without_question`, which is found as [`DecisionKind::AskBack`].
    pub fn of_stored(decision: &str, rule: &str) -> Option<Self> {
        match (decision, rule) {
            ("answer", _) => Some(Self::Answer),
            ("quiet", _) => Some(Self::Quiet),
            ("clarify", "called_without_question" | "doubted_answer") => Some(Self::AskBack),
            ("clarify", "courtesy" | "took_back" | "thanked") => Some(Self::Courtesy),
            (
                "clarify",
                "asked_for_ticket" | "asked_for_help" | "no_such_choice" | "offer_over" | "choice_gone",
            ) => Some(Self::Information),
            ("clarify", "pointed_to_contacts" | "channel_fails") => Some(Self::ContactPoints),
            ("clarify", _) => Some(Self::Clarify),
            ("handoff", "has_ticket" | "shares_ticket") => Some(Self::TicketMessage),
            ("handoff", "solved_by_member" | "left_ticket") => Some(Self::TicketEnd),
            ("handoff", "staff_acted") => Some(Self::StaffOrder),
            ("handoff", _) => Some(Self::HandOff),
            _ => None,
        }
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

    #[test]
    fn a_kept_decision_is_found_by_its_word_and_its_rule() {
        for (decision, rule, kind) in [
            ("answer", "picked", DecisionKind::Answer),
            ("clarify", "several_fit", DecisionKind::Clarify),
            ("clarify", "called_without_question", DecisionKind::AskBack),
            ("clarify", "courtesy", DecisionKind::Courtesy),
            ("clarify", "asked_for_ticket", DecisionKind::Information),
            ("clarify", "pointed_to_contacts", DecisionKind::ContactPoints),
            ("clarify", "of_a_later_version", DecisionKind::Clarify),
            ("handoff", "asked_for_human", DecisionKind::HandOff),
            ("handoff", "has_ticket", DecisionKind::TicketMessage),
            ("handoff", "solved_by_member", DecisionKind::TicketEnd),
            ("handoff", "staff_acted", DecisionKind::StaffOrder),
            ("quiet", "thanked", DecisionKind::Quiet),
        ] {
            let found = DecisionKind::of_stored(decision, rule);
            assert_eq!(found, Some(kind), "{decision} {rule}");
            assert_eq!(kind.stored(), decision);
        }
        assert_eq!(DecisionKind::of_stored("of_a_later_version", "picked"), None);
    }
}
