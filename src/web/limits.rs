//! How many connections there are, in all and of one address, so that nobody can take the others' place.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places that only callers of this machine get, in a part of all: what looks at health mostly stands here.
const RESERVED_PART: usize = 8;

/// One address gets at most this part of all.
const PEER_PART: usize = 2;

/// The connections that are open.
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
    /// Somebody was told that connections are refused, and not yet that this is over.
    told: bool,
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are too many.
    Full {
        /// How many there may be.
        max: usize,
    },
    /// There are too many from this address.
    FullForPeer {
        /// How many there may be.
        max: usize,
    },
}

/// The place of one connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Connections,
    peer: IpAddr,
}

impl Connections {
    /// None yet, and never more than `max`.
    pub(super) fn new(max: usize) -> Self {
        Self(Arc::new(Inner {
            max,
            state: Mutex::default(),
        }))
    }

    /// Takes a place for a connection of `peer`.
    pub(super) fn enter(&self, peer: IpAddr) -> Result<Place, Refused> {
        let max = self.0.max;
        let peer = peer.to_canonical();
        let mut state = self.state();
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
        Ok(Place {
            connections: self.clone(),
            peer,
        })
    }

    /// Whether somebody is to be told that connections are refused: the first time since it was over.
    pub(super) fn tell_refusal(&self) -> bool {
        !std::mem::replace(&mut self.state().told, true)
    }

    /// Whether somebody is to be told that it is over: when half of what there may be of one address is free again.
    pub(super) fn tell_relief(&self) -> bool {
        let mut state = self.state();
        let relieved = state.told && state.open <= self.0.max / PEER_PART / 2;
        state.told &= !relieved;
        relieved
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.connections.state();
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
        let mut places: Vec<Place> = (0..8).map(|_| connections.enter(address(1)).unwrap()).collect();
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
        let state = connections.state();
        assert_eq!((state.open, state.of_peer.len()), (0, 0));
    }
}
