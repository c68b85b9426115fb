//! Limits of connections, in all and from one address, so that nobody can take the others' place.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Part of all places for callers of this machine only: monitors of health mostly run here.
const RESERVED_PART: usize = 8;

/// Part of all places that one address gets at most.
const PEER_PART: usize = 2;

/// Open connections.
#[derive(Debug, Clone)]
pub(super) struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    of_peer: HashMap<IpAddr, usize>,
    /// `true` if refusals were reported, and not yet that they are over.
    told: bool,
}

/// Reason to refuse a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are too many connections.
    Full {
        /// Limit of connections.
        max: usize,
    },
    /// There are too many connections from this address.
    FullForPeer {
        /// Limit of connections from one address.
        max: usize,
    },
}

/// The place of one connection, until it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    connections: Connections,
    peer: IpAddr,
}

impl Connections {
    /// Makes an empty set of at most `max`.
    pub(super) fn new(max: usize) -> Self {
        Self(Arc::new(Inner {
            max,
            state: Mutex::default(),
        }))
    }

    /// Takes a place for a connection of `peer`.
    ///
    /// # Errors
    /// [`Refused`] when there are too many connections, in all or from its address.
    pub(super) fn enter(&self, peer: IpAddr) -> Result<ConnectionPermit, Refused> {
        let max = self.0.max;
        let peer = peer.to_canonical();
        let mut state = self.0.state.lock();
        let reserved = if peer.is_loopback() {
            0
        } else {
            max / RESERVED_PART
        };
        if state.open >= max - reserved {
            return Err(Refused::Full { max });
        }
        let max = (max / PEER_PART).max(1);
        let of_peer = state.of_peer.entry(peer).or_default();
        if *of_peer >= max {
            return Err(Refused::FullForPeer { max });
        }
        *of_peer += 1;
        state.open += 1;
        Ok(ConnectionPermit {
            connections: self.clone(),
            peer,
        })
    }

    /// `true` if refusals are to be reported: the first time since they were over.
    pub(super) fn tell_refusal(&self) -> bool {
        !std::mem::replace(&mut self.0.state.lock().told, true)
    }

    /// `true` if the end of refusals is to be reported: half of the places for one address are free again.
    pub(super) fn tell_relief(&self) -> bool {
        let mut state = self.0.state.lock();
        let relieved = state.told && state.open <= self.0.max / PEER_PART / 2;
        state.told &= !relieved;
        relieved
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut state = self.connections.0.state.lock();
        state.open = state.open.saturating_sub(1);
        if let Some(of_peer) = state.of_peer.get_mut(&self.peer) {
            *of_peer = of_peer.saturating_sub(1);
            if *of_peer == 0 {
                state.of_peer.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_never_takes_all_and_this_machine_always_finds_a_place() {
        let connections = Connections::new(16);
        let address = |last: u8| IpAddr::from([192, 0, 2, last]);
        let mut places: Vec<ConnectionPermit> =
            (0..8).map(|_| connections.enter(address(1)).unwrap()).collect();
        assert_eq!(
            connections.enter(address(1)).unwrap_err(),
            Refused::FullForPeer { max: 8 }
        );
        places.extend((2..8).map(|last| connections.enter(address(last)).unwrap()));
        assert_eq!(
            connections.enter(address(9)).unwrap_err(),
            Refused::Full { max: 16 }
        );
        assert!(connections.tell_refusal() && !connections.tell_refusal() && !connections.tell_relief());
        places.push(connections.enter(IpAddr::from([127, 0, 0, 1])).unwrap());
        places.truncate(4);
        connections.enter(address(9)).unwrap();
        assert!(connections.tell_relief() && !connections.tell_relief());
        drop(places);
        let state = connections.0.state.lock();
        assert_eq!((state.open, state.of_peer.len()), (0, 0));
    }
}
