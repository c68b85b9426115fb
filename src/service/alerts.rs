//! Alerts: present faults, shown to everybody who can repair them: in the log, in `/healthz`, and in the staff rooms.
//!
//! An alert has a name (`store`, `clock`, `qq/offline`), fires, and is resolved. Firing again changes its message and
//! sends no second notice; staff rooms get one name at most once in [`TELL_INTERVAL`], so that a fault that comes and
//! goes does not drown them.

use super::routing::Routing;
use crate::desk::Outgoing;
use crate::texts::ComposedTexts;
use groupdesk_contract::{AccountId, ChannelKind, Clock, Place, Reply};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Time for which the staff rooms get no second notice of an alert that fires again.
const TELL_INTERVAL: SignedDuration = SignedDuration::from_mins(10);

/// Texts that wait for a room whose account is away at most; the log and health have them all.
const HELD_MAX: usize = 20;

/// Alerts that are kept by name at most. More than that fire only where somebody makes names up; the log has them all.
const ALERTS_MAX: usize = 1000;

/// Severity of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// An admin should know; nothing is wrong yet.
    Info,
    /// Some members are served worse, or one account is not.
    Warning,
    /// Nobody is answered.
    Critical,
}

impl Severity {
    /// Name in metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// A fault that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Name: lower case, and with the account in front where it is an account's (`qq/offline`).
    pub name: String,
    /// Severity.
    pub severity: Severity,
    /// Description and instruction, for an admin. No secrets, no text of members.
    pub message: String,
    /// Time since which it fires.
    pub since: Timestamp,
    /// `true` if the staff rooms got a notice of it, and will get one when it is over.
    #[serde(skip)]
    told: bool,
}

/// Alerts that fire.
pub struct Alerts {
    clock: Arc<dyn Clock>,
    rooms: Vec<Place>,
    notices: mpsc::Sender<Vec<Outgoing>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    firing: BTreeMap<String, Alert>,
    /// Time at which the staff rooms last got a notice of a name, firing or not.
    told: BTreeMap<String, Timestamp>,
    /// Texts that wait until the account of their room is connected again.
    held: BTreeMap<Place, Vec<String>>,
}

/// Returns the name of the alert that fires while an account is away.
pub(super) fn connection_alert(account: &AccountId) -> String {
    format!("{account}/connection")
}

