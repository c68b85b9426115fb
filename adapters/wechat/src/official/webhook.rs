//! WeChat's posts. They are answered within five seconds and after the desk has committed; a message that could not be taken
//! is answered 503, so that it comes again.

use super::core::Core;
use super::pending_replies::Passive;
use super::read::{self, Kind, Post};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use groupdesk_contract::{Event, Message};
use groupdesk_wechat_callback::{MAX_BODY_BYTES, Opened, Query, Refused, xml};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait for an answer: WeChat gives up after five seconds.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_millis(4500);
/// The number of times for which WeChat posts a message.
const ATTEMPTS_MAX: u32 = 3;
/// The time by which a request that WeChat is to give up is held longer than WeChat waits.
const GIVE_UP_MARGIN: Duration = Duration::from_millis(1500);
/// Says that all is well and there is no answer.
const NOTHING: &str = "success";

/// The route of an account.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let path = format!("{}/{}", super::OfficialAccount::PATH, core.account.path_segment());
    Router::new()
        .route(&path, get(check).post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(core)
}

async fn check(State(core): State<Arc<Core>>, RawQuery(query): RawQuery) -> Response {
    match core.verifier.verify_plain_url(&Query::read(query.as_deref())) {
        Ok(echo) => echo.into_response(),
        Err(refused) => refuse(&core, &refused),
    }
}

async fn receive(State(core): State<Arc<Core>>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let arrived = Instant::now();
    let query = Query::read(query.as_deref());
    let opened =
        open(&core, &query, &body).and_then(|opened| xml::read(&opened.content).map(|root| (opened, root)));
    let (opened, root) = match opened {
        Ok(opened) => opened,
        Err(refused) => return refuse(&core, &refused),
    };
    let Some(post) = read::post(&root) else {
        return NOTHING.into_response();
    };
    let passive = match &post.kind {
        Kind::Said {
            message,
            transferable,
        } => match take(&core, &post.user, message, *transferable, arrived).await {
            Ok(passive) => passive,
            Err(status) => return status.into_response(),
        },
        Kind::Followed => match &core.settings.welcome {
            Some(words) => Passive::Say(words.clone()),
            None => Passive::Nothing,
        },
        Kind::Nothing => Passive::Nothing,
    };
    core.verifier.answered(&opened);
    render(&core, &query, &post, &passive)
}

/// Opens a callback: with a key everything must be encrypted, without one nothing can be.
fn open(core: &Core, query: &Query, body: &[u8]) -> Result<Opened, Refused> {
    let is_encrypted = query.encrypt_type == "aes";
    match (is_encrypted, core.settings.encoding_aes_key.is_some()) {
        (true, true) => core.verifier.open_xml(query, body),
        (false, false) => core.verifier.open_plain(query, body),
        (true, false) => Err(Refused::new(
            "WeChat encrypts: set `encoding_aes_key`, or choose plain mode on the platform's page",
        )),
        (false, true) => Err(Refused::new(
            "WeChat doesn't encrypt: choose safe mode on the platform's page, or leave `encoding_aes_key` out",
        )),
    }
}

fn refuse(core: &Core, refused: &Refused) -> Response {
    tracing::debug!(account = %core.account, %refused, "a callback was refused");
    StatusCode::FORBIDDEN.into_response()
}

/// Hands a message to the desk and waits for the answer to it.
async fn take(
    core: &Core,
    user: &str,
    message: &Message,
    transferable: bool,
    arrived: Instant,
) -> Result<Passive, StatusCode> {
    let id = message.id.as_str();
    let answered = core.state().slots.answered(id);
    if let Some(passive) = answered {
        return Ok(passive);
    }
    let (attempt, wait) = core.state().slots.hold(user, id);
    let until = arrived + ANSWER_TIMEOUT;
    let event = Event::Message(message.clone());
    if !core.link.deliver_before(until, event).await {
        drop(wait);
        core.state().slots.let_go(user, id);
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    if transferable && super::send::wants_transfer(core, user).await {
        core.state().slots.answer(user, Passive::Transfer);
        return Ok(Passive::Transfer);
    }
    let may_come_again = core.api.is_none() && attempt < ATTEMPTS_MAX;
    let until = if may_come_again {
        until + GIVE_UP_MARGIN
    } else {
        until
    };
    let answer = tokio::time::timeout_at(until, wait).await;
    core.state().slots.let_go(user, id);
    match answer {
        Ok(Ok(passive)) => Ok(passive),
        // A newer request took this one's place.
        Ok(Err(_)) => Ok(Passive::Nothing),
        // WeChat has given up by now and asks again, for the answer that is still to come.
        Err(_) if may_come_again => Err(StatusCode::SERVICE_UNAVAILABLE),
        Err(_) => Ok(Passive::Nothing),
    }
}

/// Renders an answer in WeChat's form, encrypted if the post was.
fn render(core: &Core, query: &Query, post: &Post, passive: &Passive) -> Response {
    let mut out = xml::Writer::new();
    out.text("ToUserName", &post.user)
        .text("FromUserName", &post.account)
        .number("CreateTime", core.clock.now().as_second());
    match passive {
        Passive::Nothing => return NOTHING.into_response(),
        Passive::Say(words) => {
            out.text("MsgType", "text").text("Content", words);
        }
        Passive::Transfer => {
            out.text("MsgType", "transfer_customer_service");
            let account = core
                .settings
                .transfer
                .as_ref()
                .and_then(|transfer| transfer.kf_account.as_deref());
            if let Some(account) = account {
                out.nested("TransInfo", |inner| {
                    inner.text("KfAccount", account);
                });
            }
        }
    }
    let answer = out.finish();
    if core.settings.encoding_aes_key.is_none() {
        return answer.into_response();
    }
    match core.verifier.seal_xml(query, &answer) {
        Ok(sealed) => sealed.into_response(),
        Err(refused) => {
            tracing::error!(account = %core.account, %refused, "an answer can't be encrypted");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
