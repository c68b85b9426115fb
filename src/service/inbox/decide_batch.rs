//! Decides a batch in memory, in the order in which it came.

use super::batch_outcome::{BatchOutcome, row};
use super::batch_work::{Arrived, Work, unsaid_in};
use super::embed_batch::channel_context;
use super::event_place::place_of_event;
use super::event_turn::{Deciding, EventTurn};
use super::inbox_state::InboxWorker;
use super::look_up::LookedUp;
use crate::desk::{Desk, JudgeState, Knowledge, TicketTimers, Vectors};
use crate::matcher::Tuning;
use crate::store::{DeduplicationKey, SeenMessages};
use groupdesk_contract::{Event, MessageId, Place};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

/// Everything from outside that the desk decides with.
pub(super) struct ExternalInputs<'a> {
    pub(super) knowledge: &'a Arc<Knowledge>,
    pub(super) meanings: &'a Vectors,
    pub(super) judging: Option<&'a JudgeState>,
    pub(super) tuning: Option<&'a Tuning>,
}

impl InboxWorker {
    /// Decides everything in `work`, and brings the timers of the tickets up to date.
    pub(super) fn decide(
        &mut self,
        inputs: &ExternalInputs<'_>,
        work: &Work,
        now: Timestamp,
        new: &HashSet<DeduplicationKey>,
        mut looked_up: LookedUp,
        outcome: &mut BatchOutcome,
    ) {
        let histories = std::mem::take(&mut looked_up.histories);
        let mut deciding = Deciding {
            desk: Desk::new(inputs.knowledge)
                .with_embeddings(inputs.meanings)
                .judged(inputs.judging)
                .tuned(inputs.tuning)
                .with_histories(&histories),
            knowledge: inputs.knowledge,
            routing: Arc::clone(&self.inbox.routing),
            now,
            new,
            decided: SeenMessages::default(),
            looked_up,
        };
        self.decide_reports(&deciding, work, outcome);
        for place in &work.due {
            self.decide_waiting(&deciding, place, outcome);
        }
        for incoming in &work.events {
            self.decide_event(&mut deciding, incoming, outcome);
        }
        self.brief_drafts(&deciding, outcome);
        for outgoing in &work.notices {
            outcome.batch.outbox.push(row(outgoing.clone(), now));
        }
        outcome.batch.decisions = outcome.recorder.take(now);
        self.update_timers(&deciding);
    }

    /// Decides what follows from deliveries, due timers of tickets, and drafts that came.
    fn decide_reports(&mut self, deciding: &Deciding<'_>, work: &Work, outcome: &mut BatchOutcome) {
        let (desk, routing, now) = (&deciding.desk, &deciding.routing, deciding.now);
        let mut notices = Vec::new();
        for delivered in &work.delivered {
            if let Some(place) = unsaid_in(delivered)
                && let Some(state) = outcome.states.remove(&place)
            {
                outcome
                    .states
                    .insert(place, desk.forget_undelivered_answer(state, &delivered.report));
            }
            notices.extend(desk.delivered(&mut self.open_tickets, routing.tickets(), &delivered.report, now));
            if let Some(caller) = &delivered.report.caller {
                let channel = routing.written(&caller.place);
                notices.extend(desk.call_not_told(routing.tickets(), &channel.tell, &delivered.report));
            }
            outcome.batch.settled.extend(delivered.settled.clone());
        }
        notices.extend(desk.tickets_due(&mut self.open_tickets, routing.tickets(), &work.tickets, now));
        for drafted in &work.drafted {
            notices.extend(desk.show_draft(&mut self.open_tickets, drafted.clone(), now));
        }
        let rows = notices.into_iter().map(|notice| row(notice, now));
        outcome.batch.outbox.extend(rows);
    }

    /// Decides about the members of a channel whose wait is over.
    fn decide_waiting(&mut self, deciding: &Deciding<'_>, place: &Place, outcome: &mut BatchOutcome) {
        let now = deciding.now;
        let Some(mut state) = outcome.states.remove(place) else {
            return;
        };
        let entry = deciding.routing.channel(place);
        for member in state.due(now, &entry.policy) {
            let channel_context = channel_context(place, &self.open_tickets, &deciding.routing, &entry);
            let effects = deciding.desk.wake(&channel_context, now, &mut state, &member);
            outcome.recorder.learn(place, &effects.record.learned, now);
            let known = (&channel_context, &**deciding.knowledge);
            outcome.record(&effects, (place, &member), known, None);
            outcome.add(&mut self.open_tickets, effects, now, (place, Some(&member)));
        }
        outcome.states.insert(place.clone(), state);
    }

    /// Decides an event, and keeps the decision.
    fn decide_event(&mut self, deciding: &mut Deciding<'_>, incoming: &Arrived, outcome: &mut BatchOutcome) {
        let Some(place) = place_of_event(incoming) else {
            return;
        };
        let Some(state) = outcome.states.remove(&place) else {
            return;
        };
        let waited: Vec<MessageId> = state.waiting().cloned().collect();
        let begun = Instant::now();
        let traced = incoming.trace.decide().entered();
        let (effects, state) = match self.turn(deciding, incoming, &place, state, outcome) {
            EventTurn::Decided(effects, state) => (*effects, state),
            EventTurn::PassedOver(state) => {
                outcome.states.insert(place, state);
                return;
            }
        };
        drop(traced);
        self.inbox.intake.meters.decided(begun.elapsed());
        incoming.trace.decided(
            effects.decided.decision.kind().stored(),
            effects.decided.reason.rule(),
        );
        let now = deciding.now;
        outcome.drop_waiting(waited, &state, &effects, &place, now);
        outcome.states.insert(place.clone(), state);
        let author = match &incoming.event {
            Event::Message(message) => Some(&message.sender.id),
            Event::Edit(edit) => Some(&edit.message.sender.id),
            _ => None,
        };
        if let Some(author) = author {
            let entry = deciding.routing.channel(&place);
            let channel_context = channel_context(&place, &self.open_tickets, &deciding.routing, &entry);
            outcome.recorder.learn(&place, &effects.record.learned, now);
            let known = (&channel_context, &**deciding.knowledge);
            outcome.record(&effects, (&place, author), known, Some(&incoming.event));
        }
        outcome.add(&mut self.open_tickets, effects, now, (&place, author));
    }

    /// Gathers what a model is asked for the drafts that are wanted.
    fn brief_drafts(&self, deciding: &Deciding<'_>, outcome: &mut BatchOutcome) {
        for wanted in std::mem::take(&mut outcome.wanted) {
            let ticket = self.open_tickets.get(wanted.ticket);
            let asked_in = ticket.map(|ticket| ticket.place.clone());
            let brief = asked_in.and_then(|place| {
                let entry = deciding.routing.channel(&place);
                deciding
                    .desk
                    .draft_input(&self.open_tickets, &entry.policy, wanted)
            });
            outcome.asked.briefs.extend(brief);
        }
    }

    fn update_timers(&mut self, deciding: &Deciding<'_>) {
        let (desk, policy) = (&deciding.desk, deciding.routing.tickets());
        if Arc::ptr_eq(&self.due_by, deciding.knowledge) {
            self.ticket_timers.update(desk, &self.open_tickets, policy);
        } else {
            self.ticket_timers = TicketTimers::new(desk, &self.open_tickets, policy);
            self.due_by = Arc::clone(deciding.knowledge);
        }
    }
}
