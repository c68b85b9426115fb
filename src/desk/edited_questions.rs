//! Edited messages that had no effect before: one that becomes a question, or begins to call the bot, is read as if it
//! were new. So is one to which the bot only asked back, and one that was answered before and calls a human now.

use super::channel_state::ChannelState;
use super::effects::Effects;
use super::reading::{MemberCommand, digest, readable};
use super::{ChannelContext, Decision, Desk, command_ownership, reading};
use groupdesk_contract::{Edit, Message, MessageId};
use jiff::{SignedDuration, Timestamp};

/// Time after which an edited message is not read as new any more.
const READ_ANEW_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Messages of a channel that are remembered as having had an effect.
const MESSAGES_KEPT: usize = 32;

impl Desk<'_> {
    /// `true` if an edited message may be read as a new one, provided that its earlier text had no effect.
    pub fn reads_anew(&self, edit: &Edit) -> bool {
        let said = &edit.message;
        let age = edit.at.duration_since(said.at);
        !said.sender.is_self && !said.sender.is_bot && age <= READ_ANEW_WITHIN
    }

    /// Reads an edited message as a new one; `None` where it is still pending, or had an effect before.
    pub(super) fn read_anew(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        edit: &Edit,
        quoted: Option<u64>,
    ) -> Option<Effects> {
        let said = &edit.message;
        if !self.reads_anew(edit) {
            return None;
        }
        // An answer stands, whatever its question says now; a call for a human is heard all the same, once.
        let human =
            calls_human(readable(&said.text())).then(|| format!("{} calls a human", said.id.as_str()));
        let heard = |id: &str| state.dealt_with.contains(&digest(id));
        if heard(said.id.as_str()) && human.as_deref().is_none_or(heard) {
            return None;
        }
        // Platforms report changes that leave the words as they are.
        if heard(asked_back(&said.id, &said.text()).as_str()) {
            return None;
        }
        let calls = command_ownership::calls(said);
        let command = reading::command(readable(&said.text())).is_some();
        for member in state.members.values_mut() {
            let waits = member.pending.is_some();
            if let Some(part) = member.burst.iter_mut().find(|part| part.message == said.id)
                && waits
                && (part.called || !calls)
                && !command
            {
                return None;
            }
            member.burst.retain(|part| part.message != said.id);
            if member.burst.is_empty() {
                member.pending = None;
            }
        }
        let message = Message {
            at: edit.at,
            ..said.clone()
        };
        let (effects, after) = self.message(
            channel_context,
            now,
            std::mem::take(state),
            &message,
            false,
            quoted,
        );
        *state = after;
        if let Some(human) = human {
            state.finish(&MessageId::new(human));
        }
        Some(effects)
    }
}

fn calls_human(text: &str) -> bool {
    matches!(reading::command(text), Some(MemberCommand::Human(_))) || reading::requests_human(text).is_some()
}

/// Returns the name under which a message is remembered to which the bot only asked back: together with its words.
fn asked_back(message: &MessageId, text: &str) -> MessageId {
    MessageId::new(format!("{} said {}", message.as_str(), text.trim()))
}

impl ChannelState {
    /// Remembers that a message had an effect. To be asked for other words, or offered some entries, keeps no member from putting
    /// the message right.
    pub(super) fn dealt_with(&mut self, message: &MessageId, text: &str, effects: &Effects) {
        let nothing = effects.outgoing.is_empty() && effects.steps.is_empty();
        match effects.decided.decision {
            Decision::StayQuiet if nothing => {}
            ref decision if decision.only_replies() && effects.steps.is_empty() => {
                self.finish(&asked_back(message, text))
            }
            _ => self.finish(message),
        }
    }

    /// Forgets that a message had an effect: nothing came of it after all.
    pub(super) fn not_dealt_with(&mut self, message: &MessageId) {
        let digest = digest(message.as_str());
        self.dealt_with.retain(|known| *known != digest);
    }

    /// Marks a message as done: a later edit has no effect.
    pub(super) fn finish(&mut self, message: &MessageId) {
        let digest = digest(message.as_str());
        if self.dealt_with.contains(&digest) {
            return;
        }
        if self.dealt_with.len() >= MESSAGES_KEPT {
            self.dealt_with.remove(0);
        }
        self.dealt_with.push(digest);
    }
}
