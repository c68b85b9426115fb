//! Deletes closed tickets, and everything about a member. The connection overwrites deleted data (`secure_delete`); at
//! the end the log is written back and cut, so that no text stands in any of the files.

use super::SqliteStore;
use super::prune::pause;
use super::rows::sql;
use super::tickets::LAST_FORGOTTEN;
use super::write::Fault;
use crate::store::{Forgotten, Result, StoreError};
use crate::ticket::Ticket;
use groupdesk_contract::{AccountId, ChannelKind, MemberId, Place};
use jiff::Timestamp;
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::BTreeSet;
use std::time::Instant;

/// Rows of one step.
const STEP: i64 = 500;

/// Attempts to cut the log: others may be reading from it.
const CHECKPOINT_TRIES: u32 = 20;

/// Statements that delete a ticket's rows, at most `?2` at a time, before the ticket itself.
const OF_A_TICKET: [&str; 2] = [
    "DELETE FROM ticket_lines WHERE id IN (SELECT id FROM ticket_lines WHERE ticket = ?1 LIMIT ?2)",
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE about IS NOT NULL AND about ->> '$.ticket' = ?1 \
     AND state <> 0 LIMIT ?2)",
];

/// Statement that finds the end of the next step of a walk over all channel states.
const CHANNELS_END: &str = "SELECT rowid FROM channels WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?";
const OUTBOX_END: &str = "SELECT id FROM outbox WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?";

/// Deletes the states of channels with a member in them. Other members there may be asked again, at worst.
const FROM_CHANNELS: &str =
    "DELETE FROM channels WHERE rowid > ?1 AND rowid <= ?2 AND account = ?3 AND instr(state, ?4) > 0";

/// Deletes replies that name a member, or were sent in their direct chats, and notices about their tickets and their calls in staff
/// rooms; those of calls, and answers to staff that may hold words of anybody, while they wait, too.
const FROM_OUTBOX: &str = "DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND ((caller IS NOT NULL \
     AND (caller ->> '$.several' OR (caller ->> '$.member' = ?8 AND caller ->> '$.place.account' = ?3))) OR state <> 0 \
     AND ((account = ?3 AND (instr(reply, ?4) > 0 OR channel IN (SELECT value FROM json_each(?5)))) \
     OR (about IS NULL AND EXISTS (SELECT 1 FROM json_each(?6) AS room \
     WHERE room.value ->> '$.channel' = channel AND room.value ->> '$.account' = account) \
     AND EXISTS (SELECT 1 FROM json_each(?7) AS words WHERE instr(reply, words.value) > 0))))";

/// Characters of a ticket's subject that are searched for: lists cut it.
const SUBJECT_PART: usize = 12;

/// Traces of a member's tickets, collected before they are deleted.
#[derive(Default)]
struct Traces {
    numbers: Vec<i64>,
    /// Direct chats with the member.
    private: BTreeSet<String>,
    /// Staff rooms that were told.
    rooms: Vec<Place>,
    /// Subjects of the tickets in lists, as JSON has them.
    subjects: BTreeSet<String>,
}

impl SqliteStore {
    /// Returns the names of the accounts of which anything is kept.
    ///
    /// # Errors
    /// Fails where the file can't be read.
    pub async fn accounts(&self) -> Result<Vec<String>> {
        let found = sqlx::query(sql(
            "SELECT account FROM channels UNION SELECT account FROM tickets UNION SELECT account FROM outbox \
             UNION SELECT account FROM seen UNION SELECT account FROM quarantine ORDER BY account",
        ));
        let found = self.read(found.fetch_all(&self.readers()).await)?;
        found
            .iter()
            .map(|row| self.read(row.try_get("account")))
            .collect()
    }

    /// Deletes closed tickets that were opened before a time, oldest first.
    pub(super) async fn forget_before(&self, before: Timestamp) -> Result<Forgotten> {
        let mut forgotten = 0;
        let mut from = i64::MIN;
        loop {
            // Numbers grow with time: the walk ends at the first ticket that is young enough.
            let found = sqlx::query(sql(
                "SELECT number, status = 'closed' AS closed, opened FROM tickets WHERE number > ? ORDER BY number LIMIT ?",
            ));
            let found = found.bind(from).bind(STEP).fetch_all(&self.readers()).await;
            let found = self.read(found)?;
            let mut more = !found.is_empty();
            for row in &found {
                let number: i64 = self.read(row.try_get("number"))?;
                from = number;
                if self.read(row.try_get::<i64, _>("opened"))? >= before.as_microsecond() {
                    more = false;
                    break;
                }
                if self.read(row.try_get::<bool, _>("closed"))? {
                    forgotten += self.forget_ticket(number).await?;
                }
            }
            if !more {
                break;
            }
        }
        if forgotten > 0 {
            self.give_back().await?;
            self.cut_log().await?;
        }
        Ok(Forgotten {
            tickets: forgotten,
            ..Forgotten::default()
        })
    }

