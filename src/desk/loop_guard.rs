//! The loop guard: notices that the bot and another program answer each other, and ends it.
//!
//! A busy member is no loop. What gives a program away is that it answers within seconds, by quoting the bot or by
//! saying the same thing over and over; each such message counts, and enough of them inside a few minutes end the
//! exchange until the member has been quiet for a while.

use super::member_state::{EXCHANGE_KEPT, Exchange, MemberState, PROGRAM_REPLY_WITHIN};
use super::reading::digest_of;
use super::reason::Reason;
use groupdesk_contract::Message;
use jiff::{SignedDuration, Timestamp};

/// Points for a quick quote of the bot.
const QUOTE_POINTS: u32 = 10;

/// Points for saying the same thing again at once. People who get no help do it too, so it counts less.
const REPETITION_POINTS: u32 = 2;

/// Points that end the exchange: six quick quotes, or thirty repetitions.
const LOOP_POINTS: u32 = 60;

/// Longest time over which an exchange is counted.
const EXCHANGE_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Counts a message that would get a reply. Returns `Some` when it is part of a loop.
pub(super) fn watch(
    member: &mut MemberState,
    now: Timestamp,
    message: &Message,
    called: bool,
) -> Option<Reason> {
    if !called {
        return None;
    }
    let text = digest_of(message);
    let quotes_bot = message.quote_of_bot().is_some();
    let exchange = member.exchange.take_if(|exchange| {
        now.duration_since(exchange.last) < EXCHANGE_KEPT
            && now.duration_since(exchange.since) < EXCHANGE_WINDOW
            || exchange.suspicious >= LOOP_POINTS && now.duration_since(exchange.last) < EXCHANGE_KEPT
    });
    let mut exchange = exchange.unwrap_or(Exchange {
        since: now,
        last: now,
        replies: 0,
        suspicious: 0,
        text,
    });
    let quick = exchange.replies > 0 && now.duration_since(exchange.last) <= PROGRAM_REPLY_WITHIN;
    if quick && quotes_bot {
        exchange.suspicious = exchange.suspicious.saturating_add(QUOTE_POINTS);
    } else if quick && exchange.text == text {
        exchange.suspicious = exchange.suspicious.saturating_add(REPETITION_POINTS);
    }
    exchange.replies = exchange.replies.saturating_add(1);
    exchange.last = now;
    exchange.text = text;
    let looping = exchange.suspicious >= LOOP_POINTS;
    member.exchange = Some(exchange);
    looping.then_some(Reason::LoopGuard)
}
