//! A channel that fails: whoever says so is not sent there again, but to the others that are open, or to a human.

use super::conversation::{ANSWER_DOUBTED, ChannelState};
use super::decision::{Decided, Decision};
use super::reading;
use super::reason::Reason;
use super::turn::Turn;
use super::{Case, Desk, handoff, words};
use crate::dialogue_act::{Act, Reading};
use crate::hours::Language;
use crate::matcher::{Ranking, Target};

/// From this probability on, words tell of trouble.
const TROUBLE: f32 = 0.35;

/// Whether words tell that something does not work.
fn tells(said: &str, reading: &Reading) -> bool {
    let trouble = reading.of(Act::Trouble);
    reading::fails(said) || (trouble > TROUBLE && trouble > reading.of(Act::Ask))
}

impl Desk<'_> {
    /// What comes instead of the answer with this candidate, where that sends the member to a channel of which they say that it
    /// fails.
    pub(super) fn channel_fails(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
    ) -> Option<Turn> {
        let Target::Entry(entry) = ranking.candidates.get(candidate)?.target else {
            return None;
        };
        let said = case.said();
        if !tells(&said, &ranking.reading) {
            return None;
        }
        let failing = self.knowledge.faq.only_contact(entry)?;
        if reading::cannot_reach(&said) {
            return self.other_channels(case, state, language, ranking, entry);
        }
        // Whose own mail fails is not helped by our address.
        let reason = Reason::ChannelFails {
            contact: failing.id.clone(),
        };
        Some(if case.called() {
            let why = handoff::Why::Unknown;
            self.hand_off(case, state, language, why, Some(ranking), reason)
        } else {
            Turn::quiet(Reason::NotAQuestion)
        })
    }

    /// What "it does not work" comes to where the member was sent to a channel a moment ago.
    pub(super) fn answered_channel_fails(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Turn> {
        if !reading::fails_barely(&case.said()) {
            return None;
        }
        let answered = state.members.get(case.member)?.answered.as_ref()?;
        if case.now.duration_since(answered.at) > ANSWER_DOUBTED {
            return None;
        }
        let entry = self.knowledge.faq.index_of(&answered.entry)?;
        self.other_channels(case, state, language, ranking, entry)
    }

    /// The channels besides the one that an entry names; a human where none is open.
    fn other_channels(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        entry: usize,
    ) -> Option<Turn> {
        let failing = self.knowledge.faq.only_contact(entry)?;
        let others = self.knowledge.faq.open_but(failing, case.now, language);
        let reason = Reason::ChannelFails {
            contact: failing.id.clone(),
        };
        if others.is_empty() {
            let why = handoff::Why::Unknown;
            return Some(self.hand_off(case, state, language, why, Some(ranking), reason));
        }
        self.expect_more(case, state);
        let member = state.member(case.member, case.now);
        member.burst = Vec::new();
        member.pending = None;
        let text = words::channel_fails(language, failing.name.get(language), &others);
        Some(Turn {
            decided: Decided {
                decision: Decision::Clarify { choices: Vec::new() },
                reason,
            },
            outgoing: vec![self.reply(case, text)],
            steps: Vec::new(),
        })
    }
}
