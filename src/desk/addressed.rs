//! To whom a message is said: the bot, everybody, or somebody else.

use super::reading::{self, Response, SmallTalk};
use crate::dialogue_act::{Act, Reading};
use groupdesk_contract::{ChannelKind, Message, Segment};

/// A quote of the bot that is this likely to ask something is a call...
const ASKS: f32 = 0.4;

/// ...but from this probability on only, where it more likely does something else.
const ASKS_AFTER_ALL: f32 = 0.5;

/// To whom a message is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Addressed {
    /// It calls the bot, or is said to it alone.
    pub(super) called: bool,
    /// It is said to another member.
    pub(super) elsewhere: bool,
}

impl Addressed {
    /// Reads it off a message and its words. `command` says that they are a command of ours, `choices` that the sender may pick
    /// one, `names` are those of the others who spoke lately. `reading` is asked for where a quote decides.
    pub(super) fn of<'n>(
        message: &Message,
        said: &str,
        (command, choices): (bool, bool),
        mut names: impl Iterator<Item = &'n str>,
        reading: impl FnOnce() -> Reading,
    ) -> Self {
        let others = message
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Mention(_) | Segment::MentionAll));
        let quote = message.quote();
        let quotes_bot = quote.is_some_and(|quote| quote.of_bot == Some(true));
        let called = message.channel.kind == ChannelKind::Direct
            || message.mentions_bot
            || command
            || (quotes_bot && !others && wants(said, &reading(), choices));
        Self {
            called,
            elsewhere: !called
                && (others
                    || quote.is_some_and(|quote| quote.of_bot != Some(true))
                    || names.any(|name| begins_with_name(said, name))
                    || reading::calls_somebody(said)),
        }
    }
}

/// Whether words begin with somebody's name: "小明，工单在哪里提交".
fn begins_with_name(said: &str, name: &str) -> bool {
    let name = name.trim();
    name.chars().count() >= 2
        && said.trim_start().strip_prefix(name).is_some_and(|rest| {
            let next = rest.chars().next();
            next.is_some_and(|c| {
                c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':' | '、' | '~' | '！' | '!')
            })
        })
}

/// Whether words under a message of the bot want something of it: under what it says, members also joke.
fn wants(said: &str, reading: &Reading, choices: bool) -> bool {
    let least = match reading.act() {
        Act::Ask | Act::Request | Act::Trouble => ASKS,
        _ => ASKS_AFTER_ALL,
    };
    if reading::small_talk(said) == Some(SmallTalk::Chat) || reading::laughs(said) {
        return false;
    }
    reading.asks() > least
        || (choices && reading::pick(said).is_some())
        || reading::fails_barely(said)
        || reading::is_fault(said)
        || reading::doubt_to_bot(said).is_some()
        || reading::correction(said).is_some()
        || reading::unhelpful(said, true)
        || reading::response(said) == Some(Response::Persists)
        || reading::my_ticket(said)
        || reading::withdraws(said)
        || reading::declines_human(said)
        || reading::requests_human(said).is_some()
}
