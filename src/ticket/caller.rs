//! A member whose call staff are told of where no ticket stands for it.

use groupdesk_contract::{MemberId, Place};
use serde::{Deserialize, Serialize};

/// Member whom a notice without a ticket is about. Nothing else tells of the call: the notice is tried until its room has it, and goes
/// with the member who is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Channel of the call.
    pub place: Place,
    /// Member who called.
    pub member: MemberId,
    /// `true` for a notice to another room than the one which did not take it: that one is still tried.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub instead: bool,
}
