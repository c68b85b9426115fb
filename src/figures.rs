//! Figures of a desk over a span of time, by definitions that are printed with them. Pure: they are computed from the rows of
//! the store, and each can list what it counts.

mod conversations;
mod csv_table;
mod definitions;
mod groups;
mod interval;
mod labels;
mod measure;
mod tickets;

pub use csv_table::{as_csv, cell};
pub use definitions::Figure;
pub use groups::{By, groups};
pub use interval::{exact_interval, still_needed};
pub use labels::{LabelCounts, SURE_OF};
pub use measure::{Item, Measured, Times};

use crate::hours::Schedule;
use crate::store::{DecisionCount, KeptDecision, Outcome};
use crate::ticket::{HistoryLine, Ticket};
use groupdesk_contract::{AccountId, MemberId};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// Time within which nothing may follow on an answer that resolved its question.
const SETTLED: SignedDuration = SignedDuration::from_hours(24);

/// A ticket with all that was said and done in it.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketHistory {
    /// The ticket.
    pub ticket: Ticket,
    /// Lines, in order.
    pub lines: Vec<HistoryLine>,
}

/// Rows from which figures are computed.
#[derive(Debug)]
pub struct History<'a> {
    /// Decisions of the span, in any order.
    pub decisions: &'a [KeptDecision],
    /// Counted messages of the span.
    pub counts: &'a [DecisionCount],
    /// Tickets that were opened before the end of the span.
    pub tickets: &'a [TicketHistory],
    /// Ids of the entries of the file.
    pub entries: &'a [String],
    /// Service hours.
    pub service: &'a Schedule,
    /// Beginning of the span.
    pub since: Timestamp,
    /// End of the span.
    pub until: Timestamp,
    /// Tickets by their members, by time.
    opened: HashMap<(&'a AccountId, &'a MemberId), Vec<Timestamp>>,
    /// Answers by member and entry, by time.
    answers: HashMap<(&'a AccountId, &'a MemberId, &'a str), Vec<Timestamp>>,
}

/// Part of a history whose figures are computed: all of it, a day, a channel, ...
#[derive(Debug, Clone, Default)]
pub struct Selection<'a> {
    /// Decisions.
    pub decisions: Vec<&'a KeptDecision>,
    /// Counted messages.
    pub counts: Vec<&'a DecisionCount>,
    /// Tickets.
    pub tickets: Vec<&'a TicketHistory>,
}

impl<'a> History<'a> {
    /// Makes the history of a span.
    pub fn new(
        (decisions, counts): (&'a [KeptDecision], &'a [DecisionCount]),
        tickets: &'a [TicketHistory],
        entries: &'a [String],
        service: &'a Schedule,
        (since, until): (Timestamp, Timestamp),
    ) -> Self {
        let mut opened: HashMap<_, Vec<Timestamp>> = HashMap::new();
        for TicketHistory { ticket, .. } in tickets {
            let member = (&ticket.place.account, &ticket.member);
            opened.entry(member).or_default().push(ticket.opened);
        }
        let mut answers: HashMap<_, Vec<Timestamp>> = HashMap::new();
        for one in decisions.iter().filter(|one| is_answered(one)) {
            let row = &one.decision;
            if let Some(entry) = &row.entry {
                let member = (&row.place.account, &row.member, entry.as_str());
                answers.entry(member).or_default().push(row.at);
            }
        }
        opened.values_mut().for_each(|times| times.sort_unstable());
        answers.values_mut().for_each(|times| times.sort_unstable());
        Self {
            decisions,
            counts,
            tickets,
            entries,
            service,
            since,
            until,
            opened,
            answers,
        }
    }

    /// Selects all of it.
    pub fn all(&self) -> Selection<'a> {
        Selection {
            decisions: self.decisions.iter().collect(),
            counts: self.counts.iter().collect(),
            tickets: self.tickets.iter().collect(),
        }
    }

    /// `true` if the member of a decision got a ticket with it, or within a day after it.
    fn is_handed_over(&self, one: &KeptDecision) -> bool {
        let row = &one.decision;
        let opened = self.opened.get(&(&row.place.account, &row.member));
        row.ticket.is_some()
            || matches!(one.outcome, Some((Outcome::HandedOver, ..)))
            || opened.is_some_and(|times| follows(times, row.at, true))
    }

    /// `true` if nobody answered a question: neither an entry nor staff, in a ticket or in the channel.
    fn is_unanswered(&self, one: &KeptDecision) -> bool {
        let by_staff = matches!(one.outcome, Some((Outcome::AnsweredByStaff, ..)));
        !is_answered(one) && !by_staff && !self.is_handed_over(one)
    }

    /// `true` if the same member got the same answer again within a day.
    fn is_repeated(&self, one: &KeptDecision) -> bool {
        let row = &one.decision;
        let entry = row.entry.as_deref().unwrap_or_default();
        let times = self.answers.get(&(&row.place.account, &row.member, entry));
        times.is_some_and(|times| follows(times, row.at, false))
    }

    /// `true` if an answer resolved its question: within a day the member neither complained nor came back, nor had to be
    /// helped by staff.
    fn is_resolved(&self, one: &KeptDecision) -> bool {
        let helped = one
            .outcome
            .as_ref()
            .is_none_or(|(outcome, ..)| *outcome == Outcome::Helped);
        is_answered(one) && helped && !self.is_handed_over(one) && !self.is_repeated(one)
    }

    /// `true` if a time is within the span.
    fn holds(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until
    }
}

/// `true` if one of the times follows on `at` within a day.
fn follows(times: &[Timestamp], at: Timestamp, from_itself: bool) -> bool {
    let first = times.partition_point(|time| if from_itself { *time < at } else { *time <= at });
    times
        .get(first)
        .is_some_and(|time| time.duration_since(at) <= SETTLED)
}

/// `true` for a message that called the bot or reads as a question; of a burst, for the last one. What was decided in shadow
/// mode counts nowhere but among labels.
fn is_asked(one: &KeptDecision) -> bool {
    let row = &one.decision;
    (row.called || row.question) && one.joined.is_none() && !row.shadow
}

/// `true` for a question that got an entry's answer.
fn is_answered(one: &KeptDecision) -> bool {
    is_asked(one) && one.decision.entry.is_some()
}

#[cfg(test)]
mod tests;
