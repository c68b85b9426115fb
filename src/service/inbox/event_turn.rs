//! The turn of one event: read with what the store knows of it, and decided by the desk.

use super::batch_outcome::{BatchOutcome, row};
use super::batch_work::Arrived;
use super::embed_batch::{channel_context, is_staff};
use super::event_place::{with_quote_of_bot, with_quoted_text};
use super::inbox_state::InboxWorker;
use super::look_up::LookedUp;
use super::staff_quote::{StaffQuote, with_unclear_quote};
use crate::desk::{ChannelState, DeliveryReport, DeliveryStatus, Desk, Effects, Knowledge, Reason};
use crate::service::faq_orders::OrderAnswer;
use crate::service::outbox::Stage;
use crate::service::routing::Routing;
use crate::store::{DeduplicationKey, InboxRow, Quoted, SeenMessages};
use groupdesk_contract::{Edit, Event, Message, Place, Recall, Undelivered};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;

/// A batch under way: what its events are decided with, and which of them were.
pub(super) struct Deciding<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) knowledge: &'a Arc<Knowledge>,
    pub(super) routing: Arc<Routing>,
    pub(super) now: Timestamp,
    /// Keys of the events that the store does not know.
    pub(super) new: &'a HashSet<DeduplicationKey>,
    /// Keys of the events that were decided in this batch.
    pub(super) decided: SeenMessages,
    pub(super) looked_up: LookedUp,
}

/// Result of an event's turn.
pub(super) enum EventTurn {
    /// The desk decided; this is what follows, and the channel's new state.
    Decided(Box<Effects>, ChannelState),
    /// Nothing is decided, or all that follows is in the batch already; the channel's state.
    PassedOver(ChannelState),
}

impl EventTurn {
    fn decided((effects, state): (Effects, ChannelState)) -> Self {
        Self::Decided(Box::new(effects), state)
    }
}

