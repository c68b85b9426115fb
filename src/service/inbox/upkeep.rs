//! Upkeep beside the answering: checks that the store works, and prunes it in small steps.

use super::{Inbox, STORE_ALERT};
use crate::service::alerts::Severity;
use crate::service::event_intake::{CLOCK_ALERT, UNANSWERED_ALERT};
use crate::store::{Forget, Horizon, Result};
use crate::texts::ComposedTexts;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Interval at which the store is checked.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Interval at which the store is pruned.
const PRUNE_INTERVAL: Duration = Duration::from_secs(3600);
/// Time from the start to the first pruning.
const PRUNE_DELAY: Duration = Duration::from_secs(5);

/// Retention of processed messages for deduplication. Longer than any replay limit.
const INBOX_RETENTION: SignedDuration = SignedDuration::from_hours(48);

/// Retention of sent replies, so that a quote of one is recognised as a quote of the bot.
const OUTBOX_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Retention of events in quarantine.
const QUARANTINE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Time for which a past event stays in health.
const NOTICE_LASTS: Duration = Duration::from_secs(3600);

/// Time for which unanswered messages stay in health.
const UNANSWERED_LASTS: Duration = Duration::from_secs(600);

/// Name of the alert of a past event of the store.
const NOTICE_ALERT: &str = "store-restored";

/// Name of the alert of events in quarantine.
pub(super) const QUARANTINE_ALERT: &str = "quarantine";

/// Checks the store until it is lost for good.
pub(super) async fn watch(inbox: Inbox) -> Result<()> {
    let mut check = tokio::time::interval(CHECK_INTERVAL);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    let mut told = None;
    let mut unanswered = None;
    loop {
        check.tick().await;
        match inbox.store.check().await {
            Ok(()) if failing => {
                failing = false;
                inbox.alerts.resolve(STORE_ALERT);
            }
            Ok(()) => {}
            Err(error) if error.is_final() => return Err(error),
            Err(error) => {
                failing = true;
                let message = format!("{}: {error}", ComposedTexts::both().alert_store_fails());
                inbox.alerts.fire(STORE_ALERT, Severity::Critical, message);
            }
        }
        let notices = inbox.store.take_notices();
        if !notices.is_empty() {
            inbox.alerts.resolve_quietly(NOTICE_ALERT);
            inbox
                .alerts
                .fire(NOTICE_ALERT, Severity::Warning, notices.join("\n"));
            told = Some(tokio::time::Instant::now());
        }
        if inbox.intake.tell_unanswered(&inbox.alerts) {
            unanswered = Some(tokio::time::Instant::now());
        }
        if unanswered.is_some_and(|told: tokio::time::Instant| told.elapsed() >= UNANSWERED_LASTS) {
            unanswered = None;
            inbox.alerts.resolve_quietly(UNANSWERED_ALERT);
        }
        if told.is_some_and(|told| told.elapsed() >= NOTICE_LASTS) {
            told = None;
            inbox.alerts.resolve_quietly(NOTICE_ALERT);
        }
    }
}

/// Prunes the store every hour.
pub(super) async fn prune(inbox: Inbox) -> Result<()> {
    tokio::time::sleep(PRUNE_DELAY).await;
    let mut prune = tokio::time::interval(PRUNE_INTERVAL);
    prune.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        prune.tick().await;
        // By a clock that is a year ahead everything would be old.
        if inbox.alerts.is_firing(CLOCK_ALERT) {
            tracing::warn!("nothing is pruned while clocks differ");
            continue;
        }
        let now = inbox.clock.now();
        let before = |kept| now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
        let horizon = Horizon {
            inbox: before(INBOX_RETENTION),
            outbox: before(OUTBOX_RETENTION),
            channels: before(inbox.routing.conversation_retention()),
            quarantine: before(QUARANTINE_RETENTION),
            decisions: inbox.routing.decision_horizon(now),
            now,
        };
        match inbox.store.prune(&horizon).await {
            Ok(pruned) => tracing::debug!(?pruned, "pruned"),
            Err(error) => tracing::warn!(%error, "can't prune the store"),
        }
        if let Some(retention) = inbox.routing.tickets().retention {
            match inbox.store.forget(&Forget::Before(before(retention))).await {
                Ok(forgotten) if forgotten.tickets == 0 => {}
                Ok(forgotten) => {
                    let tickets = forgotten.tickets;
                    tracing::info!(tickets, "forgot closed tickets, as `tickets.retention_days` says")
                }
                Err(error) => tracing::warn!(%error, "can't forget old tickets"),
            }
        }
        match inbox.store.quarantine_count().await {
            Ok(0) => inbox.alerts.resolve(QUARANTINE_ALERT),
            Ok(events) => tracing::warn!(
                events,
                "events that could not be handled are set aside: `groupdesk quarantine list`"
            ),
            Err(error) => tracing::warn!(%error, "can't count what was set aside"),
        }
    }
}
