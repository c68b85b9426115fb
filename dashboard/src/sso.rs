//! Log-ins by an identity provider (OpenID Connect): what the program behind the dashboard has to do for them, and log-ins that are on
//! their way there.

use crate::secrets::{self, TokenHash};
use crate::short_lived::ShortLived;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// Time in which a log-in has to come back.
const VALID: SignedDuration = SignedDuration::from_mins(10);

/// A log-in that was begun at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunLogin {
    /// Address to which the browser goes.
    pub url: String,
    /// Value by which it comes back.
    pub state: String,
    /// Value that has to stand in what the provider says.
    pub nonce: String,
    /// Secret that proves that who began ends it (PKCE).
    pub verifier: String,
}

/// Somebody, as an identity provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Id that is theirs for ever.
    pub subject: String,
    /// E-mail address, if the provider has verified it.
    pub email: Option<String>,
    /// Name for log-ins.
    pub name: Option<String>,
}

/// An identity provider.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Returns its name for people.
    fn name(&self) -> &str;

    /// Begins a log-in that comes back to an address of the dashboard; the reason, for the log, where that is impossible.
    async fn begin(&self, back: &str) -> Result<BegunLogin, String>;

    /// Ends a log-in by the code with which it came back, and returns who it is; the reason, for the log, where it is nobody.
    async fn end(&self, back: &str, code: &str, begun: &BegunLogin) -> Result<Identity, String>;
}

/// A log-in on its way.
#[derive(Debug, Clone)]
pub(crate) struct OnWay {
    pub(crate) begun: BegunLogin,
    /// Address to which it comes back.
    pub(crate) back: String,
    /// Path to go to afterwards.
    pub(crate) next: String,
    /// Hash of the cookie of the browser that began it.
    browser: TokenHash,
}

/// Log-ins on their way, by their state.
#[derive(Debug, Default)]
pub(crate) struct OnWays(ShortLived<String, OnWay>);

impl OnWays {
    /// Keeps a log-in, and returns the token of the cookie that its browser gets.
    pub(crate) fn keep(&self, begun: BegunLogin, back: String, next: String, now: Timestamp) -> String {
        let token = secrets::token();
        let one = OnWay {
            back,
            next,
            browser: secrets::sha256(&token),
            begun,
        };
        self.0.keep(one.begun.state.clone(), one, now, VALID);
        token
    }

    /// Takes the log-in of a state, if this browser began it; it can be ended once.
    pub(crate) fn take(&self, state: &str, browser: &str, now: Timestamp) -> Option<OnWay> {
        let is_theirs = |one: &OnWay| one.browser == secrets::sha256(browser);
        self.0.take_if(state, now, is_theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_comes_back_once_in_time_and_to_its_own_browser() {
        let begun = |state: &str| BegunLogin {
            url: String::new(),
            state: state.to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
        };
        let now = Timestamp::UNIX_EPOCH;
        let ways = OnWays::default();
        let keep = |state: &str| ways.keep(begun(state), "b".to_owned(), "/tickets".to_owned(), now);
        let (one, other) = (keep("one"), keep("other"));
        assert!(ways.take("one", &other, now).is_none());
        assert!(ways.take("none", &one, now).is_none());
        assert!(ways.take("one", &one, now + VALID).is_none());
        let taken = ways.take("one", &one, now);
        assert_eq!(taken.map(|one| one.next).as_deref(), Some("/tickets"));
        assert!(ways.take("one", &one, now).is_none());
        assert!(ways.take("other", &other, now).is_some());
    }
}
