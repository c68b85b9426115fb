//! Recognises callbacks that are too old, or were answered already.

use crate::{Query, Refused};
use groupdesk_contract::Clock;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;

/// The largest difference between the platform's clock and ours, which is also the largest age of a callback.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// The time after its first response in which the same callback counts as the platform's own retry: the platform waits 5 s for a
/// response and tries three times.
const RETRIES: SignedDuration = SignedDuration::from_secs(30);

/// Callbacks that are remembered; more than WeCom sends in ten minutes (its frequency limits are far below).
const CALLBACKS_KEPT: usize = 100_000;

/// New, or a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It was not answered yet.
    New,
    /// The very same callback was answered a moment ago: the platform did not get our answer. There is no new work in it.
    Again,
}

/// The identity of a callback: its time and nonce, and the verified signature, which covers both (and the content, if that is
/// encrypted). Nothing else of the address counts: an attacker who repeats a callback can write there anything. Only verified
/// names are remembered, so that nobody else can fill the memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    timestamp: String,
    nonce: String,
    signature: String,
}

impl Name {
    /// The name of the callback of `query`, of whose signatures `signature` was found right.
    pub fn new(query: &Query, signature: &str) -> Self {
        Self {
            timestamp: query.timestamp.clone(),
            nonce: query.nonce.clone(),
            signature: signature.to_owned(),
        }
    }
}

/// The callbacks of the last minutes.
pub struct Window {
    clock: Arc<dyn Clock>,
    answered: Mutex<Answered>,
}

#[derive(Default)]
struct Answered {
    known: BTreeMap<Name, Timestamp>,
    order: VecDeque<(Timestamp, Name)>,
}

impl Window {
    /// Remembers nothing yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            answered: Mutex::default(),
        }
    }

    /// Checks the time of a callback whose signature is right, and tells whether it was answered before.
    ///
    /// # Errors
    /// [`Refused`] if its time is missing, or more than [`CLOCK_TOLERANCE`] from ours, or if it was answered so long ago that the platform
    /// would not send it again.
    pub fn admit(&self, name: &Name) -> Result<Sighting, Refused> {
        let at = name
            .timestamp
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok());
        let now = self.clock.now();
        if at.is_none_or(|at| now.duration_since(at).abs() > CLOCK_TOLERANCE) {
            return Err(Refused::new(
                "the callback is not of these ten minutes: it was recorded and sent again, or this machine's clock is wrong",
            ));
        }
        match self.answered.lock().known.get(name) {
            None => Ok(Sighting::New),
            Some(at) if now.duration_since(*at) <= RETRIES => Ok(Sighting::Again),
            Some(_) => Err(Refused::new(
                "the callback was answered already: it was recorded and sent again",
            )),
        }
    }

    /// The callback is answered: from now on it is [`Sighting::Again`]. To be called when what it brought is committed;
    /// one that could not be taken may come again.
    pub fn answered_to(&self, name: &Name) {
        let now = self.clock.now();
        let mut answered = self.answered.lock();
        let Answered { known, order } = &mut *answered;
        if let Entry::Vacant(vacant) = known.entry(name.clone()) {
            vacant.insert(now);
            order.push_back((now, name.clone()));
        }
        // Twice the window: a time ahead of ours by one window is in time for two.
        while let Some((at, _)) = order.front()
            && (order.len() > CALLBACKS_KEPT || now.duration_since(*at) > CLOCK_TOLERANCE * 2)
        {
            if let Some((_, name)) = order.pop_front() {
                known.remove(&name);
            }
        }
    }
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

    fn named(timestamp: &str, nonce: &str) -> Name {
        let query = Query {
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            ..Query::default()
        };
        Name::new(&query, "signature")
    }

    #[test]
    fn a_callback_is_new_until_it_is_answered_and_too_old_or_too_early_ones_are_refused() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_000_000).unwrap()));
        let window = Window::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let now = named("1000000", "n");
        assert_eq!(window.admit(&now), Ok(Sighting::New));
        assert_eq!(
            window.admit(&now),
            Ok(Sighting::New),
            "not answered: may come again"
        );
        window.answered_to(&now);
        assert_eq!(window.admit(&now), Ok(Sighting::Again));
        clock.advance(SignedDuration::from_secs(31));
        assert!(window.admit(&now).is_err(), "the platform would not try so late");
        clock.advance(SignedDuration::from_secs(-31));
        assert_eq!(window.admit(&named("1000000", "m")), Ok(Sighting::New));
        for (far, taken) in [
            ("999400", true),
            ("999399", false),
            ("1000600", true),
            ("1000601", false),
        ] {
            assert_eq!(window.admit(&named(far, "n")).is_ok(), taken, "{far}");
        }
        for odd in ["", "soon", "-9223372036854775808", "99999999999999999999", "1e6"] {
            assert!(window.admit(&named(odd, "n")).is_err(), "{odd}");
        }
        clock.advance(SignedDuration::from_mins(21));
        window.answered_to(&named("1001260", "x"));
        assert_eq!(
            window.answered.lock().known.len(),
            1,
            "what is too old to be admitted is forgotten"
        );
    }
}
