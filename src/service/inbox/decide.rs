//! Decides a batch in memory, in the order in which it came.

use super::commit::Asked;
use super::event::{place, with_quote_of_bot, with_quoted_text};
use super::look_up::LookedUp;
use super::meaning::{channel_context, is_staff};
use super::record::{Circumstances, Recorder};
use super::staff_quote::{StaffQuote, with_unclear_quote};
use super::work::{Work, unsaid_in};
use super::worker::Worker;
use crate::desk::{
    ChannelContext, ChannelState, Decided, Decision, DeliveryReport, Desk, DraftRequest, Effects, JudgeState,
    Knowledge, Outgoing, Reason, TicketTimers, Vectors,
};
use crate::matcher::Tuning;
use crate::service::drafts::Answer;
use crate::service::outbox::{OnWay, Stage};
use crate::store::{Batch, DeliveryOutcome, InboxKey, InboxRow, NewReply, Seen};
use crate::ticket::OpenTickets;
use groupdesk_contract::{Event, MemberId, MessageId, Place, ReplyKey};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

/// Result of a batch, before it is committed.
#[derive(Default)]
pub(super) struct BatchOutcome {
    pub(super) batch: Batch,
    pub(super) states: BTreeMap<Place, ChannelState>,
    /// Waiting replies that are no longer wanted.
    pub(super) dropped: Vec<ReplyKey>,
    /// Held replies that are wanted.
    pub(super) let_go: Vec<ReplyKey>,
    /// What is kept of the decisions.
    pub(super) recorder: Recorder,
    /// Questions to the models.
    pub(super) asked: Asked,
    /// Drafts that are wanted.
    wanted: Vec<DraftRequest>,
}

/// Everything from outside that the desk decides with.
pub(super) struct ExternalInputs<'a> {
    pub(super) knowledge: &'a Arc<Knowledge>,
    pub(super) meanings: &'a Vectors,
    pub(super) judging: Option<&'a JudgeState>,
    pub(super) tuning: Option<&'a Tuning>,
}

