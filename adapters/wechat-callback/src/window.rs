//! Tells callbacks that are too old, or that were answered already.

use crate::{Query, Refused};
use groupdesk_contract::Clock;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far the platform's clock and ours may be apart, and how old a callback may be.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// Callbacks that are remembered; more than WeCom sends in ten minutes (its frequency limits are far below).
const REMEMBERED: usize = 100_000;

/// Whether a callback came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It was not answered yet.
    New,
    /// The very same callback was answered within the window: a replay, or the platform did not get our answer.
    Again,
}

/// The callbacks of the last minutes.
pub struct Window {
    clock: Arc<dyn Clock>,
    answered: Mutex<Answered>,
}

#[derive(Default)]
struct Answered {
    known: BTreeSet<String>,
    order: VecDeque<(Timestamp, String)>,
}

impl Window {
    /// Remembers nothing yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            answered: Mutex::default(),
        }
    }

    /// Whether a callback whose signature is right is in time, and whether it was answered before.
    ///
    /// # Errors
    /// When its time is more than [`WINDOW`] from ours, or none.
    pub fn admit(&self, query: &Query) -> Result<Sighting, Refused> {
        let at = query
            .timestamp
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok());
        let now = self.clock.now();
        if at.is_none_or(|at| now.duration_since(at).abs() > WINDOW) {
            return Err(Refused::new(
                "the callback is not of these ten minutes: it was recorded and sent again, or this machine's clock is wrong",
            ));
        }
        Ok(if self.answered().known.contains(&name(query)) {
            Sighting::Again
        } else {
            Sighting::New
        })
    }

    /// The callback is answered: from now on it is [`Sighting::Again`]. To be called when what it brought is committed;
    /// one that could not be taken may come again.
    pub fn answered_to(&self, query: &Query) {
        let now = self.clock.now();
        let mut answered = self.answered();
        let Answered { known, order } = &mut *answered;
        let name = name(query);
        if known.insert(name.clone()) {
            order.push_back((now, name));
        }
        // Twice the window: a time ahead of ours by one window is in time for two.
        while let Some((at, _)) = order.front()
            && (order.len() > REMEMBERED || now.duration_since(*at) > WINDOW * 2)
        {
            if let Some((_, name)) = order.pop_front() {
                known.remove(&name);
            }
        }
    }

    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes a callback the same: the nonce and the time, under the signature that covers both and the content. Only
/// signed ones are remembered, so that nobody else can fill the memory.
fn name(query: &Query) -> String {
    format!(
        "{} {} {} {}",
        query.timestamp, query.nonce, query.msg_signature, query.signature
    )
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::ManualClock;

    fn query(timestamp: &str, nonce: &str) -> Query {
        Query {
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            ..Query::default()
        }
    }

    #[test]
    fn a_callback_is_new_until_it_is_answered_and_too_old_or_too_early_ones_are_refused() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_000_000).unwrap()));
        let window = Window::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let now = query("1000000", "n");
        assert_eq!(window.admit(&now), Ok(Sighting::New));
        assert_eq!(
            window.admit(&now),
            Ok(Sighting::New),
            "not answered: may come again"
        );
        window.answered_to(&now);
        assert_eq!(window.admit(&now), Ok(Sighting::Again));
        assert_eq!(window.admit(&query("1000000", "m")), Ok(Sighting::New));
        for (far, taken) in [
            ("999400", true),
            ("999399", false),
            ("1000600", true),
            ("1000601", false),
        ] {
            assert_eq!(window.admit(&query(far, "n")).is_ok(), taken, "{far}");
        }
        for odd in ["", "soon", "-9223372036854775808", "99999999999999999999", "1e6"] {
            assert!(window.admit(&query(odd, "n")).is_err(), "{odd}");
        }
        clock.advance(SignedDuration::from_mins(21));
        window.answered_to(&query("1001260", "x"));
        assert_eq!(
            window.answered().known.len(),
            1,
            "what is too old to be admitted is forgotten"
        );
    }
}
