//! Versions of faq.yaml. A content is kept once, however often it was in service; the oldest go when there are too many.

use super::engine::{Cells as _, Connection, Readers, begin, query, query_scalar};
use super::read::timestamp;
use crate::store::{FaqChange, FaqSource, FaqVersion};
use std::collections::HashSet;

/// Versions that are kept at most.
const KEPT_MAX: usize = 500;

/// Bytes of all contents from which on the older ones go.
const BYTES_MAX: u64 = 64 << 20;

/// Versions that are kept whatever their size.
const KEPT_LEAST: usize = 10;

/// Versions that one transaction deletes: a content may be large.
const STEP_VERSIONS: usize = 8;

/// Keeps a version, unless the newest is the same. Returns `true` if it is new.
pub(super) async fn keep(
    connection: &mut Connection,
    version: &str,
    content: &[u8],
    change: &FaqChange,
) -> sqlx::Result<bool> {
    let mut transaction = begin(connection).await?;
    let newest: Option<String> = query_scalar("SELECT version FROM faq_versions ORDER BY id DESC LIMIT 1")
        .fetch_optional(&mut *transaction)
        .await?;
    if newest.as_deref() == Some(version) {
        return Ok(false);
    }
    query("INSERT INTO faq_contents (version, content) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(version)
        .bind(content)
        .execute(&mut *transaction)
        .await?;
    query("INSERT INTO faq_versions (version, at, source, author, note, bytes) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(version)
        .bind(change.at.as_microsecond())
        .bind(change.source.name())
        .bind(&change.author)
        .bind(&change.note)
        .bind(i64::try_from(content.len()).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Returns the newest versions.
pub(super) async fn list(readers: &Readers, limit: u32) -> sqlx::Result<Vec<FaqVersion>> {
    let rows =
        query("SELECT version, at, source, author, note, bytes FROM faq_versions ORDER BY id DESC LIMIT ?")
            .bind(limit)
            .fetch_all(readers)
            .await?;
    rows.iter()
        .map(|row| {
            Ok(FaqVersion {
                version: row.try_get("version")?,
                at: timestamp(row, "at")?,
                source: FaqSource::of_name(&row.try_get::<String, _>("source")?),
                author: row.try_get("author")?,
                note: row.try_get("note")?,
                bytes: row.try_get::<i64, _>("bytes")?.unsigned_abs(),
            })
        })
        .collect()
}

pub(super) async fn content(readers: &Readers, version: &str) -> sqlx::Result<Option<Vec<u8>>> {
    query_scalar("SELECT content FROM faq_contents WHERE version = ?")
        .bind(version)
        .fetch_optional(readers)
        .await
}

/// Returns the versions that are too many, newest first, each with its row.
pub(super) async fn needless(readers: &Readers) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query("SELECT id, version, bytes FROM faq_versions ORDER BY id DESC")
        .fetch_all(readers)
        .await?;
    let mut needless = Vec::new();
    let (mut seen, mut bytes) = (HashSet::new(), 0);
    for (at, row) in rows.iter().enumerate() {
        let version: String = row.try_get("version")?;
        if seen.insert(version.clone()) {
            bytes += row.try_get::<i64, _>("bytes")?.unsigned_abs();
        }
        if at >= KEPT_MAX || (at >= KEPT_LEAST && bytes > BYTES_MAX) {
            needless.push((row.try_get("id")?, version));
        }
    }
    Ok(needless)
}

/// Splits versions into steps that are each one transaction.
pub(super) fn steps(needless: &[(i64, String)]) -> impl Iterator<Item = &[(i64, String)]> {
    needless.chunks(STEP_VERSIONS)
}

/// Deletes versions, and the contents that no other has.
pub(super) async fn forget(connection: &mut Connection, needless: &[(i64, String)]) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    for (row, version) in needless {
        query("DELETE FROM faq_versions WHERE id = ?")
            .bind(row)
            .execute(&mut *transaction)
            .await?;
        query(
            "DELETE FROM faq_contents WHERE version = ? \
             AND NOT EXISTS (SELECT 1 FROM faq_versions WHERE faq_versions.version = faq_contents.version)",
        )
        .bind(version)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await
}
