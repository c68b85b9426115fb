//! QQ's events as the desk's, without any call.

mod notice;
mod words;

pub(crate) use notice::notice;

use crate::channel_id::ChannelRef;
use crate::wire::{self, Attachment, Interaction, Payload};
use groupdesk_contract::{
    Channel, ChannelRole, MemberId, Message, MessageId, Recall, Segment, Sender, Standing,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An event, parsed.
#[derive(Debug)]
pub(crate) enum ParsedEvent {
    /// A message.
    Said(Box<Said>),
    /// A button press.
    Pressed(Box<Pressed>),
    /// A recall.
    Recalled(Recall),
    /// A notice for an admin, with the event that the bot may answer.
    Notice(notice::BotNotice),
    /// Nothing that concerns us.
    Nothing,
}

/// A message that is to be completed with what it quotes.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) room: ChannelRef,
    pub(crate) message: Message,
    /// The number by which it can be quoted, in groups and direct chats.
    pub(crate) idx: Option<String>,
    pub(crate) quoted: Option<Quoted>,
}

/// A quote, as far as the message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// A number (`REFIDX_...`) in groups and direct chats, the message's id in guilds.
    pub(crate) id: Option<String>,
    pub(crate) text: Option<String>,
    /// True if a program wrote it; the platform doesn't tell which.
    pub(crate) by_bot: Option<bool>,
}

/// A press that is to be completed with what stands above the button.
#[derive(Debug)]
pub(crate) struct Pressed {
    pub(crate) room: ChannelRef,
    /// The interaction that QQ waits to have acknowledged.
    pub(crate) interaction: String,
    /// The message that the press stands for, without the quote.
    pub(crate) message: Message,
    /// The message above the button; `None` if QQ doesn't tell.
    pub(crate) under: Option<String>,
    pub(crate) button: Option<String>,
}

/// Reads an event. `me` is the bot's id in guilds; `now` replaces a time that QQ doesn't give.
pub(crate) fn read(payload: &Payload, me: Option<&str>, now: Timestamp) -> ParsedEvent {
    let name = payload.t.as_deref().unwrap_or_default();
    match name {
        "GROUP_AT_MESSAGE_CREATE"
        | "GROUP_MESSAGE_CREATE"
        | "C2C_MESSAGE_CREATE"
        | "AT_MESSAGE_CREATE"
        | "MESSAGE_CREATE"
        | "DIRECT_MESSAGE_CREATE" => read_message(name, &payload.d, me, now)
            .map_or(ParsedEvent::Nothing, |said| ParsedEvent::Said(Box::new(said))),
        "INTERACTION_CREATE" => pressed(payload, now).map_or(ParsedEvent::Nothing, |pressed| {
            ParsedEvent::Pressed(Box::new(pressed))
        }),
        "MESSAGE_DELETE" | "PUBLIC_MESSAGE_DELETE" | "DIRECT_MESSAGE_DELETE" => {
            recalled(name, &payload.d, now).map_or(ParsedEvent::Nothing, ParsedEvent::Recalled)
        }
        _ => notice(payload).map_or(ParsedEvent::Nothing, ParsedEvent::Notice),
    }
}

/// Parses `data` as a `T`; logs a failure, without the members' texts.
fn parse<T: DeserializeOwned>(what: &str, data: &Value) -> Option<T> {
    T::deserialize(data)
        .map_err(|error| tracing::warn!(what, %error, "an event of QQ's can't be read; it is left out"))
        .ok()
}

fn read_message(name: &str, data: &Value, me: Option<&str>, now: Timestamp) -> Option<Said> {
    let wire: wire::Message = parse(name, data)?;
    let author = &wire.author;
    let (room, sender) = match name {
        "GROUP_AT_MESSAGE_CREATE" | "GROUP_MESSAGE_CREATE" => (
            ChannelRef::Group(wire.group_openid.clone()?),
            author.member_openid.clone().or_else(|| author.id.clone())?,
        ),
        "C2C_MESSAGE_CREATE" => {
            let sender = author.user_openid.clone().or_else(|| author.id.clone())?;
            (ChannelRef::User(sender.clone()), sender)
        }
        "DIRECT_MESSAGE_CREATE" => (ChannelRef::Dms(wire.guild_id.clone()?), author.id.clone()?),
        _ => (ChannelRef::Channel(wire.channel_id.clone()?), author.id.clone()?),
    };
    // What can't be answered under this id would not be a room that replies can name.
    let room = ChannelRef::parse(&room.channel())?;
    let is_me = |mention: &wire::Mention| {
        mention.is_you == Some(true) && mention.scope.as_deref() != Some("all")
            || me.is_some() && mention.id.as_deref() == me
    };
    let mentions_bot =
        matches!(name, "GROUP_AT_MESSAGE_CREATE" | "AT_MESSAGE_CREATE") || wire.mentions.iter().any(is_me);
    let mut segments = words::segments(&wire.content, &|id| {
        let known = wire
            .mentions
            .iter()
            .find(|mention| mention.id.as_deref() == Some(id));
        match known {
            Some(mention) if is_me(mention) => None,
            Some(mention) => Some(mention.member_openid.clone().unwrap_or_else(|| id.to_owned())),
            None if me == Some(id) => None,
            None => Some(id.to_owned()),
        }
    });
    let all = wire.mention_everyone
        || wire
            .mentions
            .iter()
            .any(|mention| mention.scope.as_deref() == Some("all"));
    if all && !segments.contains(&Segment::MentionAll) {
        segments.insert(0, Segment::MentionAll);
    }
    segments.extend(wire.attachments.iter().filter_map(attached));
    let quoted = quoted(&wire);
    let idx = wire.message_scene.get("msg_idx").map(str::to_owned);
    let is_self = me.is_some() && author.id.as_deref() == me;
    let message = Message {
        id: MessageId::new(wire.id.clone()?),
        channel: channel(&room),
        sender: Sender {
            name: wire
                .member
                .nick
                .clone()
                .filter(|_| room.is_guild())
                .or_else(|| author.username.clone())
                .unwrap_or_else(|| nameless(&sender)),
            id: MemberId::new(sender),
            role: role(&room, &wire),
            is_bot: author.bot == Some(true),
            is_self,
            standing: Standing::Member,
        },
        segments,
        mentions_bot,
        at: time(&wire.timestamp).unwrap_or(now),
        ticket: None,
        link: None,
    };
    Some(Said {
        room,
        message,
        idx,
        quoted,
    })
}