    /// Deletes everything about a member but the tickets that are not closed.
    pub(super) async fn forget_member(&self, account: &AccountId, member: &MemberId) -> Result<Forgotten> {
        let mut traces = self.traces(account, member).await?;
        let mut forgotten = Forgotten {
            tickets: traces.numbers.len() as u64,
            ..Forgotten::default()
        };
        for number in &traces.numbers {
            self.forget_ticket(*number).await?;
        }
        // A member's id as a whole value of JSON, so that 12 is not found in 123.
        let member_json = serde_json::Value::from(member.as_str()).to_string();
        self.forget_watcher(account, &member_json, member).await?;
        self.private_chats(account, &member_json, &mut traces).await?;
        let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
        let private = json(serde_json::to_string(&traces.private));
        let rooms = json(serde_json::to_string(&traces.rooms));
        let subjects = json(serde_json::to_string(&traces.subjects));
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(CHANNELS_END, &mut from).await? {
            let step = sqlx::query(sql(FROM_CHANNELS)).bind(after).bind(until);
            forgotten.channels += self
                .step(step.bind(account.as_str()).bind(member_json.as_str()))
                .await?;
        }
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(OUTBOX_END, &mut from).await? {
            let step = sqlx::query(sql(FROM_OUTBOX)).bind(after).bind(until);
            let step = step.bind(account.as_str()).bind(member_json.as_str());
            let step = step
                .bind(private.as_str())
                .bind(rooms.as_str())
                .bind(subjects.as_str())
                .bind(member.as_str());
            forgotten.replies += self.step(step).await?;
        }
        loop {
            let step = sqlx::query(sql(
                "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE member = ? AND account = ? LIMIT ?)",
            ));
            let step = step.bind(member.as_str()).bind(account.as_str()).bind(STEP);
            let rows = self.step(step).await?;
            forgotten.decisions += rows;
            if rows < STEP.unsigned_abs() {
                break;
            }
        }
        let answers = sqlx::query(sql("DELETE FROM staff_answers WHERE staff = ? AND account = ?"));
        self.step(answers.bind(member.as_str()).bind(account.as_str()))
            .await?;
        let aside = sqlx::query(sql("DELETE FROM quarantine WHERE member = ? AND account = ?"));
        forgotten.quarantined = self
            .step(aside.bind(member.as_str()).bind(account.as_str()))
            .await?;
        let on_websites = sqlx::query(sql("DELETE FROM web_messages WHERE visitor = ? AND account = ?"));
        forgotten.web_messages = self
            .step(on_websites.bind(member.as_str()).bind(account.as_str()))
            .await?;
        self.give_back().await?;
        self.cut_log().await?;
        Ok(forgotten)
    }

    /// Deletes a member's messages in closed tickets of others, with the notices of them.
    async fn forget_watcher(&self, account: &AccountId, member_json: &str, member: &MemberId) -> Result<()> {
        let end = "SELECT number FROM tickets WHERE number > ? ORDER BY number LIMIT 1 OFFSET ?";
        // The history and the notices name people as "name（id）", in some versions as "name (id)".
        let named = [format!("（{member}）"), format!("({member})")];
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(end, &mut from).await? {
            let found = sqlx::query_scalar(sql(
                "SELECT number FROM tickets WHERE number > ?1 AND number <= ?2 AND status = 'closed' AND (\
                 (instr(data, ?3) > 0 AND EXISTS (SELECT 1 FROM json_each(data, '$.watchers') AS w \
                 WHERE w.value ->> '$.member' = ?4 AND coalesce(w.value ->> '$.elsewhere[0].account', account) = ?5)) \
                 OR (account = ?5 AND EXISTS (SELECT 1 FROM ticket_lines WHERE ticket = number \
                 AND (substr(who, -length(?6)) = ?6 OR substr(who, -length(?7)) = ?7))))",
            ));
            let found = found
                .bind(after)
                .bind(until)
                .bind(member_json)
                .bind(member.as_str())
                .bind(account.as_str())
                .bind(named[0].as_str())
                .bind(named[1].as_str());
            let numbers: Vec<i64> = self.read(found.fetch_all(&self.readers()).await)?;
            for number in numbers {
                for named in &named {
                    let lines = sqlx::query(sql(
                        "DELETE FROM ticket_lines WHERE ticket = ?1 AND substr(who, -length(?2)) = ?2",
                    ));
                    self.step(lines.bind(number).bind(named.as_str())).await?;
                    let notices = sqlx::query(sql(
                        "DELETE FROM outbox WHERE about IS NOT NULL AND about ->> '$.ticket' = ?1 AND state <> 0 \
                         AND instr(reply, ?2) > 0",
                    ));
                    self.step(notices.bind(number).bind(named.as_str())).await?;
                }
                let watchers = sqlx::query(sql(
                    "UPDATE tickets SET data = json_set(data, '$.watchers', (SELECT json_group_array(json(w.value)) \
                     FROM json_each(data, '$.watchers') AS w WHERE w.value ->> '$.member' <> ?2)) WHERE number = ?1",
                ));
                self.step(watchers.bind(number).bind(member.as_str())).await?;
            }
        }
        Ok(())
    }

