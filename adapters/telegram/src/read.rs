//! Telegram's updates as events of the desk. Pure: what has to be looked up first comes with [`Around`].

mod body;
#[cfg(test)]
mod tests;

use crate::channel_id::{self, ChannelRef};
use groupdesk_contract::{
    AccountId, Channel, ChannelRole, Edit, Event, MemberId, Message as Said, MessageId, Quote, Segment,
    Sender, Standing,
};
use jiff::Timestamp;
use teloxide_core::types::{
    CallbackQuery, Chat, MaybeAnonymousUser, Message, MessageKind, MessageReactionUpdated, ReactionType, User,
};

/// The ids of the bots that write for anonymous administrators, and for members who write as a channel.
const GROUP_ANONYMOUS_BOT: u64 = 1_087_968_824;
const CHANNEL_BOT: u64 = 136_817_688;

/// The bot itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Myself {
    pub(crate) id: u64,
    /// Without the `@`.
    pub(crate) username: String,
    /// Privacy mode is off: all messages of groups arrive.
    pub(crate) hears_everything: bool,
}

/// The context of an update: the place, and the sender.
#[derive(Debug, Clone)]
pub(crate) struct Around<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) me: &'a Myself,
    /// The id that the chat had first, which the desk knows it by.
    pub(crate) first: i64,
    /// The ticket whose topic this is.
    pub(crate) ticket: Option<u64>,
    /// The rank of the sender in the chat.
    pub(crate) role: ChannelRole,
    /// The rank that the settings give to this role.
    pub(crate) standing: Standing,
    /// The message of ours that is quoted, pressed or disliked is a later part of this one.
    pub(crate) part_of: Option<i32>,
    pub(crate) now: Timestamp,
}

/// A message; `album` are all messages of one album, in order, or the one message.
pub(crate) fn message(album: &[&Message], around: &Around<'_>) -> Option<Event> {
    let first = album.first()?;
    if is_passed_over(first) {
        return None;
    }
    let sender = sender(first, around)?;
    let (room, of_topic) = place(&first.chat, thread(first), around);
    let mut segments: Vec<Segment> = quote(first, around).map(Segment::Quote).into_iter().collect();
    let mut mentions_bot = false;
    for message in album {
        let read = body::read(message, around.me, around.account)?;
        if read.for_other_bot {
            return None;
        }
        mentions_bot |= read.mentions_bot;
        segments.extend(read.segments);
    }
    if segments
        .iter()
        .all(|segment| matches!(segment, Segment::Quote(_)))
    {
        return None;
    }
    let mut said = Said {
        id: channel_id::message_id(first.id.0, around.first, first.chat.id.0),
        channel: channel(room, &first.chat),
        sender,
        segments,
        mentions_bot,
        at: time(first.date.timestamp()),
        ticket: None,
        link: link(&first.chat, first.id.0),
    };
    // What begins with `//` stays among staff.
    said.ticket = of_topic.filter(|_| !said.text().trim_start().starts_with("//"));
    Some(Event::Message(said))
}

/// A message that was changed.
pub(crate) fn edit(message: &Message, around: &Around<'_>) -> Option<Event> {
    if is_passed_over(message) {
        return None;
    }
    let sender = sender(message, around)?;
    if sender.is_self {
        return None;
    }
    let read = body::read(message, around.me, around.account)?;
    let (room, of_topic) = place(&message.chat, thread(message), around);
    // What it quotes says whose words these are: without it staff's changed answer belongs to no ticket.
    let mut segments: Vec<Segment> = quote(message, around).map(Segment::Quote).into_iter().collect();
    segments.extend(read.segments);
    let changed = message.edit_date().map_or(message.date, |at| *at);
    let mut message = Said {
        id: channel_id::message_id(message.id.0, around.first, message.chat.id.0),
        channel: channel(room, &message.chat),
        sender,
        segments,
        mentions_bot: read.mentions_bot,
        at: time(message.date.timestamp()),
        ticket: None,
        link: link(&message.chat, message.id.0),
    };
    message.ticket = of_topic.filter(|_| !message.text().trim_start().starts_with("//"));
    Some(Event::Edit(Edit {
        message,
        at: time(changed.timestamp()),
    }))
}

