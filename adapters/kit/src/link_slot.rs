//! The link to the desk, which an account has while it runs.

use groupdesk_contract::{Event, Link};
use parking_lot::Mutex;
use tokio::time::{Instant, timeout_at};

/// Holds the link of an account from the beginning of [`Adapter::run`](groupdesk_contract::Adapter::run) to its end, for webhooks
/// and senders that run beside it.
#[derive(Debug, Default)]
pub struct LinkSlot(Mutex<Option<Link>>);

impl LinkSlot {
    /// Returns the link; `None` while the account does not run.
    pub fn get(&self) -> Option<Link> {
        self.0.lock().clone()
    }

    /// Delivers an event that a webhook received. Returns true if the desk committed it before `deadline`; else the platform is to
    /// send it again.
    pub async fn deliver_before(&self, deadline: Instant, event: Event) -> bool {
        match self.get() {
            Some(link) => matches!(timeout_at(deadline, link.deliver(event)).await, Ok(Ok(()))),
            None => false,
        }
    }

    /// Holds `link` until the guard is dropped.
    #[must_use = "the link is taken away with the guard"]
    pub fn hold(&self, link: &Link) -> LinkGuard<'_> {
        self.set(Some(link.clone()));
        LinkGuard(self)
    }

    fn set(&self, link: Option<Link>) {
        *self.0.lock() = link;
    }
}

/// Takes the link out of its [`LinkSlot`] when it is dropped.
#[derive(Debug)]
pub struct LinkGuard<'a>(&'a LinkSlot);

impl Drop for LinkGuard<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}
