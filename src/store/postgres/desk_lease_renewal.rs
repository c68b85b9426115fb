//! The lease of a desk in the database: asks what [`DeskLease`] says, over a connection of its own, so that no commit holds it up.

use super::dialect::quoted;
use super::engine::Connection;
use super::faults::Faults;
use super::open::Opening;
use super::{PostgresAddress, PostgresStore};
use crate::store::desk_lease_rules::{
    DeskLease, HOLDER_TRUST_TIME, LEASE_TERM, LeaseAnswer, LeaseMoment, LeaseQuestion, NodeRole,
};
use crate::store::{Result, StoreError};
use groupdesk_contract::Secret;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};

/// Time for which the answer to a question of the lease is waited for: it must leave room for another before the trust ends.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Interval at which a standby lets others see that it waits.
const SHOWN_INTERVAL: Duration = Duration::from_secs(10);

/// The node that asks, and the desk.
#[derive(Debug, Clone)]
pub struct DeskNode {
    /// Name of the desk.
    pub desk: String,
    /// Name of the node, unique among those that run.
    pub node: String,
    /// Address at which other nodes reach it; empty where they do not.
    pub address: String,
}

/// The node that holds a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskHolder {
    /// Name.
    pub node: String,
    /// Address at which other nodes reach it; empty where they do not.
    pub address: String,
    /// Epoch in which it holds the desk.
    pub epoch: i64,
    /// Secret that another node shows it, so that it is believed. Of this epoch alone.
    pub pass: Secret,
}

/// A desk as a standby sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskSeen {
    /// A node holds it.
    Held(DeskHolder),
    /// Nobody holds it.
    Free,
    /// The database does not say: it fails, for this reason.
    Unknown(String),
}

/// A desk that is taken.
#[derive(Debug, Clone)]
pub struct DeskTaken {
    /// Epoch in which this node holds it.
    pub epoch: i64,
    /// Secret that other nodes show this one, so that they are believed.
    pub pass: Secret,
}

/// Lease of a desk of a database, held as long as it is renewed.
#[derive(Debug)]
pub struct NodeLease {
    opening: Opening,
    faults: Faults,
    node: DeskNode,
    begun: Instant,
    state: Mutex<Asking>,
    trust: Trust,
    /// `true` once the desk is given back: then nothing is renewed.
    given_back: AtomicBool,
}

#[derive(Debug)]
struct Asking {
    lease: DeskLease,
    connection: Option<Connection>,
    /// Secret that the database gave with the desk.
    pass: String,
}

/// Time until which this program may act for its desk, which every send asks for.
#[derive(Debug, Clone)]
pub struct Trust {
    begun: Instant,
    /// Microseconds since `begun`.
    until: Arc<AtomicU64>,
}

