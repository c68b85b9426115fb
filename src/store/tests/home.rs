//! The stores that the suite runs over: SQLite, PostgreSQL, and PostgreSQL behind a pooler.

use super::*;
use groupdesk_contract::Secret;
use groupdesk_testkit::{Cluster, cluster};

/// Place of a store, which a test opens as often as it likes.
pub(super) enum Home {
    /// A file.
    File(tempfile::TempDir),
    /// A database, and the address at which the store finds it.
    Database {
        cluster: &'static Cluster,
        url: String,
        address: PostgresAddress,
    },
}

impl Home {
    pub(super) fn sqlite() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// Makes a database; `None` where PostgreSQL is not on this machine.
    pub(super) fn postgres() -> Option<Self> {
        let cluster = cluster()?;
        let url = cluster.database();
        let address = address(&url, false);
        Some(Self::Database {
            cluster,
            url,
            address,
        })
    }

    /// Makes a database that the store reaches through pgbouncer; `None` where one of both is not on this machine.
    pub(super) fn pooled() -> Option<Self> {
        let cluster = cluster()?;
        let url = cluster.database();
        let address = address(&cluster.pooled(&url)?, true);
        Some(Self::Database {
            cluster,
            url,
            address,
        })
    }

    pub(super) async fn open(&self) -> Box<dyn Store> {
        match self {
            Self::File(folder) => Box::new(open(folder.path()).await),
            Self::Database { address, .. } => Box::new(PostgresStore::open(address).await.unwrap()),
        }
    }

    /// Opens the store so that a commit need not wait for a disk.
    pub(super) async fn open_quickly(&self) -> Box<dyn Store> {
        match self {
            Self::File(folder) => {
                let path = folder.path().join("desk.db");
                let store = SqliteStore::open_with(path, Durability::ProgramCrash).await;
                Box::new(store.unwrap())
            }
            Self::Database { .. } => self.open().await,
        }
    }

    /// Returns the tables, or the files, in which a text stands.
    pub(super) fn holding(&self, text: &str) -> Vec<String> {
        match self {
            Self::File(folder) => forget::files_have(folder.path(), text),
            Self::Database { cluster, url, .. } => {
                let tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
                let tables = cluster.ask(url, tables);
                let holds = |table: &&str| {
                    let asked =
                        format!("SELECT count(*) FROM {table} AS t WHERE strpos(t::text, '{text}') > 0");
                    cluster.ask(url, &asked) != "0"
                };
                tables.lines().filter(holds).map(str::to_owned).collect()
            }
        }
    }
}

/// Makes a database for a test that is about PostgreSQL alone; `None` where that is not on this machine.
pub(super) fn database() -> Option<(&'static Cluster, String, PostgresAddress)> {
    let cluster = cluster()?;
    let url = cluster.database();
    let address = address(&url, false);
    Some((cluster, url, address))
}

fn address(url: &str, pooled: bool) -> PostgresAddress {
    PostgresAddress {
        urls: vec![Secret::new(url)],
        password: None,
        pooled,
    }
}

/// Makes a test of each function for each store.
macro_rules! over_every_store {
    ($($test:ident),* $(,)?) => {
        mod in_sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(&crate::store::tests::home::Home::sqlite()).await;
                }
            )*
        }

        mod in_postgresql {
            $(
                #[tokio::test]
                async fn $test() {
                    if let Some(home) = crate::store::tests::home::Home::postgres() {
                        super::$test(&home).await;
                    }
                }
            )*
        }

        mod in_postgresql_behind_a_pooler {
            $(
                #[tokio::test]
                async fn $test() {
                    if let Some(home) = crate::store::tests::home::Home::pooled() {
                        super::$test(&home).await;
                    }
                }
            )*
        }
    };
}
pub(super) use over_every_store;
