//! Engine that the statements of `store/sql` run on, for SQLite: see `postgres/engine.rs` for the other one.

use super::rows::sql;
use sqlx::query::{Query, QueryScalar};
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Connection as _, Decode, Sqlite, SqliteConnection, Transaction, Type};

pub(super) use sqlx::Row as Cells;
pub(super) use sqlx::SqlitePool as Readers;
pub(super) use sqlx::sqlite::SqliteRow as Row;

/// Connection that writes.
pub(super) type Connection = SqliteConnection;

/// One statement with its values.
pub(super) type One<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Makes a statement; `?` stands for the next value, `?3` for the third.
pub(super) fn query<'q>(statement: &'static str) -> One<'q> {
    sqlx::query(sql(statement))
}

/// Makes a statement of which the text was put together.
pub(super) fn query_text<'q>(statement: String) -> One<'q> {
    sqlx::query(AssertSqlSafe(sql(statement)))
}

/// Makes a statement that returns one value a row.
pub(super) fn query_scalar<'q, T>(statement: &'static str) -> QueryScalar<'q, Sqlite, T, SqliteArguments>
where
    T: Send + Unpin + for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
{
    sqlx::query_scalar(sql(statement))
}

/// Begins a transaction at once, so that a second program's write is waited for here, where waiting works.
pub(super) async fn begin(connection: &mut Connection) -> sqlx::Result<Transaction<'_, Sqlite>> {
    connection.begin_with(sql("BEGIN IMMEDIATE")).await
}
