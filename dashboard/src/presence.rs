//! Users who look at a ticket now, and who types: in memory only, and for moments.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// Time after the last sign of a page from which on nobody is thought to look at it: pages give one every eight seconds.
const GONE: SignedDuration = SignedDuration::from_secs(20);

/// Tickets that are remembered at most.
const TICKETS_MAX: usize = 10_000;

/// A user at a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sign {
    at: Timestamp,
    types: bool,
}

/// Users at tickets.
#[derive(Debug)]
pub(crate) struct TicketViewers {
    tickets: Mutex<BTreeMap<u64, BTreeMap<String, Sign>>>,
    changes: watch::Sender<u64>,
}

/// Somebody else at a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    /// Name of them.
    pub(crate) name: String,
    /// `true` if they type.
    pub(crate) types: bool,
}

impl Default for TicketViewers {
    fn default() -> Self {
        Self {
            tickets: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }
}

impl TicketViewers {
    /// Returns a number that grows when somebody comes, goes, or begins or ends to type.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Records a sign of a user at a ticket.
    pub(crate) fn sign(&self, ticket: u64, user: &str, types: bool, now: Timestamp) {
        let mut tickets = self.tickets.lock();
        if tickets.len() >= TICKETS_MAX && !tickets.contains_key(&ticket) {
            return;
        }
        let there = tickets.entry(ticket).or_default();
        let before = there.insert(user.to_owned(), Sign { at: now, types });
        let is_news =
            before.is_none_or(|before| before.types != types || now.duration_since(before.at) > GONE);
        drop(tickets);
        if is_news {
            self.changed();
        }
    }

    /// Records that a user has left a ticket.
    pub(crate) fn leave(&self, ticket: u64, user: &str) {
        let mut tickets = self.tickets.lock();
        let was_there = tickets
            .get_mut(&ticket)
            .and_then(|there| there.remove(user))
            .is_some();
        drop(tickets);
        if was_there {
            self.changed();
        }
    }

    /// Returns who else is at a ticket.
    pub(crate) fn others(&self, ticket: u64, user: &str, now: Timestamp) -> Vec<Other> {
        let tickets = self.tickets.lock();
        let there = tickets.get(&ticket).into_iter().flatten();
        there
            .filter(|(name, sign)| name.as_str() != user && now.duration_since(sign.at) <= GONE)
            .map(|(name, sign)| Other {
                name: name.clone(),
                types: sign.types,
            })
            .collect()
    }

    /// Forgets those who gave no sign any more.
    pub(crate) fn sweep(&self, now: Timestamp) {
        let mut tickets = self.tickets.lock();
        let mut has_gone = false;
        tickets.retain(|_, there| {
            there.retain(|_, sign| {
                let is_here = now.duration_since(sign.at) <= GONE;
                has_gone |= !is_here;
                is_here
            });
            !there.is_empty()
        });
        drop(tickets);
        if has_gone {
            self.changed();
        }
    }

    fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_seen_while_their_pages_give_signs_and_each_change_is_told_once() {
        let presence = TicketViewers::default();
        let changes = presence.changes();
        let now = Timestamp::UNIX_EPOCH;
        presence.sign(1, "alice", false, now);
        presence.sign(1, "alice", false, now + SignedDuration::from_secs(8));
        assert_eq!(*changes.borrow(), 1);
        assert!(presence.others(1, "alice", now).is_empty() && presence.others(2, "bob", now).is_empty());
        presence.sign(1, "alice", true, now);
        let seen = presence.others(1, "bob", now);
        assert_eq!(
            seen.first().map(|other| (other.name.as_str(), other.types)),
            Some(("alice", true))
        );
        assert_eq!(*changes.borrow(), 2);
        let late = now + GONE + SignedDuration::from_secs(1);
        assert!(presence.others(1, "bob", late).is_empty());
        presence.sweep(late);
        assert_eq!(*changes.borrow(), 3);
        presence.sign(1, "bob", false, late);
        presence.leave(1, "bob");
        presence.leave(1, "bob");
        assert_eq!(*changes.borrow(), 5);
    }
}
