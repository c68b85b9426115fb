//! Lease of a desk in a database that several nodes share: what a node may do at which moment, as a pure function of what the database
//! answered and when it was asked. `postgres/desk_lease_renewal.rs` asks it.
//!
//! One node holds a desk until a time by the database's clock. It renews that every [`RENEWAL_INTERVAL`], and trusts itself for
//! [`HOLDER_TRUST_TIME`] from the moment at which it *asked* for its last good renewal, by a clock that nobody sets. The database lets nobody else
//! have the desk for [`LEASE_TERM`] from the moment at which it *answered*, which is later: two nodes never trust themselves at once. A
//! node that was stopped in between, or cut off, finds that its trust is over: it waits until the database says that it still is the
//! holder, or that it is not. What it had begun to commit is refused by the epoch, which grows with each holder.

use std::time::Duration;

/// Time for which the database leaves a desk to its holder.
pub(super) const LEASE_TERM: Duration = Duration::from_secs(6);

/// Interval at which a holder renews.
pub(super) const RENEWAL_INTERVAL: Duration = Duration::from_secs(2);

/// Time from the question for the last good renewal for which a holder trusts itself.
pub(super) const HOLDER_TRUST_TIME: Duration = Duration::from_secs(5);

/// Interval at which a standby asks for the desk: a holder that ends in good order gives it back.
pub(super) const STANDBY_INTERVAL: Duration = Duration::from_millis(500);

/// Interval at which a holder asks again after a renewal that failed.
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// Interval at which a standby asks again after the database failed.
const STANDBY_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// A moment, by a clock of this node that nobody sets.
pub(super) type LeaseMoment = Duration;

/// Question to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeaseQuestion {
    /// May we have the desk?
    Take,
    /// May we keep it?
    Renew {
        /// Epoch in which we hold it.
        epoch: i64,
    },
}

/// Answer of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeaseAnswer {
    /// It is ours, in this epoch.
    Ours {
        /// The epoch.
        epoch: i64,
    },
    /// Another node holds it.
    Another,
    /// It said nothing, or failed.
    Nothing,
}

/// Standing of this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeRole {
    /// It waits for the desk.
    Standby,
    /// It holds the desk.
    Holder {
        /// Epoch in which it does.
        epoch: i64,
        /// Moment from which on it no longer trusts itself.
        until: LeaseMoment,
    },
    /// It holds the desk as far as it knows, and does not act for it until the database says that nobody else does.
    Doubtful {
        /// Epoch in which it does.
        epoch: i64,
    },
    /// It held the desk, and another node does now.
    Over,
}

/// Lease of a desk, as this node knows it.
#[derive(Debug, Clone)]
pub(super) struct DeskLease {
    standing: NodeRole,
    next: LeaseMoment,
}

impl DeskLease {
    /// Begins as a standby.
    pub(super) fn new(now: LeaseMoment) -> Self {
        Self {
            standing: NodeRole::Standby,
            next: now,
        }
    }

    /// Returns the standing at a moment.
    pub(super) fn standing(&mut self, now: LeaseMoment) -> NodeRole {
        if let NodeRole::Holder { epoch, until } = self.standing
            && now >= until
        {
            self.standing = NodeRole::Doubtful { epoch };
        }
        self.standing
    }

    /// Returns the moment of the next question, or of the end of the trust.
    pub(super) fn next(&self) -> LeaseMoment {
        match self.standing {
            NodeRole::Holder { until, .. } => self.next.min(until),
            NodeRole::Standby | NodeRole::Doubtful { .. } => self.next,
            NodeRole::Over => LeaseMoment::MAX,
        }
    }

    /// Returns the question that is due.
    pub(super) fn question(&mut self, now: LeaseMoment) -> Option<LeaseQuestion> {
        match self.standing(now) {
            _ if now < self.next => None,
            NodeRole::Standby => Some(LeaseQuestion::Take),
            NodeRole::Holder { epoch, .. } | NodeRole::Doubtful { epoch } => {
                Some(LeaseQuestion::Renew { epoch })
            }
            NodeRole::Over => None,
        }
    }

    /// Records an answer: to a question that was asked at `asked`, and which is here now.
    pub(super) fn answered(&mut self, asked: LeaseMoment, now: LeaseMoment, answer: LeaseAnswer) {
        match (self.standing(now), answer) {
            // An answer that took longer than the trust lasts says nothing about this moment; it begins as a doubt.
            (NodeRole::Standby, LeaseAnswer::Ours { epoch }) => self.hold(epoch, asked),
            (NodeRole::Standby, LeaseAnswer::Another) => self.next = now + STANDBY_INTERVAL,
            // Where the database was away for everybody, the holder comes first: it has messages in hand.
            (NodeRole::Standby, LeaseAnswer::Nothing) => self.next = now + STANDBY_AFTER_FAILURE,
            (
                NodeRole::Holder { epoch, .. } | NodeRole::Doubtful { epoch },
                LeaseAnswer::Ours { epoch: ours },
            ) if epoch == ours => {
                self.hold(epoch, asked);
            }
            (NodeRole::Holder { .. } | NodeRole::Doubtful { .. }, LeaseAnswer::Nothing) => {
                self.next = now + RETRY_INTERVAL;
            }
            (NodeRole::Holder { .. } | NodeRole::Doubtful { .. }, _) => self.standing = NodeRole::Over,
            (NodeRole::Over, _) => {}
        }
    }

    fn hold(&mut self, epoch: i64, asked: LeaseMoment) {
        self.standing = NodeRole::Holder {
            epoch,
            until: asked + HOLDER_TRUST_TIME,
        };
        self.next = asked + RENEWAL_INTERVAL;
    }
}

#[cfg(test)]
mod tests;
