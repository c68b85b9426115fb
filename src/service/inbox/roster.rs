//! Keeps the duty that staff set for themselves, over a restart.

use crate::store::{Memo, Result, Store};
use crate::ticket::Presence;
use std::collections::BTreeMap;

/// Owner of these memos.
const OWNER: &str = "roster";

pub(super) fn memo(name: String, presence: Presence) -> Memo {
    Memo {
        owner: OWNER.to_owned(),
        key: name,
        // A flag and a time: there is nothing in it that JSON can't hold.
        value: serde_json::to_string(&presence).unwrap_or_default(),
    }
}

pub(super) async fn read(store: &dyn Store) -> Result<BTreeMap<String, Presence>> {
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
