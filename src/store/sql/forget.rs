//! Deletes closed tickets, and everything about a member. The connection overwrites deleted data (`secure_delete`); at
//! the end the log is written back and cut, so that no text stands in any of the files.

use super::commit_batch::CommitFault;
use super::dialect::{self, reply_ticket};
use super::engine::{Cells as _, Connection, Readers, begin, query, query_scalar};
use super::prune::pause;
use super::rows::Json;
use super::tickets::LAST_FORGOTTEN;
use super::{Database, OWNER};
use crate::store::{Forgotten, Result};
use crate::ticket::Ticket;
use groupdesk_contract::{AccountId, ChannelKind, MemberId, Place};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Instant;

/// Rows of one step.
const STEP_ROWS: i64 = 500;

/// Statements that delete a ticket's rows, at most `?2` at a time, before the ticket itself.
const OF_A_TICKET: [&str; 2] = [
    "DELETE FROM ticket_lines WHERE id IN (SELECT id FROM ticket_lines WHERE ticket = ?1 LIMIT ?2)",
    concat!(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE about IS NOT NULL AND ",
        reply_ticket!(),
        " = ?1 AND state <> 0 LIMIT ?2)"
    ),
];

/// Statement that finds the end of the next step of a walk over all channel states.
const CHANNELS_END: &str = "SELECT rowid FROM channels WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?";
const OUTBOX_END: &str = "SELECT id FROM outbox WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?";

/// Deletes the states of channels with a member in them. Other members there may be asked again, at worst.
const FROM_CHANNELS: &str =
    "DELETE FROM channels WHERE rowid > ?1 AND rowid <= ?2 AND account = ?3 AND instr(state, ?4) > 0";

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

/// Returns the names of the accounts of which anything is kept.
pub(super) async fn accounts(readers: &Readers) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "SELECT account FROM channels UNION SELECT account FROM tickets UNION SELECT account FROM outbox \
         UNION SELECT account FROM seen UNION SELECT account FROM quarantine ORDER BY account",
    )
    .fetch_all(readers)
    .await
}

impl Database {
    /// Deletes closed tickets that were opened before a time, oldest first.
    pub(super) async fn forget_before(&self, before: Timestamp) -> Result<Forgotten> {
        let mut forgotten = 0;
        let mut from = i64::MIN;
        loop {
            // Numbers grow with time: the walk ends at the first ticket that is young enough.
            let found = query(
                "SELECT number, status = 'closed' AS closed, opened FROM tickets WHERE number > ? ORDER BY number LIMIT ?",
            );
            let found = found.bind(from).bind(STEP_ROWS).fetch_all(&self.readers()).await;
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
        let json = |value: serde_json::Result<String>| Json(value.unwrap_or_else(|_| "[]".to_owned()));
        let private = json(serde_json::to_string(&traces.private));
        let rooms = json(serde_json::to_string(&traces.rooms));
        let subjects = json(serde_json::to_string(&traces.subjects));
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(CHANNELS_END, &mut from).await? {
            let step = query(FROM_CHANNELS).bind(after).bind(until);
            forgotten.channels += self
                .step(step.bind(account.as_str()).bind(member_json.as_str()))
                .await?;
        }
        let mut from = i64::MIN;
        while let Some((after, until)) = self.next_step(OUTBOX_END, &mut from).await? {
            let step = query(dialect::FROM_OUTBOX).bind(after).bind(until);
            let step = step.bind(account.as_str()).bind(member_json.as_str());
            let step = step
                .bind(private.clone())
                .bind(rooms.clone())
                .bind(subjects.clone())
                .bind(member.as_str());
            forgotten.replies += self.step(step).await?;
        }
        loop {
            let step = query(
                "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE member = ? AND account = ? LIMIT ?)",
            );
            let step = step.bind(member.as_str()).bind(account.as_str()).bind(STEP_ROWS);
            let rows = self.step(step).await?;
            forgotten.decisions += rows;
            if rows < STEP_ROWS.unsigned_abs() {
                break;
            }
        }
        let answers = query("DELETE FROM staff_answers WHERE staff = ? AND account = ?");
        self.step(answers.bind(member.as_str()).bind(account.as_str()))
            .await?;
        let aside = query("DELETE FROM quarantine WHERE member = ? AND account = ?");
        forgotten.quarantined = self
            .step(aside.bind(member.as_str()).bind(account.as_str()))
            .await?;
        let on_websites = query("DELETE FROM web_messages WHERE visitor = ? AND account = ?");
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
            let found = query_scalar(dialect::WATCHED);
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
                    let lines = query(dialect::LINES_OF);
                    self.step(lines.bind(number).bind(named.as_str())).await?;
                    let notices = query(concat!(
                        "DELETE FROM outbox WHERE about IS NOT NULL AND ",
                        reply_ticket!(),
                        " = ?1 AND state <> 0 AND instr(reply, ?2) > 0"
                    ));
                    self.step(notices.bind(number).bind(named.as_str())).await?;
                }
                let watchers = query(dialect::UNWATCHED);
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
        let until = query_scalar::<i64>(end).bind(after).bind(STEP_ROWS - 1);
        let until = self.read(until.fetch_optional(&self.readers()).await)?;
        *from = until.unwrap_or(i64::MAX);
        Ok(Some((after, *from)))
    }

