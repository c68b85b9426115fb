//! The state of a ticket, as the desk, the store and the pages of the dashboard know it.

use serde::{Deserialize, Serialize};

/// State of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nobody owns it.
    Open,
    /// A staff member has it, and it is their turn.
    Claimed,
    /// A staff member has it, and it is the member's turn.
    Waiting,
    /// Answered; the member's next message reopens it for a while.
    Resolved,
    /// Over.
    Closed,
}

impl TicketStatus {
    /// All states, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Claimed,
        Self::Waiting,
        Self::Resolved,
        Self::Closed,
    ];

    /// Returns the state of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Returns its name in the store, in commands and in addresses of pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// True if somebody still expects something.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Open | Self::Claimed | Self::Waiting)
    }

    /// True if a human holds the conversation: the bot does not answer its member.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Claimed | Self::Waiting)
    }
}
