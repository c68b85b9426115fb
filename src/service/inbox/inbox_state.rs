//! The state of the inbox between batches.

use super::channel_state_cache::States;
use super::channel_timers::ChannelTimers;
use super::commit::Commits;
use super::sibling_accounts::Siblings;
use super::{Inbox, duty_storage};
use crate::desk::{Desk, Knowledge, TicketTimers};
use crate::store::{Result, TicketFilter};
use crate::ticket::OpenTickets;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// State of the inbox between batches.
pub(super) struct InboxWorker {
    pub(super) inbox: Inbox,
    pub(super) states: States,
    /// Groups that several of our accounts are in.
    pub(super) siblings: Siblings,
    pub(super) wakes: ChannelTimers,
    pub(super) open_tickets: OpenTickets,
    /// Timers of the tickets.
    pub(super) ticket_timers: TicketTimers,
    /// Knowledge, and so the hours, by which those were computed.
    pub(super) due_by: Arc<Knowledge>,
    pub(super) commits: Commits,
    /// Tickets whose due timer fails.
    pub(super) stuck_tickets: BTreeSet<u64>,
    /// Events in quarantine since the start.
    pub(super) set_aside: u64,
    /// Cancelled when the program is to stop.
    pub(super) stop: CancellationToken,
}

impl InboxWorker {
    /// Reads the state from the store.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when it can't be read.
    pub(super) async fn read(inbox: Inbox, stop: CancellationToken) -> Result<Self> {
        let voice = inbox.asker.as_ref().map(|asker| asker.longest());
        let mut wakes = ChannelTimers::up_to(voice.unwrap_or_default().max(inbox.routing.longest_wait()));
        for (place, at) in inbox.store.waking().await? {
            wakes.set(&place, Some(at));
        }
        let not_closed = TicketFilter {
            not_closed: true,
            ..TicketFilter::default()
        };
        let tickets = inbox.store.tickets(&not_closed).await?;
        inbox.intake.meters.tickets_are(&tickets);
        let next = inbox.store.next_ticket_number().await?;
        let mut open_tickets = OpenTickets::new(tickets, next, duty_storage::read(&*inbox.store).await?)
            .with_introduced(duty_storage::introduced(&*inbox.store).await?);
        open_tickets.rehome(
            |room| inbox.routing.is_staff_room(room),
            |channel| &inbox.routing.written(channel).tell,
            inbox.clock.now(),
        );
        let knowledge = inbox.knowledge.get();
        let ticket_timers = TicketTimers::new(&Desk::new(&knowledge), &open_tickets, inbox.routing.tickets());
        Ok(Self {
            open_tickets,
            ticket_timers,
            due_by: knowledge,
            wakes,
            states: States::default(),
            siblings: Siblings::default(),
            commits: Commits::default(),
            stuck_tickets: BTreeSet::new(),
            set_aside: 0,
            stop,
            inbox,
        })
    }
}
