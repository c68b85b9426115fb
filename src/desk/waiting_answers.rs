//! Answers that wait for staff to speak first (`wait_for_human`). Only a word that settles the question, or staff who answer its asker,
//! ends the wait: impatience, thanks in advance and words to others do not.

use super::Desk;
use super::channel_state::ChannelState;
use super::decision::Decision;
use super::effects::Effects;
use super::member_state::{BurstPart, Pending, PendingKind};
use super::reading::{self, Response, courtesy, readable};
use super::reason::Reason;
use crate::matcher::Target;
use groupdesk_contract::{MemberId, Message, MessageId, Segment};
use jiff::Timestamp;

/// A member's answer that waits, with the question.
pub(super) struct Waiting {
    pending: Pending,
    burst: Vec<BurstPart>,
}

impl ChannelState {
    /// Returns the answer that waits for staff to speak first to a member.
    pub(super) fn waiting_for(&self, member: &MemberId) -> Option<Waiting> {
        let member = self.members.get(member)?;
        let pending = member.pending.clone();
        let pending = pending.filter(|pending| pending.kind == PendingKind::Answer)?;
        Some(Waiting {
            pending,
            burst: member.burst.clone(),
        })
    }

    /// Returns the messages of a member that wait to be read, oldest first.
    pub(super) fn unread_of(&self, member: &MemberId) -> Vec<BurstPart> {
        let member = self.members.get(member);
        let waiting = member.filter(|member| member.pending.is_some());
        waiting.map_or_else(Vec::new, |member| member.burst.clone())
    }

    /// Drops the replies to the members whom staff mentioned or quoted, and the answer that waits for the one who spoke last, where
    /// staff said something to nobody by name. Returns how many there were.
    pub(super) fn staff_spoke(&mut self, message: &Message, mentioned: &[MemberId]) -> usize {
        let quoted = message.quote().map(|quote| &quote.message);
        let to_all = message.segments.contains(&Segment::MentionAll) || greets_all(&message.text());
        let last = self.members.iter().filter_map(|(id, member)| {
            let waits = member.pending.as_ref()?.kind;
            (!waits.is_call()).then_some((member.burst.last()?.at, id))
        });
        let last = last.max().map(|(_, id)| id.clone());
        let answered = last.filter(|_| mentioned.is_empty() && quoted.is_none() && !to_all);
        let mut dropped = 0;
        let mut done: Vec<MessageId> = Vec::new();
        for (id, member) in &mut self.members {
            let addressed = mentioned.contains(id)
                || quoted.is_some_and(|quoted| member.burst.iter().any(|part| part.message == *quoted));
            let answered = answered.as_ref() == Some(id);
            if member
                .pending
                .take_if(|pending| addressed || (answered && !pending.kind.is_call()))
                .is_some()
            {
                let burst = std::mem::take(&mut member.burst);
                done.extend(burst.into_iter().map(|part| part.message));
                dropped += 1;
            }
        }
        for message in done {
            self.finish(&message);
        }
        dropped
    }

    /// `true` if somebody else has spoken since a time, who may have answered the member.
    fn others_spoke(&self, member: &MemberId, since: Timestamp) -> bool {
        let mut recent = self.recent.iter();
        recent.any(|recent| recent.member != *member && recent.at >= since)
            || self.staff_said.is_some_and(|said| said >= since)
    }
}

/// Returns the members whom a message mentions.
pub(super) fn mentioned(message: &Message) -> Vec<MemberId> {
    let mentions = message.segments.iter().filter_map(|segment| match segment {
        Segment::Mention(id) => Some(id.clone()),
        _ => None,
    });
    mentions.collect()
}

/// `true` if a text greets everybody and says nothing else: "大家下午好".
fn greets_all(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let rest = ["大家", "各位", "同学们", "朋友们"]
        .iter()
        .fold(text.as_str(), |rest, name| rest.trim_start_matches(name));
    let rest = ["all", "everyone", "everybody", "guys"]
        .iter()
        .fold(rest, |rest, name| rest.trim_end_matches(name));
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    rest.is_empty() || courtesy(rest).is_some()
}

impl Desk<'_> {
    /// Lets an answer wait on that waited when its asker said something else; `effects` are what came of that.
    pub(super) fn wait_on(
        &self,
        now: Timestamp,
        state: &mut ChannelState,
        message: &Message,
        waiting: Waiting,
        effects: Effects,
    ) -> Effects {
        let is_over = effects.decided.reason == Reason::AskerSpoke || effects.ticket().is_some();
        if is_over || self.is_answered_by(&effects, &waiting) {
            return effects;
        }
        let text = message.text();
        let asked = waiting.burst.last().map_or(now, |part| part.at);
        let thanks = matches!(
            reading::response(readable(text.trim())),
            Some(Response::Thanks | Response::Agreed | Response::Solved)
        );
        if thanks && state.others_spoke(&message.sender.id, asked) {
            return effects;
        }
        let member = state.member(&message.sender.id, now);
        if member.pending.is_none() {
            member.pending = Some(waiting.pending);
            member.burst = waiting.burst;
            return effects;
        }
        // Another question waits beside it.
        let is_there = |part: &BurstPart| member.burst.iter().any(|there| there.message == part.message);
        let mut burst: Vec<BurstPart> = waiting.burst.into_iter().filter(|part| !is_there(part)).collect();
        burst.append(&mut member.burst);
        member.burst = burst;
        effects
    }

    /// `true` if a turn gives the answer that waits.
    fn is_answered_by(&self, effects: &Effects, waiting: &Waiting) -> bool {
        let Decision::Answer { entry } = &effects.decided.decision else {
            return false;
        };
        let asked: Vec<&str> = waiting.burst.iter().map(|part| part.text.as_str()).collect();
        let ranking = self.knowledge.matcher.rank(&asked.join("\n"));
        let target = self.knowledge.faq.index_of(entry).map(Target::Entry);
        ranking.candidates.first().map(|best| best.target) == target
    }
}
