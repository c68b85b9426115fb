//! States of the accounts, the one place that `/healthz`, `/metrics`, the alerts and, through `/healthz`, `groupdesk status` and the
//! dashboard read.

use groupdesk_contract::{AccountId, AccountState, Clock};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time that an account may be disconnected before somebody is told: most reconnect within seconds.
const DOWN_AFTER: Duration = Duration::from_secs(15);

/// Time that it may take to connect at the start: a client that calls us looks for us every half minute.
const STARTED_AFTER: Duration = Duration::from_secs(45);

/// State of an account, as health shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountHealth {
    /// State.
    #[serde(flatten, serialize_with = "as_json")]
    pub state: AccountState,
    /// Time of the last change.
    pub since: Timestamp,
    /// Time of the last message, edit or recall that came from the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_event: Option<Timestamp>,
}

/// Writes a state with the names that `/healthz` has for it.
fn as_json<S: Serializer>(state: &AccountState, serializer: S) -> Result<S::Ok, S::Error> {
    let name = match state {
        AccountState::Connecting => "starting",
        AccountState::Connected => "connected",
        AccountState::Degraded { .. } | AccountState::BadCredentials { .. } => "disconnected",
        AccountState::Failed { .. } => "failed",
        AccountState::Stopped => "ended",
    };
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("state", name)?;
    if let AccountState::BadCredentials { .. } = state {
        map.serialize_entry("cause", "bad_credentials")?;
    }
    if let Some(reason) = state.reason() {
        map.serialize_entry("reason", reason)?;
    }
    map.end()
}

/// An account that has been down for longer than a reconnect takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// Account.
    pub account: AccountId,
    /// Reason, for an admin.
    pub reason: String,
}

/// Reach of the program, counted over the accounts with members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Every account is connected, also those for staff only.
    Everybody,
    /// Some account is not.
    Some,
    /// No account with members is.
    Nobody,
}

struct ConnectionRecord {
    has_members: bool,
    state: AccountState,
    since: Timestamp,
    changed: Instant,
    last_event: Option<Timestamp>,
}

/// Connection states of the accounts.
pub struct Connections {
    clock: Arc<dyn Clock>,
    accounts: Mutex<BTreeMap<AccountId, ConnectionRecord>>,
}

