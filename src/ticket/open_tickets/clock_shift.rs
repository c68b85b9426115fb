//! Corrects the times of tickets when the machine's clock is set: all recorded times move with it, so that timers last as
//! long as they would have.

use super::OpenTickets;
use crate::ticket::Ticket;
use jiff::{SignedDuration, Timestamp};

impl Ticket {
    /// Moves every time in it by `by`.
    fn shift(&mut self, by: SignedDuration) {
        let shift = |at: &mut Timestamp| *at = at.saturating_add(by).unwrap_or(*at);
        shift(&mut self.opened);
        shift(&mut self.member_spoke);
        let at_some_time = [
            &mut self.staff_acted,
            &mut self.first_reply,
            &mut self.ended,
            &mut self.told_closed,
            &mut self.unclaimed_since,
            &mut self.held_since,
            &mut self.told_holder,
            self.gathering.since_mut(),
        ];
        at_some_time.into_iter().flatten().for_each(shift);
        for pause in &mut self.pauses {
            shift(&mut pause.from);
            pause.to.as_mut().map(shift);
        }
        if let Some(window) = &mut self.window {
            shift(&mut window.until);
        }
        for unreached in &mut self.unreached {
            unreached.again.as_mut().map(shift);
        }
        for watcher in &mut self.watchers {
            watcher.spoke.as_mut().map(shift);
        }
    }
}

impl OpenTickets {
    /// Moves all times because the clock was set by so much; ahead is positive.
    pub fn clock_was_set(&mut self, by: SignedDuration) {
        for (number, ticket) in &mut self.tickets {
            ticket.shift(by);
            self.changed.insert(*number);
        }
        self.rush.shift(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Collects every time in a ticket, with its path.
    fn times(value: &Value, path: &str, found: &mut Vec<(String, Timestamp)>) {
        match value {
            Value::String(text) => {
                found.extend(text.parse().ok().map(|at: Timestamp| (path.to_owned(), at)));
            }
            Value::Array(items) => items.iter().for_each(|item| times(item, path, found)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, field)| times(field, &format!("{path}/{name}"), found)),
            _ => {}
        }
    }

    #[test]
    fn every_time_of_a_ticket_moves_with_the_clock() {
        let at = "2026-11-24T02:00:00Z";
        let place = json!({"account": "qq", "channel": "group:1"});
        let ticket = json!({
            "number": 1, "place": place, "kind": "group", "language": "zh", "member": "m", "member_name": "M",
            "message": "1", "subject": "s", "transcript": "t", "reason": "r", "rooms": [place], "status": "waiting",
            "owner": null, "watchers": [{"member": "w", "name": "W", "spoke": at}], "in_digest": false,
            "opened": at, "member_spoke": at, "staff_acted": at, "first_reply": at, "ended": at, "told_closed": at,
            "unclaimed_since": at, "held_since": at, "told_holder": at,
            "pauses": [{"from": at, "to": at}], "window": {"until": at, "left": 1},
            "unreached": [{"room": place, "state": "refused", "again": at}], "gathering": {"since": at},
        });
        let ticket: Ticket = serde_json::from_value(ticket).unwrap();
        let mut before = Vec::new();
        times(&serde_json::to_value(&ticket).unwrap(), "", &mut before);
        assert_eq!(before.len(), 15, "a time is missing here: {before:?}");
        let mut open_tickets = OpenTickets::new(vec![ticket], 2, std::collections::BTreeMap::new());
        let back = SignedDuration::from_hours(-1);
        open_tickets.clock_was_set(back);
        let changed = open_tickets.take_change().tickets;
        let mut after = Vec::new();
        times(&serde_json::to_value(&changed[0]).unwrap(), "", &mut after);
        assert_eq!(before.len(), after.len());
        for ((path, before), (_, after)) in before.iter().zip(&after) {
            assert_eq!(after.duration_since(*before), back, "{path}");
        }
    }
}
