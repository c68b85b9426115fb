//! Talk among members: a question that calls nobody and is of what they spoke of.

use super::channel_state::ChannelState;
use super::member_state::Recent;
use super::reading::{self, digest};
use super::thresholds::OF_OTHERS;
use super::{Desk, MessageContext};
use jiff::SignedDuration;

/// Time for which members go on with a matter that one of them spoke of.
const TALK: SignedDuration = SignedDuration::from_mins(2);

impl Desk<'_> {
    /// `true` if a message that calls nobody goes on about others, as "提了在哪看进度" behind "jira怎么提工单", or points to what another member
    /// spoke of, as "那边能停车吗".
    pub(super) fn is_of_talk(&self, context: &MessageContext<'_>, state: &ChannelState) -> bool {
        let is_open =
            |recent: &Recent| recent.answered.is_none() && context.now.duration_since(recent.at) <= TALK;
        let this = digest(context.last.message.as_str());
        let last_of = |sender: bool| {
            let mut recent = state.recent.iter().rev();
            recent.find(|recent| (recent.member == *context.member) == sender && recent.message != this)
        };
        let speaks_of_others =
            |recent: &Recent| self.knowledge.matcher.reading(&recent.text).of_others > OF_OTHERS;
        let own = last_of(true).filter(|recent| is_open(recent));
        if own.is_some_and(speaks_of_others) {
            return true;
        }
        reading::points_back(&context.said())
            && state.answered_lately(context.member, context.now).is_none()
            && last_of(false).is_some_and(is_open)
    }
}
