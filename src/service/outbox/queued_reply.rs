//! A committed reply, as the outbox takes it.

use crate::desk::{DeliveryReport, DeliveryStatus, opens_ticket};
use crate::service::traces::Trace;
use crate::ticket::{Caller, TicketReference};
use groupdesk_contract::{MemberId, Place, Reply, ReplyKey};
use jiff::Timestamp;

/// A committed reply on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Key in the store.
    pub key: ReplyKey,
    /// Account and channel that it goes to.
    pub place: Place,
    /// Message to send.
    pub reply: Reply,
    /// Time of the decision.
    pub decided: Timestamp,
    /// Earliest time to send it.
    pub not_before: Timestamp,
    /// Ticket that it belongs to.
    pub about: Option<TicketReference>,
    /// Member whom it is about, where it belongs to no ticket.
    pub caller: Option<Caller>,
    /// Member whom it answers, where that is known.
    pub to: Option<MemberId>,
    /// Trace of the event that it answers.
    pub trace: Trace,
}

impl Queued {
    /// Returns the report of its outcome.
    pub(super) fn report(&self, outcome: DeliveryStatus) -> DeliveryReport {
        DeliveryReport {
            caller: self.caller.clone(),
            ..DeliveryReport::of(self.place.clone(), self.about.clone(), &self.reply, outcome)
        }
    }

    /// `true` if somebody relies on it: staff who answered, or the member of a ticket that nobody knows of before.
    pub(super) fn is_relied_on(&self) -> bool {
        let about = self.about.as_ref();
        self.is_kept() || about.is_some_and(|about| about.report.is_some() || opens_ticket(&self.reply))
    }
}
