//! Open or closed: decides whether a moment is within service hours, and when that changes next.

use super::open_spans::{self, SEARCH_DAYS_MAX, Spans};
use super::schedule::Schedule;
use jiff::Timestamp;

/// Open or closed, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody is there.
    Open {
        /// Time at which that ends; `None` when it does not.
        closes: Option<Timestamp>,
    },
    /// Nobody is there.
    Closed {
        /// Time at which that ends; `None` when it does not.
        opens: Option<Timestamp>,
    },
}

impl Schedule {
    /// `true` if it is open at `at`. A span is open when it begins and closed when it ends.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.never_closes() || open_spans::contains(self, at)
    }

    /// Returns the state at `at`, and the time at which it changes.
    pub fn state(&self, at: Timestamp) -> State {
        if self.never_closes() {
            return State::Open { closes: None };
        }
        match Spans::new(self, at, SEARCH_DAYS_MAX).next() {
            Some(span) if span.start <= at => State::Open {
                closes: (!span.goes_on).then_some(span.end),
            },
            span => State::Closed {
                opens: span.map(|span| span.start),
            },
        }
    }

    /// Returns the start of the first open span that begins after `at`.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_closes() {
            return None;
        }
        Spans::new(self, at, SEARCH_DAYS_MAX)
            .take_while(|span| span.start > at || !span.goes_on)
            .map(|span| span.start)
            .find(|start| *start > at)
    }

    /// Returns the end of the first open span that ends after `at`.
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_closes() {
            return None;
        }
        let span = Spans::new(self, at, SEARCH_DAYS_MAX).next()?;
        (!span.goes_on).then_some(span.end)
    }
}
