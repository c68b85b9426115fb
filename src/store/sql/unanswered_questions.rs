//! Questions that nobody answered: the queue that triggers fill, the groups, and what staff said.

use super::Database;
use super::commit_batch;
use super::decisions;
use super::engine::{Cells as _, Connection, Row, begin, query, query_scalar, query_text};
use super::read::{self, timestamp};
use crate::store::{
    KeptDecision, KeptGroup, Memo, Miss, MissChange, MissGroup, Misses, QueuedMiss, Result, StaffAnswer,
};
use crate::unanswered::{LogSum, State, Weight};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId, Place};
use jiff::Timestamp;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Time for which a "did you mean" may be picked from before its question counts as unanswered, in microseconds.
const PICK_TIME_MICROSECONDS: i64 = 600_000_000;

/// Texts of a group by which it is known again after a start.
const GROUP_TEXTS_MAX: i64 = 24;

/// Messages of a merged group that are moved in one step.
const STEP_MESSAGES: i64 = 500;

/// Messages of a group whose tickets and answers are looked at.
const GROUP_MESSAGES_SEARCHED_MAX: i64 = 200;

/// Answers of staff that are returned.
const STAFF_ANSWERS_MAX: i64 = 20;

/// Selects what is to be known of a queued decision. A picked question was answered.
const QUEUED: &str = "SELECT q.decision AS decision, d.at AS at, d.account AS account, d.member AS member, d.text AS text, \
    CASE WHEN d.ticket IS NOT NULL OR d.outcome = 3 THEN 5 WHEN d.called THEN 3 ELSE 1 END AS weight, m.grp AS grp, \
    coalesce(d.question AND d.joined IS NULL AND d.text IS NOT NULL AND d.aside IS NULL AND (d.outcome IN (4, 5) OR d.label = 2 \
    OR d.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'doubted_answer', 'did_not_help') \
    OR (d.rule = 'several_fit' AND NOT EXISTS (SELECT 1 FROM decisions AS p WHERE p.member = d.member \
    AND p.account = d.account AND p.at > d.at AND p.at <= d.at + ?2 AND p.channel = d.channel AND p.rule = 'picked'))), FALSE) AS miss \
    FROM miss_queue AS q LEFT JOIN decisions AS d ON d.id = q.decision LEFT JOIN misses AS m ON m.decision = q.decision \
    WHERE q.decision > 0 AND (d.rule IS DISTINCT FROM 'several_fit' OR d.at <= ?1 - ?2) ORDER BY q.decision LIMIT ?3";

const GROUP: &str =
    "SELECT id, state, rank, messages, members, first_at, last_at, merged FROM miss_groups WHERE id = ?";

#[async_trait]
impl Misses for Database {
    async fn queued_misses(&self, now: Timestamp, limit: u32) -> Result<Vec<QueuedMiss>> {
        let rows = query(QUEUED)
            .bind(now.as_microsecond())
            .bind(PICK_TIME_MICROSECONDS)
            .bind(i64::from(limit))
            .fetch_all(&self.readers())
            .await;
        let queued = |row: &Row| {
            let is_miss: bool = row.try_get("miss")?;
            let miss = || -> sqlx::Result<Miss> {
                Ok(Miss {
                    at: timestamp(row, "at")?,
                    account: AccountId::new(row.try_get::<String, _>("account")?),
                    member: MemberId::new(row.try_get::<String, _>("member")?),
                    text: row.try_get("text")?,
                    weight: row.try_get("weight")?,
                })
            };
            Ok(QueuedMiss {
                decision: row.try_get("decision")?,
                miss: is_miss.then(miss).transpose()?,
                group: row.try_get("grp")?,
            })
        };
        self.read(rows.and_then(|rows| rows.iter().map(queued).collect()))
    }

    async fn place_misses(&self, changes: &[MissChange]) -> Result<Vec<(u64, i64)>> {
        let mut writer = self.writer().await?;
        let placed = place(writer.connection()?, changes).await;
        writer.finish(placed.map_err(Into::into)).await
    }

    async fn recount_miss_groups(&self, limit: u32) -> Result<Vec<i64>> {
        let groups = query_scalar::<i64>("SELECT id FROM miss_groups WHERE changed = 1 ORDER BY id LIMIT ?");
        let groups = groups.bind(i64::from(limit)).fetch_all(&self.readers()).await;
        let groups = self.read(groups)?;
        for group in &groups {
            let mut writer = self.writer().await?;
            let counted = recount(writer.connection()?, *group).await;
            writer.finish(counted.map_err(Into::into)).await?;
        }
        Ok(groups)
    }

