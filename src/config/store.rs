//! Place of the store: a file, or a database that several nodes share.

use super::file_schema::StoreFile;
use crate::yaml::{Document, Problem};
use groupdesk_contract::Secret;
use std::path::{Path, PathBuf};

/// Place of the store.
#[derive(Debug, Clone)]
pub enum StoreSettings {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresSettings),
}

/// Addresses of a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    /// Addresses, of which one is the primary's.
    pub urls: Vec<Secret>,
    /// Password, where it is not in the addresses.
    pub password: Option<Secret>,
    /// `true` if a pooler in transaction mode stands between.
    pub pooler: bool,
}

impl StoreSettings {
    /// Returns the file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// Returns the place for people: the path, or the addresses without users and passwords.
    pub fn shown(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Postgres(settings) => {
                let urls: Vec<String> = settings
                    .urls
                    .iter()
                    .map(|url| without_user(url.expose()))
                    .collect();
                urls.join(", ").into()
            }
        }
    }
}

/// Schemes of an address.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Returns an address without user, password and parameters.
fn without_user(url: &str) -> String {
    let rest = SCHEMES
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("postgres://{host}/{path}")
}

/// Returns the addresses of an address with several hosts, as libpq has it: `postgres://user@one:5432,two:5432/database`.
fn addresses(url: &str) -> Option<Vec<String>> {
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme))?;
    let (authority, behind) = rest.split_once('/')?;
    let database = behind.split(['?', '#']).next().unwrap_or_default();
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
    // An address without a host or a database would be completed by what the system has for others.
    let is_whole = !database.is_empty() && hosts.iter().all(|host| !host.is_empty());
    is_whole.then(|| {
        hosts
            .iter()
            .map(|host| format!("postgres://{user}{host}/{behind}"))
            .collect()
    })
}

/// Reads the place of the store; a file that is not named stands beside groupdesk.yaml.
pub(super) fn store(
    document: &Document,
    file: &StoreFile,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> StoreSettings {
    let at = |key: &str| vec!["store".to_owned(), key.to_owned()];
    let Some(url) = &file.url else {
        for (key, given) in [
            ("password", file.password.is_some()),
            ("pooler", file.pooler.is_some()),
        ] {
            if given {
                let mut problem = document.problem(
                    &at(key),
                    format!("`{key}` belongs to `url`, which is not there"),
                    Some("name the database in `url`, or remove this key".to_owned()),
                );
                problem.in_chinese(format!("`{key}` 要和 `url` 一起用；请写上 `url`，或删掉这个键"));
                problems.push(problem);
            }
        }
        return StoreSettings::File(folder.join(file.path.as_deref().unwrap_or(super::STORE)));
    };
    if file.path.is_some() {
        let mut problem = document.problem(
            &at("path"),
            "the store is either a file (`path`) or a database (`url`)".to_owned(),
            Some("remove one of both".to_owned()),
        );
        problem
            .in_chinese("数据存放在文件（`path`）或数据库（`url`），只能选一个；请删掉其中一个".to_owned());
        problems.push(problem);
    }
    let urls = addresses(url.expose()).unwrap_or_else(|| {
        // What a lenient environment makes up is no mistake of the file.
        if url.expose() != "missing" {
            let mut problem = document.problem(
                &at("url"),
                "this is no address of a PostgreSQL database".to_owned(),
                Some("write it as postgres://groupdesk@db.example:5432/groupdesk, several hosts with commas".to_owned()),
            );
            problem.in_chinese(
                "这不是 PostgreSQL 数据库的地址；写法：postgres://groupdesk@db.example:5432/groupdesk，多个主机用逗号分开"
                    .to_owned(),
            );
            problems.push(problem);
        }
        Vec::new()
    });
    StoreSettings::Postgres(PostgresSettings {
        urls: urls.into_iter().map(Secret::new).collect(),
        password: file.password.clone(),
        pooler: file.pooler.unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_user_password_and_parameters() {
        let shown = |url: &str| without_user(url);
        assert_eq!(
            shown("postgres://groupdesk:p%40ss@db.example:5432/desk?sslmode=require"),
            "postgres://db.example:5432/desk"
        );
        assert_eq!(shown("postgresql://db/desk"), "postgres://db/desk");
    }

    #[test]
    fn several_hosts_are_several_addresses_of_one_user_and_database() {
        assert_eq!(
            addresses("postgres://u:p@one:5432,two:5433/desk?sslmode=require").unwrap(),
            [
                "postgres://u:p@one:5432/desk?sslmode=require",
                "postgres://u:p@two:5433/desk?sslmode=require"
            ]
        );
        for none in [
            "mysql://db/desk",
            "postgres://db",
            "postgres://db/",
            "postgres:///desk",
            "postgres://one,/desk",
        ] {
            assert_eq!(addresses(none), None, "{none}");
        }
    }
}
