//! Terms by which tickets are found: made of those that changed since they were last searched, a transaction a ticket.

use super::Database;
use super::engine::{Cells as _, Connection, begin, query, query_scalar};
use super::rows::Statement;
use crate::store::{Result, TermsOf};
use crate::ticket::Ticket;
use std::collections::BTreeSet;

const TERMS: Statement = Statement {
    head: "INSERT INTO ticket_terms (term, ticket) ",
    values: 2,
    key: 0,
    tail: "",
};

impl Database {
    /// Makes the terms of all tickets that changed since they were last made.
    pub(super) async fn index_changed_tickets(&self, terms_of: TermsOf<'_>) -> Result<()> {
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
async fn index_one(connection: &mut Connection, terms_of: TermsOf<'_>) -> sqlx::Result<bool> {
    let mut transaction = begin(connection).await?;
    let due: Option<i64> = query_scalar("SELECT max(ticket) FROM ticket_terms_due")
        .fetch_one(&mut *transaction)
        .await?;
    let Some(number) = due else { return Ok(false) };
    let data: Option<String> = query_scalar("SELECT data FROM tickets WHERE number = ?")
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
    let lines = query("SELECT text FROM ticket_lines WHERE ticket = ? AND kind <> 'event'")
        .bind(number)
        .fetch_all(&mut *transaction)
        .await?;
    for line in &lines {
        terms.extend(terms_of(&line.try_get::<String, _>("text")?));
    }
    for statement in [
        "DELETE FROM ticket_terms WHERE ticket = ?",
        "DELETE FROM ticket_terms_due WHERE ticket = ?",
    ] {
        query(statement).bind(number).execute(&mut *transaction).await?;
    }
    let terms: Vec<String> = terms.into_iter().collect();
    TERMS
        .execute(&mut transaction, &terms, |values, term| {
            values.add(term.as_str())?;
            values.add(number)
        })
        .await?;
    transaction.commit().await?;
    Ok(true)
}