impl Alerts {
    /// Makes an empty set of alerts. The staff rooms are those of `routing`; notices go to `notices`, the inbox's own
    /// queue.
    pub fn new(clock: Arc<dyn Clock>, routing: &Routing, notices: mpsc::Sender<Vec<Outgoing>>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            rooms: routing.staff_rooms(),
            notices,
            state: Mutex::default(),
        })
    }

    /// Fires an alert. Where one of this name fires already, only its message changes.
    pub fn fire(&self, name: &str, severity: Severity, message: impl Into<String>) {
        self.raise(name, severity, message.into(), true);
    }

    /// Does the same as [`Alerts::fire`], in the log and in health alone.
    pub fn fire_quietly(&self, name: &str, severity: Severity, message: impl Into<String>) {
        self.raise(name, severity, message.into(), false);
    }

    fn raise(&self, name: &str, severity: Severity, message: String, tell: bool) {
        let now = self.clock.now();
        let mut state = self.state.lock();
        if let Some(alert) = state.firing.get_mut(name)
            && alert.severity >= severity
        {
            alert.message = message;
            return;
        }
        match severity {
            Severity::Info | Severity::Warning => tracing::warn!(alert = name, "{message}"),
            Severity::Critical => tracing::error!(alert = name, "{message}"),
        }
        if state.firing.len() >= ALERTS_MAX {
            return;
        }
        // Worse than before is news, however recently they were told.
        let worse = state.firing.remove(name).is_some();
        let told = tell
            && (self.tell_rooms(&mut state, name, now, worse, &format!("[groupdesk] ⚠ {message}")) || worse);
        let alert = Alert {
            name: name.to_owned(),
            severity,
            message,
            since: now,
            told,
        };
        state.firing.insert(name.to_owned(), alert);
    }

    /// Resolves an alert.
    pub fn resolve(&self, name: &str) {
        let resolved = ComposedTexts::both().alert_resolved();
        self.end(name, |alert| format!("{resolved}: {}", alert.message));
    }

    /// Resolves an alert, with a text of its own for those who got a notice of it.
    pub fn resolve_with(&self, name: &str, text: &str) {
        self.end(name, |_| text.to_owned());
    }

    fn end(&self, name: &str, text: impl FnOnce(&Alert) -> String) {
        let mut state = self.state.lock();
        let Some(alert) = state.firing.remove(name) else {
            return;
        };
        tracing::info!(alert = name, since = %alert.since, "resolved");
        if alert.told {
            self.send(&mut state, None, &format!("[groupdesk] ✓ {}", text(&alert)));
        }
    }

    /// Sends the staff rooms a text that is about no present fault.
    pub fn tell(&self, text: &str) {
        self.send(&mut self.state.lock(), None, &format!("[groupdesk] {text}"));
    }

    /// Tells the staff rooms of an alert that fires, however recently they were told of one of its name. The log has it already.
    pub(super) fn announce(&self, name: &str) {
        let now = self.clock.now();
        let mut state = self.state.lock();
        let Some(alert) = state.firing.get_mut(name) else {
            return;
        };
        alert.told = true;
        let text = format!("[groupdesk] ⚠ {}", alert.message);
        self.tell_rooms(&mut state, name, now, true, &text);
    }

    /// Resolves an alert without a notice, so that the next one of its name is told at once.
    pub fn resolve_quietly(&self, name: &str) {
        let mut state = self.state.lock();
        state.firing.remove(name);
        state.told.remove(name);
    }

    /// Returns the alerts that fire, by name.
    pub fn firing(&self) -> Vec<Alert> {
        self.state.lock().firing.values().cloned().collect()
    }

    /// `true` if an alert of this name fires.
    pub fn is_firing(&self, name: &str) -> bool {
        self.state.lock().firing.contains_key(name)
    }

    /// `true` if the staff rooms got a notice of the alert of this name that fires.
    pub(super) fn is_told(&self, name: &str) -> bool {
        self.state.lock().firing.get(name).is_some_and(|alert| alert.told)
    }

    /// Returns the severity of the worst alert; `None` where nothing is wrong.
    pub fn worst(&self) -> Option<Severity> {
        let state = self.state.lock();
        let severities = state.firing.values().map(|alert| alert.severity);
        severities.filter(|severity| *severity > Severity::Info).max()
    }

    /// Sends a notice to the staff rooms unless they got one of this name a short time ago. Returns `true` if it did.
    fn tell_rooms(&self, state: &mut State, name: &str, now: Timestamp, worse: bool, text: &str) -> bool {
        let recently = |told: &Timestamp| now.duration_since(*told).abs() < TELL_INTERVAL;
        state.told.retain(|_, told| recently(told));
        if state.told.contains_key(name) && !worse {
            return false;
        }
        state.told.insert(name.to_owned(), now);
        self.send(state, Some(name), text);
        true
    }

    /// Sends a text to the rooms; [`Alerts::release`] sends it to those whose account is away, or where texts wait
    /// already. `raised` is the alert that begins.
    fn send(&self, state: &mut State, raised: Option<&str>, text: &str) {
        let mut notices = Vec::new();
        for room in &self.rooms {
            let away = connection_alert(&room.account);
            let is_away = raised == Some(away.as_str()) || state.firing.contains_key(&away);
            if is_away || state.held.contains_key(room) {
                let held = state.held.entry(room.clone()).or_default();
                if held.len() < HELD_MAX {
                    held.push(text.to_owned());
                }
            } else {
                notices.push(notice(room, text));
            }
        }
        self.post(notices);
    }

    /// Sends the waiting texts to the rooms whose account is connected again, each room's in one message.
    pub(super) fn release(&self) {
        let mut state = self.state.lock();
        let rooms: Vec<Place> = state.held.keys().cloned().collect();
        let mut notices = Vec::new();
        for room in rooms {
            if !state.firing.contains_key(&connection_alert(&room.account))
                && let Some(held) = state.held.remove(&room)
            {
                notices.push(notice(&room, &held.join("\n")));
            }
        }
        self.post(notices);
    }

    fn post(&self, notices: Vec<Outgoing>) {
        // Never waits: whoever fires may be what the inbox waits for. What finds no place is in the log and in health.
        if !notices.is_empty() && self.notices.try_send(notices).is_err() {
            tracing::warn!("the staff rooms could not be told: too much waits for the inbox");
        }
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts")
            .field("firing", &self.firing())
            .finish_non_exhaustive()
    }
}

