//! The parts that adapters have in common, so that an adapter is about its platform alone.
//!
//! - The account: its type ([`account!`]), its link to the desk ([`LinkSlot`]), its state ([`AccountStatus`]), its alerts
//!   ([`FiringAlerts`], [`UnreadableEvents`]), its durable notes ([`Notebook`]), maps that do not grow ([`BoundedMap`]).
//! - Texts: split where they are too long ([`split_text`]).
//! - HTTP: one client with the web's usual roots ([`client`], [`tls`], [`tls_with_roots`]), what a response means ([`refusal`], [`failure`],
//!   [`Retries`]), tokens that expire ([`Access`]), bodies within a limit ([`body()`]), as JSON ([`set_field`]) and with files
//!   ([`Form`]), downloads from addresses that strangers wrote ([`Fetcher`]), signed webhooks ([`verify`]), a tolerant JSON reader
//!   ([`lenient_json`]).
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod access_token;
mod account;
mod account_status;
mod alerts;
mod bounded_map;
mod call_error;
mod fetch;
mod json;
pub mod lenient_json;
mod limited_body;
mod link_slot;
mod multipart_form;
mod notebook;
mod retries;
mod signed_webhook;
mod split;
mod unreadable_events;

pub use access_token::{Access, GrantedToken};
pub use account_status::{AccountStatus, Failure};
pub use alerts::FiringAlerts;
pub use bounded_map::BoundedMap;
pub use call_error::{CallError, CallErrorKind};
pub use fetch::{Fetched, Fetcher, private_reason};
pub use groupdesk_contract::{is_for_own_host, is_from_foreign_page};
pub use json::set_field;
pub use limited_body::{MAX_ANSWER_BYTES, Unread, body};
pub use link_slot::{LinkGuard, LinkSlot};
pub use multipart_form::{Form, file_name};
pub use notebook::Notebook;
pub use retries::Retries;
pub use signed_webhook::{Forged, check_secret, is_fresh, sign, verify};
pub use split::{SplitLimit, cut_rank, joins_previous, split_text};
pub use unreadable_events::UnreadableEvents;

use groupdesk_contract::Delivery;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// The timeout of connecting, so that a call that waits for news hears soon that nobody is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client whose requests may take `timeout`. It follows no redirect: one would carry a token to another place than the
/// one that was configured.
///
/// # Errors
/// A sentence for the operator, if TLS can't be set up.
pub fn client(timeout: Duration) -> Result<Client, String> {
    builder(timeout)?
        .build()
        .map_err(|error| format!("no HTTP client: {error}"))
}

fn builder(timeout: Duration) -> Result<ClientBuilder, String> {
    Ok(Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("groupdesk/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls()?))
}

/// Sets up TLS by rustls with the web's usual roots.
///
/// # Errors
/// A sentence for the operator, if TLS can't be set up.
pub fn tls() -> Result<rustls::ClientConfig, String> {
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
    tls_with_roots(rustls::RootCertStore::from_iter(roots))
}

/// Sets up TLS by rustls with `roots`; names the provider, so that none need be installed for the process.
///
/// # Errors
/// A sentence for the operator, if TLS can't be set up.
pub fn tls_with_roots(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Maps an error status to a delivery: 408, 425, 429 and 5xx (RFC 9110, RFC 8470, RFC 6585) are retried, after `Retry-After`
/// where it is given in seconds; any other status is final.
pub fn refusal(status: StatusCode, headers: &HeaderMap, reason: String) -> Delivery {
    let passing = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    if !passing {
        return Delivery::Refused { reason };
    }
    let seconds = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Delivery::Later {
        reason,
        after: seconds.map(Duration::from_secs),
    }
}

/// Maps a failed request to a delivery, for requests that are harmless to repeat. The address may hold a key, so it is left out
/// of the reason.
pub fn failure(error: reqwest::Error) -> Delivery {
    if error.is_builder() {
        return Delivery::Refused {
            reason: format!("the address can't be used: {}", error.without_url()),
        };
    }
    Delivery::Later {
        reason: request_error_message(error),
        after: None,
    }
}

/// Describes a failed request in a sentence that holds no address.
pub fn request_error_message(error: reqwest::Error) -> String {
    error_cause(&error.without_url())
}

/// Describes an error from which the address was taken.
fn error_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        format!("no connection: {error}")
    }
}
