//! Texts about a ticket's life: to its member, and in the staff room.

use super::quoted;
use crate::texts::ComposedTexts;
use crate::ticket::{Status, Ticket};
use groupdesk_contract::{clean_line, clean_name};
use jiff::{SignedDuration, Timestamp};

/// Values of the state of a member's ticket.
#[derive(Debug)]
pub(in crate::desk) struct StatusValues<'a> {
    pub(in crate::desk) number: u64,
    pub(in crate::desk) subject: &'a str,
    pub(in crate::desk) status: Status,
    pub(in crate::desk) owner: Option<&'a str>,
    /// Number of older tickets that nobody has claimed.
    pub(in crate::desk) ahead: usize,
    /// Time at which somebody is on duty again, where nobody is.
    pub(in crate::desk) opens: Option<&'a str>,
    /// Time by which it should be answered.
    pub(in crate::desk) expected: Option<&'a str>,
}

impl ComposedTexts<'_> {
    /// Tells a ticket's members that it is resolved, by staff or because they did not answer, and how to go on.
    pub(in crate::desk) fn ticket_resolved(
        self,
        number: u64,
        by: Option<&str>,
        reopen_within: SignedDuration,
    ) -> String {
        let ended = match by {
            Some(by) => self.ticket_resolved_by(number, by),
            None => self.ticket_resolved_in_silence(number),
        };
        if !reopen_within.is_positive() {
            return ended;
        }
        ended + &self.reopen_within(&self.span(reopen_within))
    }

    /// A length of time, in whole minutes, hours or days.
    pub(in crate::desk) fn span(self, span: SignedDuration) -> String {
        let minutes = span.as_mins();
        match minutes {
            ..120 => self.minutes(minutes),
            120..4320 => self.hours(minutes / 60),
            _ => self.days(minutes / 1440),
        }
    }

    /// Points a member to the open contact points, in a channel without tickets.
    pub(in crate::desk) fn pointer(self, open_now: &str) -> String {
        if open_now.is_empty() {
            return self.no_contact_open();
        }
        self.contacts_open(open_now)
    }

    /// Tells a member the state of their ticket.
    pub(in crate::desk) fn ticket_status(self, ticket: &StatusValues<'_>) -> String {
        let StatusValues {
            number,
            subject,
            status,
            owner,
            ahead,
            opens,
            expected,
        } = *ticket;
        let owner = owner.unwrap_or_default();
        let state = match status {
            Status::Open => self.status_open(ahead),
            Status::Claimed => self.status_claimed(owner),
            Status::Waiting => self.status_waiting(owner),
            Status::Resolved | Status::Closed => self.status_resolved(),
        };
        let mut text = self.ticket_state(number, subject, &state);
        if let (Some(opens), true) = (opens, status.is_active()) {
            text.push_str(&self.nobody_there(Some(opens)));
        }
        if let (Some(expected), true) = (expected, status.is_active()) {
            text.push_str(&self.answer_expected(expected));
        }
        text
    }

    /// List of the tickets that wait.
    pub(in crate::desk) fn list(self, lines: &[String], more: usize) -> String {
        if lines.is_empty() {
            return self.no_open_tickets();
        }
        let mut text = lines.join("\n");
        if more > 0 {
            text.push_str(&self.list_more(more));
        }
        text
    }

    /// One ticket in a line.
    pub(in crate::desk) fn ticket_line(self, ticket: &Ticket, now: Timestamp) -> String {
        let minutes = now.duration_since(ticket.opened).as_mins();
        let age = match minutes {
            ..60 => self.age_minutes(minutes),
            60..2880 => self.age_hours(minutes / 60),
            _ => self.age_days(minutes / 1440),
        };
        let status = match ticket.status {
            Status::Open => self.label_open(),
            Status::Claimed => self.label_claimed(),
            Status::Waiting => self.label_waiting(),
            Status::Resolved => self.label_resolved(),
            Status::Closed => self.label_closed(),
        };
        let state = match &ticket.owner {
            Some(agent) => format!("{status} {}", clean_name(&agent.name)),
            None => status,
        };
        self.list_line(
            ticket.number,
            &state,
            &clean_name(&ticket.member_name),
            &ticket.named_place().to_string(),
            &age,
            &clean_line(&ticket.subject),
        )
    }

    /// Digest at opening: the tickets that wait.
    pub(in crate::desk) fn tell_digest(self, count: usize, lines: &[String]) -> String {
        self.digest(count, &lines.join("\n"))
    }

    /// Tells staff that what they wrote to the member of a ticket reached nobody, with their text.
    pub(in crate::desk) fn tell_said_to_nobody(self, said: &str) -> String {
        self.said_to_nobody(&quoted(said))
    }

    /// Gives a member the staff replies that the platform did not take before.
    pub(in crate::desk) fn tell_said_meanwhile(self, texts: &[String]) -> String {
        self.said_meanwhile(&texts.join("\n"))
    }

    /// Tells staff that the member edited a message.
    pub(in crate::desk) fn tell_member_edited(self, number: u64, who: &str, text: &str) -> String {
        self.member_edited(number, who, &quoted(text))
    }
}
