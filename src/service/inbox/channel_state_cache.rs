//! Cache of the channel states in use, so that a busy channel is not read from the store for every message.

use crate::desk::ChannelState;
use groupdesk_contract::Place;
use std::collections::HashMap;

/// States that are cached; each takes a few hundred bytes, and the store has them all.
const STATES_MAX: usize = 8192;

/// A cache of channel states that drops the half not used lately when it is full.
#[derive(Debug, Default)]
pub(super) struct States {
    held: HashMap<Place, (u64, ChannelState)>,
    used: u64,
}

impl States {
    /// Takes out the state of a channel to be changed; [`States::put`] brings the new one.
    pub(super) fn take(&mut self, place: &Place) -> Option<ChannelState> {
        self.held.remove(place).map(|(_, state)| state)
    }

    /// `true` if a channel's state is cached.
    pub(super) fn has(&self, place: &Place) -> bool {
        self.held.contains_key(place)
    }

    /// Caches a channel's state.
    pub(super) fn put(&mut self, place: Place, state: ChannelState) {
        self.used += 1;
        if self.held.len() >= STATES_MAX {
            let half = STATES_MAX as u64 / 2;
            let oldest = self.used.saturating_sub(half);
            self.held.retain(|_, (used, _)| *used >= oldest);
        }
        self.held.insert(place, (self.used, state));
    }
}