/// Reads a button press as a message with the button's text.
pub(crate) fn press(query: &CallbackQuery, around: &Around<'_>) -> Option<Event> {
    let says = query.data.as_deref().filter(|data| !data.is_empty())?;
    let under = query.message.as_ref()?;
    let chat = under.chat();
    let known = under.regular_message();
    let text = known.and_then(|message| message.text().or_else(|| message.caption()));
    let number = around.part_of.unwrap_or(under.id().0);
    Some(Event::Message(answer_to(
        MessageId::new(format!("press:{}", query.id)),
        (chat, known.and_then(thread)),
        (number, text.map(str::to_owned)),
        person(&query.from, around),
        (says.to_owned(), around.now),
        around,
    )))
}

/// Reads a thumb down under a message of ours as a message. The caller knows that it is ours.
pub(crate) fn dislike(reaction: &MessageReactionUpdated, around: &Around<'_>) -> Option<Event> {
    let MaybeAnonymousUser::User(user) = &reaction.actor else {
        return None;
    };
    if !is_new_dislike(reaction) {
        return None;
    }
    let chinese = user
        .language_code
        .as_deref()
        .is_none_or(|code| code.starts_with("zh"));
    let says = if chinese { "没用" } else { "not helpful" };
    let id = format!(
        "react:{}:{}:{}",
        reaction.message_id.0,
        user.id.0,
        reaction.date.timestamp()
    );
    let number = around.part_of.unwrap_or(reaction.message_id.0);
    Some(Event::Message(answer_to(
        MessageId::new(id),
        (&reaction.chat, None),
        (number, None),
        person(user, around),
        (says.to_owned(), time(reaction.date.timestamp())),
        around,
    )))
}

/// True for a new thumb down.
pub(crate) fn is_new_dislike(reaction: &MessageReactionUpdated) -> bool {
    let has = |reactions: &[ReactionType]| {
        reactions
            .iter()
            .any(|reaction| reaction.emoji().is_some_and(|emoji| emoji == "👎"))
    };
    has(&reaction.new_reaction) && !has(&reaction.old_reaction)
}

/// The topic that a message stands in. A thread of replies in a group without topics has an id too, and is none.
pub(crate) fn thread(message: &Message) -> Option<i32> {
    message
        .thread_id
        .filter(|_| message.is_topic_message)
        .map(|thread| thread.0.0)
}

/// Makes a message to the bot that quotes another message, from an action under it.
fn answer_to(
    id: MessageId,
    (chat, thread): (&Chat, Option<i32>),
    (number, text): (i32, Option<String>),
    sender: Sender,
    (says, at): (String, Timestamp),
    around: &Around<'_>,
) -> Said {
    let (room, ticket) = place(chat, thread, around);
    let quote = Quote {
        message: channel_id::message_id(number, around.first, chat.id.0),
        of_bot: Some(true),
        text,
    };
    Said {
        id,
        channel: channel(room, chat),
        sender,
        segments: vec![Segment::Quote(quote), Segment::Text(says)],
        mentions_bot: true,
        at,
        ticket,
        link: None,
    }
}

/// Returns the address at which members can open a supergroup's message. teloxide's own `url` panics at an id that no chat has.
fn link(chat: &Chat, number: i32) -> Option<String> {
    let named = chat
        .username()
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    if let Some(name) = named.filter(|_| !chat.is_private()) {
        return Some(format!("https://t.me/{name}/{number}"));
    }
    // Ids of supergroups stand in such links without their mark, -100.
    let bare = chat.id.0.checked_add(1_000_000_000_000)?.checked_neg()?;
    (bare > 0).then(|| format!("https://t.me/c/{bare}/{number}"))
}

