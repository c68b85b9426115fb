//! Watchdog: a thread of its own that checks if the program still serves, and fires an alert where it does not. No other
//! part has to be able to run for that.

use super::alerts::{Alerts, Severity, connection_alert};
use super::connections::{Connections, Served};
use super::health::status;
use super::heartbeat::Heartbeat;
use super::inbox::STORE_ALERT;
use super::outbox::Outbox;
use super::process_faults::Faults;
use super::systemd::ServiceManager;
use crate::texts::ComposedTexts;
use crate::web::STUCK_ALERTS;
use groupdesk_contract::{AccountId, Clock, Incoming, clean_line};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::WeakSender;

/// Interval of the checks.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Interval of the runtime's signs of life.
const BEAT_INTERVAL: Duration = Duration::from_millis(500);

/// Time that a batch may be in hand, or the runtime silent, before it is stuck. Longer than any wait of a batch.
const STUCK_AFTER: Duration = Duration::from_secs(15);

/// Time after which health says that a batch or the runtime is slow: nobody is answered meanwhile. No room is told: it passes, or it is
/// stuck.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// Time for which nobody may be served before a critical alert.
const NOBODY_AFTER: Duration = Duration::from_secs(15);

/// Time for which a panic, or lost log lines, stay an alert.
const ALERT_KEPT_FOR: Duration = Duration::from_secs(600);

/// Earliest time that this machine's clock can tell: no version of the program is older.
const EARLIEST: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Name of the alert of a clock that tells an earlier one.
const PAST_ALERT: &str = "clock-past";

/// Parts that are watched.
pub(super) struct Watched {
    pub(super) alerts: Arc<Alerts>,
    pub(super) connections: Arc<Connections>,
    pub(super) pulse: Arc<Heartbeat>,
    pub(super) faults: Arc<Faults>,
    /// Queue of the inbox, for the number of events in it.
    pub(super) events: WeakSender<Incoming>,
    pub(super) outbox: Weak<Outbox>,
    pub(super) clock: Arc<dyn Clock>,
}

/// The thread; it ends when this is dropped.
pub(super) struct Watchdog {
    _stop: Sender<()>,
}

impl Watchdog {
    /// Begins to watch. To be called in the runtime that is watched.
    ///
    /// # Errors
    /// Fails when the machine has no more threads.
    pub(super) fn start(watched: Watched) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let pulse = Arc::clone(&watched.pulse);
        pulse.beat();
        tokio::spawn(async move {
            // The watchdog has the other one; with it, the program ends.
            while Arc::strong_count(&pulse) > 1 {
                pulse.beat();
                tokio::time::sleep(BEAT_INTERVAL).await;
            }
        });
        std::thread::Builder::new()
            .name("watchdog".to_owned())
            .spawn(move || {
                let mut state = WatchdogState::default();
                let mut manager = ServiceManager::of_process();
                while stopped.recv_timeout(LOOK_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    state.look(&watched);
                    manager.tell(decides(&watched.alerts), &in_words(&watched));
                }
            })?;
        Ok(Self { _stop: stop })
    }
}

/// Findings of the last check.
#[derive(Default)]
struct WatchdogState {
    down: BTreeSet<AccountId>,
    stalled: BTreeSet<AccountId>,
    behind: BTreeSet<AccountId>,
    lost_answers: BTreeSet<AccountId>,
    /// Time at which the store was last seen to fail.
    store_failed: Option<Instant>,
    nobody_since: Option<Instant>,
    lost_log_lines: u64,
    lost_at: Option<Instant>,
    panics: u64,
    panicked_at: Option<Instant>,
    in_the_past: bool,
}

impl WatchdogState {
    fn look(&mut self, watched: &Watched) {
        self.look_for_stuck(watched);
        self.look_at_connections(watched);
        self.look_at_sending(watched);
        self.look_at_faults(watched);
        self.look_at_clock(watched);
        watched.alerts.release();
    }

    fn look_at_connections(&mut self, watched: &Watched) {
        let down = watched.connections.down();
        let mut names = BTreeSet::new();
        for down in down {
            let account = &down.account;
            let message = format!(
                "{account}: {}: {}",
                ComposedTexts::both().alert_not_connected(),
                down.reason
            );
            let name = connection_alert(account);
            watched.alerts.fire(&name, Severity::Warning, message);
            names.insert(down.account);
        }
        for account in self.down.difference(&names) {
            watched.alerts.resolve(&connection_alert(account));
        }
        self.down = names;
        if watched.connections.served() == Served::Nobody {
            let since = *self.nobody_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= NOBODY_AFTER && !self.down.is_empty() {
                let message = ComposedTexts::both().alert_nobody_connected();
                watched.alerts.fire("connections", Severity::Critical, message);
            }
        } else if self.nobody_since.take().is_some() {
            watched.alerts.resolve("connections");
        }
    }

