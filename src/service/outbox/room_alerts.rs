//! Alerts about staff rooms that take no notices: in the other rooms, in the log and in `/healthz`.

use super::OutboxState;
use super::repeated_signal::Signal;
use crate::service::alerts::{Alerts, Severity};
use crate::texts::ComposedTexts;
use groupdesk_contract::{Place, clean_line};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Name of the alert that fires while outcomes can't be written.
const OUTCOMES_ALERT: &str = "outbox_store";

/// Rooms that are watched, and the alerts for them.
pub(super) struct Rooms {
    pub(super) rooms: HashSet<Place>,
    pub(super) alerts: Arc<Alerts>,
}

/// Counts of what rooms took, for the notices that they refused before.
#[derive(Default)]
pub(super) struct RoomsWork(Mutex<HashMap<Place, Arc<Signal>>>);

impl RoomsWork {
    /// Returns the signal of a room.
    pub(super) fn of(&self, room: &Place) -> Arc<Signal> {
        Arc::clone(self.0.lock().entry(room.clone()).or_default())
    }

    fn took(&self, room: &Place) {
        if let Some(signal) = self.0.lock().get(room) {
            signal.signal();
        }
    }
}

impl OutboxState {
    /// Fires the alert of a staff room that did not get a notice.
    pub(super) fn room_fails(&self, place: &Place, reason: &str) {
        let Some(watched) = self.rooms.get().filter(|watched| watched.rooms.contains(place)) else {
            return;
        };
        let reason = clean_line(reason);
        let message = ComposedTexts::both().alert_room_fails(place, &reason);
        watched.alerts.fire(&name(place), Severity::Warning, message);
    }

    /// `true` if a channel is a staff room: who writes there is no member who waits.
    pub(super) fn is_staff_room(&self, place: &Place) -> bool {
        self.rooms
            .get()
            .is_some_and(|watched| watched.rooms.contains(place))
    }

    /// Resolves the alert of a staff room that got a notice.
    pub(super) fn room_works(&self, place: &Place) {
        self.rooms_work.took(place);
        if let Some(watched) = self.rooms.get().filter(|watched| watched.rooms.contains(place)) {
            watched.alerts.resolve(&name(place));
        }
    }
}

impl OutboxState {
    /// Fires the alert about outcomes that can't be written: after a crash they would have to be looked up.
    pub(super) fn outcomes_not_written(&self, error: &str) {
        if let Some(watched) = self.rooms.get() {
            let message = ComposedTexts::both().alert_outcomes_not_written(error);
            watched.alerts.fire(OUTCOMES_ALERT, Severity::Warning, message);
        }
    }

    /// Resolves that alert.
    pub(super) fn outcomes_written(&self) {
        if let Some(watched) = self.rooms.get() {
            watched.alerts.resolve(OUTCOMES_ALERT);
        }
    }
}

fn name(place: &Place) -> String {
    format!("staff_room/{place}")
}
