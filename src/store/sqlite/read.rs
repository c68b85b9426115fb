//! Reads.

use super::rows::Statement;
use crate::store::{DueReply, InboxKey, Memo, Quoted, Relayed, SaidInTicket, TicketFilter};
use crate::ticket::{Line, LineKind, Ticket};
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
        "SELECT id, account, channel, attempts, decided, not_before, expires, reply, about \
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
                about: row
                    .try_get::<Option<&str>, _>("about")?
                    .and_then(|about| serde_json::from_str(about).ok()),
            })
        })
        .collect()
}

pub(super) async fn quoted(readers: &SqlitePool, place: &Place, message: &MessageId) -> sqlx::Result<Quoted> {
    let ours = sqlx::query_scalar::<_, Option<i64>>(
        "SELECT about ->> '$.ticket' FROM outbox WHERE message = ? AND channel = ? AND account = ? LIMIT 1",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_optional(readers)
    .await?;
    if let Some(ticket) = ours {
        return Ok(Quoted {
            by_us: true,
            ticket: ticket.map(i64::unsigned_abs),
        });
    }
    let ticket = sqlx::query_scalar::<_, i64>(
        "SELECT ticket FROM ticket_lines WHERE message = ? AND channel = ? AND account = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_optional(readers)
    .await?;
    Ok(Quoted {
        by_us: false,
        ticket: ticket.map(i64::unsigned_abs),
    })
}

pub(super) async fn said_in_ticket(
    readers: &SqlitePool,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<Option<SaidInTicket>> {
    let row = sqlx::query(
        "SELECT about, reply FROM outbox \
         WHERE message = ? AND channel = ? AND account = ? AND about IS NOT NULL LIMIT 1",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    // What another version wrote and this one can't read is of no ticket that is known.
    let about = serde_json::from_str(row.try_get("about")?).ok();
    let reply = serde_json::from_str(row.try_get("reply")?).ok();
    Ok(about
        .zip(reply)
        .map(|(about, reply)| SaidInTicket { about, reply }))
}

pub(super) async fn relayed(
    readers: &SqlitePool,
    room: &Place,
    message: &MessageId,
) -> sqlx::Result<Vec<Relayed>> {
    let rows = sqlx::query(
        "SELECT account, channel, message, reply FROM outbox \
         WHERE message IS NOT NULL AND about ->> '$.report.message' = ? \
         AND about ->> '$.report.room.channel' = ? AND about ->> '$.report.room.account' = ? ORDER BY id",
    )
    .bind(message.as_str())
    .bind(room.channel.as_str())
    .bind(room.account.as_str())
    .fetch_all(readers)
    .await?;
    let mut relayed = Vec::new();
    for row in &rows {
        // What another version wrote and this one can't read is not changed by it.
        let Ok(reply) = serde_json::from_str(row.try_get("reply")?) else {
            continue;
        };
        relayed.push(Relayed {
            place: Place::new(
                row.try_get::<&str, _>("account")?,
                row.try_get::<&str, _>("channel")?,
            ),
            message: MessageId::new(row.try_get::<&str, _>("message")?),
            reply,
        });
    }
    Ok(relayed)
}

pub(super) async fn memo(readers: &SqlitePool, owner: &str, key: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT value FROM memos WHERE owner = ? AND key = ?")
        .bind(owner)
        .bind(key)
        .fetch_optional(readers)
        .await
}

pub(super) async fn memos(readers: &SqlitePool, owner: &str) -> sqlx::Result<Vec<Memo>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM memos WHERE owner = ? ORDER BY key")
            .bind(owner)
            .fetch_all(readers)
            .await?;
    let memo = |(key, value)| Memo {
        owner: owner.to_owned(),
        key,
        value,
    };
    Ok(rows.into_iter().map(memo).collect())
}

pub(super) async fn ticket_lines(readers: &SqlitePool, number: u64) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query(
        "SELECT ticket, at, kind, who, text, account, channel, message FROM ticket_lines WHERE ticket = ? ORDER BY id",
    )
    .bind(i64::try_from(number).unwrap_or(i64::MAX))
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let said = row.try_get::<Option<&str>, _>("message")?;
            Ok(Line {
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

pub(super) async fn next_ticket_number(readers: &SqlitePool) -> sqlx::Result<u64> {
    let highest: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM tickets")
        .fetch_one(readers)
        .await?;
    Ok(highest.and_then(|number| u64::try_from(number).ok()).unwrap_or(0) + 1)
}

const TICKET: &str = "SELECT data FROM tickets WHERE ";

pub(super) async fn ticket(readers: &SqlitePool, number: u64) -> sqlx::Result<Option<Ticket>> {
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

pub(super) async fn tickets(readers: &SqlitePool, filter: &TicketFilter) -> sqlx::Result<Vec<Ticket>> {
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
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.name());
    }
    if filter.not_closed {
        query.push(" AND status <> 'closed'");
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

fn read_ticket(row: &SqliteRow) -> sqlx::Result<Ticket> {
    serde_json::from_str(row.try_get("data")?).map_err(|error| sqlx::Error::Decode(error.into()))
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
