//! Comparison of a copy with its source, beside the counts: by what changes of a row once it is written.

use super::PostgresStore;
use super::engine::query;
use super::values::{Cells as _, Row};
use crate::store::{Result, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeSet;

/// Statements that sum up such tables, in words that mean the same to both databases: name, rows and a sum of each kind of rows.
/// Times are summed in seconds, which no number of rows makes too large.
const SUMS: [&str; 3] = [
    "SELECT status, count(*), CAST(sum(number) AS BIGINT) FROM tickets GROUP BY status",
    "SELECT CAST(state AS TEXT), count(*), CAST(sum(id + attempts + coalesce(settled_at, 0) / 1000000) AS BIGINT) \
     FROM outbox GROUP BY state",
    "SELECT account, count(*), CAST(sum(touched / 1000000 + coalesce(wake_at, 0) / 1000000) AS BIGINT) \
     FROM channels GROUP BY account",
];

/// Side that failed.
pub(super) enum Fault {
    Source(sqlx::Error),
    Target(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Target(error)
    }
}

/// Kind, rows and sum.
type Sum = (String, i64, i64);

/// `true` if both sides say the same.
pub(super) async fn same(
    source: &mut SqliteConnection,
    target: &PostgresStore,
) -> std::result::Result<bool, Fault> {
    for statement in SUMS {
        let ours = sums_of_file(source, statement).await.map_err(Fault::Source)?;
        if ours != target.sums(statement).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn sums_of_file(source: &mut SqliteConnection, statement: &'static str) -> sqlx::Result<BTreeSet<Sum>> {
    let read =
        |row: &SqliteRow| -> sqlx::Result<Sum> { Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)) };
    let rows = sqlx::query(statement).fetch_all(source).await?;
    rows.iter().map(read).collect()
}

impl PostgresStore {
    async fn sums(&self, statement: &'static str) -> Result<BTreeSet<Sum>> {
        let read =
            |row: &Row| -> sqlx::Result<Sum> { Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)) };
        let rows = query(statement).fetch_all(&self.readers()).await;
        self.read(rows.and_then(|rows| rows.iter().map(read).collect()))
    }
}
