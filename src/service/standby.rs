//! A node that waits for the desk: it answers on the web listener that it is there, passes on to the holder what it is asked, and keeps
//! what it hears of the accounts that have a connection of their own to every node. When it has the desk, all of that goes on.

use super::accounts::{self, BuiltAdapter};
use super::connections::Connections;
use super::standby_events::{KEPT_MAX, RecordedEvents, StandbyRecorder};
use super::standby_faq_copy::FaqFollower;
use super::systemd::{self, ServiceManager};
use crate::config::Config;
use crate::store::{DeskHolder, DeskSeen, DeskTaken, NodeLease};
use crate::web;
use groupdesk_contract::Incoming;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Time within which a desk that is free is taken.
const FREE_DESK_TAKEN_WITHIN: Duration = Duration::from_millis(700);

/// Interval at which the service manager learns that a standby works.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Timeout of the accounts' connections at the end.
const LAST_WORK: Duration = Duration::from_secs(2);

/// The HTTP listener, open since before this node had the desk.
pub(super) struct Listening {
    pub(super) served: web::Served,
    /// Told when it has ended.
    pub(super) end: oneshot::Receiver<()>,
}

/// A node before it serves.
pub(super) struct Standby<'a> {
    config: &'a Config,
    built: &'a [BuiltAdapter],
    connections: Arc<Connections>,
    disconnect: CancellationToken,
    /// Way of the accounts to the inbox.
    pub(super) events: mpsc::Sender<Incoming>,
    recorder: StandbyRecorder,
    /// The accounts that run already.
    pub(super) accounts: TaskTracker,
    listening: Option<Listening>,
    /// Keeps the FAQ as that of the holder; `None` without a file, and where there is one node.
    follower: Option<Arc<FaqFollower>>,
    /// `true` if another node held the desk.
    pub(super) waited: bool,
}

/// Parts of a standby with which it serves when it gets the desk.
pub(super) struct Succession {
    /// The listener, where it is open already.
    pub(super) listening: Option<Listening>,
    /// The accounts that run already, and others to be.
    pub(super) accounts: TaskTracker,
    /// Way of the accounts to the inbox.
    pub(super) events: mpsc::Sender<Incoming>,
    /// Events for the inbox.
    pub(super) recorded: RecordedEvents,
    /// `true` if another node held the desk.
    pub(super) waited: bool,
}

impl<'a> Standby<'a> {
    /// Makes one that has not begun. At most `waiting` events wait; `disconnect` ends its accounts and its listener.
    pub(super) fn new(
        config: &'a Config,
        built: &'a [BuiltAdapter],
        (connections, disconnect): (&Arc<Connections>, &CancellationToken),
        waiting: usize,
        follower: Option<FaqFollower>,
    ) -> Self {
        let (events, coming) = mpsc::channel(waiting);
        Self {
            config,
            built,
            connections: Arc::clone(connections),
            disconnect: disconnect.clone(),
            events,
            recorder: StandbyRecorder::new(coming, KEPT_MAX),
            accounts: TaskTracker::new(),
            listening: None,
            follower: follower.map(Arc::new),
            waited: false,
        }
    }

    /// Waits until this node holds the desk.
    ///
    /// # Errors
    /// Fails when the listener can't be opened.
    pub(super) async fn wait<E>(&mut self, lease: &NodeLease) -> Result<DeskTaken, E>
    where
        E: From<web::ListenError> + From<std::io::Error>,
    {
        let seen = Arc::new(SeenHolder::default());
        let told = Arc::clone(&seen);
        let mut take = std::pin::pin!(lease.take(move |now| told.note(now)));
        // A desk that is free is taken before anybody could ask.
        if let Ok(taken) = tokio::time::timeout(FREE_DESK_TAKEN_WITHIN, &mut take).await {
            return Ok(taken);
        }
        self.begin::<E>(&seen).await?;
        let mut manager = ServiceManager::of_process();
        let follower = self.follower.clone();
        let mut follow = std::pin::pin!(async {
            match &follower {
                Some(follower) => follower.follow().await,
                None => std::future::pending().await,
            }
        });
        let taken = loop {
            manager.tell(true, "standby: another node serves");
            tokio::select! {
                taken = &mut take => break taken,
                () = &mut follow => {}
                () = tokio::time::sleep(SIGN_OF_LIFE) => {}
            }
        };
        // What was passed on to the holder before ends, and what comes waits until this node serves.
        seen.note(DeskSeen::Free);
        Ok(taken)
    }