impl Connections {
    /// Makes a set without accounts.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            accounts: Mutex::default(),
        }
    }

    /// Adds an account that starts now. Accounts without members only take messages for staff.
    pub fn add(&self, account: AccountId, has_members: bool) {
        let added = ConnectionRecord {
            has_members,
            state: AccountState::Connecting,
            since: self.clock.now(),
            changed: Instant::now(),
            last_event: None,
        };
        self.accounts.lock().insert(account, added);
    }

    /// `true` if members are on an account.
    pub fn has_members(&self, account: &AccountId) -> bool {
        self.accounts
            .lock()
            .get(account)
            .is_some_and(|account| account.has_members)
    }

    /// `true` if an account is connected.
    pub fn is_connected(&self, account: &AccountId) -> bool {
        let accounts = self.accounts.lock();
        let known = accounts.get(account);
        known.is_some_and(|account| account.state.is_connected())
    }

    /// `true` if every connected account with members is among these, and there is one.
    pub fn is_all_that_serve(&self, these: &BTreeSet<AccountId>) -> bool {
        let accounts = self.accounts.lock();
        let serves = |account: &ConnectionRecord| account.has_members && account.state.is_connected();
        let mut serving = accounts.iter().filter(|(_, account)| serves(account)).peekable();
        serving.peek().is_some() && serving.all(|(id, _)| these.contains(id))
    }

    /// Records the connection state of an account. Another reason for being down does not change the time since which it
    /// is down.
    pub fn set(&self, account: &AccountId, state: AccountState) {
        let now = self.clock.now();
        if let Some(known) = self.accounts.lock().get_mut(account) {
            if known.state.is_connected() != state.is_connected() {
                known.since = now;
                known.changed = Instant::now();
            }
            known.state = state;
        }
    }

    /// Records that an event came from an account at `now`.
    pub fn record_event(&self, account: &AccountId, now: Timestamp) {
        if let Some(known) = self.accounts.lock().get_mut(account) {
            known.last_event = Some(now);
        }
    }

    /// Returns the state of every account.
    pub fn standing(&self) -> BTreeMap<String, AccountHealth> {
        let accounts = self.accounts.lock();
        let shown = accounts.iter().map(|(id, account)| {
            let standing = AccountHealth {
                state: account.state.clone(),
                since: account.since,
                last_event: account.last_event,
            };
            (id.to_string(), standing)
        });
        shown.collect()
    }

    /// Returns the reach at this moment.
    pub fn served(&self) -> Served {
        let accounts = self.accounts.lock();
        let there = || {
            let there = accounts.values();
            there.filter(|account| account.state != AccountState::Stopped)
        };
        let up = |account: &&ConnectionRecord| account.state.is_connected();
        let mut members = there().filter(|account| account.has_members).peekable();
        if members.peek().is_some() && !members.any(|account| up(&account)) {
            Served::Nobody
        } else if there().all(|account| up(&account)) {
            Served::Everybody
        } else {
            Served::Some
        }
    }

    /// Returns the accounts that have been down for longer than a reconnect takes.
    pub fn down(&self) -> Vec<Down> {
        let accounts = self.accounts.lock();
        let down = accounts.iter().filter_map(|(id, account)| {
            let (after, reason) = match &account.state {
                AccountState::Connected | AccountState::Stopped => return None,
                AccountState::Connecting => (STARTED_AFTER, "not connected since the start"),
                AccountState::Degraded { reason } | AccountState::BadCredentials { reason } => {
                    (DOWN_AFTER, reason.as_str())
                }
                AccountState::Failed { reason } => (Duration::ZERO, reason.as_str()),
            };
            (account.changed.elapsed() >= after).then(|| Down {
                account: id.clone(),
                reason: reason.to_owned(),
            })
        });
        down.collect()
    }
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.standing()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::SystemClock;

    #[test]
    fn nobody_is_served_until_an_account_with_members_is_connected_and_what_fails_is_told_at_once() {
        let connections = Connections::new(Arc::new(SystemClock));
        let (qq, mail) = (AccountId::new("qq"), AccountId::new("mail"));
        connections.add(qq.clone(), true);
        connections.add(mail.clone(), false);
        connections.set(&mail, AccountState::Connected);
        assert_eq!(
            (connections.served(), connections.down()),
            (Served::Nobody, vec![])
        );
        connections.set(&qq, AccountState::Connected);
        assert_eq!(connections.served(), Served::Everybody);
        let gone = |reason: &str| AccountState::Degraded {
            reason: reason.to_owned(),
        };
        connections.set(&mail, gone("no route"));
        assert_eq!(connections.served(), Served::Some);
        connections.set(&qq, gone("closed"));
        let since = connections.standing()["qq"].since;
        connections.set(&qq, gone("refused"));
        assert_eq!(connections.standing()["qq"].since, since);
        assert_eq!(
            (connections.served(), connections.down()),
            (Served::Nobody, vec![])
        );
        let failed = AccountState::Failed {
            reason: "it broke off".to_owned(),
        };
        connections.set(&qq, failed);
        assert_eq!(connections.down()[0].reason, "it broke off");
        let refused = AccountState::BadCredentials {
            reason: "the token is refused".to_owned(),
        };
        connections.set(&qq, refused);
        let mut shown = serde_json::json!(connections.standing()["qq"]);
        shown.as_object_mut().unwrap().remove("since");
        let expected = serde_json::json!({
            "state": "disconnected", "cause": "bad_credentials", "reason": "the token is refused",
        });
        assert_eq!(shown, expected);
        // A terminal that was closed leaves nobody unserved.
        connections.set(&qq, AccountState::Stopped);
        connections.set(&mail, AccountState::Connected);
        assert_eq!(connections.served(), Served::Everybody);
    }
}