/// Makes a message to a staff room that is about no ticket.
pub(super) fn notice(room: &Place, text: &str) -> Outgoing {
    Outgoing {
        reply: Reply::of_text(room.channel.clone(), ChannelKind::Group, text.to_owned()),
        place: room.clone(),
        caller: None,
        about: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::Config;
    use groupdesk_contract::ManualClock;

    pub(in crate::service) fn alerts() -> (Arc<Alerts>, mpsc::Receiver<Vec<Outgoing>>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
        let (notices, heard) = mpsc::channel(16);
        let room = Place {
            account: AccountId::new("qq"),
            channel: groupdesk_contract::ChannelId::new("group:9"),
        };
        let mut alerts = Alerts::new(clock.clone(), &Routing::new(&Config::console()), notices);
        Arc::get_mut(&mut alerts).unwrap().rooms = vec![room];
        (alerts, heard, clock)
    }

    #[test]
    fn a_room_whose_account_was_away_hears_all_of_it_in_one_message() {
        let (mut alerts, mut heard, _) = alerts();
        let there = Place::new("tg", "group:1");
        Arc::get_mut(&mut alerts).unwrap().rooms.push(there.clone());
        alerts.fire("qq/connection", Severity::Warning, "away");
        alerts.fire("qq/sending", Severity::Warning, "stuck");
        alerts.release();
        alerts.resolve("qq/connection");
        alerts.resolve("qq/sending");
        alerts.release();
        alerts.release();
        let told: Vec<Outgoing> = std::iter::from_fn(|| heard.try_recv().ok()).flatten().collect();
        let in_room = |room: &Place| -> Vec<String> {
            let of_it = told.iter().filter(|told| told.place == *room);
            of_it.map(|told| told.reply.text()).collect()
        };
        // Elsewhere each is told when it happens.
        assert_eq!(in_room(&there).len(), 4);
        let back = in_room(&Place::new("qq", "group:9"));
        assert_eq!(back.len(), 1, "{back:?}");
        let lines: Vec<&str> = back[0].lines().collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(
            lines[0].contains("⚠ away") && lines[3].contains("resolved: stuck"),
            "{lines:?}"
        );
        // Then as ever.
        alerts.fire("store", Severity::Warning, "slow");
        assert_eq!(heard.try_recv().unwrap().len(), 2);
    }

    #[test]
    fn a_fault_that_flaps_is_told_once_and_stays_in_health_while_it_fires() {
        let (alerts, mut heard, clock) = alerts();
        alerts.fire("store", Severity::Warning, "slow");
        alerts.fire("store", Severity::Warning, "slower");
        assert_eq!(alerts.firing()[0].message, "slower");
        alerts.fire("store", Severity::Critical, "gone");
        assert_eq!(alerts.worst(), Some(Severity::Critical));
        alerts.resolve("store");
        assert_eq!((alerts.firing().len(), alerts.worst()), (0, None));
        alerts.fire("store", Severity::Critical, "gone again");
        let said: Vec<String> = std::iter::from_fn(|| heard.try_recv().ok())
            .flatten()
            .map(|told| told.reply.text())
            .collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("slow") && said[1].contains("gone") && said[2].contains("resolved"));
        alerts.resolve("store");
        assert!(
            heard.try_recv().is_err(),
            "nobody hears the end of what they did not hear of"
        );
        clock.advance(SignedDuration::from_mins(11));
        alerts.fire("store", Severity::Critical, "a third time");
        assert!(heard.try_recv().unwrap()[0].reply.text().contains("third"));
    }
}