    /// Checks that connected accounts can send: a platform may refuse or swallow everything.
    fn look_at_sending(&mut self, watched: &Watched) {
        let Some(outbox) = watched.outbox.upgrade() else {
            return;
        };
        let connections = &watched.connections;
        let mut stalled = outbox.stalled();
        stalled.retain(|stalled| connections.is_connected(&stalled.account));
        let names: BTreeSet<AccountId> = stalled.iter().map(|stalled| stalled.account.clone()).collect();
        let nobody = connections.is_all_that_serve(&names);
        let severity = if nobody {
            Severity::Critical
        } else {
            Severity::Warning
        };
        for stalled in stalled {
            let (account, seconds) = (&stalled.account, stalled.lasts.as_secs());
            let message = format!(
                "{account}: {}: {}",
                ComposedTexts::both().alert_cannot_send(seconds, stalled.failing),
                clean_line(&stalled.reason),
            );
            watched.alerts.fire(&sending(account), severity, message);
        }
        for account in self.stalled.difference(&names) {
            watched.alerts.resolve(&sending(account));
        }
        self.stalled = names;
        self.look_for_behind(&outbox, watched);
        self.look_for_lost_answers(&outbox, watched);
    }

    /// Checks for answers that were given up: somebody asked, and got nothing.
    fn look_for_lost_answers(&mut self, outbox: &Outbox, watched: &Watched) {
        let lost = outbox.lost_answers();
        for lost in &lost {
            let places: Vec<String> = lost.places.iter().map(ToString::to_string).collect();
            let reason = clean_line(&lost.reason);
            let message = ComposedTexts::both().alert_answers_lost(lost.count, &places.join(", "), &reason);
            watched
                .alerts
                .fire(&undelivered(&lost.account), Severity::Warning, message);
        }
        let names = lost.into_iter().map(|lost| lost.account).collect();
        for account in self.lost_answers.difference(&names) {
            watched.alerts.resolve_quietly(&undelivered(account));
        }
        self.lost_answers = names;
    }

    /// Checks that an account that sends again has also sent what failed before.
    fn look_for_behind(&mut self, outbox: &Outbox, watched: &Watched) {
        let mut behind = outbox.behind();
        behind.retain(|behind| watched.connections.is_connected(&behind.account));
        for behind in &behind {
            let said = ComposedTexts::both().alert_replies_wait(behind.failing, behind.lasts.as_secs());
            let message = format!("{}: {said}", behind.account);
            let name = waiting(&behind.account);
            watched.alerts.fire_quietly(&name, Severity::Warning, message);
        }
        let names = behind.into_iter().map(|behind| behind.account).collect();
        for account in self.behind.difference(&names) {
            watched.alerts.resolve_quietly(&waiting(account));
        }
        self.behind = names;
    }

    /// Checks for a stuck batch. One that waits for a store that fails is not stuck, and would be lost with a restart.
    fn look_for_stuck(&mut self, watched: &Watched) {
        if watched.alerts.is_firing(STORE_ALERT) {
            self.store_failed = Some(Instant::now());
            watched.alerts.resolve_quietly("inbox");
        }
        let since_store = self.store_failed.map_or(Duration::MAX, |at| at.elapsed());
        look_for_stuck(watched, since_store);
    }

    /// Checks that the clock can be right at all: years away from the platforms' times it can't be compared with them.
    fn look_at_clock(&mut self, watched: &Watched) {
        let now = watched.clock.now();
        let before = std::mem::replace(&mut self.in_the_past, now < EARLIEST);
        if self.in_the_past && !before {
            let date = now.strftime("%Y-%m-%d").to_string();
            let message = ComposedTexts::both().alert_clock_in_the_past(&date);
            watched.alerts.fire(PAST_ALERT, Severity::Warning, message);
        } else if before && !self.in_the_past {
            watched.alerts.resolve(PAST_ALERT);
        }
    }

