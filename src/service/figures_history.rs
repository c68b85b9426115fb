//! Reads what the figures of a span are computed from.

use crate::figures::{History, TicketHistory};
use crate::hours::Schedule;
use crate::store::{DecisionCount, DecisionFilter, KeptDecision, Store, StoreError, TicketFilter};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Decisions that are read at once.
const PAGE_DECISIONS: u32 = 5_000;
/// Tickets that are read at once.
const PAGE_TICKETS: u32 = 500;

/// Rows of a span.
#[derive(Debug, Default)]
pub struct Rows {
    /// Decisions.
    pub decisions: Vec<KeptDecision>,
    /// Counted messages.
    pub counts: Vec<DecisionCount>,
    /// Tickets that were opened before its end and not ended before its beginning.
    pub tickets: Vec<TicketHistory>,
    /// Time from which on all of them were read: later than the span's beginning where there are more than was asked for.
    pub since: Timestamp,
}

/// Bounds of what is read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// `true` if texts are kept.
    pub texts: bool,
    /// Largest number of decisions, the newest.
    pub decisions: usize,
    /// Age over the span's beginning from which on tickets are read only while they are not closed.
    pub tickets_before: SignedDuration,
}

impl Bounds {
    /// None, and no texts.
    pub const NONE: Self = Self {
        texts: false,
        decisions: usize::MAX,
        tickets_before: SignedDuration::MAX,
    };
}

impl Rows {
    /// Returns their history until a time, with the ids of the FAQ's `entries` and the service hours.
    pub fn history<'a>(
        &'a self,
        entries: &'a [String],
        service: &'a Schedule,
        until: Timestamp,
    ) -> History<'a> {
        let decisions = (self.decisions.as_slice(), self.counts.as_slice());
        History::new(decisions, &self.tickets, entries, service, (self.since, until))
    }

    /// Reads the rows of a span.
    ///
    /// # Errors
    /// Fails when the store can't be read.
    pub async fn read(
        store: &dyn Store,
        (since, until): (Timestamp, Timestamp),
        bounds: &Bounds,
    ) -> Result<Self, StoreError> {
        let mut rows = Self {
            since,
            ..Self::default()
        };
        rows.read_decisions(store, until, bounds).await?;
        rows.counts = store.decision_counts(rows.since, until).await?;
        rows.read_tickets(store, until, bounds).await?;
        Ok(rows)
    }

    async fn read_decisions(
        &mut self,
        store: &dyn Store,
        until: Timestamp,
        bounds: &Bounds,
    ) -> Result<(), StoreError> {
        let mut filter = DecisionFilter {
            since: Some(self.since),
            until: Some(until),
            limit: Some(PAGE_DECISIONS),
            ..DecisionFilter::default()
        };
        loop {
            let mut page = store.decisions(&filter).await?;
            let Some(last) = page.last() else { break };
            let at = last.decision.at;
            filter.below = Some((at, last.id));
            if !bounds.texts {
                page.iter_mut().for_each(|one| one.decision.text = None);
            }
            self.decisions.append(&mut page);
            if self.decisions.len() >= bounds.decisions {
                self.since = at;
                break;
            }
        }
        Ok(())
    }

    async fn read_tickets(
        &mut self,
        store: &dyn Store,
        until: Timestamp,
        bounds: &Bounds,
    ) -> Result<(), StoreError> {
        let oldest = self
            .since
            .saturating_sub(bounds.tickets_before)
            .unwrap_or(Timestamp::MIN);
        let mut seen = BTreeSet::new();
        // What is not closed may be of any age, and an index has it; the rest is read newest first, as numbers grow with time.
        for not_closed in [true, false] {
            let mut filter = TicketFilter {
                not_closed,
                limit: Some(PAGE_TICKETS),
                ..TicketFilter::default()
            };
            loop {
                let page = store.tickets(&filter).await?;
                let Some(last) = page.last() else { break };
                filter.below = Some(last.number);
                let is_last = !not_closed && last.opened < oldest;
                for ticket in page {
                    let ended = ticket.ended.is_some_and(|ended| ended < self.since);
                    if ticket.opened >= until || ended || !seen.insert(ticket.number) {
                        continue;
                    }
                    let lines = store.ticket_lines(ticket.number).await?;
                    self.tickets.push(TicketHistory { ticket, lines });
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(())
    }
}
