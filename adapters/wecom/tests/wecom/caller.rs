//! WeCom as it posts callbacks: signed and encrypted by the shared cryptography, whose own tests prove it against others.

use groupdesk_contract::{Clock, Secret, SystemClock};
use groupdesk_wechat_callback::{CallbackVerifier, Crypt, Query};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const TOKEN: &str = "QDG6eK";
pub(crate) const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

/// A callback that is ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    pub(crate) query: String,
    pub(crate) body: String,
}

fn crypt() -> Crypt {
    Crypt::new(&Secret::new(TOKEN), &Secret::new(KEY), "").unwrap()
}

/// A callback that says `body`, made `ago` seconds ago.
pub(crate) fn callback(body: &Value, ago: i64) -> Callback {
    let encrypted = crypt().encrypt(body.to_string().as_bytes()).unwrap();
    Callback {
        query: signed(&encrypted, ago),
        body: json!({"encrypt": encrypted}).to_string(),
    }
}

/// The address of the check that wants `echo` back.
pub(crate) fn check(echo: &str) -> String {
    let encrypted = crypt().encrypt(echo.as_bytes()).unwrap();
    let escaped = encrypted
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    format!("{}&echostr={escaped}", signed(&encrypted, 0))
}

fn signed(encrypted: &str, ago: i64) -> String {
    let at = (SystemClock.now().as_second() - ago).to_string();
    let nonce = format!("n{}", fastrand::u64(..));
    let signature = crypt().sign(&[&at, &nonce, encrypted]);
    format!("msg_signature={signature}&timestamp={at}&nonce={nonce}")
}

/// A message of a member.
pub(crate) fn message(id: &str, user: &str, text: &str, late: &str) -> Value {
    json!({
        "msgid": id, "aibotid": "B", "chattype": "single", "from": {"userid": user}, "msgtype": "text",
        "text": {"content": text}, "response_url": format!("{late}{id}"),
    })
}

impl Callback {
    pub(crate) async fn post(&self, to: SocketAddr) -> (u16, String) {
        http(to, "POST", &self.query, self.body.as_bytes()).await
    }

    /// Posts it; what the answer says, out of its envelope.
    pub(crate) async fn answered(&self, to: SocketAddr) -> Value {
        let (status, body) = self.post(to).await;
        assert_eq!(status, 200, "{body}");
        if body.is_empty() {
            return Value::Null;
        }
        let envelope: Value = serde_json::from_str(&body).unwrap();
        let asked = Query::read(Some(&self.query));
        assert_eq!(envelope["nonce"], json!(asked.nonce), "the callback's own nonce");
        let query = Query {
            msg_signature: envelope["msgsignature"].as_str().unwrap().to_owned(),
            timestamp: envelope["timestamp"].as_i64().unwrap().to_string(),
            nonce: asked.nonce,
            ..Query::default()
        };
        let verifier = CallbackVerifier::new(crypt(), Arc::new(SystemClock));
        serde_json::from_str(&verifier.open_json(&query, body.as_bytes()).unwrap().content).unwrap()
    }
}

pub(crate) async fn http(to: SocketAddr, method: &str, query: &str, body: &[u8]) -> (u16, String) {
    let head = format!(
        "{method} /wecom_robot/wecom?{query} HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\nConnection: \
         close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // Whoever sends too much is cut off while they send.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
