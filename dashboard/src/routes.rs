//! The dashboard as a router: the page behind each path.

use crate::app::{App, FAQ_BODY_MAX};
use crate::assets;
use crate::backend::Backend;
use crate::guard;
use crate::live_updates;
use crate::pages::{
    account, audit_log, channels, decision_explanation, faq, faq_entry, figures, hours, import_export, inbox,
    keys, labels, login, one_time_link, overview, picture, sessions, sso, ticket, totp, transcript,
    try_it_box, unanswered_questions, users,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Largest body of a request, in bytes.
const BODY_MAX: usize = 256 << 10;

/// Settings of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Path below which it is served, without a slash at its end; empty at the root.
    pub base_path: String,
}

/// Lets a route take a whole FAQ.
fn of_faq(route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.layer(DefaultBodyLimit::max(FAQ_BODY_MAX))
}

/// Makes the routes of the dashboard. Streams of live updates end with `shutdown`.
pub fn router(backend: Arc<dyn Backend>, settings: &Settings, shutdown: CancellationToken) -> Router {
    let base = settings.base_path.trim_end_matches('/').to_owned();
    let app = Arc::new(App::new(backend, base.clone(), shutdown));
    let pages = Router::new()
        .route("/", get(overview::show))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/code", post(login::second_step))
        .route("/login/with", get(sso::begin))
        .route("/login/callback", get(sso::end))
        .route("/logout", post(login::log_out))
        .route(
            "/join/{token}",
            get(one_time_link::show).post(one_time_link::join),
        )
        .route("/tickets", get(inbox::show))
        .route("/tickets/{number}", get(ticket::show))
        .route("/tickets/{number}/order", post(ticket::order))
        .route("/tickets/{number}/draft", post(ticket::save_draft))
        .route("/tickets/{number}/here", post(ticket::here))
        .route("/tickets/{number}/question", post(ticket::question))
        .route("/tickets/{number}/file/{format}", get(transcript::export))
        .route("/live", get(live_updates::stream))
        .route("/faq", get(faq::show))
        .route("/faq/check", of_faq(post(faq::check)))
        .route("/faq/preview", of_faq(post(faq::preview)))
        .route("/faq/save", of_faq(post(faq::save)))
        .route(
            "/faq/entry",
            of_faq(get(faq_entry::show).post(faq_entry::preview)),
        )
        .route("/faq/entry/check", of_faq(post(faq_entry::check)))
        .route("/faq/versions", get(faq::versions))
        .route("/faq/versions/{version}", get(faq::version))
        .route("/faq/versions/{version}/changes", get(faq::changes))
        .route("/unanswered", get(unanswered_questions::show))
        .route("/unanswered/{group}", post(unanswered_questions::act))
        .route("/hours", get(hours::show).post(hours::edit))
        .route("/figures", get(figures::show))
        .route("/figures/csv", get(figures::csv))
        .route("/figures/{figure}", get(figures::list))
        .route("/why", get(decision_explanation::ask))
        .route("/why/{id}", get(decision_explanation::show))
        .route("/labels", get(labels::show))
        .route("/labels/{id}", post(labels::give))
        .route("/channels", get(channels::show))
        .route("/channels/switch", post(channels::switch))
        .route("/accounts/{name}/code", get(channels::code))
        .route("/tickets/{number}/picture/{line}/{link}", get(picture::show))
        .route("/data", get(import_export::show))
        .route("/data/faq/{format}", get(import_export::export_faq))
        .route("/data/import", of_faq(post(import_export::import_faq)))
        .route("/data/upload", of_faq(post(import_export::upload)))
        .route("/data/tickets", get(import_export::export_tickets))
        .route("/data/audit", get(import_export::export_audit))
        .route("/data/backup", post(import_export::back_up))
        .route("/try", get(try_it_box::show))
        .route("/account", get(account::show))
        .route("/account/language", post(account::set_language))
        .route("/account/password", post(account::set_password))
        .route("/account/sessions", post(sessions::end))
        .route("/account/totp", get(totp::show).post(totp::change))
        .route("/users", get(users::show))
        .route("/users/invite", post(users::invite))
        .route("/users/{name}", post(users::change))
        .route("/keys", get(keys::show).post(keys::change))
        .route("/audit", get(audit_log::show))
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
