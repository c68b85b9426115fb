//! Sends replies to Telegram, once, and edits and deletes them; reports the true outcome of each.

mod call;
mod change;

use crate::api::Fault;
use crate::channel_id::{self, ChannelRef};
use crate::core::Core;
use crate::write::{self, Part};
use crate::{keyboard, read, topics, wire};
use call::Envelope;
use groupdesk_contract::{Act, Delivery, MemberId, Reply, ReplyKey, Segment};
use groupdesk_kit::{CallError, CallErrorKind};
use std::time::Duration;
use teloxide_core::types::{ChatId, User, UserId};

/// Retry delay of an account whose token is wrong. A server that logs in, and a proxy before one, say so for seconds too.
const TOKEN_PAUSE: Duration = Duration::from_secs(10);
/// Faults at one file from which on its words are tried without it: Telegram and proxies have faults at some files only.
const FILE_FAULTS: u32 = 3;

/// Sends `reply`, or what is left of it after an earlier try.
pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(room) = ChannelRef::parse(&reply.channel) else {
        return Delivery::Refused {
            reason: format!("`{}` is no channel of Telegram", reply.channel),
        };
    };
    if core.state().me.is_none() {
        return Delivery::Later {
            reason: "Telegram is not connected yet".to_owned(),
            after: None,
        };
    }
    let mut chat = core.now_of(room.chat).await;
    loop {
        let now = core.clock.now();
        let wait = core.state().pace.wait(chat, now);
        if let Some(wait) = wait {
            return Delivery::Later {
                reason: "Telegram asked us to wait".to_owned(),
                after: Some(wait),
            };
        }
        let outcome = match &reply.act {
            Act::Say => say(core, key, room, chat, reply).await,
            Act::Edit(message) => change::edit(core, room, chat, message, reply).await,
            Act::Unsend(message) => change::unsend(core, room, chat, message).await,
        };
        match outcome {
            Ok(number) => {
                let message = number.map(|number| channel_id::message_id(number, room.chat, chat));
                return Delivery::Sent { message };
            }
            Err(Fault::Moved(to)) if to != chat => {
                core.moved(chat, to).await;
                chat = to;
            }
            Err(fault) => return delivery(core, chat, fault),
        }
    }
}

/// Maps a fault to the delivery of the reply.
fn delivery(core: &Core, chat: i64, fault: Fault) -> Delivery {
    let (kind, after) = match &fault {
        Fault::Taken(_) => return Delivery::Sent { message: None },
        Fault::Wait(time) => {
            core.state().pace.hit(Some(chat), *time, core.clock.now());
            (CallErrorKind::RateLimited, Some(*time))
        }
        Fault::NotWritten(_) | Fault::NotTaken(_) | Fault::Moved(_) => (CallErrorKind::NotSent, None),
        Fault::Token(_) => (CallErrorKind::BadCredentials, Some(TOKEN_PAUSE)),
        Fault::NoAnswer(_) => (CallErrorKind::NoAnswer, None),
        Fault::Refused(_) | Fault::Conflict(_) => (CallErrorKind::Rejected, None),
    };
    CallError::new(kind, fault.message()).after(after).into()
}

