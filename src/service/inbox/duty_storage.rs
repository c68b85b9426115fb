//! Keeps the duty that staff set for themselves, and what rooms were told, over a restart.

use crate::store::{Memo, Result, Store};
use crate::ticket::Presence;
use groupdesk_contract::Place;
use std::collections::{BTreeMap, BTreeSet};

/// Owner of these memos.
const OWNER: &str = "roster";

/// Owner of the memos of introduced rooms.
const ROOMS: &str = "introduced rooms";

/// Returns the memo that the staff of a room were told how tickets are answered.
pub(super) fn introduced_memo(room: &Place) -> Memo {
    Memo {
        owner: ROOMS.to_owned(),
        key: room.to_string(),
        value: String::new(),
    }
}

/// Returns the rooms whose staff were told how tickets are answered.
pub(super) async fn introduced(store: &dyn Store) -> Result<BTreeSet<Place>> {
    let memos = store.memos(ROOMS).await?;
    let place = |memo: Memo| {
        let (account, channel) = memo.key.split_once('/')?;
        Some(Place::new(account, channel))
    };
    Ok(memos.into_iter().filter_map(place).collect())
}

pub(super) fn memo(name: String, presence: Presence) -> Memo {
    Memo {
        owner: OWNER.to_owned(),
        key: name,
        // A flag and a time: there is nothing in it that JSON can't hold.
        value: serde_json::to_string(&presence).unwrap_or_default(),
    }
}

/// Returns the duty that staff set for themselves, by name.
pub(in crate::service) async fn read(store: &dyn Store) -> Result<BTreeMap<String, Presence>> {
    let memos = store.memos(OWNER).await?;
    Ok(memos
        .into_iter()
        .filter_map(|memo| match serde_json::from_str(&memo.value) {
            Ok(presence) => Some((memo.key, presence)),
            Err(error) => {
                tracing::warn!(name = memo.key, %error, "what somebody said of being there can't be read; their shifts count");
                None
            }
        })
        .collect())
}
