//! Replies on their way to a follower: in the request that WeChat holds open, when they are one text that fits and come in
//! time; else by the customer message API.

use super::channel_id;
use super::core::Core;
use super::pending_replies::Passive;
use crate::api::{Api, Fault};
use crate::picture;
use crate::text::{self, Piece};
use groupdesk_contract::{Delivery, NoteKind, Reply, ReplyKey};
use groupdesk_kit::{SplitLimit, split_text};
use serde_json::{Value, json};

/// The longest text, in bytes.
const MAX_TEXT: usize = 2048;
/// The longest answer within a request, in characters (and in bytes as above).
pub(crate) const MAX_PASSIVE: usize = 600;
/// The most choices of a menu.
const CHOICES: usize = 10;
/// The staff room that is WeChat's own customer service.
const SERVICERS: &str = "servicers";

pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    if reply.channel.as_str() == SERVICERS {
        return transfer(core, reply).await;
    }
    let Some(user) = channel_id::user(&reply.channel) else {
        return refused(format!(
            "`{}` is no channel of an Official Account",
            reply.channel
        ));
    };
    if !reply.act.is_say() {
        return refused("an Official Account changes no messages and takes none back".to_owned());
    }
    let pieces = text::pieces(reply);
    if pieces.is_empty() {
        return refused("the reply has nothing that WeChat can show".to_owned());
    }
    let is_begun = core.state().progress.get(&key).is_some();
    match &core.api {
        None => passive_only(core, user, &pieces),
        Some(_) if !is_begun && reply.buttons.is_empty() && fits(core, user, &pieces) => {
            Delivery::Sent { message: None }
        }
        Some(api) => by_api(core, api, user, key, reply, &pieces).await,
    }
}

/// Answers the request that is held open, if the whole reply is one text that fits there.
fn fits(core: &Core, user: &str, pieces: &[Piece]) -> bool {
    match pieces {
        [Piece::Text(words)] if words.len() <= MAX_TEXT && words.chars().count() <= MAX_PASSIVE => {
            core.state().slots.answer(user, Passive::Say(words.clone()))
        }
        _ => false,
    }
}

/// An account without the API: one text, in time, or never.
fn passive_only(core: &Core, user: &str, pieces: &[Piece]) -> Delivery {
    let words: Vec<&str> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(words) => words.as_str(),
            Piece::Picture(url) => picture::as_words(url),
        })
        .collect();
    let whole = words.join("\n");
    let mut parts =
        split_text(&whole, SplitLimit::bytes(MAX_TEXT - 3).and_chars(MAX_PASSIVE - 1)).into_iter();
    let mut first = parts.next().unwrap_or_default().to_owned();
    if parts.next().is_some() {
        tracing::warn!(account = %core.account, "a reply is longer than an account without customer messages may say; it is cut");
        first.push('…');
    }
    if core.state().slots.answer(user, Passive::Say(first)) {
        Delivery::Sent { message: None }
    } else {
        refused(
            "WeChat takes an answer of this account only within seconds of a follower's message, and one; verified accounts \
             may say more (`customer_messages`)"
                .to_owned(),
        )
    }
}

async fn by_api(
    core: &Core,
    api: &Api,
    user: &str,
    key: ReplyKey,
    reply: &Reply,
    pieces: &[Piece],
) -> Delivery {
    let mut bodies: Vec<(&'static str, Body)> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(words) => {
                let parts = split_text(words, SplitLimit::bytes(MAX_TEXT));
                bodies.extend(
                    parts
                        .into_iter()
                        .map(|part| ("text", Body::Is(json!({"content": part})))),
                );
            }
            Piece::Picture(url) => bodies.push(("image", Body::Picture(url))),
        }
    }
    if !reply.buttons.is_empty() {
        // Pictures behind the last words go before them, so that words and choices are one message all the same.
        let last = bodies.iter().rposition(|(kind, _)| *kind == "text");
        let head = match last.map(|at| bodies.remove(at)) {
            Some((_, Body::Is(text))) => text.get("content").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        let list = reply.buttons.iter().take(CHOICES);
        let list: Vec<Value> = list
            .map(|button| json!({"id": button.says, "content": button.label}))
            .collect();
        let menu = json!({"head_content": head.unwrap_or_default(), "list": list, "tail_content": ""});
        bodies.push(("msgmenu", Body::Is(menu)));
    }
    let sent = core.state().progress.get(&key).copied().unwrap_or_default();
    for (at, (kind, body)) in bodies.iter().enumerate().skip(sent) {
        if let Err(fault) = say(core, api, user, kind, body).await {
            return fault.delivery(&core.retries, key);
        }
        if bodies.len() > 1 {
            core.state().progress.insert(key, at + 1);
        }
    }
    let mut state = core.state();
    state.progress.remove(&key);
    // The request needn't be held any longer.
    if state.slots.is_held(user) {
        state.slots.answer(user, Passive::Nothing);
    }
    Delivery::Sent { message: None }
}

