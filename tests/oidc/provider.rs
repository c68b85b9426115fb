//! An identity provider that is none: OpenID Connect's discovery, keys, authorization and tokens, each of which can be spoilt.

use super::support::moment;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::reaction_to_help::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use groupdesk_testkit::hmac_sha256;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoilt {
    Nonce,
    Audience,
    Issuer,
    Expired,
    Key,
    Unsigned,
    SignedWithOurSecret,
    Missing,
    NoCode,
}

impl Spoilt {
    pub(crate) const ALL: [Self; 9] = [
        Self::Nonce,
        Self::Audience,
        Self::Issuer,
        Self::Expired,
        Self::Key,
        Self::Unsigned,
        Self::SignedWithOurSecret,
        Self::Missing,
        Self::NoCode,
    ];
}

#[derive(Debug, Default)]
struct Inner {
    subject: String,
    email: String,
    is_verified: bool,
    name: String,
    spoilt: Option<Spoilt>,
    /// Nonce, challenge and redirect of each code.
    codes: HashMap<String, (String, String, String)>,
}

struct Shared {
    port: u16,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    inner: Mutex<Inner>,
}

/// The provider; it ends with this.
pub(crate) struct Provider {
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Arc::new(Shared {
            port: listener.local_addr().unwrap().port(),
            key: new_key(),
            other: new_key(),
            inner: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/jwks", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { shared, serving }
    }

    pub(crate) fn port(&self) -> u16 {
        self.shared.port
    }

    pub(crate) fn issuer(&self) -> String {
        self.shared.issuer()
    }

    /// Whoever logs in next is this one.
    pub(crate) fn is(&self, subject: &str, email: &str, is_verified: bool) {
        let mut inner = self.shared.inner.lock().unwrap();
        subject.clone_into(&mut inner.subject);
        email.clone_into(&mut inner.email);
        inner.is_verified = is_verified;
    }

    pub(crate) fn named(&self, name: &str) {
        name.clone_into(&mut self.shared.inner.lock().unwrap().name);
    }

    pub(crate) fn spoil(&self, spoilt: Option<Spoilt>) {
        self.shared.inner.lock().unwrap().spoilt = spoilt;
    }

    pub(crate) fn stop(&self) {
        self.serving.abort();
    }
}

impl Shared {
    fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Writes an ID token for a nonce.
    fn id_token(&self, nonce: &str) -> Option<String> {
        let inner = self.inner.lock().unwrap();
        let is = |spoilt: Spoilt| inner.spoilt == Some(spoilt);
        if is(Spoilt::Missing) {
            return None;
        }
        let now = moment::since_1970().as_secs();
        let head = match inner.spoilt {
            Some(Spoilt::Unsigned) => json!({"alg": "none"}),
            Some(Spoilt::SignedWithOurSecret) => json!({"alg": "HS256"}),
            _ => json!({"alg": "ES256", "kid": "one"}),
        };
        let mut claims = json!({
            "iss": if is(Spoilt::Issuer) { "https://other.example".to_owned() } else { self.issuer() },
            "aud": if is(Spoilt::Audience) { "another" } else { "groupdesk" },
            "sub": inner.subject, "email": inner.email, "email_verified": inner.is_verified,
            "nonce": if is(Spoilt::Nonce) { "of another log-in" } else { nonce },
            "iat": now, "exp": if is(Spoilt::Expired) { now - 1_000 } else { now + 600 },
        });
        if !inner.name.is_empty() {
            claims["preferred_username"] = json!(inner.name);
        }
        let signed = format!(
            "{}.{}",
            BASE64.encode(head.to_string()),
            BASE64.encode(claims.to_string())
        );
        let signature = match inner.spoilt {
            Some(Spoilt::Unsigned) => Vec::new(),
            Some(Spoilt::SignedWithOurSecret) => {
                hmac_sha256(super::support::program::TOKEN.as_bytes(), signed.as_bytes()).to_vec()
            }
            spoilt => {
                let key = if spoilt == Some(Spoilt::Key) {
                    &self.other
                } else {
                    &self.key
                };
                key.sign(&SystemRandom::new(), signed.as_bytes())
                    .unwrap()
                    .as_ref()
                    .to_vec()
            }
        };
        Some(format!("{signed}.{}", BASE64.encode(signature)))
    }
}

fn respond(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn description(State(shared): State<Arc<Shared>>) -> Response {
    let issuer = shared.issuer();
    respond(&json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    let point = shared.key.public_key().as_ref();
    let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
    respond(
        &json!({"keys": [{"kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": "one", "x": x, "y": y}]}),
    )
}

async fn authorize(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let mut inner = shared.inner.lock().unwrap();
    let code = format!("code-{}", inner.codes.len());
    let kept = (
        asked["nonce"].clone(),
        asked["code_challenge"].clone(),
        asked["redirect_uri"].clone(),
    );
    let to = format!("{}?code={code}&state={}", kept.2, asked["state"]);
    inner.codes.insert(code, kept);
    (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(given): Form<HashMap<String, String>>,
) -> Response {
    let refuse = || {
        let why = json!({"error": "invalid_grant"}).to_string();
        (
            StatusCode::BAD_REQUEST,
            [(header::CONTENT_TYPE, "application/json")],
            why,
        )
            .into_response()
    };
    let code = given.get("code").cloned().unwrap_or_default();
    let (kept, spoilt) = {
        let mut inner = shared.inner.lock().unwrap();
        (inner.codes.remove(&code), inner.spoilt)
    };
    let Some((nonce, challenge, redirect)) = kept.filter(|_| spoilt != Some(Spoilt::NoCode)) else {
        return refuse();
    };
    let verifier = given.get("code_verifier").cloned().unwrap_or_default();
    let digest = ring::repetition_digest::digest(&ring::repetition_digest::SHA256, verifier.as_bytes());
    let secret =
        base64::prelude::BASE64_STANDARD.encode(format!("groupdesk:{}", super::support::program::TOKEN));
    let is_client = headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value
            .to_str()
            .is_ok_and(|value| value == format!("Basic {secret}"))
    });
    if BASE64.encode(digest) != challenge || given.get("redirect_uri") != Some(&redirect) || !is_client {
        return refuse();
    }
    let mut answer = json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60});
    if let Some(token) = shared.id_token(&nonce) {
        answer["id_token"] = json!(token);
    }
    respond(&answer)
}
