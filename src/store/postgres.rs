//! The store in PostgreSQL: for groups that must be answered while a machine is away, or that have PostgreSQL anyway.
//!
//! One connection writes, in the order of the calls; a few read beside it. Nothing relies on the state of a session, so that a pooler
//! may stand between. Statements are those of `store/sql`, which the SQLite store has too.
#![expect(
    clippy::duplicate_mod,
    reason = "the files of `sql` are compiled once for each database, against its own `engine`, `rows` and `dialect`"
)]

mod copy;
mod copy_checks;
mod desk_lease_renewal;
mod dialect;
mod engine;
mod faults;
mod fence;
pub(in crate::store) mod migrations;
mod nodes;
mod open;
mod rows;
mod values;
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

pub use copy::{CopiedTable, copy};
pub use desk_lease_renewal::{DeskHolder, DeskNode, DeskSeen, DeskTaken, NodeLease, Trust};
pub use nodes::Nodes;
pub use open::PostgresAddress;

use self::PostgresStore as Database;
use crate::store::store_failures::{Health, READ};
use crate::store::{DeduplicationKey, Result, StoreError};
use engine::Readers;
use faults::Faults;
use fence::Fence;
use jiff::Timestamp;
use open::Opening;
use parking_lot::RwLock;
use std::path::Path;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use writing_connection::{State, Writer};

/// Duration of a write from which on the database counts as not responding.
const WRITE_HANGS_AFTER: Duration = Duration::from_secs(10);

/// Owner of the store's own memos.
const OWNER: &str = "store";

/// The store in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    opening: Opening,
    writer: Mutex<State>,
    readers: RwLock<Readers>,
    faults: Faults,
    health: Health,
    fence: Fence,
    /// Commits that changed what is known of a ticket.
    changes: watch::Sender<u64>,
}

impl PostgresStore {
    /// Opens the store in the database at `address`, and brings it to this version's schema; a new one gets it.
    ///
    /// # Errors
    /// [`StoreError::Open`] when an address can't be read, or a newer version has written the database; [`StoreError::Failed`] when
    /// no primary answers.
    pub async fn open(address: &PostgresAddress) -> Result<Self> {
        let opening = Opening::new(address)?;
        let faults = Faults::of(&opening.name);
        let mut writer = opening.connect(&faults).await?;
        migrations::run(writer.plain())
            .await
            .map_err(|fault| faults.migrating(&fault))?;
        Ok(Self {
            writer: Mutex::new(State::new(writer)),
            readers: RwLock::new(opening.readers()),
            health: Health::of(Path::new(&opening.name)),
            faults,
            fence: Fence::default(),
            changes: watch::Sender::new(0),
            opening,
        })
    }

    /// Begins a write, for one caller at a time.
    async fn writer(&self) -> Result<Writer<'_>> {
        let state = self.writer.lock().await;
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        writer
    }

    fn readers(&self) -> Readers {
        self.readers.read().clone()
    }

    /// Connects the readers anew, to another primary.
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

    async fn known_keys(&self, keys: &[DeduplicationKey]) -> sqlx::Result<Vec<bool>> {
        read::known(&self.readers(), keys).await
    }

    /// Returns the highest number of a ticket that was given.
    async fn highest_number(&self) -> Result<u64> {
        self.read(tickets::highest_number(&self.readers()).await)
    }

    /// Checks that the database answers and takes writes, and that this program still may write.
    async fn check_now(&self) -> Result<()> {
        let Ok(state) = self.writer.try_lock() else {
            let busy = self.health.writing_for();
            if busy < WRITE_HANGS_AFTER {
                return self.health.failure().map_or(Ok(()), Err);
            }
            return Err(StoreError::Failed {
                what: "write to",
                path: self.opening.name.clone().into(),
                why: format!("the database has not answered for {} s", busy.as_secs()),
                help: "look at PostgreSQL and at the network",
            });
        };
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        let mut writer = writer?;
        let probed = match self.health.failure() {
            Some(_) => commit_batch::probe(writer.connection()?, &std::process::id().to_string()).await,
            None => Ok(()),
        };
        let probed = writer.finish(probed.map_err(Into::into)).await;
        self.health.note("probe", &probed);
        probed?;
        self.health.failure().map_or(Ok(()), Err)
    }

    async fn close_all(&self) {
        self.readers().close().await;
        self.writer.lock().await.close().await;
    }

    /// Makes the error of a program that is no longer the holder of its desk.
    fn superseded(&self) -> StoreError {
        StoreError::Superseded {
            path: self.opening.name.clone().into(),
        }
    }
}

/// What SQLite has to do beside its statements, and PostgreSQL does by itself.
#[expect(
    clippy::unused_async,
    clippy::unused_self,
    reason = "the other database works here"
)]
impl PostgresStore {
    fn note_number(&self, _: u64) {}

    async fn prune_old_inbox(&self, _: Timestamp) -> Result<u64> {
        Ok(0)
    }

    async fn give_back(&self) -> Result<()> {
        Ok(())
    }

    async fn write_back(&self) {}

    async fn cut_log(&self) -> Result<()> {
        Ok(())
    }
}
