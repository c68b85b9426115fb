//! Addressee of a message: the bot, everybody, or somebody else.

use super::reading::{self, Courtesy, Doubt, Response, SmallTalk};
use crate::dialogue_act::{Act, Reading};
use groupdesk_contract::{ChannelKind, Message, Segment};

/// A quote of the bot is a call from this probability on that it asks, requests or reports trouble...
const ASKS_PROBABILITY_MIN: f32 = 0.4;

/// ...and from this one on, where something else is more likely.
const ASKS_AFTER_ALL: f32 = 0.5;

/// Addressee of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Addressed {
    /// `true` if it calls the bot, or only the bot can read it.
    pub(super) called: bool,
    /// `true` if it does so by nothing but a quote of the bot.
    pub(super) by_quote: bool,
    /// `true` if it is said to another member.
    pub(super) elsewhere: bool,
}

impl Addressed {
    /// Reads the addressee off a message and its text. `command`: the text is a command of ours; `choices`: the sender
    /// may pick one; `names`: those of the others who spoke lately. `reading` is called only where a quote decides.
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
        let quotes_bot = message.quote_of_bot().is_some();
        // QQ itself puts a mention of whoever is quoted before every reply: beside a quote of the bot it says nothing.
        // A laugh under somebody's words is for whoever reads it, whom it mentions too.
        let jokes = quote.is_some() && reading::laughs(said) && reading::is_idle(said);
        let mentioned = message.mentions_bot && !quotes_bot && !jokes;
        let plainly = message.channel.kind == ChannelKind::Direct || mentioned || command;
        let by_quote =
            !plainly && quotes_bot && (!others || message.mentions_bot) && wants(said, &reading(), choices);
        let called = plainly || by_quote;
        Self {
            called,
            by_quote,
            elsewhere: !called
                && (others
                    || quote.is_some_and(|quote| quote.of_bot != Some(true))
                    || names.any(|name| begins_with_name(said, name))
                    || reading::calls_somebody(said)
                    || reading::asks_member(said)),
        }
    }
}

/// `true` if a text begins with somebody's name: "小明，工单在哪里提交", "小明你先说吧".
fn begins_with_name(said: &str, name: &str) -> bool {
    let name = name.trim();
    name.chars().count() >= 2
        && said.trim_start().strip_prefix(name).is_some_and(|rest| {
            let next = rest.chars().next();
            next.is_some_and(|c| {
                c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':' | '、' | '~' | '！' | '!' | '你')
            })
        })
}

/// `true` if a text objects to what the bot said. Who was told it may also ask if that is true; of others, that is talk.
fn objects(said: &str) -> bool {
    reading::doubt_to_bot(said).is_some_and(|doubt| doubt != Doubt::Unsure)
}

/// `true` if a text under a message of the bot wants something of it: members also joke under what the bot says.
fn wants(said: &str, reading: &Reading, choices: bool) -> bool {
    let least = match reading.act() {
        Act::Ask | Act::Request | Act::Trouble => ASKS_PROBABILITY_MIN,
        _ => ASKS_AFTER_ALL,
    };
    if reading::small_talk(said) == Some(SmallTalk::Chat) || reading::laughs(said) || reading::passes_on(said)
    {
        return objects(said);
    }
    let asks = reading.asks() > least || reading::asks_about_topic(said);
    (asks
        && !matches!(
            reading::courtesy(said),
            Some(Courtesy::Thanks | Courtesy::Parting)
        )
        && !reading::offers_help(said))
        || (choices && reading::pick(said).is_some())
        || reading::fails_barely(said)
        || reading::is_fault(said)
        || objects(said)
        || reading::correction(said).is_some()
        || reading::unhelpful(said, true)
        || reading::still_fails(said)
        || reading::behind_unhelpful(said).is_some()
        || reading::response(said) == Some(Response::Persists)
        || reading::my_ticket(said)
        || reading::withdraws(said)
        || reading::declines_human(said)
        || reading::requests_human_of_bot(said).is_some()
        || reading::complaint(said).is_some()
        || reading::misses_something(said)
        || reading::cannot_reach(said)
        || reading::failing_channels(said).is_some()
}
