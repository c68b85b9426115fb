//! Finds the primary among the addresses, and connects to it.

use super::engine::{Connection, Readers, answered_within};
use super::faults::{Faults, help, why};
use crate::store::{Result, StoreError};
use groupdesk_contract::Secret;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection, Row as _};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// Timeout for a reading connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout for connecting to one address.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared.
const PREPARED: usize = 200;

/// Addresses of a database, of which one is the primary's.
#[derive(Debug, Clone)]
pub struct PostgresAddress {
    /// One address each: `postgres://user:password@host:5432/database`.
    pub urls: Vec<Secret>,
    /// Password, where it is not in the addresses.
    pub password: Option<Secret>,
    /// `true` if a pooler such as pgbouncer stands between, which gives each transaction another connection.
    pub pooled: bool,
}

/// Opens the connections to one database.
#[derive(Debug)]
pub(super) struct Opening {
    /// Addresses without users and passwords.
    pub(super) name: String,
    addresses: Vec<PgConnectOptions>,
    /// Address that was the primary's last.
    primary: AtomicUsize,
    pooled: bool,
}

impl Opening {
    /// # Errors
    /// [`StoreError::Open`] when an address is none.
    pub(super) fn new(address: &PostgresAddress) -> Result<Self> {
        let mut addresses = Vec::with_capacity(address.urls.len());
        for (at, url) in address.urls.iter().enumerate() {
            let options = PgConnectOptions::from_str(url.expose());
            let mut options = options.map_err(|_| StoreError::Open {
                path: "postgres://…".into(),
                why: format!("address {} of `store.url` can't be read", at + 1),
                help: "write it as postgres://user@host:5432/database; special characters of a password as %XX",
            })?;
            if let Some(password) = &address.password {
                options = options.password(password.expose());
            }
            let prepared = if address.pooled { 0 } else { PREPARED };
            // Poolers refuse settings of a session that they don't know.
            let options = options
                .application_name("groupdesk")
                .extra_float_digits(None)
                .statement_cache_capacity(prepared)
                .disable_statement_logging();
            addresses.push(options);
        }
        let names: Vec<String> = addresses.iter().map(shown).collect();
        Ok(Self {
            name: names.join(", "),
            addresses,
            primary: AtomicUsize::new(0),
            pooled: address.pooled,
        })
    }

    /// Connects to the primary: the first address whose database takes writes, beginning with the last one that did.
    pub(super) async fn connect(&self, faults: &Faults) -> Result<Connection> {
        let first = self.primary.load(Ordering::Relaxed);
        let mut failed = Vec::new();
        let mut advice = None;
        for step in 0..self.addresses.len() {
            let at = (first + step) % self.addresses.len();
            let Some(options) = self.addresses.get(at) else {
                continue;
            };
            match connect(options).await {
                Ok(Some(connection)) => {
                    self.primary.store(at, Ordering::Relaxed);
                    return Ok(Connection::new(connection, self.pooled));
                }
                Ok(None) => failed.push(format!("{} is a standby", shown(options))),
                Err(error) => {
                    failed.push(format!("{}: {}", shown(options), why(&error)));
                    advice.get_or_insert_with(|| help(&error));
                }
            }
        }
        let advice = advice.unwrap_or("promote one of them, or name the primary in `store.url` too");
        Err(faults.nowhere(failed.join("; "), advice))
    }

    /// Makes the pool of reading connections to the primary. They are opened when they are needed.
    pub(super) fn readers(&self) -> Readers {
        let at = self.primary.load(Ordering::Relaxed);
        let options = self.addresses.get(at).cloned().unwrap_or_default();
        let pool = PgPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(READER_TIMEOUT)
            .connect_lazy_with(options);
        Readers {
            pool,
            pooled: self.pooled,
        }
    }

    /// Returns which address is the primary's.
    pub(super) fn primary(&self) -> usize {
        self.primary.load(Ordering::Relaxed)
    }
}

/// Connects to one address; `None` if a standby is there.
async fn connect(options: &PgConnectOptions) -> sqlx::Result<Option<PgConnection>> {
    let connecting = async {
        let mut connection = options.connect().await?;
        let row = sqlx::raw_sql("SELECT pg_is_in_recovery() AS standby")
            .fetch_one(&mut connection)
            .await?;
        // Asked in the simple form, it answers in text.
        let standby = row.try_get_unchecked::<bool, _>("standby")?;
        Ok((!standby).then_some(connection))
    };
    answered_within(CONNECT_TIMEOUT, connecting).await
}

/// Returns an address for people: without user and password.
fn shown(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or("");
    match options.get_socket() {
        Some(socket) => format!("postgres:{}/{database}", socket.display()),
        None => format!(
            "postgres://{}:{}/{database}",
            options.get_host(),
            options.get_port()
        ),
    }
}
