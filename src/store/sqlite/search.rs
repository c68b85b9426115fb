//! Terms by which tickets are found: made of those that changed since they were last searched, a transaction a ticket.

use super::rows::sql;
use super::{Result, SqliteStore};
use crate::ticket::Ticket;
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::BTreeSet;

/// Function that takes a text apart into its terms.
pub(super) type TermsOf<'a> = &'a (dyn Fn(&str) -> BTreeSet<String> + Sync);

impl SqliteStore {
    /// Makes the terms of all tickets that changed since they were last made. Works in small steps, beside a program that serves.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be written; steps done stay done.
    pub async fn index_tickets(&self, terms_of: &(dyn Fn(&str) -> BTreeSet<String> + Sync)) -> Result<()> {
        loop {
            let mut writer = self.writer().await?;
            let done = index_one(writer.connection()?, terms_of).await;
            let done = writer.finish(done.map_err(Into::into)).await?;
            if !done {
                return Ok(());
            }
        }
    }
}

/// Makes the terms of one ticket; `false` if none was due.
async fn index_one(connection: &mut SqliteConnection, terms_of: TermsOf<'_>) -> sqlx::Result<bool> {
    let mut transaction = connection.begin_with(sql("BEGIN IMMEDIATE")).await?;
    let due: Option<i64> = sqlx::query_scalar(sql("SELECT max(ticket) FROM ticket_terms_due"))
        .fetch_one(&mut *transaction)
        .await?;
    let Some(number) = due else { return Ok(false) };
    let data: Option<String> = sqlx::query_scalar(sql("SELECT data FROM tickets WHERE number = ?"))
        .bind(number)
        .fetch_optional(&mut *transaction)
        .await?;
    let mut terms = BTreeSet::new();
    if let Some(ticket) = data.and_then(|data| serde_json::from_str::<Ticket>(&data).ok()) {
        for text in [
            &ticket.subject,
            &ticket.transcript,
            &ticket.earlier,
            &ticket.member_name,
        ] {
            terms.extend(terms_of(text));
        }
    }
    let lines = sqlx::query(sql(
        "SELECT text FROM ticket_lines WHERE ticket = ? AND kind <> 'event'",
    ))
    .bind(number)
    .fetch_all(&mut *transaction)
    .await?;
    for line in &lines {
        terms.extend(terms_of(line.try_get("text")?));
    }
    for statement in [
        "DELETE FROM ticket_terms WHERE ticket = ?",
        "DELETE FROM ticket_terms_due WHERE ticket = ?",
    ] {
        sqlx::query(sql(statement))
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }
    // One statement: the database takes the list apart.
    let list = serde_json::to_string(&terms).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(sql(
        "INSERT INTO ticket_terms (term, ticket) SELECT value, ?1 FROM json_each(?2)",
    ))
    .bind(number)
    .bind(list)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}
