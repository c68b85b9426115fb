//! Members whose words stand in a notice that belongs to no ticket: one whose call staff are told of, or several.

use groupdesk_contract::{MemberId, Place};
use serde::{Deserialize, Serialize};

/// Member whom a notice without a ticket is about. Of a call nothing else tells: the notice is tried until its room has it. It goes
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
    /// `true` for an answer to staff that may hold words of any members, and tells of no call: it goes with whoever is forgotten.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub several: bool,
}

impl Caller {
    /// Marks an answer to a staff member in a room, or a notice there, as one that may hold words of any members.
    pub fn several(room: &Place, staff: MemberId) -> Self {
        Self {
            place: room.clone(),
            member: staff,
            instead: false,
            several: true,
        }
    }

    /// `true` if the notice is all that tells of a call.
    pub fn is_call(&self) -> bool {
        !self.instead && !self.several
    }
}
