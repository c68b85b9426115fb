//! Vectors of messages from a semantic model, which come to the desk as data beside an event. This file also tells which
//! texts need one, so that none is computed in vain.

use super::BURST_PARTS;
use super::conversation::ChannelState;
use super::message_context::said as said_together;
use super::policy::Listen;
use super::reading::{self, Command};
use super::remembered::MemberState;
use super::{ChannelContext, Desk, commands};
use crate::matcher::Ranking;
use groupdesk_contract::Message;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// Vectors of texts, by text. The matcher ranks a text without one lexically.
pub type Vectors = HashMap<String, Arc<[f32]>>;

impl<'a> Desk<'a> {
    /// Gives the desk the vectors of these texts.
    #[must_use]
    pub fn with_embeddings(self, vectors: &'a Vectors) -> Self {
        Self {
            vectors: Some(vectors),
            ..self
        }
    }

    /// Returns the texts that [`Desk::message`] would rank with these arguments; none where it ignores the message
    /// whatever its text is.
    pub fn texts(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &ChannelState,
        message: &Message,
        staff: bool,
    ) -> Vec<String> {
        let policy = channel_context.policy;
        let said = message.text();
        let said = said.trim();
        if staff
            || message.sender.is_self
            || message.sender.is_bot
            || policy.listen == Listen::Off
            || policy.passes_over(&message.sender.id).is_some()
            || commands::is_of_others(policy, message)
            || super::offer::press(message).is_some()
            || now.duration_since(message.at) > policy.replay_limit
            || reading::courtesy(reading::readable(said)).is_some()
        {
            return Vec::new();
        }
        let quote = message.quote();
        let quotes_bot = quote.is_some_and(|quote| quote.of_bot == Some(true));
        let command = commands::given(policy, message, said);
        let called = commands::calls(message) || command.is_some();
        let member = state.members.get(&message.sender.id);
        let goes_on = member.is_some_and(|member| goes_on(member, channel_context, now));
        let expected = member.is_some_and(|member| member.expected.is_some_and(|until| until > now));
        if policy.listen == Listen::Mentions && !called && !expected && !goes_on {
            return Vec::new();
        }
        let mut texts = Vec::new();
        let last = match command {
            Some(Command::Ask(text)) => text.to_owned(),
            Some(Command::Human(_) | Command::Help | Command::Ticket) => return texts,
            None => match quote.and_then(|quote| quote.text.as_deref()).map(str::trim) {
                Some(quoted) if called && !quotes_bot && !quoted.is_empty() => {
                    texts.push(said.to_owned());
                    format!("{quoted} {said}").trim().to_owned()
                }
                _ => said.to_owned(),
            },
        };
        if let Some(member) = member.filter(|_| goes_on) {
            // The oldest part makes room for this one.
            let kept = member.burst.len().min(BURST_PARTS - 1);
            let earlier = member.burst[member.burst.len() - kept..].iter();
            let earlier = earlier.map(|part| part.text.as_str());
            texts.push(said_together(earlier, &last));
        }
        texts.push(last);
        texts.retain(|text| !text.is_empty());
        texts.dedup();
        texts
    }

    /// Returns the texts that [`Desk::wake`] would rank.
    pub fn texts_due(&self, now: Timestamp, state: &ChannelState) -> Vec<String> {
        let due = state.members.values().filter(|member| {
            member
                .pending
                .as_ref()
                .is_some_and(|pending| pending.may_be_due(now))
        });
        let texts = due.flat_map(|member| {
            let mut parts = member.burst.iter().map(|part| part.text.as_str());
            let last = parts.next_back().unwrap_or_default();
            [last.to_owned(), said_together(parts, last)]
        });
        let mut texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        texts.dedup();
        texts
    }

    /// Ranks a text, with its vector where there is one.
    pub(super) fn rank_text(&self, text: &str, allowed: impl Fn(usize) -> bool) -> Ranking {
        #[cfg(test)]
        looked_up::note(text);
        let vector = self.vectors.and_then(|vectors| vectors.get(text));
        let vector = vector.filter(|vector| Some(vector.len()) == self.knowledge.dimensions);
        let matcher = &self.knowledge.matcher;
        self.with_tuning(matcher.rank_with(text, vector.map(AsRef::as_ref), allowed))
    }
}

/// `true` if the member's next message belongs to the burst.
fn goes_on(member: &MemberState, channel_context: &ChannelContext<'_>, now: Timestamp) -> bool {
    let recent = member
        .burst
        .last()
        .is_some_and(|last| now.duration_since(last.at) <= channel_context.policy.burst);
    let waiting = member
        .pending
        .as_ref()
        .is_some_and(|pending| pending.kind.is_call());
    !member.burst.is_empty() && (recent || waiting)
}

/// Texts that this thread ranked: the tests compare them with those that were announced.
#[cfg(test)]
pub(super) mod looked_up {
    use std::cell::RefCell;

    thread_local! {
        static TEXTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(text: &str) {
        TEXTS.with_borrow_mut(|texts| texts.push(text.to_owned()));
    }

    pub(crate) fn take() -> Vec<String> {
        TEXTS.take()
    }
}
