//! A topic for every ticket, in staff rooms that are groups with topics. Messages of staff in it belong to its ticket.

use crate::api::Fault;
use crate::channel_id::ChannelRef;
use crate::core::Core;
use groupdesk_contract::{NoteKind, Reply, TicketNote};
use jiff::SignedDuration;
use teloxide_core::payloads::CreateForumTopic;
use teloxide_core::types::ChatId;

/// The retry delay for a group without topics.
const NO_TOPICS_RETRY_DELAY: SignedDuration = SignedDuration::from_mins(10);
/// The longest name of a topic, in characters.
const NAME: usize = 128;

/// The topic of `channel_id` that `reply` belongs into; one is made when its ticket was opened just now.
///
/// # Errors
/// The obstacle, if trying again is worth while.
pub(crate) async fn of(
    core: &Core,
    room: ChannelRef,
    chat: i64,
    reply: &Reply,
) -> Result<Option<i32>, Fault> {
    if room.thread.is_some() || room.private {
        return Ok(room.thread);
    }
    let asked_in = reply.quote.as_ref().and_then(|quote| {
        let key = (reply.channel.clone(), quote.clone());
        core.state().origins.get(&key).and_then(|origin| origin.thread)
    });
    let Some(note) = reply.note.as_deref().filter(|_| core.settings.topics) else {
        return Ok(asked_in);
    };
    if let Some(thread) = core.notebook.number(&key(room.chat, note.ticket)).await {
        return Ok(Some(thread));
    }
    if !matches!(note.kind, NoteKind::Opened { .. }) || is_flat(core, chat) {
        return Ok(asked_in);
    }
    make(core, room, chat, note).await
}

/// The topic of `reply`'s ticket is not there any more.
pub(crate) async fn forget(core: &Core, room: ChannelRef, reply: &Reply) {
    if let Some(note) = &reply.note {
        core.notebook.put(&key(room.chat, note.ticket), "").await;
    }
}

async fn make(core: &Core, room: ChannelRef, chat: i64, note: &TicketNote) -> Result<Option<i32>, Fault> {
    let call = CreateForumTopic::new(ChatId(chat), name(note));
    match core.api.call(call).await {
        Ok(topic) => {
            let thread = topic.thread_id.0.0;
            let back = format!("thread:{}:{thread}", room.chat);
            core.notebook.put(&back, &note.ticket.to_string()).await;
            core.notebook
                .put(&key(room.chat, note.ticket), &thread.to_string())
                .await;
            Ok(Some(thread))
        }
        Err(Fault::Refused(words)) => {
            tracing::warn!(
                account = %core.account, chat, reason = words,
                "no topic can be made for a ticket: the group needs topics, and the bot the right to manage them"
            );
            let until = core.clock.now().saturating_add(NO_TOPICS_RETRY_DELAY);
            core.state()
                .flat
                .insert(chat, until.unwrap_or(jiff::Timestamp::MAX));
            Ok(None)
        }
        // The message itself was not sent yet.
        Err(Fault::NoAnswer(words)) => Err(Fault::NotWritten(words)),
        Err(fault) => Err(fault),
    }
}

fn is_flat(core: &Core, chat: i64) -> bool {
    let now = core.clock.now();
    core.state().flat.get(&chat).is_some_and(|until| *until > now)
}

fn key(chat: i64, ticket: u64) -> String {
    format!("topic:{chat}:{ticket}")
}

/// Makes the topic's name, `#12 subject`, on one line.
fn name(note: &TicketNote) -> String {
    let about = if note.subject.trim().is_empty() {
        &note.member_name
    } else {
        &note.subject
    };
    let line: Vec<&str> = about.split_whitespace().collect();
    let name = format!("#{} {}", note.ticket, line.join(" "));
    name.chars().take(NAME).collect()
}
