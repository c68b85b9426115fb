//! Writes a batch in one transaction.

use super::decisions;
use super::engine::{Connection, begin};
use super::faults::Faults;
use super::rows::{Bound, Json, Statement, Values};
use crate::store::columns::insert;
use crate::store::{
    Batch, ChannelRow, DeliveryOutcome, InboxRow, Memo, NewReply, Quarantined, Result, StoreError,
    names_nothing,
};
use crate::ticket::{HistoryLine, Ticket};
use groupdesk_contract::{MessageId, Place, ReplyKey};
use jiff::Timestamp;
use std::collections::HashMap;

insert! {
    SEEN into "seen", bound by bind_seen;
    key: 0, tail: "";
    row = row, &InboxRow {
        message: row.key.message.as_str(),
        channel: row.key.place.channel.as_str(),
        account: row.key.place.account.as_str(),
        fingerprint: row.key.fingerprint,
        at: row.key.at.as_microsecond(),
        received: row.received.as_microsecond(),
    }
}

insert! {
    CHANNELS into "channels", bound by bind_channel;
    key: 2, tail: " ON CONFLICT (channel, account) DO UPDATE SET state = excluded.state, wake_at = excluded.wake_at, \
           touched = excluded.touched";
    row = row, &ChannelRow {
        channel: row.place.channel.as_str(),
        account: row.place.account.as_str(),
        state: row.state.as_str(),
        wake_at: row.wake_at.map(Timestamp::as_microsecond),
        touched: row.touched.as_microsecond(),
    }
}

insert! {
    TICKETS into "tickets", bound by bind_ticket;
    key: 1, tail: " ON CONFLICT (number) DO UPDATE SET status = excluded.status, data = excluded.data \
           WHERE tickets.member = excluded.member AND tickets.channel = excluded.channel AND tickets.account = excluded.account";
    row = (number, ticket), &(i64, &Ticket) {
        number: *number,
        account: ticket.place.account.as_str(),
        channel: ticket.place.channel.as_str(),
        member: ticket.member.as_str(),
        status: ticket.status.name(),
        opened: ticket.opened.as_microsecond(),
        data: Json(serde_json::to_string(ticket)?),
    }
}

insert! {
    LINES into "ticket_lines", bound by bind_line;
    key: 0, tail: "";
    row = line, &HistoryLine {
        ticket: i64::try_from(line.ticket)?,
        at: line.at.as_microsecond(),
        kind: line.kind.name(),
        who: line.who.as_str(),
        text: line.text.as_str(),
        account: said_as(line).map(|(place, _)| place.account.as_str()),
        channel: said_as(line).map(|(place, _)| place.channel.as_str()),
        message: said_as(line).map(|(_, message)| message.as_str()),
    }
}

insert! {
    OUTBOX into "outbox", bound by bind_reply;
    key: 0, tail: "";
    row = (json, row), &(&str, &NewReply) {
        account: row.place.account.as_str(),
        channel: row.place.channel.as_str(),
        decided: row.decided.as_microsecond(),
        not_before: row.not_before.as_microsecond(),
        answers: row.answers.as_ref().map(|message| message.as_str()),
        reply: Json((*json).to_owned()),
        about: row.about.as_ref().map(as_json).transpose()?,
        caller: row.caller.as_ref().map(as_json).transpose()?,
    }
}

insert! {
    MEMOS into "memos", bound by bind_memo;
    key: 2, tail: " ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value";
    row = memo, &Memo {
        owner: memo.owner.as_str(),
        key: memo.key.as_str(),
        value: memo.value.as_str(),
    }
}

insert! {
    QUARANTINE into "quarantine", bound by bind_quarantined;
    key: 0, tail: "";
    row = row, &Quarantined {
        at: row.at.as_microsecond(),
        account: row.place.account.as_str(),
        channel: row.place.channel.as_str(),
        member: row.member.as_str(),
        message: row.message.as_str(),
        kind: row.kind.as_str(),
        reason: row.reason.as_str(),
        payload: row.payload.as_str(),
    }
}