impl InboxWorker {
    /// Has the desk decide an event of `place`.
    pub(super) fn turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        incoming: &Arrived,
        place: &Place,
        state: ChannelState,
        outcome: &mut BatchOutcome,
    ) -> EventTurn {
        let in_staff_room = deciding.routing.is_staff_room(place);
        match &incoming.event {
            Event::Message(message) => {
                let key = incoming.key.as_ref();
                let Some(key) = key.filter(|key| deciding.is_first(key)) else {
                    tracing::debug!(%place, message = %message.id, "a repeated event: ignored");
                    return EventTurn::PassedOver(state);
                };
                EventTurn::decided(self.message_turn(deciding, (key, message), place, state, outcome))
            }
            Event::Recall(recall) if in_staff_room => {
                EventTurn::decided((self.staff_recall_turn(deciding, recall, place, outcome), state))
            }
            Event::Edit(edit) if in_staff_room => {
                EventTurn::decided((self.staff_edit_turn(deciding, edit, place, outcome), state))
            }
            Event::Recall(recall) => {
                EventTurn::decided(self.recall_turn(deciding, recall, place, state, outcome))
            }
            Event::Edit(edit) => EventTurn::decided(self.edit_turn(deciding, edit, place, state, outcome)),
            Event::Undelivered(event) => {
                let key = incoming.key.as_ref();
                EventTurn::PassedOver(match key.filter(|key| deciding.is_first(key)) {
                    Some(key) => self.undelivered_turn(deciding, (key, event), place, state, outcome),
                    None => state,
                })
            }
            Event::State(_) | Event::Alert(_) => EventTurn::PassedOver(state),
        }
    }

    /// Decides a message that came for the first time, and keeps that it came.
    fn message_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        (key, message): (&DeduplicationKey, &Message),
        place: &Place,
        state: ChannelState,
        outcome: &mut BatchOutcome,
    ) -> (Effects, ChannelState) {
        let now = deciding.now;
        let quoted = deciding.looked_up.quotes.get(key).copied().unwrap_or_default();
        let has_tickets = || self.open_tickets.all_in(place).next().is_some();
        let staff_quote = StaffQuote::of(message, &quoted, has_tickets);
        let mut resolved = quoted.by_us.then(|| with_quote_of_bot(message));
        if let (Some(message), Some(text)) = (resolved.as_mut(), deciding.looked_up.quoted_texts.remove(key))
        {
            with_quoted_text(message, &text);
        }
        let message = resolved.as_ref().unwrap_or(message);
        tracing::debug!(%place, sender = %message.sender.id, text = message.text(), "message");
        let assigned = self.assigned(deciding, place, message);
        let (effects, state) = if let Some(reason) = assigned {
            (Effects::quiet(reason), state)
        } else if let Some(effects) = order_turn(deciding, key, place, message, outcome) {
            (effects, state)
        } else if deciding.routing.is_staff_room(place) {
            (
                self.staff_turn(deciding, message, place, (&quoted, staff_quote)),
                state,
            )
        } else {
            let routing = &deciding.routing;
            let staff = is_staff(routing, &place.account, message);
            let entry = routing.channel(place);
            let channel_context = channel_context(place, &self.open_tickets, routing, &entry);
            let desk = &deciding.desk;
            desk.message(&channel_context, now, state, message, staff, quoted.ticket)
        };
        // Our own words are passed over however often they are heard; noted, they would be taken for somebody else's with the
        // same id. What is kept quiet as too old may be found to be fresh when it comes again, by a clock that is right.
        let too_old = matches!(effects.decided.reason, Reason::TooOld { .. });
        if too_old && !message.sender.is_self {
            self.inbox.intake.kept_quiet(&place.account, message, now);
        } else if !message.sender.is_self {
            outcome.batch.inbox.push(InboxRow {
                key: key.clone(),
                received: now,
            });
        }
        (effects, state)
    }

    /// Decides a message of a staff room that is no order about the file or a decision.
    fn staff_turn(
        &mut self,
        deciding: &Deciding<'_>,
        message: &Message,
        place: &Place,
        (quoted, staff_quote): (&Quoted, StaffQuote),
    ) -> Effects {
        let routing = &deciding.routing;
        if let Some(passed_over) = routing.channel(place).policy.passes_over(&message.sender.id) {
            return Effects::quiet(passed_over);
        }
        let unclear = (staff_quote == StaffQuote::Unclear).then(|| with_unclear_quote(message));
        let message = unclear.as_ref().unwrap_or(message);
        let desk = deciding.desk.quoting_notice(quoted.notice);
        desk.quoting_answer(quoted.answer).staff_room(
            place,
            &mut self.open_tickets,
            routing.tickets(),
            deciding.now,
            message,
            staff_quote.ticket(),
        )
    }

    fn staff_recall_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        recall: &Recall,
        place: &Place,
        outcome: &mut BatchOutcome,
    ) -> Effects {
        let (looked_up, now) = (&mut deciding.looked_up, deciding.now);
        let written = looked_up.written(place, &recall.message, &deciding.routing);
        let open_tickets = &mut self.open_tickets;
        let amendment = deciding
            .desk
            .staff_recall(place, open_tickets, now, recall, &written);
        let on_way = looked_up.on_way(place, &recall.message);
        outcome.record_edited_replies(on_way, amendment.withdrawn, now);
        amendment.effects
    }

    fn staff_edit_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        edit: &Edit,
        place: &Place,
        outcome: &mut BatchOutcome,
    ) -> Effects {
        let (looked_up, now) = (&mut deciding.looked_up, deciding.now);
        let written = looked_up.written(place, &edit.message.id, &deciding.routing);
        let policy = deciding.routing.tickets();
        let open_tickets = &mut self.open_tickets;
        let amendment = deciding
            .desk
            .staff_edit(place, open_tickets, policy, now, edit, &written);
        let on_way = looked_up.on_way(place, &edit.message.id);
        outcome.record_edited_replies(on_way, amendment.withdrawn, now);
        amendment.effects
    }

    /// Decides that a member, or somebody for them, took a message back.
    fn recall_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        recall: &Recall,
        place: &Place,
        state: ChannelState,
        outcome: &mut BatchOutcome,
    ) -> (Effects, ChannelState) {
        let (desk, looked_up, now) = (deciding.desk, &mut deciding.looked_up, deciding.now);
        // What answers it and is not sent yet is not said; what stands stays.
        let mut on_way = looked_up.on_way(place, &recall.message);
        on_way.retain(|on_way| on_way.stage == Stage::Held);
        let state = if on_way.is_empty() {
            state
        } else {
            tracing::info!(%place, answers = on_way.len(), "dropped: the question was taken back");
            desk.forget_answer_to(state, &recall.message)
        };
        outcome.record_edited_replies(on_way, true, now);
        if looked_up.is_ours(place, &recall.message) {
            let by = recall.by.as_ref();
            outcome.recorder.taken_back(place, &recall.message, by, now);
        }
        let amended = looked_up.edited(place, &recall.message, &self.open_tickets);
        let decided = desk.recall(state, recall, &amended.of(place));
        if let Some(number) = looked_up.said_in(place, &recall.message) {
            let by = recall.by.as_ref().map_or("", |by| by.as_str());
            let at = (place, &recall.message);
            self.open_tickets.recalled(number, by, at, now);
        }
        decided
    }

    /// Decides that a member edited a message.
    fn edit_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        edit: &Edit,
        place: &Place,
        state: ChannelState,
        outcome: &mut BatchOutcome,
    ) -> (Effects, ChannelState) {
        let mut edit = edit.clone();
        if deciding
            .looked_up
            .edited(place, &edit.message.id, &self.open_tickets)
            .quotes_us
        {
            edit.message = with_quote_of_bot(&edit.message);
        }
        let message = &edit.message;
        let silence = self.assigned(deciding, place, message);
        let (desk, looked_up, now) = (deciding.desk, &mut deciding.looked_up, deciding.now);
        let routing = &deciding.routing;
        let amended = looked_up.edited(place, &message.id, &self.open_tickets);
        let staff = is_staff(routing, &place.account, message);
        let mut on_way = looked_up.on_way(place, &message.id);
        on_way.retain(|on_way| on_way.stage == Stage::Held);
        // The words that are there now are answered, and not those that nobody reads any more.
        let anew = !on_way.is_empty()
            && !staff
            && silence.is_none()
            && amended.is_of_no_ticket()
            && desk.reads_anew(&edit);
        let state = if anew {
            desk.forget_answer_to(state, &message.id)
        } else {
            state
        };
        outcome.record_edited_replies(on_way, anew, now);
        if let Some(reason) = silence {
            return (Effects::quiet(reason), state);
        }
        let entry = routing.channel(place);
        let channel_context = channel_context(place, &self.open_tickets, routing, &entry);
        desk.edit(&channel_context, now, state, &edit, staff, &amended.of(place))
    }

    /// Takes in that a message of ours did not arrive after all; returns the channel's new state.
    fn undelivered_turn(
        &mut self,
        deciding: &mut Deciding<'_>,
        (key, event): (&DeduplicationKey, &Undelivered),
        place: &Place,
        state: ChannelState,
        outcome: &mut BatchOutcome,
    ) -> ChannelState {
        let now = deciding.now;
        tracing::warn!(%place, message = %event.message, reason = event.reason, "a message did not arrive after all");
        let said = deciding.looked_up.undelivered.remove(key);
        outcome.batch.inbox.push(InboxRow {
            key: key.clone(),
            received: now,
        });
        let Some(said) = said else {
            return state;
        };
        let reason = event.reason.clone();
        let refused = DeliveryStatus::Refused { reason };
        let report = DeliveryReport::of(place.clone(), said.about, &said.reply, refused);
        let (desk, policy) = (&deciding.desk, deciding.routing.tickets());
        // As after a refusal at once: nobody is pointed to an answer that stands nowhere.
        let state = if report.about.is_none() {
            desk.forget_undelivered_answer(state, &report)
        } else {
            state
        };
        let notices = desk.delivered(&mut self.open_tickets, policy, &report, now);
        let rows = notices.into_iter().map(|notice| row(notice, now));
        outcome.batch.outbox.extend(rows);
        state
    }

    /// Returns the reason to keep quiet where another account of ours in the same group decides the message.
    fn assigned(&mut self, deciding: &Deciding<'_>, place: &Place, message: &Message) -> Option<Reason> {
        let routing = &deciding.routing;
        let staff = is_staff(routing, &place.account, message);
        let member = &message.sender.id;
        let has_ticket = |place: &Place| self.open_tickets.of_member(place, member).is_some();
        let siblings = &mut self.siblings;
        siblings
            .assign(routing, place, message, staff, has_ticket, deciding.now)
            .silence()
    }
}

impl Deciding<'_> {
    /// Returns true for the first event with a key that the store does not know.
    fn is_first(&mut self, key: &DeduplicationKey) -> bool {
        self.new.contains(key) && self.decided.insert(key)
    }
}

/// Carries out an order of staff that needed the store or the file: a draft, `/why`, a label.
fn order_turn(
    deciding: &mut Deciding<'_>,
    key: &DeduplicationKey,
    place: &Place,
    message: &Message,
    outcome: &mut BatchOutcome,
) -> Option<Effects> {
    let looked_up = &mut deciding.looked_up;
    if let Some(answer) = looked_up.drafts.remove(key) {
        return Some(match answer {
            OrderAnswer::Now(text) => Effects::said_to_staff(place, message, text),
            OrderAnswer::Later(order) => {
                outcome.asked.edits.push(*order);
                Effects::quiet(Reason::StaffRoom)
            }
        });
    }
    if let Some(told) = looked_up.whys.remove(key) {
        return Some(Effects::told_to_rooms(&told.rooms, place, message, &told.text));
    }
    let labelling = looked_up.labels.remove(key)?;
    outcome.recorder.label(&labelling.labels);
    Some(labelling.effects(place, message))
}
