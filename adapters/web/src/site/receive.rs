//! The requests of pages and programs: a visitor begins, says something, and reads what was said. A message is answered when the desk
//! has committed it; the same one again is answered the same and done once.

use super::caller::{Caller, Sent, caller};
use super::response::{answer, later, not_now, refused, unsigned};
use super::wire::{Asked, Begin, Begun, Content, History, Post, Posted, Shown};
use super::{Core, channel_id, identity, read, send};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use groupdesk_contract::{Event, MemberId, read_json};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The time in which the desk commits a message, or the client is told to send it again.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Messages of a page of the history, at most and by default.
const PAGE: (u32, u32) = (200, 50);

/// Begins for a visitor: makes or renews a token.
pub(crate) async fn begin(
    State(core): State<Arc<Core>>,
    Extension(sent): Extension<Sent>,
    body: Bytes,
) -> Response<Body> {
    let begun = async {
        let begin: Begin = read_json(&body).map_err(|error| bad(&error.to_string()))?;
        if !sent.by_page {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "tokens are for pages of the account's `origins`; a program has a key",
            ));
        }
        let now = core.clock.now();
        let visitor = visitor_of(&core, &begin, &sent).await?;
        let token = core.signer.token(&visitor, now).await;
        Ok(Begun {
            token: token.map_err(|error| not_now(&error))?,
            visitor: visitor.as_str().to_owned(),
        })
    };
    match begun.await {
        Ok(begun) => answer(StatusCode::OK, &begun),
        Err(response) => response,
    }
}

/// Finds out for whom a page begins: somebody whom the website signs, the visitor of before, or a new one.
async fn visitor_of(core: &Core, begin: &Begin, sent: &Sent) -> Result<MemberId, Response<Body>> {
    let now = core.clock.now();
    if let Some(id) = &begin.visitor {
        let hash = begin.hash.as_deref().unwrap_or_default();
        let visitor = channel_id::user(id).filter(|_| core.signer.vouches(id, hash));
        return visitor.ok_or_else(|| {
            tracing::debug!(account = %core.account, "a visitor with a wrong signature was refused");
            refused(
                StatusCode::UNAUTHORIZED,
                "`hash` is not the HMAC-SHA256 of `visitor` with the account's `identity_secret`",
            )
        });
    }
    if core.settings.require_identity {
        return Err(unsigned());
    }
    if let Some(token) = &begin.token {
        let keep = core.settings.keep();
        let known = core.signer.visitor(token, now, keep).await;
        // Whoever was signed in before is signed anew, or a guest.
        if let Some(known) = known.map_err(|error| not_now(&error))?
            && !channel_id::is_user(&known)
        {
            return Ok(known);
        }
    }
    core.limits.new_visitor(&sent.address, now).map_err(|seconds| {
        later(
            StatusCode::TOO_MANY_REQUESTS,
            seconds,
            "too many new visitors from this address",
        )
    })?;
    Ok(identity::new_guest())
}

fn bad(why: &str) -> Response<Body> {
    refused(StatusCode::BAD_REQUEST, why)
}

/// Finds out for which visitor a caller speaks or reads.
fn visitor_for(caller: &Caller, named: Option<&str>) -> Result<MemberId, Box<Response<Body>>> {
    let refusal = match (caller, named) {
        (Caller::Visitor(visitor), None) => return Ok(visitor.clone()),
        (Caller::Visitor(_), Some(_)) => refused(
            StatusCode::FORBIDDEN,
            "a visitor speaks for themselves: `visitor` is for programs",
        ),
        (Caller::Program(_), Some(id)) => match channel_id::user(id) {
            Some(visitor) => return Ok(visitor),
            None => bad("`visitor` must be 1 to 128 characters without line breaks, and no spaces around it"),
        },
        (Caller::Program(_), None) => bad("`visitor` is missing: your own id of who speaks"),
    };
    Err(Box::new(refusal))
}

/// Takes a visitor's message.
pub(crate) async fn post(
    State(core): State<Arc<Core>>,
    Extension(sent): Extension<Sent>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    match posted(&core, &sent, &headers, &body).await {
        Ok(posted) => answer(StatusCode::OK, &posted),
        Err(response) => response,
    }
}