impl Trust {
    /// Returns one that never ends: of a program that nobody can follow.
    pub fn for_ever() -> Self {
        Self {
            begun: Instant::now(),
            until: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    /// `true` while this program may act.
    pub fn holds(&self) -> bool {
        let now = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        now < self.until.load(Ordering::Acquire)
    }

    fn set(&self, until: LeaseMoment) {
        let until = u64::try_from(until.as_micros()).unwrap_or(u64::MAX - 1);
        self.until.store(until, Ordering::Release);
    }
}

impl NodeLease {
    /// Begins as a standby.
    ///
    /// # Errors
    /// [`StoreError::Open`] when an address can't be read.
    pub fn new(address: &PostgresAddress, node: DeskNode) -> Result<Self> {
        let opening = Opening::new(address)?;
        let begun = Instant::now();
        Ok(Self {
            faults: Faults::of(&opening.name),
            opening,
            node,
            begun,
            state: Mutex::new(Asking {
                lease: DeskLease::new(LeaseMoment::ZERO),
                connection: None,
                pass: String::new(),
            }),
            trust: Trust {
                begun,
                until: Arc::new(AtomicU64::new(0)),
            },
            given_back: AtomicBool::new(false),
        })
    }

    /// Waits until this node holds the desk. `told` learns what is seen of it meanwhile, whenever that changes. Others see that this
    /// node waits.
    pub async fn take(&self, mut told: impl FnMut(DeskSeen)) -> DeskTaken {
        let mut last = None;
        let mut shown: Option<LeaseMoment> = None;
        loop {
            let mut asking = self.state.lock().await;
            self.step(&mut asking).await;
            let now = self.begun.elapsed();
            match asking.lease.standing(now) {
                NodeRole::Holder { epoch, until } => {
                    self.trust.set(until);
                    let pass = std::mem::take(&mut asking.pass);
                    return DeskTaken {
                        epoch,
                        pass: Secret::new(pass),
                    };
                }
                NodeRole::Standby => {
                    let seen = match self.holder(&mut asking).await {
                        Ok(Some(holder)) => DeskSeen::Held(holder),
                        Ok(None) => DeskSeen::Free,
                        Err(error) => DeskSeen::Unknown(error.to_string()),
                    };
                    let known = !matches!(seen, DeskSeen::Unknown(_));
                    if known && shown.is_none_or(|at| now >= at + SHOWN_INTERVAL) {
                        shown = Some(now);
                        self.show(&mut asking).await;
                    }
                    if last.as_ref() != Some(&seen) {
                        told(seen.clone());
                        last = Some(seen);
                    }
                }
                NodeRole::Doubtful { .. } => {}
                // It never acted.
                NodeRole::Over => asking.lease = DeskLease::new(self.begun.elapsed()),
            }
            self.rest(asking).await;
        }
    }

    /// Lets others see that this node waits, and forgets those that no longer do.
    async fn show(&self, asking: &mut Asking) {
        let statement = format!(
            "WITH gone AS (DELETE FROM standbys WHERE seen < clock_timestamp() - interval '1 hour') \
             INSERT INTO standbys (desk, node, address, seen) VALUES ({desk}, {node}, {address}, clock_timestamp()) \
             ON CONFLICT (desk, node) DO UPDATE SET address = excluded.address, seen = excluded.seen",
            desk = quoted(&self.node.desk),
            node = quoted(&self.node.node),
            address = quoted(&self.node.address),
        );
        if let Err(error) = self.row(asking, statement, |_| Ok(()), Faults::writing).await {
            tracing::debug!(%error, "it can't be noted that this node waits");
        }
    }

    /// Renews the lease as long as the database lets it, and until it is given back. Returns when another node holds the desk.
    pub async fn renew_until_lost(&self) -> StoreError {
        loop {
            let mut asking = self.state.lock().await;
            if self.given_back.load(Ordering::Acquire) {
                drop(asking);
                return std::future::pending().await;
            }
            self.step(&mut asking).await;
            match asking.lease.standing(self.begun.elapsed()) {
                NodeRole::Holder { until, .. } => self.trust.set(until),
                // The trust ends by itself; who sends waits for a new one.
                NodeRole::Doubtful { .. } => {}
                NodeRole::Standby | NodeRole::Over => {
                    self.trust.set(LeaseMoment::ZERO);
                    return StoreError::Superseded {
                        path: self.opening.name.clone().into(),
                    };
                }
            }
            self.rest(asking).await;
        }
    }

    /// Returns the time until which this node may act, for whoever acts.
    pub fn trust(&self) -> Trust {
        self.trust.clone()
    }

    /// Gives the desk back, so that a standby has it at once.
    pub async fn release(&self) {
        self.given_back.store(true, Ordering::Release);
        let mut asking = self.state.lock().await;
        self.trust.set(LeaseMoment::ZERO);
        let epoch = match asking.lease.standing(self.begun.elapsed()) {
            NodeRole::Holder { epoch, .. } | NodeRole::Doubtful { epoch } => epoch,
            NodeRole::Standby | NodeRole::Over => return,
        };
        let statement = format!(
            "UPDATE desks SET until = clock_timestamp() - interval '1 second' WHERE desk = {} AND epoch = {epoch}",
            quoted(&self.node.desk)
        );
        if let Err(error) = self
            .row(&mut asking, statement, |_| Ok(()), Faults::writing)
            .await
        {
            tracing::warn!(%error, "the desk can't be given back; a standby waits for the end of its term");
        }
        if let Some(connection) = asking.connection.take() {
            let _ = tokio::time::timeout(ANSWER_TIMEOUT, connection.close()).await;
        }
    }

    /// Waits until the next question is due.
    async fn rest(&self, asking: MutexGuard<'_, Asking>) {
        let next = asking.lease.next().saturating_sub(self.begun.elapsed());
        drop(asking);
        tokio::time::sleep(next).await;
    }

    /// Asks the question that is due, if any.
    async fn step(&self, asking: &mut Asking) {
        let asked = self.begun.elapsed();
        let Some(question) = asking.lease.question(asked) else {
            return;
        };
        let statement = match question {
            LeaseQuestion::Take => format!(
                "INSERT INTO desks (desk, node, address, epoch, until, pass) \
                 VALUES ({desk}, {node}, {address}, 1, {until}, gen_random_uuid()::text) \
                 ON CONFLICT (desk) DO UPDATE SET node = excluded.node, address = excluded.address, pass = excluded.pass, \
                 epoch = desks.epoch + 1, until = {until} WHERE desks.until < clock_timestamp() RETURNING epoch, pass",
                desk = quoted(&self.node.desk),
                node = quoted(&self.node.node),
                address = quoted(&self.node.address),
                until = until(),
            ),
            LeaseQuestion::Renew { epoch } => format!(
                "UPDATE desks SET until = {until} WHERE desk = {desk} AND node = {node} AND epoch = {epoch} RETURNING epoch, pass",
                desk = quoted(&self.node.desk),
                node = quoted(&self.node.node),
                until = until(),
            ),
        };
        let held = |row: PgRow| Ok((row.try_get_unchecked::<i64, _>("epoch")?, row.try_get("pass")?));
        let answer = match self.row(asking, statement, held, Faults::writing).await {
            Ok(Some((epoch, pass))) => {
                asking.pass = pass;
                LeaseAnswer::Ours { epoch }
            }
            Ok(None) => LeaseAnswer::Another,
            Err(error) => {
                tracing::warn!(%error, "the lease of the desk can't be asked for");
                LeaseAnswer::Nothing
            }
        };
        asking.lease.answered(asked, self.begun.elapsed(), answer);
    }

    /// Returns the node that holds the desk.
    async fn holder(&self, asking: &mut Asking) -> Result<Option<DeskHolder>> {
        let statement = format!(
            "SELECT node, address, epoch, pass FROM desks WHERE desk = {} AND until >= clock_timestamp()",
            quoted(&self.node.desk)
        );
        self.row(asking, statement, read_holder, Faults::reading).await
    }

    /// Runs a statement that returns at most one row, and reads that.
    async fn row<T>(
        &self,
        asking: &mut Asking,
        statement: String,
        read: impl FnOnce(PgRow) -> sqlx::Result<T>,
        failed: fn(&Faults, &sqlx::Error) -> StoreError,
    ) -> Result<Option<T>> {
        let asked = tokio::time::timeout(ANSWER_TIMEOUT, async {
            let connection = self.connection(asking).await?;
            let row = sqlx::raw_sql(AssertSqlSafe(statement))
                .fetch_optional(connection.plain())
                .await;
            let read = row.and_then(|row| row.map(read).transpose());
            read.map_err(|error| failed(&self.faults, &error))
        });
        let asked = asked.await.unwrap_or_else(|_| Err(self.silent()));
        if asked.is_err() {
            // What comes late over this connection would be the answer to another question.
            asking.connection = None;
        }
        asked
    }

    async fn connection<'a>(&self, asking: &'a mut Asking) -> Result<&'a mut Connection> {
        if asking.connection.is_none() {
            asking.connection = Some(self.opening.connect(&self.faults).await?);
        }
        asking.connection.as_mut().ok_or(StoreError::Closed)
    }

    fn silent(&self) -> StoreError {
        self.faults.nowhere(
            format!("it has not answered for {} ms", ANSWER_TIMEOUT.as_millis()),
            "look at PostgreSQL and at the network",
        )
    }
}

impl PostgresStore {
    /// Lets only commits of this epoch of a desk through from now on: this program holds it.
    pub fn hold(&self, desk: &str, epoch: i64) {
        self.fence.hold(desk, epoch);
    }
}

/// Reads a row of `desks`.
pub(super) fn read_holder(row: PgRow) -> sqlx::Result<DeskHolder> {
    Ok(DeskHolder {
        node: row.try_get("node")?,
        address: row.try_get("address")?,
        epoch: row.try_get_unchecked("epoch")?,
        pass: Secret::new(row.try_get::<String, _>("pass")?),
    })
}

fn until() -> String {
    // The trust ends before the term by the same second on every node.
    debug_assert!(HOLDER_TRUST_TIME < LEASE_TERM);
    format!(
        "clock_timestamp() + interval '{} milliseconds'",
        LEASE_TERM.as_millis()
    )
}