    /// Collects the traces of a member's closed tickets.
    async fn traces(&self, account: &AccountId, member: &MemberId) -> Result<Traces> {
        let found = query(
            "SELECT number, data FROM tickets WHERE member = ? AND account = ? AND status = 'closed' ORDER BY number",
        );
        let found = found.bind(member.as_str()).bind(account.as_str());
        let found = self.read(found.fetch_all(&self.readers()).await)?;
        let mut traces = Traces::default();
        for row in &found {
            traces.numbers.push(self.read(row.try_get("number"))?);
            // What can't be read is deleted all the same.
            let data: String = self.read(row.try_get("data"))?;
            let Ok(ticket) = serde_json::from_str::<Ticket>(&data) else {
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
            let found = query_scalar::<String>(
                "SELECT channel FROM channels WHERE rowid > ? AND rowid <= ? AND account = ? AND instr(state, ?) > 0 \
                 AND instr(state, '\"kind\":\"direct\"') > 0",
            );
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
            let removed = writer.finish(removed.map_err(CommitFault::from)).await?;
            self.write_back().await;
            pause(started.elapsed()).await;
            if let Some(tickets) = removed {
                return Ok(tickets);
            }
        }
    }
}

/// Deletes at most [`STEP_ROWS`] rows of a ticket; `None` asks for another step. The last step deletes the ticket too and returns
/// the number of deleted tickets: 0 where it is no longer closed.
async fn remove_some(connection: &mut Connection, number: i64) -> sqlx::Result<Option<u64>> {
    let mut transaction = begin(connection).await?;
    for statement in OF_A_TICKET {
        let removed = query(statement)
            .bind(number)
            .bind(STEP_ROWS)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == STEP_ROWS.unsigned_abs() {
            transaction.commit().await?;
            return Ok(None);
        }
    }
    note_highest(&mut transaction).await?;
    let done = query("DELETE FROM tickets WHERE number = ? AND status = 'closed'")
        .bind(number)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(done.rows_affected()))
}

/// Notes the highest number of all tickets, so that it is not given again when its ticket is gone.
async fn note_highest(connection: &mut Connection) -> sqlx::Result<()> {
    let highest = query_scalar::<Option<i64>>("SELECT max(number) FROM tickets");
    let highest = highest.fetch_one(&mut *connection).await?.unwrap_or(0);
    let noted = query_scalar::<String>("SELECT value FROM memos WHERE owner = ? AND key = ?")
        .bind(OWNER)
        .bind(LAST_FORGOTTEN)
        .fetch_optional(&mut *connection)
        .await?;
    let noted = noted.and_then(|number| number.parse::<i64>().ok());
    if noted.is_some_and(|noted| noted >= highest) {
        return Ok(());
    }
    query(
        "INSERT INTO memos (owner, key, value) VALUES (?, ?, ?) ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value",
    )
    .bind(OWNER)
    .bind(LAST_FORGOTTEN)
    .bind(highest.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