    async fn kept_miss_groups(&self, skip: u32, limit: u32) -> Result<Vec<KeptGroup>> {
        let mut kept = Vec::new();
        let (mut skip, mut limit) = (i64::from(skip), i64::from(limit));
        for state in [State::Ignored, State::OutOfScope, State::Open] {
            let rows =
                query("SELECT id, mean FROM miss_groups WHERE state = ? ORDER BY rank DESC LIMIT ? OFFSET ?");
            let rows = rows.bind(state.name()).bind(limit).bind(skip);
            let rows = self.read(rows.fetch_all(&self.readers()).await)?;
            for row in &rows {
                kept.push(self.kept(row, state).await?);
            }
            let found = i64::try_from(rows.len()).unwrap_or(limit);
            limit -= found;
            if limit == 0 {
                return Ok(kept);
            }
            let all = query_scalar::<i64>(
                "SELECT count(*) FROM (SELECT 1 FROM miss_groups WHERE state = ? LIMIT ?) AS found",
            );
            let all = all.bind(state.name()).bind(skip).fetch_one(&self.readers()).await;
            skip -= self.read(all)?;
        }
        Ok(kept)
    }

    async fn kept_miss_group(&self, id: i64) -> Result<Option<KeptGroup>> {
        let row = query("SELECT id, state, mean FROM miss_groups WHERE id = ?");
        let row = self.read(row.bind(id).fetch_optional(&self.readers()).await)?;
        let Some(row) = row else { return Ok(None) };
        let state: String = self.read(row.try_get("state"))?;
        match State::of_name(&state).filter(|state| state.attracts()) {
            Some(state) => self.kept(&row, state).await.map(Some),
            None => Ok(None),
        }
    }

    async fn merge_miss_groups(&self, merges: &[(i64, i64)]) -> Result<()> {
        if merges.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer().await?;
        let merged = merge(writer.connection()?, merges).await;
        writer.finish(merged.map_err(Into::into)).await
    }

