//! SLA targets of tickets: the times at which staff are warned that the first answer or the resolution is near or missed, and whom a
//! warning goes to.

use super::merged_warnings::{MergedWarnings, SlaTarget};
use crate::desk::Desk;
use crate::desk::effects::Outgoing;
use crate::desk::policy::TicketPolicy;
use crate::desk::staff_notice::Notice;
use crate::ticket::{OpenTickets, Ticket, Warning};
use groupdesk_contract::{NoteKind, Place};
use jiff::{SignedDuration, Timestamp};

/// Divisor of a target: staff are warned when 1/`SLA_WARNING_DIVISOR` of it is left.
const SLA_WARNING_DIVISOR: i32 = 5;

impl Desk<'_> {
    /// Returns the time at which a target of a ticket is near or missed; `None` where it has no such target.
    pub(in crate::desk) fn target(&self, ticket: &Ticket, warning: Warning) -> Option<Timestamp> {
        let service = self.knowledge.faq.service();
        let (whole, soon) = match warning {
            Warning::FirstResponseSoon => (ticket.targets.first_response?, true),
            Warning::FirstResponseMissed => (ticket.targets.first_response?, false),
            Warning::ResolutionSoon => (ticket.targets.resolution?, true),
            Warning::ResolutionMissed => (ticket.targets.resolution?, false),
        };
        let time = if soon {
            whole - whole / SLA_WARNING_DIVISOR
        } else {
            whole
        };
        let time = match warning {
            Warning::FirstResponseSoon | Warning::FirstResponseMissed => time,
            // The time in which the member was waited for is not the staff's.
            Warning::ResolutionSoon | Warning::ResolutionMissed => ticket
                .pauses
                .iter()
                .filter_map(|pause| Some(service.business_time(pause.from, pause.to?)))
                .fold(time, SignedDuration::saturating_add),
        };
        service.add_business_time(ticket.opened, time)
    }

    /// Returns the warnings of a ticket that staff did not get, each with its time.
    pub(super) fn sla_warnings(&self, ticket: &Ticket) -> impl Iterator<Item = (Timestamp, Warning)> {
        let first = [Warning::FirstResponseMissed, Warning::FirstResponseSoon];
        let first = first.into_iter().filter(move |_| ticket.first_reply.is_none());
        first
            .chain([Warning::ResolutionMissed, Warning::ResolutionSoon])
            .filter(move |warning| {
                !ticket.warned.contains(warning) && !ticket.warned.contains(&missed_stage(*warning))
            })
            .filter_map(move |warning| Some((self.target(ticket, warning)?, warning)))
    }

    /// Warns staff that a ticket's target is near or missed.
    pub(super) fn warn_of_target(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        (number, warning): (u64, Warning),
        now: Timestamp,
        warnings: &mut MergedWarnings,
    ) {
        let Some(ticket) = open_tickets.get(number) else {
            return;
        };
        let is_missed = warning == missed_stage(warning);
        // It is too late for a warning: the other one says it all.
        let is_late = !is_missed
            && self
                .target(ticket, missed_stage(warning))
                .is_some_and(|at| at <= now);
        if !is_late {
            let told = self.warned(open_tickets, policy, ticket, warning, now);
            warnings.add(number, goal(warning), told);
        }
        open_tickets.mark(number, |ticket| {
            ticket.warned.push(warning);
            if is_missed {
                ticket.add_rooms(&policy.escalate_to);
            }
        });
    }

    /// Warns of a target: the ticket's owner when it is near, the next tier too when it is missed.
    fn warned(
        &self,
        open_tickets: &OpenTickets,
        policy: &TicketPolicy,
        ticket: &Ticket,
        warning: Warning,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let line = self.in_language(language).ticket_line(ticket, now);
        let at = self.target(ticket, warning).unwrap_or(now);
        let text = self
            .in_language(language)
            .target(warning, &self.when(now, at, language), &line);
        match warning {
            Warning::FirstResponseSoon | Warning::ResolutionSoon => {
                let called = self.responsible(open_tickets, policy, ticket, now);
                Notice::new(ticket, NoteKind::Event, text)
                    .calling(self.in_language(language).on_duty(), called)
                    .for_rooms(&ticket.rooms)
            }
            Warning::FirstResponseMissed | Warning::ResolutionMissed => {
                let mut told = self.tell_next_tier(open_tickets, policy, ticket, text.clone(), now);
                let others: Vec<Place> = ticket
                    .rooms
                    .iter()
                    .filter(|room| told.iter().all(|outgoing| outgoing.place != **room))
                    .cloned()
                    .collect();
                told.extend(Notice::new(ticket, NoteKind::Event, text).for_rooms(&others));
                told
            }
        }
    }
}

/// Returns the "missed" warning of the same target: once staff had that, its other warning is no news.
fn missed_stage(warning: Warning) -> Warning {
    match warning {
        Warning::FirstResponseSoon | Warning::FirstResponseMissed => Warning::FirstResponseMissed,
        Warning::ResolutionSoon | Warning::ResolutionMissed => Warning::ResolutionMissed,
    }
}

/// Returns the goal of a warning's target.
fn goal(warning: Warning) -> SlaTarget {
    match warning {
        Warning::FirstResponseSoon | Warning::FirstResponseMissed => SlaTarget::FirstResponse,
        Warning::ResolutionSoon | Warning::ResolutionMissed => SlaTarget::Resolution,
    }
}