const SETTLE: Statement = Statement {
    head: "WITH s (id, state, settled_at, message, attempts, not_before, reason) AS (",
    values: 7,
    key: 0,
    tail: ") UPDATE outbox SET state = s.state, settled_at = s.settled_at, message = s.message, \
           attempts = coalesce(s.attempts, outbox.attempts), not_before = coalesce(s.not_before, outbox.not_before), \
           reason = s.reason FROM s WHERE outbox.id = s.id AND outbox.state = 0",
};

/// Values of `outbox.state`.
#[derive(Clone, Copy)]
enum StateJson {
    Queued = 0,
    Sent = 1,
    Refused = 2,
    Unknown = 3,
}

/// Key of the memo that shows whether writing works.
const PROBE: &str = "probe";

/// Reason for a failed write.
pub(super) enum CommitFault {
    AlreadyKnown,
    /// A ticket's number is another ticket's already: another program has given it away, or the book in memory is not
    /// that of this file.
    NumberTaken,
    Database(sqlx::Error),
}

impl CommitFault {
    /// Makes the error that the caller is told.
    pub(super) fn into_error(self, faults: &Faults) -> StoreError {
        match self {
            Self::AlreadyKnown => StoreError::AlreadyKnown,
            Self::NumberTaken => StoreError::Data {
                what: "write to",
                why: "a ticket's number is another ticket's already".to_owned(),
            },
            Self::Database(error) => faults.writing(&error),
        }
    }
}

impl From<sqlx::Error> for CommitFault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Parts of a batch that are computed before the writing connection is taken.
pub(super) struct Prepared {
    /// Numbers of the tickets, as the database has them.
    numbers: Vec<i64>,
    /// Replies, as the database has them.
    replies: Vec<String>,
}

pub(super) fn prepare(batch: &Batch) -> Result<Prepared> {
    let numbers = batch.tickets.iter().map(|ticket| {
        i64::try_from(ticket.number).map_err(|_| StoreError::TooLarge {
            what: "a ticket's number",
            value: ticket.number,
        })
    });
    // A reply is strings in lists: there is nothing in it that JSON can't hold.
    let replies = batch
        .outbox
        .iter()
        .map(|row| serde_json::to_string(&row.reply).unwrap_or_default());
    Ok(Prepared {
        numbers: numbers.collect::<Result<_>>()?,
        replies: replies.collect(),
    })
}

pub(super) async fn commit(
    connection: &mut Connection,
    batch: &Batch,
    prepared: &Prepared,
) -> std::result::Result<Vec<ReplyKey>, CommitFault> {
    // At once, so that a second program's write is waited for here, where waiting works.
    let mut transaction = begin(connection).await?;
    SEEN.execute(&mut transaction, &batch.inbox, bind_seen)
        .await
        .map_err(|error| {
            if error
                .as_database_error()
                .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
            {
                CommitFault::AlreadyKnown
            } else {
                CommitFault::Database(error)
            }
        })?;
    CHANNELS
        .execute(&mut transaction, &batch.channels, bind_channel)
        .await?;
    let tickets: Vec<(i64, &Ticket)> = prepared.numbers.iter().copied().zip(&batch.tickets).collect();
    let written = TICKETS.execute(&mut transaction, &tickets, bind_ticket).await?;
    if written.iter().any(|done| done.affected != done.rows) {
        // Dropped here, the transaction is rolled back; this one waits until it is.
        transaction.rollback().await?;
        return Err(CommitFault::NumberTaken);
    }
    LINES
        .execute(&mut transaction, &batch.ticket_lines, bind_line)
        .await?;
    let replies: Vec<(&str, &NewReply)> = prepared
        .replies
        .iter()
        .map(String::as_str)
        .zip(&batch.outbox)
        .collect();
    let keys = OUTBOX.insert(&mut transaction, &replies, bind_reply).await?;
    MEMOS.execute(&mut transaction, &batch.memos, bind_memo).await?;
    QUARANTINE
        .execute(&mut transaction, &batch.quarantined, bind_quarantined)
        .await?;
    settle_in(&mut transaction, &batch.settled).await?;
    decisions::write(&mut transaction, &batch.decisions).await?;
    transaction.commit().await?;
    Ok(keys.into_iter().map(ReplyKey).collect())
}

