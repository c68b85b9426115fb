//! The time in which anything may be sent, where another program may follow this one.

use super::Outbox;
use crate::store::Trust;
use std::sync::OnceLock;
use std::time::Duration;

/// Interval at which a reply looks if this program may act again.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Gate that every send passes.
#[derive(Debug, Default)]
pub(super) struct LeaseGate(OnceLock<Trust>);

impl LeaseGate {
    /// Waits while another node may be saying the same.
    pub(super) async fn passed(&self) {
        while self.0.get().is_some_and(|trust| !trust.holds()) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

impl Outbox {
    /// Begins sends within this time alone. To be called before [`Outbox::restore`].
    pub fn send_within(&self, trust: Trust) {
        // A program has one; the first is as good as the second.
        let _ = self.shared.trust.0.set(trust);
    }
}
