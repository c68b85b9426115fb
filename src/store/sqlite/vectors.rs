//! The vectors of the FAQ's questions.

use super::rows::{Statement, Values, sql};
use crate::store::VectorKey;
use sqlx::{Connection, Row, SqliteConnection, SqlitePool};
use std::collections::HashSet;

const READ: Statement = Statement {
    head: "WITH k (i, model, key) AS (VALUES ",
    values: 3,
    tail: ") SELECT k.i, vectors.vector FROM k CROSS JOIN vectors USING (model, key)",
};

const KEEP: Statement = Statement {
    head: "INSERT INTO vectors (model, key, vector) VALUES ",
    values: 3,
    tail: " ON CONFLICT (model, key) DO UPDATE SET vector = excluded.vector",
};

const FORGET: Statement = Statement {
    head: "DELETE FROM vectors WHERE id IN (VALUES ",
    values: 1,
    tail: ")",
};

/// Rows that one transaction deletes, so that messages are committed between.
const STEP: usize = 1024;

pub(super) async fn read(
    readers: &SqlitePool,
    model: &str,
    keys: &[VectorKey],
) -> sqlx::Result<Vec<Option<Vec<f32>>>> {
    let mut vectors = vec![None; keys.len()];
    let keys: Vec<(i64, &VectorKey)> = (0..).zip(keys).collect();
    let bind = |values: &mut Values, (at, key): &(i64, &VectorKey)| {
        values.add(*at)?;
        values.add(model)?;
        values.add(key.as_slice())
    };
    READ.fetch(readers, &keys, bind, |row| {
        let at = usize::try_from(row.try_get::<i64, _>(0)?).ok();
        if let Some(vector) = at.and_then(|at| vectors.get_mut(at)) {
            *vector = Some(numbers(row.try_get(1)?));
        }
        Ok(())
    })
    .await?;
    Ok(vectors)
}

pub(super) async fn keep(
    connection: &mut SqliteConnection,
    model: &str,
    vectors: &[(VectorKey, Vec<f32>)],
) -> sqlx::Result<()> {
    let mut transaction = connection.begin_with(sql("BEGIN IMMEDIATE")).await?;
    let bind = |values: &mut Values, (key, vector): &(VectorKey, Vec<f32>)| {
        values.add(model)?;
        values.add(key.as_slice())?;
        let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
        values.add(bytes)
    };
    KEEP.execute(&mut transaction, vectors, bind).await?;
    transaction.commit().await
}

/// Returns the rows that are kept and no longer needed.
pub(super) async fn needless(
    readers: &SqlitePool,
    model: &str,
    needed: &HashSet<VectorKey>,
) -> sqlx::Result<Vec<i64>> {
    let rows = sqlx::query(sql("SELECT id, model, key FROM vectors"))
        .fetch_all(readers)
        .await?;
    let mut needless = Vec::new();
    for row in rows {
        let key: &[u8] = row.try_get(2)?;
        if row.try_get::<&str, _>(1)? != model || !needed.contains(key) {
            needless.push(row.try_get(0)?);
        }
    }
    Ok(needless)
}

/// Splits vectors to keep into steps that are each one transaction.
pub(super) fn kept_steps(
    vectors: &[(VectorKey, Vec<f32>)],
) -> impl Iterator<Item = &[(VectorKey, Vec<f32>)]> {
    vectors.chunks(STEP)
}

/// Splits rows into steps that are each one transaction.
pub(super) fn steps(rows: &[i64]) -> impl Iterator<Item = &[i64]> {
    rows.chunks(STEP)
}

pub(super) async fn forget(connection: &mut SqliteConnection, rows: &[i64]) -> sqlx::Result<()> {
    let mut transaction = connection.begin_with(sql("BEGIN IMMEDIATE")).await?;
    FORGET
        .execute(&mut transaction, rows, |values, row| values.add(*row))
        .await?;
    transaction.commit().await
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    let number = |bytes: &[u8]| bytes.try_into().map_or(0.0, f32::from_le_bytes);
    bytes.chunks_exact(4).map(number).collect()
}
