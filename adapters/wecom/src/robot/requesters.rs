//! The authors of a group's messages, kept over a restart: an answer that can't stand under its message names the member instead.

use super::core::Core;
use crate::render;
use groupdesk_contract::{ChannelId, MemberId, MessageId};

/// The most messages of each group whose authors are kept.
const REQUESTERS_MAX: usize = 50;

/// Keeps who wrote a message in a group.
pub(super) async fn keep(core: &Core, channel: &ChannelId, message: &MessageId, member: &MemberId) {
    if !is_group(channel) {
        return;
    }
    let mut all = load(core, channel).await;
    if all.iter().any(|(known, _)| known == message) {
        return;
    }
    all.push((message.clone(), member.clone()));
    all.drain(..all.len().saturating_sub(REQUESTERS_MAX));
    core.notebook.put_json(&note_key(channel), &all).await;
}

/// Puts a mention of the member whose message it answers in front of `text`, if people could not tell otherwise.
pub(super) async fn named(core: &Core, channel: &ChannelId, quote: Option<&MessageId>, text: &str) -> String {
    let Some(quote) = quote.filter(|_| is_group(channel)) else {
        return text.to_owned();
    };
    let all = load(core, channel).await;
    let mention = all
        .iter()
        .find(|(known, _)| known == quote)
        .and_then(|(_, member)| render::mention(member));
    match mention {
        Some(mention) if !text.contains(&mention) => format!("{mention} {text}"),
        _ => text.to_owned(),
    }
}

fn is_group(channel: &ChannelId) -> bool {
    channel.as_str().starts_with("group:")
}

async fn load(core: &Core, channel: &ChannelId) -> Vec<(MessageId, MemberId)> {
    core.notebook.json(&note_key(channel)).await.unwrap_or_default()
}

fn note_key(channel: &ChannelId) -> String {
    format!("askers:{channel}")
}
