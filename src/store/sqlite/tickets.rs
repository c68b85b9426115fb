//! Reads tickets and their histories.

use super::read::{place, timestamp};
use super::rows::sql;
use crate::store::TicketFilter;
use crate::ticket::{HistoryLine, LineKind, Status, Ticket};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};

/// Key of the memo with the highest number of a deleted ticket.
pub(super) const LAST_FORGOTTEN: &str = "last_ticket";

/// Returns the highest number that was given.
pub(super) async fn highest_number(readers: &SqlitePool) -> sqlx::Result<u64> {
    let highest: Option<i64> = sqlx::query_scalar(sql("SELECT max(number) FROM tickets"))
        .fetch_one(readers)
        .await?;
    let highest = highest.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let forgotten = super::read::memo(readers, super::OWNER, LAST_FORGOTTEN).await?;
    let forgotten = forgotten.and_then(|number| number.parse().ok()).unwrap_or(0);
    Ok(highest.max(forgotten))
}

const TICKET: &str = "SELECT number, data FROM tickets WHERE ";

pub(super) async fn ticket(readers: &SqlitePool, number: u64) -> sqlx::Result<Option<Ticket>> {
    let Ok(number) = i64::try_from(number) else {
        return Ok(None);
    };
    sqlx::query(sql("SELECT data FROM tickets WHERE number = ?"))
        .bind(number)
        .fetch_optional(readers)
        .await?
        .as_ref()
        .map(read_ticket)
        .transpose()
}

/// Returns tickets, newest first. One that can't be read is left out and named in the log: the others go on.
pub(super) async fn tickets(readers: &SqlitePool, filter: &TicketFilter) -> sqlx::Result<Vec<Ticket>> {
    let mut query = QueryBuilder::<Sqlite>::new(TICKET);
    query.push("number < ").push_bind(
        filter
            .below
            .map_or(i64::MAX, |below| i64::try_from(below).unwrap_or(i64::MAX)),
    );
    if let Some(place) = &filter.place {
        query
            .push(" AND channel = ")
            .push_bind(place.channel.as_str().to_owned());
        query
            .push(" AND account = ")
            .push_bind(place.account.as_str().to_owned());
    }
    if let Some(member) = &filter.member {
        query.push(" AND member = ").push_bind(member.as_str().to_owned());
    }
    if let Some(account) = &filter.account {
        query
            .push(" AND account = ")
            .push_bind(account.as_str().to_owned());
    }
    if let Some(owner) = &filter.owner {
        query
            .push(" AND data ->> '$.owner.name' = ")
            .push_bind(owner.clone());
    }
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.name());
    }
    if let Some(from) = filter.from {
        query.push(" AND opened >= ").push_bind(from.as_microsecond());
    }
    if let Some(until) = filter.until {
        query.push(" AND opened < ").push_bind(until.as_microsecond());
    }
    if let Some(rooms) = &filter.rooms {
        let rooms: Vec<String> = rooms
            .iter()
            .map(|room| format!("{}/{}", room.account.as_str(), room.channel.as_str()))
            .collect();
        query
            .push(
                " AND EXISTS (SELECT 1 FROM json_each(data, '$.rooms') AS room \
                 WHERE (room.value ->> '$.account') || '/' || (room.value ->> '$.channel') IN (SELECT value FROM json_each(",
            )
            .push_bind(serde_json::Value::from(rooms).to_string())
            .push(")))");
    }
    for term in &filter.terms {
        query
            .push(" AND number IN (SELECT ticket FROM ticket_terms WHERE term = ")
            .push_bind(term.clone())
            .push(")");
    }
    // Few tickets are not closed, and an index has them.
    if filter.not_closed || filter.status.is_some_and(|status| status != Status::Closed) {
        query.push(" AND status <> 'closed'");
    }
    query.push(" ORDER BY number DESC");
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::from(limit));
    }
    sql(query.sql().as_str());
    let rows = query.build().fetch_all(readers).await?;
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
pub(super) async fn lines(readers: &SqlitePool, number: u64) -> sqlx::Result<Vec<HistoryLine>> {
    let Ok(stored) = i64::try_from(number) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query(sql(
        "SELECT at, kind, who, text, account, channel, message FROM ticket_lines WHERE ticket = ? ORDER BY id",
    ))
    .bind(stored)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let said = row.try_get::<Option<&str>, _>("message")?;
            Ok(HistoryLine {
                ticket: number,
                at: timestamp(row, "at")?,
                kind: LineKind::of(row.try_get("kind")?),
                who: row.try_get("who")?,
                text: row.try_get("text")?,
                said: match said {
                    Some(message) => Some((place(row)?, message.into())),
                    None => None,
                },
            })
        })
        .collect()
}

fn read_ticket(row: &SqliteRow) -> sqlx::Result<Ticket> {
    serde_json::from_str(row.try_get("data")?).map_err(|error| sqlx::Error::Decode(error.into()))
}
