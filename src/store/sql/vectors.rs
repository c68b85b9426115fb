//! The vectors of the FAQ's questions.

use super::engine::{Cells as _, Connection, Readers, begin, query};
use super::rows::{Statement, Values};
use crate::store::VectorKey;
use std::collections::HashSet;

const READ: Statement = Statement {
    head: "WITH k (i, model, key) AS (",
    values: 3,
    key: 0,
    tail: ") SELECT k.i, vectors.vector FROM k CROSS JOIN vectors USING (model, key)",
};

const KEEP: Statement = Statement {
    head: "INSERT INTO vectors (model, key, vector) ",
    values: 3,
    key: 2,
    tail: " ON CONFLICT (model, key) DO UPDATE SET vector = excluded.vector",
};

const FORGET: Statement = Statement {
    head: "DELETE FROM vectors WHERE id IN (",
    values: 1,
    key: 0,
    tail: ")",
};

/// Rows that one transaction deletes, so that messages are committed between.
const STEP_ROWS: usize = 1024;

pub(super) async fn read(
    readers: &Readers,
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
            *vector = Some(numbers(&row.try_get::<Vec<u8>, _>(1)?));
        }
        Ok(())
    })
    .await?;
    Ok(vectors)
}

pub(super) async fn keep(
    connection: &mut Connection,
    model: &str,
    vectors: &[(VectorKey, Vec<f32>)],
) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
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
    readers: &Readers,
    model: &str,
    needed: &HashSet<VectorKey>,
) -> sqlx::Result<Vec<i64>> {
    let rows = query("SELECT id, model, key FROM vectors")
        .fetch_all(readers)
        .await?;
    let mut needless = Vec::new();
    for row in rows {
        let key: Vec<u8> = row.try_get(2)?;
        if row.try_get::<String, _>(1)? != model || !needed.contains(key.as_slice()) {
            needless.push(row.try_get(0)?);
        }
    }
    Ok(needless)
}

/// Splits vectors to keep into steps that are each one transaction.
pub(super) fn kept_steps(
    vectors: &[(VectorKey, Vec<f32>)],
) -> impl Iterator<Item = &[(VectorKey, Vec<f32>)]> {
    vectors.chunks(STEP_ROWS)
}

/// Splits rows into steps that are each one transaction.
pub(super) fn steps(rows: &[i64]) -> impl Iterator<Item = &[i64]> {
    rows.chunks(STEP_ROWS)
}

pub(super) async fn forget(connection: &mut Connection, rows: &[i64]) -> sqlx::Result<()> {
    let mut transaction = begin(connection).await?;
    FORGET
        .execute(&mut transaction, rows, |values, row| values.add(*row))
        .await?;
    transaction.commit().await
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    let number = |bytes: &[u8]| bytes.try_into().map_or(0.0, f32::from_le_bytes);
    bytes.chunks_exact(4).map(number).collect()
}
