//! Result of a batch: what is committed together, and what follows from it.

use super::commit::DeferredWork;
use super::decision_records::{Circumstances, Recorder};
use crate::desk::{
    ChannelContext, ChannelState, Decided, Decision, DraftRequest, Effects, Knowledge, Outgoing,
};
use crate::service::outbox::{ReplyInFlight, Stage};
use crate::store::{Batch, DeliveryOutcome, NewReply};
use crate::ticket::OpenTickets;
use groupdesk_contract::{Event, MemberId, MessageId, Place, ReplyKey};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Result of a batch, before it is committed.
#[derive(Default)]
pub(super) struct BatchOutcome {
    pub(super) batch: Batch,
    pub(super) states: BTreeMap<Place, ChannelState>,
    /// Waiting replies that are no longer wanted.
    pub(super) dropped: Vec<ReplyKey>,
    /// Held replies that are wanted.
    pub(super) let_go: Vec<ReplyKey>,
    /// Recorder of the decisions that are kept.
    pub(super) recorder: Recorder,
    /// Questions to the models.
    pub(super) asked: DeferredWork,
    /// Drafts that are wanted.
    pub(super) wanted: Vec<DraftRequest>,
}

impl BatchOutcome {
    /// Drops held replies, or lets them go.
    pub(super) fn record_edited_replies(
        &mut self,
        on_way: Vec<ReplyInFlight>,
        withdrawn: bool,
        now: Timestamp,
    ) {
        for ReplyInFlight { key, stage, .. } in on_way {
            if !withdrawn {
                self.let_go.push(key);
                continue;
            }
            self.dropped.push(key);
            if stage == Stage::Held {
                let refused = DeliveryOutcome::Refused {
                    reason: "taken back before it was sent".to_owned(),
                    at: now,
                };
                self.batch.settled.push((key, refused));
            }
        }
    }

    /// Keeps that messages which waited before a turn wait no longer, and are not decided by it.
    pub(super) fn drop_waiting(
        &mut self,
        waited: Vec<MessageId>,
        state: &ChannelState,
        effects: &Effects,
        place: &Place,
        now: Timestamp,
    ) {
        let decided = |message: &MessageId| {
            effects
                .record
                .considered
                .as_ref()
                .is_some_and(|of| of.message == *message || of.earlier.contains(message))
        };
        let dropped = waited.into_iter();
        let dropped = dropped.filter(|message| state.waiting().all(|waits| waits != message));
        let dropped = dropped.filter(|message| !decided(message));
        self.recorder.drop_waiting(place, dropped, &effects.decided, now);
    }

    /// Keeps a decision on a message of a member, or counts it.
    pub(super) fn record(
        &mut self,
        effects: &Effects,
        (place, member): (&Place, &MemberId),
        (channel_context, knowledge): (&ChannelContext<'_>, &Knowledge),
        event: Option<&Event>,
    ) {
        match &effects.record.considered {
            // The operator wants none of them.
            Some(_) if channel_context.policy.decisions.retention.is_zero() => {}
            Some(considered) => {
                let of = Circumstances {
                    place,
                    member,
                    policy: channel_context.policy,
                    shadow: effects.record.shadow,
                    faq_version: &knowledge.version,
                };
                let edited = matches!(event, Some(Event::Edit(_)));
                self.recorder.add(&of, &effects.decided, considered, edited);
            }
            None if matches!(event, Some(Event::Message(_))) => {
                self.recorder
                    .count(place, &effects.decided, effects.record.shadow);
            }
            None => {}
        }
    }

    /// Adds what follows from the words of a member, in their channel.
    pub(super) fn add(
        &mut self,
        open_tickets: &mut OpenTickets,
        effects: Effects,
        now: Timestamp,
        (place, member): (&Place, Option<&MemberId>),
    ) {
        log(&effects.decided, place, effects.record.shadow);
        let inquiry = effects.inquiry.map(|inquiry| (place.clone(), inquiry));
        self.asked.inquiries.extend(inquiry);
        self.wanted.extend(effects.wanted);
        for step in effects.steps {
            step.apply(open_tickets, now);
        }
        let rows = effects.outgoing.into_iter().map(|outgoing| {
            let to = member.filter(|_| outgoing.place == *place).cloned();
            NewReply {
                to,
                ..row(outgoing, now)
            }
        });
        self.batch.outbox.extend(rows);
    }
}

fn log(decided: &Decided, place: &Place, shadow: bool) {
    let decision = decided.decision.kind().name();
    if decided.decision == Decision::StayQuiet {
        tracing::debug!(%place, decision, reason = %decided.reason.logged(), "decided");
        return;
    }
    let (entry, ticket) = (decided.decision.entry(), decided.decision.ticket());
    tracing::info!(%place, shadow, decision, entry, ticket, reason = %decided.reason.logged(), "decided");
}

pub(super) fn row(outgoing: Outgoing, now: Timestamp) -> NewReply {
    NewReply {
        answers: outgoing.reply.quote.clone(),
        place: outgoing.place,
        reply: outgoing.reply,
        not_before: now,
        decided: now,
        about: outgoing.about,
        caller: outgoing.caller,
        to: None,
    }
}
