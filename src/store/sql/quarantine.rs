//! Quarantine: events that could not be handled.

use super::engine::{Cells as _, Connection, Readers, begin, query, query_scalar};
use super::read::{place, timestamp};
use crate::store::{DeduplicationKey, Quarantined, RETRIES};
use groupdesk_contract::{MemberId, MessageId};

pub(super) async fn list(readers: &Readers, limit: u32) -> sqlx::Result<Vec<(i64, Quarantined)>> {
    let rows = query(
        "SELECT id, at, account, channel, member, message, kind, reason, payload FROM quarantine \
         WHERE id > 0 ORDER BY id DESC LIMIT ?",
    )
    .bind(limit)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let event = Quarantined {
                at: timestamp(row, "at")?,
                place: place(row)?,
                member: MemberId::new(row.try_get::<String, _>("member")?),
                message: MessageId::new(row.try_get::<String, _>("message")?),
                kind: row.try_get("kind")?,
                reason: row.try_get("reason")?,
                payload: row.try_get("payload")?,
            };
            Ok((row.try_get("id")?, event))
        })
        .collect()
}

pub(super) async fn count(readers: &Readers) -> sqlx::Result<u64> {
    let count: i64 = query_scalar("SELECT count(*) FROM quarantine")
        .fetch_one(readers)
        .await?;
    Ok(count.unsigned_abs())
}

/// Deletes one event, or all, with the request to decide on it once more.
pub(super) async fn forget(connection: &mut Connection, number: Option<i64>) -> sqlx::Result<u64> {
    let mut transaction = begin(connection).await?;
    let done = query("DELETE FROM quarantine WHERE id BETWEEN ? AND ?")
        .bind(number.unwrap_or(i64::MIN))
        .bind(number.unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
    match number {
        Some(number) => {
            query("DELETE FROM memos WHERE owner = ? AND key = ?")
                .bind(RETRIES)
                .bind(number.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        None => {
            query("DELETE FROM memos WHERE owner = ?")
                .bind(RETRIES)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    Ok(done.rows_affected())
}

/// Schedules an event for another decision, as if it had never been received.
pub(super) async fn retry(
    connection: &mut Connection,
    number: i64,
    key: &DeduplicationKey,
) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    query("DELETE FROM seen WHERE message = ? AND channel = ? AND account = ? AND fingerprint = ?")
        .bind(key.message.as_str())
        .bind(key.place.channel.as_str())
        .bind(key.place.account.as_str())
        .bind(key.fingerprint)
        .execute(&mut *transaction)
        .await?;
    query("INSERT INTO memos (owner, key, value) VALUES (?, ?, '') ON CONFLICT DO NOTHING")
        .bind(RETRIES)
        .bind(number.to_string())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}
