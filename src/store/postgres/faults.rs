//! PostgreSQL's errors, with instructions for an operator.

use super::migrations::MigrationFault;
use crate::store::StoreError;
use crate::store::error::is_of_values;
use std::path::PathBuf;

/// Instruction where nobody answers.
const UNREACHABLE: &str =
    "start PostgreSQL, or correct the address in `store.url`; messages wait until it is there";

/// Instruction where a pooler stands before the database, and nobody told so.
const POOLER: &str = "数据库前面有 pgbouncer 之类的连接池时，请写 `store.pooler: true` / if a pooler such as pgbouncer stands before the database, \
                      set `store.pooler: true`";

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
        sqlx::Error::Database(_) => code(error).is_some_and(|code| is_of_statement(&code)),
        error => is_of_values(error),
    }
}

/// `true` if a code of the database is about a statement or its values; neither the right to run it nor its name, which another client
/// of a pooler has taken, is.
fn is_of_statement(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    matches!(class, "21" | "22" | "23" | "42" | "54" | "0A") && !matches!(code, "42501" | "42P05")
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
    help_of(&code)
}

/// Returns the instruction for a code of the database.
fn help_of(code: &str) -> &'static str {
    match code {
        "3D000" => "make the database (`createdb`), or correct its name in `store.url`",
        "42501" => "give the user of `store.url` the right to make tables in this database",
        // Besides what a pooler says itself: its clients share connections, and with them the names of prepared statements.
        "08P01" | "26000" | "42P05" => POOLER,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statements_that_a_pooler_mixes_up_lead_to_its_setting() {
        for code in ["42P05", "26000", "08P01"] {
            assert!(!is_of_statement(code), "{code}");
            assert!(help_of(code).contains("store.pooler: true"), "{code}");
        }
        assert!(is_of_statement("42601") && is_of_statement("23505") && !is_of_statement("42501"));
    }
}
