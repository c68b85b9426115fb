//! Timers of tickets: escalation of one that nobody claims, a target or a reply window that is about to pass, the digest
//! at opening, the end of a resolved one. The targets are in [`sla`].

mod merged_warnings;
mod sla;
mod timer_actions;

use super::Desk;
use super::policy::TicketPolicy;
use crate::ticket::{Crowd, OpenTickets, Status, Ticket, Warning};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Interval at which the tickets of a rush are told together, in seconds.
const CROWD_INTERVAL_SECONDS: i64 = 60;

/// Longest time before a reply window closes at which staff are warned.
const REPLY_WINDOW_WARNING_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Timer that is due with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TicketTimer {
    /// Staff get the messages that its member sent faster than staff can read.
    Gathered,
    /// Staff are told of it with the others of a rush.
    Crowd,
    /// A room that refused its notice is told once more.
    TellAgain,
    /// Staff find it in the digest.
    Digest,
    /// The next tier is told that nobody claims it.
    Escalate,
    /// Staff are warned that a target is near or missed.
    Warn(Warning),
    /// Nobody said for whom words are that staff wrote.
    Held,
    /// The platform soon takes no reply any more.
    Window,
    /// The ticket is resolved, because its member did not answer.
    Resolve,
    /// The ticket is closed: it can't be reopened any more.
    Close,
}

/// Times at which something is due with tickets.
#[derive(Debug, Default)]
pub struct TicketTimers {
    at: HashMap<u64, Timestamp>,
    queue: BTreeSet<(Timestamp, u64)>,
}

impl TicketTimers {
    /// Makes the timers of all open tickets.
    pub fn new(desk: &Desk<'_>, open_tickets: &OpenTickets, policy: &TicketPolicy) -> Self {
        let mut timers = Self::default();
        for ticket in open_tickets.all() {
            timers.set(ticket.number, desk.due(ticket, policy).map(|(at, _)| at));
        }
        timers
    }

    /// Recomputes the timers of the tickets that changed since the last commit.
    pub fn update(&mut self, desk: &Desk<'_>, open_tickets: &OpenTickets, policy: &TicketPolicy) {
        for number in open_tickets.changed() {
            let due = open_tickets
                .get(number)
                .and_then(|ticket| desk.due(ticket, policy));
            self.set(number, due.map(|(at, _)| at));
        }
    }

    /// Returns the time of the next timer.
    pub fn next(&self) -> Option<Timestamp> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Takes out the tickets with which something is due at `now`, the longest due first.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<u64> {
        let mut due = Vec::new();
        while let Some(&(at, number)) = self.queue.first()
            && at <= now
        {
            self.set(number, None);
            due.push(number);
        }
        due
    }

    /// Ignores a ticket until it changes.
    pub fn leave_out(&mut self, number: u64) {
        self.set(number, None);
    }

    fn set(&mut self, number: u64, at: Option<Timestamp>) {
        if let Some(before) = self.at.remove(&number) {
            self.queue.remove(&(before, number));
        }
        if let Some(at) = at {
            self.at.insert(number, at);
            self.queue.insert((at, number));
        }
    }
}

