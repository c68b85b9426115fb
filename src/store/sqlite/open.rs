//! Opens the file, and migrates it to this version's schema.

use super::Durability;
use super::faults::Faults;
use super::file::beside;
use super::migrations;
use super::rows::sql;
use crate::store::{Result, StoreError};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections that read beside the one that writes.
const READERS: u32 = 2;

/// Timeout for another program's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout for a reading connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// Statement that changes nothing, and fails where nothing could be changed.
const CAN_WRITE: &str = "DELETE FROM memos WHERE owner = '' AND key = ''";

/// Attempts to open the file, where another program created it at the same moment.
const TRIES_MAX: u32 = 20;
/// Pause between two attempts.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// Pages of the log (of 4 KiB) after which it is written back into the file. Channels that are written again and again
/// meanwhile are written back once.
const CHECKPOINT_PAGES: &str = "2000";

/// Size in bytes to which the log is cut when it is begun anew, after it grew larger (while a reader held it).
const LOG_LIMIT: &str = "16777216";

/// Opens the connections to one file.
#[derive(Debug)]
pub(super) struct Opening {
    /// Path of the file, as it was named.
    pub(super) path: PathBuf,
    durability: Durability,
    /// `true` if nothing is written, whatever is asked for.
    read_only: bool,
}

impl Opening {
    pub(super) fn new(path: &Path, durability: Durability) -> Self {
        Self {
            path: path.to_owned(),
            durability,
            read_only: false,
        }
    }

    /// Opens a file for reading alone.
    pub(super) fn reading(path: &Path) -> Self {
        Self {
            read_only: true,
            ..Self::new(path, Durability::default())
        }
    }

    /// Opens the file, created where there is none, and migrates it to this version's schema.
    pub(super) async fn begin(&self) -> Result<SqliteConnection> {
        let faults = Faults::of(&self.path);
        let options = self.writing().create_if_missing(true);
        let mut left = TRIES_MAX;
        loop {
            left -= 1;
            match begin(&options, &faults).await {
                Ok(writer) => return Ok(writer),
                Err((error, passing)) if left == 0 || !passing => return Err(error),
                Err(_) => tokio::time::sleep(RETRY_INTERVAL).await,
            }
        }
    }

    /// Reopens the file; it must exist, in this version's schema.
    pub(super) async fn again(&self) -> sqlx::Result<SqliteConnection> {
        self.writing().connect().await
    }

    /// Makes the pool of reading connections. They are opened when they are needed: a first answer needs one of them.
    pub(super) fn readers(&self) -> SqlitePool {
        SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(READER_TIMEOUT)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(self.options().pragma("query_only", "on"))
    }

    /// Returns the options with which a file that exists is opened, as it is.
    pub(super) fn existing(&self) -> SqliteConnectOptions {
        self.options().create_if_missing(false)
    }

    fn writing(&self) -> SqliteConnectOptions {
        self.options()
            // Of a new file only; so that what is forgotten gives its room back in small steps.
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match self.durability {
                Durability::PowerFailure => SqliteSynchronous::Full,
                Durability::ProgramCrash => SqliteSynchronous::Normal,
            })
            // What is forgotten must not be found in the file: a later order to forget can't clean what was left behind by
            // an earlier change.
            .pragma("secure_delete", "on")
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .pragma("journal_size_limit", LOG_LIMIT)
    }

    fn options(&self) -> SqliteConnectOptions {
        // A relative path is made to begin with "./", so that no name is taken for SQLite's `:memory:` or `file:`.
        let file = if self.path.is_absolute() {
            self.path.clone()
        } else {
            Path::new(".").join(&self.path)
        };
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("temp_store", "memory")
            .statement_cache_capacity(200)
            .disable_statement_logging();
        if !self.read_only {
            return options;
        }
        // Without a log beside it the file is whole; the index of a log could not be made where nothing can be written.
        let logged = beside(&self.path, "-wal").exists();
        options.read_only(true).immutable(!logged)
    }
}

/// Opens the writing connection and migrates the file. An error comes with `true` if a retry may help: SQLite has no lock
/// that spans the change to a write-ahead log or the migrator's steps, so of two programs that begin with a new file at
/// once one can find it locked, or its tables made already; on a retry it finds them up to date.
async fn begin(
    options: &SqliteConnectOptions,
    faults: &Faults,
) -> std::result::Result<SqliteConnection, (StoreError, bool)> {
    let mut writer = options
        .connect()
        .await
        .map_err(|error| (faults.opening(&error), is_busy(&error)))?;
    migrations::run(&mut writer).await.map_err(|error| {
        let passing = matches!(
            error,
            MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)
        );
        (faults.migrating(&error), passing)
    })?;
    // A file that can't be written is opened all the same, and would never take an answer.
    sqlx::query(sql(CAN_WRITE))
        .execute(&mut writer)
        .await
        .map_err(|error| (faults.opening(&error), is_busy(&error)))?;
    Ok(writer)
}

fn is_busy(error: &sqlx::Error) -> bool {
    // The lower byte of an extended code is the code: 5 is SQLITE_BUSY, 6 SQLITE_LOCKED.
    error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 5 | 6))
}
