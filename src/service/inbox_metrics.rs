//! Metrics of the inbox: events, decisions, commits, tickets. Kept in memory as it happens, so that a scrape
//! reads no table.

use super::metric_names;
use crate::decision_kind::DecisionKind;
use crate::hours::Schedule;
use crate::store::Batch;
use crate::ticket::{Status, Ticket, Warning};
use groupdesk_contract::{ChannelKind, Event, Incoming, Place};
use jiff::Timestamp;
use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::time::Duration;

/// Labels of a series.
pub(super) type MetricLabels = Vec<(&'static str, String)>;

/// Channel of all direct chats together: their ids are those of members.
const DIRECT: &str = "direct";

/// Groups that are counted each for itself at most; the rest of them are counted together.
const GROUPS_MAX: usize = 1000;

/// Rule of a message that is not decided yet.
const WAITING: &str = "waiting";

/// Channel of the groups beyond those.
const OTHERS: &str = "others";

/// Counters and times since the start.
pub(super) struct Meters {
    by_channel: bool,
    events: Family<MetricLabels, Counter>,
    decisions: Family<MetricLabels, Counter>,
    decision_seconds: Histogram,
    commit_seconds: Histogram,
    commit_messages: Histogram,
    first_response: Histogram,
    /// Groups whose names may be shown.
    groups: Mutex<HashSet<Place>>,
    tickets: Mutex<BTreeMap<u64, TicketFacts>>,
}

/// Facts of a ticket that is not closed.
#[derive(Debug, Clone, Copy)]
struct TicketFacts {
    status: Status,
    /// Time since which nobody has it, where nobody has.
    unclaimed: Option<Timestamp>,
    answered: bool,
    first_response_missed: bool,
    resolution_missed: bool,
}

/// Numbers of tickets that are not closed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tickets {
    pub(super) by_status: BTreeMap<&'static str, u64>,
    pub(super) first_response_missed: u64,
    pub(super) resolution_missed: u64,
    /// Time since which the one that has waited longest has had nobody.
    pub(super) unclaimed_since: Option<Timestamp>,
}

impl Default for Meters {
    fn default() -> Self {
        Self::new(false)
    }
}

