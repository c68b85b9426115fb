//! Fetches the messages of the time in which nobody listened from the channels' histories, since the last message that the desk
//! has, within bounds. The gateway tells the last message of every channel when it connects, so that only channels with new
//! messages are fetched.

use crate::api::Fault;
use crate::core::Core;
use crate::event_delivery::{self, deliver};
use crate::read_marks::{DIRECT, LAST};
use crate::wire::Message;
use crate::{channel_id, guilds};
use groupdesk_contract::{AdapterError, Link};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// The most channels that are fetched in one go.
const CHANNELS: usize = 200;
/// The number of messages in a page.
const PAGE: usize = 100;
/// The key of the time of the first start; nothing before it is fetched.
const FIRST: &str = "first";
/// The largest time by which messages of different channels may be processed out of order.
const CHANNEL_SKEW_MAX: SignedDuration = SignedDuration::from_mins(1);
/// The longest wait that Discord may ask for.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(10);

/// Begins a session: stores the start of the gap for the shard's servers, and fetches the direct channels.
pub(crate) async fn begin(core: &Core, link: &Link, shard: u32) -> Result<(), AdapterError> {
    let now = channel_id::id_at(core.clock.now(), SignedDuration::ZERO);
    let first: Option<u64> = core.notebook.number(FIRST).await;
    if first.is_none() {
        // What was said before the first start is nobody's to answer.
        core.notebook.put(FIRST, &now.to_string()).await;
    }
    let last: Option<u64> = core.notebook.number(LAST).await;
    let last = last.map_or(0, |last| {
        channel_id::id_at(channel_id::time_of(last), CHANNEL_SKEW_MAX)
    });
    core.state().since.insert(shard, last.max(first.unwrap_or(now)));
    if shard != 0 || core.settings.catch_up.messages == 0 {
        return Ok(());
    }
    let direct = core.notebook.get(DIRECT).await.unwrap_or_default();
    for channel in direct.split(',').filter_map(|id| id.parse::<u64>().ok()) {
        let Some(last) = core.notebook.number::<u64>(&format!("last:{channel}")).await else {
            continue;
        };
        if channel_history(core, link, channel, None, last).await?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Handles GUILD_CREATE: fetches the messages that each channel received after the last processed one.
pub(crate) async fn guild(
    core: &Core,
    link: &Link,
    shard: u32,
    guild: u64,
    data: &Value,
) -> Result<(), AdapterError> {
    let since = core.state().since.get(&shard).copied();
    let Some(since) = since.filter(|_| core.settings.catch_up.messages > 0) else {
        return Ok(());
    };
    // What was said before the bot came is nobody's to answer.
    let joined = data.get("joined_at").and_then(Value::as_str);
    let joined: Option<Timestamp> = joined.and_then(|at| at.parse().ok());
    let joined = joined.map_or(0, |at| channel_id::id_at(at, SignedDuration::ZERO));
    let mut spoken = guilds::spoken_in(data);
    // The latest first, should there be too many.
    spoken.sort_by_key(|(_, last)| std::cmp::Reverse(*last));
    let mut asked = 0;
    for (channel, last) in spoken {
        let had: Option<u64> = core.notebook.number(&format!("last:{channel}")).await;
        let after = had.unwrap_or(since).max(joined);
        if last <= after || core.is_flat(channel, "history") {
            continue;
        }
        asked += 1;
        if asked > CHANNELS {
            tracing::warn!(account = %core.account, guild, "too many channels to fetch what was missed in all of them");
            break;
        }
        if channel_history(core, link, channel, Some(guild), after)
            .await?
            .is_break()
        {
            break;
        }
    }
    Ok(())
}

/// Fetches a channel's messages after a message and hands them to the desk. `Break` when Discord asks us to wait.
async fn channel_history(
    core: &Core,
    link: &Link,
    channel: u64,
    guild: Option<u64>,
    after: u64,
) -> Result<std::ops::ControlFlow<()>, AdapterError> {
    use std::ops::ControlFlow::{Break, Continue};
    let Some(me) = core.state().me else {
        return Ok(Break(()));
    };
    let settings = core.settings.catch_up;
    let age = SignedDuration::try_from(settings.age.0).unwrap_or(SignedDuration::MAX);
    let mut after = after.max(channel_id::id_at(core.clock.now(), age));
    let mut left = usize::from(settings.messages);
    while left > 0 {
        let limit = left.min(PAGE);
        let path = format!("/channels/{channel}/messages?limit={limit}&after={after}");
        let page = match page(core, &path).await {
            Ok(page) => page,
            Err(Fault::Refused { words, .. }) => {
                core.flatten(channel, "history");
                tracing::debug!(account = %core.account, channel, reason = words, "a channel's history can't be read");
                return Ok(Continue(()));
            }
            Err(fault) => {
                tracing::warn!(
                    account = %core.account, channel, reason = fault.message(),
                    "what was said while the program was down can't be fetched now"
                );
                return Ok(Break(()));
            }
        };
        let full = page.len() >= limit;
        let mut messages: Vec<Message> = page
            .iter()
            .filter_map(|message| Message::deserialize(message).ok())
            .collect();
        let unreadable = page.len() - messages.len();
        if unreadable > 0 {
            tracing::warn!(account = %core.account, channel, unreadable, "messages of a channel's history can't be read");
        }
        core.note_unreadable(unreadable).await;
        messages.sort_by_key(|message| message.id);
        let newest = page
            .iter()
            .filter_map(|message| guilds::id(message, "id"))
            .max()
            .unwrap_or(after);
        let mut coming = Vec::new();
        for message in &messages {
            coming.push(event_delivery::message(core, me, message, guild).await);
        }
        deliver(core, link, coming).await?;
        left = left.saturating_sub(page.len());
        if !full || newest <= after {
            return Ok(Continue(()));
        }
        after = newest;
    }
    tracing::warn!(
        account = %core.account, channel,
        "more was said while the program was down than `catch_up.messages` allows to fetch; the rest is not answered"
    );
    Ok(Continue(()))
}

/// A page of history, after a short wait where Discord wants one.
async fn page(core: &Core, path: &str) -> Result<Vec<Value>, Fault> {
    let mut answer = core.api.get(path).await;
    for _ in 0..3 {
        match &answer {
            Err(Fault::Wait(time)) if *time <= CATCH_UP_TIMEOUT => {
                tokio::time::sleep(*time).await;
                answer = core.api.get(path).await;
            }
            _ => break,
        }
    }
    match answer? {
        Value::Array(page) => Ok(page),
        _ => Ok(Vec::new()),
    }
}
