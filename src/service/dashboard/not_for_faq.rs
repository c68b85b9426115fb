//! Tickets whose question is none for the FAQ: it leaves the groups of unanswered questions, and comes back when that is taken back.

use super::{Dashboard, failed};
use crate::store::Memo;
use crate::ticket::Ticket;
use groupdesk_dashboard::{BackendError, Result, Role, User};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Owner of the memos that say so, by the numbers of the tickets.
const OWNER: &str = "@aside";

/// Time before a ticket in which its member may have asked its question.
const ASKED_BEFORE_TICKET_MAX: SignedDuration = SignedDuration::from_mins(30);

/// Record that a ticket's question is none for the FAQ.
#[derive(Debug, Serialize, Deserialize)]
struct NotForFaq {
    by: String,
    at: Timestamp,
    /// Decisions on it.
    decisions: Vec<i64>,
}

impl Dashboard {
    async fn record(&self, number: u64) -> Result<Option<NotForFaq>> {
        let memo = self.parts.store.memo(OWNER, &number.to_string()).await;
        let Some(value) = memo.map_err(failed)?.filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let read = serde_json::from_str(&value);
        read.map(Some).map_err(|error| BackendError(error.to_string()))
    }

    /// Returns who said that a ticket's question is none for the FAQ, and when.
    pub(super) async fn aside(&self, number: u64) -> Result<Option<(String, Timestamp)>> {
        let record = self.record(number).await?;
        Ok(record.map(|record| (record.by, record.at)))
    }

    /// Records that a ticket's question is none for the FAQ, or takes that back; `false` if the user may not, or has no such ticket.
    pub(super) async fn put_aside(&self, user: &User, number: u64, aside: bool) -> Result<bool> {
        if !user.may(Role::Staff) {
            return Ok(false);
        }
        let Some(ticket) = self.seen(user, number).await? else {
            return Ok(false);
        };
        let record = self.record(number).await?;
        let (decisions, value) = match (record, aside) {
            (Some(_), true) | (None, false) => return Ok(true),
            (Some(record), false) => (record.decisions, String::new()),
            (None, true) => {
                let decisions = self.decisions_on(&ticket).await?;
                let record = NotForFaq {
                    by: user.name.clone(),
                    at: self.parts.clock.now(),
                    decisions: decisions.clone(),
                };
                let value =
                    serde_json::to_string(&record).map_err(|error| BackendError(error.to_string()))?;
                (decisions, value)
            }
        };
        let memo = Memo {
            owner: OWNER.to_owned(),
            key: number.to_string(),
            value,
        };
        let put = self.parts.store.put_aside(&decisions, aside, &memo);
        put.await.map_err(failed)?;
        Ok(true)
    }

    /// Returns the decisions on a ticket's question: those that led to it, and those on what its member asked just before and the
    /// ticket tells too.
    async fn decisions_on(&self, ticket: &Ticket) -> Result<Vec<i64>> {
        let store = &self.parts.store;
        let of_ticket = store.decisions_of_ticket(ticket.number).await.map_err(failed)?;
        let since = ticket
            .opened
            .saturating_sub(ASKED_BEFORE_TICKET_MAX)
            .unwrap_or(Timestamp::MIN);
        let before = store
            .asked_by(&ticket.place, &ticket.member, (since, ticket.opened))
            .await
            .map_err(failed)?;
        let told = [&ticket.subject, &ticket.transcript, &ticket.earlier].map(|text| in_a_line(text));
        let is_told = |text: &str| {
            let text = in_a_line(text);
            !text.is_empty() && told.iter().any(|told| told.contains(&text))
        };
        let before = before
            .into_iter()
            .filter(|one| one.decision.text.as_deref().is_some_and(is_told));
        let mut ids: Vec<i64> = of_ticket.into_iter().chain(before).map(|one| one.id).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}

fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
