//! Looks up the messages that a batch's events are about in the store.

use super::batch_work::{Arrived, Work};
use super::commit::CommitFailure;
use super::inbox_state::InboxWorker;
use super::label_command::Labelling;
use super::why_command::WhyReply;
use crate::desk::{Histories, MemberEdit, RelayedCopy, StaffEdit, asked_whom_for};
use crate::service::faq_orders::OrderAnswer;
use crate::service::outbox::{ReplyInFlight, Stage, unnamed};
use crate::service::routing::Routing;
use crate::store::{DeduplicationKey, Quoted, Relayed, Result, SaidByUs};
use crate::ticket::{OpenTickets, Ticket};
use groupdesk_contract::{Event, Message, MessageId, Place};
use std::collections::{HashMap, HashSet};

/// Rows of the store for a batch, by the message that they are about.
pub(super) struct LookedUp {
    pub(super) quotes: HashMap<DeduplicationKey, Quoted>,
    /// Texts of the messages of ours that members quote: not every platform tells them.
    pub(super) quoted_texts: HashMap<DeduplicationKey, String>,
    pub(super) amended: HashMap<(Place, MessageId), Changed>,
    /// Our messages that were not delivered after all, by the deduplication key of the event.
    pub(super) undelivered: HashMap<DeduplicationKey, SaidByUs>,
    /// Answers to orders about drafts.
    pub(super) drafts: HashMap<DeduplicationKey, OrderAnswer>,
    /// Answers to staff who ask why something was decided.
    pub(super) whys: HashMap<DeduplicationKey, WhyReply>,
    /// Histories of tickets that staff look at.
    pub(super) histories: Histories,
    /// Answers to staff who label decisions.
    pub(super) labels: HashMap<DeduplicationKey, Labelling>,
}

/// State of a message that was edited or recalled.
pub(super) struct Changed {
    said: Quoted,
    /// Relayed copies, where staff wrote it.
    copies: Vec<Relayed>,
    /// Origin of the message that it quotes.
    quotes: Quoted,
    /// Replies that carry or answer it and have no final outcome in the store.
    on_way: Vec<ReplyInFlight>,
}

/// A message that was edited or recalled, with its ticket and its quote.
pub(super) struct AmendedMessage<'a> {
    ticket: Option<&'a Ticket>,
    quotes: Option<u64>,
    /// `true` if it quotes a message of ours.
    pub(super) quotes_us: bool,
}

impl LookedUp {
    /// Returns the ticket and the quote of a message that was edited or recalled.
    pub(super) fn edited<'a>(
        &self,
        place: &Place,
        message: &MessageId,
        open_tickets: &'a OpenTickets,
    ) -> AmendedMessage<'a> {
        let found = self.amended.get(&(place.clone(), message.clone()));
        // What we changed or took back ourselves concerns nobody.
        let said = found.map(|found| found.said).filter(|said| !said.by_us);
        AmendedMessage {
            ticket: said.and_then(|said| open_tickets.get(said.ticket?)),
            quotes: found.and_then(|found| found.quotes.ticket),
            quotes_us: found.is_some_and(|found| found.quotes.by_us),
        }
    }

    /// Returns the ticket in which somebody said a message that was edited or recalled.
    pub(super) fn said_in(&self, place: &Place, message: &MessageId) -> Option<u64> {
        let said = self.amended.get(&(place.clone(), message.clone()))?.said;
        said.ticket.filter(|_| !said.by_us && !said.withdrawn)
    }

    /// `true` if we sent a message that was edited or recalled.
    pub(super) fn is_ours(&self, place: &Place, message: &MessageId) -> bool {
        let found = self.amended.get(&(place.clone(), message.clone()));
        found.is_some_and(|found| found.said.by_us)
    }

    /// Returns the staff message that was edited or recalled, with its relayed copies.
    pub(super) fn written<'a>(
        &self,
        room: &Place,
        message: &MessageId,
        routing: &'a Routing,
    ) -> StaffEdit<'a> {
        let Some(found) = self.amended.get(&(room.clone(), message.clone())) else {
            return StaffEdit::default();
        };
        let said_to_member = !found.said.by_us && !found.said.withdrawn;
        let stored = found.copies.iter().map(|copy| RelayedCopy {
            place: copy.place.clone(),
            message: copy.message.clone(),
            reply: copy.reply.clone(),
            capabilities: routing.capabilities(&copy.place.account),
            under_way: false,
        });
        let mut copies: Vec<RelayedCopy<'_>> = stored.collect();
        for on_way in &found.on_way {
            let (message, under_way) = match &on_way.stage {
                Stage::Held => continue,
                Stage::UnderWay => (unnamed(on_way.key), true),
                Stage::Sent(message) => (message.clone(), false),
            };
            if copies
                .iter()
                .all(|copy| copy.place != on_way.place || copy.message != message)
            {
                copies.push(RelayedCopy {
                    place: on_way.place.clone(),
                    message,
                    reply: on_way.reply.clone(),
                    capabilities: routing.capabilities(&on_way.place.account),
                    under_way,
                });
            }
        }
        StaffEdit {
            said_in: found.said.ticket.filter(|_| said_to_member),
            quotes: found.quotes.ticket.filter(|_| !found.quotes.several),
            copies,
            held: found.on_way.iter().any(|on_way| on_way.stage == Stage::Held),
        }
    }

    /// Takes out the replies that carry or answer a message that was edited or recalled, and have no final outcome in the
    /// store.
    pub(super) fn on_way(&mut self, place: &Place, message: &MessageId) -> Vec<ReplyInFlight> {
        let found = self.amended.get_mut(&(place.clone(), message.clone()));
        found
            .map(|found| std::mem::take(&mut found.on_way))
            .unwrap_or_default()
    }
}

