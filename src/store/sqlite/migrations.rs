//! The migrations of the file, oldest first, and the layout that a file has.
//!
//! `sqlx::migrate!` would name them by itself, but its macros bring a second SQLite, compiled for the compiler alone.

use super::before_release::{self, Applied};
use super::rows::sql;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection, SqlSafeStr, SqliteConnection};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Names a file of `migrations/sqlite` with its text.
macro_rules! migration {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
        )
    };
}

/// Names and texts of the migrations. A name begins with its version in four digits. How to add one is in CONTRIBUTING.md.
const FILES: &[(&str, &str)] = &[
    migration!("0001_initial"),
    migration!("0002_dashboard_lists"),
    migration!("0003_websites"),
    migration!("0004_questions_aside"),
];

/// The migrations, as sqlx runs them.
pub(in crate::store) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migrations = FILES.iter().filter_map(|(name, sql)| {
        let (version, description) = name.split_once('_')?;
        Some(Migration::new(
            version.parse().ok()?,
            Cow::Owned(description.replace('_', " ")),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        ))
    });
    Migrator::with_migrations(migrations.collect())
});

/// Layout of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// This program's, or that of an older release.
    Released,
    /// The layout of the last version before 0.1.0.
    BeforeRelease,
}

/// Returns the layout that these migrations have made.
///
/// # Errors
/// [`MigrateError::VersionMissing`] for a newer layout, [`MigrateError::VersionMismatch`] for another program's, and
/// [`MigrateError::VersionTooOld`] for one that this program can't bring up to date.
pub(super) fn layout(applied: &[Applied]) -> Result<Layout, MigrateError> {
    if before_release::begins(applied) {
        return before_release::check(applied).map(|()| Layout::BeforeRelease);
    }
    let unknown = applied.iter().find_map(|(version, checksum)| {
        match MIGRATIONS.iter().find(|ours| ours.version == *version) {
            Some(ours) if *ours.checksum == **checksum => None,
            Some(_) => Some(MigrateError::VersionMismatch(*version)),
            None => Some(MigrateError::VersionMissing(*version)),
        }
    });
    unknown.map_or(Ok(Layout::Released), Err)
}

/// Returns the migrations that a file has been through, oldest first.
pub(super) async fn applied(connection: &mut SqliteConnection) -> sqlx::Result<Vec<Applied>> {
    sqlx::query_as(sql(
        "SELECT version, checksum FROM _sqlx_migrations ORDER BY version",
    ))
    .fetch_all(connection)
    .await
}

/// Brings a file to this version's layout; a new one gets it.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    let has_migrations: bool = sqlx::query_scalar(sql(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')",
    ))
    .fetch_one(&mut *connection)
    .await?;
    if has_migrations && layout(&applied(connection).await?)? == Layout::BeforeRelease {
        adopt(connection).await?;
    }
    MIGRATIONS.run(connection).await
}

/// Gives a file of the last version before 0.1.0 the layout of the first migration.
async fn adopt(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    let Some(initial) = MIGRATIONS.iter().next() else {
        return Ok(());
    };
    let mut transaction = connection.begin_with(sql("BEGIN IMMEDIATE")).await?;
    // Asked again with the lock in hand: another program may have done it meanwhile.
    if layout(&applied(&mut transaction).await?)? == Layout::BeforeRelease {
        for change in before_release::CHANGES {
            // Not among the statements whose plans are asked for: no new store could explain them.
            sqlx::query(change).execute(&mut *transaction).await?;
        }
        sqlx::query(sql(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (?, ?, TRUE, ?, 0)",
        ))
        .bind(initial.version)
        .bind(&*initial.description)
        .bind(&*initial.checksum)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_file_of_the_folder_is_a_migration() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations/sqlite");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let named: BTreeSet<String> = FILES.iter().map(|(name, _)| format!("{name}.sql")).collect();
        assert_eq!(named, files);
        assert_eq!(MIGRATIONS.iter().count(), FILES.len());
    }
}
