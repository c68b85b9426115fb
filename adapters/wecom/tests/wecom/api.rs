//! WeCom's HTTP API without WeCom behind it: late answers, group robots, tokens and an application's messages, with the
//! error bodies that WeCom answers with.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A call that was taken: the path behind `/cgi-bin/`, its parameters, its body.
pub(crate) type Call = (String, BTreeMap<String, String>, Value);

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    calls: Vec<Call>,
    tokens: u64,
    /// Responses in place of the genuine ones, by path.
    trouble: VecDeque<(&'static str, Value)>,
    used: Vec<String>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::default(),
        };
        let router = Router::new()
            .route("/cgi-bin/{*path}", any(answer))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        api
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of late answers; the message's id is put behind it.
    pub(crate) fn late(&self) -> String {
        format!("{}/cgi-bin/aibot/response?response_code=", self.url())
    }

    /// The next call of `path` is answered with this; `null` ends the connection after the call was taken.
    pub(crate) fn trouble(&self, path: &'static str, answer: Value) {
        self.inner.lock().unwrap().trouble.push_back((path, answer));
    }

    /// Refuses every token granted so far from now on.
    pub(crate) fn expire_tokens(&self) {
        self.inner.lock().unwrap().tokens += 1;
    }

    /// The calls of `path` that were taken.
    pub(crate) fn calls(&self, path: &str) -> Vec<Call> {
        let inner = self.inner.lock().unwrap();
        inner
            .calls
            .iter()
            .filter(|(called, ..)| called == path)
            .cloned()
            .collect()
    }
}

async fn answer(
    State(api): State<Api>,
    Path(path): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut inner = api.inner.lock().unwrap();
    let at = inner.trouble.iter().position(|(of, _)| *of == path);
    if let Some((_, trouble)) = at.and_then(|at| inner.trouble.remove(at)) {
        if trouble.is_null() {
            inner.calls.push((path, query, body));
            let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
            return axum::body::Body::from_stream(broken).into_response();
        }
        return Json(trouble).into_response();
    }
    let parameter = |name: &str| query.get(name).cloned().unwrap_or_default();
    let token = format!("token-{}", inner.tokens);
    let refuse = |code: i64, words: &str| Json(json!({"errcode": code, "errmsg": words})).into_response();
    match path.as_str() {
        "gettoken" if parameter("corpsecret") != "app-secret" => return refuse(40001, "invalid credential"),
        "gettoken" => {
            inner.calls.push((path, query, body));
            return Json(json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}))
                .into_response();
        }
        "message/send" | "appchat/send" if parameter("access_token") != token => {
            return refuse(42001, "access_token expired, hint: [1], from ip: 1.2.3.4");
        }
        "message/send" if body["touser"] == "nobody" => {
            return refuse(81013, "user & party & tag all invalid");
        }
        "webhook/send" if parameter("key") != "693a-key" => return refuse(93000, "invalid webhook url"),
        "aibot/response" => {
            let code = parameter("response_code");
            if inner.used.contains(&code) {
                return refuse(40058, "response_code used");
            }
            inner.used.push(code);
        }
        _ => {}
    }
    let text = ["text", "markdown"]
        .iter()
        .find_map(|kind| body[kind]["content"].as_str());
    let longest = if body["msgtype"] == "text" || path != "webhook/send" {
        2_048
    } else {
        4_096
    };
    if path != "aibot/response" && text.is_none_or(|text| text.is_empty() || text.len() > longest) {
        return refuse(45002, "content size out of limit");
    }
    inner.calls.push((path, query, body));
    Json(json!({"errcode": 0, "errmsg": "ok"})).into_response()
}
