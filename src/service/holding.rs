//! The right of one program to serve with a store: the lock of a file, or the lease of a desk in a database. A node that does not get the desk
//! waits as a standby: it answers on the web listener that it is there, and connects to no platform.

use super::stores;
use crate::config::{Config, StoreSettings};
use crate::store::{
    DeskNode, LEASE_TIMEOUT, Lease, NodeLease, PostgresStore, SqliteStore, Store, StoreError, Trust,
};
use crate::web;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Name of the desk. A configuration has one: its accounts share their tickets.
const DESK: &str = "desk";

/// Exit code of a node that lost its desk: that of a fault that a restart mends.
const SUPERSEDED: i32 = 3;

/// Time in which the log is written before the end.
const LOG_TIME: std::time::Duration = std::time::Duration::from_millis(50);

/// Right to serve with a store.
#[derive(Debug)]
pub(super) enum Holding {
    /// The lock of a file.
    File(Lease),
    /// The lease of a desk.
    Desk(Box<NodeLease>),
}

impl Holding {
    /// Waits until this program may serve, and opens the store. `None` if it is told to end before.
    ///
    /// # Errors
    /// Fails with the store's error when it can't be opened, or another program keeps the file.
    pub(super) async fn take<E>(
        config: &Config,
        shutdown: &CancellationToken,
    ) -> Result<Option<(Self, Arc<dyn Store>)>, E>
    where
        E: From<StoreError> + From<web::ListenError> + From<std::io::Error>,
    {
        match &config.store {
            StoreSettings::File(path) => {
                // Before anything else is opened: a second program would end the first one's connections.
                let lease = tokio::select! {
                    lease = Lease::take(path, LEASE_TIMEOUT) => lease?,
                    () = shutdown.cancelled() => return Ok(None),
                };
                let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path).await?);
                Ok(Some((Self::File(lease), store)))
            }
            StoreSettings::Postgres(settings) => {
                let address = stores::address(settings);
                let store = PostgresStore::open(&address).await?;
                store.whole().await?;
                let lease = NodeLease::new(&address, this_node())?;
                let taken = tokio::select! {
                    epoch = wait::<E>(config, &lease) => epoch?,
                    () = shutdown.cancelled() => {
                        store.close().await;
                        return Ok(None);
                    }
                };
                store.hold(DESK, taken);
                tracing::info!(epoch = taken, "this node holds the desk");
                Ok(Some((Self::Desk(Box::new(lease)), Arc::new(store))))
            }
        }
    }

    /// Returns when another program serves with the store by now, which is a reason to end.
    pub(super) async fn lost(&self) -> StoreError {
        match self {
            Self::File(lease) => lease.lost().await,
            Self::Desk(lease) => lease.lost().await,
        }
    }

    /// Returns the time until which this program may act, for whoever sends.
    pub(super) fn trust(&self) -> Trust {
        match self {
            Self::File(_) => Trust::for_ever(),
            Self::Desk(lease) => lease.trust(),
        }
    }

    /// Ends the process where another node may act already: nothing more is said, and nothing finished. Of a file, the work in hand is
    /// finished: its lock is a lock.
    pub(super) async fn end_at_once(&self, error: &StoreError) {
        if let Self::Desk(_) = self {
            tracing::error!(%error, "this node no longer holds the desk: ending at once, to wait as a standby after a restart");
            // Another thread writes the log.
            tokio::time::sleep(LOG_TIME).await;
            std::process::exit(SUPERSEDED);
        }
    }

    /// Lets the next program serve, at the end.
    pub(super) async fn release(self) {
        match self {
            Self::File(lease) => drop(lease),
            Self::Desk(lease) => lease.release().await,
        }
    }
}

/// Waits for the desk as a standby, and returns the epoch in which this node holds it.
async fn wait<E>(config: &Config, lease: &NodeLease) -> Result<i64, E>
where
    E: From<web::ListenError> + From<std::io::Error>,
{
    let holder: Arc<Mutex<Value>> = Arc::default();
    let told = Arc::clone(&holder);
    let ended = CancellationToken::new();
    let mut take = std::pin::pin!(lease.take(move |now| {
        let shown = match now {
            Ok(holder) => {
                tracing::info!(node = %holder.node, "another node holds the desk; this one waits as a standby");
                json!({ "node": holder.node })
            }
            Err(error) => {
                tracing::warn!(%error, "this node waits for the desk, and the store fails");
                json!({ "failing": error })
            }
        };
        *told.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    }));
    // A desk that is free is taken before anybody could ask.
    let at_once = tokio::time::timeout(AT_ONCE, &mut take).await;
    if let Ok(epoch) = at_once {
        return Ok(epoch);
    }
    let listening = if config.listen_anyway() {
        let listener = web::bind(config.listen()).await?;
        let site = standby(&config.store.shown(), holder);
        Some(web::start(listener, site, ended.clone())?)
    } else {
        None
    };
    let epoch = take.await;
    ended.cancel();
    if let Some(end) = listening {
        // The port is needed again.
        let _ = end.await;
    }
    Ok(epoch)
}

/// Time within which a desk that is free is taken.
const AT_ONCE: std::time::Duration = std::time::Duration::from_millis(700);

/// Returns what a standby serves.
fn standby(store: &Path, holder: Arc<Mutex<Value>>) -> web::Site {
    let store = store.to_owned();
    let started = std::process::id();
    web::Site {
        routes: Vec::new(),
        open: Vec::new(),
        dashboard: None,
        health: Arc::new(move || {
            let holder = holder.lock().unwrap_or_else(PoisonError::into_inner).clone();
            json!({
                "status": "standby",
                "holder": false,
                "held_by": holder,
                "store": store,
                "process": started,
                "version": env!("CARGO_PKG_VERSION"),
            })
        }),
        metrics: Arc::new(|| {
            "# HELP groupdesk_holder 1 if this node holds the desk.\n# TYPE groupdesk_holder gauge\ngroupdesk_holder 0\n# EOF\n".to_owned()
        }),
        alarm: Arc::new(|name, message| {
            if let Some(message) = message {
                tracing::warn!(name, "{message}");
            }
        }),
    }
}

/// Returns how this node is named among others: by its machine and its process.
fn this_node() -> DeskNode {
    let name = std::env::var("HOSTNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "node".to_owned());
    DeskNode {
        desk: DESK.to_owned(),
        node: format!("{name}/{}", std::process::id()),
        address: String::new(),
    }
}
