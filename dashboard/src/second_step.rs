//! Log-ins between their two steps: the password was right, and the code is asked for.

use crate::backend::TokenHash;
use crate::secrets;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Time in which the code has to be entered.
const VALID: SignedDuration = SignedDuration::from_mins(5);

/// Log-ins that are remembered at most.
const KEPT: usize = 1_000;

/// A log-in that waits for its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Name of the user.
    pub(crate) user: String,
    /// Path to go to afterwards.
    pub(crate) next: String,
    until: Timestamp,
}

/// Log-ins that wait for their codes, by the hash of a token in the page.
#[derive(Debug, Default)]
pub(crate) struct SecondSteps(Mutex<HashMap<TokenHash, Waiting>>);

impl SecondSteps {
    /// Keeps a log-in, and returns the token of its page.
    pub(crate) fn begin(&self, user: &str, next: &str, now: Timestamp) -> String {
        let token = secrets::token();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| now < one.until);
        if waiting.len() >= KEPT {
            waiting.clear();
        }
        let one = Waiting {
            user: user.to_owned(),
            next: next.to_owned(),
            until: now.saturating_add(VALID).unwrap_or(Timestamp::MAX),
        };
        waiting.insert(secrets::sha256(&token), one);
        token
    }

    /// Returns the log-in of a token.
    pub(crate) fn find(&self, token: &str, now: Timestamp) -> Option<Waiting> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .get(&secrets::sha256(token))
            .filter(|one| now < one.until)
            .cloned()
    }

    /// Forgets a log-in.
    pub(crate) fn end(&self, token: &str) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(&secrets::sha256(token));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_waits_for_its_code_for_some_minutes() {
        let steps = SecondSteps::default();
        let now = Timestamp::UNIX_EPOCH;
        let token = steps.begin("alice", "/", now);
        assert_eq!(
            steps.find(&token, now).map(|one| one.user).as_deref(),
            Some("alice")
        );
        assert_eq!(steps.find("x", now), None);
        assert_eq!(steps.find(&token, now + VALID), None);
        steps.end(&token);
        assert_eq!(steps.find(&token, now), None);
    }
}
