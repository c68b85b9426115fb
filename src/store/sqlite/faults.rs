//! SQLite's errors, with instructions for an operator.

use crate::store::StoreError;
use crate::store::error::is_of_values;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use std::path::{Path, PathBuf};

/// Converts the errors of one database file.
#[derive(Debug)]
pub(super) struct Faults {
    path: PathBuf,
}

impl Faults {
    pub(super) fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    pub(super) fn opening(&self, error: &sqlx::Error) -> StoreError {
        StoreError::Open {
            path: self.path.clone(),
            why: why(error),
            help: help(error),
        }
    }

    pub(super) fn migrating(&self, error: &MigrateError) -> StoreError {
        let (why, help) = match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                (why(error), help(error))
            }
            MigrateError::VersionMissing(version) => (
                format!("it was written by a newer groupdesk (its form has number {version})"),
                "run that version again, or set `store.path` to another file",
            ),
            MigrateError::VersionTooOld(version, last) => (
                format!(
                    "it was written by a groupdesk before 0.1.0 (its form has number {version} of {last})"
                ),
                "run the last groupdesk before 0.1.0 on it once, or set `store.path` to another file",
            ),
            MigrateError::VersionMismatch(version) => (
                format!("its form number {version} is not the one this groupdesk knows"),
                "run the groupdesk that wrote it, or set `store.path` to another file",
            ),
            other => (
                other.to_string(),
                "move the file away, or set `store.path` to another file",
            ),
        };
        StoreError::Open {
            path: self.path.clone(),
            why,
            help,
        }
    }

    /// Converts the error of a read. A damaged file can't be read later either.
    pub(super) fn reading(&self, error: &sqlx::Error) -> StoreError {
        if is_damage(error) {
            // Whoever reads may meet it before it is looked at the file.
            let emptied = std::fs::metadata(&self.path).is_ok_and(|file| file.len() == 0);
            return if emptied {
                self.emptied()
            } else {
                self.lost(why(error), DAMAGED.to_owned())
            };
        }
        self.failed("read from", error)
    }

    /// Converts the error of a write. A damaged file takes nothing any more.
    pub(super) fn writing(&self, error: &sqlx::Error) -> StoreError {
        if is_damage(error) {
            return self.lost(why(error), DAMAGED.to_owned());
        }
        self.failed("write to", error)
    }

    /// Makes the error of a file of which nothing is left.
    pub(super) fn emptied(&self) -> StoreError {
        self.lost(
            "somebody cut it to nothing while it was open".to_owned(),
            "restore it from a backup and start again; without one the next start begins a new one, in which ticket numbers go on \
             where they were"
                .to_owned(),
        )
    }

    /// Makes the error after which nothing can be kept any more.
    pub(super) fn lost(&self, why: String, help: String) -> StoreError {
        StoreError::Lost {
            path: self.path.clone(),
            why,
            help,
        }
    }

    fn failed(&self, what: &'static str, error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolClosed => StoreError::Closed,
            _ if concerns_data(error) => StoreError::Data {
                what,
                why: why(error),
            },
            _ => StoreError::Failed {
                what,
                path: self.path.clone(),
                why: why(error),
                help: help(error),
            },
        }
    }
}

/// Instruction for a damaged file.
const DAMAGED: &str = "the file is damaged: restore it from a backup, or save what it has with `sqlite3 FILE .recover` and \
                       move it away; a new one is made at the next start";

/// SQLite's extended code for a write that failed, other than for want of room on the disk.
const WRITE_FAILED: i32 = 10 | 3 << 8;

/// SQLite's extended code for a file that ends too early.
const SHORT_READ: i32 = 10 | 2 << 8;

/// `true` if the file is no database any more, or not the one that was opened.
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else {
        return false;
    };
    match code(error) {
        // The log was cut: it ends before what its index says.
        Some(SHORT_READ) => return true,
        None => return false,
        Some(_) => {}
    }
    match primary_code(error) {
        Some(11 | 26) => true,
        Some(1) => error.message().starts_with("no such table"),
        _ => false,
    }
}

/// `true` if the database works, and only the data of the statement can't be read or kept: an error of the statement, a
/// value that is too big, a broken rule, a value of another kind.
fn concerns_data(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => matches!(primary_code(&**error), Some(1 | 18 | 19 | 20 | 25)),
        error => is_of_values(error),
    }
}

fn why(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

/// Returns the last sentence of the message, the instruction. The numbers are SQLite's primary result codes.
fn help(error: &sqlx::Error) -> &'static str {
    match error.as_database_error().and_then(primary_code) {
        Some(3 | 8 | 23) => "give the program's user the right to write the file and its folder",
        Some(5 | 6) => "another program holds it: stop that one, or set `store.path` to another file",
        Some(10) if error.as_database_error().and_then(code) == Some(WRITE_FAILED) => {
            "the disk failed, or the file has the largest size that the system allows (`ulimit -f`, LimitFSIZE): raise that, or look \
             at the system's log"
        }
        Some(10) => {
            "the disk failed: look at the system's log, and restore the file from a backup if need be"
        }
        Some(11) => DAMAGED,
        Some(13) => "the disk is full: make room",
        Some(14) => {
            "make the folder if it is missing, and give the program's user the right to write in it; `store.path` says \
             where the file is"
        }
        Some(26) => "the file is something else: move it away, or set `store.path` to another file",
        _ => "if it goes on, restart the program; what was committed is kept",
    }
}

fn primary_code(error: &dyn DatabaseError) -> Option<i32> {
    Some(code(error)? & 0xff)
}

fn code(error: &dyn DatabaseError) -> Option<i32> {
    error.code()?.parse().ok()
}
