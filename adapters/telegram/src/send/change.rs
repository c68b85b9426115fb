//! Edits and deletes messages of ours. A message that was sent in several parts is known by its first; the others follow it.

use super::call::{self, Envelope};
use crate::api::Fault;
use crate::channel_id::{self, ChannelRef};
use crate::core::Core;
use crate::keyboard;
use crate::split::Words;
use crate::write::{Part, as_link};
use groupdesk_contract::{MessageId, Reply};
use teloxide_core::payloads::{DeleteMessage, EditMessageCaption, EditMessageText};
use teloxide_core::types::{ChatId, InlineKeyboardMarkup, MessageId as Number};

/// Keeps which messages are parts of the first, so that pressing a button under the last or quoting any is about the reply.
pub(super) async fn keep_parts(core: &Core, chat: i64, said: &[i32]) {
    let Some((first, later)) = said.split_first().filter(|(_, later)| !later.is_empty()) else {
        return;
    };
    for number in later {
        let key = format!("part:{chat}:{number}");
        core.notebook.put(&key, &first.to_string()).await;
    }
    let all: Vec<String> = later.iter().map(i32::to_string).collect();
    core.notebook
        .put(&format!("parts:{chat}:{first}"), &all.join(","))
        .await;
}

/// The messages of the reply that begins with `first`.
async fn parts_of(core: &Core, chat: i64, first: i32) -> Vec<i32> {
    let later = core.notebook.get(&format!("parts:{chat}:{first}")).await;
    let later = later.iter().flat_map(|later| later.split(','));
    std::iter::once(first)
        .chain(later.filter_map(|number| number.parse().ok()))
        .collect()
}

/// Puts `reply` in the place of `message`.
pub(super) async fn edit(
    core: &Core,
    room: ChannelRef,
    chat: i64,
    message: &MessageId,
    reply: &Reply,
) -> Result<Option<i32>, Fault> {
    let first = number(message, room, chat)?;
    super::learn_names(core, chat, reply).await;
    let texts: Vec<Words> = super::parts(core, reply)
        .into_iter()
        .filter_map(as_words)
        .collect();
    let Some(last) = texts.len().checked_sub(1) else {
        return Err(Fault::Refused(
            "there is nothing to put in the message's place".to_owned(),
        ));
    };
    let old = parts_of(core, chat, first).await;
    let mut now = Vec::new();
    for (at, words) in texts.iter().enumerate() {
        let keyboard = keyboard::keyboard(&reply.buttons).filter(|_| at == last);
        match old.get(at) {
            Some(number) => {
                put(core, chat, *number, words, keyboard).await.map_err(again)?;
                now.push(*number);
            }
            None => {
                let envelope = Envelope {
                    chat,
                    thread: room.thread,
                    quote: Some(first),
                    keyboard,
                };
                let sent = call::send(core, &envelope, &Part::Text(words.clone())).await?;
                core.state().said.insert((chat, sent), ());
                now.push(sent);
            }
        }
    }
    for number in old.iter().skip(texts.len()) {
        remove(core, chat, *number).await.map_err(again)?;
    }
    if old.len() > 1 && now.len() == 1 {
        core.notebook.put(&format!("parts:{chat}:{first}"), "").await;
    }
    keep_parts(core, chat, &now).await;
    Ok(Some(first))
}

/// Takes `message` back, with all its parts.
pub(super) async fn unsend(
    core: &Core,
    room: ChannelRef,
    chat: i64,
    message: &MessageId,
) -> Result<Option<i32>, Fault> {
    let first = number(message, room, chat)?;
    for number in parts_of(core, chat, first).await {
        remove(core, chat, number).await.map_err(again)?;
    }
    Ok(None)
}

fn number(message: &MessageId, room: ChannelRef, chat: i64) -> Result<i32, Fault> {
    channel_id::message_number(message, room.chat, chat)
        .ok_or_else(|| Fault::Refused(format!("`{message}` is no message of this chat")))
}

/// Returns the form of a part that an edited message can show: its text, and files as links.
fn as_words(part: Part) -> Option<Words> {
    match part {
        Part::Text(words) => Some(words),
        Part::File { file, caption } => {
            as_link(&file, &caption).or(Some(caption).filter(|words| !words.is_blank()))
        }
    }
}

async fn put(
    core: &Core,
    chat: i64,
    number: i32,
    words: &Words,
    keyboard: Option<InlineKeyboardMarkup>,
) -> Result<(), Fault> {
    let mut request = EditMessageText::new(ChatId(chat), Number(number), words.text.as_str());
    request.entities = call::entities(words);
    request.link_preview_options = Some(call::no_preview());
    request.reply_markup = keyboard.clone();
    let Err(mut fault) = core.api.call(request).await else {
        return Ok(());
    };
    if fault.says("no text in the message") {
        // It is a picture: its words stand under it.
        let mut request = EditMessageCaption::new(ChatId(chat), Number(number));
        request.caption = Some(words.text.clone());
        request.caption_entities = call::entities(words);
        request.reply_markup = keyboard;
        match core.api.call(request).await {
            Ok(_) => return Ok(()),
            Err(other) => fault = other,
        }
    }
    if matches!(fault, Fault::Taken(_)) || fault.says("not modified") {
        return Ok(());
    }
    Err(fault)
}

async fn remove(core: &Core, chat: i64, number: i32) -> Result<(), Fault> {
    let call = DeleteMessage::new(ChatId(chat), Number(number));
    match core.api.call(call).await {
        Ok(_) | Err(Fault::Taken(_)) => Ok(()),
        // Somebody was faster.
        Err(fault) if fault.says("message to delete not found") => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Makes an unanswered edit or deletion a retry: a repetition does no harm, so no doubt remains.
fn again(fault: Fault) -> Fault {
    match fault {
        Fault::NoAnswer(words) => Fault::NotWritten(words),
        fault => fault,
    }
}
