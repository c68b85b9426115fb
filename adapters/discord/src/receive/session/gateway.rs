//! The gateway's address, and the schedule by which shards may begin sessions there.

use crate::api::NAME;
use crate::settings::{GatewayUrl, Settings};
use crate::start::Plan;
use groupdesk_contract::AdapterError;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::USER_AGENT;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

/// The timeout of connecting.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// The largest frame that is read, in bytes. The largest real one describes a server with all its channels and threads.
const FRAME_MAX_BYTES: usize = 16 << 20;
/// The time between two shards' identifying, with a margin.
const BETWEEN: Duration = Duration::from_millis(5_250);

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The gateway, as all shards share it.
pub(crate) struct Gateway {
    url: String,
    is_set: bool,
    tls: Connector,
    together: u32,
    turns: Mutex<Turns>,
}

struct Turns {
    remaining: u32,
    next: BTreeMap<u32, Instant>,
}

impl Gateway {
    /// The gateway of `plan`, or the one of the settings.
    ///
    /// # Errors
    /// If the address would carry the token in the open, or TLS can't be set up.
    pub(crate) fn new(settings: &Settings, plan: &Plan) -> Result<Self, AdapterError> {
        let url = match &settings.gateway_url {
            Some(url) => url.as_str().to_owned(),
            None => {
                let told = GatewayUrl::try_from(plan.url.clone());
                let told = told.map_err(|error| {
                    AdapterError::Broken(format!("the gateway that the API names: {error}"))
                })?;
                told.as_str().to_owned()
            }
        };
        let tls = groupdesk_kit::tls().map_err(AdapterError::Broken)?;
        Ok(Self {
            url,
            is_set: settings.gateway_url.is_some(),
            tls: Connector::Rustls(Arc::new(tls)),
            together: plan.together,
            turns: Mutex::new(Turns {
                remaining: plan.remaining,
                next: BTreeMap::new(),
            }),
        })
    }

    /// Waits until `shard` may identify; `false` when no more sessions may be begun.
    pub(crate) async fn turn(&self, shard: u32) -> bool {
        let group = shard % self.together;
        loop {
            let now = Instant::now();
            let wait = {
                let mut turns = self.turns.lock();
                let next = turns.next.get(&group).copied().unwrap_or(now);
                if next <= now {
                    let Some(left) = turns.remaining.checked_sub(1) else {
                        return false;
                    };
                    turns.remaining = left;
                    turns.next.insert(group, now + BETWEEN);
                    return true;
                }
                next - now
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Connects; to the session's own address if `resume` names one.
    ///
    /// # Errors
    /// The failure, in a sentence.
    pub(crate) async fn connect(&self, resume: Option<&str>) -> Result<Socket, String> {
        let resume = resume
            .filter(|_| !self.is_set)
            .and_then(|url| GatewayUrl::try_from(url.to_owned()).ok());
        let url = resume.as_ref().map_or(self.url.as_str(), GatewayUrl::as_str);
        let mut request = format!("{url}/?v=10&encoding=json")
            .into_client_request()
            .map_err(|error| format!("the gateway's address can't be used: {error}"))?;
        // The wall before Discord may refuse what has no name.
        request
            .headers_mut()
            .insert(USER_AGENT, HeaderValue::from_static(NAME));
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_MAX_BYTES))
            .max_frame_size(Some(FRAME_MAX_BYTES));
        let connecting = connect_async_tls_with_config(request, Some(config), true, Some(self.tls.clone()));
        match tokio::time::timeout(HANDSHAKE, connecting).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(answer))) => {
                Err(format!("the gateway answered HTTP {}", answer.status().as_u16()))
            }
            Ok(Err(error)) => Err(format!("the gateway can't be reached: {error}")),
            Err(_) => Err("the gateway did not answer".to_owned()),
        }
    }
}