fn channel(room: &ChannelRef) -> Channel {
    Channel {
        id: room.channel(),
        kind: room.kind(),
        name: None,
    }
}

/// Makes a name that people can tell apart, since QQ rarely gives names.
fn nameless(id: &str) -> String {
    let start: String = id.chars().take(6).collect();
    format!("QQ {start}")
}

/// Guilds number their standing roles: 4 is the owner, 2 an administrator, 5 one of a channel.
fn role(room: &ChannelRef, wire: &wire::Message) -> ChannelRole {
    let has = |role: &str| wire.member.roles.iter().any(|of| of == role);
    match wire.author.member_role.as_deref() {
        Some("owner") => ChannelRole::Owner,
        Some("admin") => ChannelRole::Admin,
        None if room.is_guild() && has("4") => ChannelRole::Owner,
        None if room.is_guild() && (has("2") || has("5")) => ChannelRole::Admin,
        _ => ChannelRole::Member,
    }
}

fn quoted(wire: &wire::Message) -> Option<Quoted> {
    if let Some(id) = &wire.message_reference.message_id {
        return Some(Quoted {
            id: Some(id.clone()),
            text: None,
            by_bot: None,
        });
    }
    let element = wire.msg_elements.first();
    let id = wire
        .message_scene
        .get("ref_msg_idx")
        .map(str::to_owned)
        .or_else(|| element?.msg_idx.clone());
    if id.is_none() && element.is_none() {
        return None;
    }
    Some(Quoted {
        id,
        text: element
            .map(|element| words::plain(&element.content))
            .filter(|text| !text.is_empty()),
        by_bot: element.and_then(|element| element.author.bot),
    })
}

fn attached(file: &Attachment) -> Option<Segment> {
    let kind = file.content_type.as_deref().unwrap_or_default();
    let url = file.url.as_ref().map(|url| {
        if url.contains("://") {
            url.clone()
        } else {
            format!("https://{}", url.trim_start_matches('/'))
        }
    });
    if kind.starts_with("image") {
        return Some(Segment::Image { url });
    }
    if let Some(said) = file.asr_refer_text.as_ref().filter(|_| kind.starts_with("voice")) {
        return Some(Segment::Text(said.clone()));
    }
    (url.is_some() || file.filename.is_some()).then(|| Segment::File {
        name: file.filename.clone(),
        url,
    })
}

fn pressed(payload: &Payload, now: Timestamp) -> Option<Pressed> {
    let wire: Interaction = parse("INTERACTION_CREATE", &payload.d)?;
    let resolved = wire.data.resolved;
    let (room, sender) = match (wire.group_openid, wire.channel_id, wire.user_openid) {
        (Some(group), _, _) => (ChannelRef::Group(group), wire.group_member_openid?),
        (None, Some(channel), _) => (ChannelRef::Channel(channel), resolved.user_id?),
        (None, None, Some(user)) => (ChannelRef::User(user.clone()), user),
        (None, None, None) => return None,
    };
    let room = ChannelRef::parse(&room.channel())?;
    let interaction = wire.id?;
    let message = Message {
        id: MessageId::new(format!("press:{interaction}")),
        channel: channel(&room),
        sender: Sender {
            name: nameless(&sender),
            id: MemberId::new(sender),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: vec![Segment::Text(resolved.button_data?)],
        mentions_bot: true,
        at: time(&wire.timestamp).unwrap_or(now),
        ticket: None,
        link: None,
    };
    Some(Pressed {
        room,
        interaction,
        message,
        under: resolved.message_id,
        button: resolved.button_id,
    })
}

fn recalled(name: &str, data: &Value, now: Timestamp) -> Option<Recall> {
    let wire: wire::Deleted = parse(name, data)?;
    let room = match name {
        "DIRECT_MESSAGE_DELETE" => ChannelRef::Dms(wire.message.guild_id?),
        _ => ChannelRef::Channel(wire.message.channel_id?),
    };
    Some(Recall {
        channel: room.channel(),
        message: MessageId::new(wire.message.id?),
        by: wire.op_user.id.map(MemberId::new),
        at: now,
    })
}

/// Reads a time in RFC 3339, or in seconds since 1970.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text
            .parse()
            .ok()
            .or_else(|| Timestamp::from_second(text.parse().ok()?).ok()),
        Value::Number(number) => Timestamp::from_second(number.as_i64()?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
