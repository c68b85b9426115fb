//! Engine that the statements of `store/sql` run on, for PostgreSQL: see `sqlite/engine.rs` for the other one. Everything that is asked of
//! the database goes through here, and waits for it for a bounded time.

use super::dialect::{sql, translated};
use super::values::{OptionalCell, Value};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgQueryResult, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, Postgres, SqlSafeStr as _, SqlStr};
use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

pub(super) use super::values::{Cells, Row};

/// Connection that writes.
#[derive(Debug)]
pub(super) struct Connection {
    inner: PgConnection,
    /// As of [`Readers`].
    pooled: bool,
}

impl Connection {
    pub(super) fn new(inner: PgConnection, pooled: bool) -> Self {
        Self { inner, pooled }
    }

    /// Returns the connection for statements in the simple form.
    pub(super) fn plain(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    pub(super) async fn close(self) -> sqlx::Result<()> {
        self.inner.close().await
    }
}

/// Time for which an answer of the database is waited for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that read.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    pub(super) pool: PgPool,
    /// `true` if a pooler stands between, which gives each transaction another connection of its own: a statement and its values
    /// then go in one transaction.
    pub(super) pooled: bool,
}

impl Readers {
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Returns the answer, or fails when it takes too long.
pub(super) async fn answered<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    answered_within(ANSWER_TIMEOUT, answer).await
}

/// Returns the answer, or fails when it takes longer than `timeout`.
pub(super) async fn answered_within<T>(
    timeout: Duration,
    answer: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    match tokio::time::timeout(timeout, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::Error::new(
            std::io::ErrorKind::TimedOut,
            format!("it has not answered for {} s", timeout.as_secs()),
        ))),
    }
}

/// One statement with its values.
pub(super) struct One<'q> {
    statement: SqlStr,
    arguments: Result<PgArguments, BoxDynError>,
    lifetime: PhantomData<&'q ()>,
}

/// Makes a statement; `?` stands for the next value, `?3` for the third.
pub(super) fn query<'q>(statement: &'static str) -> One<'q> {
    One::new(sql(statement).into_sql_str())
}

/// Makes a statement of which the text was put together.
pub(super) fn query_text<'q>(statement: String) -> One<'q> {
    One::new(AssertSqlSafe(translated(&statement)).into_sql_str())
}

/// Makes a statement that returns one value a row.
pub(super) fn query_scalar<'q, T: OptionalCell>(statement: &'static str) -> Scalar<'q, T> {
    Scalar {
        query: query(statement),
        value: PhantomData,
    }
}

impl One<'_> {
    fn new(statement: SqlStr) -> Self {
        Self {
            statement,
            arguments: Ok(PgArguments::default()),
            lifetime: PhantomData,
        }
    }

    /// Makes a statement in PostgreSQL's own words, with all of its values.
    pub(super) fn whole(statement: String, arguments: PgArguments) -> Self {
        Self {
            statement: AssertSqlSafe(statement).into_sql_str(),
            arguments: Ok(arguments),
            lifetime: PhantomData,
        }
    }

    pub(super) fn bind(mut self, value: impl Value) -> Self {
        if let Ok(arguments) = &mut self.arguments
            && let Err(error) = value.held().add_to(arguments)
        {
            self.arguments = Err(error);
        }
        self
    }

    pub(super) async fn fetch_all(self, source: impl Source) -> sqlx::Result<Vec<Row>> {
        source.rows(self).await
    }

    pub(super) async fn fetch_optional(self, source: impl Source) -> sqlx::Result<Option<Row>> {
        Ok(source.rows(self).await?.into_iter().next())
    }

    pub(super) async fn fetch_one(self, source: impl Source) -> sqlx::Result<Row> {
        self.fetch_optional(source).await?.ok_or(sqlx::Error::RowNotFound)
    }

    pub(super) async fn execute(self, source: impl Source) -> sqlx::Result<PgQueryResult> {
        source.done(self).await
    }

    /// Makes the query. Behind a pooler no name of a prepared statement is ours alone.
    fn into_query(self, pooled: bool) -> sqlx::Result<sqlx::query::Query<'static, Postgres, PgArguments>> {
        let arguments = self.arguments.map_err(sqlx::Error::Encode)?;
        Ok(sqlx::query_with(self.statement, arguments).persistent(!pooled))
    }
}

