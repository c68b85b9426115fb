//! The live connections of an account: the choice of one to send by, and the state of the account.

use crate::calls::Overdue;
use crate::connection::Connection;
use groupdesk_contract::ReplyKey;
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The connections of an account.
#[derive(Debug, Default)]
pub(crate) struct Connections(RwLock<Inside>);

#[derive(Debug, Default)]
struct Inside {
    /// Oldest first.
    connections: Vec<Arc<Connection>>,
    /// Every own id that was ever reported.
    own_ids: Vec<Arc<str>>,
    /// The faults that keep accounts from sending, by own id (`""` while it is not known).
    complaints: BTreeMap<Arc<str>, &'static str>,
    /// The reason for which the last connection ended.
    last_loss: Option<String>,
}

impl Connections {
    pub(crate) fn add(&self, connection: Arc<Connection>) {
        if let Some(self_id) = connection.self_id() {
            self.know(self_id);
        }
        self.0.write().connections.push(connection);
    }

    pub(crate) fn remove(&self, connection: &Connection) {
        let mut inside = self.0.write();
        inside
            .connections
            .retain(|other| other.number != connection.number);
        // What an implementation said of itself ends with it.
        let self_id = self_id_of(connection);
        if !inside
            .connections
            .iter()
            .any(|other| self_id_of(other) == self_id)
        {
            inside.complaints.remove(&self_id);
        }
    }

    /// True if nobody is connected.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.read().connections.is_empty()
    }

    /// Remembers an own id, so that messages of it are recognised on every connection.
    pub(crate) fn know(&self, self_id: &str) {
        let mut inside = self.0.write();
        // The bound keeps a confused implementation from filling memory with ids.
        if inside.own_ids.len() < 64 && !inside.own_ids.iter().any(|known| known.as_ref() == self_id) {
            inside.own_ids.push(Arc::from(self_id));
        }
    }

    /// True if `id` is one of the account's own.
    pub(crate) fn is_own(&self, id: &str) -> bool {
        self.0.read().own_ids.iter().any(|own| own.as_ref() == id)
    }

    /// The account's own ids.
    pub(crate) fn own_ids(&self) -> Vec<Arc<str>> {
        self.0.read().own_ids.clone()
    }

    /// True if more than one own id is connected.
    pub(crate) fn has_many_selves(&self) -> bool {
        self.0.read().own_ids.len() > 1
    }

    /// Records a fault that keeps the account from sending, or its end; true if that is a change.
    pub(crate) fn complain(&self, connection: &Connection, complaint: Option<&'static str>) -> bool {
        let self_id = self_id_of(connection);
        if self.0.read().complaints.get(&self_id).copied() == complaint {
            return false;
        }
        let mut inside = self.0.write();
        match complaint {
            Some(complaint) => inside.complaints.insert(self_id, complaint),
            None => inside.complaints.remove(&self_id),
        };
        true
    }

    /// Records the reason for which a connection ended or could not be made.
    pub(crate) fn note_loss(&self, reason: &str) {
        self.0.write().last_loss = Some(reason.to_owned());
    }

    /// Returns the connection for calls: the newest, of `self_id` if one is wanted and has any.
    pub(crate) fn sender(&self, self_id: Option<&str>) -> Option<Arc<Connection>> {
        let inside = self.0.read();
        let mut usable = inside
            .connections
            .iter()
            .rev()
            .filter(|connection| connection.can_call());
        let wanted = |connection: &&Arc<Connection>| {
            self_id.is_some() && connection.self_id().map(AsRef::as_ref) == self_id
        };
        usable.clone().find(wanted).or_else(|| usable.next()).cloned()
    }

    /// Returns the connection to send by, as [`Connections::sender`] chooses; only one that has shown itself, and whose account is not
    /// reported as offline.
    ///
    /// # Errors
    /// The reason for which nothing can be sent now.
    pub(crate) fn ready_sender(&self, self_id: Option<&str>) -> Result<Arc<Connection>, String> {
        let inside = self.0.read();
        let usable: Vec<&Arc<Connection>> = inside
            .connections
            .iter()
            .rev()
            .filter(|connection| connection.can_call())
            .collect();
        let is_wanted = |connection: &&Arc<Connection>| {
            self_id.is_some() && connection.self_id().map(AsRef::as_ref) == self_id
        };
        let only_wanted = usable.iter().any(is_wanted);
        let mut reason = "no OneBot implementation is connected".to_owned();
        for connection in usable {
            if only_wanted && !is_wanted(&connection) {
                continue;
            }
            match inside.complaints.get(&self_id_of(connection)) {
                Some(complaint) => reason = (*complaint).to_owned(),
                None if !connection.is_proven() => {
                    reason = "the implementation is connected and has not said anything yet".to_owned();
                }
                None => return Ok(connection.clone()),
            }
        }
        Err(reason)
    }

    /// Returns the last sending call of `key` that was given up, if its response may still come.
    pub(crate) fn overdue(&self, key: ReplyKey) -> Option<Overdue> {
        let inside = self.0.read();
        inside
            .connections
            .iter()
            .filter_map(|connection| connection.overdue(key))
            .max_by_key(|overdue| overdue.since)
    }

    /// The number of live connections.
    pub(crate) fn count(&self) -> usize {
        self.0.read().connections.len()
    }

    /// Returns the implementation's own report of a fault, if that is what keeps the account from working.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        let trouble = self.trouble()?;
        let inside = self.0.read();
        inside
            .complaints
            .values()
            .copied()
            .find(|complaint| **complaint == trouble)
    }

    /// Returns the reason for which the account can't work now; `None` if it can.
    pub(crate) fn trouble(&self) -> Option<String> {
        let inside = self.0.read();
        let mut usable = inside
            .connections
            .iter()
            .filter(|connection| connection.can_call())
            .peekable();
        if usable.peek().is_none() {
            return Some(match &inside.last_loss {
                Some(reason) if inside.connections.is_empty() => reason.clone(),
                _ => "no implementation is connected for sending".to_owned(),
            });
        }
        if !inside.connections.iter().any(|connection| connection.is_proven()) {
            return Some("the implementation is connected and has not said anything yet".to_owned());
        }
        let mut complaint = None;
        for connection in usable {
            match inside.complaints.get(&self_id_of(connection)) {
                None => return None,
                Some(said) => complaint = Some((*said).to_owned()),
            }
        }
        complaint
    }
}

fn self_id_of(connection: &Connection) -> Arc<str> {
    connection.self_id().cloned().unwrap_or_default()
}
