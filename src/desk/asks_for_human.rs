//! Requests for a human. In a group a member must ask for one plainly; whom the bot has just answered needs fewer words.

use super::answer_or_clarify::{Verdict, judge_called};
use super::channel_state::ChannelState;
use super::reading;
use super::{Desk, MessageContext};
use crate::matcher::Ranking;

impl Desk<'_> {
    /// `true` if a message asks for a human, as plainly as its sender has to.
    pub(super) fn wants_human(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        said: &str,
        ranking: &Ranking,
    ) -> bool {
        if context.called() {
            return reading::requests_human_of_bot(said).is_some();
        }
        let asks = || {
            reading::requests_human_of_bot(said).is_some()
                || reading::asks_for_any_human(said)
                || reading::asks_where_human_is(said)
                || matches!(judge_called(ranking), Verdict::Human { .. })
        };
        let speaks_with_bot = state.answered_lately(context.member, context.now).is_some();
        reading::requests_human(said).is_some() || (speaks_with_bot && !reading::offers_help(said) && asks())
    }
}
