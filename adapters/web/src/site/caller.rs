//! The caller of a request: a visitor by their token, or a program by its key.

use super::identity::{is_key, key_hash};
use super::response::{not_now, refused, unsigned};
use super::{Core, channel_id};
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, StatusCode};
use groupdesk_contract::MemberId;

/// Sender of a request, as far as its head says.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// `true` from a page of a browser.
    pub(crate) by_page: bool,
    /// Address, for counting.
    pub(crate) address: String,
}

/// Somebody who may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A visitor, for themselves.
    Visitor(MemberId),
    /// A program, for any visitor.
    Program(String),
}

/// Finds out who calls, by the token or the key of a request.
///
/// # Errors
/// The refusal.
pub(crate) async fn caller(core: &Core, headers: &HeaderMap, sent: &Sent) -> Result<Caller, Response<Body>> {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::trim);
    let unknown = || {
        refused(
            StatusCode::UNAUTHORIZED,
            "send `Authorization: Bearer` with a program's key, or with the token of a visitor; this one is none, is over, or was ended",
        )
    };
    let bearer = bearer.ok_or_else(unknown)?;
    if is_key(bearer) {
        if sent.by_page {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "a key is for programs: in a page everybody reads it",
            ));
        }
        let key = match core.visits() {
            Ok(visits) => visits.key(key_hash(bearer)).await,
            Err(error) => Err(error),
        };
        return match key {
            Ok(Some(name)) => Ok(Caller::Program(name)),
            Ok(None) => Err(unknown()),
            Err(error) => Err(not_now(&error)),
        };
    }
    let (now, keep) = (core.clock.now(), core.settings.keep());
    let visitor = core.signer.visitor(bearer, now, keep).await;
    match visitor.map_err(|error| not_now(&error))? {
        Some(visitor) if core.settings.require_identity && !channel_id::is_user(&visitor) => Err(unsigned()),
        Some(visitor) => Ok(Caller::Visitor(visitor)),
        None => Err(unknown()),
    }
}