impl Meters {
    pub(super) fn new(by_channel: bool) -> Self {
        Self {
            by_channel,
            events: Family::default(),
            decisions: Family::default(),
            decision_seconds: Histogram::new([
                0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.01, 0.05, 0.25, 1.0,
            ]),
            commit_seconds: Histogram::new([
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
            ]),
            commit_messages: Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]),
            first_response: Histogram::new([
                60.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 86_400.0,
            ]),
            groups: Mutex::default(),
            tickets: Mutex::default(),
        }
    }

    /// Registers what is counted as it happens.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            metric_names::EVENTS,
            "Events that came from the platforms",
            self.events.clone(),
        );
        registry.register(
            metric_names::DECISIONS,
            "Decisions on messages, by the rule that made them and by whether they were said (mode live) or kept back (shadow); committed ones alone",
            self.decisions.clone(),
        );
        registry.register(
            metric_names::DECISION_DURATION_SECONDS,
            "Time that it takes to decide on one event",
            self.decision_seconds.clone(),
        );
        registry.register(
            metric_names::COMMIT_DURATION_SECONDS,
            "Time that it takes to commit a batch, its retries included",
            self.commit_seconds.clone(),
        );
        registry.register(
            metric_names::COMMIT_BATCH_MESSAGES,
            "Messages of one commit",
            self.commit_messages.clone(),
        );
        registry.register(
            metric_names::TICKET_FIRST_RESPONSE_SECONDS,
            "Service time from the opening of a ticket to the first answer of staff",
            self.first_response.clone(),
        );
    }

    /// Counts an event.
    pub(super) fn event(&self, incoming: &Incoming) {
        let kind = match &incoming.event {
            Event::Message(_) => "message",
            Event::Recall(_) => "recall",
            Event::Edit(_) => "edit",
            Event::Undelivered(_) => "undelivered",
            Event::State(state) if state.is_connected() => "connected",
            Event::State(_) => "disconnected",
            Event::Alert(_) => "alert",
        };
        let mut labels = vec![
            ("account", incoming.account.to_string()),
            ("kind", kind.to_owned()),
        ];
        if self.by_channel {
            let channel = match &incoming.event {
                Event::Message(message) => Some((&message.channel.id, Some(message.channel.kind))),
                Event::Edit(edit) => Some((&edit.message.channel.id, Some(edit.message.channel.kind))),
                Event::Recall(recall) => Some((&recall.channel, None)),
                Event::Undelivered(undelivered) => Some((&undelivered.channel, None)),
                Event::State(_) | Event::Alert(_) => None,
            };
            if let Some((channel, kind)) = channel {
                let place = Place {
                    account: incoming.account.clone(),
                    channel: channel.clone(),
                };
                let mut groups = self.groups.lock();
                if kind == Some(ChannelKind::Group) && groups.len() < GROUPS_MAX {
                    groups.insert(place.clone());
                }
                let name = match kind {
                    Some(ChannelKind::Group) if !groups.contains(&place) => OTHERS.to_owned(),
                    _ => shown(&groups, &place),
                };
                labels.push(("channel", name));
            }
        }
        self.events.get_or_create(&labels).inc();
    }

    /// Notes the time of a decision.
    pub(super) fn decided(&self, took: Duration) {
        self.decision_seconds.observe(took.as_secs_f64());
    }

    /// Counts what a batch has brought about, when it is committed.
    pub(super) fn committed(&self, batch: &Batch, took: Duration, service: &Schedule) {
        if batch.is_empty() {
            return;
        }
        self.commit_seconds.observe(took.as_secs_f64());
        if !batch.inbox.is_empty() {
            self.commit_messages.observe(batch.inbox.len() as f64);
        }
        let decisions = &batch.decisions;
        // What waits is counted when it is decided, or when somebody else spoke first.
        let rows = decisions.rows.iter().filter(|row| row.rule != WAITING);
        let rows = rows.map(|row| {
            (
                &row.place,
                row.decision.as_str(),
                row.rule.as_str(),
                row.shadow,
                1,
            )
        });
        let quiet = DecisionKind::Quiet.stored();
        let dropped = decisions.dropped.iter();
        let dropped = dropped.map(|of| (&of.place, quiet, of.rule.as_str(), false, 1));
        let counted = decisions.counts.iter();
        let counted = counted.map(|of| (&of.place, quiet, of.rule.as_str(), of.shadow, of.messages));
        for (place, decision, rule, shadow, messages) in rows.chain(dropped).chain(counted) {
            let mode = if shadow { "shadow" } else { "live" };
            let mut labels = vec![
                ("account", place.account.to_string()),
                ("decision", decision.to_owned()),
                ("mode", mode.to_owned()),
                ("rule", rule.to_owned()),
            ];
            if self.by_channel {
                labels.push(("channel", shown(&self.groups.lock(), place)));
            }
            self.decisions.get_or_create(&labels).inc_by(messages.into());
        }
        if batch.tickets.is_empty() {
            return;
        }
        let mut tickets = self.tickets.lock();
        for ticket in &batch.tickets {
            let before = if ticket.status == Status::Closed {
                tickets.remove(&ticket.number)
            } else {
                tickets.insert(ticket.number, TicketFacts::of(ticket))
            };
            if let Some(at) = ticket.first_reply
                && before.is_some_and(|before| !before.answered)
            {
                let took = service.business_time(ticket.opened, at);
                self.first_response.observe(took.as_secs_f64());
            }
        }
    }

    /// Replaces all tickets by those that are not closed.
    pub(super) fn tickets_are(&self, tickets: &[Ticket]) {
        let tickets = tickets.iter();
        *self.tickets.lock() = tickets
            .map(|ticket| (ticket.number, TicketFacts::of(ticket)))
            .collect();
    }

    /// Counts the tickets.
    pub(super) fn tickets(&self) -> Tickets {
        let mut counted = Tickets::default();
        for status in [Status::Open, Status::Claimed, Status::Waiting, Status::Resolved] {
            counted.by_status.insert(status.name(), 0);
        }
        for standing in self.tickets.lock().values() {
            *counted.by_status.entry(standing.status.name()).or_default() += 1;
            counted.first_response_missed += u64::from(standing.first_response_missed);
            counted.resolution_missed += u64::from(standing.resolution_missed);
            let unclaimed = counted.unclaimed_since.into_iter().chain(standing.unclaimed);
            counted.unclaimed_since = unclaimed.min();
        }
        counted
    }
}

impl TicketFacts {
    fn of(ticket: &Ticket) -> Self {
        let missed = |warning| ticket.ended.is_none() && ticket.warned.contains(&warning);
        Self {
            status: ticket.status,
            unclaimed: (ticket.status == Status::Open).then(|| ticket.waits_since()),
            answered: ticket.first_reply.is_some(),
            first_response_missed: ticket.first_reply.is_none() && missed(Warning::FirstResponseMissed),
            resolution_missed: missed(Warning::ResolutionMissed),
        }
    }
}

/// Returns the name of a channel in a label.
fn shown(groups: &HashSet<Place>, place: &Place) -> String {
    if groups.contains(place) {
        place.channel.to_string()
    } else {
        DIRECT.to_owned()
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meters")
            .field("tickets", &self.tickets())
            .finish_non_exhaustive()
    }
}
