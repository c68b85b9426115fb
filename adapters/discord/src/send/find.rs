//! Looks for a reply with an unknown outcome in the channel's history, by its nonce or its text.

use super::change;
use crate::core::Core;
use crate::threads;
use crate::{channel_id, guilds, write};
use groupdesk_contract::{MessageId, PastReply, Reply, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The longest time by which Discord's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// Pages of history, of 100 messages each.
const PAGES: usize = 5;

/// Looks for `reply` in its channel. Parts found there are not sent again.
pub(crate) async fn find_sent(core: &Core, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
    let Some(home) = channel_id::number(&reply.channel) else {
        return PastReply::CannotTell;
    };
    if !reply.act.is_say() {
        return PastReply::CannotTell;
    }
    let Some(me) = core.state().me else {
        return PastReply::NotNow;
    };
    let thread = threads::known(core, home, reply).await;
    let is_forum = core
        .state()
        .guilds
        .room_of(home)
        .is_some_and(|room| room.is_forum());
    if thread.is_none() && is_forum {
        return PastReply::CannotTell;
    }
    let mut history = match history(core, thread.unwrap_or(home), since).await {
        Ok(history) => history,
        Err(answer) => return answer,
    };
    history.retain(|message| {
        let author = message.get("author").and_then(|author| guilds::id(author, "id"));
        let application = guilds::id(message, "application_id");
        author == Some(me.user) || application == Some(me.application)
    });
    let store = match core.store_mark().await {
        Ok(store) => store,
        Err(_) => return PastReply::NotNow,
    };
    let reply = &*crate::files::carried(core, reply).await;
    let texts = write::texts(reply, channel_id::is_for_staff(core, home, reply).await);
    let nonce = |at| write::nonce(store, key, at);
    let quote = super::quoted(core, reply, thread.unwrap_or(home)).await;
    let found = matching(&history, &texts, |message, at| {
        says(message, nonce, at, &texts) && (at > 0 || change::quotes(message, quote))
    });
    let relayed = || {
        let bodies = write::relayed(reply, thread.is_some(), None)?;
        let texts: Vec<String> = bodies
            .iter()
            .filter_map(|body| Some(body.get("content")?.as_str()?.to_owned()))
            .collect();
        let found = matching(&history, &texts, |message, at| says(message, nonce, at, &texts));
        Some((found, texts.len()))
    };
    let (found, whole) = match relayed().filter(|(found, _)| !found.is_empty()) {
        Some(by_hook) if found.is_empty() => by_hook,
        _ => (found, texts.len()),
    };
    match found.first() {
        Some(first) if found.len() == whole => {
            change::keep_parts(core, &found).await;
            if let Some(thread) = thread {
                for number in &found {
                    core.notebook
                        .put(&format!("in:{number}"), &thread.to_string())
                        .await;
                }
            } else {
                threads::hang(core, home, *first, reply).await;
            }
            PastReply::Arrived(MessageId::new(first.to_string()))
        }
        _ => {
            change::keep_progress(core, key, found);
            PastReply::Missing
        }
    }
}

/// Returns the numbers of the messages that match the parts in order, as far as they are there.
fn matching(history: &[Value], texts: &[String], is: impl Fn(&Value, usize) -> bool) -> Vec<u64> {
    let mut found = Vec::new();
    for message in history {
        if found.len() < texts.len()
            && is(message, found.len())
            && let Some(number) = guilds::id(message, "id")
        {
            found.push(number);
        }
    }
    found
}

/// True if a message is part `at` of the reply whose nonces are `ours`. Without a nonce the text decides; Discord trims texts.
fn says(message: &Value, ours: impl Fn(usize) -> String, at: usize, texts: &[String]) -> bool {
    match message.get("nonce").and_then(Value::as_str) {
        Some(nonce) if nonce.starts_with("gd") => nonce == ours(at),
        _ => {
            let said = message.get("content").and_then(Value::as_str).map(str::trim);
            let pinged = |said: &str, text: &str| said.starts_with("<@&") && said.ends_with(text);
            let is = |said: &str, text: &str| said == text || (at == 0 && pinged(said, text));
            said.zip(texts.get(at))
                .is_some_and(|(said, text)| is(said, text.trim()))
        }
    }
}

/// The channel's messages since then, the oldest first.
async fn history(core: &Core, channel: u64, since: Timestamp) -> Result<Vec<Value>, PastReply> {
    let mut after = channel_id::id_at(since, SKEW);
    let mut all = Vec::new();
    for _ in 0..PAGES {
        let path = format!("/channels/{channel}/messages?limit=100&after={after}");
        let page = match core.api.get(&path).await {
            Ok(Value::Array(page)) => page,
            Ok(_) | Err(crate::api::Fault::NoAnswer(_) | crate::api::Fault::NotWritten(_)) => {
                return Err(PastReply::NotNow);
            }
            Err(crate::api::Fault::Wait(_) | crate::api::Fault::Token) => return Err(PastReply::NotNow),
            // Without the permission to read the history.
            Err(crate::api::Fault::Refused { .. }) => return Err(PastReply::CannotTell),
        };
        let full = page.len() >= 100;
        all.extend(page);
        all.sort_by_key(|message| guilds::id(message, "id"));
        match all.last().and_then(|message| guilds::id(message, "id")) {
            Some(newest) if full && newest > after => after = newest,
            _ => break,
        }
    }
    Ok(all)
}
