//! WeCom's callbacks. They hold no message, only the word that there is one, so that they are answered at once; what there
//! is, is pulled until the desk has it.

use super::core::{Bell, Core};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use groupdesk_wechat_callback::{MAX_BODY_BYTES, Query, Refused, xml};
use std::sync::Arc;

/// The most Customer Service accounts served beside those in the settings.
const ACCOUNTS_MAX: usize = 1_000;

/// The route of an account.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let path = format!("{}/{}", super::CustomerService::PATH, core.account.path_segment());
    Router::new()
        .route(&path, get(check).post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(core)
}

async fn check(State(core): State<Arc<Core>>, RawQuery(query): RawQuery) -> Response {
    match core.verifier.verify_url(&Query::read(query.as_deref())) {
        Ok(echo) => echo.into_response(),
        Err(refused) => refuse(&core, refused),
    }
}

async fn receive(State(core): State<Arc<Core>>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let query = Query::read(query.as_deref());
    let opened = core
        .verifier
        .open_xml(&query, &body)
        .and_then(|opened| xml::read(&opened.content).map(|event| (opened, event)));
    match opened {
        Ok((opened, event)) => {
            if event.text("Event") == Some("kf_msg_or_event")
                && let Some(open_kfid) = event
                    .text("OpenKfId")
                    .filter(|id| !id.is_empty() && id.len() <= 64)
            {
                ring(&core, open_kfid, event.text("Token"));
            }
            core.verifier.answered(&opened);
            "success".into_response()
        }
        Err(refused) => refuse(&core, refused),
    }
}

fn refuse(core: &Core, refused: Refused) -> Response {
    tracing::debug!(account = %core.account, %refused, "a callback was refused");
    refused.into_response()
}

fn ring(core: &Core, open_kfid: &str, token: Option<&str>) {
    if !core.serves(open_kfid) {
        return;
    }
    let bell = {
        let mut state = core.state();
        let known = state.bells.len();
        match state.bells.get(open_kfid) {
            Some(bell) => Arc::clone(bell),
            None if known < ACCOUNTS_MAX => {
                let bell = Arc::new(Bell::default());
                state.bells.insert(open_kfid.to_owned(), Arc::clone(&bell));
                core.newcomer.notify_one();
                bell
            }
            None => return,
        }
    };
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        let mut kept = bell.token.lock();
        *kept = Some((token.to_owned(), core.clock.now()));
    }
    bell.ring.notify_one();
}
