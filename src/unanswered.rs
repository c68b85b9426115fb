//! Questions that nobody answered, grouped by what they ask, heaviest first, with what an admin may do about each group.
//!
//! A message goes to the group that it is most like, or begins one: leader clustering in the order of arrival, against the mean of
//! a group, so that groups and their numbers last. A pass in small steps merges groups that turn out to ask the same. Pure: texts
//! and times come in, and what is kept is the store's.

mod example_messages;
mod groups;
mod proposal;
mod vector;
mod weight;

pub use example_messages::{diverse, typical_first};
pub use groups::{GROUPS_MAX, Groups, Merge, MergeWalk, Placed};
pub use proposal::{Proposal, UnansweredMessage, propose};
pub use vector::Vector;
pub use weight::{HALF_LIFE, LogSum, Weight, weight_at};

/// Returns `true` if so many of a group's messages are answered that its question is: four of five.
pub fn is_answered(answered: usize, all: usize) -> bool {
    answered * 5 >= all * 4
}

/// Returns `true` if so few of a group's messages are answered that nobody can say its question is: none, or one of more than five.
pub fn is_unanswered(answered: usize, all: usize) -> bool {
    answered * 5 < all
}

/// State of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for an admin.
    Open,
    /// Its questions are in the FAQ.
    Accepted,
    /// An admin put it out of scope; what is near it stays there too.
    OutOfScope,
    /// An admin does not want to see it again, nor what is near it.
    Ignored,
    /// It became a part of another group.
    Merged,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Accepted,
        Self::OutOfScope,
        Self::Ignored,
        Self::Merged,
    ];

    /// Returns the state in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::OutOfScope => "out_of_scope",
            Self::Ignored => "ignored",
            Self::Merged => "merged",
        }
    }

    /// Returns the state with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// `true` if later messages may come to a group in this state.
    pub fn attracts(self) -> bool {
        matches!(self, Self::Open | Self::OutOfScope | Self::Ignored)
    }

    /// `true` if what comes to a group in this state concerns nobody.
    pub fn is_quiet(self) -> bool {
        matches!(self, Self::OutOfScope | Self::Ignored)
    }
}

#[cfg(test)]
mod tests;
