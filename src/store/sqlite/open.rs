//! Opens the file, and brings it to this version's form.

use super::Durability;
use super::faults::Faults;
use crate::store::{Result, StoreError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use std::path::Path;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

/// How many connections read beside the one that writes.
const READERS: u32 = 2;

/// How long another program's write is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// How often, and after what pause, the file is opened anew when another program made it at the same moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// The log is written back into the file whenever it has so many pages (of 4 KiB). Channels that are written again and
/// again meanwhile are written back once.
const CHECKPOINT_PAGES: &str = "2000";

/// A log that grew larger (while a reader held it) is cut back to so many bytes when it is begun anew.
const LOG_LIMIT: &str = "16777216";

pub(super) async fn open(path: &Path, durability: Durability) -> Result<(SqliteConnection, SqlitePool)> {
    let faults = Faults::of(path);
    // A relative path is made to begin with "./", so that no name is taken for SQLite's `:memory:` or `file:`.
    let file = if path.is_absolute() {
        path.to_owned()
    } else {
        Path::new(".").join(path)
    };
    let options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(BUSY)
        .pragma("temp_store", "memory")
        .statement_cache_capacity(200)
        .disable_statement_logging();
    let writing = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match durability {
            Durability::PowerFailure => SqliteSynchronous::Full,
            Durability::ProgramCrash => SqliteSynchronous::Normal,
        })
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", LOG_LIMIT);
    let mut left = TRIES;
    let writer = loop {
        left -= 1;
        match begin(&writing, &faults).await {
            Ok(writer) => break writer,
            Err((error, passing)) if left == 0 || !passing => return Err(error),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    };
    // Lazily: a first answer needs one of them.
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok((writer, readers))
}

/// Opens the writing connection and brings the file up to date. With an error comes whether it may pass: SQLite has no
/// lock that spans the change to a write-ahead log or the migrator's steps, so of two programs that begin with a new file
/// at once one can find it locked, or its tables made already; it looks again, and finds them up to date.
async fn begin(
    options: &SqliteConnectOptions,
    faults: &Faults,
) -> std::result::Result<SqliteConnection, (StoreError, bool)> {
    let mut writer = options
        .connect()
        .await
        .map_err(|error| (faults.opening(&error), is_busy(&error)))?;
    MIGRATIONS.run(&mut writer).await.map_err(|error| {
        let passing = matches!(
            error,
            MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)
        );
        (faults.migrating(&error), passing)
    })?;
    Ok(writer)
}

fn is_busy(error: &sqlx::Error) -> bool {
    // The lower byte of an extended code is the code: 5 is SQLITE_BUSY, 6 SQLITE_LOCKED.
    error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 5 | 6))
}
