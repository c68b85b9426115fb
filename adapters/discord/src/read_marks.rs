//! Records how far each channel was read, so that what is missed while nobody listens can be fetched.

use crate::channel_id;
use crate::core::Core;
use jiff::SignedDuration;

/// The key of the last processed message anywhere; channels without a processed message begin there.
pub(crate) const LAST: &str = "last";
/// The key of the direct channels to fetch, since the gateway does not list them.
pub(crate) const DIRECT: &str = "direct";
/// The most direct channels that are fetched.
const DIRECTS: usize = 50;
/// The precision with which [`LAST`] is kept.
const MARK_PRECISION: SignedDuration = SignedDuration::from_secs(10);

/// A message that need not be fetched again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Had {
    pub(crate) message: u64,
    pub(crate) channel: u64,
    pub(crate) is_direct: bool,
}

/// Records that the desk has a message.
pub(crate) async fn note(core: &Core, had: Had) {
    let key = format!("last:{}", had.channel);
    let known: u64 = core.notebook.number(&key).await.unwrap_or_default();
    if had.message > known {
        core.notebook.put(&key, &had.message.to_string()).await;
    }
    let known: u64 = core.notebook.number(LAST).await.unwrap_or_default();
    let (old, new) = (channel_id::time_of(known), channel_id::time_of(had.message));
    if new.duration_since(old) > MARK_PRECISION {
        core.notebook.put(LAST, &had.message.to_string()).await;
    }
    if had.is_direct {
        keep_direct(core, had.channel).await;
    }
}

async fn keep_direct(core: &Core, channel: u64) {
    let known = core.notebook.get(DIRECT).await.unwrap_or_default();
    let mut all: Vec<&str> = known.split(',').filter(|id| !id.is_empty()).collect();
    let channel = channel.to_string();
    if all.contains(&channel.as_str()) {
        return;
    }
    all.push(&channel);
    let from = all.len().saturating_sub(DIRECTS);
    core.notebook.put(DIRECT, &all.split_off(from).join(",")).await;
}
