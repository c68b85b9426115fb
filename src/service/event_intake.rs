//! First stop of every event on its way into the inbox: records connection states, corrects times where clocks differ,
//! and counts uncommitted events.

use super::alerts::{Alerts, Severity};
use super::clock_skew::{Clocks, SkewReport};
use super::clock_steps::{ClockReading, ClockSteps};
use super::connections::Connections;
use super::heartbeat::Heartbeat;
use super::held_messages::{ExpiredMessage, HandedBack, HeldMessages};
use super::inbox_metrics::Meters;
use crate::texts::ComposedTexts;
use groupdesk_contract::{AccountId, Clock, Event, Incoming, Message, clean_line};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Name of the alert that fires while the clocks of this machine and of a platform differ.
pub(super) const CLOCK_ALERT: &str = "clock";

/// Name of the alert that fires after messages that call the bot were too old to be answered.
pub(super) const UNANSWERED_ALERT: &str = "unanswered";

/// Earliest plausible time (2010): none of the platforms' messages is older.
const EARLIEST: Timestamp = Timestamp::constant(1_262_304_000, 0);

/// Distance into the future from which on a time is implausible, whatever clocks differ by.
const FUTURE_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Unanswered messages that the alert lists at most.
const UNANSWERED_NAMED: usize = 5;

/// State of the accounts, and signs of life of the inbox.
#[derive(Debug)]
pub struct Intake {
    /// Connection states of the accounts.
    pub connections: Arc<Connections>,
    /// Signs of life of the inbox.
    pub pulse: Arc<Heartbeat>,
    clocks: Mutex<Clocks>,
    /// Messages that were kept quiet as too old and may be new after all.
    held: Mutex<HeldMessages>,
    /// Events that were taken in and are not committed yet.
    uncommitted: AtomicU64,
    /// Events that came after the last ones were taken in.
    too_late: AtomicU64,
    steps: ClockSteps,
    /// Counters of the inbox for the metrics.
    pub(super) meters: Meters,
}

impl Intake {
    /// Makes an intake that knows nothing yet.
    pub fn new(connections: Arc<Connections>, pulse: Arc<Heartbeat>, steps: ClockSteps) -> Self {
        Self {
            connections,
            pulse,
            clocks: Mutex::default(),
            held: Mutex::default(),
            uncommitted: AtomicU64::new(0),
            too_late: AtomicU64::new(0),
            steps,
            meters: Meters::default(),
        }
    }

    /// Makes the metrics count by channel, or not.
    #[must_use]
    pub(super) fn counting_channels(self, by_channel: bool) -> Self {
        Self {
            meters: Meters::new(by_channel),
            ..self
        }
    }