/// A statement that returns one value a row.
pub(super) struct Scalar<'q, T> {
    query: One<'q>,
    value: PhantomData<T>,
}

impl<T: OptionalCell> Scalar<'_, T> {
    pub(super) fn bind(mut self, value: impl Value) -> Self {
        self.query = self.query.bind(value);
        self
    }

    pub(super) async fn fetch_all(self, source: impl Source) -> sqlx::Result<Vec<T>> {
        let rows = self.query.fetch_all(source).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    pub(super) async fn fetch_optional(self, source: impl Source) -> sqlx::Result<Option<T>> {
        let row = self.query.fetch_optional(source).await?;
        row.map(|row| row.try_get(0)).transpose()
    }

    pub(super) async fn fetch_one(self, source: impl Source) -> sqlx::Result<T> {
        self.query.fetch_one(source).await?.try_get(0)
    }
}

/// Connection on which a statement runs: the one that writes, or any of those that read.
pub(super) trait Source: Send {
    fn rows(self, query: One<'_>) -> impl Future<Output = sqlx::Result<Vec<Row>>> + Send;

    fn done(self, query: One<'_>) -> impl Future<Output = sqlx::Result<PgQueryResult>> + Send;
}

impl Source for &mut Connection {
    fn rows(self, query: One<'_>) -> impl Future<Output = sqlx::Result<Vec<Row>>> + Send {
        let query = query.into_query(self.pooled);
        async move { Ok(own(answered(query?.fetch_all(&mut self.inner)).await?)) }
    }

    fn done(self, query: One<'_>) -> impl Future<Output = sqlx::Result<PgQueryResult>> + Send {
        let query = query.into_query(self.pooled);
        async move { answered(query?.execute(&mut self.inner)).await }
    }
}

impl Source for &Readers {
    fn rows(self, query: One<'_>) -> impl Future<Output = sqlx::Result<Vec<Row>>> + Send {
        let query = query.into_query(self.pooled);
        async move {
            let query = query?;
            let mut connection = answered(self.pool.acquire()).await?;
            if !self.pooled {
                return Ok(own(answered(query.fetch_all(&mut *connection)).await?));
            }
            answered(sqlx::raw_sql("BEGIN READ ONLY").execute(&mut *connection)).await?;
            let rows = answered(query.fetch_all(&mut *connection)).await;
            let ended = answered(sqlx::raw_sql("COMMIT").execute(&mut *connection)).await;
            if ended.is_err() {
                // What it is in the middle of is nobody else's.
                connection.close_on_drop();
            }
            let rows = rows?;
            ended.map(|_| own(rows))
        }
    }

    fn done(self, query: One<'_>) -> impl Future<Output = sqlx::Result<PgQueryResult>> + Send {
        let query = query.into_query(self.pooled);
        async move { answered(query?.execute(&self.pool)).await }
    }
}

fn own(rows: Vec<PgRow>) -> Vec<Row> {
    rows.into_iter().map(Row).collect()
}

/// Part of a write. All of a write is one transaction: [`Writer`](super::writing_connection::Writer) begins it and ends it.
pub(super) struct Part<'a>(&'a mut Connection);

/// Begins a part of a write.
pub(super) async fn begin(connection: &mut Connection) -> sqlx::Result<Part<'_>> {
    Ok(Part(connection))
}

impl Part<'_> {
    #[expect(clippy::unused_async, reason = "the other database commits here")]
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        Ok(())
    }

    #[expect(
        clippy::unused_async,
        reason = "the other database rolls back here; the caller fails, and the writer does it"
    )]
    pub(super) async fn rollback(self) -> sqlx::Result<()> {
        Ok(())
    }
}

impl Deref for Part<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl DerefMut for Part<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.0
    }
}
