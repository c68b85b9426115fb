//! Clients of a website's API over a real socket: a page in a browser, and a program with a key.

use crate::support::browser::Page;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest time for something that takes no time.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The origin of the pages that may call.
pub(crate) const SHOP: &str = "https://shop.example";

/// Who calls, as headers say it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    port: u16,
    pub(crate) origin: Option<String>,
    pub(crate) bearer: Option<String>,
}

impl Client {
    /// A page of the shop.
    pub(crate) fn page(port: u16) -> Self {
        Self {
            port,
            origin: Some(SHOP.to_owned()),
            bearer: None,
        }
    }

    /// A program with a key.
    pub(crate) fn program(port: u16, key: &str) -> Self {
        Self {
            port,
            origin: None,
            bearer: Some(key.to_owned()),
        }
    }

    /// A page of the shop on which a new guest has begun.
    pub(crate) fn guest(port: u16) -> Self {
        let mut page = Self::page(port);
        page.begin(&json!({}));
        page
    }

    /// Begins as a visitor, and keeps the token.
    pub(crate) fn begin(&mut self, about: &Value) -> Page {
        let begun = self.post("/api/v1/visitors", about);
        if begun.status == 200 {
            self.bearer = Some(body(&begun)["token"].as_str().unwrap().to_owned());
        }
        begun
    }

    fn head(&self, method: &str, path: &str, more: &str) -> String {
        let port = self.port;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}");
        if let Some(origin) = &self.origin {
            head += &format!("Origin: {origin}\r\nSec-Fetch-Site: cross-site\r\n");
        }
        if let Some(bearer) = &self.bearer {
            head += &format!("Authorization: Bearer {bearer}\r\n");
        }
        head
    }

    fn send(&self, head: &str, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        stream.write_all(format!("{head}\r\n{sent}").as_bytes()).unwrap();
        stream
    }

    pub(crate) fn request(&self, method: &str, path: &str, more: &str, sent: &str) -> Page {
        let mut answer = Vec::new();
        let mut stream = self.send(&self.head(method, path, more), sent);
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Page {
            status: status.unwrap_or_else(|| panic!("no answer: {answer}")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.request("GET", path, "", "")
    }

    pub(crate) fn post(&self, path: &str, sent: &Value) -> Page {
        let sent = sent.to_string();
        let more = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            sent.len()
        );
        self.request("POST", path, &more, &sent)
    }

    /// Says something as the visitor of the token.
    pub(crate) fn say(&self, id: &str, text: &str) -> Page {
        self.post("/api/v1/messages", &json!({ "id": id, "text": text }))
    }

    /// Returns the conversation so far.
    pub(crate) fn history(&self, query: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/v1/messages{query}"));
        assert_eq!(page.status, 200, "{}", page.body);
        body(&page)["messages"].as_array().unwrap().clone()
    }

    /// Waits until the conversation has something.
    pub(crate) async fn until(&self, query: &str, what: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            let history = self.history(query);
            if is(&history) {
                return history;
            }
            assert!(Instant::now() < end, "{what}: {history:#?}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Opens the stream of events behind a position.
    pub(crate) fn events(&self, query: &str, after: i64) -> Events {
        let more = format!("Last-Event-ID: {after}\r\n");
        let stream = self.send(&self.head("GET", &format!("/api/v1/events{query}"), &more), "");
        Events {
            stream,
            read: String::new(),
        }
    }
}

/// The JSON of a body.
pub(crate) fn body(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.body))
}

/// Returns the replies of a conversation.
pub(crate) fn replies(history: &[Value]) -> Vec<&Value> {
    history
        .iter()
        .filter(|message| message["type"] == "reply")
        .collect()
}

/// A stream of events.
pub(crate) struct Events {
    stream: TcpStream,
    pub(crate) read: String,
}

impl Events {
    /// Reads until an event holds some words; returns it.
    pub(crate) fn until(&mut self, wanted: &str) -> Value {
        let mut buffer = [0; 4096];
        loop {
            let data = self.read.lines().filter_map(|line| line.strip_prefix("data: "));
            let events = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
            if let Some(event) = events
                .into_iter()
                .find(|event| event.to_string().contains(wanted))
            {
                return event;
            }
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the stream ended without {wanted}: {}", self.read);
            self.read += &String::from_utf8_lossy(&buffer[..count]);
        }
    }

    /// Reads until the stream ends.
    pub(crate) fn read_to_end(&mut self) {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        self.read += &String::from_utf8_lossy(&rest);
    }
}
