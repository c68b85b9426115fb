//! Log-ins of the dashboard's users by an identity provider: authorization code with PKCE, state and nonce, what the provider says of
//! itself by discovery, and its ID tokens verified against its keys.

use crate::config::OidcSettings;
use async_trait::async_trait;
use groupdesk_contract::Clock;
use groupdesk_dashboard::{BegunLogin, Identity, IdentityProvider};
use groupdesk_kit::{MAX_ANSWER_BYTES, body, client};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse,
};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Timeout of a call to the provider.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Algorithms by which a provider may sign: with its own key, and never with our secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// Reason for which a call to the provider got no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreached(String);

/// A client of the provider: where log-ins go is known, and where codes are taken perhaps.
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The identity provider of `web.oidc`.
pub(super) struct Provider {
    settings: OidcSettings,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl Provider {
    /// Makes it; nobody is asked before the first log-in.
    ///
    /// # Errors
    /// The reason, for an admin.
    pub(super) fn new(settings: OidcSettings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Ok(Self {
            settings,
            http: client(TIMEOUT)?,
            clock,
        })
    }

    async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        // An address may hold what nobody else should read: no error names it.
        let unreached = |error: reqwest::Error| Unreached(error.without_url().to_string());
        let (head, content) = request.into_parts();
        let address = head.uri.to_string();
        let mut call = http.request(head.method, address);
        for (name, value) in &head.headers {
            call = call.header(name, value);
        }
        let answer = call.body(content).send().await.map_err(unreached)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let content = body(answer, MAX_ANSWER_BYTES)
            .await
            .map_err(|error| Unreached(error.to_string()))?;
        let mut response = HttpResponse::new(content);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Asks the provider for its addresses and keys, each time: keys change.
    async fn client(&self, back: &str) -> Result<Client, String> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| error.to_string())?;
        let http = |request: HttpRequest| Self::send(self.http.clone(), request);
        let found = CoreProviderMetadata::discover_async(issuer, &http).await;
        let metadata = found.map_err(|error| format!("its description can't be read: {error:?}"))?;
        let back = RedirectUrl::new(back.to_owned()).map_err(|error| error.to_string())?;
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(back))
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn name(&self) -> &str {
        &self.settings.name
    }

    async fn begin(&self, back: &str) -> Result<BegunLogin, String> {
        let client = self.client(back).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(BegunLogin {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    async fn end(&self, back: &str, code: &str, begun: &BegunLogin) -> Result<Identity, String> {
        let client = self.client(back).await?;
        let http = |request: HttpRequest| Self::send(self.http.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| error.to_string())?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| format!("it takes no code: {error}"))?;
        let token = answer.id_token().ok_or("it sent no ID token")?;
        let seconds = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now.into());
        let claims = token
            .claims(&verifier, &Nonce::new(begun.nonce.clone()))
            .map_err(|error| format!("its ID token is not to be believed: {error}"))?;
        // An address that nobody has verified is anybody's.
        let is_verified = claims.email_verified() == Some(true);
        let email = claims.email().filter(|_| is_verified);
        Ok(Identity {
            subject: claims.subject().as_str().to_owned(),
            email: email.map(|email| email.as_str().to_owned()),
            name: claims.preferred_username().map(|name| name.as_str().to_owned()),
        })
    }
}
