//! The right of one program to serve with a store: the lock of a file, or the lease of a desk in a database. A node that does not get the desk
//! waits as a standby.

use super::standby::Standby;
use super::stores;
use crate::config::{Config, StoreSettings};
use crate::store::{
    DeskNode, LEASE_TIMEOUT, Lease, NodeLease, PostgresStore, SqliteStore, Store, StoreError, Trust,
};
use crate::web;
use groupdesk_contract::Secret;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// Name of the desk. A configuration has one: its accounts share their tickets.
const DESK: &str = "desk";

/// Exit code of a node that lost its desk: that of a fault that a restart mends.
const SUPERSEDED_EXIT_CODE: i32 = 3;

/// Time in which the log is written before the end.
const LOG_TIME: std::time::Duration = std::time::Duration::from_millis(50);

/// A store that is open, with which this program may not serve yet.
pub(super) enum OpenedStore {
    /// A file, which is locked.
    File(Lease, Arc<SqliteStore>),
    /// A database, and the lease of its desk.
    Desk(Arc<NodeLease>, Arc<PostgresStore>),
}

/// Right to serve with a store.
#[derive(Debug)]
pub(super) enum Leadership {
    /// The lock of a file.
    File(Lease),
    /// The lease of a desk.
    Desk(Box<LeasedDesk>),
}

/// Lease of a desk that this node holds, and goes on to renew by itself: while the program starts, and while it ends.
#[derive(Debug)]
pub(super) struct LeasedDesk {
    lease: Arc<NodeLease>,
    /// Pass that other nodes show this one.
    pass: Secret,
    /// Ends when another node holds the desk.
    renewing: tokio::sync::Mutex<AbortOnDropHandle<StoreError>>,
}

impl OpenedStore {
    /// Opens the store; of a file when nobody else serves with it. `None` if the program is told to end before.
    ///
    /// # Errors
    /// Fails when it can't be opened, or another program keeps the file.
    pub(super) async fn open(
        config: &Config,
        shutdown: &CancellationToken,
    ) -> Result<Option<Self>, StoreError> {
        match &config.store {
            StoreSettings::File(path) => {
                // Before anything else is opened: a second program would end the first one's connections.
                let lease = tokio::select! {
                    lease = Lease::take(path, LEASE_TIMEOUT) => lease?,
                    () = shutdown.cancelled() => return Ok(None),
                };
                Ok(Some(Self::File(lease, Arc::new(SqliteStore::open(path).await?))))
            }
            StoreSettings::Postgres(settings) => {
                let address = stores::address(settings);
                let store = PostgresStore::open(&address).await?;
                store.whole().await?;
                if settings.urls.len() > 1 && !PostgresStore::nodes(&address).await?.synchronous {
                    tracing::warn!(
                        "the database commits without its standbys (`synchronous_standby_names` is empty): when its primary dies, what was \
                         said last may be missing from the standby that follows"
                    );
                }
                let lease = NodeLease::new(&address, this_node(config))?;
                Ok(Some(Self::Desk(Arc::new(lease), Arc::new(store))))
            }
        }
    }

    /// Returns the store.
    pub(super) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::File(_, store) => Arc::<SqliteStore>::clone(store),
            Self::Desk(_, store) => Arc::<PostgresStore>::clone(store),
        }
    }

    /// Waits until this program may serve. `None` if it is told to end before.
    ///
    /// # Errors
    /// Fails when a standby can't listen.
    pub(super) async fn wait_to_lead<E>(
        self,
        standby: &mut Standby<'_>,
        shutdown: &CancellationToken,
    ) -> Result<Option<Leadership>, E>
    where
        E: From<web::ListenError> + From<std::io::Error>,
    {
        let (lease, store) = match self {
            Self::File(lease, _) => return Ok(Some(Leadership::File(lease))),
            Self::Desk(lease, store) => (lease, store),
        };
        let taken = tokio::select! {
            taken = standby.wait::<E>(&lease) => taken?,
            () = shutdown.cancelled() => return Ok(None),
        };
        store.hold(DESK, taken.epoch);
        tracing::info!(epoch = taken.epoch, "this node holds the desk");
        let renewed = Arc::clone(&lease);
        let renewing = tokio::spawn(async move { renewed.renew_until_lost().await });
        Ok(Some(Leadership::Desk(Box::new(LeasedDesk {
            lease,
            pass: taken.pass,
            renewing: tokio::sync::Mutex::new(AbortOnDropHandle::new(renewing)),
        }))))
    }
}

impl Leadership {
    /// Returns when another program serves with the store by now, which is a reason to end.
    pub(super) async fn until_lost(&self) -> StoreError {
        match self {
            Self::File(lease) => lease.guard_until_lost().await,
            Self::Desk(desk) => {
                let mut renewing = desk.renewing.lock().await;
                (&mut *renewing).await.unwrap_or(StoreError::Closed)
            }
        }
    }

    /// Returns the time until which this program may act, for whoever sends.
    pub(super) fn trust(&self) -> Trust {
        match self {
            Self::File(_) => Trust::for_ever(),
            Self::Desk(desk) => desk.lease.trust(),
        }
    }

    /// Returns what other nodes show this one when they pass requests on; `None` where there are none.
    pub(super) fn pass(&self) -> Option<web::Pass> {
        match self {
            Self::File(_) => None,
            Self::Desk(desk) => Some(web::Pass(desk.pass.clone())),
        }
    }

    /// Ends the process where another node may act already: nothing more is said, and nothing finished. Of a file, the work in hand is
    /// finished: its lock is a lock.
    pub(super) async fn end_at_once(&self, error: &StoreError) {
        if let Self::Desk(..) = self {
            tracing::error!(%error, "this node no longer holds the desk: ending at once, to wait as a standby after a restart");
            // Another thread writes the log.
            tokio::time::sleep(LOG_TIME).await;
            std::process::exit(SUPERSEDED_EXIT_CODE);
        }
    }

    /// Lets the next program serve, at the end.
    pub(super) async fn release(self) {
        match self {
            Self::File(lease) => drop(lease),
            Self::Desk(desk) => desk.lease.release().await,
        }
    }
}

/// Returns how this node is named among others: by its machine and its process.
fn this_node(config: &Config) -> DeskNode {
    let name = std::env::var("HOSTNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "node".to_owned());
    DeskNode {
        desk: DESK.to_owned(),
        node: format!("{name}/{}", std::process::id()),
        address: config.advertise.clone().unwrap_or_default(),
    }
}
