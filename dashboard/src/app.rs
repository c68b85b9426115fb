//! The dashboard as a router, and the state that its requests share.

use crate::assets;
use crate::backend::{Backend, TokenHash};
use crate::counter::Counter;
use crate::guard;
use crate::live;
use crate::pages::{account, audit, faq, inbox, join, keys, login, misses, overview, ticket, trial, users};
use crate::shell::Notice;
use crate::throttle::Throttle;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Largest body of a request, in bytes.
const BODY_MAX: usize = 256 << 10;

/// Largest body of a request with a FAQ: each of its bytes may be three in a form.
const FAQ_BODY_MAX: usize = 12 << 20;

/// Sessions for which notices are kept.
const NOTICES_MAX: usize = 1_000;

/// Settings of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Path below which it is served, without a slash at its end; empty at the root.
    pub base_path: String,
}

/// State that the requests share.
pub(crate) struct App {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) base: String,
    pub(crate) throttle: Throttle,
    pub(crate) counter: Counter,
    pub(crate) shutdown: CancellationToken,
    notices: Mutex<HashMap<TokenHash, Vec<Notice>>>,
}

impl App {
    /// Keeps a notice for the next page of a session.
    pub(crate) fn tell(&self, session: TokenHash, notice: Notice) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.len() >= NOTICES_MAX {
            notices.clear();
        }
        notices.entry(session).or_default().push(notice);
    }

    /// Takes the notices for a page of a session.
    pub(crate) fn take_notices(&self, session: TokenHash) -> Vec<Notice> {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        notices.remove(&session).unwrap_or_default()
    }
}

/// Lets a route take a whole FAQ.
fn of_faq(route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.layer(DefaultBodyLimit::max(FAQ_BODY_MAX))
}

/// Makes the routes of the dashboard. Streams of live updates end with `shutdown`.
pub fn router(backend: Arc<dyn Backend>, settings: &Settings, shutdown: CancellationToken) -> Router {
    let base = settings.base_path.trim_end_matches('/').to_owned();
    let app = Arc::new(App {
        backend,
        base: base.clone(),
        throttle: Throttle::default(),
        counter: Counter::default(),
        shutdown,
        notices: Mutex::default(),
    });
    let pages = Router::new()
        .route("/", get(overview::show))
        .route("/login", get(login::show).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/join/{token}", get(join::show).post(join::join))
        .route("/tickets", get(inbox::show))
        .route("/tickets/{number}", get(ticket::show))
        .route("/tickets/{number}/order", post(ticket::order))
        .route("/tickets/{number}/draft", post(ticket::save_draft))
        .route("/live", get(live::stream))
        .route("/faq", get(faq::show))
        .route("/faq/check", of_faq(post(faq::check)))
        .route("/faq/preview", of_faq(post(faq::preview)))
        .route("/faq/save", of_faq(post(faq::save)))
        .route("/faq/versions", get(faq::versions))
        .route("/faq/versions/{version}", get(faq::version))
        .route("/unanswered", get(misses::show))
        .route("/unanswered/{group}", post(misses::act))
        .route("/try", get(trial::show))
        .route("/account", get(account::show))
        .route("/account/language", post(account::set_language))
        .route("/account/password", post(account::set_password))
        .route("/users", get(users::show))
        .route("/users/invite", post(users::invite))
        .route("/users/{name}", post(users::change))
        .route("/keys", get(keys::show).post(keys::change))
        .route("/audit", get(audit::show))
        .route("/assets/{hash}/{name}", get(assets::serve))
        .fallback(guard::not_found)
        .layer(DefaultBodyLimit::max(BODY_MAX));
    let guarded = |routes: Router<Arc<App>>| {
        routes
            .route_layer(from_fn_with_state(Arc::clone(&app), guard::admit))
            .layer(from_fn_with_state(Arc::clone(&app), guard::protect))
            .with_state(Arc::clone(&app))
    };
    if base.is_empty() {
        guarded(pages)
    } else {
        // Nested, the overview is at `/desk` alone; `/desk/` is it too.
        let slash = Router::new().route(&format!("{base}/"), get(overview::show));
        Router::new().nest(&base, guarded(pages)).merge(guarded(slash))
    }
}
