//! Targets of tickets as the dashboard shows them: how long is left, in service time.

use crate::hours::Schedule;
use crate::ticket::{Status, Ticket, Warning};
use groupdesk_dashboard::Target;
use jiff::{SignedDuration, Timestamp};

/// Returns the targets of a ticket, each with how it stands.
pub(super) fn all(ticket: &Ticket, service: &Schedule, now: Timestamp) -> Vec<Target> {
    let due = |left: i64| service.add_business_time(now, SignedDuration::from_secs(left));
    let answer = ticket.targets.first_response.map(|span| {
        let answered = ticket.first_reply.or(ticket.ended);
        let used = service.business_time(ticket.opened, answered.unwrap_or(now));
        let warned = ticket.warned.contains(&Warning::FirstResponseMissed);
        target((false, span), (used, warned), (answered.is_some(), false), due)
    });
    let resolution = ticket.targets.resolution.map(|span| {
        let end = ticket.ended.unwrap_or(now);
        let whole = service.business_time(ticket.opened, end);
        // The time in which the member was waited for is not the staff's.
        let used = ticket.pauses.iter().fold(whole, |used, pause| {
            let to = pause.to.unwrap_or(end).min(end);
            used.saturating_sub(service.business_time(pause.from, to))
        });
        let warned = ticket.warned.contains(&Warning::ResolutionMissed);
        let stands_still = ticket.status == Status::Waiting;
        target(
            (true, span),
            (used, warned),
            (ticket.ended.is_some(), stands_still),
            due,
        )
    });
    answer.into_iter().chain(resolution).collect()
}

fn target(
    (of_resolution, span): (bool, SignedDuration),
    (used, warned): (SignedDuration, bool),
    (is_over, stands_still): (bool, bool),
    due: impl Fn(i64) -> Option<Timestamp>,
) -> Target {
    let left = span.saturating_sub(used).as_secs();
    Target {
        of_resolution,
        seconds: span.as_secs(),
        left: (!is_over).then_some(left),
        due: (!is_over && left > 0 && !stands_still)
            .then(|| due(left))
            .flatten(),
        missed: warned || left < 0,
        met: is_over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq;
    use crate::ticket::{Pause, Targets};
    use groupdesk_contract::Place;
    use serde_json::json;

    const FAQ: &str = "hours:\n  office: { notation: 5x8, time_zone: Asia/Shanghai, weekly: { mon-fri: \"09:00-17:00\" } }\n\
                       service: office\nentries:\n- { id: a, questions: [几点上班], answer: x }\n";

    fn at(text: &str) -> Timestamp {
        format!("2026-{text}:00+08:00").replace(' ', "T").parse().unwrap()
    }

    /// A ticket of a Friday afternoon.
    fn ticket() -> Ticket {
        let opened = at("11-27 16:00");
        let mut ticket: Ticket = serde_json::from_value(json!({
            "number": 1, "place": Place::new("qq", "group:1"), "kind": "group", "language": "zh", "member": "a",
            "member_name": "a", "message": "m", "subject": "s", "transcript": "s", "reason": "r", "opened": opened,
            "rooms": [], "status": "open", "owner": null, "watchers": [], "member_spoke": opened, "staff_acted": null,
            "first_reply": null, "ended": null, "in_digest": false,
        }))
        .unwrap();
        ticket.targets = Targets {
            first_response: Some(SignedDuration::from_hours(2)),
            resolution: Some(SignedDuration::from_hours(8)),
        };
        ticket
    }

    fn shown(ticket: &Ticket, now: &str) -> Vec<(Option<i64>, Option<Timestamp>, bool)> {
        let faq = faq::load("faq.yaml", FAQ).unwrap().faq;
        let all = all(ticket, faq.service(), at(now));
        all.iter()
            .map(|target| (target.left.map(|left| left / 60), target.due, target.missed))
            .collect()
    }

    #[test]
    fn what_is_left_is_service_time_without_waiting_for_the_member() {
        let mut ticket = ticket();
        // Of the first hour nothing is left at 17:00, and the weekend counts nowhere.
        let monday = [
            (Some(60), Some(at("11-30 10:00")), false),
            (Some(420), Some(at("11-30 16:00")), false),
        ];
        assert_eq!(shown(&ticket, "11-28 12:00"), monday);
        assert_eq!(shown(&ticket, "11-30 10:30")[0], (Some(-30), None, true));
        // While the member is waited for, the second stands still; the first is met, too late.
        ticket.first_reply = Some(at("11-30 10:30"));
        ticket.status = Status::Waiting;
        ticket.pauses = vec![Pause {
            from: at("11-30 10:30"),
            to: None,
        }];
        assert_eq!(
            shown(&ticket, "11-30 15:00"),
            [(None, None, true), (Some(330), None, false)]
        );
        ticket.ended = Some(at("11-30 15:00"));
        ticket.status = Status::Resolved;
        assert_eq!(shown(&ticket, "12-01 15:00")[1], (None, None, false));
    }
}
