//! Chatwoot's messages and conversations as what happened in a ticket. Pure.

use super::wire::{Conversation, Hook, Message, MessagePlace};
use crate::api_error::ApiError;
use crate::remote::{Item, Person, What};
use crate::settings::ChatwootTarget;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A conversation's id in an account of ours: Chatwoot's account and the conversation's number in it.
pub(super) fn remote(target: &ChatwootTarget, conversation: u64) -> String {
    format!("{}/{conversation}", target.account)
}

/// The way to a conversation.
pub(super) fn path(remote: &str) -> Result<String, ApiError> {
    match remote.split_once('/') {
        Some((account, conversation)) => {
            Ok(format!("/api/v1/accounts/{account}/conversations/{conversation}"))
        }
        None => Err(ApiError::Refused(format!("`{remote}` is no conversation"))),
    }
}

pub(super) fn message_id(message: &Message) -> String {
    format!("message:{}", message.id)
}

/// Reads an agent's answer; `None` for a note among staff, an entry of ours, or a message of Chatwoot itself.
pub(super) fn answered(remote: &str, message: &Message) -> Option<Item> {
    let is_ours = message
        .source_id
        .as_deref()
        .is_some_and(|source| source.starts_with("groupdesk "));
    if !message.is_outgoing() || message.private || is_ours {
        return None;
    }
    let sender = message.sender.as_ref()?;
    let mut text = message.content.as_deref().unwrap_or_default().trim().to_owned();
    for url in message
        .attachments
        .iter()
        .filter_map(|file| file.data_url.as_deref())
    {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(url);
    }
    Some(Item {
        remote: remote.to_owned(),
        by: Some(Person {
            id: sender.id.to_string(),
            name: sender.name.clone().unwrap_or_else(|| sender.id.to_string()),
            is_bot: sender.kind.as_deref() == Some("agent_bot"),
        }),
        at: Timestamp::from_second(message.seconds()).ok()?,
        what: What::Answered {
            id: message_id(message),
            text,
            files: Vec::new(),
        },
    })
}

/// Returns the state of a conversation: closed if resolved; open if open, pending or snoozed.
pub(super) fn state(target: &ChatwootTarget, conversation: &Conversation) -> Option<Item> {
    let what = match conversation.status.as_str() {
        "resolved" => What::Closed,
        "open" | "pending" | "snoozed" => What::Open,
        _ => return None,
    };
    Some(Item {
        remote: remote(target, conversation.id),
        by: None,
        at: Timestamp::from_second(conversation.seconds()).ok()?,
        what,
    })
}

/// Reads a webhook call; `None` if it isn't JSON of Chatwoot's.
pub(super) fn webhook(targets: &BTreeMap<String, ChatwootTarget>, body: &[u8]) -> Option<Vec<Item>> {
    // Not at once: a key that comes twice is no reason to lose the call.
    let body: Value = groupdesk_contract::read_json(body).ok()?;
    let hook = Hook::deserialize(&body).ok()?;
    let of = |inbox: Option<u64>| targets.values().find(|target| Some(target.inbox.get()) == inbox);
    let item = match hook.event.as_str() {
        "message_created" => {
            let message = Message::deserialize(&body).ok()?;
            let place = MessagePlace::deserialize(&body).ok()?;
            let inbox = place.inbox.map(|inbox| inbox.id).or(place.conversation.inbox_id);
            of(inbox).and_then(|target| answered(&remote(target, place.conversation.id), &message))
        }
        // The second is the only one that some changes send (chatwoot/chatwoot#9277).
        "conversation_status_changed" | "conversation_updated" => {
            let conversation = Conversation::deserialize(&body).ok()?;
            of(conversation.inbox_id).and_then(|target| state(target, &conversation))
        }
        _ => None,
    };
    Some(item.into_iter().collect())
}
