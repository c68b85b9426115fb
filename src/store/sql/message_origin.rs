//! Origin of a message by its id: whether we sent it, and the ticket that it belongs to.
//!
//! An id may have been given twice (see [`InboxKey`](crate::store::DeduplicationKey)): it means the latest message that had it,
//! and a reply from long before that belongs to another one.

use super::engine::{Cells as _, Readers, Row, query};
use super::read::{place, timestamp};
use crate::store::{Quoted, Relayed, SaidByUs, names_nothing};
use crate::ticket::{LineKind, TicketReference};
use groupdesk_contract::{MessageId, Place, ReplyKey};
use jiff::{SignedDuration, Timestamp};

/// Longest time between a message and its effects.
const EFFECT_DELAY_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Returns the time at which a message of this id, of somebody else, was last received.
async fn last_heard(
    readers: &Readers,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<Option<Timestamp>> {
    let row =
        query("SELECT max(received) AS received FROM seen WHERE message = ? AND channel = ? AND account = ?")
            .bind(message.as_str())
            .bind(place.channel.as_str())
            .bind(place.account.as_str())
            .fetch_one(readers)
            .await?;
    match row.try_get::<Option<i64>, _>("received")? {
        Some(_) => timestamp(&row, "received").map(Some),
        None => Ok(None),
    }
}

/// `true` if a row of this time belongs to the message that was last received.
fn belongs(at: Timestamp, last_heard: Option<Timestamp>) -> bool {
    last_heard.is_none_or(|heard| heard.duration_since(at) <= EFFECT_DELAY_MAX)
}

pub(super) async fn quoted(readers: &Readers, place: &Place, message: &MessageId) -> sqlx::Result<Quoted> {
    if names_nothing(message) {
        return Ok(Quoted::default());
    }
    let ours = query(
        "SELECT about, settled_at, reply -> '$.note.kind.said' IS NULL AS notice, coalesce(reply ->> '$.note.kind', '') = 'answer' AS answer FROM outbox WHERE message = ? AND channel = ? AND account = ? ORDER BY id DESC LIMIT 100",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_all(readers)
    .await?;
    let line = query(
        "SELECT ticket, at, kind FROM ticket_lines WHERE message = ? AND channel = ? AND account = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_optional(readers)
    .await?;
    let heard = last_heard(readers, place, message).await?;
    let mut quoted = Quoted {
        heard: heard.is_some(),
        ..Quoted::default()
    };
    if let Some(ours) = ours.first() {
        let sent: Option<i64> = ours.try_get("settled_at")?;
        if sent.is_none() || belongs(timestamp(ours, "settled_at")?, heard) {
            quoted.by_us = true;
            quoted.ticket = ticket_of(ours)?;
            quoted.notice = quoted.ticket.is_some() && ours.try_get("notice")?;
            quoted.answer = quoted.notice && ours.try_get("answer")?;
        }
    }
    for row in &ours {
        quoted.several |= quoted.by_us && ticket_of(row)? != quoted.ticket;
    }
    if quoted.by_us {
        return Ok(quoted);
    }
    if let Some(line) = line
        && belongs(timestamp(&line, "at")?, heard)
    {
        quoted.ticket = u64::try_from(line.try_get::<i64, _>("ticket")?).ok();
        // What is said is a line of its own kind; an event says that it was withdrawn.
        quoted.withdrawn = LineKind::of(&line.try_get::<String, _>("kind")?) == LineKind::Event;
    }
    Ok(quoted)
}

fn ticket_of(row: &Row) -> sqlx::Result<Option<u64>> {
    Ok(about(row.try_get::<Option<String>, _>("about")?.as_deref()).map(|about| about.ticket))
}

pub(super) async fn said_by_us(
    readers: &Readers,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<Option<SaidByUs>> {
    if names_nothing(message) {
        return Ok(None);
    }
    let row = query(
        "SELECT about, reply FROM outbox \
         WHERE message = ? AND channel = ? AND account = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let of_ticket: Option<String> = row.try_get("about")?;
    let about = about(of_ticket.as_deref());
    // What another version wrote and this one can't read is of no ticket, and no answer, that is known.
    if of_ticket.is_some() && about.is_none() {
        return Ok(None);
    }
    let reply = serde_json::from_str(&row.try_get::<String, _>("reply")?).ok();
    Ok(reply.map(|reply| SaidByUs { about, reply }))
}

pub(super) async fn relayed(
    readers: &Readers,
    room: &Place,
    message: &MessageId,
) -> sqlx::Result<Vec<Relayed>> {
    if names_nothing(message) {
        return Ok(Vec::new());
    }
    let rows = query(
        "SELECT account, channel, message, reply, about, decided FROM outbox \
         WHERE about IS NOT NULL AND about ->> '$.report.message' = ? AND message IS NOT NULL ORDER BY id",
    )
    .bind(message.as_str())
    .fetch_all(readers)
    .await?;
    let mut relayed = Vec::new();
    if rows.is_empty() {
        return Ok(relayed);
    }
    let heard = last_heard(readers, room, message).await?;
    for row in &rows {
        let of_ticket: Option<String> = row.try_get("about")?;
        let report = about(of_ticket.as_deref()).and_then(|about| about.report);
        if report.is_none_or(|report| report.room != *room) || !belongs(timestamp(row, "decided")?, heard) {
            continue;
        }
        // What another version wrote and this one can't read is not changed by it.
        let Ok(reply) = serde_json::from_str(&row.try_get::<String, _>("reply")?) else {
            continue;
        };
        relayed.push(Relayed {
            place: place(row)?,
            message: MessageId::new(row.try_get::<String, _>("message")?),
            reply,
        });
    }
    Ok(relayed)
}

/// Reads the source of a reply, as far as this version can read it.
fn about(json: Option<&str>) -> Option<TicketReference> {
    serde_json::from_str(json?).ok()
}

pub(super) async fn is_reply_queued(
    readers: &Readers,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<bool> {
    // By the index of what is queued: `+` keeps the others out.
    let row = query(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 0 AND +answers = ? AND +channel = ? AND +account = ?)",
    )
    .bind(message.as_str())
    .bind(place.channel.as_str())
    .bind(place.account.as_str())
    .fetch_one(readers)
    .await?;
    row.try_get(0)
}

pub(super) async fn is_queued(readers: &Readers, key: ReplyKey) -> sqlx::Result<bool> {
    let found = query("SELECT 1 FROM outbox WHERE id = ? AND state = 0");
    let found = found.bind(key.0).fetch_optional(readers).await?;
    Ok(found.is_some())
}

/// Notices of one call are committed together, and no more than so many replies lie between them.
const CALL_REPLIES_MAX: i64 = 64;

pub(super) async fn is_call_told(readers: &Readers, notice: ReplyKey, room: &Place) -> sqlx::Result<bool> {
    let row = query(
        "SELECT EXISTS (SELECT 1 FROM outbox AS of_call, outbox AS other WHERE of_call.id = ?1 \
         AND other.id BETWEEN of_call.id - ?2 AND of_call.id + ?2 AND +other.channel = ?3 AND +other.account = ?4 \
         AND other.decided = of_call.decided AND CAST(other.caller AS TEXT) = CAST(of_call.caller AS TEXT) \
         AND other.reply ->> '$.segments' = of_call.reply ->> '$.segments')",
    )
    .bind(notice.0)
    .bind(CALL_REPLIES_MAX)
    .bind(room.channel.as_str())
    .bind(room.account.as_str())
    .fetch_one(readers)
    .await?;
    row.try_get(0)
}

pub(super) async fn sent_as(readers: &Readers, key: ReplyKey) -> sqlx::Result<Option<MessageId>> {
    let row = query("SELECT message FROM outbox WHERE id = ?")
        .bind(key.0)
        .fetch_optional(readers)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let message: Option<String> = row.try_get("message")?;
    Ok(message.map(MessageId::new))
}
