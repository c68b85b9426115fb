//! Says a reply, and looks whether one was said.

use crate::calls::Answer;
use crate::connection::{CallError, Connection};
use crate::core::Core;
use crate::pictures;
use crate::read;
use crate::verdict;
use crate::wire::Frame;
use crate::write::{self, Address, OutId, OutSegment, SendParams, Target};
use groupdesk_contract::{Act, ChannelId, Delivery, MessageId, PastReply, Reply, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The longest text of one message. QQ takes some 5,000 characters; longer ones come as a file or not at all.
pub(crate) const MAX_TEXT: usize = 4_500;

/// How many past messages are looked through.
const HISTORY: u32 = 100;

/// By how much the platform's clock may be behind ours.
const CLOCKS: SignedDuration = SignedDuration::from_secs(60);

/// Says `reply`; when an earlier try said a part of it, only the rest.
pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(target) = Target::of(&reply.channel) else {
        return Delivery::Refused {
            reason: format!("`{}` is no channel of OneBot", reply.channel),
        };
    };
    match &reply.act {
        Act::Say => {}
        Act::Unsend(message) => return unsend(core, &reply.channel, message).await,
        Act::Edit(_) => {
            return Delivery::Refused {
                reason: "QQ messages can't be changed".to_owned(),
            };
        }
    }
    let reply = pictures::screened(core, reply).await;
    let messages = write::messages(&reply, MAX_TEXT);
    if messages.is_empty() {
        return Delivery::Refused {
            reason: "the reply has nothing that OneBot can send".to_owned(),
        };
    }
    let (done, mut first) = core.notes().progress.get(&key).cloned().unwrap_or_default();
    for (number, message) in messages.iter().enumerate().skip(done) {
        let Some(connection) = connection(core, &reply.channel) else {
            return Delivery::Later {
                reason: "no OneBot implementation is connected".to_owned(),
                after: None,
            };
        };
        match say(core, &connection, &reply.channel, target, message).await {
            Delivery::Sent { message: id } => {
                if let Some(id) = &id {
                    core.remember_said(&reply.channel, id);
                }
                if number == 0 {
                    first = id;
                }
                if messages.len() > 1 {
                    core.notes().progress.insert(key, (number + 1, first.clone()));
                }
            }
            other if messages.len() == 1 => return other,
            other => return of_part(other, number + 1, messages.len()),
        }
    }
    core.notes().progress.remove(&key);
    Delivery::Sent { message: first }
}

/// Looks among the recent messages of the channel for `reply`.
pub(crate) async fn find(core: &Core, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
    let Some(target) = Target::of(&reply.channel) else {
        return PastReply::Missing;
    };
    let Some(connection) = connection(core, &reply.channel) else {
        return PastReply::NotNow;
    };
    if connection.self_id().is_none() {
        // Which messages are our own is known only after the first event.
        return PastReply::NotNow;
    }
    #[derive(Serialize)]
    struct Params {
        #[serde(flatten)]
        address: Address,
        count: u32,
    }
    let params = Params {
        address: target.address(connection.spells_places_as_text()),
        count: HISTORY,
    };
    let answer = match connection
        .call(target.history_action(), params, core.settings.call_timeout.0)
        .await
    {
        Ok(answer) if answer.is_ok() => answer,
        Ok(_) => return PastReply::CannotTell,
        Err(_) => return PastReply::NotNow,
    };
    #[derive(Deserialize)]
    struct History<'a> {
        #[serde(borrow)]
        messages: Vec<Frame<'a>>,
    }
    let Some(history) = answer.data::<History<'_>>() else {
        return PastReply::CannotTell;
    };
    let oldest = since.saturating_sub(CLOCKS).unwrap_or(Timestamp::MIN);
    let own: Vec<&Frame<'_>> = history
        .messages
        .iter()
        .filter(|past| read::past_author(past).is_some_and(|author| core.hub.is_own(&author)))
        .filter(|past| read::past_time(past).is_none_or(|at| at >= oldest))
        .collect();
    let reply = pictures::screened(core, reply).await;
    let messages = write::messages(&reply, MAX_TEXT);
    let mut found = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let quote = reply.quote.as_ref().filter(|_| number == 0);
        match own.iter().find(|past| is_said(past, message, quote)) {
            Some(past) => found.push(past.message_id.id().map(|id| MessageId::new(id.as_ref()))),
            None => break,
        }
    }
    let first = found.first().cloned().flatten();
    if found.len() == messages.len()
        && let Some(first) = first
    {
        core.notes().progress.remove(&key);
        core.remember_said(&reply.channel, &first);
        return PastReply::Arrived(first);
    }
    if messages.len() > 1 {
        // The next try says only what is not there yet.
        core.notes().progress.insert(key, (found.len(), first));
    }
    PastReply::Missing
}

