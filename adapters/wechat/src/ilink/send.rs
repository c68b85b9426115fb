//! Sends texts to the owner. A reply that can't be sent now stays in the outbox: it waits for the owner's next message.

use super::channel_id::OWNER;
use super::core::{Context, Core};
use super::wire::{self, Fault};
use crate::text::{self, Piece};
use groupdesk_contract::{Delivery, MessageId, Reply, ReplyKey};
use groupdesk_kit::{SplitLimit, split_text};
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// The longest text, in characters.
pub(crate) const MAX_TEXT: usize = 4000;
/// The time after the owner's last message in which the server accepts messages.
const REPLY_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// The shortest interval between two messages.
const SEND_INTERVAL: Duration = Duration::from_millis(1100);
/// The timeout of a call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The retry delay after a rate limit.
const BUSY_PAUSE: Duration = Duration::from_secs(60);
/// The code of too many messages, or of one too long after the owner's last.
const TOO_MUCH: i64 = -2;

pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    if reply.channel.as_str() != OWNER || !reply.act.is_say() {
        return Delivery::Refused {
            reason: format!(
                "`{}` can't be written to: iLink has the channel `{OWNER}` only, and changes nothing",
                reply.channel
            ),
        };
    }
    let login = core.state().login.clone();
    let Some(login) = login else {
        return later(
            "nobody is logged in: scan the code that the program drew".to_owned(),
            None,
        );
    };
    let mut context = good_context(core).await;
    if context.is_none() {
        core.state().is_waiting = true;
        // A message of the owner's that came meanwhile is seen here, a later one sees that something waits.
        context = good_context(core).await;
    }
    let Some(context) = context else {
        let words =
            "WeChat takes messages for 24 hours after the owner's last one: write anything to the bot";
        return later(words.to_owned(), None);
    };
    let words: Vec<String> = text::pieces(reply)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(words) => words,
            Piece::Picture(url) => crate::picture::as_words(&url).to_owned(),
        })
        .collect();
    let whole = words.join("\n");
    let parts = split_text(&whole, SplitLimit::chars(MAX_TEXT));
    if parts.is_empty() {
        return Delivery::Refused {
            reason: "the reply has nothing that iLink can show".to_owned(),
        };
    }
    let sent = core.state().progress.get(&key).copied().unwrap_or_default();
    let store = match core.store.get(core.storage.as_ref()).await {
        Ok(store) => store,
        Err(error) => return later(format!("what was sent before can't be known now: {error}"), None),
    };
    let id = |at: usize| format!("groupdesk-{}-{store}-{}-{at}", core.account, key.0);
    for (at, part) in parts.iter().enumerate().skip(sent) {
        let body = json!({"msg": {
            "from_user_id": "", "to_user_id": login.owner, "client_id": id(at), "message_type": 2, "message_state": 2,
            "item_list": [{"type": 1, "text_item": {"text": part}}], "context_token": context.token,
        }});
        pace(core).await;
        match wire::post(core, &login, "sendmessage", body, REQUEST_TIMEOUT).await {
            Ok(_) => core.state().progress.insert(key, at + 1),
            Err(fault) => return delivery(core, key, fault),
        };
    }
    core.state().progress.remove(&key);
    Delivery::Sent {
        message: Some(MessageId::new(id(0))),
    }
}

/// Returns the permission of the owner's last message, while it lasts.
async fn good_context(core: &Core) -> Option<Context> {
    let context = core.context().await?;
    (core.clock.now().duration_since(context.at) < REPLY_WINDOW).then_some(context)
}

/// Waits until a second has passed since the last message.
async fn pace(core: &Core) {
    let mut last = core.pace.lock().await;
    if let Some(last) = *last {
        tokio::time::sleep_until(last + SEND_INTERVAL).await;
    }
    *last = Some(Instant::now());
}

fn delivery(core: &Core, key: ReplyKey, fault: Fault) -> Delivery {
    let reason = fault.message();
    match fault {
        Fault::Coded(TOO_MUCH, _) => later(
            format!("{reason}: too much at once, or write to the bot again"),
            Some(BUSY_PAUSE),
        ),
        Fault::Coded(..) => core.retries.after_unknown(key, reason),
        Fault::Stale => later(reason, Some(BUSY_PAUSE)),
        Fault::NotSent(_) => later(reason, None),
        Fault::NoAnswer(_) => Delivery::Unknown { reason },
    }
}

fn later(reason: String, after: Option<Duration>) -> Delivery {
    Delivery::Later { reason, after }
}
