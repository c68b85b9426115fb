//! The migrations of the file, oldest first.
//!
//! `sqlx::migrate!` would name them by itself, but its macros bring a second SQLite, compiled for the compiler alone.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
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

/// Names and texts of the migrations. A name begins with its version in four digits.
const FILES: &[(&str, &str)] = &[
    migration!("0001_init"),
    migration!("0002_ticket_lifecycle"),
    migration!("0003_memos"),
    migration!("0004_vectors"),
    migration!("0005_nothing_lost"),
    migration!("0006_decisions"),
    migration!("0007_faq_versions"),
    migration!("0008_unanswered"),
    migration!("0009_labels"),
    migration!("0010_ticket_terms"),
    migration!("0011_callers"),
    migration!("0012_doubted"),
    migration!("0013_judged"),
    migration!("0014_dashboard"),
    migration!("0015_websites"),
];

/// Migrates a file to this version's schema.
pub(super) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
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
