//! The writing connection. Whatever is written through it is one transaction, which begins with the [`Fence`](super::fence::Fence) and
//! ends with a commit whose outcome is known: where the connection broke while the database committed, the number of the transaction is
//! asked for over the next one, so that nothing is written twice and no key of a reply is lost.

use super::engine::{Connection, answered};
use super::faults::is_refused;
use super::{PostgresStore, commit_batch::CommitFault};
use crate::store::{Batch, Result, StoreError};
use groupdesk_contract::ReplyKey;
use sqlx::{AssertSqlSafe, Row as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};
use tokio::sync::MutexGuard;

/// Timeout for closing a connection that is given up.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Time for which the outcome of a commit is asked for before the caller is told that it failed.
const DOUBT_TIMEOUT: Duration = Duration::from_secs(4);

/// Pause between two questions for it.
const DOUBT_INTERVAL: Duration = Duration::from_millis(100);

/// The writing connection, and what is not known of what was written through it.
#[derive(Debug, Default)]
pub(super) struct State {
    connection: Option<Connection>,
    closed: bool,
    /// `true` if a write began and its result was never reported.
    in_use: bool,
    /// Number of a transaction of which it is not known if it was committed.
    doubt: Option<String>,
    /// The batch that is written now, or that is in doubt.
    promised: Option<Promise>,
    /// The batch that was in doubt, and was committed.
    kept: Option<Promise>,
}

/// A batch, and the keys of its replies.
#[derive(Debug, Clone)]
struct Promise {
    batch: u64,
    keys: Vec<ReplyKey>,
}

impl State {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection: Some(connection),
            ..Self::default()
        }
    }

    /// Closes the connection for good.
    pub(super) async fn close(&mut self) {
        self.closed = true;
        self.discard().await;
    }

    async fn discard(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, connection.close()).await;
        }
    }
}

/// The writing connection with a transaction, for one caller; [`Writer::finish`] ends it.
pub(super) struct Writer<'a> {
    store: &'a PostgresStore,
    state: MutexGuard<'a, State>,
    /// Number of the transaction.
    number: String,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.store.health.writing(false);
    }
}

impl<'a> Writer<'a> {
    /// Begins a transaction for one caller; connects anew where the last connection failed.
    pub(super) async fn ready(store: &'a PostgresStore, state: MutexGuard<'a, State>) -> Result<Self> {
        if state.closed {
            return Err(StoreError::Closed);
        }
        store.health.writing(true);
        let mut writer = Self {
            store,
            state,
            number: String::new(),
        };
        if store.fence.is_closed() {
            return Err(store.superseded());
        }
        if std::mem::replace(&mut writer.state.in_use, false) {
            writer.state.discard().await;
        }
        writer.clear_doubt().await?;
        let fresh = writer.state.connection.is_none();
        if let Err(error) = writer.begin().await {
            // It broke since it was last used: nothing has been written over it.
            writer.state.discard().await;
            if fresh || error.is_final() || error.concerns_data() {
                return Err(error);
            }
            writer.begin().await?;
        }
        writer.state.in_use = true;
        Ok(writer)
    }

    async fn begin(&mut self) -> Result<()> {
        self.connect().await?;
        let statement = self.store.fence.begin();
        let rows = sqlx::raw_sql(AssertSqlSafe(statement)).fetch_all(self.connection()?.plain());
        let rows = answered(rows).await;
        let rows = rows.map_err(|error| self.store.faults.writing(&error))?;
        let Some(row) = rows.first() else {
            self.store.fence.close();
            return Err(self.store.superseded());
        };
        let number = row.try_get("number");
        self.number = number.map_err(|error| self.store.faults.writing(&error))?;
        Ok(())
    }

    async fn connect(&mut self) -> Result<()> {
        if self.state.connection.is_none() {
            let before = self.store.opening.primary();
            self.state.connection = Some(self.store.opening.connect(&self.store.faults).await?);
            if self.store.opening.primary() != before {
                tracing::warn!(store = %self.store.opening.name, "another address is the primary now");
                self.store.renew_readers();
            }
        }
        Ok(())
    }