async fn posted(
    core: &Core,
    sent: &Sent,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Posted, Response<Body>> {
    let caller = caller(core, headers, sent).await?;
    let post: Post = read_json(body).map_err(|error| bad(&error.to_string()))?;
    post.check().map_err(bad)?;
    let visitor = visitor_for(&caller, post.visitor.as_deref()).map_err(|refusal| *refusal)?;
    let now = core.clock.now();
    let counted = match &caller {
        Caller::Visitor(visitor) => core.limits.message(visitor, &sent.address, now),
        Caller::Program(name) => core.limits.of_program(name, now),
    };
    counted.map_err(|seconds| {
        later(
            StatusCode::TOO_MANY_REQUESTS,
            seconds,
            "too many messages; wait a little",
        )
    })?;
    let link = core
        .link
        .get()
        .ok_or_else(|| not_now(&"the account does not run"))?;
    let id = read::message_id(&post.id);
    let said = |pending| Content::Said {
        text: post.text.clone(),
        at: now,
        quote: post.quote.clone(),
        pending,
    };
    let content = send::written(&said(true)).map_err(|error| not_now(&error))?;
    let visits = core.visits().map_err(|error| not_now(&error))?;
    // First, so that it stands before its answer.
    let kept = visits.append(&visitor, &id, &content, now).await;
    let (kept, is_new) = kept.map_err(|error| not_now(&error))?;
    if !is_new && !is_same(&kept.content, &post) {
        return Err(refused(
            StatusCode::CONFLICT,
            "this `id` was used for other words; take a new one for each message",
        ));
    }
    let message = read::message(&visitor, &post, now);
    let committed = tokio::time::timeout(COMMIT_TIMEOUT, link.deliver(Event::Message(message))).await;
    match committed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(not_now(&error)),
        Err(_) => return Err(not_now(&"the desk commits nothing in time")),
    }
    if let Err(error) = send::confirm(core, &visitor, &id).await {
        // It is committed; its answer notes it too.
        tracing::debug!(account = %core.account, %error, "a message that was taken is not noted as such");
    }
    core.tell(&visitor);
    Ok(Posted {
        id: post.id.clone(),
        position: kept.position,
        visitor: visitor.as_str().to_owned(),
    })
}

/// Tells whether a message that is kept has the words of a request.
fn is_same(content: &str, post: &Post) -> bool {
    matches!(send::read(content), Some(Content::Said { text, quote, .. }) if text == post.text && quote == post.quote)
}

/// Tells a conversation so far.
pub(crate) async fn history(
    State(core): State<Arc<Core>>,
    Extension(sent): Extension<Sent>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response<Body> {
    let told = async {
        let caller = caller(&core, &headers, &sent).await?;
        let visitor = visitor_for(&caller, asked.visitor.as_deref()).map_err(|refusal| *refusal)?;
        let limit = asked.limit.unwrap_or(PAGE.1).clamp(1, PAGE.0);
        let visits = core.visits().map_err(|error| not_now(&error))?;
        let before = asked.before.unwrap_or(i64::MAX);
        let kept = visits.before(&visitor, before, limit + 1).await;
        let mut kept = kept.map_err(|error| not_now(&error))?;
        let more = kept.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            kept.remove(0);
        }
        let position = kept.last().map_or(0, |kept| kept.position);
        // Changes stand in the messages that they changed.
        let messages = kept.iter().filter_map(|kept| {
            let content = send::read(&kept.content)?;
            let is_change = kept.id.starts_with("e-");
            (!is_change).then(|| Shown {
                id: read::client_id(&kept.id),
                position: kept.position,
                visitor: None,
                content,
            })
        });
        let history = History {
            messages: messages.collect(),
            position,
            more,
        };
        Ok(answer(StatusCode::OK, &history))
    };
    told.await.unwrap_or_else(|response: Response<Body>| response)
}

/// The language in which somebody wants to read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    language: Option<String>,
}

/// Tells what a visitor is shown first: title, hours, and the contact points that are open.
pub(crate) async fn front(State(core): State<Arc<Core>>, Query(wanted): Query<Wanted>) -> Response<Body> {
    let visits = match core.visits() {
        Ok(visits) => visits,
        Err(error) => return not_now(&error),
    };
    let front = visits.front(wanted.language.as_deref().unwrap_or("zh"));
    let shown = json!({
        "title": core.settings.title,
        "language": core.settings.language.name(),
        "identity": core.settings.require_identity,
        "open": front.open,
        "hours": front.hours,
        "next": front.next,
        "contacts": front.contacts,
    });
    answer(StatusCode::OK, &shown)
}
