//! Log-ins between their two steps: the password was right, and the code is asked for.

use crate::backend::TokenHash;
use crate::secrets;
use crate::short_lived::ShortLived;
use jiff::{SignedDuration, Timestamp};

/// Time in which the code has to be entered.
const VALID: SignedDuration = SignedDuration::from_mins(5);

/// A log-in that waits for its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Name of the user.
    pub(crate) user: String,
    /// Path to go to afterwards.
    pub(crate) next: String,
}

/// Log-ins that wait for their codes, by the hash of a token in the page.
#[derive(Debug, Default)]
pub(crate) struct SecondSteps(ShortLived<TokenHash, Waiting>);

impl SecondSteps {
    /// Keeps a log-in, and returns the token of its page.
    pub(crate) fn begin(&self, user: &str, next: &str, now: Timestamp) -> String {
        let token = secrets::token();
        let one = Waiting {
            user: user.to_owned(),
            next: next.to_owned(),
        };
        self.0.keep(secrets::sha256(&token), one, now, VALID);
        token
    }

    /// Returns the log-in of a token.
    pub(crate) fn find(&self, token: &str, now: Timestamp) -> Option<Waiting> {
        self.0.find(&secrets::sha256(token), now)
    }

    /// Forgets a log-in.
    pub(crate) fn end(&self, token: &str) {
        self.0.forget(&secrets::sha256(token));
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
