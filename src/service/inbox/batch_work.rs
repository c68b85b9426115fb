//! Work of a batch, and its split into parts when not all of it can be done.

use super::event_place::place_of_event;
use crate::desk::{DraftResult, Outgoing};
use crate::service::clock_steps::ClockReading;
use crate::service::outbox::DeliveryEvent;
use crate::service::traces::{self, Trace};
use crate::store::{DeduplicationKey, Quarantined};
use groupdesk_contract::{Event, Incoming, MemberId, Message, MessageId, Place};
use jiff::Timestamp;
use std::collections::{HashSet, VecDeque};
use std::ops::Deref;

/// An event that arrived.
#[derive(Debug)]
pub(super) struct Arrived {
    incoming: Incoming,
    /// Deduplication key; `None` for events that are idempotent. It uses the platform's time: the one that the message is
    /// decided by is corrected where clocks differ, and not always by the same.
    pub(super) key: Option<DeduplicationKey>,
    /// Trace by which it is seen from outside.
    pub(super) trace: Trace,
}

impl Arrived {
    /// Takes an event as its platform sent it, with the message's own time.
    pub(super) fn new(incoming: Incoming) -> Self {
        let key = deduplication_key(&incoming);
        let trace = Trace::begin(&incoming);
        Self { incoming, key, trace }
    }

    /// Takes a message that was sent at another time than its platform's clock says.
    pub(super) fn said_at(incoming: Incoming, at: Timestamp) -> Self {
        let mut arrived = Self::new(incoming);
        if let Event::Message(message) = &mut arrived.incoming.event {
            message.at = at;
        }
        arrived
    }

    /// Returns the event, to correct its time.
    pub(super) fn incoming_mut(&mut self) -> &mut Incoming {
        &mut self.incoming
    }

    /// Returns the message that it is, with its key.
    pub(super) fn message(&self) -> Option<(&DeduplicationKey, &Message)> {
        match &self.incoming.event {
            Event::Message(message) => Some((self.key.as_ref()?, message)),
            _ => None,
        }
    }
}

impl Deref for Arrived {
    type Target = Incoming;

    fn deref(&self) -> &Incoming {
        &self.incoming
    }
}

/// Work of one batch.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Reading of the clocks when it was taken up: the batch is decided by that.
    pub(super) taken: Option<ClockReading>,
    /// Delivery reports on replies of tickets.
    pub(super) delivered: Vec<DeliveryEvent>,
    /// Tickets with a due timer.
    pub(super) tickets: Vec<u64>,
    /// Channels with a due timer.
    pub(super) due: Vec<Place>,
    /// Messages, edits and recalls, in the order in which they came.
    pub(super) events: Vec<Arrived>,
    /// Drafts that have come, or failed.
    pub(super) drafted: Vec<DraftResult>,
    /// Notices that no event asked for.
    pub(super) notices: Vec<Outgoing>,
}

