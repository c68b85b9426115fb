//! Reads tickets and their histories.

use super::dialect;
use super::engine::{Cells as _, Readers, Row, query, query_scalar, query_text};
use super::read::{place, timestamp};
use super::rows::Json;
use crate::store::TicketFilter;
use crate::ticket::{HistoryLine, LineKind, Status, Ticket};
use groupdesk_contract::MessageId;

/// Key of the memo with the highest number of a deleted ticket.
pub(super) const LAST_FORGOTTEN: &str = "last_ticket";

/// Returns the highest number that was given.
pub(super) async fn highest_number(readers: &Readers) -> sqlx::Result<u64> {
    let highest: Option<i64> = query_scalar("SELECT max(number) FROM tickets")
        .fetch_one(readers)
        .await?;
    let highest = highest.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let forgotten = super::read::memo(readers, super::OWNER, LAST_FORGOTTEN).await?;
    let forgotten = forgotten.and_then(|number| number.parse().ok()).unwrap_or(0);
    Ok(highest.max(forgotten))
}

/// Value of a condition.
enum ConditionValue {
    Number(i64),
    Text(String),
    Json(String),
}

impl ConditionValue {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub(super) async fn ticket(readers: &Readers, number: u64) -> sqlx::Result<Option<Ticket>> {
    let Ok(number) = i64::try_from(number) else {
        return Ok(None);
    };
    query("SELECT data FROM tickets WHERE number = ?")
        .bind(number)
        .fetch_optional(readers)
        .await?
        .as_ref()
        .map(read_ticket)
        .transpose()
}

/// Returns tickets, newest first. One that can't be read is left out and named in the log: the others go on.
pub(super) async fn tickets(readers: &Readers, filter: &TicketFilter) -> sqlx::Result<Vec<Ticket>> {
    let mut text = String::from("SELECT number, data FROM tickets WHERE number < ?");
    let below = filter
        .below
        .map_or(i64::MAX, |below| i64::try_from(below).unwrap_or(i64::MAX));
    let mut values = vec![ConditionValue::Number(below)];
    let mut only = |condition: &str, value: ConditionValue| {
        text.push_str(" AND ");
        text.push_str(condition);
        values.push(value);
    };
    if let Some(place) = &filter.place {
        only("channel = ?", ConditionValue::text(place.channel.as_str()));
        only("account = ?", ConditionValue::text(place.account.as_str()));
    }
    if let Some(member) = &filter.member {
        only("member = ?", ConditionValue::text(member.as_str()));
    }
    if let Some(account) = &filter.account {
        only("account = ?", ConditionValue::text(account.as_str()));
    }
    if let Some(owner) = &filter.owner {
        only("data ->> '$.owner.name' = ?", ConditionValue::text(owner));
    }
    if let Some(status) = filter.status {
        only("status = ?", ConditionValue::text(status.name()));
    }
    if let Some(from) = filter.from {
        only("opened >= ?", ConditionValue::Number(from.as_microsecond()));
    }
    if let Some(until) = filter.until {
        only("opened < ?", ConditionValue::Number(until.as_microsecond()));
    }
    if let Some(rooms) = &filter.rooms {
        let rooms: Vec<String> = rooms
            .iter()
            .map(|room| format!("{}/{}", room.account.as_str(), room.channel.as_str()))
            .collect();
        let rooms = serde_json::Value::from(rooms).to_string();
        only(dialect::OF_ROOMS, ConditionValue::Json(rooms));
    }
    for term in &filter.terms {
        let of_term = "number IN (SELECT ticket FROM ticket_terms WHERE term = ?)";
        only(of_term, ConditionValue::text(term));
    }
    // Few tickets are not closed, and an index has them.
    if filter.not_closed || filter.status.is_some_and(|status| status != Status::Closed) {
        text.push_str(" AND status <> 'closed'");
    }
    text.push_str(" ORDER BY number DESC");
    if let Some(limit) = filter.limit {
        text.push_str(" LIMIT ?");
        values.push(ConditionValue::Number(i64::from(limit)));
    }
    let query = values
        .into_iter()
        .fold(query_text(text), |query, value| match value {
            ConditionValue::Number(number) => query.bind(number),
            ConditionValue::Text(text) => query.bind(text),
            ConditionValue::Json(json) => query.bind(Json(json)),
        });
    let rows = query.fetch_all(readers).await?;
    let mut tickets = Vec::with_capacity(rows.len());
    for row in &rows {
        match read_ticket(row) {
            Ok(ticket) => tickets.push(ticket),
            Err(error) => {
                let number = row.try_get::<i64, _>("number").unwrap_or_default();
                tracing::error!(number, %error, "a stored ticket can't be read; it is left out");
            }
        }
    }
    Ok(tickets)
}

/// Returns a ticket's history, in order.
pub(super) async fn lines(readers: &Readers, number: u64) -> sqlx::Result<Vec<HistoryLine>> {
    let Ok(stored) = i64::try_from(number) else {
        return Ok(Vec::new());
    };
    let rows = query(
        "SELECT at, kind, who, text, account, channel, message FROM ticket_lines WHERE ticket = ? ORDER BY id",
    )
    .bind(stored)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let said = row.try_get::<Option<String>, _>("message")?;
            Ok(HistoryLine {
                ticket: number,
                at: timestamp(row, "at")?,
                kind: LineKind::of(&row.try_get::<String, _>("kind")?),
                who: row.try_get("who")?,
                text: row.try_get("text")?,
                said: match said {
                    Some(message) => Some((place(row)?, MessageId::new(message))),
                    None => None,
                },
            })
        })
        .collect()
}

fn read_ticket(row: &Row) -> sqlx::Result<Ticket> {
    serde_json::from_str(&row.try_get::<String, _>("data")?)
        .map_err(|error| sqlx::Error::Decode(error.into()))
}
