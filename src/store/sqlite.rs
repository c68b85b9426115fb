//! The store in one SQLite file: the default, with nothing to install.
//!
//! One connection writes, in the order of the calls; a few read beside it, as the write-ahead log allows. Each
//! connection is a thread of its own, so that no disk is waited for on the runtime's threads.

mod before_release;
mod copy;
mod dialect;
mod engine;
mod faults;
mod file;
mod free_space;
pub(in crate::store) mod migrations;
mod old_inbox;
mod open;
pub(in crate::store) mod rows;
mod writing_connection;

#[path = "sql/commit_batch.rs"]
mod commit_batch;
#[path = "sql/dashboard.rs"]
mod dashboard;
#[path = "sql/decisions.rs"]
mod decisions;
#[path = "sql/forget.rs"]
mod forget;
#[path = "sql/message_origin.rs"]
mod message_origin;
#[path = "sql/prune.rs"]
mod prune;
#[path = "sql/quarantine.rs"]
mod quarantine;
#[path = "sql/read.rs"]
mod read;
#[path = "sql/search.rs"]
mod search;
#[path = "sql/store.rs"]
mod store;
#[path = "sql/tickets.rs"]
mod tickets;
#[path = "sql/unanswered_questions.rs"]
mod unanswered_questions;
#[path = "sql/vectors.rs"]
mod vectors;
#[path = "sql/versions.rs"]
mod versions;
#[path = "sql/websites.rs"]
mod websites;

pub(in crate::store) use copy::COPY_MARK;
pub use copy::{backup, look, restore};

use self::SqliteStore as Database;
use crate::store::store_failures::{Health, READ};
use crate::store::{DeduplicationKey, Result, StoreError};
use faults::Faults;
use file::LastTicket;
use open::Opening;
use parking_lot::RwLock;
use sqlx::{SqliteConnection, SqlitePool};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use writing_connection::{State, Writer};

/// Time without a write after which a probe tries if the disk takes anything.
const PROBE_INTERVAL: Duration = Duration::from_secs(30);

/// Duration of a write from which on the disk counts as not responding.
const WRITE_HANGS_AFTER: Duration = Duration::from_secs(10);

/// Owner of the store's own memos.
const OWNER: &str = "store";

/// Failure that a commit survives.
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
    opening: Opening,
    writer: Mutex<State>,
    readers: RwLock<SqlitePool>,
    faults: Faults,
    health: Health,
    last_ticket: LastTicket,
    probes: AtomicU64,
    /// Steps of upkeep that were done.
    steps: AtomicU64,
    /// `true` if there are messages of a version that kept only their ids.
    ids_only: bool,
    /// Commits that changed what is known of a ticket.
    changes: watch::Sender<u64>,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, creates the file (but not its folder) where there is none, and migrates it
    /// to this version's schema. Commits survive a power failure.
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
        let opening = Opening::new(path, durability);
        let faults = Faults::of(path);
        let mut writer = opening.begin().await?;
        let ids_only = old_inbox::has_ids_only(&mut writer)
            .await
            .map_err(|error| faults.opening(&error))?;
        Ok(Self {
            writer: Mutex::new(State::new(writer, path)),
            readers: RwLock::new(opening.readers()),
            faults,
            health: Health::of(path),
            last_ticket: LastTicket::of(path),
            probes: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            ids_only,
            changes: watch::Sender::new(0),
            opening,
        })
    }

    /// Opens the store in the file at `path` as it is, to read from it where nothing can be written, as on a full disk. Every write
    /// fails with [`StoreError::Closed`].
    ///
    /// # Errors
    /// [`StoreError::Open`] when there is no store that can be read.
    pub async fn open_to_read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let opening = Opening::reading(path);
        copy::known(&opening.existing(), path).await?;
        Ok(Self {
            writer: Mutex::new(State::reading()),
            readers: RwLock::new(opening.readers()),
            faults: Faults::of(path),
            health: Health::of(path),
            last_ticket: LastTicket::of(path),
            probes: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            ids_only: false,
            changes: watch::Sender::new(0),
            opening,
        })
    }

    /// Returns the writing connection, for one caller at a time.
    async fn writer(&self) -> Result<Writer<'_>> {
        let state = self.writer.lock().await;
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        writer
    }

    fn readers(&self) -> SqlitePool {
        self.readers.read().clone()
    }

    /// Reopens the reading connections, for a file that was put in place of another.
    fn renew_readers(&self) {
        *self.readers.write() = self.opening.readers();
    }

    /// Converts the error of a read, and records it.
    fn read<T>(&self, result: sqlx::Result<T>) -> Result<T> {
        let result = result.map_err(|error| {
            if faults::is_damage(&error) {
                tracing::error!(%error, "the store is damaged: restore it from a backup");
            }
            self.faults.reading(&error)
        });
        self.health.note(READ, &result);
        result
    }

    /// Writes a memo that shows whether writing works.
    async fn probe(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let probe = self.probes.fetch_add(1, Ordering::Relaxed) + 1;
        commit_batch::probe(connection, &format!("{}-{probe}", std::process::id())).await
    }

    /// Tells for each key if its message is known, in either form in which messages were kept.
    async fn known_keys(&self, keys: &[DeduplicationKey]) -> sqlx::Result<Vec<bool>> {
        let mut known = read::known(&self.readers(), keys).await?;
        if self.ids_only {
            read::mark(&old_inbox::KNOWN_BY_ID, &self.readers(), keys, &mut known).await?;
        }
        Ok(known)
    }

    /// Returns the highest number of a ticket that was given: that of the store, or what was noted beside it.
    async fn highest_number(&self) -> Result<u64> {
        let stored = self.read(tickets::highest_number(&self.readers()).await)?;
        let noted = self.last_ticket.number();
        if noted > stored {
            let path = self.opening.path.display();
            self.health.tell(format!(
                "数据库 {path} 里最大的工单号是 #{stored}，但已经发出过 #{noted}：数据库被清空、或被旧的替换了，其间的工单已不在；新工单从 \
                 #{next} 开始 / the store {path} knows tickets up to #{stored}, but #{noted} was given already: it was emptied or \
                 replaced by an older one, and the tickets between are gone; new ones begin with #{next}",
                next = noted + 1
            ));
        }
        Ok(stored.max(noted))
    }

    /// Notes the highest number of a ticket that was committed.
    fn note_number(&self, number: u64) {
        self.last_ticket.note(number);
    }

    /// Checks that the file can be written and is the one that was opened.
    async fn check_now(&self) -> Result<()> {
        let Ok(state) = self.writer.try_lock() else {
            let busy = self.health.writing_for();
            if busy < WRITE_HANGS_AFTER {
                return self.health.failure().map_or(Ok(()), Err);
            }
            return Err(StoreError::Failed {
                what: "write to",
                path: self.opening.path.clone(),
                why: format!("the disk has not answered for {} s", busy.as_secs()),
                help: "look at the disk and at the system's log",
            });
        };
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        let mut writer = writer?;
        let failure = self.health.failure();
        let probed = if failure.is_some() || writer.idle() >= PROBE_INTERVAL {
            self.probe(writer.connection()?).await
        } else {
            Ok(())
        };
        let probed = writer.finish(probed.map_err(Into::into)).await;
        self.health.note("probe", &probed);
        probed?;
        failure.map_or(Ok(()), Err)
    }

    async fn close_all(&self) {
        // The readers first: the last connection to go writes the log back into the file and removes it.
        self.readers().close().await;
        self.writer.lock().await.close().await;
    }
}
