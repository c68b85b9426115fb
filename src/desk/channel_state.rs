//! State of a channel and its members that the desk keeps between two messages. The store keeps it as JSON beside the
//! inbox.

use super::burst_part::attached;
use super::command_ownership::calls;
use super::judge_data::JUDGE_TIMEOUT;
use super::member_state::{
    ANSWER_KEPT, Attended, COURTESY_COOLDOWN, Choices, EXCHANGE_KEPT, FailingContactPoint, GivenAnswer,
    MemberState, Offer, PROGRAM_REPLY_WITHIN, ROUNDS_KEPT, Recent,
};
use super::policy::Policy;
use super::reading::{courtesy, digest, is_idle, readable};
use groupdesk_contract::{ChannelKind, MemberId, Message, MessageId, Segment};
use jiff::fmt::serde::timestamp::microsecond;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Time for which an unanswered call counts against the next one.
const UNHELPED_KEPT: SignedDuration = SignedDuration::from_mins(15);

/// Time for which "that did not help" refers to the answer that the member got last.
const ANSWER_DOUBTED: SignedDuration = SignedDuration::from_mins(2);

/// Messages of a channel that are remembered for a later hand-over: a ticket repeats what its member said before.
const RECENT_MESSAGES_KEPT: usize = 12;

/// Messages that are remembered where many members have dealings with the bot: chatter makes room for them, not they for it.
const RECENT_CONCERNED: usize = 24;

/// Limit of these per member: the store writes them all with every message.
const RECENT_OF_ONE: usize = 4;

/// Time for which these are remembered.
const RECENT_KEPT: SignedDuration = SignedDuration::from_mins(5);

/// Pictures and files of each whose addresses are kept.
const RECENT_PICTURES: usize = 4;

/// Text that is kept of each, in characters.
const RECENT_TEXT: usize = 120;

/// State of one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelState {
    /// Kind of the channel: a timer without a message needs to know whether others listen.
    pub kind: ChannelKind,
    /// Name of the channel as a message last told it: what comes due later has no message that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `true` while nothing that is decided here is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
    /// Answers given inside the cool-down, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<GivenAnswer>,
    /// Members who are in a conversation with the bot, or just spoke. Boxed, because the map keeps room for
    /// eleven of them where most channels have one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<MemberId, Box<MemberState>>,
    /// Offers to members to pick from, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// Latest messages, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<Recent>,
    /// Digests of the ids of the last messages that had an effect: an edit of one is not read as a new message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dealt_with: Vec<u64>,
    /// Time at which staff last said something here to nobody in particular.
    #[serde(
        default,
        with = "microsecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub staff_said: Option<Timestamp>,
    /// Members to whom staff spoke a short time ago.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attended: Vec<Attended>,
}

impl Default for ChannelState {
    fn default() -> Self {
        Self {
            kind: ChannelKind::Group,
            name: None,
            shadow: false,
            answers: Vec::new(),
            members: BTreeMap::new(),
            offers: Vec::new(),
            recent: Vec::new(),
            dealt_with: Vec::new(),
            staff_said: None,
            attended: Vec::new(),
        }
    }
}

