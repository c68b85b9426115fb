//! Routes that the listener serves at the moment: it stays open while a standby becomes the holder, with everybody who is connected.

use super::standby_proxy::{Here, Holder, Pass, PassOn};
use super::unrouted::Unrouted;
use super::{HEALTH_PATH, HOLDER_PATH, LIVE_PATH, METRICS_PATH, REQUEST_TIMEOUT, Site, StuckAlarm};
use super::{answer_health, answer_holder, answer_live, answer_metrics};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use parking_lot::RwLock;
use std::sync::Arc;
use tokio::sync::watch;
use tower_http::timeout::TimeoutLayer;

/// Site of the listener; another one can be put in its place at any time.
#[derive(Debug, Clone)]
pub struct Served {
    now: Arc<RwLock<Arc<Parts>>>,
    /// Routes for requests that wait on a standby, when it no longer is one.
    here: Arc<watch::Sender<Option<Here>>>,
}

/// Parts of a site, as requests need them.
pub(super) struct Parts {
    /// Health and metrics, which the listener's own thread answers.
    pub(super) health: Router,
    pub(super) routes: Router,
    pub(super) open: Arc<[String]>,
    pub(super) alarm: StuckAlarm,
    /// Pass that other nodes show this one.
    pub(super) pass: Option<Pass>,
    /// WebSocket clients at a path that nobody serves.
    pub(super) unrouted: Unrouted,
    /// `true` if another node serves.
    is_standby: bool,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Served {
    /// Begins with a site.
    pub fn new(site: Site) -> Self {
        Self {
            now: Arc::new(RwLock::new(Arc::new(Parts::new(site)))),
            here: Arc::default(),
        }
    }

    /// Begins as a standby: what `site` has no route for is passed on to the holder.
    pub fn standby(site: Site, holder: watch::Receiver<Holder>) -> Self {
        let here: Arc<watch::Sender<Option<Here>>> = Arc::default();
        let pass_on = PassOn::new(holder, here.subscribe());
        let mut parts = Parts::new(Site {
            dashboard: Some(pass_on.router()),
            ..site
        });
        parts.is_standby = true;
        Self {
            now: Arc::new(RwLock::new(Arc::new(parts))),
            here,
        }
    }

    /// Serves another site from now on. Requests and connections that are under way stay where they are.
    pub fn put(&self, site: Site) {
        let parts = Parts::new(site);
        let here = Here {
            routes: parts.routes.clone(),
            pass: parts.pass.clone(),
        };
        *self.now.write() = Arc::new(parts);
        self.here.send_replace(Some(here));
    }

    pub(super) fn now(&self) -> Arc<Parts> {
        Arc::clone(&self.now.read())
    }
}

impl Parts {
    fn new(site: Site) -> Self {
        let Site {
            routes,
            open,
            dashboard,
            pass,
            health,
            metrics,
            alarm,
        } = site;
        let routes = routes.into_iter().fold(Router::new(), Router::merge);
        let routes = match dashboard {
            Some(dashboard) => routes.fallback_service(dashboard),
            None => routes,
        };
        let routes = routes.layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ));
        let health = Router::new()
            .route(
                HEALTH_PATH,
                get({
                    let health = Arc::clone(&health);
                    move |headers: HeaderMap| answer_health(Arc::clone(&health), headers)
                }),
            )
            .route(
                HOLDER_PATH,
                get({
                    let health = Arc::clone(&health);
                    move || std::future::ready(answer_holder(&health()))
                }),
            )
            .route(LIVE_PATH, get(move || std::future::ready(answer_live(&health()))))
            .route(
                METRICS_PATH,
                get(move |headers: HeaderMap| answer_metrics(Arc::clone(&metrics), headers)),
            );
        Self {
            health,
            routes,
            open: open.into(),
            alarm,
            pass,
            unrouted: Unrouted::default(),
            is_standby: false,
        }
    }

    /// `true` if this node serves, or is alone.
    pub(super) fn serves(&self) -> bool {
        !self.is_standby
    }
}
