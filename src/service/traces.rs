//! Traces: what happens to an event from its arrival until its reply is delivered, as spans of `tracing`. Nothing listens
//! to them but the exporter of a build with the feature `otlp`; without one they cost nothing.

use groupdesk_contract::{ChannelKind, Delivery, Event, Incoming};
use tracing::Span;
use tracing::field::Empty;

/// Target of all spans, by which the log leaves them out and the exporter takes them.
pub(crate) const TARGET: &str = "groupdesk_trace";

/// The trace of one event, which ends when the last part of the program that holds it is done.
#[derive(Debug, Clone)]
pub struct Trace(Span);

impl Default for Trace {
    fn default() -> Self {
        Self(Span::none())
    }
}

/// Two replies are the same whoever watches them.
impl PartialEq for Trace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Trace {}

/// `true` if anybody looks at traces.
pub(super) fn are_watched() -> bool {
    tracing::enabled!(target: TARGET, tracing::Level::INFO)
}

impl Trace {
    /// Begins the trace of an event. It names the account and the kind of the channel, and nobody's id or words.
    pub(super) fn begin(incoming: &Incoming) -> Self {
        let (event, kind) = match &incoming.event {
            Event::Message(message) => ("message", Some(message.channel.kind)),
            Event::Edit(edit) => ("edit", Some(edit.message.channel.kind)),
            Event::Recall(_) => ("recall", None),
            Event::Undelivered(_) => ("undelivered", None),
            Event::State(_) | Event::Alert(_) => return Self::default(),
        };
        let channel = kind.map(|kind| match kind {
            ChannelKind::Group => "group",
            ChannelKind::Direct => "direct",
        });
        Self(tracing::info_span!(
            target: TARGET,
            "event",
            otel.name = event,
            otel.kind = "consumer",
            account = %incoming.account,
            channel,
            decision = Empty,
            rule = Empty,
        ))
    }

    /// Records the decision on the event.
    pub(super) fn decided(&self, decision: &str, rule: &str) {
        self.0.record("decision", decision);
        self.0.record("rule", rule);
    }

    /// Returns the span in which the event is decided.
    pub(super) fn decide(&self) -> Span {
        self.part(|event| tracing::info_span!(target: TARGET, parent: event, "decide"))
    }

    /// Returns the span in which the event's batch is committed.
    pub(super) fn commit(&self, messages: usize) -> Span {
        self.part(|event| tracing::info_span!(target: TARGET, parent: event, "commit", messages))
    }

    /// Returns the span of one attempt to send a reply to the event.
    pub(super) fn send(&self) -> Span {
        self.part(|event| {
            tracing::info_span!(target: TARGET, parent: event, "send", otel.kind = "client", outcome = Empty)
        })
    }

    /// Makes a span within that of the event; of nothing that is watched there is no part either.
    fn part(&self, make: impl FnOnce(&Span) -> Span) -> Span {
        if self.0.is_disabled() {
            Span::none()
        } else {
            make(&self.0)
        }
    }
}

/// Records the outcome of an attempt to send in its span.
pub(super) fn attempted(span: &Span, delivery: &Delivery) {
    span.record(
        "outcome",
        match delivery {
            Delivery::Sent { .. } => "sent",
            Delivery::Refused { .. } => "refused",
            Delivery::Later { .. } => "later",
            Delivery::Unknown { .. } => "unknown",
        },
    );
}
