//! Calls of Tencent's APIs that take an access token in their address and answer with `errcode`: a refused token is given up
//! and the call made once more, so that a token's end is noticed by nobody.

mod fault;

pub(crate) use fault::Fault;

use crate::ApiUrl;
use groupdesk_contract::{Clock, PrivateHosts, Secret};
use groupdesk_kit::{Access, Fetcher, GrantedToken};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The timeout of a call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The time before a token's end at which it is renewed.
const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(300);
/// The answers that mean that the token is none, or none any more.
const TOKEN_REFUSED: [i64; 3] = [40001, 40014, 42001];

/// The credentials that a token is requested with.
pub(crate) enum Grant {
    /// A company's app: `cgi-bin/gettoken`.
    Company {
        /// The company.
        corp_id: String,
        /// The app's secret.
        secret: Secret,
    },
    /// An Official Account: `cgi-bin/stable_token`, which leaves the tokens of other programs good.
    Official {
        /// The account.
        app_id: String,
        /// AppSecret.
        secret: Secret,
    },
}

pub(crate) struct Api {
    base: ApiUrl,
    pub(crate) client: Client,
    /// Fetches pictures from addresses that members, staff and the FAQ name.
    pub(crate) fetcher: Fetcher,
    access: Access,
    grant: Grant,
}

/// A file on its way up.
pub(crate) struct Upload {
    pub(crate) bytes: Vec<u8>,
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
}

impl Api {
    pub(crate) fn new(
        base: ApiUrl,
        grant: Grant,
        private_hosts: PrivateHosts,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        Ok(Self {
            base,
            client: groupdesk_kit::client(REQUEST_TIMEOUT)?,
            fetcher: Fetcher::new(REQUEST_TIMEOUT, private_hosts)?,
            access: Access::new(clock, TOKEN_RENEWAL_MARGIN),
            grant,
        })
    }

    /// Posts JSON to `path`, such as `cgi-bin/kf/send_msg`.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        self.call(path, &[], |request| request.json(body)).await
    }

    /// Gets from `path` with parameters.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Fault> {
        let token = self.token().await?;
        let answer = self.try_get(path, query, &token).await;
        match answer {
            Err(Fault::Coded { code, .. }) if TOKEN_REFUSED.contains(&code) => {
                self.access.refused(&token).await;
                let token = self.token().await?;
                self.try_get(path, query, &token).await
            }
            answer => answer,
        }
    }

    /// Uploads a picture for three days; its `media_id`.
    pub(crate) async fn upload(&self, upload: &Upload) -> Result<String, Fault> {
        let mut form = groupdesk_kit::Form::new();
        form.file("media", upload.name, upload.kind, &upload.bytes);
        let (kind, body) = form.finish();
        let answer = self
            .call("cgi-bin/media/upload", &[("type", "image")], |request| {
                request
                    .header(reqwest::header::CONTENT_TYPE, &kind)
                    .body(body.clone())
            })
            .await?;
        let media = answer.get("media_id").and_then(Value::as_str);
        media
            .map(str::to_owned)
            .ok_or_else(|| Fault::NoAnswer("the answer to an upload holds no media_id".to_owned()))
    }

    async fn call(
        &self,
        path: &str,
        query: &[(&str, &str)],
        fill: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, Fault> {
        let url = format!("{}/{path}", self.base.as_str());
        let mut is_second = false;
        loop {
            let token = self.token().await?;
            let address = address(&url, query, &token)?;
            match answer(fill(self.client.post(address))).await {
                Err(Fault::Coded { code, .. }) if TOKEN_REFUSED.contains(&code) && !is_second => {
                    self.access.refused(&token).await;
                    is_second = true;
                }
                answer => return answer,
            }
        }
    }

    async fn try_get(&self, path: &str, query: &[(&str, &str)], token: &Secret) -> Result<Value, Fault> {
        let url = format!("{}/{path}", self.base.as_str());
        answer(self.client.get(address(&url, query, token)?)).await
    }

    /// The token that is good now. That none is granted means that nothing was written of what it is wanted for.
    async fn token(&self) -> Result<Secret, Fault> {
        self.access
            .get(async || self.ask().await)
            .await
            .map_err(Fault::into_not_sent)
    }

    async fn ask(&self) -> Result<GrantedToken, Fault> {
        let base = self.base.as_str();
        let request = match &self.grant {
            Grant::Company { corp_id, secret } => {
                let query = [("corpid", corp_id.as_str()), ("corpsecret", secret.expose())];
                let url = format!("{base}/cgi-bin/gettoken");
                let url = reqwest::Url::parse_with_params(&url, query).map_err(|_| Fault::address())?;
                self.client.get(url)
            }
            Grant::Official { app_id, secret } => self
                .client
                .post(format!("{base}/cgi-bin/stable_token"))
                .json(&json!({
                    "grant_type": "client_credential", "appid": app_id, "secret": secret.expose(),
                })),
        };
        let answer = answer(request).await?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .filter(|token| !token.is_empty());
        let lasts = answer.get("expires_in").and_then(Value::as_u64).unwrap_or(7200);
        match token {
            Some(token) => Ok(GrantedToken {
                token: Secret::new(token),
                lasts: Duration::from_secs(lasts),
            }),
            None => Err(Fault::NotSent(
                "no access token in the answer: is `api_url` right?".to_owned(),
            )),
        }
    }
}

fn address(url: &str, query: &[(&str, &str)], token: &Secret) -> Result<reqwest::Url, Fault> {
    let mut url = reqwest::Url::parse(url).map_err(|_| Fault::address())?;
    url.query_pairs_mut()
        .append_pair("access_token", token.expose())
        .extend_pairs(query);
    Ok(url)
}

/// Makes a call and reads what became of it.
async fn answer(request: RequestBuilder) -> Result<Value, Fault> {
    let response = request.send().await.map_err(Fault::of_request)?;
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Fault::NotSent("too many calls: HTTP 429".to_owned()));
    }
    // A proxy's page, or nothing that can be read: what was sent may have been taken.
    let body: Value = match groupdesk_kit::body(response, groupdesk_kit::MAX_ANSWER_BYTES)
        .await
        .map(|body| groupdesk_contract::read_json(&body))
    {
        Ok(Ok(body)) => body,
        _ => {
            return Err(Fault::NoAnswer(format!(
                "the answer can't be read (HTTP {})",
                status.as_u16()
            )));
        }
    };
    match body.get("errcode").and_then(Value::as_i64).unwrap_or_default() {
        0 if status.is_success() => Ok(body),
        0 => Err(Fault::NoAnswer(format!("HTTP {}", status.as_u16()))),
        code => {
            let message = body.get("errmsg").and_then(Value::as_str).unwrap_or_default();
            Err(Fault::coded(code, message))
        }
    }
}
