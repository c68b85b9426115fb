//! Removes what can no longer matter, in small steps, so that messages go on being committed between them.

use super::SqliteStore;
use crate::store::{Forget, Result};
use jiff::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{Connection, Row, SqliteConnection, query::Query};

/// How many rows a step looks at: a few milliseconds of the writer's time.
const STEP: i64 = 2_000;

/// A message, its channel, its account: the inbox's key.
type Key = [String; 3];

impl SqliteStore {
    /// Walks the inbox in the order of its key. It has no index by time: that would double its size and the work of
    /// every commit, to spare an hourly walk of a few hundred milliseconds a million messages.
    pub(super) async fn prune_inbox(&self, before: Timestamp) -> Result<u64> {
        let before = before.as_microsecond();
        let mut removed = 0;
        // No key is smaller than three empty strings.
        let mut from = Key::default();
        loop {
            let until = self
                .key_after_a_step(&from)
                .await
                .map_err(|error| self.faults.reading(&error))?;
            removed += match &until {
                Some(until) => {
                    let step = sqlx::query(
                        "DELETE FROM inbox WHERE received < ? AND (message, channel, account) >= (?, ?, ?) \
                         AND (message, channel, account) < (?, ?, ?)",
                    );
                    self.delete(bind(bind(step.bind(before), &from), until)).await?
                }
                None => {
                    let rest = sqlx::query(
                        "DELETE FROM inbox WHERE received < ? AND (message, channel, account) >= (?, ?, ?)",
                    );
                    self.delete(bind(rest.bind(before), &from)).await?
                }
            };
            match until {
                Some(until) => from = until,
                None => return Ok(removed),
            }
        }
    }

    /// Removes settled replies in the order of their keys, which is nearly that of time: a step that finds younger
    /// ones is the last.
    pub(super) async fn prune_outbox(&self, before: Timestamp) -> Result<u64> {
        let mut removed = 0;
        loop {
            let step = sqlx::query(
                "DELETE FROM outbox WHERE decided < ? \
                 AND id IN (SELECT id FROM outbox WHERE state <> 0 ORDER BY id LIMIT ?)",
            );
            let rows = self.delete(step.bind(before.as_microsecond()).bind(STEP)).await?;
            removed += rows;
            if rows < STEP.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    async fn key_after_a_step(&self, from: &Key) -> sqlx::Result<Option<Key>> {
        let query = sqlx::query(
            "SELECT message, channel, account FROM inbox WHERE (message, channel, account) >= (?, ?, ?) \
             ORDER BY message, channel, account LIMIT 1 OFFSET ?",
        );
        let row = bind(query, from).bind(STEP).fetch_optional(&self.readers).await?;
        row.map(|row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]))
            .transpose()
    }

    async fn delete(&self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64> {
        let mut writer = self.writer().await;
        let done = query
            .execute(writer.connection()?)
            .await
            .map_err(|error| self.faults.writing(&error))?;
        Ok(done.rows_affected())
    }
}

fn bind<'q>(query: Query<'q, Sqlite, SqliteArguments>, key: &Key) -> Query<'q, Sqlite, SqliteArguments> {
    key.iter().fold(query, |query, part| query.bind(part.clone()))
}

/// Closed tickets that are forgotten, as one statement's list of numbers.
pub(super) async fn forget(connection: &mut SqliteConnection, which: &Forget) -> sqlx::Result<u64> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = "SELECT number FROM tickets WHERE status = 'closed' AND ";
    let numbers: Vec<i64> = match which {
        Forget::Before(before) => {
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("{found} opened < ?")))
                .bind(before.as_microsecond())
                .fetch_all(&mut *transaction)
                .await?
        }
        Forget::Member(account, member) => {
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("{found} account = ? AND member = ?")))
                .bind(account.as_str())
                .bind(member.as_str())
                .fetch_all(&mut *transaction)
                .await?
        }
    };
    for number in &numbers {
        for statement in [
            "DELETE FROM ticket_lines WHERE ticket = ?",
            "DELETE FROM outbox WHERE state <> 0 AND about ->> '$.ticket' = ?",
            // The newest number stays, without what was said, so that it is not given again.
            "DELETE FROM tickets WHERE number = ? AND number < (SELECT max(number) FROM tickets)",
            "UPDATE tickets SET member = '', data = json_set(data, '$.member', '', '$.member_name', '', '$.subject', '', \
             '$.transcript', '', '$.watchers', json_array()) WHERE number = ?",
        ] {
            sqlx::query(statement)
                .bind(number)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    Ok(numbers.len() as u64)
}
