//! Finds the primary among the addresses, and connects to it. Where several databases take writes, since an old primary came back after
//! a failover, it is the one that was promoted last.

use super::engine::{Connection, Readers, answered_within};
use super::faults::{Faults, help, why};
use crate::store::{Result, StoreError};
use groupdesk_contract::Secret;
use parking_lot::Mutex;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};
use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// Timeout for a reading connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout for connecting to one address.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for which the other addresses are waited for once one is found that takes writes. The lease of a desk waits with it.
const LOOK_TIME: Duration = Duration::from_millis(500);

/// Timeout for closing a connection to a database that is not used.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(200);

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
    /// Addresses of the databases that took writes when they were looked at last.
    primaries: Mutex<Vec<String>>,
    pooled: bool,
}

/// A database that takes writes.
struct Primary {
    connection: PgConnection,
    /// Number of its timeline, which each promotion raises. Asked for only where there are several addresses.
    timeline: Option<u32>,
    /// Start of its server, by which two addresses of one are known.
    started: Option<String>,
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
            primaries: Mutex::default(),
            pooled: address.pooled,
        })
    }

    /// Connects to the primary: of all addresses the one whose database takes writes; see [`chosen`] for several.
    pub(super) async fn connect(&self, faults: &Faults) -> Result<Connection> {
        let mut primaries = Vec::new();
        let mut failed = Vec::new();
        let mut advice = None;
        for (at, answer) in self.ask_all().await {
            match answer {
                Ok(Some(primary)) => primaries.push((at, primary)),
                Ok(None) => failed.push(format!("{} is a standby", self.shown(at))),
                Err(error) => {
                    failed.push(format!("{}: {}", self.shown(at), why(&error)));
                    advice.get_or_insert_with(|| help(&error));
                }
            }
        }
        let timelines: Vec<_> = primaries
            .iter()
            .map(|(at, primary)| (*at, primary.timeline))
            .collect();
        let chosen = chosen(&timelines, self.primary(), self.addresses.len());
        self.note(&primaries, chosen);
        let mut used = None;
        for (at, primary) in primaries {
            if chosen == Some(at) {
                self.primary.store(at, Ordering::Relaxed);
                used = Some(Connection::new(primary.connection, self.pooled));
            } else {
                let _ = timeout(CLOSE_TIMEOUT, primary.connection.close()).await;
            }
        }
        let advice = advice.unwrap_or("promote one of them, or name the primary in `store.url` too");
        used.ok_or_else(|| faults.nowhere(failed.join("; "), advice))
    }

    /// Asks all addresses at once; the answers come in their order. Those that don't answer within [`LOOK_TIME`] once one is found that
    /// takes writes are left out.
    async fn ask_all(&self) -> Vec<(usize, sqlx::Result<Option<Primary>>)> {
        if let [options] = self.addresses.as_slice() {
            return vec![(0, connect(options, false).await)];
        }
        let mut asked = JoinSet::new();
        for (at, options) in self.addresses.iter().cloned().enumerate() {
            asked.spawn(async move { (at, connect(&options, true).await) });
        }
        let mut answers = Vec::with_capacity(self.addresses.len());
        let mut until: Option<Instant> = None;
        loop {
            let next = match until {
                None => asked.join_next().await,
                Some(until) => timeout_at(until, asked.join_next()).await.unwrap_or_default(),
            };
            let Some(next) = next else { break };
            // A task that failed gives no answer.
            let Ok((at, answer)) = next else { continue };
            if let Ok(Some(_)) = &answer {
                until.get_or_insert_with(|| Instant::now() + LOOK_TIME);
            }
            answers.push((at, answer));
        }
        answers.sort_by_key(|(at, _)| *at);
        answers
    }

    /// Notes which databases take writes, and says so where there is more than one.
    fn note(&self, primaries: &[(usize, Primary)], chosen: Option<usize>) {
        let mut servers = BTreeSet::new();
        let names: Vec<String> = primaries
            .iter()
            // Two poolers may stand before one server. Where nobody tells which it is, nothing is said of it.
            .filter(|(at, primary)| match &primary.started {
                Some(started) => servers.insert(started.clone()),
                None => chosen == Some(*at),
            })
            .map(|(at, _)| self.shown(*at))
            .collect();
        if names.len() > 1 {
            let databases = names.join(", ");
            let used = chosen.map(|at| self.shown(at)).unwrap_or_default();
            tracing::error!(
                %databases, %used,
                "two databases of `store.url` take writes: the one that was promoted last is used; stop the old primary, and let it come back \
                 as a standby only (pg_rewind)"
            );
        }
        *self.primaries.lock() = names;
    }

    /// Returns the databases that took writes when they were looked at last.
    pub(super) fn primaries(&self) -> Vec<String> {
        self.primaries.lock().clone()
    }

    /// Returns an address for people.
    fn shown(&self, at: usize) -> String {
        self.addresses.get(at).map(shown).unwrap_or_default()
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

/// Returns which of the addresses whose databases take writes is used: the one with the newest timeline. Where one does not tell its
/// timeline, or several have the newest, it is the first of them, counted from the one that was used last.
fn chosen(timelines: &[(usize, Option<u32>)], last: usize, addresses: usize) -> Option<usize> {
    let all_told = timelines.iter().all(|(_, timeline)| timeline.is_some());
    let newest = timelines.iter().filter_map(|(_, timeline)| *timeline).max();
    timelines
        .iter()
        .filter(|(_, timeline)| !all_told || *timeline == newest)
        .map(|(at, _)| *at)
        .min_by_key(|at| (at + addresses).saturating_sub(last) % addresses.max(1))
}

/// Connects to one address; `None` if a standby is there.
async fn connect(options: &PgConnectOptions, is_one_of_several: bool) -> sqlx::Result<Option<Primary>> {
    answered_within(CONNECT_TIMEOUT, ask(options, is_one_of_several)).await
}

async fn ask(options: &PgConnectOptions, is_one_of_several: bool) -> sqlx::Result<Option<Primary>> {
    let mut connection = options.connect().await?;
    let row = sqlx::raw_sql("SELECT pg_is_in_recovery() AS standby")
        .fetch_one(&mut connection)
        .await?;
    // Asked in the simple form, it answers in text.
    if row.try_get_unchecked::<bool, _>("standby")? {
        return Ok(None);
    }
    let (timeline, started) = if is_one_of_several {
        standing(&mut connection).await.unwrap_or_default()
    } else {
        (None, None)
    };
    Ok(Some(Primary {
        connection,
        timeline,
        started,
    }))
}

/// Returns the timeline of a database that takes writes, and the start of its server. A service that looks like PostgreSQL may know
/// neither.
async fn standing(connection: &mut PgConnection) -> sqlx::Result<(Option<u32>, Option<String>)> {
    let row = sqlx::raw_sql(
        "SELECT pg_walfile_name(pg_current_wal_lsn()) AS wal, extract(epoch FROM pg_postmaster_start_time())::text AS started",
    )
    .fetch_one(connection)
    .await?;
    let wal: String = row.try_get_unchecked("wal")?;
    Ok((timeline_of(&wal), row.try_get_unchecked("started")?))
}

/// Returns the timeline in the name of a file of the write-ahead log, its first eight digits.
fn timeline_of(wal: &str) -> Option<u32> {
    u32::from_str_radix(wal.get(..8)?, 16).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_that_was_promoted_last_is_used_and_else_the_one_that_was_used_last() {
        assert_eq!(timeline_of("0000000A000000010000002F"), Some(10));
        assert_eq!(timeline_of("short"), None);
        assert_eq!(chosen(&[], 0, 2), None);
        assert_eq!(chosen(&[(1, None)], 0, 2), Some(1));
        // The old primary came back by itself; it was used last, or stands first.
        assert_eq!(chosen(&[(0, Some(1)), (1, Some(2))], 0, 2), Some(1));
        assert_eq!(chosen(&[(0, Some(3)), (1, Some(2))], 1, 2), Some(0));
        // Two of one timeline, or one that does not tell its own.
        assert_eq!(chosen(&[(0, Some(2)), (2, Some(2))], 1, 3), Some(2));
        assert_eq!(chosen(&[(0, Some(2)), (1, None)], 1, 2), Some(1));
        assert_eq!(chosen(&[(0, None), (1, Some(2))], 0, 2), Some(0));
        assert_eq!(chosen(&[(0, Some(1)), (1, Some(4)), (2, Some(4))], 2, 3), Some(2));
    }
}
