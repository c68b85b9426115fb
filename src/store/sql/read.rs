//! Reads messages, channel states, replies and memos.

use super::engine::{Cells as _, Readers, Row, query, query_scalar};
use super::rows::{Statement, Values};
use crate::store::{DeduplicationKey, DueReply, Memo};
use groupdesk_contract::{Place, ReplyKey};
use jiff::Timestamp;

// CROSS JOIN makes SQLite look each key up, instead of reading the table and looking for its rows among the keys.
const KNOWN: Statement = Statement {
    head: "WITH k (i, message, channel, account, fingerprint, earliest, latest) AS (",
    values: 7,
    key: 0,
    tail: ") SELECT k.i FROM k CROSS JOIN seen USING (message, channel, account, fingerprint) \
           WHERE seen.at BETWEEN k.earliest AND k.latest",
};

const STATES: Statement = Statement {
    head: "WITH k (i, channel, account) AS (",
    values: 3,
    key: 0,
    tail: ") SELECT k.i, channels.state FROM k CROSS JOIN channels USING (channel, account)",
};

/// Tells for each key if its message is known.
pub(super) async fn known(readers: &Readers, keys: &[DeduplicationKey]) -> sqlx::Result<Vec<bool>> {
    let mut known = vec![false; keys.len()];
    mark(&KNOWN, readers, keys, &mut known).await?;
    Ok(known)
}

/// Marks the keys that a statement finds.
pub(super) async fn mark(
    statement: &Statement,
    readers: &Readers,
    keys: &[DeduplicationKey],
    known: &mut [bool],
) -> sqlx::Result<()> {
    let keys: Vec<(i64, &DeduplicationKey)> = (0..).zip(keys).collect();
    let bind = |values: &mut Values, (at, key): &(i64, &DeduplicationKey)| {
        let (earliest, latest) = key.within();
        values.add(*at)?;
        values.add(key.message.as_str())?;
        values.add(key.place.channel.as_str())?;
        values.add(key.place.account.as_str())?;
        values.add(key.fingerprint)?;
        values.add(earliest.as_microsecond())?;
        values.add(latest.as_microsecond())
    };
    let read = |row: &Row| {
        if let Some(known) = position(row)?.and_then(|at| known.get_mut(at)) {
            *known = true;
        }
        Ok(())
    };
    statement.fetch(readers, &keys, bind, read).await
}

pub(super) async fn channel_states(readers: &Readers, places: &[Place]) -> sqlx::Result<Vec<Option<String>>> {
    let mut states = vec![None; places.len()];
    let places: Vec<(i64, &Place)> = (0..).zip(places).collect();
    let bind = |values: &mut Values, (at, place): &(i64, &Place)| {
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

/// Returns the number that was given with a key, which comes back in the first column.
fn position(row: &Row) -> sqlx::Result<Option<usize>> {
    Ok(usize::try_from(row.try_get::<i64, _>(0)?).ok())
}

pub(super) async fn waking(readers: &Readers) -> sqlx::Result<Vec<(Place, Timestamp)>> {
    let rows = query(
        "SELECT account, channel, wake_at FROM channels WHERE wake_at IS NOT NULL ORDER BY wake_at, channel, account",
    )
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| Ok((place(row)?, timestamp(row, "wake_at")?)))
        .collect()
}

pub(super) async fn due(readers: &Readers) -> sqlx::Result<Vec<DueReply>> {
    let rows = query(
        "SELECT id, account, channel, attempts, decided, not_before, reply, about, caller \
         FROM outbox WHERE state = 0 ORDER BY id",
    )
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DueReply {
                key: ReplyKey(row.try_get("id")?),
                place: place(row)?,
                reply: serde_json::from_str(&row.try_get::<String, _>("reply")?)
                    .map_err(|error| error.to_string()),
                not_before: timestamp(row, "not_before")?,
                decided: timestamp(row, "decided")?,
                attempts: row.try_get("attempts")?,
                about: row
                    .try_get::<Option<String>, _>("about")?
                    .and_then(|about| serde_json::from_str(&about).ok()),
                caller: row
                    .try_get::<Option<String>, _>("caller")?
                    .and_then(|caller| serde_json::from_str(&caller).ok()),
            })
        })
        .collect()
}

/// Reads one memo.
const MEMO: &str = "SELECT value FROM memos WHERE owner = ? AND key = ?";

pub(super) async fn memo(readers: &Readers, owner: &str, key: &str) -> sqlx::Result<Option<String>> {
    query_scalar(MEMO)
        .bind(owner)
        .bind(key)
        .fetch_optional(readers)
        .await
}

pub(super) async fn memos(readers: &Readers, owner: &str) -> sqlx::Result<Vec<Memo>> {
    let rows = query("SELECT key, value FROM memos WHERE owner = ? ORDER BY key")
        .bind(owner)
        .fetch_all(readers)
        .await?;
    let memo = |row: &Row| {
        Ok(Memo {
            owner: owner.to_owned(),
            key: row.try_get("key")?,
            value: row.try_get("value")?,
        })
    };
    rows.iter().map(memo).collect()
}

pub(super) fn place(row: &Row) -> sqlx::Result<Place> {
    Ok(Place::new(
        row.try_get::<String, _>("account")?.as_str(),
        row.try_get::<String, _>("channel")?.as_str(),
    ))
}

pub(super) fn timestamp(row: &Row, column: &str) -> sqlx::Result<Timestamp> {
    row.try_get(column).map(from_micros)
}

/// Converts a time of the store; one that no clock can show becomes the nearest that one can.
fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
