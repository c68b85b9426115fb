//! Discord's messages and interactions as events of the desk. Pure: what has to be looked up first comes with [`Around`].

#[cfg(test)]
mod tests;

use crate::channel_id::MessagePlace;
use crate::core::Myself;
use crate::wire::{Attachment, Interaction, Message, User};
use crate::{channel_id, components, files};
use groupdesk_contract::{
    AccountId, ChannelRole, Edit, Event, MemberId, Message as Said, MessageId, Quote, Recall, Segment,
    Sender, Standing, held_file,
};
use jiff::Timestamp;
use serenity::all::MessageType;

/// The context of an event: the place, and the sender.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    pub(crate) account: AccountId,
    pub(crate) me: Myself,
    pub(crate) spot: MessagePlace,
    /// The server; none where two are alone.
    pub(crate) guild: Option<u64>,
    pub(crate) nick: Option<String>,
    pub(crate) role: ChannelRole,
    pub(crate) standing: Standing,
    /// The message of ours that is quoted or pressed is a later part of this one.
    pub(crate) part_of: Option<u64>,
    /// The role that Discord made for the bot in the server.
    pub(crate) own_role: Option<u64>,
    pub(crate) now: Timestamp,
}

/// True for a message of a member: not of this bot, a webhook or Discord.
pub(crate) fn is_spoken(message: &Message, me: Myself) -> bool {
    let kind = message.kind.unwrap_or(MessageType::Regular);
    let spoken = matches!(kind, MessageType::Regular | MessageType::InlineReply);
    let by_other = message
        .author
        .as_ref()
        .is_some_and(|author| author.id.get() != me.user);
    message.webhook_id.is_none() && spoken && by_other
}

/// True for an empty message of a type that normally has content: the bot lacks the Message Content intent.
pub(crate) fn is_wordless(message: &Message) -> bool {
    let by_person = message.author.as_ref().is_some_and(|author| !author.bot);
    message.guild_id.is_some()
        && by_person
        && message.content.as_deref().unwrap_or_default().is_empty()
        && message.attachments.is_empty()
        && message.sticker_items.is_empty()
        && message.embeds.is_empty()
        && message.poll.is_none()
        && message.message_snapshots.is_empty()
        && message.kind.is_none_or(|kind| kind == MessageType::Regular)
}

/// True for a message that proves that the bot may read content: it has a text that Discord doesn't show merely because the bot
/// is mentioned or quoted.
pub(crate) fn shows_content(message: &Message, me: Myself) -> bool {
    let content = message.content.as_deref().unwrap_or_default();
    let by_person = message.author.as_ref().is_some_and(|author| !author.bot);
    let quotes_us = message
        .referenced_message
        .as_ref()
        .and_then(|quoted| quoted.author.as_ref())
        .is_some_and(|author| author.id.get() == me.user);
    message.guild_id.is_some() && by_person && !content.is_empty() && !quotes_us && !content.contains("<@")
}

/// A message that somebody sent; `None` when there is nothing in it to be read.
pub(crate) fn message(message: &Message, around: &Around) -> Option<Event> {
    if !is_spoken(message, around.me) {
        return None;
    }
    let author = message.author.as_ref()?;
    let mut segments = Vec::new();
    if let Some(quoted) = &message.referenced_message {
        segments.push(Segment::Quote(quote(quoted, around)));
    }
    let quotes = segments.len();
    if let Some(title) = around
        .spot
        .title
        .as_ref()
        .filter(|_| message.id.get() == message.channel_id.get())
    {
        // The title of a post often is the question.
        segments.push(Segment::Text(format!("{title}\n")));
    }
    let (mut said, mentions_bot) = text_segments(message.content.as_deref().unwrap_or_default(), around);
    segments.append(&mut said);
    let file = |attached| file(message, attached, around);
    segments.extend(message.attachments.iter().map(file));
    for forwarded in &message.message_snapshots {
        let (mut said, _) = text_segments(&forwarded.message.content, around);
        segments.append(&mut said);
        segments.extend(forwarded.message.attachments.iter().map(file));
    }
    for sticker in &message.sticker_items {
        segments.push(Segment::Other(format!("sticker {}", sticker.name)));
    }
    if segments.len() == quotes {
        return None;
    }
    Some(Event::Message(assembled(
        message,
        author,
        around,
        (segments, mentions_bot),
    )))
}

/// Assembles a message from its parts, with the mention of the bot in it.
fn assembled(message: &Message, author: &User, around: &Around, words: (Vec<Segment>, bool)) -> Said {
    let (segments, mentions_bot) = words;
    let mut said = Said {
        id: MessageId::new(message.id.to_string()),
        channel: around.spot.channel.clone(),
        sender: sender(author, around),
        segments,
        mentions_bot,
        at: channel_id::time_of(message.id.get()),
        ticket: None,
        link: channel_id::link(around.guild, message.channel_id.get(), message.id.get()),
    };
    // What begins with `//` stays among staff.
    said.ticket = around
        .spot
        .ticket
        .filter(|_| !said.text().trim_start().starts_with("//"));
    said
}