impl Worker {
    pub(super) fn decide(
        &mut self,
        heard: &ExternalInputs<'_>,
        work: &Work,
        now: Timestamp,
        new: &HashSet<InboxKey>,
        mut looked_up: LookedUp,
        outcome: &mut BatchOutcome,
    ) {
        let knowledge = heard.knowledge;
        let histories = std::mem::take(&mut looked_up.histories);
        let desk = Desk::new(knowledge)
            .with_embeddings(heard.meanings)
            .judged(heard.judging)
            .tuned(heard.tuning)
            .with_histories(&histories);
        let routing = Arc::clone(&self.inbox.routing);
        for delivered in &work.delivered {
            if let Some(place) = unsaid_in(delivered)
                && let Some(state) = outcome.states.remove(&place)
            {
                outcome.states.insert(place, desk.unsaid(state, &delivered.fate));
            }
            let mut told = desk.delivered(&mut self.open_tickets, routing.tickets(), &delivered.fate, now);
            if let Some(caller) = &delivered.fate.caller {
                let channel = routing.written(&caller.place);
                told.extend(desk.call_not_told(routing.tickets(), &channel.tell, &delivered.fate));
            }
            outcome
                .batch
                .outbox
                .extend(told.into_iter().map(|told| row(told, now)));
            outcome.batch.settled.extend(delivered.settled.clone());
        }
        for told in desk.tickets_due(&mut self.open_tickets, routing.tickets(), &work.tickets, now) {
            outcome.batch.outbox.push(row(told, now));
        }
        for drafted in &work.drafted {
            let told = desk.drafted(&mut self.open_tickets, drafted.clone(), now);
            let told = told.into_iter().map(|told| row(told, now));
            outcome.batch.outbox.extend(told);
        }
        for place in &work.due {
            let Some(mut state) = outcome.states.remove(place) else {
                continue;
            };
            let entry = routing.channel(place);
            for member in state.due(now, &entry.policy) {
                let channel_context = channel_context(place, &self.open_tickets, &routing, &entry);
                let effects = desk.wake(&channel_context, now, &mut state, &member);
                outcome.recorder.learn(place, &effects.record.learned, now);
                outcome.record(&effects, (place, &member), (&channel_context, knowledge), None);
                outcome.add(&mut self.open_tickets, effects, now, (place, Some(&member)));
            }
            outcome.states.insert(place.clone(), state);
        }
        let mut heeded = Seen::default();
        for incoming in &work.events {
            let Some(place) = place(incoming) else { continue };
            let Some(state) = outcome.states.remove(&place) else {
                continue;
            };
            let waited: Vec<MessageId> = state.waiting().cloned().collect();
            let begun = Instant::now();
            let deciding = incoming.trace.decide().entered();
            let (effects, state) = match &incoming.event {
                Event::Message(message) => {
                    let Some(key) = &incoming.key else {
                        outcome.states.insert(place, state);
                        continue;
                    };
                    if !new.contains(key) || !heeded.insert(key) {
                        tracing::debug!(%place, message = %message.id, "a repeated event: ignored");
                        outcome.states.insert(place, state);
                        continue;
                    }
                    let quoted = looked_up.quotes.get(key).copied().unwrap_or_default();
                    let in_room = routing.is_staff_room(&place);
                    let has_tickets = || self.open_tickets.all_in(&place).next().is_some();
                    let of = StaffQuote::of(message, &quoted, has_tickets);
                    let mut resolved = quoted.by_us.then(|| with_quote_of_bot(message));
                    if let (Some(message), Some(text)) =
                        (resolved.as_mut(), looked_up.quoted_texts.remove(key))
                    {
                        with_quoted_text(message, &text);
                    }
                    let message = resolved.as_ref().unwrap_or(message);
                    tracing::debug!(%place, sender = %message.sender.id, text = message.text(), "message");
                    let staff = is_staff(&routing, &incoming.account, message);
                    let member = &message.sender.id;
                    let has_ticket = |place: &Place| self.open_tickets.of_member(place, member).is_some();
                    let assigned = self
                        .siblings
                        .assign(&routing, &place, message, staff, has_ticket, now);
                    let (effects, state) = if let Some(reason) = assigned.silence() {
                        (Effects::quiet(reason), state)
                    } else if let Some(answer) = looked_up.drafts.remove(key) {
                        let effects = match answer {
                            Answer::Now(text) => Effects::said_to_staff(&place, message, text),
                            Answer::Later(order) => {
                                outcome.asked.edits.push(*order);
                                Effects::quiet(Reason::StaffRoom)
                            }
                        };
                        (effects, state)
                    } else if let Some(told) = looked_up.whys.remove(key) {
                        (
                            Effects::told_to_rooms(&told.rooms, &place, message, &told.text),
                            state,
                        )
                    } else if let Some(labelling) = looked_up.labels.remove(key) {
                        outcome.recorder.label(&labelling.labels);
                        (labelling.effects(&place, message), state)
                    } else if let Some(passed_over) = routing.channel(&place).policy.passes_over(member)
                        && routing.is_staff_room(&place)
                    {
                        (Effects::quiet(passed_over), state)
                    } else if in_room {
                        let unclear = (of == StaffQuote::Unclear).then(|| with_unclear_quote(message));
                        let message = unclear.as_ref().unwrap_or(message);
                        let desk = desk.quoting_notice(quoted.notice).quoting_answer(quoted.answer);
                        let effects = desk.staff_room(
                            &place,
                            &mut self.open_tickets,
                            routing.tickets(),
                            now,
                            message,
                            of.ticket(),
                        );
                        (effects, state)
                    } else {
                        let entry = routing.channel(&place);
                        let channel_context = channel_context(&place, &self.open_tickets, &routing, &entry);
                        desk.message(&channel_context, now, state, message, staff, quoted.ticket)
                    };
                    // Our own words are passed over however often they are heard; noted, they would be taken for somebody
                    // else's with the same id. What is kept quiet as too old may be found to be fresh when it comes again, by a
                    // clock that is right.
                    let too_old = matches!(effects.decided.reason, Reason::TooOld { .. });
                    if too_old && !message.sender.is_self {
                        let intake = &self.inbox.intake;
                        intake.kept_quiet(&incoming.account, message, now);
                    } else if !message.sender.is_self {
                        outcome.batch.inbox.push(InboxRow {
                            key: key.clone(),
                            received: now,
                        });
                    }
                    (effects, state)
                }
                Event::Recall(recall) if routing.is_staff_room(&place) => {
                    let written = looked_up.written(&place, &recall.message, &routing);
                    let amendment = desk.staff_recall(&place, &mut self.open_tickets, now, recall, &written);
                    let on_way = looked_up.on_way(&place, &recall.message);
                    outcome.amended(on_way, amendment.withdrawn, now);
                    (amendment.effects, state)
                }
                Event::Edit(edit) if routing.is_staff_room(&place) => {
                    let written = looked_up.written(&place, &edit.message.id, &routing);
                    let policy = routing.tickets();
                    let amendment =
                        desk.staff_edit(&place, &mut self.open_tickets, policy, now, edit, &written);
                    let on_way = looked_up.on_way(&place, &edit.message.id);
                    outcome.amended(on_way, amendment.withdrawn, now);
                    (amendment.effects, state)
                }
                Event::Recall(recall) => {
                    // What answers it and is not sent yet is not said; what stands stays.
                    let mut on_way = looked_up.on_way(&place, &recall.message);
                    on_way.retain(|on_way| on_way.stage == Stage::Held);
                    let state = if on_way.is_empty() {
                        state
                    } else {
                        tracing::info!(%place, answers = on_way.len(), "dropped: the question was taken back");
                        desk.unanswered(state, &recall.message)
                    };
                    outcome.amended(on_way, true, now);
                    if looked_up.is_ours(&place, &recall.message) {
                        let by = recall.by.as_ref();
                        outcome.recorder.taken_back(&place, &recall.message, by, now);
                    }
                    let amended = looked_up.amended(&place, &recall.message, &self.open_tickets);
                    let done = desk.recall(state, recall, &amended.of(&place));
                    if let Some(number) = looked_up.said_in(&place, &recall.message) {
                        let by = recall.by.as_ref().map_or("", |by| by.as_str());
                        let at = (&place, &recall.message);
                        self.open_tickets.recalled(number, by, at, now);
                    }
                    done
                }
                Event::Edit(edit) => {
                    let amended = looked_up.amended(&place, &edit.message.id, &self.open_tickets);
                    let mut edit = edit.clone();
                    if amended.quotes_us {
                        edit.message = with_quote_of_bot(&edit.message);
                    }
                    let message = &edit.message;
                    let staff = is_staff(&routing, &incoming.account, message);
                    let member = &message.sender.id;
                    let has_ticket = |place: &Place| self.open_tickets.of_member(place, member).is_some();
                    let assigned = self
                        .siblings
                        .assign(&routing, &place, message, staff, has_ticket, now);
                    let mut on_way = looked_up.on_way(&place, &message.id);
                    on_way.retain(|on_way| on_way.stage == Stage::Held);
                    let silence = assigned.silence();
                    // The words that are there now are answered, and not those that nobody reads any more.
                    let anew = !on_way.is_empty()
                        && !staff
                        && silence.is_none()
                        && amended.is_of_no_ticket()
                        && desk.reads_anew(&edit);
                    let state = if anew {
                        desk.unanswered(state, &edit.message.id)
                    } else {
                        state
                    };
                    outcome.amended(on_way, anew, now);
                    if let Some(reason) = silence {
                        (Effects::quiet(reason), state)
                    } else {
                        let entry = routing.channel(&place);
                        let channel_context = channel_context(&place, &self.open_tickets, &routing, &entry);
                        desk.edit(&channel_context, now, state, &edit, staff, &amended.of(&place))
                    }
                }
                Event::Undelivered(event) => {
                    let key = incoming.key.clone();
                    let Some(key) = key.filter(|key| new.contains(key) && heeded.insert(key)) else {
                        outcome.states.insert(place, state);
                        continue;
                    };
                    tracing::warn!(%place, message = %event.message, reason = event.reason, "a message did not arrive after all");
                    let said = looked_up.undelivered.remove(&key);
                    outcome.batch.inbox.push(InboxRow { key, received: now });
                    let Some(said) = said else {
                        outcome.states.insert(place, state);
                        continue;
                    };
                    let reason = event.reason.clone();
                    let refused = crate::desk::DeliveryStatus::Refused { reason };
                    let fate = DeliveryReport::of(place.clone(), said.about, &said.reply, refused);
                    // As after a refusal at once: nobody is pointed to an answer that stands nowhere.
                    let state = if fate.about.is_none() {
                        desk.unsaid(state, &fate)
                    } else {
                        state
                    };
                    outcome.states.insert(place, state);
                    let told = desk.delivered(&mut self.open_tickets, routing.tickets(), &fate, now);
                    let told = told.into_iter().map(|told| row(told, now));
                    outcome.batch.outbox.extend(told);
                    continue;
                }
                Event::State(_) | Event::Alert(_) => continue,
            };
            drop(deciding);
            self.inbox.intake.meters.decided(begun.elapsed());
            incoming.trace.decided(
                effects.decided.decision.kind().stored(),
                effects.decided.reason.rule(),
            );
            outcome.drop_waiting(waited, &state, &effects, &place, now);
            outcome.states.insert(place.clone(), state);
            let author = match &incoming.event {
                Event::Message(message) => Some(&message.sender.id),
                Event::Edit(edit) => Some(&edit.message.sender.id),
                _ => None,
            };
            if let Some(author) = author {
                let entry = routing.channel(&place);
                let channel_context = channel_context(&place, &self.open_tickets, &routing, &entry);
                outcome.recorder.learn(&place, &effects.record.learned, now);
                outcome.record(
                    &effects,
                    (&place, author),
                    (&channel_context, knowledge),
                    Some(&incoming.event),
                );
            }
            outcome.add(&mut self.open_tickets, effects, now, (&place, author));
        }
        for wanted in std::mem::take(&mut outcome.wanted) {
            let asked_in = self
                .open_tickets
                .get(wanted.ticket)
                .map(|ticket| ticket.place.clone());
            let brief = asked_in.and_then(|place| {
                let entry = routing.channel(&place);
                desk.brief(&self.open_tickets, &entry.policy, wanted)
            });
            outcome.asked.briefs.extend(brief);
        }
        for outgoing in &work.notices {
            outcome.batch.outbox.push(row(outgoing.clone(), now));
        }
        outcome.batch.decisions = outcome.recorder.take(now);
        if Arc::ptr_eq(&self.due_by, knowledge) {
            self.dues.update(&desk, &self.open_tickets, routing.tickets());
        } else {
            self.dues = TicketTimers::new(&desk, &self.open_tickets, routing.tickets());
            self.due_by = Arc::clone(knowledge);
        }
    }
}

impl BatchOutcome {
    /// Drops held replies, or lets them go.
    fn amended(&mut self, on_way: Vec<OnWay>, withdrawn: bool, now: Timestamp) {
        for OnWay { key, stage, .. } in on_way {
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
    fn drop_waiting(
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
    fn record(
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
    fn add(
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

fn row(outgoing: Outgoing, now: Timestamp) -> NewReply {
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
