//! Opens the file, and brings it to this version's form.

use super::Durability;
use super::faults::Faults;
use crate::store::Result;
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

/// How often, and after what pause, the migrations are run anew when another program ran them at the same moment.
const MIGRATION_TRIES: u32 = 5;
const MIGRATION_PAUSE: Duration = Duration::from_millis(50);

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
    let mut writer = writing.connect().await.map_err(|error| faults.opening(&error))?;
    migrate(&mut writer)
        .await
        .map_err(|error| faults.migrating(&error))?;
    // Lazily: a first answer needs one of them.
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok((writer, readers))
}

/// Brings the file up to date. SQLite has no lock that spans the migrator's steps, so of two programs that begin with a
/// new file at once one can find its tables made already: it looks again, and finds them up to date.
async fn migrate(writer: &mut SqliteConnection) -> std::result::Result<(), MigrateError> {
    let mut left = MIGRATION_TRIES;
    loop {
        left -= 1;
        match MIGRATIONS.run(&mut *writer).await {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) if left > 0 => {
                tokio::time::sleep(MIGRATION_PAUSE).await;
            }
            done => return done,
        }
    }
}