/// A message that its author changed; an unfurled link is no change.
pub(crate) fn edit(message: &Message, around: &Around) -> Option<Event> {
    let author = message
        .author
        .as_ref()
        .filter(|author| author.id.get() != around.me.user)?;
    let at = message.edited_timestamp.as_deref()?;
    if message.webhook_id.is_some() {
        return None;
    }
    let mut segments = Vec::new();
    if let Some(quoted) = &message.referenced_message {
        segments.push(Segment::Quote(quote(quoted, around)));
    }
    let (mut said, mentions_bot) = text_segments(message.content.as_deref()?, around);
    segments.append(&mut said);
    let file = |attached| file(message, attached, around);
    segments.extend(message.attachments.iter().map(file));
    Some(Event::Edit(Edit {
        message: assembled(message, author, around, (segments, mentions_bot)),
        at: at.parse().unwrap_or(around.now),
    }))
}

/// A message that was deleted; Discord does not tell by whom.
pub(crate) fn recall(message: u64, spot: &MessagePlace, now: Timestamp) -> Event {
    Event::Recall(Recall {
        channel: spot.channel.id.clone(),
        message: MessageId::new(message.to_string()),
        by: None,
        at: now,
    })
}

/// Reads an interaction: a button or a menu choice as the text that it sends, a slash command as its text.
pub(crate) fn interaction(interaction: &Interaction, around: &Around) -> Option<Event> {
    let who = interaction.who()?;
    let segments = match interaction.kind {
        2 => vec![Segment::Text(interaction.text())],
        3 => {
            let chosen = interaction.data.values.first().and_then(|value| value.as_str());
            let says = components::button_text(chosen.unwrap_or(&interaction.data.custom_id))?;
            let under = interaction.message.as_ref()?;
            vec![
                Segment::Quote(quote(under, around)),
                Segment::Text(says.to_owned()),
            ]
        }
        _ => return None,
    };
    Some(Event::Message(Said {
        // No message that could be quoted has this id.
        id: MessageId::new(format!("i{}", interaction.id)),
        channel: around.spot.channel.clone(),
        sender: sender(who, around),
        segments,
        mentions_bot: true,
        at: channel_id::time_of(interaction.id.get()),
        ticket: around.spot.ticket,
        link: None,
    }))
}

fn sender(user: &User, around: &Around) -> Sender {
    let standing = if user.bot {
        Standing::Member
    } else {
        around.standing
    };
    Sender {
        id: MemberId::new(user.id.to_string()),
        name: around.nick.as_deref().unwrap_or(user.name()).to_owned(),
        role: around.role,
        is_bot: user.bot,
        is_self: false,
        standing,
    }
}

fn quote(message: &Message, around: &Around) -> Quote {
    let by_bot = message
        .author
        .as_ref()
        .is_some_and(|author| author.id.get() == around.me.user);
    let by_hook = message
        .application_id
        .is_some_and(|id| id.get() == around.me.application);
    let id = around.part_of.unwrap_or(message.id.get());
    Quote {
        message: MessageId::new(id.to_string()),
        of_bot: Some(by_bot || by_hook),
        text: message.content.clone().filter(|text| !text.is_empty()),
    }
}

/// A file by its place, since its address ends after a day.
fn file(message: &Message, file: &Attachment, around: &Around) -> Segment {
    let name = files::name(message.channel_id.get(), message.id.get(), file);
    let url = name
        .map(|name| held_file(&around.account, &name))
        .or_else(|| file.url.clone());
    let is_image = file
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.starts_with("image/"));
    if is_image {
        Segment::Image { url }
    } else {
        Segment::File {
            name: file.filename.clone(),
            url,
        }
    }
}

/// Mentions stand as `<@id>` or `<@!id>` in a text; `<@&id>` is a role, of which the bot's own is taken for the bot, since
/// both have one name.
fn text_segments(content: &str, around: &Around) -> (Vec<Segment>, bool) {
    let mut segments = Vec::new();
    let mut text = String::new();
    let mut mentions_bot = false;
    let mut rest = content;
    while let Some((before, from)) = rest.split_once("<@") {
        text.push_str(before);
        let member = from.split_once('>').and_then(|(id, tail)| {
            let id = match id.strip_prefix('&') {
                Some(role) => {
                    let role: u64 = role.parse().ok()?;
                    (around.own_role == Some(role)).then_some(around.me.user)?
                }
                None => id.trim_start_matches('!').parse().ok()?,
            };
            Some((id, tail))
        });
        let Some((id, tail)) = member else {
            text.push_str("<@");
            rest = from;
            continue;
        };
        if !text.is_empty() {
            segments.push(Segment::Text(readable(&text)));
            text.clear();
        }
        mentions_bot |= id == around.me.user;
        segments.push(Segment::Mention(MemberId::new(id.to_string())));
        rest = tail;
    }
    text.push_str(rest);
    if !text.is_empty() {
        segments.push(Segment::Text(readable(&text)));
    }
    (segments, mentions_bot)
}

/// Returns `text` with a server's own emoji, `<:name:id>` or `<a:name:id>`, as `:name:`.
fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('<') {
        out.push_str(before);
        let emoji = from.split_once('>').and_then(|(inside, tail)| {
            let inside = inside.strip_prefix('a').unwrap_or(inside).strip_prefix(':')?;
            let (name, id) = inside.split_once(':')?;
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            id.parse::<u64>().ok().filter(|_| is_name)?;
            Some((name, tail))
        });
        match emoji {
            Some((name, tail)) => {
                out.push_str(&format!(":{name}:"));
                rest = tail;
            }
            None => {
                out.push('<');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}