    /// Counts events that are to be committed.
    pub fn taken(&self, events: usize) {
        self.uncommitted.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// Counts events that are committed.
    pub fn committed(&self, events: usize) {
        self.uncommitted.fetch_sub(events as u64, Ordering::Relaxed);
    }

    /// Returns the number of events that were taken in and are not committed.
    pub fn uncommitted(&self) -> u64 {
        self.uncommitted.load(Ordering::Relaxed)
    }

    /// Counts an event that came too late to be taken in.
    pub fn came_too_late(&self) {
        self.too_late.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of events that came too late to be taken in.
    pub fn too_late(&self) -> u64 {
        self.too_late.load(Ordering::Relaxed)
    }

    /// Reads the clock, and adapts to a step of it.
    pub(super) fn look(&self, clock: &dyn Clock) -> ClockReading {
        let moment = self.steps.look(clock);
        if let Some(step) = moment.step {
            let direction = if step.is_positive() { "ahead" } else { "back" };
            tracing::warn!(by = %span(step.abs()), direction, "the clock of this machine was set");
            self.clocks.lock().set_by(step);
        }
        moment
    }

    /// Returns the time now by the clock as it stood at `moment`.
    pub(super) fn since(&self, moment: ClockReading, clock: &dyn Clock) -> Timestamp {
        self.steps.since(moment, clock)
    }

    /// Records an event that arrives at `now`, and gives a message the time that it has by our clock. Where it proves
    /// that clocks differ, returns the messages that were kept quiet as too old before, to be decided before it.
    pub(super) fn arrived(
        &self,
        incoming: &mut Incoming,
        now: Timestamp,
        alerts: &Alerts,
    ) -> Vec<HandedBack> {
        let account = &incoming.account;
        if !matches!(incoming.event, Event::State(_) | Event::Alert(_)) {
            self.connections.record_event(account, now);
        }
        for at in times(&mut incoming.event) {
            if *at < EARLIEST || at.duration_since(now) > FUTURE_MAX {
                tracing::debug!(%account, time = %*at, "an event tells a time that can't be; it is taken as of now");
                *at = now;
            }
        }
        match &mut incoming.event {
            Event::State(state) => {
                if state.is_connected() {
                    self.clocks.lock().connected(account, Instant::now());
                }
                self.connections.set(account, state.clone());
            }
            // Mails and comments are read when they are read; how old they are says nothing.
            Event::Message(message) if self.connections.has_members(account) => {
                let age = now.duration_since(message.at);
                let found = self.clocks.lock().message(account, Instant::now(), age);
                message.at = message.at.saturating_add(found.correction).unwrap_or(now);
                tell(account, found.news, alerts);
                if let SkewReport::Differs(skew) = found.news {
                    return self.held.lock().release(account, skew, Instant::now());
                }
            }
            Event::Message(_)
            | Event::Recall(_)
            | Event::Edit(_)
            | Event::Undelivered(_)
            | Event::Alert(_) => {}
        }
        Vec::new()
    }

    /// Holds a message that was kept quiet as too old at `now`, while it is not known whether clocks differ.
    pub(super) fn kept_quiet(&self, account: &AccountId, message: &Message, now: Timestamp) {
        if self.connections.has_members(account) && !self.clocks.lock().differ(account) {
            let age = now.duration_since(message.at);
            self.held.lock().hold(account, message, age, Instant::now());
        }
    }

    /// Tells staff of messages that call the bot, were too old to be answered, and did not prove to be new. Returns
    /// `true` if there were any.
    pub(super) fn tell_unanswered(&self, alerts: &Alerts) -> bool {
        let unanswered = self.held.lock().unanswered(Instant::now());
        for (account, messages) in &unanswered {
            let message = unanswered_notice(account, messages);
            alerts.fire_quietly(UNANSWERED_ALERT, Severity::Warning, message.clone());
            alerts.tell(&format!("⚠ {message}"));
        }
        !unanswered.is_empty()
    }
}

/// Returns the times that a platform tells with an event.
fn times(event: &mut Event) -> Vec<&mut Timestamp> {
    match event {
        Event::Message(message) => vec![&mut message.at],
        Event::Edit(edit) => vec![&mut edit.message.at, &mut edit.at],
        Event::Recall(recall) => vec![&mut recall.at],
        Event::Undelivered(_) | Event::State(_) | Event::Alert(_) => Vec::new(),
    }
}

fn tell(account: &AccountId, news: SkewReport, alerts: &Alerts) {
    match news {
        SkewReport::Nothing => {}
        SkewReport::Differs(skew) => {
            let by = span(skew.abs());
            let looks = if skew.is_positive() {
                ComposedTexts::both().alert_clock_behind(&by)
            } else {
                ComposedTexts::both().alert_clock_ahead(&by)
            };
            alerts.fire(CLOCK_ALERT, Severity::Warning, format!("{account}: {looks}"));
        }
        SkewReport::Agrees => alerts.resolve(CLOCK_ALERT),
        SkewReport::CaughtUp(age) => tracing::info!(
            %account,
            age = %span(age),
            "messages from before the connection arrive; what is older than `replay_limit` is not answered"
        ),
    }
}

fn unanswered_notice(account: &AccountId, messages: &[ExpiredMessage]) -> String {
    let named: Vec<String> = messages
        .iter()
        .take(UNANSWERED_NAMED)
        .map(|message| {
            let (channel, sender) = (&message.channel, clean_line(&message.sender));
            format!("{account}/{channel} {sender}（{}）", span(message.age.abs()))
        })
        .collect();
    let more = if messages.len() > named.len() {
        "……"
    } else {
        ""
    };
    let named = named.join("、") + more;
    let told = ComposedTexts::both().alert_too_old_to_answer(messages.len(), &named);
    format!("{account}: {told}")
}

/// Renders a time in its two largest units.
fn span(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