    async fn miss_groups(
        &self,
        state: State,
        since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<MissGroup>> {
        let rows = query(
            "SELECT id, state, rank, messages, members, first_at, last_at, merged FROM miss_groups WHERE state = ? \
             AND last_at >= ? ORDER BY rank DESC LIMIT ?",
        );
        let rows = rows
            .bind(state.name())
            .bind(since.map_or(i64::MIN, Timestamp::as_microsecond))
            .bind(i64::from(limit))
            .fetch_all(&self.readers())
            .await;
        let rows = self.read(rows)?;
        let groups: sqlx::Result<Vec<_>> = rows.iter().map(read_group).collect();
        Ok(self.read(groups)?.into_iter().map(|(group, _)| group).collect())
    }

    async fn miss_group(&self, id: i64) -> Result<Option<MissGroup>> {
        let mut id = id;
        // A chain of merges ends: each leads to an older group.
        loop {
            let row = query(GROUP).bind(id).fetch_optional(&self.readers()).await;
            let Some(row) = self.read(row)? else {
                return Ok(None);
            };
            match self.read(read_group(&row))? {
                (_, Some(into)) if into != id => id = into,
                (group, _) => return Ok(Some(group)),
            }
        }
    }

    async fn misses_in(&self, group: i64, limit: u32) -> Result<Vec<KeptDecision>> {
        let statement = format!(
            "SELECT {} FROM decisions WHERE id IN (SELECT decision FROM misses WHERE grp = ? ORDER BY at DESC LIMIT ?) \
             ORDER BY at DESC, id DESC",
            decisions::COLUMNS
        );
        let rows = query_text(statement)
            .bind(group)
            .bind(i64::from(limit))
            .fetch_all(&self.readers())
            .await;
        self.read(rows.and_then(|rows| rows.iter().map(decisions::read).collect()))
    }

    async fn staff_answers(&self, group: i64) -> Result<Vec<StaffAnswer>> {
        let rows = query(
            "SELECT at, account, channel, question, text, ticket FROM (\
             SELECT a.at AS at, d.account AS account, d.channel AS channel, d.text AS question, a.text AS text, NULL AS ticket \
             FROM (SELECT decision FROM misses WHERE grp = ?1 ORDER BY at DESC LIMIT ?2) AS m \
             CROSS JOIN staff_answers AS a ON a.decision = m.decision CROSS JOIN decisions AS d ON d.id = m.decision \
             UNION \
             SELECT l.at, d.account, d.channel, d.text, l.text, l.ticket \
             FROM (SELECT decision FROM misses WHERE grp = ?1 ORDER BY at DESC LIMIT ?2) AS m \
             CROSS JOIN decisions AS d ON d.id = m.decision CROSS JOIN ticket_lines AS l ON l.ticket = d.ticket \
             WHERE l.kind = 'staff') AS answers ORDER BY at DESC LIMIT ?3",
        );
        let rows = rows
            .bind(group)
            .bind(GROUP_MESSAGES_SEARCHED_MAX)
            .bind(STAFF_ANSWERS_MAX)
            .fetch_all(&self.readers())
            .await;
        let answer = |row: &Row| {
            let question: Option<String> = row.try_get("question")?;
            let ticket: Option<i64> = row.try_get("ticket")?;
            Ok(StaffAnswer {
                at: timestamp(row, "at")?,
                place: read::place(row)?,
                question: question.unwrap_or_default(),
                text: row.try_get("text")?,
                ticket: ticket.and_then(|number| u64::try_from(number).ok()),
            })
        };
        self.read(rows.and_then(|rows| rows.iter().map(answer).collect()))
    }

    async fn settle_miss_group(
        &self,
        id: i64,
        state: State,
        (by, at): (&str, Timestamp),
        mean: Option<&[u8]>,
    ) -> Result<()> {
        let mut writer = self.writer().await?;
        let settled = query(
            "UPDATE miss_groups SET state = ?2, settled_by = ?3, settled_at = ?4, mean = ?5, \
             changed = CASE WHEN ?2 = 'open' THEN 1 ELSE changed END WHERE id = ?1",
        );
        let settled = settled
            .bind(id)
            .bind(state.name())
            .bind(by)
            .bind(at.as_microsecond())
            .bind(mean)
            .execute(writer.connection()?)
            .await;
        writer.finish(settled.map_err(Into::into)).await?;
        Ok(())
    }

    async fn asked_by(
        &self,
        place: &Place,
        member: &MemberId,
        (since, until): (Timestamp, Timestamp),
    ) -> Result<Vec<KeptDecision>> {
        let statement = format!(
            "SELECT {} FROM decisions WHERE member = ? AND account = ? AND at >= ? AND at <= ? AND channel = ? ORDER BY at, id",
            decisions::COLUMNS
        );
        let rows = query_text(statement)
            .bind(member.as_str())
            .bind(place.account.as_str())
            .bind(since.as_microsecond())
            .bind(until.as_microsecond())
            .bind(place.channel.as_str())
            .fetch_all(&self.readers())
            .await;
        self.read(rows.and_then(|rows| rows.iter().map(decisions::read).collect()))
    }

    async fn put_aside(&self, decisions: &[i64], aside: bool, memo: &Memo) -> Result<()> {
        let mut writer = self.writer().await?;
        let done = put_aside(writer.connection()?, decisions, aside, memo).await;
        writer.finish(done.map_err(Into::into)).await
    }

    async fn queued_misses_count(&self) -> Result<u64> {
        let count = query_scalar::<i64>(
            "SELECT count(*) FROM (SELECT 1 FROM miss_queue WHERE decision > 0 LIMIT 1000) AS found",
        );
        let count = self.read(count.fetch_one(&self.readers()).await)?;
        Ok(count.unsigned_abs())
    }
}

impl Database {
    /// Reads a group with its latest texts.
    async fn kept(&self, row: &Row, state: State) -> Result<KeptGroup> {
        let id = self.read(row.try_get("id"))?;
        let texts = query_scalar::<String>(
            "SELECT d.text FROM misses AS m CROSS JOIN decisions AS d ON d.id = m.decision WHERE m.grp = ? \
             AND d.text IS NOT NULL ORDER BY m.at DESC LIMIT ?",
        );
        let texts = texts
            .bind(id)
            .bind(GROUP_TEXTS_MAX)
            .fetch_all(&self.readers())
            .await;
        Ok(KeptGroup {
            id,
            state,
            mean: self.read(row.try_get("mean"))?,
            texts: self.read(texts)?,
        })
    }
}

fn read_group(row: &Row) -> sqlx::Result<(MissGroup, Option<i64>)> {
    let state: String = row.try_get("state")?;
    let count = |column: &str| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    let group = MissGroup {
        id: row.try_get("id")?,
        state: State::of_name(&state).unwrap_or(State::Open),
        rank: row.try_get("rank")?,
        messages: count("messages")?,
        members: count("members")?,
        first: timestamp(row, "first_at")?,
        last: timestamp(row, "last_at")?,
    };
    Ok((group, row.try_get("merged")?))
}

async fn place(connection: &mut Connection, changes: &[MissChange]) -> sqlx::Result<Vec<(u64, i64)>> {
    let mut transaction = begin(connection).await?;
    let mut new: HashMap<u64, i64> = HashMap::new();
    let mut known: HashMap<i64, Figures> = HashMap::new();
    for change in changes {
        let decision = match change {
            MissChange::Into {
                decision,
                miss,
                group,
                begins,
            } => {
                // What was forgotten meanwhile concerns nobody.
                let is_there = query_scalar::<i64>("SELECT id FROM decisions WHERE id = ?");
                if is_there
                    .bind(decision)
                    .fetch_optional(&mut *transaction)
                    .await?
                    .is_some()
                {
                    let group = match group.or_else(|| new.get(begins).copied()) {
                        Some(group) => group,
                        None => {
                            let id = make_group(&mut transaction, miss).await?;
                            new.insert(*begins, id);
                            id
                        }
                    };
                    add(&mut transaction, &mut known, (*decision, miss, group)).await?;
                }
                decision
            }
            MissChange::Weighs { decision, weight } => {
                let row = query_scalar::<i64>(
                    "UPDATE misses SET weight = ?2 WHERE decision = ?1 AND weight <> ?2 RETURNING grp",
                );
                let group = row
                    .bind(decision)
                    .bind(weight)
                    .fetch_optional(&mut *transaction)
                    .await?;
                if let Some(group) = group {
                    query("UPDATE miss_groups SET changed = 1 WHERE id = ?")
                        .bind(group)
                        .execute(&mut *transaction)
                        .await?;
                }
                decision
            }
            MissChange::Leaves { decision } => {
                query("DELETE FROM misses WHERE decision = ?")
                    .bind(decision)
                    .execute(&mut *transaction)
                    .await?;
                decision
            }
        };
        query("DELETE FROM miss_queue WHERE decision = ?")
            .bind(decision)
            .execute(&mut *transaction)
            .await?;
    }
    note(&mut transaction, known).await?;
    transaction.commit().await?;
    Ok(new.into_iter().collect())
}

async fn make_group(connection: &mut Connection, miss: &Miss) -> sqlx::Result<i64> {
    let done = query_scalar::<i64>(
        "INSERT INTO miss_groups (state, rank, sum, messages, members, first_at, last_at, changed) \
         VALUES ('open', ?2, ?2, 0, 0, ?1, ?1, 0) RETURNING id",
    );
    done.bind(miss.at.as_microsecond())
        .bind(f64::NEG_INFINITY)
        .fetch_one(connection)
        .await
}

/// Figures of a group while a batch is written.
struct Figures {
    sum: LogSum,
    messages: i64,
    members: i64,
    first: i64,
    last: i64,
}

/// Adds a question to a group, and to its figures in `known`.
async fn add(
    connection: &mut Connection,
    known: &mut HashMap<i64, Figures>,
    (decision, miss, group): (i64, &Miss, i64),
) -> sqlx::Result<()> {
    let figures = match known.entry(group) {
        Entry::Occupied(figures) => figures.into_mut(),
        Entry::Vacant(place) => {
            let row = query("SELECT sum, messages, members, first_at, last_at FROM miss_groups WHERE id = ?");
            let row = row.bind(group).fetch_optional(&mut *connection).await?;
            let Some(row) = row else { return Ok(()) };
            place.insert(Figures {
                sum: LogSum(row.try_get("sum")?),
                messages: row.try_get("messages")?,
                members: row.try_get("members")?,
                first: row.try_get("first_at")?,
                last: row.try_get("last_at")?,
            })
        }
    };
    let at = miss.at.as_microsecond();
    let is_known = query_scalar::<bool>(
        "SELECT EXISTS (SELECT 1 FROM misses WHERE grp = ? AND member = ? AND account = ?)",
    );
    let is_known = is_known
        .bind(group)
        .bind(miss.member.as_str())
        .bind(miss.account.as_str())
        .fetch_one(&mut *connection)
        .await?;
    query(
        "INSERT INTO misses (decision, grp, at, account, member, weight) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (decision) DO UPDATE SET grp = excluded.grp, at = excluded.at, account = excluded.account, \
         member = excluded.member, weight = excluded.weight",
    )
    .bind(decision)
    .bind(group)
    .bind(at)
    .bind(miss.account.as_str())
    .bind(miss.member.as_str())
    .bind(miss.weight)
    .execute(connection)
    .await?;
    figures.sum = figures.sum.with(miss.weight, miss.at);
    figures.messages += 1;
    figures.members += i64::from(!is_known);
    figures.first = figures.first.min(at);
    figures.last = figures.last.max(at);
    Ok(())
}

/// Writes the figures of groups.
async fn note(connection: &mut Connection, known: HashMap<i64, Figures>) -> sqlx::Result<()> {
    for (group, figures) in known {
        query(
            "UPDATE miss_groups SET sum = ?2, rank = ?3, messages = ?4, members = ?5, first_at = ?6, last_at = ?7 WHERE id = ?1",
        )
        .bind(group)
        .bind(figures.sum.0)
        .bind(figures.sum.rank(figures.members.unsigned_abs()))
        .bind(figures.messages)
        .bind(figures.members)
        .bind(figures.first)
        .bind(figures.last)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Counts a group anew. Of a merged one, some messages are moved first; it stays changed until all are. One that waits for an admin
/// and is empty goes.
async fn recount(connection: &mut Connection, group: i64) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    let row = query(GROUP).bind(group).fetch_optional(&mut *transaction).await?;
    let Some((found, into)) = row.as_ref().map(read_group).transpose()? else {
        return Ok(());
    };
    if let Some(into) = into {
        let moved = query(
            "UPDATE misses SET grp = ?2 WHERE decision IN (SELECT decision FROM misses WHERE grp = ?1 LIMIT ?3)",
        );
        let moved = moved
            .bind(group)
            .bind(into)
            .bind(STEP_MESSAGES)
            .execute(&mut *transaction)
            .await?;
        let more = moved.rows_affected() >= STEP_MESSAGES.unsigned_abs();
        for (group, changed) in [(into, true), (group, more)] {
            query("UPDATE miss_groups SET changed = ?2 WHERE id = ?1")
                .bind(group)
                .bind(i64::from(changed))
                .execute(&mut *transaction)
                .await?;
        }
        return transaction.commit().await;
    }
    let rows = query("SELECT at, weight FROM misses WHERE grp = ? ORDER BY at");
    let rows = rows.bind(group).fetch_all(&mut *transaction).await?;
    if rows.is_empty() && found.state == State::Open {
        query("DELETE FROM miss_groups WHERE id = ?")
            .bind(group)
            .execute(&mut *transaction)
            .await?;
        return transaction.commit().await;
    }
    let members: i64 = query_scalar(
        "SELECT count(*) FROM (SELECT DISTINCT member, account FROM misses WHERE grp = ?) AS found",
    )
    .bind(group)
    .fetch_one(&mut *transaction)
    .await?;
    let (mut sum, mut first, mut last) = (LogSum::NOTHING, found.first, found.last);
    for (at, row) in rows.iter().enumerate() {
        let time = timestamp(row, "at")?;
        if at == 0 {
            first = time;
        }
        last = time;
        sum = sum.with(row.try_get("weight")?, time);
    }
    // An empty one that was put aside keeps its place among its like.
    if rows.is_empty() {
        sum = LogSum::NOTHING.with(Weight::UNASKED, found.last);
    }
    query(
        "UPDATE miss_groups SET sum = ?2, rank = ?3, messages = ?4, members = ?5, first_at = ?6, last_at = ?7, changed = 0 WHERE id = ?1",
    )
    .bind(group)
    .bind(sum.0)
    .bind(sum.rank(members.unsigned_abs()))
    .bind(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    .bind(members)
    .bind(first.as_microsecond())
    .bind(last.as_microsecond())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

async fn put_aside(
    connection: &mut Connection,
    decisions: &[i64],
    aside: bool,
    memo: &Memo,
) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    for decision in decisions {
        query("UPDATE decisions SET aside = ?2 WHERE id = ?1")
            .bind(decision)
            .bind(aside.then_some(1_i64))
            .execute(&mut *transaction)
            .await?;
        query(
            "INSERT INTO miss_queue (decision) SELECT id FROM decisions WHERE id = ? \
             AND NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = decisions.id)",
        )
        .bind(decision)
        .execute(&mut *transaction)
        .await?;
    }
    commit_batch::memo(&mut transaction, memo).await?;
    transaction.commit().await
}

async fn merge(connection: &mut Connection, merges: &[(i64, i64)]) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    for (from, into) in merges {
        query("UPDATE miss_groups SET state = 'merged', merged = ?2, changed = 1 WHERE id = ?1 AND id <> ?2")
            .bind(from)
            .bind(into)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}
