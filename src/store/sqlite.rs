//! The store in one SQLite file: the default, with nothing to install.
//!
//! One connection writes, in the order of the calls; a few read beside it, as the write-ahead log allows. Each
//! connection is a thread of its own, so that no disk is waited for on the runtime's threads.

mod faults;
mod open;
mod prune;
mod read;
mod rows;
mod vectors;
mod write;

use crate::store::{
    Batch, DueReply, Forget, InboxKey, Memo, Pruned, Quoted, Relayed, Result, SaidInTicket, Settled, Store,
    StoreError, TicketFilter, VectorKey,
};
use crate::ticket::{Line, Ticket};
use async_trait::async_trait;
use faults::Faults;
use groupdesk_contract::{MessageId, Place, ReplyKey};
use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};
use std::collections::HashSet;
use std::path::Path;
use tokio::sync::{Mutex, MutexGuard};

/// What a commit outlives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power failure: a commit returns when the disk has it.
    #[default]
    PowerFailure,
    /// A crash of the program, kill -9 included, but not of the machine: the last seconds before a power failure can
    /// be lost (messages answered then may be answered again, or never). For disks on which a flush takes too long.
    ProgramCrash,
}

/// The store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Mutex<Option<SqliteConnection>>,
    readers: SqlitePool,
    faults: Faults,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, which is made (but not its folder) where there is none, and brings it to
    /// this version's form. Commits outlive a power failure.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the file can't be read and written, is not a store, or is a newer version's.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Durability::default()).await
    }

    /// Opens the store like [`SqliteStore::open`], with commits as durable as `durability` says.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub async fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self> {
        let path = path.as_ref();
        let (writer, readers) = open::open(path, durability).await?;
        Ok(Self {
            writer: Mutex::new(Some(writer)),
            readers,
            faults: Faults::of(path),
        })
    }

    /// The writing connection, for one caller at a time.
    async fn writer(&self) -> Writer<'_> {
        Writer(self.writer.lock().await)
    }
}

struct Writer<'a>(MutexGuard<'a, Option<SqliteConnection>>);

impl Writer<'_> {
    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.0.as_mut().ok_or(StoreError::Closed)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn known(&self, keys: &[InboxKey]) -> Result<Vec<bool>> {
        read::known(&self.readers, keys)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn channel_states(&self, places: &[Place]) -> Result<Vec<Option<String>>> {
        read::channel_states(&self.readers, places)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn waking(&self) -> Result<Vec<(Place, Timestamp)>> {
        read::waking(&self.readers)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn commit(&self, batch: &Batch) -> Result<Vec<ReplyKey>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = write::prepare(batch)?;
        let mut writer = self.writer().await;
        write::commit(writer.connection()?, batch, &prepared)
            .await
            .map_err(|fault| match fault {
                write::Fault::AlreadyKnown => StoreError::AlreadyKnown,
                write::Fault::Database(error) => self.faults.writing(&error),
            })
    }

    async fn due(&self) -> Result<Vec<DueReply>> {
        read::due(&self.readers)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn settle(&self, settled: &[(ReplyKey, Settled)]) -> Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer().await;
        write::settle(writer.connection()?, settled)
            .await
            .map_err(|error| self.faults.writing(&error))
    }

    async fn quoted(&self, place: &Place, message: &MessageId) -> Result<Quoted> {
        read::quoted(&self.readers, place, message)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn said_in_ticket(&self, place: &Place, message: &MessageId) -> Result<Option<SaidInTicket>> {
        read::said_in_ticket(&self.readers, place, message)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn relayed(&self, room: &Place, message: &MessageId) -> Result<Vec<Relayed>> {
        read::relayed(&self.readers, room, message)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn next_ticket_number(&self) -> Result<u64> {
        read::next_ticket_number(&self.readers)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn tickets(&self, filter: &TicketFilter) -> Result<Vec<Ticket>> {
        read::tickets(&self.readers, filter)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn ticket(&self, number: u64) -> Result<Option<Ticket>> {
        read::ticket(&self.readers, number)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn ticket_lines(&self, number: u64) -> Result<Vec<Line>> {
        read::ticket_lines(&self.readers, number)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn memo(&self, owner: &str, key: &str) -> Result<Option<String>> {
        read::memo(&self.readers, owner, key)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn memos(&self, owner: &str) -> Result<Vec<Memo>> {
        read::memos(&self.readers, owner)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn prune(&self, inbox: Timestamp, outbox: Timestamp) -> Result<Pruned> {
        let inbox = self.prune_inbox(inbox).await?;
        let outbox = self.prune_outbox(outbox).await?;
        Ok(Pruned { inbox, outbox })
    }

    async fn forget(&self, which: &Forget) -> Result<u64> {
        let mut writer = self.writer().await;
        prune::forget(writer.connection()?, which)
            .await
            .map_err(|error| self.faults.writing(&error))
    }

    async fn vectors(&self, model: &str, keys: &[VectorKey]) -> Result<Vec<Option<Vec<f32>>>> {
        vectors::read(&self.readers, model, keys)
            .await
            .map_err(|error| self.faults.reading(&error))
    }

    async fn keep_vectors(&self, model: &str, vectors: &[(VectorKey, Vec<f32>)]) -> Result<()> {
        let mut writer = self.writer().await;
        vectors::keep(writer.connection()?, model, vectors)
            .await
            .map_err(|error| self.faults.writing(&error))
    }

    async fn forget_vectors_but(&self, model: &str, needed: &HashSet<VectorKey>) -> Result<u64> {
        let needless = vectors::needless(&self.readers, model, needed)
            .await
            .map_err(|error| self.faults.reading(&error))?;
        for rows in vectors::steps(&needless) {
            let mut writer = self.writer().await;
            vectors::forget(writer.connection()?, rows)
                .await
                .map_err(|error| self.faults.writing(&error))?;
        }
        Ok(needless.len() as u64)
    }

    async fn close(&self) {
        // The readers first: the last connection to go writes the log back into the file and removes it.
        self.readers.close().await;
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = sqlx::Connection::close(writer).await
        {
            tracing::warn!(%error, "can't close the store cleanly; the next start puts it right");
        }
    }
}
