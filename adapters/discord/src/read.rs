//! Discord's events as events of the desk. Pure.

use crate::{Settings, write};
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, Edit, Event, MemberId, Message as Said, MessageId, Quote,
    Segment, Sender, Standing,
};
use jiff::Timestamp;
use serenity::all as discord;

/// The bot's own id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Myself(pub(crate) u64);

/// A message; `None` for the bot's own, webhooks' and the system's.
pub(crate) fn message(message: &discord::Message, me: Myself, settings: &Settings) -> Option<Event> {
    let spoken = matches!(
        message.kind,
        discord::MessageType::Regular | discord::MessageType::InlineReply
    );
    if message.webhook_id.is_some() || !spoken || message.author.id.get() == me.0 {
        return None;
    }
    let mut segments = Vec::new();
    if let Some(quoted) = &message.referenced_message {
        segments.push(Segment::Quote(quote(quoted, me)));
    }
    let (mut said, mentions_bot) = words(&message.content, me);
    segments.append(&mut said);
    for file in &message.attachments {
        let url = Some(file.url.clone());
        let image = file
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("image/"));
        segments.push(if image {
            Segment::Image { url }
        } else {
            Segment::File {
                name: Some(file.filename.clone()),
                url,
            }
        });
    }
    let nick = message.member.as_ref().and_then(|member| member.nick.as_deref());
    let roles = message
        .member
        .as_ref()
        .map(|member| member.roles.as_slice())
        .unwrap_or_default();
    Some(Event::Message(Said {
        id: MessageId::new(message.id.to_string()),
        channel: channel(message.channel_id, message.guild_id),
        sender: sender(&message.author, nick, roles, settings),
        segments,
        mentions_bot,
        at: time(message.timestamp.unix_timestamp()),
        ticket: None,
    }))
}

/// A message that its author changed; an unfurled link is no change.
pub(crate) fn edit(event: &discord::MessageUpdateEvent, me: Myself) -> Option<Event> {
    let author = event.author.as_ref().filter(|author| author.id.get() != me.0)?;
    let at = event.edited_timestamp?;
    if matches!(event.webhook_id, Some(Some(_))) {
        return None;
    }
    let (segments, _) = words(event.content.as_deref()?, me);
    let text = segments.iter().filter_map(|segment| match segment {
        Segment::Text(text) => Some(text.as_str()),
        _ => None,
    });
    Some(Event::Edit(Edit {
        channel: place(event.channel_id, event.guild_id),
        message: MessageId::new(event.id.to_string()),
        by: MemberId::new(author.id.to_string()),
        text: text.collect(),
        at: time(at.unix_timestamp()),
    }))
}

/// A button or a choice of a menu, as what pressing it says.
pub(crate) fn press(press: &discord::ComponentInteraction, me: Myself, settings: &Settings) -> Option<Event> {
    let says = match &press.data.kind {
        discord::ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => write::says(&press.data.custom_id),
    }?;
    Some(called(
        press.id.get(),
        channel(press.channel_id, press.guild_id),
        interactor(&press.user, press.member.as_ref(), settings),
        vec![
            Segment::Quote(quote(&press.message, me)),
            Segment::Text(says.to_owned()),
        ],
    ))
}

/// A slash command, as the text that it stands for.
pub(crate) fn command(command: &discord::CommandInteraction, settings: &Settings) -> Event {
    called(
        command.id.get(),
        channel(command.channel_id, command.guild_id),
        interactor(&command.user, command.member.as_deref(), settings),
        vec![Segment::Text(command_text(command))],
    )
}

/// `/ask how do I ...`.
pub(crate) fn command_text(command: &discord::CommandInteraction) -> String {
    let mut text = format!("/{}", command.data.name);
    for option in &command.data.options {
        if let Some(value) = option.value.as_str() {
            text.push(' ');
            text.push_str(value);
        }
    }
    text
}

fn called(id: u64, channel: Channel, sender: Sender, segments: Vec<Segment>) -> Event {
    Event::Message(Said {
        // No message that could be quoted has this id.
        id: MessageId::new(format!("i{id}")),
        channel,
        sender,
        segments,
        mentions_bot: true,
        at: snowflake_time(id),
        ticket: None,
    })
}

fn interactor(user: &discord::User, member: Option<&discord::Member>, settings: &Settings) -> Sender {
    let nick = member.and_then(|member| member.nick.as_deref());
    let roles = member.map(|member| member.roles.as_slice()).unwrap_or_default();
    sender(user, nick, roles, settings)
}

fn sender(
    user: &discord::User,
    nick: Option<&str>,
    roles: &[discord::RoleId],
    settings: &Settings,
) -> Sender {
    let standing = if user.bot {
        Standing::Member
    } else {
        settings.standing(roles.iter().map(|role| role.get()))
    };
    Sender {
        id: MemberId::new(user.id.to_string()),
        name: nick.unwrap_or_else(|| user.display_name()).to_owned(),
        role: ChannelRole::Member,
        is_bot: user.bot,
        is_self: false,
        standing,
    }
}

fn quote(message: &discord::Message, me: Myself) -> Quote {
    Quote {
        message: MessageId::new(message.id.to_string()),
        of_bot: Some(message.author.id.get() == me.0),
        text: Some(message.content.clone()),
    }
}

/// Mentions stand as `<@id>` or `<@!id>` in a text.
fn words(content: &str, me: Myself) -> (Vec<Segment>, bool) {
    let mut segments = Vec::new();
    let mut text = String::new();
    let mut mentions_bot = false;
    let mut rest = content;
    while let Some((before, from)) = rest.split_once("<@") {
        text.push_str(before);
        let member = from.split_once('>').and_then(|(id, tail)| {
            let id: u64 = id.trim_start_matches('!').parse().ok()?;
            Some((id, tail))
        });
        let Some((id, tail)) = member else {
            text.push_str("<@");
            rest = from;
            continue;
        };
        if !text.is_empty() {
            segments.push(Segment::Text(std::mem::take(&mut text)));
        }
        mentions_bot |= id == me.0;
        segments.push(Segment::Mention(MemberId::new(id.to_string())));
        rest = tail;
    }
    text.push_str(rest);
    if !text.is_empty() {
        segments.push(Segment::Text(text));
    }
    (segments, mentions_bot)
}

fn channel(channel: discord::ChannelId, guild: Option<discord::GuildId>) -> Channel {
    Channel {
        id: place(channel, guild),
        kind: if guild.is_some() {
            ChannelKind::Group
        } else {
            ChannelKind::Direct
        },
        name: None,
    }
}

/// How a channel is called to the desk: `channel:ID` in a server, `dm:ID` between two.
pub(crate) fn place(channel: discord::ChannelId, guild: Option<discord::GuildId>) -> ChannelId {
    let kind = if guild.is_some() { "channel" } else { "dm" };
    ChannelId::new(format!("{kind}:{channel}"))
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An id holds the milliseconds since 2015 above its 22 lowest bits.
fn snowflake_time(id: u64) -> Timestamp {
    let milliseconds = i64::try_from(id >> 22)
        .unwrap_or(0)
        .saturating_add(1_420_070_400_000);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_read_by_id_and_what_only_looks_like_one_is_text() {
        let (segments, mentions_bot) = words("hi <@!7> and <@8>, <@x> <@", Myself(8));
        assert!(mentions_bot);
        let text = |text: &str| Segment::Text(text.to_owned());
        let wanted = [
            text("hi "),
            Segment::Mention(MemberId::from("7")),
            text(" and "),
            Segment::Mention(MemberId::from("8")),
            text(", <@x> <@"),
        ];
        assert_eq!(segments, wanted);
    }
}
