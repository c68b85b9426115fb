//! Edits and deletes messages of ours. A message that was sent in several parts is known by its first; the others follow it.

use super::UNKNOWN_MESSAGE;
use crate::api::Fault;
use crate::core::Core;
use crate::threads::Target;
use crate::{channel_id, guilds, relay_webhooks, write};
use groupdesk_contract::{MessageId, Reply, ReplyKey};
use groupdesk_kit::set_field;
use reqwest::Method;
use serde_json::Value;

/// Keeps which messages are parts of the first, so that pressing a button under the last or quoting any is about the reply.
pub(crate) async fn keep_parts(core: &Core, said: &[u64]) {
    let Some((first, later)) = said.split_first().filter(|(_, later)| !later.is_empty()) else {
        return;
    };
    for number in later {
        core.notebook
            .put(&format!("part:{number}"), &first.to_string())
            .await;
    }
    let all: Vec<String> = later.iter().map(u64::to_string).collect();
    core.notebook.put(&format!("parts:{first}"), &all.join(",")).await;
}

/// The messages of the reply that begins with `first`.
async fn parts_of(core: &Core, first: u64) -> Vec<u64> {
    let later = core.notebook.get(&format!("parts:{first}")).await;
    let later = later.iter().flat_map(|later| later.split(','));
    std::iter::once(first)
        .chain(later.filter_map(|number| number.parse().ok()))
        .collect()
}

/// Puts `reply` in the place of `message`.
pub(super) async fn edit(
    core: &Core,
    home: u64,
    message: &MessageId,
    reply: &Reply,
) -> Result<Option<u64>, Fault> {
    let first = number(message)?;
    let texts = write::texts(reply, channel_id::is_for_staff(core, home, reply).await);
    let Some(last) = texts.len().checked_sub(1) else {
        return Err(Fault::refused("there is nothing to put in the message's place"));
    };
    let old = parts_of(core, first).await;
    let mut now = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let body = write::edited(text, reply, at == last);
        if let Some(number) = old.get(at) {
            let path = path(core, home, *number).await?;
            let done = core.api.call(Method::PATCH, &path, Some(&body)).await;
            done.map_err(again)?;
            now.push(*number);
        } else {
            let channel = stands_in(core, home, first).await;
            let mut body = body;
            let reference = serde_json::json!({"message_id": first.to_string(), "fail_if_not_exists": false});
            set_field(&mut body, "message_reference", reference);
            let said = core
                .api
                .post(&format!("/channels/{channel}/messages"), &body)
                .await?;
            let Some(number) = guilds::id(&said, "id") else {
                continue;
            };
            core.state().said.insert(number, ());
            if channel != home {
                core.notebook
                    .put(&format!("in:{number}"), &channel.to_string())
                    .await;
            }
            now.push(number);
            // So that a second try changes what the first one said.
            keep_parts(core, &now).await;
        }
    }
    for number in old.iter().skip(texts.len()) {
        remove(core, home, *number).await?;
    }
    if old.len() > 1 && now.len() == 1 {
        core.notebook.put(&format!("parts:{first}"), "").await;
    }
    keep_parts(core, &now).await;
    Ok(Some(first))
}

/// Takes `message` back, with all its parts.
pub(super) async fn unsend(core: &Core, home: u64, message: &MessageId) -> Result<Option<u64>, Fault> {
    for number in parts_of(core, number(message)?).await {
        remove(core, home, number).await?;
    }
    Ok(None)
}

async fn remove(core: &Core, home: u64, number: u64) -> Result<(), Fault> {
    let path = path(core, home, number).await?;
    match core.api.call(Method::DELETE, &path, None).await {
        Ok(_) => Ok(()),
        // Somebody was faster.
        Err(fault) if fault.code() == UNKNOWN_MESSAGE => Ok(()),
        Err(fault) => Err(again(fault)),
    }
}

fn number(message: &MessageId) -> Result<u64, Fault> {
    write::number(message).ok_or_else(|| Fault::refused(format!("`{message}` is no message of Discord")))
}

/// The channel or thread in which a message of ours stands.
async fn stands_in(core: &Core, home: u64, number: u64) -> u64 {
    core.notebook
        .number(&format!("in:{number}"))
        .await
        .unwrap_or(home)
}

/// Returns the path of a message of ours; messages sent through a webhook are reached through it.
async fn path(core: &Core, home: u64, number: u64) -> Result<String, Fault> {
    let channel = stands_in(core, home, number).await;
    let room: Option<u64> = core.notebook.number(&format!("hook:{number}")).await;
    let Some(room) = room else {
        return Ok(format!("/channels/{channel}/messages/{number}"));
    };
    let Some(hook) = relay_webhooks::of(core, room).await else {
        return Err(Fault::refused(
            "the webhook that said it is gone; the bot needs Manage Webhooks in the staff room",
        ));
    };
    let target = Target {
        of_ticket: channel != room,
        parent: (channel != room).then_some(room),
        ..Target::plain(channel)
    };
    Ok(relay_webhooks::message_path(&hook, &target, number))
}

/// Makes an unanswered edit or deletion a retry: a repetition does no harm, so no doubt remains.
fn again(fault: Fault) -> Fault {
    match fault {
        Fault::NoAnswer(words) => Fault::NotWritten(words),
        fault => fault,
    }
}

/// Keeps the sent parts of a reply for the next try.
pub(super) fn keep_progress(core: &Core, key: ReplyKey, said: Vec<u64>) {
    core.state().progress.insert(key, said);
}

/// True if `message`, from a channel's history, quotes `quote`, or nothing for `None`.
pub(super) fn quotes(message: &Value, quote: Option<u64>) -> bool {
    let stands = message
        .get("message_reference")
        .and_then(|reference| guilds::id(reference, "message_id"));
    stands == quote
}