/// Writes the memo that shows whether writing works.
pub(super) async fn probe(connection: &mut Connection, value: &str) -> sqlx::Result<()> {
    let probe = Memo {
        owner: super::OWNER.to_owned(),
        key: PROBE.to_owned(),
        value: value.to_owned(),
    };
    memo(connection, &probe).await
}

/// Writes one memo.
pub(super) async fn memo(connection: &mut Connection, memo: &Memo) -> sqlx::Result<()> {
    let memo = std::slice::from_ref(memo);
    MEMOS.execute(connection, memo, bind_memo).await.map(drop)
}

pub(super) async fn settle(
    connection: &mut Connection,
    settled: &[(ReplyKey, DeliveryOutcome)],
) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    settle_in(&mut transaction, settled).await?;
    transaction.commit().await
}

async fn settle_in(connection: &mut Connection, settled: &[(ReplyKey, DeliveryOutcome)]) -> sqlx::Result<()> {
    SETTLE
        .execute(connection, &last_of_each(settled), bind_settled)
        .await?;
    Ok(())
}

/// Returns the one record of each reply that counts: the first final one, else the last. (One statement must not update a
/// row twice.)
fn last_of_each(settled: &[(ReplyKey, DeliveryOutcome)]) -> Vec<&(ReplyKey, DeliveryOutcome)> {
    let mut places: HashMap<ReplyKey, usize> = HashMap::with_capacity(settled.len());
    let mut kept: Vec<&(ReplyKey, DeliveryOutcome)> = Vec::with_capacity(settled.len());
    for record in settled {
        let next = kept.len();
        match kept.get_mut(*places.entry(record.0).or_insert(next)) {
            Some(before) if matches!(before.1, DeliveryOutcome::Attempt { .. }) => *before = record,
            Some(_) => {}
            None => kept.push(record),
        }
    }
    kept
}

/// Returns the message that a line of the history is; `None` for one whose id names nothing.
fn said_as(line: &HistoryLine) -> Option<&(Place, MessageId)> {
    line.said.as_ref().filter(|(_, message)| !names_nothing(message))
}

fn as_json(value: &impl serde::Serialize) -> serde_json::Result<Json> {
    serde_json::to_string(value).map(Json)
}

fn bind_settled(values: &mut Values, (key, settled): &&(ReplyKey, DeliveryOutcome)) -> Bound {
    values.add(key.0)?;
    let (state, at, message, attempt, reason) = match settled {
        DeliveryOutcome::Sent { message, at } => (StateJson::Sent, Some(at), message.as_ref(), None, None),
        DeliveryOutcome::Refused { reason, at } => (StateJson::Refused, Some(at), None, None, Some(reason)),
        DeliveryOutcome::Unknown { reason, at } => (StateJson::Unknown, Some(at), None, None, Some(reason)),
        DeliveryOutcome::Attempt {
            count,
            next_try,
            reason,
        } => (
            StateJson::Queued,
            None,
            None,
            Some((*count, next_try)),
            Some(reason),
        ),
    };
    values.add(state as i64)?;
    values.add(at.map(|at| at.as_microsecond()))?;
    // By an id that names nothing no message is found again.
    let message = message.filter(|message| !names_nothing(message));
    values.add(message.map(|message| message.as_str()))?;
    values.add(attempt.map(|(count, _)| i64::from(count)))?;
    values.add(attempt.map(|(_, next_try)| next_try.as_microsecond()))?;
    values.add(reason.map(String::as_str))
}
