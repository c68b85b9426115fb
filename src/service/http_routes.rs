//! Routes that the HTTP listener serves: those of the accounts, the dashboard, health and metrics.

use super::accounts::{BuiltAdapter, Web};
use super::alerts::Severity;
use super::dashboard::{self, Dashboard, Parts};
use super::event_intake::Intake;
use super::health::Health;
use super::metrics::Exposition;
use super::routing::Routing;
use super::standby::{Listening, open_paths};
use super::unanswered_grouping::Unanswered;
use crate::config::Config;
use crate::matcher::search_terms;
use crate::store::Store;
use crate::web;
use groupdesk_contract::{Adapter, Clock, Incoming, Link};
use groupdesk_dashboard::{Settings, link_path};
use std::io::{IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Returns the room that the dashboard is, where the listener serves one.
pub(super) fn room_of(config: &Config, built: &[BuiltAdapter], clock: &Arc<dyn Clock>) -> Option<Arc<Web>> {
    let listens = config.listen_anyway() || built.iter().any(|account| account.routes.is_some());
    (listens && config.dashboard.is_some()).then(|| Web::new(Arc::clone(clock)))
}

/// Parts of the program that the listener serves.
pub(super) struct Site<'a> {
    pub(super) config: &'a Arc<Config>,
    pub(super) built: &'a [BuiltAdapter],
    pub(super) health: Arc<Health>,
    pub(super) intake: &'a Arc<Intake>,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) routing: &'a Arc<Routing>,
    pub(super) unanswered: &'a Arc<Unanswered>,
    pub(super) web_room: Option<Arc<Web>>,
    pub(super) events: &'a mpsc::Sender<Incoming>,
    pub(super) pass: Option<web::Pass>,
}

impl Site<'_> {
    /// Opens the listener, where there is something to serve, or serves on one that is open. The receiver learns when it has ended.
    ///
    /// # Errors
    /// Fails when the address can't be had.
    pub(super) async fn serve<E: From<web::ListenError> + From<std::io::Error>>(
        mut self,
        listening: Option<Listening>,
        shutdown: &CancellationToken,
    ) -> Result<Option<oneshot::Receiver<()>>, E> {
        let routes: Vec<axum::Router> = self
            .built
            .iter()
            .filter_map(|account| account.routes.clone())
            .collect();
        if routes.is_empty() && !self.config.listen_anyway() {
            return Ok(None);
        }
        let address = self.config.listen();
        // Before anything is told of it.
        let listening = match listening {
            Some(open) => Ok(open),
            None => Err(web::bind(address).await?),
        };
        tracing::info!(%address, "listening");
        let dashboard = match self.web_room.take() {
            Some(room) => Some(self.dashboard(room, address, shutdown).await),
            None => None,
        };
        let alerts = Arc::clone(&self.health.alerts);
        let health = self.health;
        let metrics = Exposition::new(
            Arc::clone(&health),
            Arc::clone(self.intake),
            Arc::clone(self.clock),
        );
        let site = web::Site {
            open: open_paths(self.built),
            routes,
            dashboard,
            pass: self.pass,
            health: Arc::new(move || health.to_json()),
            metrics: Arc::new(move || metrics.text()),
            alarm: Arc::new(move |name, message| match message {
                Some(message) => alerts.fire(name, Severity::Warning, message),
                None => alerts.resolve(name),
            }),
        };
        Ok(Some(match listening {
            Ok(Listening { served, end }) => {
                served.put(site);
                end
            }
            Err(listener) => web::start(listener, web::Served::new(site), shutdown.clone())?,
        }))
    }

    /// Makes the dashboard, lets its room take orders, and tells how its first owner comes in.
    async fn dashboard(
        &self,
        room: Arc<Web>,
        address: SocketAddr,
        shutdown: &CancellationToken,
    ) -> axum::Router {
        let settings = Settings {
            base_path: self.config.dashboard.clone().unwrap_or_default(),
        };
        let backend = Dashboard::new(Parts {
            config: Arc::clone(self.config),
            store: Arc::clone(self.store),
            clock: Arc::clone(self.clock),
            knowledge: Arc::clone(&self.health.knowledge),
            routing: Arc::clone(self.routing),
            health: Arc::clone(&self.health),
            web: Arc::clone(&room),
            unanswered: Arc::clone(self.unanswered),
            websites: websites(self.built),
        });
        let router = groupdesk_dashboard::router(Arc::new(backend), &settings, shutdown.clone());
        let link = Link::new(room.account().clone(), self.events.clone(), shutdown.clone());
        tokio::spawn(async move {
            if let Err(error) = room.run(link).await {
                tracing::debug!(%error, "the dashboard takes no more orders");
            }
        });
        // Searches find what is indexed: the words of a store that had no dashboard are many.
        let store = Arc::clone(self.store);
        tokio::spawn(async move {
            // It ends when the store is closed.
            if let Err(error) = store.index_tickets(&search_terms).await {
                tracing::debug!(%error, "not all words of tickets are indexed: searches go on with it");
            }
        });
        self.tell_first_owner(address, &settings).await;
        router
    }

    /// Prints a one-time link for the first owner, where somebody sees it; a log keeps no secrets.
    async fn tell_first_owner(&self, address: SocketAddr, settings: &Settings) {
        let mut stderr = std::io::stderr();
        if !stderr.is_terminal() {
            tracing::info!(
                "the dashboard is served; `groupdesk dashboard invite NAME` makes a one-time link to it"
            );
            return;
        }
        match dashboard::invite_first_owner(&**self.store, self.clock.now()).await {
            Ok(Some(token)) => {
                let base = address_for_people(address) + &settings.base_path;
                let _ = writeln!(
                    stderr,
                    "\n  管理面板（一次性链接，72 小时内有效） / the dashboard, by a one-time link:\n  {base}{}\n",
                    link_path(&token)
                );
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "no link to the dashboard can be made"),
        }
    }
}

/// Returns the names of the accounts that are websites.
fn websites(built: &[BuiltAdapter]) -> Vec<String> {
    let websites = built.iter().filter(|account| account.website.is_some());
    websites
        .map(|account| account.adapter.account().as_str().to_owned())
        .collect()
}

/// Returns an address that a browser on this machine can open.
pub fn address_for_people(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        address.ip()
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}
