//! Calls without words: who tells the group of a matter and then only calls the bot means that matter.

use super::channel_state::ChannelState;
use super::command_ownership::calls;
use super::reading::{self, digest};
use super::{ChannelContext, Desk};
use groupdesk_contract::{Message, Segment};
use jiff::{SignedDuration, Timestamp};

/// Time for which a member's own words are what a call without words is about.
const MEANT_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Probability of asking from which on words are a matter for the bot.
const ASKS_PROBABILITY_MIN: f32 = 0.5;

impl Desk<'_> {
    /// Returns the words of a message; for a call without words, those that it is about.
    pub(super) fn words_of(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &ChannelState,
        message: &Message,
    ) -> String {
        self.meant_by_bare_call(channel_context, now, state, message)
            .unwrap_or_else(|| message.text().trim().to_owned())
    }

    /// Returns what the author of a call without words said a moment ago, where that asks or tells of trouble and nobody has answered it.
    /// `None` where the message has words or shows something of its own, and where those words wait to be read anyway.
    fn meant_by_bare_call(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &ChannelState,
        message: &Message,
    ) -> Option<String> {
        let shows = |part: &Segment| matches!(part, Segment::Image { .. } | Segment::File { .. });
        if !calls(message)
            || message.quote().is_some()
            || message.segments.iter().any(shows)
            || message.text().chars().any(char::is_alphanumeric)
        {
            return None;
        }
        let sender = &message.sender.id;
        let waits = state.members.get(sender).is_some_and(|member| {
            let burst = channel_context.policy.burst;
            let fresh = |at: Timestamp| now.duration_since(at) <= burst;
            member.pending.is_some() || member.burst.last().is_some_and(|part| fresh(part.at))
        });
        if waits {
            return None;
        }
        let this = digest(message.id.as_str());
        let theirs = state.recent.iter().rev();
        let last = theirs
            .filter(|recent| recent.member == *sender && recent.message != this)
            .find(|recent| recent.text.chars().any(char::is_alphanumeric))?;
        let is_meant = last.answered.is_none()
            && now.duration_since(last.at) <= MEANT_FOR
            && (self.knowledge.matcher.reading(&last.text).asks() >= ASKS_PROBABILITY_MIN
                || reading::tells_of_failure(&last.text));
        is_meant.then(|| last.text.clone())
    }
}
