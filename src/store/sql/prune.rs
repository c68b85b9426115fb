//! Removes old rows in small steps, so that messages go on being committed between them. Every step finds its rows by
//! their numbers or by an index; none reads a whole table.

use super::Database;
use super::decisions::HOUR_MICROSECONDS;
use super::dialect;
use super::engine::{Cells as _, One, query, query_scalar};
use super::rows::Json;
use crate::store::{DecisionHorizon, Horizon, Pruned, Result};
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// Rows of one step: a few milliseconds of the writer's time.
pub(super) const STEP_ROWS_MAX: i64 = 1_000;

/// Pause between two steps, the shortest and the longest; in between it is as long as the step took.
const STEP_INTERVAL: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// Distance into the future from which on a row was written while the clock was wrong.
const FUTURE_ROW_AFTER: SignedDuration = SignedDuration::from_hours(24);

impl Database {
    pub(super) async fn prune_all(&self, horizon: &Horizon) -> Result<Pruned> {
        let ahead = horizon
            .now
            .saturating_add(FUTURE_ROW_AFTER)
            .unwrap_or(Timestamp::MAX);
        let inbox =
            self.prune_seen(horizon.inbox, ahead).await? + self.prune_old_inbox(horizon.inbox).await?;
        let pruned = Pruned {
            inbox,
            outbox: self.prune_outbox(horizon.outbox).await?,
            channels: self.prune_channels(horizon).await?,
            quarantined: self.prune_quarantine(horizon.quarantine).await?,
            decisions: self.prune_decisions(&horizon.decisions, ahead).await?,
        };
        self.give_back().await?;
        Ok(pruned)
    }

    /// Returns the number at which a step ends that begins behind `from`, by a statement that takes both; `None` at the
    /// last step.
    async fn end_of_step(&self, statement: &'static str, from: i64) -> Result<Option<i64>> {
        let end = query_scalar::<i64>(statement);
        let end = end.bind(from).bind(STEP_ROWS_MAX - 1);
        let end = end.fetch_optional(&self.readers()).await;
        self.read(end)
    }

    /// Returns the number at which a step ends, with its time; the highest number, and `None`, where the table ends before. `statement`
    /// selects number and time.
    async fn end_of_step_in_time(&self, statement: &'static str, from: i64) -> Result<(i64, Option<i64>)> {
        let end = query(statement).bind(from).bind(STEP_ROWS_MAX - 1);
        let end = end.fetch_optional(&self.readers()).await;
        let end = end.and_then(|row| row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose());
        Ok(self
            .read(end)?
            .map_or((i64::MAX, None), |(until, time)| (until, Some(time))))
    }

    /// Removes messages in the order in which they came: a step that finds only younger ones is the last.
    async fn prune_seen(&self, before: Timestamp, ahead: Timestamp) -> Result<u64> {
        let mut removed = 0;
        let mut from = i64::MIN;
        loop {
            let until = self
                .end_of_step(
                    "SELECT id FROM seen WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?",
                    from,
                )
                .await?;
            let step = query("DELETE FROM seen WHERE id > ? AND id <= ? AND (received < ? OR received > ?)");
            let step = step
                .bind(from)
                .bind(until.unwrap_or(i64::MAX))
                .bind(before.as_microsecond())
                .bind(ahead.as_microsecond());
            let rows = self.step(step).await?;
            removed += rows;
            match until {
                Some(until) if rows > 0 => from = until,
                _ => return Ok(removed),
            }
        }
    }

    /// Removes replies with a final outcome in the order of their keys, which is nearly that of time: a step that ends at
    /// a younger one is the last. Replies without a final outcome stay.
    async fn prune_outbox(&self, before: Timestamp) -> Result<u64> {
        let before = before.as_microsecond();
        let mut removed = 0;
        let mut from = i64::MIN;
        loop {
            let (until, decided) = self
                .end_of_step_in_time(
                    "SELECT id, decided FROM outbox WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?",
                    from,
                )
                .await?;
            let last = decided.is_none_or(|decided| decided >= before);
            let step = query("DELETE FROM outbox WHERE id > ? AND id <= ? AND state <> 0 AND decided < ?");
            removed += self.step(step.bind(from).bind(until).bind(before)).await?;
            if last {
                return Ok(removed);
            }
            from = until;
        }
    }

