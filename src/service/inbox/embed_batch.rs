//! Embeds the messages of a batch, in one request and within the timeout of the settings.

use super::batch_work::Work;
use super::event_place::{place_of_event, with_quote_of_bot};
use super::inbox_state::InboxWorker;
use crate::desk::{ChannelContext, ChannelState, Desk, Knowledge, Vectors};
use crate::service::routing::{ChannelSettings, Routing};
use crate::store::{DeduplicationKey, Quoted};
use crate::ticket::OpenTickets;
use groupdesk_contract::{AccountId, Message, Place, Standing};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Returns the settings and tickets of a channel for the desk.
pub(super) fn channel_context<'a>(
    place: &'a Place,
    open_tickets: &'a OpenTickets,
    routing: &'a Routing,
    entry: &'a ChannelSettings,
) -> ChannelContext<'a> {
    let can = routing.capabilities(&place.account);
    ChannelContext {
        place,
        policy: &entry.policy,
        tell: &entry.tell,
        next_ticket: open_tickets.next_number(),
        tickets: open_tickets,
        lifecycle: routing.tickets(),
        window: routing.reply_window(place),
        buttons: can.is_some_and(|can| can.buttons),
        unsend: can.is_some_and(|can| can.unsend),
    }
}

/// `true` if staff sent a message.
pub(super) fn is_staff(routing: &Routing, account: &AccountId, message: &Message) -> bool {
    message.sender.standing >= Standing::Staff || routing.is_staff(account, &message.sender.id)
}

impl InboxWorker {
    /// Embeds the texts that the desk will rank in this batch; none where `knowledge` matches lexically. Of several
    /// messages of one burst in one batch, each is embedded by itself and their joined text is not.
    pub(super) async fn meanings(
        &self,
        work: &Work,
        now: Timestamp,
        new: &HashSet<DeduplicationKey>,
        quotes: &HashMap<DeduplicationKey, Quoted>,
        states: &BTreeMap<Place, ChannelState>,
        knowledge: &Knowledge,
    ) -> Vectors {
        let (Some(semantic), Some(dimensions)) = (&self.inbox.semantic, knowledge.dimensions) else {
            return Vectors::new();
        };
        let desk = Desk::new(knowledge);
        let routing = &self.inbox.routing;
        let mut texts: Vec<String> = Vec::new();
        for place in &work.due {
            let Some(state) = states.get(place) else { continue };
            let entry = routing.channel(place);
            let channel_context = channel_context(place, &self.open_tickets, routing, &entry);
            texts.extend(desk.texts_due(&channel_context, now, state));
        }
        for incoming in &work.events {
            let (Some((key, message)), Some(place)) = (incoming.message(), place_of_event(incoming)) else {
                continue;
            };
            let Some(state) = states.get(&place).filter(|_| new.contains(key)) else {
                continue;
            };
            if routing.is_staff_room(&place) {
                continue;
            }
            let quoted = quotes.get(key).copied().unwrap_or_default();
            let resolved = quoted.by_us.then(|| with_quote_of_bot(message));
            let message = resolved.as_ref().unwrap_or(message);
            let staff = is_staff(routing, &incoming.account, message);
            let entry = routing.channel(&place);
            let channel_context = channel_context(&place, &self.open_tickets, routing, &entry);
            texts.extend(desk.texts(&channel_context, now, state, message, staff, quoted.ticket));
        }
        if texts.is_empty() {
            return Vectors::new();
        }
        semantic.embed(&texts, dimensions).await
    }
}