impl Work {
    /// Counts the things to do.
    pub(super) fn len(&self) -> usize {
        let due = self.tickets.len() + self.due.len() + self.drafted.len();
        self.delivered.len() + due + self.events.len() + self.notices.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Splits it before each event that edits or recalls a message of the same work: that is decided when the effects of
    /// the message are committed and on their way.
    pub(super) fn parts(mut self) -> VecDeque<Self> {
        let mut parts = VecDeque::new();
        while let Some(at) = self.first_amendment() {
            let rest = Self {
                taken: self.taken,
                events: self.events.split_off(at),
                notices: std::mem::take(&mut self.notices),
                ..Self::default()
            };
            parts.push_back(std::mem::replace(&mut self, rest));
        }
        parts.push_back(self);
        parts
    }

    /// Returns the message that its first event edits or recalls.
    pub(super) fn amended_first(&self) -> Option<(Place, MessageId)> {
        let arrived = self.events.first()?;
        let message = match &arrived.event {
            Event::Edit(edit) => edit.message.id.clone(),
            Event::Recall(recall) => recall.message.clone(),
            _ => return None,
        };
        Some((place_of_event(arrived)?, message))
    }

    /// Returns the position of the first event that edits or recalls a message which was sent or edited before in the
    /// same work.
    fn first_amendment(&self) -> Option<usize> {
        let amends = |event: &Event| matches!(event, Event::Recall(_) | Event::Edit(_));
        if !self.events.iter().any(|arrived| amends(&arrived.event)) {
            return None;
        }
        let mut said = HashSet::new();
        self.events.iter().position(|arrived| {
            let (channel, message) = match &arrived.event {
                Event::Message(message) => (&message.channel.id, &message.id),
                Event::Edit(edit) => (&edit.message.channel.id, &edit.message.id),
                Event::Recall(recall) => (&recall.channel, &recall.message),
                _ => return false,
            };
            !said.insert((&arrived.account, channel, message)) && amends(&arrived.event)
        })
    }

    /// Cuts off the second half; there is none of less than two things.
    pub(super) fn split(&mut self) -> Option<Self> {
        if self.len() < 2 {
            return None;
        }
        let mut kept = self.len() / 2;
        let mut rest = Self {
            taken: self.taken,
            ..Self::default()
        };
        cut(&mut self.delivered, &mut rest.delivered, &mut kept);
        cut(&mut self.tickets, &mut rest.tickets, &mut kept);
        cut(&mut self.due, &mut rest.due, &mut kept);
        cut(&mut self.drafted, &mut rest.drafted, &mut kept);
        cut(&mut self.events, &mut rest.events, &mut kept);
        cut(&mut self.notices, &mut rest.notices, &mut kept);
        Some(rest)
    }

    /// Tells the platforms that the events are committed.
    pub(super) fn acknowledge(self) {
        for event in self.events {
            if let Some(committed) = event.incoming.committed {
                // An adapter that stopped waiting will bring the event again, and it will be known.
                let _ = committed.send(());
            }
        }
    }

    /// Returns the trace of the message that a reply answers; none where nobody watches.
    pub(super) fn trace_of(&self, answered: Option<&MessageId>) -> Trace {
        let Some(answered) = answered.filter(|_| traces::are_watched()) else {
            return Trace::default();
        };
        let mut traces = self.events.iter().filter_map(|arrived| {
            let (_, message) = arrived.message()?;
            (message.id == *answered).then(|| arrived.trace.clone())
        });
        traces.next().unwrap_or_default()
    }

    /// Returns the channels that it is about.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.events
            .iter()
            .filter_map(|arrived| place_of_event(arrived))
            .chain(self.due.iter().cloned())
            .chain(self.delivered.iter().filter_map(unsaid_in))
    }

    /// Returns the keys of its events.
    pub(super) fn keys(&self) -> Vec<DeduplicationKey> {
        self.events.iter().filter_map(|event| event.key.clone()).collect()
    }
}

/// Returns the deduplication key of an event, where a repetition matters.
fn deduplication_key(incoming: &Incoming) -> Option<DeduplicationKey> {
    match &incoming.event {
        Event::Message(message) => {
            let place = Place::new(incoming.account.clone(), message.channel.id.clone());
            Some(DeduplicationKey::of(place, message))
        }
        Event::Undelivered(event) => Some(DeduplicationKey::of_id(
            Place::new(incoming.account.clone(), event.channel.clone()),
            MessageId::new(format!("undelivered:{}", event.message)),
        )),
        Event::Recall(_) | Event::Edit(_) | Event::State(_) | Event::Alert(_) => None,
    }
}

/// Returns the channel in which an answer was not delivered after all, so that nobody is pointed to it.
pub(super) fn unsaid_in(delivered: &DeliveryEvent) -> Option<Place> {
    let report = &delivered.report;
    (report.about.is_none() && report.answers.is_some()).then(|| report.place.clone())
}

fn cut<T>(from: &mut Vec<T>, to: &mut Vec<T>, kept: &mut usize) {
    let here = from.len().min(*kept);
    *to = from.split_off(here);
    *kept -= here;
}

/// Returns an event as people find it in quarantine.
pub(super) fn quarantined(incoming: &Incoming, reason: String, now: Timestamp) -> Quarantined {
    let nobody = || MemberId::new("");
    let none = || MessageId::new("");
    let (kind, member, message, payload) = match &incoming.event {
        Event::Message(message) => (
            "message",
            message.sender.id.clone(),
            message.id.clone(),
            serde_json::to_string(message).unwrap_or_else(|_| format!("{message:?}")),
        ),
        Event::Recall(recall) => (
            "recall",
            recall.by.clone().unwrap_or_else(nobody),
            recall.message.clone(),
            format!("{recall:?}"),
        ),
        Event::Edit(edit) => (
            "edit",
            edit.message.sender.id.clone(),
            edit.message.id.clone(),
            format!("{edit:?}"),
        ),
        Event::Undelivered(event) => (
            "undelivered",
            nobody(),
            event.message.clone(),
            format!("{event:?}"),
        ),
        other => ("event", nobody(), none(), format!("{other:?}")),
    };
    Quarantined {
        at: now,
        place: place_of_event(incoming).unwrap_or_else(|| Place::new(incoming.account.clone(), "")),
        member,
        message,
        kind: kind.to_owned(),
        reason,
        payload,
    }
}
