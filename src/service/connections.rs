//! Which accounts can be heard and answered at this moment, and why not.

use groupdesk_contract::{AccountId, Clock};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an account may be without its platform before somebody is told: most reconnect within seconds.
const DOWN_AFTER: Duration = Duration::from_secs(15);

/// How long it may take at the start: a client that calls us looks for us every half minute.
const STARTED_AFTER: Duration = Duration::from_secs(45);

/// How an account stands with its platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Connection {
    /// It has not been connected yet.
    Starting,
    /// It sends and receives.
    Connected,
    /// It does not; the adapter goes on trying.
    Disconnected {
        /// What happened.
        reason: String,
    },
    /// Its adapter failed, and is started again.
    Failed {
        /// What happened.
        reason: String,
    },
    /// It ended by itself, as the console does when its terminal is closed.
    Ended,
}

/// An account as health shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// How it stands.
    #[serde(flatten)]
    pub connection: Connection,
    /// Since when.
    pub since: Timestamp,
}

/// An account that has been down for longer than passes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// The account.
    pub account: AccountId,
    /// Why, in words for an admin.
    pub reason: String,
}

/// Who is served, counted over the accounts with members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Every account is connected, also those where staff are told.
    Everybody,
    /// Some account is not.
    Some,
    /// No account with members is.
    Nobody,
}

struct Account {
    has_members: bool,
    connection: Connection,
    since: Timestamp,
    changed: Instant,
}

/// The accounts' connections.
pub struct Connections {
    clock: Arc<dyn Clock>,
    accounts: Mutex<BTreeMap<AccountId, Account>>,
}

impl Connections {
    /// No account.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            accounts: Mutex::default(),
        }
    }

    /// Adds an account that starts now. Accounts without members only take what staff are told.
    pub fn add(&self, account: AccountId, has_members: bool) {
        let added = Account {
            has_members,
            connection: Connection::Starting,
            since: self.clock.now(),
            changed: Instant::now(),
        };
        self.accounts().insert(account, added);
    }

    /// Whether members are on an account.
    pub fn has_members(&self, account: &AccountId) -> bool {
        self.accounts()
            .get(account)
            .is_some_and(|account| account.has_members)
    }

    /// Whether an account is connected.
    pub fn is_connected(&self, account: &AccountId) -> bool {
        let accounts = self.accounts();
        let known = accounts.get(account);
        known.is_some_and(|account| account.connection == Connection::Connected)
    }

    /// Whether every connected account with members is among these, and there is one.
    pub fn is_all_that_serve(&self, these: &BTreeSet<AccountId>) -> bool {
        let accounts = self.accounts();
        let serves = |account: &Account| account.has_members && account.connection == Connection::Connected;
        let mut serving = accounts.iter().filter(|(_, account)| serves(account)).peekable();
        serving.peek().is_some() && serving.all(|(id, _)| these.contains(id))
    }

    /// Notes how an account stands. Being down for another reason is still being down since then.
    pub fn set(&self, account: &AccountId, connection: Connection) {
        let now = self.clock.now();
        if let Some(known) = self.accounts().get_mut(account) {
            let up = |connection: &Connection| *connection == Connection::Connected;
            if up(&known.connection) != up(&connection) {
                known.since = now;
                known.changed = Instant::now();
            }
            known.connection = connection;
        }
    }

    /// How every account stands.
    pub fn standing(&self) -> BTreeMap<String, Standing> {
        let accounts = self.accounts();
        let shown = accounts.iter().map(|(id, account)| {
            let standing = Standing {
                connection: account.connection.clone(),
                since: account.since,
            };
            (id.to_string(), standing)
        });
        shown.collect()
    }

    /// Who is served at this moment.
    pub fn served(&self) -> Served {
        let accounts = self.accounts();
        let there = || {
            let there = accounts.values();
            there.filter(|account| account.connection != Connection::Ended)
        };
        let up = |account: &&Account| account.connection == Connection::Connected;
        let mut members = there().filter(|account| account.has_members).peekable();
        if members.peek().is_some() && !members.any(|account| up(&account)) {
            Served::Nobody
        } else if there().all(|account| up(&account)) {
            Served::Everybody
        } else {
            Served::Some
        }
    }

    /// The accounts that have been down for longer than passes by itself.
    pub fn down(&self) -> Vec<Down> {
        let accounts = self.accounts();
        let down = accounts.iter().filter_map(|(id, account)| {
            let (after, reason) = match &account.connection {
                Connection::Connected | Connection::Ended => return None,
                Connection::Starting => (STARTED_AFTER, "not connected since the start"),
                Connection::Disconnected { reason } => (DOWN_AFTER, reason.as_str()),
                Connection::Failed { reason } => (Duration::ZERO, reason.as_str()),
            };
            (account.changed.elapsed() >= after).then(|| Down {
                account: id.clone(),
                reason: reason.to_owned(),
            })
        });
        down.collect()
    }

    fn accounts(&self) -> MutexGuard<'_, BTreeMap<AccountId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
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
        connections.set(&mail, Connection::Connected);
        assert_eq!(
            (connections.served(), connections.down()),
            (Served::Nobody, vec![])
        );
        connections.set(&qq, Connection::Connected);
        assert_eq!(connections.served(), Served::Everybody);
        let gone = |reason: &str| Connection::Disconnected {
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
        let failed = Connection::Failed {
            reason: "it broke off".to_owned(),
        };
        connections.set(&qq, failed);
        assert_eq!(connections.down()[0].reason, "it broke off");
        // A terminal that was closed leaves nobody unserved.
        connections.set(&qq, Connection::Ended);
        connections.set(&mail, Connection::Connected);
        assert_eq!(connections.served(), Served::Everybody);
    }
}
