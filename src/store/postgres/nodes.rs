//! The nodes, as an operator asks for them: who holds the desk, who waits for it, and what a failover of the database would lose.

use super::desk_lease_renewal::{DeskHolder, read_holder};
use super::engine::answered;
use super::{Database, Opening, PostgresAddress};
use crate::store::Result;
use crate::store::postgres::faults::Faults;
use sqlx::Row as _;

/// The nodes of a database, and what it does for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// Node that holds the desk.
    pub holder: Option<DeskHolder>,
    /// Names of the nodes that wait.
    pub standbys: Vec<String>,
    /// `true` if a commit waits for a standby of the database (`synchronous_standby_names`).
    pub synchronous: bool,
    /// Addresses of the databases that take writes: more than one after a failover, where the old primary came back as one.
    pub primaries: Vec<String>,
}

const HOLDER: &str =
    "SELECT node, address, epoch, pass FROM desks WHERE until >= clock_timestamp() ORDER BY desk LIMIT 1";

/// Nodes that asked for the desk in the last half minute wait for it.
const STANDBYS: &str = "SELECT node FROM standbys WHERE seen > clock_timestamp() - interval '30 seconds' \
    AND NOT EXISTS (SELECT 1 FROM desks WHERE desks.node = standbys.node) ORDER BY node";

const SYNCHRONOUS: &str = "SELECT current_setting('synchronous_standby_names') AS names";

impl Database {
    /// Returns the nodes of the database at `address`, which this version's program has served with.
    ///
    /// # Errors
    /// A [`StoreError`](crate::store::StoreError) when no primary answers.
    pub async fn nodes(address: &PostgresAddress) -> Result<Nodes> {
        let opening = Opening::new(address)?;
        let faults = Faults::of(&opening.name);
        let mut connection = opening.connect(&faults).await?;
        let failed = |error: sqlx::Error| faults.reading(&error);
        let row = sqlx::raw_sql(HOLDER).fetch_optional(connection.plain());
        let holder = answered(row)
            .await
            .and_then(|row| row.map(read_holder).transpose());
        let holder = holder.map_err(failed)?;
        let rows = sqlx::raw_sql(STANDBYS).fetch_all(connection.plain());
        let rows = answered(rows).await.map_err(failed)?;
        let standbys = rows.iter().map(|row| row.try_get("node"));
        let standbys = standbys.collect::<sqlx::Result<_>>().map_err(failed)?;
        let row = sqlx::raw_sql(SYNCHRONOUS).fetch_one(connection.plain());
        let names = answered(row)
            .await
            .and_then(|row| row.try_get::<String, _>("names"));
        let synchronous = !names.map_err(failed)?.trim().is_empty();
        // The answers are here; how the connection ends does not matter.
        let _ = connection.close().await;
        Ok(Nodes {
            holder,
            standbys,
            synchronous,
            primaries: opening.primaries(),
        })
    }
}