    /// Returns the connection.
    pub(super) fn connection(&mut self) -> Result<&mut Connection> {
        self.state.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// Returns the keys of a batch that was committed although its caller was told that it failed.
    pub(super) fn committed_before(&mut self, batch: &Batch) -> Option<Vec<ReplyKey>> {
        let kept = self.state.kept.take()?;
        (kept.batch == fingerprint(batch)).then_some(kept.keys)
    }

    /// Records what the caller will be told when the batch is committed.
    pub(super) fn promise(&mut self, batch: &Batch, keys: &[ReplyKey]) {
        self.state.promised = Some(Promise {
            batch: fingerprint(batch),
            keys: keys.to_vec(),
        });
    }

    /// Commits, or rolls back what failed, and gives the connection back.
    pub(super) async fn finish<T>(mut self, result: std::result::Result<T, CommitFault>) -> Result<T> {
        self.state.in_use = false;
        let finished = match result {
            Ok(done) => self.commit().await.map(|()| done),
            Err(fault) => {
                let rolled_back = match &mut self.state.connection {
                    Some(connection) => answered(sqlx::raw_sql("ROLLBACK").execute(connection.plain()))
                        .await
                        .is_ok(),
                    None => false,
                };
                let error = fault.into_error(&self.store.faults);
                if !rolled_back || !error.concerns_data() {
                    self.state.discard().await;
                }
                Err(error)
            }
        };
        if self.state.doubt.is_none() {
            self.state.promised = None;
        }
        finished
    }

    async fn commit(&mut self) -> Result<()> {
        let committed = match &mut self.state.connection {
            Some(connection) => answered(sqlx::raw_sql("COMMIT").execute(connection.plain())).await,
            None => return Err(StoreError::Closed),
        };
        let Err(error) = committed else { return Ok(()) };
        let error_for_caller = self.store.faults.writing(&error);
        self.state.discard().await;
        if is_refused(&error) {
            return Err(error_for_caller);
        }
        self.state.doubt = Some(std::mem::take(&mut self.number));
        let until = Instant::now() + DOUBT_TIMEOUT;
        loop {
            match self.clear_doubt().await {
                Ok(()) if self.state.promised.is_none() && self.state.kept.is_some() => {
                    self.state.kept = None;
                    return Ok(());
                }
                Ok(()) => return Err(error_for_caller),
                Err(_) if Instant::now() >= until => return Err(error_for_caller),
                Err(_) => tokio::time::sleep(DOUBT_INTERVAL).await,
            }
        }
    }

    /// Asks the database what became of the transaction that is in doubt, if any. A batch that was committed is kept for its caller.
    async fn clear_doubt(&mut self) -> Result<()> {
        let Some(number) = self.state.doubt.clone() else {
            return Ok(());
        };
        self.connect().await?;
        let statement = format!("SELECT pg_xact_status('{number}'::xid8) AS status");
        let row = sqlx::raw_sql(AssertSqlSafe(statement)).fetch_one(self.connection()?.plain());
        let status = match answered(row).await {
            Ok(row) => row.try_get::<Option<String>, _>("status"),
            // A number that a promoted standby has never heard of.
            Err(error) if is_refused(&error) => Ok(None),
            Err(error) => Err(error),
        };
        let status = match status {
            Ok(status) => status,
            Err(error) => {
                self.state.discard().await;
                return Err(self.store.faults.writing(&error));
            }
        };
        match status.as_deref() {
            Some("in progress") => {
                return Err(self.store.faults.nowhere(
                    "a transaction is still under way".to_owned(),
                    "wait: PostgreSQL ends it by itself",
                ));
            }
            Some("committed") => {
                let promise = self.state.promised.take();
                self.state.kept = Some(promise.unwrap_or(Promise {
                    batch: 0,
                    keys: Vec::new(),
                }));
            }
            _ => self.state.promised = None,
        }
        self.state.doubt = None;
        Ok(())
    }
}

/// Returns a number that two batches share only if they say the same, whatever they settle.
fn fingerprint(batch: &Batch) -> u64 {
    let mut hasher = DefaultHasher::new();
    for row in &batch.inbox {
        row.key.hash(&mut hasher);
    }
    for row in &batch.channels {
        (&row.place, &row.state).hash(&mut hasher);
    }
    for row in &batch.outbox {
        (&row.place, &row.answers, row.decided).hash(&mut hasher);
    }
    for row in &batch.memos {
        (&row.owner, &row.key, &row.value).hash(&mut hasher);
    }
    for ticket in &batch.tickets {
        ticket.number.hash(&mut hasher);
    }
    (
        batch.ticket_lines.len(),
        batch.quarantined.len(),
        batch.decisions.rows.len(),
    )
        .hash(&mut hasher);
    hasher.finish()
}
