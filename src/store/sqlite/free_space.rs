//! Gives the room of deleted rows back: to the file system, and in the log.

use super::SqliteStore;
use super::engine::{Cells as _, query, query_scalar};
use super::prune::pause;
use crate::store::{Result, StoreError};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Steps after which the log is written back into the file: before it is as long as a commit leaves it.
const STEPS_WRITTEN_BACK: u64 = 2;

/// Pages of 4 KiB that a step gives back to the file system.
const PAGES_STEP: u32 = 200;

/// Attempts to cut the log: others may be reading from it.
const CHECKPOINT_TRIES: u32 = 20;

impl SqliteStore {
    /// Gives the free pages back to the file system.
    pub(super) async fn give_back(&self) -> Result<()> {
        loop {
            let free: i64 = {
                let free = query_scalar("PRAGMA freelist_count");
                self.read(free.fetch_one(&self.readers()).await)?
            };
            // Pages that will be needed again soon may stay; a file made before this was possible keeps them all.
            if free <= i64::from(PAGES_STEP) {
                return Ok(());
            }
            let started = Instant::now();
            let mut writer = self.writer().await?;
            let pages = format!("PRAGMA incremental_vacuum({PAGES_STEP})");
            let given = sqlx::query(sqlx::AssertSqlSafe(pages))
                .fetch_all(writer.connection()?)
                .await;
            writer.finish(given.map_err(Into::into)).await?;
            self.write_back().await;
            pause(started.elapsed()).await;
            let left: i64 = {
                let free = query_scalar("PRAGMA freelist_count");
                self.read(free.fetch_one(&self.readers()).await)?
            };
            if left >= free {
                return Ok(());
            }
        }
    }

    /// Writes the log back into the file while nobody waits: else the commit with which the log is full does it, and a
    /// member waits.
    pub(super) async fn write_back(&self) {
        if !self
            .steps
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(STEPS_WRITTEN_BACK)
        {
            return;
        }
        let passive = query("PRAGMA wal_checkpoint(PASSIVE)");
        if let Err(error) = passive.fetch_all(&self.readers()).await {
            tracing::debug!(%error, "the log can't be written back now");
        }
    }

    /// Writes the log back into the file, and cuts it to nothing: it still has the deleted rows.
    pub(super) async fn cut_log(&self) -> Result<()> {
        for _ in 0..CHECKPOINT_TRIES {
            let started = Instant::now();
            let mut writer = self.writer().await?;
            let cut = query("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(writer.connection()?)
                .await;
            let row = writer.finish(cut.map_err(Into::into)).await?;
            if self.read(row.try_get::<i64, _>(0))? == 0 {
                return Ok(());
            }
            pause(started.elapsed()).await;
        }
        Err(StoreError::Failed {
            what: "cut the log of",
            path: self.opening.path.clone(),
            why: "somebody goes on reading from it".to_owned(),
            help: "what was to be forgotten is deleted, and leaves the log with the next restart",
        })
    }
}
