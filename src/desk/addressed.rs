//! To whom a message is said: the bot, everybody, or somebody else.

use super::reading::{self, Response, SmallTalk};
use crate::dialogue_act::{Act, Reading};
use groupdesk_contract::{ChannelKind, Message, Segment};

/// A quote of the bot that is this likely to ask something is a call...
const ASKS: f32 = 0.3;

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
    /// Reads it off a message and its words. `command` says that they are a command of ours.
    pub(super) fn of(message: &Message, said: &str, reading: &Reading, command: bool) -> Self {
        let others = message
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Mention(_) | Segment::MentionAll));
        let quote = message.quote();
        let quotes_bot = quote.is_some_and(|quote| quote.of_bot == Some(true));
        let picture = message
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Image { .. } | Segment::File { .. }));
        let called = message.channel.kind == ChannelKind::Direct
            || message.mentions_bot
            || command
            || (quotes_bot && !others && (picture || wants(said, reading)));
        Self {
            called,
            elsewhere: !called && (others || quote.is_some_and(|quote| quote.of_bot != Some(true))),
        }
    }
}

/// Whether words under a message of the bot want something of it: under what it says, members also joke.
fn wants(said: &str, reading: &Reading) -> bool {
    let least = match reading.act() {
        Act::Ask | Act::Request | Act::Trouble => ASKS,
        _ => ASKS_AFTER_ALL,
    };
    if reading::small_talk(said) == Some(SmallTalk::Chat) || reading::laughs(said) {
        return false;
    }
    reading.asks() > least
        || reading::fails_barely(said)
        || reading::pick(said).is_some()
        || reading::unhelpful(said, true)
        || reading::response(said) == Some(Response::Persists)
        || reading::my_ticket(said)
        || reading::withdraws(said)
        || reading::declines_human(said)
        || reading::requests_human(said).is_some()
}