/// The room, and the ticket whose topic it is: such a topic is part of the staff room.
fn place(chat: &Chat, thread: Option<i32>, around: &Around<'_>) -> (ChannelRef, Option<u64>) {
    let room = ChannelRef {
        chat: around.first,
        thread: thread.filter(|_| around.ticket.is_none()),
        private: chat.is_private(),
    };
    (room, around.ticket)
}

fn channel(room: ChannelRef, chat: &Chat) -> Channel {
    Channel {
        id: room.channel(),
        kind: room.kind(),
        name: chat.title().map(str::to_owned),
    }
}

/// True for service messages, and for a linked channel's posts in its group: nobody's question.
fn is_passed_over(message: &Message) -> bool {
    match &message.kind {
        MessageKind::Common(common) => common.is_automatic_forward,
        MessageKind::Dice(_) => false,
        _ => true,
    }
}

fn sender(message: &Message, around: &Around<'_>) -> Option<Sender> {
    let from = message.from.as_ref();
    let stands_in = from.is_none_or(|user| matches!(user.id.0, GROUP_ANONYMOUS_BOT | CHANNEL_BOT));
    let Some(chat) = message.sender_chat.as_ref().filter(|_| stands_in) else {
        return from.map(|user| person(user, around));
    };
    // A person who speaks as the group (an administrator who stays anonymous) or as a channel of theirs. Telegram puts a
    // bot of its own in front; they are no bot all the same, and are known by the chat that they speak as.
    let administrator = chat.id == message.chat.id;
    let role = if administrator {
        ChannelRole::Admin
    } else {
        ChannelRole::Member
    };
    let signature = message.author_signature().map(str::to_owned);
    let id = if administrator { around.first } else { chat.id.0 };
    Some(Sender {
        id: MemberId::new(id.to_string()),
        name: signature
            .or_else(|| chat.title().map(str::to_owned))
            .unwrap_or_else(|| id.to_string()),
        role,
        is_bot: false,
        is_self: false,
        standing: if administrator {
            around.standing
        } else {
            Standing::Member
        },
    })
}

fn person(user: &User, around: &Around<'_>) -> Sender {
    Sender {
        id: MemberId::new(user.id.0.to_string()),
        name: name(user),
        role: around.role,
        is_bot: user.is_bot,
        is_self: user.id.0 == around.me.id,
        standing: around.standing,
    }
}

/// True for a message in the name of the chat itself, which only its administrators can write.
pub(crate) fn is_anonymous_admin(message: &Message) -> bool {
    message
        .sender_chat
        .as_ref()
        .is_some_and(|chat| chat.id == message.chat.id && !chat.is_private())
}

/// The name of a user.
pub(crate) fn name(user: &User) -> String {
    let full = user.full_name();
    match (full.trim(), &user.username) {
        ("", Some(username)) => username.clone(),
        ("", None) => user.id.0.to_string(),
        (full, _) => full.to_owned(),
    }
}

fn quote(message: &Message, around: &Around<'_>) -> Option<Quote> {
    let quoted = message.reply_to_message()?;
    // In a topic, what quotes nothing "replies" to the message that opened the topic.
    if thread(message) == Some(quoted.id.0) {
        return None;
    }
    let of_bot = quoted.from.as_ref().is_some_and(|user| user.id.0 == around.me.id);
    let text = message
        .quote()
        .map(|quote| quote.text.as_str())
        .or_else(|| quoted.text())
        .or_else(|| quoted.caption());
    let number = around.part_of.filter(|_| of_bot).unwrap_or(quoted.id.0);
    Some(Quote {
        message: channel_id::message_id(number, around.first, message.chat.id.0),
        of_bot: Some(of_bot),
        text: text.map(str::to_owned),
    })
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
