//! The addresses that come with messages, at which each can be answered once more within an hour; kept over a restart.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/101138>.

use super::core::Core;
use crate::fault::Fault;
use crate::{address, http};
use groupdesk_contract::{ChannelId, MessageId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The lifetime of the address, with a margin: WeCom says an hour, counted from its own receipt of the message.
pub(crate) const RESPONSE_URL_TTL: SignedDuration = SignedDuration::from_mins(58);
/// The most addresses that are kept for each channel: several members of a group may wait.
const ADDRESSES_MAX: usize = 20;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Late {
    message: MessageId,
    url: String,
    until: Timestamp,
}

/// Keeps the address that came with a message.
pub(super) async fn keep(core: &Core, channel: &ChannelId, message: &MessageId, url: &str) {
    if !address::is_safe(url) {
        return;
    }
    let now = core.clock.now();
    let mut all = load(core, channel).await;
    if all.iter().any(|late| late.message == *message) {
        return;
    }
    all.retain(|late| late.until > now);
    all.push(Late {
        message: message.clone(),
        url: url.to_owned(),
        until: now.saturating_add(RESPONSE_URL_TTL).unwrap_or(Timestamp::MAX),
    });
    all.drain(..all.len().saturating_sub(ADDRESSES_MAX));
    core.notebook.put_json(&note_key(channel), &all).await;
}

/// The message whose address a reply may use: the one that is quoted, or else the newest of the channel. In a group another
/// member's question is not used up for a message that was answered already.
pub(super) async fn message(
    core: &Core,
    channel: &ChannelId,
    quote: Option<&MessageId>,
) -> Option<MessageId> {
    let now = core.clock.now();
    let all = load(core, channel).await;
    let good = || all.iter().rev().filter(|late| late.until > now);
    let quoted = quote.and_then(|quote| good().find(|late| late.message == *quote));
    let is_anothers = channel.as_str().starts_with("group:")
        && quote.is_some_and(|quote| core.state().questions.knows(channel, quote));
    quoted
        .or_else(|| good().next().filter(|_| !is_anothers))
        .map(|late| late.message.clone())
}

/// Says `markdown` at the address of `message`. The address is used up then, unless WeCom took nothing.
pub(super) async fn say(
    core: &Core,
    channel: &ChannelId,
    message: &MessageId,
    markdown: &str,
) -> Result<(), Fault> {
    let all = load(core, channel).await;
    let Some(late) = all.iter().find(|late| late.message == *message) else {
        return Err(Fault::Refused(
            "there is no address to answer this message at".to_owned(),
        ));
    };
    let body = json!({"msgtype": "markdown", "markdown": {"content": markdown}});
    let outcome = http::call(&core.client, &late.url, Some(&body)).await.map(drop);
    if !matches!(outcome, Err(Fault::NotWritten(_) | Fault::Wait(..))) {
        let left: Vec<Late> = load(core, channel)
            .await
            .into_iter()
            .filter(|late| late.message != *message)
            .collect();
        core.notebook.put_json(&note_key(channel), &left).await;
    }
    outcome
}

async fn load(core: &Core, channel: &ChannelId) -> Vec<Late> {
    core.notebook.json(&note_key(channel)).await.unwrap_or_default()
}

fn note_key(channel: &ChannelId) -> String {
    format!("late:{channel}")
}
