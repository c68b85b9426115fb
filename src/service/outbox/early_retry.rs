//! Events that make another attempt worth while before a reply's backoff ends.

use super::account_sender::OutboxAccount;

/// Events of the account that end a pause, each with its count when the attempt began.
#[derive(Debug, Clone, Copy)]
pub(super) struct EarlyRetry {
    /// It connects.
    pub(super) connects: Option<u64>,
    /// Another reply gets through, or this one is next to probe.
    pub(super) got_through: Option<u64>,
    /// A reply gets through after a time in which none did.
    pub(super) recovered: Option<u64>,
}

impl EarlyRetry {
    pub(super) const NONE: Self = Self {
        connects: None,
        got_through: None,
        recovered: None,
    };

    /// `true` if any of it has happened.
    pub(super) fn is_fulfilled(self, account: &OutboxAccount) -> bool {
        let (connected, trouble) = (&account.connected, &account.trouble);
        [
            (connected, self.connects),
            (&trouble.got_through, self.got_through),
            (&trouble.recovered, self.recovered),
        ]
        .into_iter()
        .any(|(signal, before)| before.is_some_and(|before| signal.times() > before))
    }
}
