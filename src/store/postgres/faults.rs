//! PostgreSQL's errors, with instructions for an operator.

use super::migrations::MigrationFault;
use crate::store::StoreError;
use crate::store::error::is_of_values;
use std::path::PathBuf;

/// Instruction where nobody answers.
const UNREACHABLE: &str =
    "start PostgreSQL, or correct the address in `store.url`; messages wait until it is there";

/// Converts the errors of one database.
#[derive(Debug)]
pub(super) struct Faults {
    /// Address of the database, without user and password.
    name: PathBuf,
}

impl Faults {
    pub(super) fn of(name: &str) -> Self {
        Self { name: name.into() }
    }

    pub(super) fn opening(&self, error: &sqlx::Error) -> StoreError {
        StoreError::Open {
            path: self.name.clone(),
            why: why(error),
            help: help(error),
        }
    }

    pub(super) fn migrating(&self, fault: &MigrationFault) -> StoreError {
        let (why, help) = match fault {
            MigrationFault::Database(error) => return self.opening(error),
            MigrationFault::Newer(version) => (
                format!("it was written by a newer groupdesk (its form has number {version})"),
                "run that version again, or name another database in `store.url`",
            ),
            MigrationFault::Other(version) => (
                format!("its form number {version} is not the one this groupdesk knows"),
                "run the groupdesk that wrote it, or name another database in `store.url`",
            ),
        };
        StoreError::Open {
            path: self.name.clone(),
            why,
            help,
        }
    }

    /// Makes the error of a database of which no address could be used.
    pub(super) fn nowhere(&self, why: String, help: &'static str) -> StoreError {
        StoreError::Failed {
            what: "reach",
            path: self.name.clone(),
            why,
            help,
        }
    }

    pub(super) fn reading(&self, error: &sqlx::Error) -> StoreError {
        self.failed("read from", error)
    }

    pub(super) fn writing(&self, error: &sqlx::Error) -> StoreError {
        self.failed("write to", error)
    }

    fn failed(&self, what: &'static str, error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolClosed => StoreError::Closed,
            _ if is_damage(error) => StoreError::Lost {
                path: self.name.clone(),
                why: why(error),
                help: "restore the database from a backup".to_owned(),
            },
            _ if concerns_data(error) => StoreError::Data {
                what,
                why: why(error),
            },
            _ => StoreError::Failed {
                what,
                path: self.name.clone(),
                why: why(error),
                help: help(error),
            },
        }
    }
}

/// `true` if the tables are gone, or what is in them can't be read.
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("42P01" | "XX001" | "XX002"))
}

/// `true` if the database works, and only the data of the statement can't be read or kept.
pub(super) fn concerns_data(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => {
            let code = code(error).unwrap_or_default();
            let class = code.get(..2).unwrap_or_default();
            matches!(class, "21" | "22" | "23" | "42" | "54" | "0A") && code != "42501"
        }
        error => is_of_values(error),
    }
}

/// `true` if the database itself refused, so that nothing of a transaction was kept.
pub(super) fn is_refused(error: &sqlx::Error) -> bool {
    // 08: the connection; 57: it is shutting down, in the middle of whatever it was doing.
    code(error).is_some_and(|code| !code.starts_with("08") && !code.starts_with("57"))
}

pub(super) fn why(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::PoolTimedOut => "no connection was free in time".to_owned(),
        error => error.to_string(),
    }
}

/// Returns the last sentence of the message, the instruction.
pub(super) fn help(error: &sqlx::Error) -> &'static str {
    let Some(code) = code(error) else {
        return match error {
            sqlx::Error::Tls(_) => "correct the certificate, or `sslmode` in `store.url`",
            _ => UNREACHABLE,
        };
    };
    match code.as_str() {
        "3D000" => "make the database (`createdb`), or correct its name in `store.url`",
        "42501" => "give the user of `store.url` the right to make tables in this database",
        "08P01" => "if a pooler such as pgbouncer stands before the database, set `store.pooler: true`",
        "25006" => "it is a standby: name the primary in `store.url` too",
        "53100" => "the disk of the database is full: make room",
        "53300" => "raise `max_connections` of PostgreSQL, or end programs that use it",
        "55P03" => "another program changes the tables; wait for it",
        code if code.starts_with("28") => "correct user and password of `store.url`",
        code if code.starts_with("57P") => UNREACHABLE,
        _ => "if it goes on, look at PostgreSQL's log; what was committed is kept",
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
