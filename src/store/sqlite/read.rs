//! Reads.

use super::rows::Statement;
use crate::store::{DueReply, InboxKey, NewTicket, TicketFilter};
use groupdesk_contract::{MessageId, Place, ReplyKey};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};

// CROSS JOIN makes SQLite look each key up, instead of reading the table and looking for its rows among the keys.
const KNOWN: Statement = Statement {
    head: "WITH k (i, message, channel, account) AS (VALUES ",
    values: 4,
    tail: ") SELECT k.i FROM k CROSS JOIN inbox USING (message, channel, account)",
};

const STATES: Statement = Statement {
    head: "WITH k (i, channel, account) AS (VALUES ",
    values: 3,
    tail: ") SELECT k.i, channels.state FROM k CROSS JOIN channels USING (channel, account)",
};

pub(super) async fn known(readers: &SqlitePool, keys: &[InboxKey]) -> sqlx::Result<Vec<bool>> {
    let mut known = vec![false; keys.len()];
    let keys: Vec<(i64, &InboxKey)> = (0..).zip(keys).collect();
    let bind = |values: &mut super::rows::Values, (at, key): &(i64, &InboxKey)| {
        values.add(*at)?;
        values.add(key.message.as_str())?;
        values.add(key.place.channel.as_str())?;
        values.add(key.place.account.as_str())
    };
    KNOWN
        .fetch(readers, &keys, bind, |row| {
            if let Some(known) = position(row)?.and_then(|at| known.get_mut(at)) {
                *known = true;
            }
            Ok(())
        })
        .await?;
    Ok(known)
}

pub(super) async fn channel_states(
    readers: &SqlitePool,
    places: &[Place],
) -> sqlx::Result<Vec<Option<String>>> {
    let mut states = vec![None; places.len()];
    let places: Vec<(i64, &Place)> = (0..).zip(places).collect();
    let bind = |values: &mut super::rows::Values, (at, place): &(i64, &Place)| {
        values.add(*at)?;
        values.add(place.channel.as_str())?;
        values.add(place.account.as_str())
    };
    STATES
        .fetch(readers, &places, bind, |row| {
            if let Some(state) = position(row)?.and_then(|at| states.get_mut(at)) {
                *state = Some(row.try_get(1)?);
            }
            Ok(())
        })
        .await?;
    Ok(states)
}

/// The number that was given with a key, which comes back in the first column.
fn position(row: &SqliteRow) -> sqlx::Result<Option<usize>> {
    Ok(usize::try_from(row.try_get::<i64, _>(0)?).ok())
}

pub(super) async fn waking(readers: &SqlitePool) -> sqlx::Result<Vec<(Place, Timestamp)>> {
    let rows = sqlx::query(
        "SELECT account, channel, wake_at FROM channels WHERE wake_at IS NOT NULL ORDER BY wake_at, channel, account",
    )
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| Ok((place(row)?, timestamp(row, "wake_at")?)))
        .collect()
}

pub(super) async fn due(readers: &SqlitePool) -> sqlx::Result<Vec<DueReply>> {
    let rows = sqlx::query(
        "SELECT id, account, channel, attempts, decided, not_before, expires, reply \
         FROM outbox WHERE state = 0 ORDER BY id",
    )
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DueReply {
                key: ReplyKey(row.try_get("id")?),
                place: place(row)?,
                reply: serde_json::from_str(row.try_get("reply")?).map_err(|error| error.to_string()),
                not_before: timestamp(row, "not_before")?,
                decided: timestamp(row, "decided")?,
                expires: row
                    .try_get::<Option<i64>, _>("expires")?
                    .map(from_micros)
                    .transpose()?,
                attempts: row.try_get("attempts")?,
            })
        })
        .collect()
}

pub(super) async fn sent_by_us(
    readers: &SqlitePool,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT 1 FROM outbox WHERE message = ? AND channel = ? AND account = ? LIMIT 1")
        .bind(message.as_str())
        .bind(place.channel.as_str())
        .bind(place.account.as_str())
        .fetch_optional(readers)
        .await?;
    Ok(row.is_some())
}

pub(super) async fn next_ticket_number(readers: &SqlitePool) -> sqlx::Result<u64> {
    let highest: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM tickets")
        .fetch_one(readers)
        .await?;
    Ok(highest.and_then(|number| u64::try_from(number).ok()).unwrap_or(0) + 1)
}

const TICKET: &str = "SELECT number, account, channel, member, member_name, message, subject, reason, opened, transcript \
                      FROM tickets WHERE ";

pub(super) async fn ticket(readers: &SqlitePool, number: u64) -> sqlx::Result<Option<NewTicket>> {
    let Ok(number) = i64::try_from(number) else {
        return Ok(None);
    };
    let mut query = QueryBuilder::<Sqlite>::new(TICKET);
    query.push("number = ").push_bind(number);
    query
        .build()
        .fetch_optional(readers)
        .await?
        .as_ref()
        .map(read_ticket)
        .transpose()
}

pub(super) async fn tickets(readers: &SqlitePool, filter: &TicketFilter) -> sqlx::Result<Vec<NewTicket>> {
    let mut query = QueryBuilder::<Sqlite>::new(TICKET);
    query.push("1 = 1");
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
    if let Some(below) = filter.below {
        query
            .push(" AND number < ")
            .push_bind(i64::try_from(below).unwrap_or(i64::MAX));
    }
    query.push(" ORDER BY number DESC");
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::from(limit));
    }
    query
        .build()
        .fetch_all(readers)
        .await?
        .iter()
        .map(read_ticket)
        .collect()
}

fn read_ticket(row: &SqliteRow) -> sqlx::Result<NewTicket> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(NewTicket {
        number: row.try_get::<i64, _>("number")?.unsigned_abs(),
        place: place(row)?,
        member: text("member")?.as_str().into(),
        member_name: text("member_name")?,
        message: text("message")?.as_str().into(),
        subject: text("subject")?,
        reason: text("reason")?,
        opened: timestamp(row, "opened")?,
        transcript: text("transcript")?,
    })
}

fn place(row: &SqliteRow) -> sqlx::Result<Place> {
    Ok(Place::new(
        row.try_get::<&str, _>("account")?,
        row.try_get::<&str, _>("channel")?,
    ))
}

fn timestamp(row: &SqliteRow, column: &str) -> sqlx::Result<Timestamp> {
    from_micros(row.try_get(column)?)
}

fn from_micros(micros: i64) -> sqlx::Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|error| sqlx::Error::Decode(error.into()))
}
