//! Tables of the dashboard: users, sessions, half-written replies, the audit log; and the number that grows with every change of a
//! ticket.

use super::Database;
use super::dialect::reply_ticket;
use super::engine::{Cells as _, One, Row, query, query_scalar};
use super::read::{place, timestamp};
use crate::store::Result;
use crate::store::{
    AuditRow, Batch, Dashboard, QueuedReplies, RefusedReply, SessionRow, SessionToken, TicketDelivery,
};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MessageId};
use jiff::Timestamp;
use tokio::sync::watch;

/// `true` if a batch changes what is known of a ticket.
pub(super) fn is_of_ticket(batch: &Batch) -> bool {
    !batch.tickets.is_empty()
        || !batch.ticket_lines.is_empty()
        || batch.outbox.iter().any(|reply| reply.about.is_some())
}

fn session(row: &Row) -> sqlx::Result<SessionRow> {
    Ok(SessionRow {
        user: row.try_get("user")?,
        created: timestamp(row, "created")?,
        seen: timestamp(row, "seen")?,
        agent: row.try_get("agent")?,
    })
}

#[async_trait]
impl Dashboard for Database {
    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    async fn dashboard_users(&self) -> Result<Vec<String>> {
        let found = query_scalar("SELECT data FROM dashboard_users ORDER BY name");
        self.read(found.fetch_all(&self.readers()).await)
    }

    async fn dashboard_user(&self, name: &str) -> Result<Option<String>> {
        let found = query_scalar("SELECT data FROM dashboard_users WHERE name = ?").bind(name);
        self.read(found.fetch_optional(&self.readers()).await)
    }

