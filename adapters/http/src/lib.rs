//! What every adapter that talks HTTP does the same way: one client with the web's usual roots, what an answer means for a
//! delivery, tokens that run out, signed webhooks, files from addresses that strangers wrote, and JSON that is not quite as it
//! should be.

mod access;
mod fetch;
mod guard;
pub mod lenient;
mod retries;
mod signed;

pub use access::{Access, Granted};
pub use fetch::{Fetched, Fetcher, private_reason};
pub use guard::{is_for_own_host, is_from_foreign_page};
pub use retries::Retries;
pub use signed::{Forged, TOLERANCE, sign, verify};

use groupdesk_contract::Delivery;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// A client whose requests may take `timeout`. It follows no redirect: one would carry a token to another place than the
/// one that was configured.
///
/// # Errors
/// Words for the operator, when TLS can't be set up.
pub fn client(timeout: Duration) -> Result<Client, String> {
    builder(timeout)?
        .build()
        .map_err(|error| format!("no HTTP client: {error}"))
}

fn builder(timeout: Duration) -> Result<ClientBuilder, String> {
    Ok(Client::builder()
        .timeout(timeout)
        .user_agent(concat!("groupdesk/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls()?))
}

/// TLS by rustls with the web's usual roots; the provider is named, so that none need be installed for the process.
///
/// # Errors
/// Words for the operator, when TLS can't be set up.
pub fn tls() -> Result<rustls::ClientConfig, String> {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// What a status that is no success means: 408, 425, 429 and 5xx (RFC 9110, RFC 8470, RFC 6585) are tried again, after
/// `Retry-After` where it is given in seconds; anything else is final.
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

/// What a failed request means where sending it again is harmless. The address may hold a key, so it is no part of the
/// reason.
pub fn failure(error: reqwest::Error) -> Delivery {
    if error.is_builder() {
        return Delivery::Refused {
            reason: format!("the address can't be used: {}", error.without_url()),
        };
    }
    Delivery::Later {
        reason: words(error),
        after: None,
    }
}

/// A failed request in words that hold no address.
pub fn words(error: reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        format!("no connection: {}", error.without_url())
    }
}