    /// Returns the next step of a walk over all rows of a table by their numbers: after which one, and up to which.
    /// `None` at the end.
    async fn next_step(&self, end: &'static str, from: &mut i64) -> Result<Option<(i64, i64)>> {
        let after = *from;
        if after == i64::MAX {
            return Ok(None);
        }
        let until = sqlx::query_scalar::<_, i64>(sql(end)).bind(after).bind(STEP - 1);
        let until = self.read(until.fetch_optional(&self.readers()).await)?;
        *from = until.unwrap_or(i64::MAX);
        Ok(Some((after, *from)))
    }

    /// Collects the traces of a member's closed tickets.
    async fn traces(&self, account: &AccountId, member: &MemberId) -> Result<Traces> {
        let found = sqlx::query(sql(
            "SELECT number, data FROM tickets WHERE member = ? AND account = ? AND status = 'closed' ORDER BY number",
        ));
        let found = found.bind(member.as_str()).bind(account.as_str());
        let found = self.read(found.fetch_all(&self.readers()).await)?;
        let mut traces = Traces::default();
        for row in &found {
            traces.numbers.push(self.read(row.try_get("number"))?);
            // What can't be read is deleted all the same.
            let Ok(ticket) = serde_json::from_str::<Ticket>(self.read(row.try_get("data"))?) else {
                continue;
            };
            if ticket.kind == ChannelKind::Direct {
                traces.private.insert(ticket.place.channel.to_string());
            }
            let part: String = ticket.subject.chars().take(SUBJECT_PART).collect();
            let part = serde_json::Value::from(part).to_string();
            let part = part.trim_matches('"');
            if !part.trim().is_empty() {
                traces.subjects.insert(part.to_owned());
            }
            for room in ticket.rooms {
                if !traces.rooms.contains(&room) {
                    traces.rooms.push(room);
                }
            }
        }
        Ok(traces)
    }

    /// Adds the direct chats that are known by their channel states.
    async fn private_chats(&self, account: &AccountId, member_json: &str, traces: &mut Traces) -> Result<()> {
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(CHANNELS_END, &mut from).await? {
            let found = sqlx::query_scalar::<_, String>(sql(
                "SELECT channel FROM channels WHERE rowid > ? AND rowid <= ? AND account = ? AND instr(state, ?) > 0 \
                 AND instr(state, '\"kind\":\"direct\"') > 0",
            ));
            let found = found
                .bind(after)
                .bind(until)
                .bind(account.as_str())
                .bind(member_json);
            traces
                .private
                .extend(self.read(found.fetch_all(&self.readers()).await)?);
        }
        Ok(())
    }

    /// Deletes a closed ticket with its history, in as many steps as it is long. Its number is not given again.
    async fn forget_ticket(&self, number: i64) -> Result<u64> {
        loop {
            let mut writer = self.writer().await?;
            let started = Instant::now();
            let removed = remove_some(writer.connection()?, number).await;
            let removed = writer.finish(removed.map_err(Fault::from)).await?;
            self.write_back().await;
            pause(started.elapsed()).await;
            if let Some(tickets) = removed {
                return Ok(tickets);
            }
        }
    }

    /// Writes the log back into the file, and cuts it to nothing: it still has the deleted rows.
    async fn cut_log(&self) -> Result<()> {
        for _ in 0..CHECKPOINT_TRIES {
            let started = Instant::now();
            let mut writer = self.writer().await?;
            let cut = sqlx::query(sql("PRAGMA wal_checkpoint(TRUNCATE)"))
                .fetch_one(writer.connection()?)
                .await;
            let row = writer.finish(cut.map_err(Into::into)).await?;
            if self.read(row.try_get::<i64, _>(0))? == 0 {
                return Ok(());
            }
            pause(started.elapsed()).await;
        }
        Err(StoreError::Failed {
            what: "cut the log of",
            path: self.opening.path.clone(),
            why: "somebody goes on reading from it".to_owned(),
            help: "what was to be forgotten is deleted, and leaves the log with the next restart",
        })
    }
}

/// Deletes at most [`STEP`] rows of a ticket; `None` asks for another step. The last step deletes the ticket too and returns
/// the number of deleted tickets: 0 where it is no longer closed.
async fn remove_some(connection: &mut SqliteConnection, number: i64) -> sqlx::Result<Option<u64>> {
    let mut transaction = connection.begin_with(sql("BEGIN IMMEDIATE")).await?;
    for statement in OF_A_TICKET {
        let removed = sqlx::query(sql(statement))
            .bind(number)
            .bind(STEP)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == STEP.unsigned_abs() {
            transaction.commit().await?;
            return Ok(None);
        }
    }
    let last = sqlx::query(sql(
        "INSERT INTO memos (owner, key, value) SELECT ?, ?, max(number) FROM tickets WHERE true \
         ON CONFLICT (owner, key) DO UPDATE SET value = max(CAST(value AS INTEGER), excluded.value)",
    ));
    last.bind(super::OWNER)
        .bind(LAST_FORGOTTEN)
        .execute(&mut *transaction)
        .await?;
    let done = sqlx::query(sql("DELETE FROM tickets WHERE number = ? AND status = 'closed'"))
        .bind(number)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(done.rows_affected()))
}