/// Sends the parts of `reply` that were not sent yet; returns the number of its first message.
async fn say(
    core: &Core,
    key: ReplyKey,
    room: ChannelRef,
    chat: i64,
    reply: &Reply,
) -> Result<Option<i32>, Fault> {
    learn_names(core, chat, reply).await;
    let parts = parts(core, reply);
    if parts.is_empty() {
        return Err(Fault::Refused(
            "the reply has nothing that Telegram can show".to_owned(),
        ));
    }
    let mut thread = topics::of(core, room, chat, reply).await?;
    let mut said = core.state().progress.get(&key).cloned().unwrap_or_default();
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate().skip(said.len()) {
        let mut envelope = Envelope {
            chat,
            thread,
            quote: quote(core, room, chat, reply).filter(|_| at == 0),
            keyboard: keyboard::keyboard(&reply.buttons).filter(|_| at == last),
        };
        let in_words = in_words(part);
        let doubted = core.state().doubtful.get(&key).is_some();
        let part = in_words.as_ref().filter(|_| doubted).unwrap_or(part);
        let mut outcome = call::send(core, &envelope, part).await;
        if let Err(fault) = &outcome
            && envelope.quote.is_some()
            && quote_is_gone(fault)
        {
            envelope.quote = None;
            outcome = call::send(core, &envelope, part).await;
        }
        if let Err(fault) = &outcome
            && let Some(gone) = topic_is_shut(fault).filter(|_| thread.is_some() && room.thread.is_none())
        {
            // Staff deleted or closed the ticket's topic: what is said of it stands in the room.
            if gone {
                topics::forget(core, room, reply).await;
            }
            thread = None;
            envelope.thread = None;
            outcome = call::send(core, &envelope, part).await;
        }
        if let (Err(fault), Part::File { .. }, Some(words)) = (&outcome, part, &in_words) {
            match fault {
                // It may be the file: if it is not, the words are refused as well.
                Fault::Refused(reason) => {
                    tracing::warn!(account = %core.account, reason, "a picture or file is left out of a reply");
                    outcome = call::send(core, &envelope, words).await;
                }
                Fault::NotTaken(reason) => {
                    let reason = reason.clone();
                    if count_fault(core, key) >= FILE_FAULTS {
                        // If it is not the file, the words meet the fault as well.
                        outcome = call::send(core, &envelope, words).await;
                        if outcome.is_ok() {
                            tracing::warn!(
                                account = %core.account, reason,
                                "a picture or file is left out of a reply"
                            );
                        }
                    }
                }
                Fault::NoAnswer(_) => {
                    core.state().doubtful.insert(key, ());
                }
                _ => {}
            }
        }
        let number = match outcome {
            Ok(number) | Err(Fault::Taken(Some(number))) => number,
            // Said, though nobody knows under which number.
            Err(Fault::Taken(None)) => 0,
            Err(fault) => return Err(fault),
        };
        said.push(number);
        core.state().said.insert((chat, number), ());
        if parts.len() > 1 {
            core.state().progress.insert(key, said.clone());
        }
    }
    core.state().progress.remove(&key);
    core.state().doubtful.remove(&key);
    core.state().faulty.remove(&key);
    change::keep_parts(core, chat, &said).await;
    Ok(said.first().copied().filter(|number| *number != 0))
}

/// Counts a fault at the file of the reply `key`; returns how many there were.
fn count_fault(core: &Core, key: ReplyKey) -> u32 {
    let mut state = core.state();
    let before = state.faulty.get(&key).copied().unwrap_or_default();
    let faults = before.saturating_add(1);
    state.faulty.insert(key, faults);
    faults
}

/// Returns the words of a message with a file, with the file's address if it has one; `None` where nothing can be said.
fn in_words(part: &Part) -> Option<Part> {
    let Part::File { file, caption } = part else {
        return None;
    };
    let words = write::as_link(file, caption).unwrap_or_else(|| caption.clone());
    (!words.is_blank()).then_some(Part::Text(words))
}

/// The messages of a reply, with names as they are known.
fn parts(core: &Core, reply: &Reply) -> Vec<Part> {
    write::parts(reply, &|member: &MemberId| {
        let known = member
            .as_str()
            .parse()
            .ok()
            .and_then(|user: u64| core.state().people.get(&user).cloned());
        known.unwrap_or_else(|| member.as_str().to_owned())
    })
}

/// Returns Telegram's number of the message that the reply quotes.
fn quote(core: &Core, room: ChannelRef, chat: i64, reply: &Reply) -> Option<i32> {
    let quote = reply.quote.as_ref()?;
    let key = (reply.channel.clone(), quote.clone());
    let instead = core.state().origins.get(&key).and_then(|origin| origin.quote);
    instead.or_else(|| channel_id::message_number(quote, room.chat, chat))
}

/// Asks for the names of those who are mentioned and were not seen since the program began.
async fn learn_names(core: &Core, chat: i64, reply: &Reply) {
    for segment in &reply.segments {
        let Segment::Mention(member) = segment else {
            continue;
        };
        let Ok(user) = member.as_str().parse::<u64>() else {
            continue;
        };
        if core.state().people.get(&user).is_some() {
            continue;
        }
        let call = wire::GetChatMember {
            chat_id: ChatId(chat),
            user_id: UserId(user),
        };
        let Ok(mut member) = core.api.call(call).await else {
            continue;
        };
        if let Some(found) = member.get_mut("user")
            && let Ok(found) = serde_json::from_value::<User>(found.take())
        {
            core.state().people.insert(user, read::name(&found));
        }
    }
}

/// True for a fault about a quoted message that is gone. Telegram sends without the quote, as it is asked to; other servers of
/// the same API may not.
fn quote_is_gone(fault: &Fault) -> bool {
    let words = [
        "replied not found",
        "replied message not found",
        "reply message not found",
        "reply_message_id_invalid",
    ];
    words.iter().any(|words| fault.says(words))
}

/// Returns `Some` for a fault about a topic that can't be written to; `true` in it if the topic is gone for good.
fn topic_is_shut(fault: &Fault) -> Option<bool> {
    if fault.says("thread not found") || fault.says("topic_deleted") || fault.says("topic_id_invalid") {
        return Some(true);
    }
    fault.says("topic_closed").then_some(false)
}
