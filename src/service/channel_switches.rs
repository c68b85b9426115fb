//! Channels that were switched in the dashboard: what the bot listens to there, over what groupdesk.yaml says. The file is the
//! operator's, may be read-only and may be under version control, so that a switch is kept in the store; it holds over a restart, and
//! until somebody leaves the channel to the file again.

use super::routing::Routing;
use crate::desk::Listen;
use crate::store::{Batch, Memo, Store, StoreError};
use groupdesk_contract::Place;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Owner of the memos that keep them; the key of each is the channel's address.
const OWNER: &str = "program:switches";

/// A switched channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// What the bot listens to.
    pub listen: Listen,
    /// User who switched it.
    pub by: String,
    /// Time of it.
    pub at: Timestamp,
}

/// Returns the switched channels, by address.
///
/// # Errors
/// Fails when the store can't be read.
pub async fn read(store: &dyn Store) -> Result<BTreeMap<String, Switch>, StoreError> {
    let memos = store.memos(OWNER).await?;
    let known = memos.into_iter().filter_map(|memo| {
        // An empty one was left to the file again.
        Some((memo.key, serde_json::from_str(&memo.value).ok()?))
    });
    Ok(known.collect())
}

/// Puts the switched channels into force.
pub(super) async fn restore(store: &dyn Store, routing: &Routing) -> Result<(), StoreError> {
    for (channel, switch) in read(store).await? {
        if let Some(place) = place(&channel) {
            routing.switch(&place, Some(switch.listen));
        }
    }
    Ok(())
}

/// Keeps a switch, and puts it into force.
pub(super) async fn put(
    store: &dyn Store,
    routing: &Routing,
    place: &Place,
    switch: Option<Switch>,
) -> Result<(), StoreError> {
    let value = switch
        .as_ref()
        .and_then(|switch| serde_json::to_string(switch).ok());
    let memo = Memo {
        owner: OWNER.to_owned(),
        key: place.to_string(),
        value: value.unwrap_or_default(),
    };
    store.commit(&Batch::of_memo(memo)).await?;
    routing.switch(place, switch.map(|switch| switch.listen));
    Ok(())
}

/// Reads a channel's address.
pub(super) fn place(channel: &str) -> Option<Place> {
    let (account, channel) = channel.split_once('/')?;
    (!account.is_empty() && !channel.is_empty()).then(|| Place::new(account, channel))
}