impl ChannelState {
    /// Reads what [`ChannelState::to_json`] wrote.
    ///
    /// # Errors
    /// Fails with serde's error where `json` is no such state, for example because another version wrote it.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Serialises the state for the store.
    pub fn to_json(&self) -> String {
        // Maps with string keys, numbers and strings: there is nothing that JSON can't hold.
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Forgets what no longer matters at `now`, so that the state stays as small as the channel is busy.
    pub fn forget(&mut self, now: Timestamp, policy: &Policy) {
        self.heed_clock(now, policy);
        self.answers
            .retain(|answer| now.duration_since(answer.at) < policy.cool_down);
        self.recent
            .retain(|recent| now.duration_since(recent.at) < RECENT_KEPT);
        self.staff_said
            .take_if(|said| now.duration_since(*said) >= RECENT_KEPT);
        self.forget_attended(now);
        self.forget_offers(now);
        self.members.retain(|_, member| {
            member.choices.take_if(|choices| choices.until <= now);
            member.expected.take_if(|until| *until <= now);
            member.invited.take_if(|_| member.expected.is_none());
            member
                .answered
                .take_if(|answered| now.duration_since(answered.at) > ANSWER_KEPT);
            if member.answered.is_none() {
                member.alternatives = None;
            }
            member
                .rounds
                .take_if(|rounds| now.duration_since(rounds.last) > ROUNDS_KEPT);
            member
                .remarked
                .take_if(|remark| now.duration_since(remark.at) >= ANSWER_KEPT);
            let fresh = |failing: &FailingContactPoint| now.duration_since(failing.at) < policy.cool_down;
            member.failing.retain(fresh);
            let idle = now.duration_since(member.seen);
            let suspected = member
                .exchange
                .as_ref()
                .is_some_and(|exchange| exchange.suspicious > 0);
            member.pending.is_some()
                || member.choices.is_some()
                || member.expected.is_some()
                || member.answered.is_some()
                || member.remarked.is_some()
                || !member.failing.is_empty()
                || member
                    .courteous
                    .is_some_and(|at| now.duration_since(at) < COURTESY_COOLDOWN)
                || idle <= policy.burst.max(PROGRAM_REPLY_WITHIN)
                || (suspected && idle < EXCHANGE_KEPT)
                || member.rounds.as_ref().is_some_and(|rounds| rounds.count > 0)
                || (member.unhelped > 0 && idle < UNHELPED_KEPT)
        });
    }

    /// Brings times in the future back to `now`, as far as possible. They are there when the clock was set back, and
    /// timers and cool-downs would last longer by as much.
    fn heed_clock(&mut self, now: Timestamp, policy: &Policy) {
        let past = |at: &mut Timestamp| *at = (*at).min(now);
        let within = |at: &mut Timestamp, most: SignedDuration, then: Timestamp| {
            if at.duration_since(now) > most {
                *at = then;
            }
        };
        let given = |given: &mut GivenAnswer| {
            past(&mut given.at);
            given.pointed.as_mut().map(past);
        };
        self.answers.iter_mut().for_each(given);
        self.recent.iter_mut().for_each(|recent| past(&mut recent.at));
        self.staff_said.iter_mut().for_each(past);
        for member in self.members.values_mut() {
            past(&mut member.seen);
            member.answered.as_mut().map(given);
            for part in &mut member.burst {
                past(&mut part.at);
            }
            if let Some(pending) = &mut member.pending {
                let voice = pending.kind.awaits_voice().then_some(JUDGE_TIMEOUT);
                let most = voice.unwrap_or_default().max(policy.longest_wait());
                within(&mut pending.due, most, now);
            }
            member.courteous.iter_mut().for_each(past);
            member
                .failing
                .iter_mut()
                .for_each(|failing| past(&mut failing.at));
            if let Some(remark) = &mut member.remarked {
                past(&mut remark.at);
            }
            if let Some(rounds) = &mut member.rounds {
                past(&mut rounds.last);
            }
            if let Some(exchange) = &mut member.exchange {
                past(&mut exchange.since);
                past(&mut exchange.last);
            }
            let choose = now.saturating_add(policy.clarify_for).unwrap_or(now);
            if let Some(choices) = &mut member.choices {
                within(&mut choices.until, policy.clarify_for, choose);
            }
            if let Some(expected) = &mut member.expected {
                within(expected, policy.clarify_for, choose);
            }
        }
    }

    /// Remembers a member's message: its text, as far as it is read, and its pictures.
    pub fn remember(&mut self, message: &Message, at: Timestamp) {
        let text = message.text();
        let text = readable(text.trim());
        let attached: Vec<String> = attached(message).take(RECENT_PICTURES).collect();
        let mentions = |segment: &Segment| matches!(segment, Segment::Mention(_));
        let to_member = !calls(message) && message.segments.iter().any(mentions);
        if text.is_empty() && attached.is_empty() && !to_member {
            return;
        }
        let member = &message.sender.id;
        let goes_on = !calls(message) && self.goes_on_to_member(member, at);
        let theirs = self
            .recent
            .iter()
            .filter(|recent| recent.member == *member)
            .count();
        // The messages of a burst are one matter, and go to a ticket together, also where it was asked back before.
        let burst = self.members.get(member).map_or(0, |member| member.burst.len());
        let is_burst = burst >= RECENT_OF_ONE || theirs > RECENT_OF_ONE;
        let leaves = if theirs >= RECENT_OF_ONE && !is_burst {
            // What tells of no matter leaves first.
            let idle = |recent: &&Recent| {
                recent.answered.is_none() && (courtesy(&recent.text).is_some() || is_idle(&recent.text))
            };
            let theirs = |recent: &Recent| recent.member == *member;
            let of_idle = self
                .recent
                .iter()
                .position(|recent| theirs(recent) && idle(&recent));
            // What the bot answered is what the rest is about.
            let of_more = || {
                let more = |recent: &Recent| theirs(recent) && recent.answered.is_none();
                self.recent.iter().position(more)
            };
            of_idle
                .or_else(of_more)
                .or_else(|| self.recent.iter().position(theirs))
        } else if self.recent.len() >= RECENT_CONCERNED {
            Some(0)
        } else if self.recent.len() >= RECENT_MESSAGES_KEPT {
            // A lively group must not take from a ticket what it is about.
            self.recent.iter().position(|recent| !self.concerns(recent))
        } else {
            None
        };
        if let Some(leaves) = leaves {
            self.recent.remove(leaves);
        }
        self.recent.push(Recent {
            member: member.clone(),
            message: digest(message.id.as_str()),
            text: text.chars().take(RECENT_TEXT).collect(),
            attached,
            to_member,
            goes_on,
            answered: None,
            at,
        });
    }

    /// Returns `true` if the bot answered a message, or its member has dealings with the bot.
    fn concerns(&self, recent: &Recent) -> bool {
        recent.answered.is_some()
            || self.members.get(&recent.member).is_some_and(|member| {
                member.pending.is_some()
                    || member.choices.is_some()
                    || member.answered.is_some()
                    || member.unhelped > 0
            })
    }

    /// Keeps further choices that a member could have picked.
    pub fn keep_choices(&mut self, member: &MemberId, choices: &Choices) {
        let member = self.members.get_mut(member);
        if let Some(alternatives) = member.and_then(|member| member.alternatives.as_mut()) {
            alternatives.asked.clone_from(&choices.asked);
            alternatives.entries.clone_from(&choices.entries);
        }
    }

    /// Records the title of the entry with which the member's last message was answered.
    pub fn answered(&mut self, member: &MemberId, title: String) {
        let theirs = self
            .recent
            .iter_mut()
            .rev()
            .find(|recent| recent.member == *member);
        if let Some(last) = theirs {
            last.answered = Some(title);
        }
    }

    /// Forgets the answer to a message: it was not delivered, so it stands nowhere.
    pub fn forget_answer(&mut self, message: &MessageId) {
        let is_it = |answer: &GivenAnswer| answer.message.as_ref() == Some(message);
        self.answers.retain(|answer| !is_it(answer));
        for (id, member) in &mut self.members {
            if member.answered.take_if(|answer| is_it(answer)).is_none() {
                continue;
            }
            let mut theirs = self.recent.iter_mut().rev();
            let answered = theirs.find(|recent| recent.member == *id && recent.answered.is_some());
            if let Some(recent) = answered {
                recent.answered = None;
            }
        }
    }

    /// Returns the answer that a member got a moment ago: their next message may be about it.
    pub(super) fn answered_lately(&self, member: &MemberId, now: Timestamp) -> Option<&GivenAnswer> {
        let answered = self.members.get(member)?.answered.as_ref()?;
        (now.duration_since(answered.at) <= ANSWER_DOUBTED).then_some(answered)
    }

    /// Takes out a member's messages from before `before`, with the answers that they got.
    pub fn take_recent(&mut self, member: &MemberId, before: Timestamp) -> Vec<Recent> {
        let (taken, kept) = std::mem::take(&mut self.recent)
            .into_iter()
            .partition(|recent| recent.member == *member);
        self.recent = kept;
        let mut taken: Vec<Recent> = taken;
        taken.retain(|recent| recent.at < before);
        taken
    }

    /// Members with whom something has come due, or who wait for the judge's voice, the longest due first.
    pub fn due(&mut self, now: Timestamp, policy: &Policy) -> Vec<MemberId> {
        self.forget(now, policy);
        let pending = self.members.iter().filter_map(|(id, member)| {
            let pending = member.pending.as_ref()?;
            pending.may_be_due(now).then_some((pending.due, id))
        });
        let mut due: Vec<(Timestamp, &MemberId)> = pending.collect();
        due.sort();
        due.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// Earliest time at which something is pending.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.members
            .values()
            .filter_map(|member| member.pending.as_ref())
            .map(|pending| pending.due)
            .min()
    }

    /// Returns the member's state, and creates it where there is none.
    pub fn member(&mut self, id: &MemberId, now: Timestamp) -> &mut MemberState {
        let member = self.members.entry(id.clone()).or_insert_with(|| {
            Box::new(MemberState {
                seen: now,
                ..MemberState::default()
            })
        });
        member.seen = now;
        member
    }
}