impl AmendedMessage<'_> {
    pub(super) fn is_of_no_ticket(&self) -> bool {
        self.ticket.is_none()
    }

    pub(super) fn of<'a>(&'a self, place: &'a Place) -> MemberEdit<'a> {
        MemberEdit {
            place,
            ticket: self.ticket,
            quotes: self.quotes,
        }
    }
}

impl InboxWorker {
    /// Looks up the messages that are edited or recalled.
    pub(super) async fn edited(
        &mut self,
        work: &Work,
    ) -> std::result::Result<HashMap<(Place, MessageId), Changed>, CommitFailure> {
        let mut amended = HashMap::new();
        for incoming in &work.events {
            let (channel, message, quote) = match &incoming.event {
                Event::Recall(recall) => (&recall.channel, &recall.message, None),
                Event::Edit(edit) => (
                    &edit.message.channel.id,
                    &edit.message.id,
                    edit.message.quote().map(|quote| &quote.message),
                ),
                Event::Message(_) | Event::Undelivered(_) | Event::State(_) | Event::Alert(_) => {
                    continue;
                }
            };
            let place = Place::new(incoming.account.clone(), channel.clone());
            // What the message said may be part of the commit under way: what follows from that is on its way then.
            self.commits.finish().await?;
            let store = &self.inbox.store;
            let known = store.quoted(&place, message).await?;
            let mut copies = Vec::new();
            let is_room = self.inbox.routing.is_staff_room(&place);
            // Before the store is read: what is sent meanwhile is found there.
            let on_way = self.inbox.outbox.stop_replies_to(&place, message);
            if is_room {
                copies = store.relayed(&place, message).await?;
            }
            let quotes = match quote {
                Some(quote) => store.quoted(&place, quote).await?,
                None => Quoted::default(),
            };
            let changed = Changed {
                said: known,
                copies,
                quotes,
                on_way,
            };
            amended.insert((place, message.clone()), changed);
        }
        Ok(amended)
    }

    /// Looks up our messages that were not delivered after all.
    pub(super) async fn undelivered(&self, work: &Work) -> Result<HashMap<DeduplicationKey, SaidByUs>> {
        let mut undelivered = HashMap::new();
        for incoming in &work.events {
            if let Event::Undelivered(event) = &incoming.event
                && let Some(key) = incoming.key.clone()
                && let Some(said) = self.inbox.store.said_by_us(&key.place, &event.message).await?
            {
                undelivered.insert(key, said);
            }
        }
        Ok(undelivered)
    }

    /// Looks up the messages that are quoted, by the message that quotes.
    pub(super) async fn quotes(
        &self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
    ) -> Result<HashMap<DeduplicationKey, Quoted>> {
        let mut quotes = HashMap::new();
        for (_, key, message) in messages {
            if let Some(quote) = message.quote() {
                let quoted = self.inbox.store.quoted(&key.place, &quote.message).await?;
                quotes.insert((*key).clone(), quoted);
            }
        }
        Ok(quotes)
    }

    /// Looks up the texts of our messages that members quote, by the message that quotes.
    pub(super) async fn quoted_texts(
        &self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
        quotes: &HashMap<DeduplicationKey, Quoted>,
    ) -> Result<HashMap<DeduplicationKey, String>> {
        let mut texts = HashMap::new();
        for (_, key, message) in messages {
            let ours = quotes.get(*key).is_some_and(|quoted| quoted.by_us);
            if let Some(quote) = message.quote().filter(|_| ours)
                // Staff quote drafts, of which a ticket may have had several.
                && (self.inbox.drafting.is_some() || !self.inbox.routing.is_staff_room(&key.place))
                && let Some(said) = self.inbox.store.said_by_us(&key.place, &quote.message).await?
            {
                texts.insert((*key).clone(), said.reply.text());
            }
        }
        Ok(texts)
    }

    /// Carries out orders about drafts of FAQ entries, and returns their answers by the message. The file is written beside the
    /// answering of members.
    pub(super) async fn drafts(
        &self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
        new: &HashSet<DeduplicationKey>,
        quotes: &HashMap<DeduplicationKey, Quoted>,
    ) -> Result<HashMap<DeduplicationKey, OrderAnswer>> {
        let mut drafts = HashMap::new();
        let routing = &self.inbox.routing;
        for (_, key, message) in messages {
            if !routing.is_staff_room(&key.place) || !new.contains(*key) || !self.may_order(key, message) {
                continue;
            }
            let store = &*self.inbox.store;
            // What is said under a message of a ticket, or to somebody, is said there.
            let to_us = message.ticket.is_none()
                && message.quote().is_none_or(|_| {
                    let quoted = quotes.get(*key).copied().unwrap_or_default();
                    quoted.by_us && quoted.ticket.is_none()
                });
            let asked = asked_whom_for(&self.open_tickets, &key.place, &message.sender.id);
            let answer = self
                .inbox
                .drafts
                .answer(store, routing, (&key.place, message), (to_us, asked))
                .await?;
            drafts.extend(answer.map(|answer| ((*key).clone(), answer)));
        }
        Ok(drafts)
    }
}
