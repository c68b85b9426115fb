//! Parses a typed line: a message to the group (or to the bot alone), or a command to the console itself.

use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Segment, Sender, Standing,
};
use jiff::Timestamp;

/// The ways in which the bot is mentioned at the terminal.
const MENTIONS: [&str; 3] = ["@bot", "@groupdesk", "@机器人"];

/// The channel that is the console's staff room.
pub(crate) const STAFF_ROOM: &str = "group:staff";

/// The member who speaks at the terminal, and the channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Speaker {
    /// The member's name, which is also the id.
    pub(crate) name: String,
    /// In the group, or to the bot alone.
    pub(crate) kind: ChannelKind,
    /// In the staff room.
    pub(crate) staff_room: bool,
}

impl Default for Speaker {
    fn default() -> Self {
        Self {
            name: "you".to_owned(),
            kind: ChannelKind::Group,
            staff_room: false,
        }
    }
}

/// A typed line, parsed.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    /// Nothing was typed.
    Empty,
    /// A message.
    Said(String),
    /// Another member speaks from now on.
    As(String),
    /// The next lines go to the bot alone.
    Direct,
    /// The next lines go to the group.
    Group,
    /// The next lines go to the staff room.
    StaffRoom,
    /// The list of commands is wanted.
    Help,
    /// Enough.
    Quit,
}

/// Parses a typed line. A line that begins with `/` and is no command of the console is sent as a message.
pub(crate) fn line(typed: &str) -> Line {
    let typed = typed.trim();
    let (word, argument) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    match word {
        "" => Line::Empty,
        "/as" if !argument.trim().is_empty() => Line::As(argument.trim().chars().take(40).collect()),
        "/dm" => Line::Direct,
        "/group" => Line::Group,
        "/staff" => Line::StaffRoom,
        "/quit" | "/exit" => Line::Quit,
        "/console" | "/?" | "/as" => Line::Help,
        _ => Line::Said(typed.to_owned()),
    }
}

/// Makes the message of a typed text.
pub(crate) fn message(speaker: &Speaker, said: &str, number: u64, session: &str, at: Timestamp) -> Message {
    let mut segments = Vec::new();
    let mut mentions_bot = false;
    let mut rest = said;
    while let Some((at, mention)) = MENTIONS
        .iter()
        .filter_map(|mention| Some((rest.find(mention)?, *mention)))
        .min()
    {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            segments.push(Segment::Text(before.to_owned()));
        }
        segments.push(Segment::Mention(MemberId::new("bot")));
        mentions_bot = true;
        rest = after.strip_prefix(mention).unwrap_or(after);
    }
    if !rest.is_empty() {
        segments.push(Segment::Text(rest.to_owned()));
    }
    let (id, name) = match speaker.kind {
        ChannelKind::Group if speaker.staff_room => (STAFF_ROOM.to_owned(), "console staff room".to_owned()),
        // A new group each time: what an earlier session answered must not count as answered here.
        ChannelKind::Group => (format!("group:{session}"), "console group".to_owned()),
        ChannelKind::Direct => (format!("direct:{}", speaker.name), speaker.name.clone()),
    };
    Message {
        id: MessageId::new(format!("{session}-{number}")),
        channel: Channel {
            id: ChannelId::new(id),
            kind: speaker.kind,
            name: Some(name),
        },
        sender: Sender {
            id: MemberId::new(speaker.name.as_str()),
            name: speaker.name.clone(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments,
        mentions_bot,
        at,
        ticket: None,
        link: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_said_unless_it_is_a_command_of_the_console() {
        assert_eq!(line("  工单要注册吗 "), Line::Said("工单要注册吗".to_owned()));
        assert_eq!(line("/as 小明"), Line::As("小明".to_owned()));
        assert_eq!(line("/ask 几点上班"), Line::Said("/ask 几点上班".to_owned()));
        assert_eq!(line("/as"), Line::Help);
        assert_eq!(line(" "), Line::Empty);
    }

    #[test]
    fn the_bot_is_mentioned_wherever_its_name_stands() {
        let said = message(
            &Speaker::default(),
            "大家好 @bot 几点上班",
            1,
            "s",
            Timestamp::UNIX_EPOCH,
        );
        assert!(said.mentions_bot);
        assert_eq!(said.text(), "大家好  几点上班");
        assert_eq!(said.segments.len(), 3);
        assert!(
            !message(
                &Speaker::default(),
                "robot 几点上班",
                1,
                "s",
                Timestamp::UNIX_EPOCH
            )
            .mentions_bot
        );
    }
}
