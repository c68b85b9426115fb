//! Messages of a version that kept only their ids: read and pruned while a row of them is left.

use super::SqliteStore;
use super::engine::{Cells as _, Connection, One, query, query_scalar};
use super::prune::STEP_ROWS_MAX;
use super::rows::Statement;
use crate::store::Result;
use jiff::Timestamp;

/// Message, channel and account: the old inbox's key.
type Key = [String; 3];

/// Finds messages of which only the ids were kept, as [`super::read::known`] does the others.
pub(super) const KNOWN_BY_ID: Statement = Statement {
    head: "WITH k (i, message, channel, account, fingerprint, earliest, latest) AS (",
    values: 7,
    key: 0,
    tail: ") SELECT k.i FROM k CROSS JOIN inbox USING (message, channel, account) \
           WHERE k.fingerprint = 0 OR inbox.at BETWEEN k.earliest AND k.latest",
};

/// `true` if there are messages of which only the ids were kept.
pub(super) async fn has_ids_only(connection: &mut Connection) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM inbox)")
        .fetch_one(connection)
        .await
}

impl SqliteStore {
    /// Removes messages of which only the ids were kept, where there are any.
    pub(super) async fn prune_old_inbox(&self, before: Timestamp) -> Result<u64> {
        if self.ids_only {
            self.prune_ids_only(before).await
        } else {
            Ok(0)
        }
    }

    /// Removes messages of which only the ids were kept, in the order of their key: they have no index by time.
    async fn prune_ids_only(&self, before: Timestamp) -> Result<u64> {
        let before = before.as_microsecond();
        let mut removed = 0;
        // No key is smaller than three empty strings.
        let mut from = Key::default();
        loop {
            let until = self.read(self.key_after_a_step(&from).await)?;
            removed += match &until {
                Some(until) => {
                    let step = query(
                        "DELETE FROM inbox WHERE received < ? AND (message, channel, account) >= (?, ?, ?) \
                         AND (message, channel, account) < (?, ?, ?)",
                    );
                    self.step(bind(bind(step.bind(before), &from), until)).await?
                }
                None => {
                    let rest = query(
                        "DELETE FROM inbox WHERE received < ? AND (message, channel, account) >= (?, ?, ?)",
                    );
                    self.step(bind(rest.bind(before), &from)).await?
                }
            };
            match until {
                Some(until) => from = until,
                None => return Ok(removed),
            }
        }
    }

    async fn key_after_a_step(&self, from: &Key) -> sqlx::Result<Option<Key>> {
        let query = query(
            "SELECT message, channel, account FROM inbox WHERE (message, channel, account) >= (?, ?, ?) \
             ORDER BY message, channel, account LIMIT 1 OFFSET ?",
        );
        let row = bind(query, from)
            .bind(STEP_ROWS_MAX)
            .fetch_optional(&self.readers())
            .await?;
        row.map(|row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]))
            .transpose()
    }
}

fn bind<'q>(query: One<'q>, key: &Key) -> One<'q> {
    key.iter().fold(query, |query, part| query.bind(part.clone()))
}
