//! Tells of WebSocket clients at a path that nobody serves: it is a platform's implementation that was given a wrong address, and waits in
//! silence.

use axum::http::{HeaderMap, header};
use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// Interval at which the same path is told again: clients come every few seconds.
const TELL_INTERVAL: Duration = Duration::from_secs(60);

/// Longest path that is told, in characters: anybody may send one.
const PATH_MAX: usize = 100;

/// Path that was told last.
#[derive(Debug, Default)]
pub(super) struct Unrouted(Mutex<Option<(String, Instant)>>);

impl Unrouted {
    /// Logs a path that nobody serves, unless it was told just now.
    pub(super) fn tell(&self, path: &str, now: Instant) {
        let path: String = path.chars().take(PATH_MAX).collect();
        if self.is_new(&path, now) {
            tracing::warn!(
                path = ?path,
                "a WebSocket client asked for a path at which no account listens"
            );
        }
    }

    fn is_new(&self, path: &str, now: Instant) -> bool {
        let mut told = self.0.lock();
        let known = told
            .as_ref()
            .is_some_and(|(last, at)| last == path && now.duration_since(*at) < TELL_INTERVAL);
        if !known {
            *told = Some((path.to_owned(), now));
        }
        !known
    }
}

/// `true` if a request asks for a WebSocket.
pub(super) fn wants_websocket(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_path_is_told_once_a_minute_and_another_one_at_once() {
        let (unrouted, start) = (Unrouted::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(unrouted.is_new("/onebot", at(0)));
        assert!(!unrouted.is_new("/onebot", at(3)));
        assert!(unrouted.is_new("/onebot/v11/ws", at(3)));
        assert!(!unrouted.is_new("/onebot/v11/ws", at(62)));
        assert!(unrouted.is_new("/onebot/v11/ws", at(63)));
    }
}
