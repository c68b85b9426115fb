//! Talk among members: a question that calls nobody and is of what they spoke of.

use super::answer_or_clarify::OF_OTHERS;
use super::channel_state::ChannelState;
use super::member_state::Recent;
use super::reading::{self, Courtesy, digest};
use super::{Desk, MessageContext};
use crate::matcher::Ranking;
use groupdesk_contract::MemberId;
use jiff::{SignedDuration, Timestamp};

/// Probability from which on what was said before asks...
const ASKED: f32 = 0.5;

/// ...and below which a message that is a question of the file asks nothing.
const ASKS: f32 = 0.2;

/// Time for which members go on with a matter that one of them spoke of.
const TALK: SignedDuration = SignedDuration::from_mins(2);

impl ChannelState {
    /// Finds the last message of a channel before the context's own: one of its sender, or of anybody else.
    fn last_before(&self, context: &MessageContext<'_>, of_sender: bool) -> Option<&Recent> {
        let this = digest(context.last.message.as_str());
        let mut recent = self.recent.iter().rev();
        let last = recent
            .find(|recent| (recent.member == *context.member) == of_sender && recent.message != this)?;
        last.is_open(context.now).then_some(last)
    }

    /// `true` if the sender of a message that calls nobody has called another member by name with nothing but a greeting, as in
    /// "@小明 在吗": this is for them, and so is what follows line by line.
    pub(super) fn speaks_to_who_was_called(&self, context: &MessageContext<'_>) -> bool {
        self.last_before(context, true).is_some_and(Recent::leads_on)
    }

    /// `true` if a message is the first of its sender since an entry's answer, which did not help, brought them to a human.
    pub(super) fn explains_why_not(&self, context: &MessageContext<'_>, entry: &str) -> bool {
        let member = self.members.get(context.member);
        let refuted = member.and_then(|member| member.refuted.as_deref());
        refuted == Some(entry) && self.is_first_word_to_human(context)
    }

    /// `true` if a message is the first of its sender since they called a human.
    pub(super) fn is_first_word_to_human(&self, context: &MessageContext<'_>) -> bool {
        let this = digest(context.last.message.as_str());
        let spoke = |recent: &Recent| recent.member == *context.member && recent.message != this;
        !self.recent.iter().any(spoke)
    }

    /// `true` if a message of a member that calls nobody goes on speaking to another one, whom they called by name.
    pub(super) fn goes_on_to_member(&self, member: &MemberId, now: Timestamp) -> bool {
        let last = self.recent.iter().rev().find(|recent| recent.member == *member);
        last.is_some_and(|last| last.is_open(now) && last.leads_on())
    }
}

impl Recent {
    /// `true` if members may still go on with it: the bot has not answered it.
    fn is_open(&self, now: Timestamp) -> bool {
        self.answered.is_none() && now.duration_since(self.at) <= TALK
    }

    /// `true` if its sender's next words are for another member, too.
    fn leads_on(&self) -> bool {
        let greets = || reading::courtesy(&self.text) == Some(Courtesy::Greeting);
        self.goes_on || (self.to_member && (self.text.is_empty() || greets()))
    }
}

impl Desk<'_> {
    /// `true` if a message that calls nobody is a few words that ask nothing, behind what another member asked: "邮箱" behind "谁知道怎么
    /// 联系他们" tells them.
    pub(super) fn replies_to_member(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        ranking: &Ranking,
    ) -> bool {
        let asks = |recent: &Recent| {
            reading::asks_by_form(&recent.text) || self.knowledge.matcher.reading(&recent.text).asks() > ASKED
        };
        ranking.reading.asks() < ASKS
            && !reading::asks_by_form(&context.said())
            && state
                .last_before(context, false)
                .is_some_and(|recent| recent.to_member || asks(recent))
    }

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
