//! Times of tickets, in service time.

use super::{History, TicketHistory};
use crate::ticket::{LineKind, events};
use jiff::{SignedDuration, Timestamp};

/// A wait for the first answer of a human.
pub(super) struct Wait {
    /// Time from which on a human was waited for.
    pub(super) since: Timestamp,
    /// Service time until the answer; `None` where there is none.
    pub(super) took: Option<SignedDuration>,
    /// `true` if it goes on.
    pub(super) goes_on: bool,
}

/// Returns the waits of a ticket: from its opening, and from every reopening.
pub(super) fn waits(history: &History<'_>, of: &TicketHistory) -> Vec<Wait> {
    let reopened = of
        .lines
        .iter()
        .filter(|line| is_event(line.kind, &line.text, events::REOPENED))
        .map(|line| line.at);
    let mut begins: Vec<Timestamp> = std::iter::once(of.ticket.opened).chain(reopened).collect();
    begins.dedup();
    let ends = begins.iter().skip(1).copied().map(Some).chain([None]);
    let wait = |(since, until): (&Timestamp, Option<Timestamp>)| {
        let within = |at: Timestamp| *since <= at && until.is_none_or(|until| at < until);
        let replies = of.lines.iter().filter(|line| line.kind == LineKind::Staff);
        let first = replies
            .map(|line| line.at)
            .find(|at| within(*at) && *at < history.until);
        Wait {
            since: *since,
            took: first.map(|at| history.service.business_time(*since, at)),
            goes_on: first.is_none() && until.is_none() && of.ticket.status.is_active(),
        }
    };
    begins.iter().zip(ends).map(wait).collect()
}

/// Returns the service time in which a ticket was resolved, without its pauses; until now where it is not resolved.
pub(super) fn resolution(history: &History<'_>, of: &TicketHistory) -> SignedDuration {
    let ticket = &of.ticket;
    let end = ticket.ended.unwrap_or(history.until);
    let paused = ticket.pauses.iter().map(|pause| {
        let to = pause.to.unwrap_or(end).min(end);
        if to <= pause.from {
            SignedDuration::ZERO
        } else {
            history.service.business_time(pause.from, to)
        }
    });
    let whole = history.service.business_time(ticket.opened, end);
    paused.fold(whole, SignedDuration::saturating_sub)
}

/// `true` if a line is an event whose text begins so.
pub(super) fn is_event(kind: LineKind, text: &str, begins: &str) -> bool {
    kind == LineKind::Event && text.starts_with(begins)
}