    /// Removes channel states that nobody touched, in the order of their numbers.
    async fn prune_channels(&self, horizon: &Horizon) -> Result<u64> {
        let mut removed = 0;
        let mut from = i64::MIN;
        loop {
            let until = self
                .end_of_step(
                    "SELECT rowid FROM channels WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?",
                    from,
                )
                .await?;
            let (from_now, until_now) = (from, until.unwrap_or(i64::MAX));
            // Of a memory that was written before such times were kept, the time begins now.
            let unknown =
                query("UPDATE channels SET touched = ? WHERE rowid > ? AND rowid <= ? AND touched = 0");
            let unknown = unknown
                .bind(horizon.now.as_microsecond())
                .bind(from_now)
                .bind(until_now);
            self.step(unknown).await?;
            let step = query(
                "DELETE FROM channels WHERE rowid > ? AND rowid <= ? AND touched < ? AND wake_at IS NULL",
            );
            let step = step
                .bind(from_now)
                .bind(until_now)
                .bind(horizon.channels.as_microsecond());
            removed += self.step(step).await?;
            match until {
                Some(until) => from = until,
                None => return Ok(removed),
            }
        }
    }

    async fn prune_quarantine(&self, before: Timestamp) -> Result<u64> {
        let mut removed = 0;
        loop {
            let step = query(
                "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE id > 0 ORDER BY id LIMIT ?) AND at < ?",
            );
            let rows = self
                .step(step.bind(STEP_ROWS_MAX).bind(before.as_microsecond()))
                .await?;
            removed += rows;
            if rows < STEP_ROWS_MAX.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    /// Removes decisions in the order of their numbers, which is nearly that of time: a step that ends at one that every
    /// channel still keeps is the last. Then removes the counts of hours that no channel keeps.
    async fn prune_decisions(&self, horizon: &DecisionHorizon, ahead: Timestamp) -> Result<u64> {
        let others = horizon.channels.iter().map(|(_, before)| *before);
        let latest = others.clone().fold(horizon.before, Timestamp::max);
        let earliest = others.fold(horizon.before, Timestamp::min);
        let (latest, ahead) = (latest.as_microsecond(), ahead.as_microsecond());
        let channels = horizon.channels.iter().map(|(place, before)| {
            serde_json::json!([
                place.channel.as_str(),
                place.account.as_str(),
                before.as_microsecond()
            ])
        });
        let channels = Json(serde_json::Value::from_iter(channels).to_string());
        let mut removed = 0;
        let mut from = i64::MIN;
        loop {
            let (until, at) = self
                .end_of_step_in_time(
                    "SELECT id, at FROM decisions WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?",
                    from,
                )
                .await?;
            let last = at.is_none_or(|at| (latest..=ahead).contains(&at));
            let step = query(dialect::OLD_DECISIONS);
            let step = step.bind(from).bind(until).bind(ahead).bind(channels.clone());
            removed += self.step(step.bind(horizon.before.as_microsecond())).await?;
            if last {
                break;
            }
            from = until;
        }
        loop {
            let step = query(
                "DELETE FROM decision_counts WHERE (hour, account, channel, rule) IN (SELECT hour, account, channel, rule \
                 FROM decision_counts WHERE hour < ? LIMIT ?)",
            );
            let hour = earliest.as_microsecond().div_euclid(HOUR_MICROSECONDS);
            if self.step(step.bind(hour).bind(STEP_ROWS_MAX)).await? < STEP_ROWS_MAX.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    /// Runs one step: a statement of its own, and a pause in which others write.
    pub(super) async fn step(&self, query: One<'_>) -> Result<u64> {
        let mut writer = self.writer().await?;
        let started = Instant::now();
        let done = query.execute(writer.connection()?).await;
        let done = writer.finish(done.map_err(Into::into)).await?;
        self.write_back().await;
        pause(started.elapsed()).await;
        Ok(done.rows_affected())
    }
}

/// Waits as long as a step took, so that others can use the disk.
pub(super) async fn pause(took: Duration) {
    tokio::time::sleep(took.clamp(STEP_INTERVAL.0, STEP_INTERVAL.1)).await;
}
