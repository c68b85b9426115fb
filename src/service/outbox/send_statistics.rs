//! Statistics of the sends, for health and the metrics.

use super::account_sender::OutboxAccount;
use super::counters::Counts;
use super::{LastSend, Outbox};
use groupdesk_contract::AccountId;
use prometheus_client::metrics::histogram::Histogram;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Statistics of the sends, for the metrics.
#[derive(Debug, Clone)]
pub struct Sends {
    /// By account: its counters, the replies that failed and are retried, and the time that its platform takes to take one.
    pub accounts: BTreeMap<AccountId, (Counts, u64, Histogram)>,
    /// Time from the decision on a member's words until its reply was taken.
    pub latency: Histogram,
}

impl Outbox {
    /// Returns the last attempt to send of every account that made one.
    pub fn last_sends(&self) -> BTreeMap<AccountId, LastSend> {
        let accounts = self.shared.accounts.read();
        let last = |(id, account): (&AccountId, &Arc<OutboxAccount>)| Some((id.clone(), account.last.get()?));
        accounts.iter().filter_map(last).collect()
    }

    /// Returns the numbers of sent, refused and other replies since the start.
    pub fn counters(&self) -> Counts {
        self.shared.counters.now()
    }

    /// Returns what the metrics show of the sends.
    pub fn sends(&self) -> Sends {
        let accounts = self.shared.accounts.read();
        let of = |(id, account): (&AccountId, &Arc<OutboxAccount>)| {
            let failing = u64::try_from(account.trouble.failing()).unwrap_or(u64::MAX);
            let sends = (account.counters.now(), failing, account.send_seconds.clone());
            (id.clone(), sends)
        };
        Sends {
            accounts: accounts.iter().map(of).collect(),
            latency: self.shared.latency.clone(),
        }
    }
}
