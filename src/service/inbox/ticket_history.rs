//! Histories of the tickets that staff ask to see, read before the batch is decided.

use super::batch_work::Arrived;
use super::commit::CommitFailure;
use super::inbox_state::InboxWorker;
use super::staff_quote::StaffQuote;
use crate::desk::{Histories, shown_ticket};
use crate::store::{DeduplicationKey, Quoted};
use groupdesk_contract::Message;
use std::collections::HashMap;

impl InboxWorker {
    /// Reads the histories that the messages of a batch ask for.
    pub(super) async fn histories(
        &mut self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
        quotes: &HashMap<DeduplicationKey, Quoted>,
    ) -> Result<Histories, CommitFailure> {
        let mut histories = Histories::new();
        for (_, key, message) in messages {
            let is_room = self.inbox.routing.is_staff_room(&key.place);
            if !is_room || message.sender.is_self || message.sender.is_bot {
                continue;
            }
            let quoted = quotes.get(*key).copied().unwrap_or_default();
            let of = StaffQuote::of(message, &quoted, || {
                self.open_tickets.all_in(&key.place).next().is_some()
            });
            let Some(number) = shown_ticket(&message.text(), of.ticket().or(message.ticket)) else {
                continue;
            };
            // To staff who were not told of a ticket there is none.
            if histories.contains_key(&number) || self.open_tickets.get_in(&key.place, number).is_none() {
                continue;
            }
            // What was said a moment ago may be on its way into the store.
            self.commits.finish().await?;
            let lines = self.inbox.store.ticket_lines(number).await?;
            histories.insert(number, lines);
        }
        Ok(histories)
    }
}
