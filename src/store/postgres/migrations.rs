//! The migrations of the database, oldest first. They are run in one transaction, so that they work behind a pooler, and of two
//! programs that begin at once one waits for the other.

use super::engine::answered;
use crate::store::hex_checksum::hex;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

/// Names a file of `migrations/postgres` with its text.
macro_rules! migration {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        )
    };
}

/// Names and texts of the migrations. A name begins with its version in four digits. How to add one is in CONTRIBUTING.md.
const FILES: &[(&str, &str)] = &[
    migration!("0001_initial"),
    migration!("0002_nodes"),
    migration!("0003_questions_aside"),
];

/// Makes the table of the migrations that were run, and lets nobody else in until the transaction ends.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL client_min_messages = 'warning'; \
    CREATE TABLE IF NOT EXISTS groupdesk_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum BYTEA NOT NULL, \
    at TIMESTAMPTZ NOT NULL DEFAULT now()); LOCK TABLE groupdesk_migrations IN EXCLUSIVE MODE";

/// Reason for which a database can't be used.
#[derive(Debug)]
pub(in crate::store) enum MigrationFault {
    Database(sqlx::Error),
    /// A newer program has changed it.
    Newer(i64),
    /// Another program has changed it otherwise.
    Other(i64),
}

impl From<sqlx::Error> for MigrationFault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings a database to this version's layout; a new one gets it.
pub(super) async fn run(connection: &mut PgConnection) -> Result<(), MigrationFault> {
    run_files(connection, FILES).await
}

/// Brings a database to the layout that these migrations make.
async fn run_files(
    connection: &mut PgConnection,
    files: &[(&str, &'static str)],
) -> Result<(), MigrationFault> {
    let done = run_in_transaction(connection, files).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = answered(sqlx::raw_sql(end).execute(connection)).await;
    done?;
    ended?;
    Ok(())
}

async fn run_in_transaction(
    connection: &mut PgConnection,
    files: &[(&str, &'static str)],
) -> Result<(), MigrationFault> {
    answered(sqlx::raw_sql(BEGIN).execute(&mut *connection)).await?;
    let rows = sqlx::raw_sql(
        "SELECT version, encode(checksum, 'hex') AS checksum FROM groupdesk_migrations ORDER BY version",
    )
    .fetch_all(&mut *connection);
    let rows = answered(rows).await?;
    let mut applied = Vec::new();
    for row in &rows {
        let version: i64 = row.try_get("version")?;
        let checksum: String = row.try_get("checksum")?;
        let ours = files.iter().find(|(name, _)| version_of(name) == version);
        match ours {
            None => return Err(MigrationFault::Newer(version)),
            Some((_, text)) if checksum_of(text) != checksum => return Err(MigrationFault::Other(version)),
            Some(_) => applied.push(version),
        }
    }
    for (name, text) in files {
        let version = version_of(name);
        if applied.contains(&version) {
            continue;
        }
        answered(sqlx::raw_sql(*text).execute(&mut *connection)).await?;
        let noted = format!(
            "INSERT INTO groupdesk_migrations (version, name, checksum) VALUES ({version}, '{name}', '\\x{}')",
            checksum_of(text)
        );
        answered(sqlx::raw_sql(AssertSqlSafe(noted)).execute(&mut *connection)).await?;
    }
    Ok(())
}

/// Returns the names of the migrations.
#[cfg(test)]
pub(in crate::store) fn names() -> Vec<&'static str> {
    FILES.iter().map(|(name, _)| *name).collect()
}

/// Brings a database to the layout that its first migrations make, up to the one of this name.
#[cfg(test)]
pub(in crate::store) async fn run_to(
    connection: &mut PgConnection,
    last: &str,
) -> Result<(), MigrationFault> {
    let end = FILES.iter().position(|(name, _)| *name == last);
    let files = end.and_then(|end| FILES.get(..=end)).unwrap_or(FILES);
    run_files(connection, files).await
}

fn version_of(name: &str) -> i64 {
    let number = name.split('_').next();
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn checksum_of(text: &str) -> String {
    hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_file_of_the_folder_is_a_migration_with_a_number_of_its_own() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations/postgres");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let named: BTreeSet<String> = FILES.iter().map(|(name, _)| format!("{name}.sql")).collect();
        assert_eq!(named, files);
        let numbers: Vec<i64> = FILES.iter().map(|(name, _)| version_of(name)).collect();
        let expected: Vec<i64> = (1..).take(FILES.len()).collect();
        assert_eq!(numbers, expected);
    }
}
