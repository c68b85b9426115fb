//! Reasons for a hand-over.

/// Reason for a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HandoffReason {
    /// The member asked for a human.
    Asked,
    /// No entry fits.
    Unknown,
    /// The member picked none of the choices.
    NoneMeant,
    /// The entry's `handoff` is `always`.
    Entry,
    /// The member says that the answer did not help.
    NotHelped,
    /// The member asked on after an answer, and no other fits.
    AskedOn,
    /// The answer of the ticket that the member shared did not help.
    NotSolvedThere,
    /// The message has a word that the admin calls urgent.
    Urgent,
    /// The member complains.
    Complaint,
}
