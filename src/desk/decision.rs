//! Decision of the desk, with its reason.

use super::reason::Reason;
use crate::decision_kind::{DecisionClass, DecisionKind};

/// One of the things that the desk can do with a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Give an entry's answer, or point to it where it was given a short time ago.
    Answer {
        /// Id of the entry.
        entry: String,
    },
    /// Ask which entry was meant.
    Clarify {
        /// Entries offered, best first.
        choices: Vec<String>,
    },
    /// Ask for the question, or for other words.
    AskBack,
    /// Reply to a greeting, thanks or chat.
    Courtesy,
    /// Tell how the member's ticket stands, what the bot can do, or that an offer is over.
    Inform,
    /// Point to the contact points that can be reached.
    PointToContacts,
    /// Bring in a human.
    HandOff {
        /// Ticket that was opened or shared.
        ticket: u64,
        /// Entry that was answered with it, where its `handoff` is `always`.
        entry: Option<String>,
    },
    /// Pass more words of a member on to the ticket that they have.
    AddToTicket {
        /// Number of the ticket.
        ticket: u64,
        /// Entry that was answered with it, where its `handoff` is `always`.
        entry: Option<String>,
    },
    /// End a ticket, or a member's share in it.
    EndTicket {
        /// Number of the ticket.
        ticket: u64,
    },
    /// Carry out an order or a reply of staff.
    ObeyStaff {
        /// Number of the ticket.
        ticket: u64,
    },
    /// Say nothing.
    StayQuiet,
}

impl Decision {
    /// Returns its kind.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Answer { .. } => DecisionKind::Answer,
            Self::Clarify { .. } => DecisionKind::Clarify,
            Self::AskBack => DecisionKind::AskBack,
            Self::Courtesy => DecisionKind::Courtesy,
            Self::Inform => DecisionKind::Information,
            Self::PointToContacts => DecisionKind::ContactPoints,
            Self::HandOff { .. } => DecisionKind::HandOff,
            Self::AddToTicket { .. } => DecisionKind::TicketMessage,
            Self::EndTicket { .. } => DecisionKind::TicketEnd,
            Self::ObeyStaff { .. } => DecisionKind::StaffOrder,
            Self::StayQuiet => DecisionKind::Quiet,
        }
    }

    /// Returns the entry that is answered.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Answer { entry } => Some(entry),
            Self::HandOff { entry, .. } | Self::AddToTicket { entry, .. } => entry.as_deref(),
            Self::Clarify { .. }
            | Self::AskBack
            | Self::Courtesy
            | Self::Inform
            | Self::PointToContacts
            | Self::EndTicket { .. }
            | Self::ObeyStaff { .. }
            | Self::StayQuiet => None,
        }
    }

    /// Returns the number of the ticket that it is for.
    pub fn ticket(&self) -> Option<u64> {
        match self {
            Self::HandOff { ticket, .. }
            | Self::AddToTicket { ticket, .. }
            | Self::EndTicket { ticket }
            | Self::ObeyStaff { ticket } => Some(*ticket),
            Self::Answer { .. }
            | Self::Clarify { .. }
            | Self::AskBack
            | Self::Courtesy
            | Self::Inform
            | Self::PointToContacts
            | Self::StayQuiet => None,
        }
    }

    /// `true` if it says something to the member, but neither an answer nor anything for a ticket.
    pub(super) fn only_replies(&self) -> bool {
        self.kind().class() == DecisionClass::Clarify
    }

    /// `true` if it neither answers nor is for a ticket.
    pub(super) fn is_no_answer(&self) -> bool {
        self.only_replies() || *self == Self::StayQuiet
    }

    /// Notes the entry whose answer the member gets together with the ticket.
    pub(super) fn answer_too(&mut self, id: &str) {
        if let Self::HandOff { entry, .. } | Self::AddToTicket { entry, .. } = self {
            *entry = Some(id.to_owned());
        }
    }
}

/// A decision and why it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Action of the desk.
    pub decision: Decision,
    /// Reason for it.
    pub reason: Reason,
}

impl Decided {
    /// Makes the decision to stay quiet.
    pub fn quiet(reason: Reason) -> Self {
        Self {
            decision: Decision::StayQuiet,
            reason,
        }
    }
}