    fn look_at_faults(&mut self, watched: &Watched) {
        let lost = watched.faults.lost_log_lines();
        if lost > self.lost_log_lines {
            self.lost_log_lines = lost;
            self.lost_at = Some(Instant::now());
            let message = ComposedTexts::both().alert_log_lost(lost);
            watched.alerts.fire("log", Severity::Warning, message);
        } else if self.lost_at.take_if(|at| at.elapsed() > ALERT_KEPT_FOR).is_some() {
            watched.alerts.resolve("log");
        }
        let panics = watched.faults.panics();
        if panics.count > self.panics {
            self.panics = panics.count;
            self.panicked_at = Some(Instant::now());
            let message = format!(
                "{}: {} ({} in all)",
                ComposedTexts::both().alert_panic(),
                panics.last,
                panics.count
            );
            watched.alerts.fire("panic", Severity::Warning, message);
        } else if self
            .panicked_at
            .take_if(|at| at.elapsed() > ALERT_KEPT_FOR)
            .is_some()
        {
            watched.alerts.resolve_quietly("panic");
        }
    }
}

/// True while messages are decided and committed, and while a restart would mend nothing: a program that is stuck is started again.
fn decides(alerts: &Alerts) -> bool {
    !STUCK_ALERTS.iter().any(|name| alerts.is_firing(name))
}

/// The program's status in a line.
fn in_words(watched: &Watched) -> String {
    let mut words = status(watched.alerts.worst(), watched.connections.served()).to_owned();
    let firing = watched.alerts.firing().into_iter();
    for (at, alert) in firing.filter(|alert| alert.severity > Severity::Info).enumerate() {
        words.push_str(if at == 0 { ": " } else { ", " });
        words.push_str(&alert.name);
    }
    words
}

fn sending(account: &AccountId) -> String {
    format!("{account}/sending")
}

fn undelivered(account: &AccountId) -> String {
    format!("{account}/undelivered")
}

fn waiting(account: &AccountId) -> String {
    format!("{account}/waiting")
}