/// Whether `past` is `message`: it quotes the same (where anything is quoted) and its text opens the same way.
/// Platforms trim and respell the rest, and what quotes the same can still be another answer.
fn is_said(past: &Frame<'_>, message: &[OutSegment], quote: Option<&MessageId>) -> bool {
    const OPENING: usize = 24;
    if quote.is_some() && read::past_quote(past).as_ref() != quote {
        return false;
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<Vec<char>>()
    };
    let wanted = letters(&write::text(message));
    let there = letters(&read::past_text(past).unwrap_or_default());
    if quote.is_some() {
        let opening = wanted.len().min(OPENING);
        return there.len() >= opening && there[..opening] == wanted[..opening];
    }
    wanted == there
}

/// The connection that reaches `channel`.
fn connection(core: &Core, channel: &ChannelId) -> Option<Arc<Connection>> {
    let route = if core.hub.has_many_selves() {
        core.notes().routes.get(channel).cloned()
    } else {
        None
    };
    core.hub.sender(route.as_deref())
}

/// Takes a message of ours back, with `delete_msg` of OneBot v11; QQ allows it for two minutes.
async fn unsend(core: &Core, channel: &ChannelId, message: &MessageId) -> Delivery {
    let Some(connection) = connection(core, channel) else {
        return Delivery::Later {
            reason: "no OneBot implementation is connected".to_owned(),
            after: None,
        };
    };
    let params = json!({ "message_id": connection.message_id(message.as_str()) });
    let answer: Result<Answer, CallError> = connection
        .call("delete_msg", params, core.settings.call_timeout.0)
        .await;
    match answer {
        Ok(answer) if answer.is_ok() => Delivery::Sent { message: None },
        Ok(answer) => verdict::of(&answer),
        // Taking it back once more does no harm.
        Err(CallError::NotWritten | CallError::Lost | CallError::TimedOut) => Delivery::Later {
            reason: "the implementation did not answer".to_owned(),
            after: None,
        },
    }
}

async fn say(
    core: &Core,
    connection: &Connection,
    channel: &ChannelId,
    target: Target<'_>,
    message: &[OutSegment],
) -> Delivery {
    let as_text = connection.spells_places_as_text();
    let mut address = target.address(as_text);
    if let Target::Private(_) = target {
        address.group_id = core
            .notes()
            .temporary
            .get(channel)
            .map(|group| OutId::new(group, as_text));
    }
    let params = SendParams { address, message };
    let answer: Result<Answer, CallError> = connection
        .call(target.send_action(), params, core.settings.call_timeout.0)
        .await;
    match answer {
        Ok(answer) => verdict::of(&answer),
        Err(CallError::NotWritten) => Delivery::Later {
            reason: "the connection was lost before the message was written".to_owned(),
            after: None,
        },
        Err(CallError::Lost) => Delivery::Unknown {
            reason: "the connection was lost before the implementation answered".to_owned(),
        },
        Err(CallError::TimedOut) => {
            core.counters.unanswered_calls.up();
            Delivery::Unknown {
                reason: "the implementation did not answer in time".to_owned(),
            }
        }
    }
}

/// What became of a reply whose message `number` of `all` was not sent.
fn of_part(delivery: Delivery, number: usize, all: usize) -> Delivery {
    let which = |reason: String| format!("message {number} of {all}: {reason}");
    match delivery {
        Delivery::Refused { reason } => Delivery::Refused {
            reason: which(reason),
        },
        Delivery::Later { reason, after } => Delivery::Later {
            reason: which(reason),
            after,
        },
        Delivery::Unknown { reason } => Delivery::Unknown {
            reason: which(reason),
        },
        sent @ Delivery::Sent { .. } => sent,
    }
}
