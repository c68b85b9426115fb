//! A monitor that polls `/healthz` all the time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const POLL_INTERVAL: Duration = Duration::from_millis(150);

/// The responses of `/healthz`, with their times; no entry where none came.
#[derive(Clone, Default)]
pub(crate) struct Health(Arc<Mutex<Vec<(Instant, String)>>>);

impl Health {
    /// Looks until the test ends.
    pub(crate) fn watch(port: u16) -> Self {
        let health = Self::default();
        let seen = health.clone();
        tokio::spawn(async move {
            loop {
                let asked = tokio::time::timeout(Duration::from_secs(2), get(port)).await;
                if let Ok(Some(status)) = asked {
                    seen.0.lock().unwrap().push((Instant::now(), status));
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        });
        health
    }

    /// The responses between two moments.
    pub(crate) fn between(&self, from: Instant, to: Instant) -> Vec<(Instant, String)> {
        let seen = self.0.lock().unwrap();
        let inside = |at: &Instant| *at >= from && *at <= to;
        seen.iter().filter(|(at, _)| inside(at)).cloned().collect()
    }
}

async fn get(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let body = answer.split("\r\n\r\n").nth(1)?;
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(json["status"].as_str()?.to_owned())
}