    async fn put_dashboard_user(&self, name: &str, before: Option<&str>, data: &str) -> Result<bool> {
        let mut writer = self.writer().await?;
        let connection = writer.connection()?;
        let put = match before {
            None => query("INSERT INTO dashboard_users (name, data) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(data),
            Some(before) => query("UPDATE dashboard_users SET data = ?2 WHERE name = ?1 AND data = ?3")
                .bind(name)
                .bind(data)
                .bind(before),
        };
        let put = put.execute(connection).await.map(|put| put.rows_affected() == 1);
        writer.finish(put.map_err(Into::into)).await
    }

    async fn start_session(&self, token: &SessionToken, session: &SessionRow, over: Timestamp) -> Result<()> {
        let mut writer = self.writer().await?;
        let connection = writer.connection()?;
        let started = async {
            query("DELETE FROM dashboard_sessions WHERE seen < ?")
                .bind(over.as_microsecond())
                .execute(&mut *connection)
                .await?;
            query(
                "INSERT INTO dashboard_sessions (token, \"user\", created, seen, agent) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(token.as_slice())
            .bind(&session.user)
            .bind(session.created.as_microsecond())
            .bind(session.seen.as_microsecond())
            .bind(&session.agent)
            .execute(&mut *connection)
            .await
        };
        let started = started.await.map(drop);
        writer.finish(started.map_err(Into::into)).await
    }

    async fn session(&self, token: &SessionToken) -> Result<Option<SessionRow>> {
        let found = query("SELECT \"user\", created, seen, agent FROM dashboard_sessions WHERE token = ?")
            .bind(token.as_slice())
            .fetch_optional(&self.readers())
            .await;
        self.read(found.and_then(|row| row.as_ref().map(session).transpose()))
    }

    async fn sessions(&self, user: &str) -> Result<Vec<(SessionToken, SessionRow)>> {
        let rows = query(
            "SELECT token, \"user\", created, seen, agent FROM dashboard_sessions WHERE \"user\" = ? ORDER BY seen DESC LIMIT 100",
        )
        .bind(user)
        .fetch_all(&self.readers())
        .await;
        let rows = rows.and_then(|rows| {
            rows.iter()
                .map(|row| {
                    let token: Vec<u8> = row.try_get("token")?;
                    let token = SessionToken::try_from(token.as_slice())
                        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
                    Ok((token, session(row)?))
                })
                .collect()
        });
        self.read(rows)
    }

    async fn touch_session(&self, token: &SessionToken, seen: Timestamp) -> Result<()> {
        let touch = query("UPDATE dashboard_sessions SET seen = ? WHERE token = ?")
            .bind(seen.as_microsecond())
            .bind(token.to_vec());
        self.write_one(touch).await
    }

    async fn end_session(&self, token: &SessionToken) -> Result<()> {
        let end = query("DELETE FROM dashboard_sessions WHERE token = ?").bind(token.to_vec());
        self.write_one(end).await
    }

    async fn end_sessions(&self, user: &str) -> Result<()> {
        let end = query("DELETE FROM dashboard_sessions WHERE \"user\" = ?").bind(user.to_owned());
        self.write_one(end).await
    }

    async fn reply_draft(&self, ticket: u64, user: &str) -> Result<Option<String>> {
        let found = query_scalar("SELECT text FROM dashboard_drafts WHERE ticket = ? AND \"user\" = ?")
            .bind(i64::try_from(ticket).unwrap_or(i64::MAX))
            .bind(user);
        self.read(found.fetch_optional(&self.readers()).await)
    }

    async fn put_reply_draft(&self, ticket: u64, user: &str, text: &str) -> Result<()> {
        let statement = if text.is_empty() {
            "DELETE FROM dashboard_drafts WHERE ticket = ?1 AND \"user\" = ?2 AND ?3 = ''"
        } else {
            "INSERT INTO dashboard_drafts (ticket, \"user\", text) VALUES (?1, ?2, ?3) \
             ON CONFLICT (ticket, \"user\") DO UPDATE SET text = excluded.text"
        };
        let put = query(statement)
            .bind(i64::try_from(ticket).unwrap_or(i64::MAX))
            .bind(user.to_owned())
            .bind(text.to_owned());
        self.write_one(put).await
    }

    async fn add_audit(&self, row: &AuditRow) -> Result<()> {
        let add = query("INSERT INTO dashboard_audit (at, who, action, detail) VALUES (?, ?, ?, ?)")
            .bind(row.at.as_microsecond())
            .bind(row.who.clone())
            .bind(row.action.clone())
            .bind(row.detail.clone());
        self.write_one(add).await
    }

    async fn audit(&self, below: i64, limit: u32) -> Result<Vec<(i64, AuditRow)>> {
        let rows = query(
            "SELECT id, at, who, action, detail FROM dashboard_audit WHERE id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(below)
        .bind(limit)
        .fetch_all(&self.readers())
        .await;
        let rows = rows.and_then(|rows| {
            rows.iter()
                .map(|row| {
                    let found = AuditRow {
                        at: timestamp(row, "at")?,
                        who: row.try_get("who")?,
                        action: row.try_get("action")?,
                        detail: row.try_get("detail")?,
                    };
                    Ok((row.try_get("id")?, found))
                })
                .collect()
        });
        self.read(rows)
    }

    async fn ticket_deliveries(&self, ticket: u64) -> Result<Vec<TicketDelivery>> {
        let rows = query(concat!(
            "SELECT account, channel, state, reason, about ->> '$.report.message' AS message FROM outbox \
             WHERE about IS NOT NULL AND ",
            reply_ticket!(),
            " = ? AND about ->> '$.report.message' IS NOT NULL ORDER BY id",
        ))
        .bind(i64::try_from(ticket).unwrap_or(i64::MAX))
        .fetch_all(&self.readers())
        .await;
        let rows = rows.and_then(|rows| {
            rows.iter()
                .map(|row| {
                    Ok(TicketDelivery {
                        place: place(row)?,
                        message: MessageId::new(row.try_get::<String, _>("message")?),
                        state: row.try_get("state")?,
                        reason: row.try_get("reason")?,
                    })
                })
                .collect()
        });
        self.read(rows)
    }

    async fn queued_replies(&self) -> Result<Vec<QueuedReplies>> {
        let rows = query(
            "SELECT account, count(*) AS replies, min(decided) AS oldest FROM outbox INDEXED BY outbox_queued WHERE state = 0 \
             GROUP BY account",
        )
        .fetch_all(&self.readers())
        .await;
        let rows = rows.and_then(|rows| {
            rows.iter()
                .map(|row| {
                    Ok(QueuedReplies {
                        account: AccountId::new(row.try_get::<String, _>("account")?),
                        replies: u64::try_from(row.try_get::<i64, _>("replies")?).unwrap_or_default(),
                        oldest: timestamp(row, "oldest")?,
                    })
                })
                .collect()
        });
        self.read(rows)
    }

    async fn refused_replies(&self, limit: u32) -> Result<Vec<RefusedReply>> {
        let rows = query(concat!(
            "SELECT account, channel, settled_at, reason, ",
            reply_ticket!(),
            " AS ticket FROM outbox WHERE state = 2 \
             AND settled_at IS NOT NULL ORDER BY settled_at DESC LIMIT ?",
        ))
        .bind(limit)
        .fetch_all(&self.readers())
        .await;
        let rows = rows.and_then(|rows| {
            rows.iter()
                .map(|row| {
                    let ticket: Option<i64> = row.try_get("ticket")?;
                    Ok(RefusedReply {
                        place: place(row)?,
                        at: timestamp(row, "settled_at")?,
                        reason: row.try_get::<Option<String>, _>("reason")?.unwrap_or_default(),
                        ticket: ticket.and_then(|ticket| u64::try_from(ticket).ok()),
                    })
                })
                .collect()
        });
        self.read(rows)
    }
}

impl Database {
    pub(super) fn note_change(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    pub(super) async fn write_one(&self, statement: One<'static>) -> Result<()> {
        let mut writer = self.writer().await?;
        let done = statement.execute(writer.connection()?).await.map(drop);
        writer.finish(done.map_err(Into::into)).await
    }
}