    /// Listens and hears.
    async fn begin<E>(&mut self, seen: &Arc<SeenHolder>) -> Result<(), E>
    where
        E: From<web::ListenError> + From<std::io::Error>,
    {
        self.waited = true;
        if self.config.listen_anyway() || self.built.iter().any(|account| account.routes.is_some()) {
            let listener = web::bind(self.config.listen()).await?;
            let faq = self.follower.clone();
            let site = site(&self.config.store.shown(), self.built, Arc::clone(seen), faq);
            let served = web::Served::standby(site, seen.holder.subscribe());
            let end = web::start(listener, served.clone(), self.disconnect.clone())?;
            self.listening = Some(Listening { served, end });
        }
        self.recorder.open();
        for account in self.built.iter().filter(|account| account.standby_hears) {
            tracing::info!(account = %account.adapter.account(), "this standby hears the account too, and says nothing");
            self.accounts.spawn(accounts::supervise(
                Arc::clone(&account.adapter),
                account.may_end,
                Arc::clone(&self.connections),
                self.events.clone(),
                self.disconnect.clone(),
            ));
        }
        systemd::ready();
        Ok(())
    }

    /// Ends it: this node holds the desk.
    pub(super) async fn over(self) -> Succession {
        if self.waited
            && let Some(follower) = &self.follower
        {
            follower.catch_up().await;
        }
        Succession {
            listening: self.listening,
            accounts: self.accounts,
            events: self.events,
            recorded: self.recorder.close().await,
            waited: self.waited,
        }
    }

    /// Ends it: the program is to end.
    pub(super) async fn end(self) {
        systemd::stopping();
        self.disconnect.cancel();
        self.accounts.close();
        if tokio::time::timeout(LAST_WORK, self.accounts.wait())
            .await
            .is_err()
        {
            tracing::debug!("an account did not disconnect in time");
        }
        if let Some(listening) = self.listening {
            // What is under way there has its own deadline.
            let _ = listening.end.await;
        }
    }
}

/// The desk as a standby sees it.
#[derive(Default)]
struct SeenHolder {
    holder: watch::Sender<web::Holder>,
    shown: Mutex<Value>,
}

impl SeenHolder {
    fn note(&self, now: DeskSeen) {
        let shown = match now {
            DeskSeen::Held(holder) => {
                tracing::info!(node = %holder.node, epoch = holder.epoch, "another node holds the desk; this one waits as a standby");
                let shown = json!({ "node": holder.node, "address": holder.address, "epoch": holder.epoch });
                self.follow(upstream(holder));
                shown
            }
            DeskSeen::Free => {
                self.follow(web::Holder::Nobody);
                Value::Null
            }
            DeskSeen::Unknown(error) => {
                // The holder may well be there, and answers for itself.
                tracing::warn!(%error, "this node waits for the desk, and the store fails");
                json!({ "failing": error })
            }
        };
        *self.shown.lock() = shown;
    }

    fn follow(&self, holder: web::Holder) {
        if let web::Holder::At(before) = self.holder.send_replace(holder) {
            before.over.cancel();
        }
    }
}

fn upstream(holder: DeskHolder) -> web::Holder {
    if holder.address.is_empty() {
        tracing::warn!(
            node = %holder.node,
            "the holder names no address, so nothing is passed on to it: write `web.advertise` into its groupdesk.yaml"
        );
        return web::Holder::Unreachable;
    }
    web::Holder::At(web::Upstream {
        address: holder.address,
        pass: web::Pass(holder.pass),
        over: CancellationToken::new(),
    })
}

/// Returns what a standby serves itself.
fn site(
    store: &Path,
    built: &[BuiltAdapter],
    seen: Arc<SeenHolder>,
    follower: Option<Arc<FaqFollower>>,
) -> web::Site {
    let store = store.to_owned();
    let process = std::process::id();
    let hearing = built.iter().filter(|account| account.standby_hears);
    let hears: BTreeSet<String> = hearing
        .clone()
        .map(|account| account.adapter.account().to_string())
        .collect();
    web::Site {
        routes: hearing.filter_map(|account| account.routes.clone()).collect(),
        open: open_paths(built),
        dashboard: None,
        pass: None,
        health: Arc::new(move || {
            let holder = seen.shown.lock().clone();
            // Who can't see the desk can't take it either: a spare that is none.
            let status = match holder["failing"].is_null() {
                true => "standby",
                false => "failing",
            };
            json!({
                "status": status,
                "holder": false,
                "held_by": holder,
                "hears": hears,
                "faq": follower.as_ref().map(|follower| follower.state().shown()),
                "store": store,
                "process": process,
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

/// Returns the paths that pages of other hosts may call.
pub(super) fn open_paths(built: &[BuiltAdapter]) -> Vec<String> {
    let websites = built.iter().filter_map(|account| account.website.as_ref());
    websites.flat_map(|website| website.paths()).collect()
}
