//! Talk among members: a question that calls nobody and is of what they spoke of.

use super::answer_or_clarify::OF_OTHERS;
use super::channel_state::ChannelState;
use super::member_state::Recent;
use super::reading::{self, Courtesy, digest};
use super::{Desk, MessageContext};
use jiff::SignedDuration;

/// Time for which members go on with a matter that one of them spoke of.
const TALK: SignedDuration = SignedDuration::from_mins(2);

impl ChannelState {
    /// Finds the last message of a channel before the context's own: one of its sender, or of anybody else.
    fn last_before(&self, context: &MessageContext<'_>, of_sender: bool) -> Option<&Recent> {
        let this = digest(context.last.message.as_str());
        let mut recent = self.recent.iter().rev();
        let last = recent
            .find(|recent| (recent.member == *context.member) == of_sender && recent.message != this)?;
        let is_open = last.answered.is_none() && context.now.duration_since(last.at) <= TALK;
        is_open.then_some(last)
    }

    /// `true` if the sender of a message that calls nobody has just called another member by name and said nothing to them yet, as in
    /// "@小明 在吗": this is for them.
    pub(super) fn speaks_to_who_was_called(&self, context: &MessageContext<'_>) -> bool {
        let greets = |text: &str| reading::courtesy(text) == Some(Courtesy::Greeting);
        let own = self.last_before(context, true);
        own.is_some_and(|own| own.to_member && (own.text.is_empty() || greets(&own.text)))
    }
}

impl Desk<'_> {
    /// `true` if a message that calls nobody goes on about others, as "提了在哪看进度" behind "jira怎么提工单", or points to what another member
    /// spoke of, as "那边能停车吗".
    pub(super) fn is_of_talk(&self, context: &MessageContext<'_>, state: &ChannelState) -> bool {
        let speaks_of_others =
            |recent: &Recent| self.knowledge.matcher.reading(&recent.text).of_others > OF_OTHERS;
        if state.last_before(context, true).is_some_and(speaks_of_others) {
            return true;
        }
        reading::points_back(&context.said())
            && state.answered_lately(context.member, context.now).is_none()
            && state.last_before(context, false).is_some()
    }
}
