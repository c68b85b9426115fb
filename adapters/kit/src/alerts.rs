//! The alerts of an account that fire now.

use crate::LinkSlot;
use groupdesk_contract::{AdapterError, Alert, Event, Link};
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// Reports an account's alerts to the desk: each change once.
#[derive(Debug, Default)]
pub struct FiringAlerts(Mutex<BTreeMap<String, String>>);

impl FiringAlerts {
    /// Fires the alert `name`, or resolves it with `None`.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn set(&self, link: &Link, name: &str, message: Option<String>) -> Result<(), AdapterError> {
        if !self.is_change(name, message.as_ref()) {
            return Ok(());
        }
        let name = name.to_owned();
        link.post(Event::Alert(Alert { name, message })).await
    }

    /// Fires the alert `name` of an account that runs, or resolves it with `None`.
    pub async fn set_while_running(&self, link: &LinkSlot, name: &str, message: Option<String>) {
        if let Some(link) = link.get() {
            // Only when the program stops nobody takes it.
            let _ = self.set(&link, name, message).await;
        }
    }

    fn is_change(&self, name: &str, message: Option<&String>) -> bool {
        let mut firing = self.0.lock();
        match message {
            Some(message) => firing.insert(name.to_owned(), message.clone()).as_ref() != Some(message),
            None => firing.remove(name).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_news_when_it_begins_changes_or_ends() {
        let alerts = FiringAlerts::default();
        let (one, other) = ("a key is refused".to_owned(), "no answer".to_owned());
        let changes = [Some(&one), Some(&one), Some(&other), None, None];
        assert_eq!(
            changes.map(|message| alerts.is_change("token", message)),
            [true, false, true, true, false]
        );
    }
}
