//! What every event passes on its way into the inbox: how the account stands is noted, clocks that differ are made up for, and
//! what is not committed yet is counted.

use super::alerts::{Alerts, Severity};
use super::connections::{Connection, Connections};
use super::pulse::Pulse;
use super::skew::{Clocks, News};
use super::steps::{Moment, Steps};
use groupdesk_contract::{AccountId, Clock, Event, Incoming};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The alert that fires while the clocks of this machine and of a platform differ.
pub(super) const CLOCK_ALERT: &str = "clock";

/// What is known of the accounts, and whether the inbox lives.
#[derive(Debug)]
pub struct Intake {
    /// How the accounts stand with their platforms.
    pub connections: Arc<Connections>,
    /// Where the inbox shows that it lives.
    pub pulse: Arc<Pulse>,
    clocks: Mutex<Clocks>,
    /// Events that were taken in and are not committed yet.
    uncommitted: AtomicU64,
    /// Events that came when no more were taken in.
    too_late: AtomicU64,
    steps: Steps,
}

impl Intake {
    /// Nothing is known yet.
    pub fn new(connections: Arc<Connections>, pulse: Arc<Pulse>, steps: Steps) -> Self {
        Self {
            connections,
            pulse,
            clocks: Mutex::default(),
            uncommitted: AtomicU64::new(0),
            too_late: AtomicU64::new(0),
            steps,
        }
    }

    /// Notes that events are to be committed.
    pub fn taken(&self, events: usize) {
        self.uncommitted.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// Notes that events are committed.
    pub fn committed(&self, events: usize) {
        self.uncommitted.fetch_sub(events as u64, Ordering::Relaxed);
    }

    /// How many events were taken in and are not committed.
    pub fn uncommitted(&self) -> u64 {
        self.uncommitted.load(Ordering::Relaxed)
    }

    /// Notes an event that came too late to be taken in.
    pub fn came_too_late(&self) {
        self.too_late.fetch_add(1, Ordering::Relaxed);
    }

    /// How many events came too late to be taken in.
    pub fn too_late(&self) -> u64 {
        self.too_late.load(Ordering::Relaxed)
    }

    /// Looks at the clock, and heeds that it was set.
    pub(super) fn look(&self, clock: &dyn Clock) -> Moment {
        let moment = self.steps.look(clock);
        if let Some(step) = moment.step {
            let direction = if step.is_positive() { "ahead" } else { "back" };
            tracing::warn!(by = %span(step.abs()), direction, "the clock of this machine was set");
            self.clocks().set_by(step);
        }
        moment
    }

    /// The time now by the clock as it stood at `moment`.
    pub(super) fn since(&self, moment: Moment, clock: &dyn Clock) -> Timestamp {
        self.steps.since(moment, clock)
    }

    /// Takes note of an event that arrives at `now`, and gives a message the time that it has by our clock.
    pub fn arrived(&self, incoming: &mut Incoming, now: Timestamp, alerts: &Alerts) {
        let account = &incoming.account;
        match &mut incoming.event {
            Event::Connected => {
                self.connections.set(account, Connection::Connected);
                self.clocks().connected(account, Instant::now());
            }
            Event::Disconnected { reason } => {
                let reason = reason.clone();
                self.connections.set(account, Connection::Disconnected { reason });
            }
            // Mails and comments are read when they are read; how old they are says nothing.
            Event::Message(message) if self.connections.has_members(account) => {
                let age = now.duration_since(message.at);
                let found = self.clocks().message(account, Instant::now(), age);
                message.at = message.at.saturating_add(found.correction).unwrap_or(now);
                tell(account, found.news, alerts);
            }
            Event::Message(_)
            | Event::Recall(_)
            | Event::Edit(_)
            | Event::Undelivered(_)
            | Event::Alert(_) => {}
        }
    }

    fn clocks(&self) -> std::sync::MutexGuard<'_, Clocks> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(account: &AccountId, news: News, alerts: &Alerts) {
    match news {
        News::Nothing => {}
        News::Differs(skew) => {
            let by = span(skew.abs());
            let looks = if skew.is_positive() {
                format!("看起来是 {by} 前的 / look {by} old")
            } else {
                format!("看起来来自 {by} 之后 / are {by} in the future")
            };
            let message = format!(
                "{account}: 时钟不一致：新消息{looks} as they arrive; they are answered all the same. 请校准本机时间（timedatectl、NTP），\
                 或平台客户端所在机器的时间 / Set the clock of this machine (timedatectl, NTP), or of the one on which the platform's \
                 client runs"
            );
            alerts.fire(CLOCK_ALERT, Severity::Warning, message);
        }
        News::Agrees => alerts.resolve(CLOCK_ALERT),
        News::CaughtUp(age) => tracing::info!(
            %account,
            age = %span(age),
            "messages from before the connection arrive; what is older than `replay_limit` is not answered"
        ),
    }
}

/// A time in the two largest units, as people say it.
fn span(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
