//! Forward WebSocket: we connect to the implementation, again and again (onebot-11, communication/ws.md).

use crate::OneBot;
use crate::connection::{self, MAX_FRAME, Received, Role, WebSocketMessage};
use crate::settings::WsUrl;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};

/// Pauses between attempts, at first and at most; a random part of it is taken.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A connection that held so long was a good one: the next attempt comes soon.
const GOOD: Duration = Duration::from_secs(10);

/// Connects, serves, and connects again, until the account is stopped.
pub(crate) async fn run(bot: Arc<OneBot>, url: WsUrl) {
    let mut pause = PAUSE.0;
    loop {
        let began = Instant::now();
        match connect(&bot, &url).await {
            Ok(socket) => {
                let own = bot.settings.self_id.as_ref().map(|id| id.as_str().to_owned());
                let reason = connection::serve(Arc::clone(&bot), socket, Role::Universal, own).await;
                tracing::debug!(account = %bot.account, reason, "the forward connection ended");
            }
            Err(reason) => tracing::warn!(account = %bot.account, ?url, reason, "can't connect"),
        }
        if began.elapsed() >= GOOD {
            pause = PAUSE.0;
        }
        tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(bot: &OneBot, url: &WsUrl) -> Result<Socket, String> {
    let mut request = url.as_str().into_client_request().map_err(|error| words(&error))?;
    if let Some(token) = bot.settings.access_token.as_ref().filter(|token| !token.is_empty()) {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| "the access token has characters that no header can carry".to_owned())?;
        value.set_sensitive(true);
        request.headers_mut().insert("authorization", value);
    }
    let config = WebSocketConfig::default().max_message_size(Some(MAX_FRAME)).max_frame_size(Some(MAX_FRAME));
    let connected = tokio_tungstenite::connect_async_with_config(request, Some(config), true);
    match tokio::time::timeout(HANDSHAKE, connected).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err("the implementation did not answer the handshake".to_owned()),
    }
}

/// An error for an admin; without the address, which may hold a token.
fn words(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::Http(response) => match response.status().as_u16() {
            401 | 403 => "the implementation refused the access token".to_owned(),
            status => format!("the implementation answered HTTP {status} to the handshake"),
        },
        tungstenite::Error::Io(error) => error.to_string(),
        tungstenite::Error::Url(_) => "the address is not understood".to_owned(),
        other => other.to_string(),
    }
}

impl WebSocketMessage for Message {
    fn text(json: String) -> Self {
        Self::Text(json.into())
    }

    fn ping() -> Self {
        Self::Ping(Vec::new().into())
    }

    fn read(self) -> Received {
        match self {
            Self::Text(text) => Received::Text(text.as_str().to_owned()),
            Self::Binary(bytes) => Received::Text(String::from_utf8_lossy(&bytes).into_owned()),
            Self::Ping(_) | Self::Pong(_) | Self::Frame(_) => Received::Life,
            Self::Close(_) => Received::Close,
        }
    }
}