enum Body<'a> {
    Is(Value),
    Picture(&'a str),
}

async fn say(core: &Core, api: &Api, user: &str, kind: &str, body: &Body<'_>) -> Result<(), Fault> {
    let (kind, content) = match body {
        Body::Is(content) => (kind, content.clone()),
        Body::Picture(url) => picture(core, api, url).await?,
    };
    let post = async |kind: &str, content: Value| {
        let body = json!({"touser": user, "msgtype": kind, kind: content});
        api.post("cgi-bin/message/custom/send", &body).await.map(|_| ())
    };
    match (post(kind, content).await, body) {
        (Err(fault @ Fault::Coded { .. }), Body::Picture(url)) if kind == "image" => {
            let (kind, content) = in_words(core, api, url, &fault.message());
            post(kind, content).await
        }
        (outcome, _) => outcome,
    }
}

/// Uploads a picture. One that can't be fetched or isn't accepted is sent as its address.
async fn picture(core: &Core, api: &Api, url: &str) -> Result<(&'static str, Value), Fault> {
    let reason = match picture::fetch(&api.fetcher, url).await {
        Ok(upload) => match api.upload(&upload).await {
            Ok(media) => return Ok(("image", json!({"media_id": media}))),
            // An upload is shown to nobody: one that the platform takes too long over may be left.
            Err(fault @ (Fault::Coded { .. } | Fault::NoAnswer(_))) => fault.message(),
            Err(fault) => return Err(fault.into_not_sent()),
        },
        Err(reason) => reason,
    };
    Ok(in_words(core, api, url, &reason))
}

fn in_words(core: &Core, api: &Api, url: &str, reason: &str) -> (&'static str, Value) {
    tracing::warn!(account = %core.account, reason, "a picture can't be sent; its address is said instead");
    (
        "text",
        json!({"content": picture::in_words(url, MAX_TEXT, &api.fetcher)}),
    )
}

/// Handles a reply to the staff room: an opened ticket gives the follower to WeChat's customer service with the follower's next
/// message, whose response carries the order.
async fn transfer(core: &Core, reply: &Reply) -> Delivery {
    if core.settings.transfer.is_none() {
        return refused(
            "`transfer` is not set: followers can't be given to WeChat's customer service".to_owned(),
        );
    }
    let sent = Delivery::Sent { message: None };
    let Some(note) = reply.note.as_deref() else {
        return sent;
    };
    let user = channel_id::user(&note.asked_in.channel).filter(|_| note.asked_in.account == core.account);
    let next = match note.kind {
        NoteKind::Opened { .. } => "next",
        // The ticket ended before the follower wrote again: what they ask then is the bot's again.
        NoteKind::Ended if user.is_some() => "",
        _ => return sent,
    };
    let Some(user) = user else {
        return refused(format!(
            "ticket #{} was opened in {}: only followers of `{}` can be given to its customer service; name another staff \
             room for it",
            note.ticket, note.asked_in, core.account
        ));
    };
    match core.storage.put(&transfer_key(user), next).await {
        Ok(()) => sent,
        Err(error) => Delivery::Later {
            reason: error.to_string(),
            after: None,
        },
    }
}

/// True if the next message of a follower goes to WeChat's customer service; true once a ticket.
pub(crate) async fn wants_transfer(core: &Core, user: &str) -> bool {
    if core.settings.transfer.is_none() {
        return false;
    }
    let key = transfer_key(user);
    match core.storage.get(&key).await {
        Ok(Some(kept)) if !kept.is_empty() => core.storage.put(&key, "").await.is_ok(),
        _ => false,
    }
}

fn transfer_key(user: &str) -> String {
    format!("transfer:{user}")
}

fn refused(reason: String) -> Delivery {
    Delivery::Refused { reason }
}
