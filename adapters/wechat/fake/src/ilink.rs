//! An iLink server without WeChat behind it, over a real socket: the login by scan, long polls with an opaque cursor, the
//! window and the pace of sending. Wire format: <https://github.com/Tencent/openclaw-weixin>.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::any;
use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// The person who scans.
pub const OWNER: &str = "o9cq80-owner@im.wechat";

#[derive(Default)]
pub struct Inner {
    pub scanned: bool,
    pub logins: u32,
    pub token: String,
    pub messages: Vec<Value>,
    pub said: Vec<Value>,
    pub refuse_next: Option<i64>,
    pub polls: Vec<String>,
}

/// The server.
#[derive(Clone)]
pub struct FakeILink {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl FakeILink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::default(),
        };
        let router = Router::new().fallback(any(receive)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// The `connection` of an account in groupdesk.yaml.
    pub fn connection(&self) -> Value {
        json!({"api_url": format!("http://{}", self.address)})
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// Scans the code and confirms.
    pub fn scan(&self) {
        self.inner().scanned = true;
    }

    /// Writes to the bot.
    pub fn writes(&self, who: &str, text: &str) {
        let mut inner = self.inner();
        let id = 9_007_199_254_740_993_i64 + i64::try_from(inner.messages.len()).unwrap();
        let now = groupdesk_testkit::since_1970().as_millis();
        inner.messages.push(json!({
            "message_id": id, "seq": 1, "from_user_id": who, "to_user_id": "bot@im.bot", "create_time_ms": u64::try_from(now).unwrap(),
            "message_type": 1, "item_list": [{"type": 1, "text_item": {"text": text}}], "context_token": format!("ctx-{id}"),
        }));
    }

    /// The bot's messages: text and context.
    pub fn said(&self) -> Vec<(String, String)> {
        let text = |said: &Value| {
            let words = said["item_list"][0]["text_item"]["text"]
                .as_str()
                .unwrap()
                .to_owned();
            (words, said["context_token"].as_str().unwrap().to_owned())
        };
        self.inner().said.iter().map(text).collect()
    }
}

async fn receive(State(fake): State<FakeILink>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    if header("ilink-app-id") != "bot" || header("x-wechat-uin").is_empty() {
        return answer(json!({"ret": -1, "errmsg": "no headers"}));
    }
    let path = uri.path().trim_start_matches("/ilink/bot/").to_owned();
    match path.as_str() {
        "get_bot_qrcode" => {
            return answer(
                json!({"ret": 0, "qrcode": "QR", "qrcode_img_content": "https://liteapp.weixin.qq.com/q/7?x=1"}),
            );
        }
        "get_qrcode_status" => {
            let mut inner = fake.inner();
            if !inner.scanned {
                return answer(json!({"ret": 0, "status": "wait"}));
            }
            inner.logins += 1;
            inner.token = format!("bot-token-{}", inner.logins);
            return answer(json!({
                "ret": 0, "status": "confirmed", "bot_token": inner.token, "ilink_bot_id": "b@im.bot", "ilink_user_id": OWNER,
                "baseurl": format!("http://{}", fake.address),
            }));
        }
        _ => {}
    }
    if header("authorization") != format!("Bearer {}", fake.inner().token)
        || header("authorizationtype") != "ilink_bot_token"
    {
        return answer(json!({"ret": -14, "errcode": -14, "errmsg": "session timeout"}));
    }
    match path.as_str() {
        "getupdates" => {
            let cursor = json["get_updates_buf"].as_str().unwrap().to_owned();
            fake.inner().polls.push(cursor.clone());
            let from: usize = cursor.trim_start_matches("buf").parse().unwrap_or(0);
            let end = Instant::now() + Duration::from_millis(300);
            loop {
                let messages = fake.inner().messages.clone();
                if from < messages.len() || Instant::now() > end {
                    let list = messages.get(from..).unwrap_or_default();
                    return answer(json!({
                        "ret": 0, "msgs": list, "get_updates_buf": format!("buf{}", messages.len()), "longpolling_timeout_ms": 1000,
                    }));
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        "sendmessage" => {
            let mut inner = fake.inner();
            if let Some(code) = inner.refuse_next.take() {
                return answer(json!({"ret": code}));
            }
            inner.said.push(json["msg"].clone());
            answer(json!({}))
        }
        _ => Response::builder().status(404).body("".into()).unwrap(),
    }
}

/// The real server says that its JSON is something else.
fn answer(body: Value) -> Response {
    Response::builder()
        .header("content-type", "application/octet-stream")
        .body(body.to_string().into())
        .unwrap()
}