impl Desk<'_> {
    /// Renders a ticket's targets and their times in lines for staff; empty where it has none.
    pub(super) fn timing(&self, ticket: &Ticket, now: Timestamp) -> String {
        let language = self.knowledge.faq.language();
        let service = self.knowledge.faq.service();
        let mut text = String::new();
        if let Some(replied) = ticket.first_reply {
            let minutes = service.business_time(ticket.opened, replied).as_mins();
            text.push_str(&self.in_language(language).first_reply_took(minutes));
        } else if let Some(at) = self.target(ticket, Warning::FirstResponseMissed) {
            text.push_str(
                &self
                    .in_language(language)
                    .answer_by(&self.when(now, at, language)),
            );
        }
        if ticket.status.is_active()
            && let Some(at) = self.target(ticket, Warning::ResolutionMissed)
        {
            text.push_str(
                &self
                    .in_language(language)
                    .resolve_by(&self.when(now, at, language)),
            );
        }
        if let Some(window) = &ticket.window {
            text.push_str(&self.window_line(window, now));
        }
        text
    }

    /// Returns the next timer of a ticket.
    fn due(&self, ticket: &Ticket, policy: &TicketPolicy) -> Option<(Timestamp, TicketTimer)> {
        let held = Self::held_until(ticket).map(|at| (at, TicketTimer::Held));
        let due = held.into_iter().chain(self.due_of_status(ticket, policy));
        due.min_by_key(|(at, _)| *at)
    }

    /// Returns the next timer that follows from how a ticket stands.
    fn due_of_status(&self, ticket: &Ticket, policy: &TicketPolicy) -> Option<(Timestamp, TicketTimer)> {
        let service = self.knowledge.faq.service();
        if let Some(at) = ticket.gathering.due(policy.gather) {
            return Some((at, TicketTimer::Gathered));
        }
        if ticket.status == Status::Resolved {
            let ended = ticket.ended.unwrap_or(ticket.opened);
            let at = ended
                .saturating_add(policy.reopen_within)
                .unwrap_or(Timestamp::MAX);
            return Some((at, TicketTimer::Close));
        }
        if ticket.status == Status::Waiting && policy.auto_resolve_after.is_positive() {
            let at = service.add_business_time(ticket.asked_back_at(), policy.auto_resolve_after)?;
            return Some((at, TicketTimer::Resolve));
        }
        let staffs_turn = matches!(ticket.status, Status::Open | Status::Claimed);
        if !staffs_turn {
            return None;
        }
        let digest = ticket.in_digest.then(|| {
            let spoke = ticket.member_spoke;
            // Who could not be told, or only of a number among many, finds it at the next opening.
            if service.is_open(spoke) && ticket.told_rooms().eq(&ticket.rooms) && ticket.crowd.is_none() {
                Some(spoke)
            } else {
                service.next_opening(spoke)
            }
        });
        let digest = digest.flatten().map(|at| (at, TicketTimer::Digest));
        let tiers = policy.roster.further_tiers().max(1);
        let escalate =
            (ticket.status == Status::Open && ticket.tier < tiers && policy.escalate_after.is_positive())
                .then(|| {
                    let steps = i32::try_from(ticket.tier.saturating_add(1)).unwrap_or(i32::MAX);
                    let after = policy.escalate_after.checked_mul(steps)?;
                    service.add_business_time(ticket.waits_since(), after)
                });
        let escalate = escalate.flatten().map(|at| {
            (
                if ticket.crowd.is_some() {
                    whole(at)
                } else {
                    next_minute(at)
                },
                TicketTimer::Escalate,
            )
        });
        let crowd = (ticket.crowd == Some(Crowd::Untold)).then(|| (whole(ticket.opened), TicketTimer::Crowd));
        let again = ticket.tell_again_at().map(|at| (at, TicketTimer::TellAgain));
        let window = ticket.window.filter(|window| !window.warned && window.left > 0);
        let window = window.and_then(|window| {
            let whole = window.until.duration_since(ticket.member_spoke);
            let before = (whole / 3).min(REPLY_WINDOW_WARNING_MAX);
            Some((window.until.checked_sub(before).ok()?, TicketTimer::Window))
        });
        // In a rush the targets are missed, which nobody needs to hear of each ticket.
        let warnings = self
            .sla_warnings(ticket)
            .filter(|_| ticket.crowd.is_none())
            .map(|(at, warning)| (next_minute(at), TicketTimer::Warn(warning)));
        digest
            .into_iter()
            .chain(crowd)
            .chain(again)
            .chain(escalate)
            .chain(window)
            .chain(warnings)
            .min_by_key(|(at, _)| *at)
    }
}

/// Rounds a time up to the end of its minute, so that the timers of many tickets fire together.
fn whole(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    let end = second - second.rem_euclid(CROWD_INTERVAL_SECONDS) + CROWD_INTERVAL_SECONDS;
    Timestamp::from_second(end).unwrap_or(at)
}

/// Rounds a time up to a whole minute, which one that is whole is already: alarms of tickets that were opened within a minute come together.
fn next_minute(at: Timestamp) -> Timestamp {
    let is_whole = at.as_second() % CROWD_INTERVAL_SECONDS == 0 && at.subsec_nanosecond() == 0;
    if is_whole { at } else { whole(at) }
}
