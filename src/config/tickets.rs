//! Settings of tickets, as they are written: each key once. The values that count in the end are the desk's [`TicketPolicy`], and so are
//! the defaults.

use super::duration::Span;
use super::ids::{PlaceText, places};
use super::layered_settings::layered;
use crate::desk::{TicketPolicy, UnderNotice};
use crate::ticket::{Roster, TicketLimits};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

layered! {
    /// Rules for the life of tickets.
    TicketsFile over TicketPolicy {
        /// Time in which a member who asks the same with the same text joins the ticket of the first.
        join_within: Span,
        /// Time after the last message of a ticket in which its member's messages in the group belong to it without calling
        /// the bot.
        follow: Span,
        /// Time after its resolution in which a ticket is reopened when its member writes again.
        reopen_within: Span,
        /// Service time after which a ticket that nobody claimed goes to the next tier; 0s: never.
        escalate_after: Span,
        /// Service time after which a ticket that staff answered is resolved because its member has written nothing: both
        /// sides are told, and a message of the member reopens it. 0s: never. 24h are about three days of an office.
        auto_resolve_after: Span,
        /// Time over which staff get a member's messages in a ticket together, once in this time, where they follow each
        /// other faster than staff can read (more than three within it); 0s: never.
        gather: Span,
        /// Words under a quoted notice of a ticket, without `reply:` or `note:` in front: `ask`: staff are asked, once a ticket, whether
        /// they are for the member. `member`: they are. `colleagues`: they are a note.
        under_notice: UnderNotice,
    }
    besides {
        /// Texts that staff send by name, such as `!hello` for the one called `hello`.
        snippets: BTreeMap<String, String>,
        /// Days after which a closed ticket is deleted with its history, from when it was opened. Default: kept.
        retention_days: Option<u32>,
        /// Rooms of the next tier, as `account/channel`. Default: the rooms that were told of the ticket.
        escalate_to: Vec<PlaceText>,
        /// New tickets an hour that staff are told of one by one; more are told together, once a minute, and stand in the
        /// digest. Urgent ones are counted by themselves.
        limits: TicketLimitsFile,
    }
}

layered! {
    /// New tickets an hour that staff are told of one by one.
    TicketLimitsFile over TicketLimits {
        /// Of one member.
        member: u32,
        /// Of one channel.
        channel: u32,
        /// In one staff room.
        room: u32,
    }
}

impl TicketsFile {
    /// Returns the settings that the desk uses, with `roster` and, if `drafts`, a model that drafts answers for staff.
    pub(super) fn policy(&self, roster: Roster, drafts: bool) -> TicketPolicy {
        let policy = self.keys_over(TicketPolicy::default());
        TicketPolicy {
            snippets: self.snippets.clone(),
            retention: self
                .retention_days
                .map(|days| SignedDuration::from_hours(24 * i64::from(days))),
            escalate_to: places(&self.escalate_to),
            limits: self.limits.keys_over(policy.limits),
            roster,
            drafts,
            ..policy
        }
    }
}
