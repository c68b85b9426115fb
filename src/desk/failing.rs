//! Failing channels: a member who says that one fails is sent to the others that are open, or to a human.

use super::conversation::ChannelState;
use super::reading;
use super::reason::Reason;
use super::turn::Turn;
use super::{Case, Desk, handoff, words};
use crate::dialogue_act::{Act, Reading};
use crate::faq::ContactPoint;
use crate::hours::Language;
use crate::matcher::{Evidence, Ranking, Target};

/// Probability from which on a message tells of trouble.
const TROUBLE: f32 = 0.35;

/// `true` if a message says that something does not work.
fn tells(said: &str, reading: &Reading) -> bool {
    let trouble = reading.of(Act::Trouble);
    reading::fails(said) || (trouble > TROUBLE && trouble > reading.of(Act::Ask))
}

fn reason(failing: &ContactPoint) -> Reason {
    Reason::ChannelFails {
        contact: failing.id.clone(),
    }
}

impl Desk<'_> {
    /// Replaces the answer with this candidate, where it would send the member to a channel that they call broken. `None`
    /// where it would not.
    pub(super) fn channel_fails(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
    ) -> Option<Turn> {
        let candidate = ranking.candidates.get(candidate)?;
        let Target::Entry(entry) = candidate.target else {
            return None;
        };
        let said = case.said();
        if !tells(&said, &ranking.reading) {
            return None;
        }
        // Where the file itself speaks of the trouble, its answer is what helps, whatever address stands in it.
        let Evidence::Nearest(example) = &candidate.evidence else {
            return None;
        };
        if tells(example, &self.knowledge.matcher.reading(example)) {
            return None;
        }
        // An answer may name an address ("send the log to…") without being about it.
        if !reading::names_channel(&said) && !reading::names_channel(example) {
            return None;
        }
        let failing = self.knowledge.faq.only_contact(entry)?;
        if reading::cannot_reach(&said) {
            return Some(self.other_channels(case, state, language, ranking, failing));
        }
        // Whose own mail fails is not helped by our address.
        Some(if case.called() {
            self.human_instead(case, state, language, ranking, failing)
        } else {
            Turn::quiet(Reason::NotAQuestion)
        })
    }

    /// Brings in a human in the place of a contact point that fails.
    fn human_instead(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        failing: &ContactPoint,
    ) -> Turn {
        let why = handoff::Why::Unknown;
        self.hand_off(case, state, language, why, Some(ranking), reason(failing))
    }

    /// Handles "it does not work" from a member whom an answer sent to a channel a moment ago. `None` where it is about
    /// something else.
    pub(super) fn answered_channel_fails(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Turn> {
        let answered = state.answered_lately(case.member, case.now)?;
        let entry = self.knowledge.faq.index_of(&answered.entry)?;
        let failing = self.knowledge.faq.only_contact(entry)?;
        reading::fails_barely(&case.said())
            .then(|| self.other_channels(case, state, language, ranking, failing))
    }

    /// Lists the open channels besides the one that fails; brings in a human where none is open.
    fn other_channels(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        failing: &ContactPoint,
    ) -> Turn {
        let others = self.knowledge.faq.open_but(failing, case.now, language);
        if others.is_empty() {
            return self.human_instead(case, state, language, ranking, failing);
        }
        self.expect_more(case, state);
        let member = state.member(case.member, case.now);
        member.burst = Vec::new();
        member.pending = None;
        let text = words::channel_fails(language, failing.name.get(language), &others);
        Turn::asking_back(reason(failing), self.reply(case, text))
    }
}
