//! Events that were set aside.

use super::read::{place, timestamp};
use super::rows::sql;
use crate::store::Quarantined;
use sqlx::{Row, SqliteConnection, SqlitePool};

pub(super) async fn list(readers: &SqlitePool, limit: u32) -> sqlx::Result<Vec<(i64, Quarantined)>> {
    let rows = sqlx::query(sql(
        "SELECT id, at, account, channel, member, message, kind, reason, payload FROM quarantine \
         WHERE id > 0 ORDER BY id DESC LIMIT ?",
    ))
    .bind(limit)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let event = Quarantined {
                at: timestamp(row, "at")?,
                place: place(row)?,
                member: row.try_get::<&str, _>("member")?.into(),
                message: row.try_get::<&str, _>("message")?.into(),
                kind: row.try_get("kind")?,
                reason: row.try_get("reason")?,
                payload: row.try_get("payload")?,
            };
            Ok((row.try_get("id")?, event))
        })
        .collect()
}

pub(super) async fn count(readers: &SqlitePool) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar(sql("SELECT count(*) FROM quarantine"))
        .fetch_one(readers)
        .await?;
    Ok(count.unsigned_abs())
}

/// Removes one, or all.
pub(super) async fn forget(connection: &mut SqliteConnection, number: Option<i64>) -> sqlx::Result<u64> {
    let done = sqlx::query(sql("DELETE FROM quarantine WHERE id BETWEEN ? AND ?"))
        .bind(number.unwrap_or(i64::MIN))
        .bind(number.unwrap_or(i64::MAX))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