fn look_for_stuck(watched: &Watched, since_store_failed: Duration) {
    let in_hand = watched.pulse.in_hand_for();
    match in_hand.filter(|age| since_store_failed.min(*age) >= STUCK_AFTER) {
        None => watched.alerts.resolve("inbox"),
        Some(age) => {
            let waiting = watched.events.upgrade();
            let waiting = waiting.map_or(0, |events| events.max_capacity() - events.capacity());
            let message = ComposedTexts::both().alert_inbox_stuck(age.as_secs(), waiting);
            watched.alerts.fire("inbox", Severity::Critical, message);
        }
    }
    let silent = watched.pulse.beat_ago();
    let slow = in_hand.map_or(silent, |age| since_store_failed.min(age).max(silent));
    if (SLOW_AFTER..STUCK_AFTER).contains(&slow) {
        let message = ComposedTexts::both().alert_inbox_slow(slow.as_secs());
        watched.alerts.fire_quietly("slow", Severity::Warning, message);
    } else {
        watched.alerts.resolve("slow");
    }
    match Some(silent).filter(|ago| *ago >= STUCK_AFTER) {
        None => watched.alerts.resolve("runtime"),
        Some(ago) => {
            let message = ComposedTexts::both().alert_program_stuck(ago.as_secs());
            watched.alerts.fire("runtime", Severity::Critical, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::service::routing::Routing;
    use groupdesk_contract::AccountState;
    use groupdesk_contract::{ManualClock, SystemClock};

    struct World {
        alerts: Arc<Alerts>,
        watched: Watched,
        _events: tokio::sync::mpsc::Sender<Incoming>,
    }

    impl World {
        fn new(pulse: Heartbeat) -> Self {
            let (notices, _heard) = tokio::sync::mpsc::channel(16);
            let routing = Routing::new(&Config::console());
            let alerts = Alerts::new(Arc::new(SystemClock), &routing, notices);
            let (events, _taken) = tokio::sync::mpsc::channel(1);
            let watched = Watched {
                alerts: Arc::clone(&alerts),
                connections: Arc::new(Connections::new(Arc::new(SystemClock))),
                pulse: Arc::new(pulse),
                faults: Arc::default(),
                events: events.downgrade(),
                outbox: Weak::new(),
                clock: Arc::new(SystemClock),
            };
            Self {
                alerts,
                watched,
                _events: events,
            }
        }

        fn firing(&self) -> Vec<String> {
            let firing = self.alerts.firing();
            firing.into_iter().map(|alert| alert.name).collect()
        }
    }

    #[test]
    fn a_program_in_which_nothing_runs_or_a_batch_never_ends_is_told_and_so_is_its_end() {
        let world = World::new(Heartbeat::stuck_for(STUCK_AFTER).unwrap());
        let mut state = WatchdogState::default();
        state.look(&world.watched);
        assert_eq!(world.firing(), ["inbox", "runtime"]);
        assert_eq!(world.alerts.worst(), Some(Severity::Critical));
        assert!(!decides(&world.alerts));
        // The runtime goes on, and still the batch is in hand.
        world.watched.pulse.beat();
        state.look(&world.watched);
        assert_eq!(world.firing(), ["inbox"]);
        assert!(!decides(&world.alerts));
        assert_eq!(in_words(&world.watched), "failing: inbox");
        drop(world.watched.pulse.in_hand());
        state.look(&world.watched);
        assert_eq!(world.firing(), [""; 0]);
        assert!(decides(&world.alerts));
    }

    #[test]
    fn a_batch_that_waits_for_the_store_is_not_called_stuck() {
        let world = World::new(Heartbeat::stuck_for(STUCK_AFTER * 4).unwrap());
        world.watched.pulse.beat();
        let mut state = WatchdogState::default();
        world
            .alerts
            .fire(STORE_ALERT, Severity::Critical, "the disk is full");
        state.look(&world.watched);
        assert_eq!(world.firing(), [STORE_ALERT]);
        assert!(decides(&world.alerts), "what waits would be lost with a restart");
        // The store works for a moment, and the batch has the time that it would have had.
        world.alerts.resolve(STORE_ALERT);
        state.look(&world.watched);
        assert_eq!(world.firing(), [""; 0]);
        state.store_failed = Instant::now().checked_sub(STUCK_AFTER);
        state.look(&world.watched);
        assert_eq!(world.firing(), ["inbox"]);
        // Where it is the store after all, nothing says to restart.
        world
            .alerts
            .fire(STORE_ALERT, Severity::Critical, "the disk is full");
        state.look(&world.watched);
        assert_eq!(world.firing(), [STORE_ALERT]);
    }

    #[test]
    fn what_is_slow_is_not_called_ok_and_no_room_is_told() {
        let world = World::new(Heartbeat::stuck_for(SLOW_AFTER).unwrap());
        let mut state = WatchdogState::default();
        state.look(&world.watched);
        assert_eq!(world.firing(), ["slow"]);
        assert_eq!(world.alerts.worst(), Some(Severity::Warning));
        assert!(decides(&world.alerts) && !world.alerts.is_told("slow"));
        world.watched.pulse.beat();
        drop(world.watched.pulse.in_hand());
        state.look(&world.watched);
        assert_eq!(world.firing(), [""; 0]);
    }

    #[tokio::test]
    async fn it_looks_by_itself_while_the_runtime_is_blocked() {
        let world = World::new(Heartbeat::stuck_for(Duration::ZERO).unwrap());
        let (alerts, pulse) = (Arc::clone(&world.alerts), Arc::clone(&world.watched.pulse));
        let _watchdog = Watchdog::start(world.watched).unwrap();
        // Nothing of this runtime, which has one thread, runs meanwhile.
        std::thread::sleep(STUCK_AFTER + LOOK_INTERVAL * 3);
        let stuck = alerts.firing().into_iter().any(|alert| alert.name == "runtime");
        assert!(stuck, "{:?} after {:?}", alerts.firing(), pulse.beat_ago());
    }

    #[test]
    fn lost_log_lines_panics_and_lost_accounts_become_alerts_and_end() {
        let World {
            alerts,
            watched,
            _events,
        } = World::new(Heartbeat::default());
        let connections = Arc::clone(&watched.connections);
        let qq = AccountId::new("qq");
        connections.add(qq.clone(), true);
        let firing = || -> Vec<String> { alerts.firing().into_iter().map(|alert| alert.name).collect() };
        let mut state = WatchdogState::default();
        state.look(&watched);
        assert_eq!(firing(), [""; 0]);
        let reason = "it broke off".to_owned();
        connections.set(&qq, AccountState::Failed { reason });
        watched.faults.log_line_unwritten();
        watched.faults.panicked("src/x.rs:1".to_owned());
        state.look(&watched);
        assert_eq!(firing(), ["log", "panic", "qq/connection"]);
        state.nobody_since = Instant::now().checked_sub(NOBODY_AFTER);
        state.look(&watched);
        assert_eq!(alerts.worst(), Some(Severity::Critical));
        connections.set(&qq, AccountState::Connected);
        state.look(&watched);
        assert_eq!(firing(), ["log", "panic"]);
    }

    #[test]
    fn a_clock_that_can_t_be_right_is_told_and_its_mending_too() {
        let mut world = World::new(Heartbeat::default());
        let clock = Arc::new(ManualClock::at("1970-01-05T00:00:00Z".parse().unwrap()));
        world.watched.clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let mut state = WatchdogState::default();
        state.look_at_clock(&world.watched);
        assert_eq!(world.firing(), [PAST_ALERT]);
        clock.set("2026-11-23T10:00:00Z".parse().unwrap());
        state.look_at_clock(&world.watched);
        assert!(world.firing().is_empty());
    }
}
