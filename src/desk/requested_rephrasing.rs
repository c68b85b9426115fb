//! Words that the bot asked for: whoever was asked to put the question in words, without another mention, has called with what
//! they say next.

use super::Desk;
use super::answer::WANTS;
use super::member_state::Invited;
use super::reading;
use crate::dialogue_act::Act;

/// Probability from which on a message that asks for nothing tells of trouble.
const TROUBLE_PROBABILITY_MIN: f32 = 0.3;

/// Probability from which on it is thanks.
const THANKS_PROBABILITY_MIN: f32 = 0.5;

/// Confidence of the best entry from which on a message is about something that the file knows.
const KNOWN: f32 = 0.2;

impl Desk<'_> {
    /// `true` if a member's message is what the bot asked for. Courtesies and what is said to somebody else are not.
    pub(super) fn takes_up(&self, invited: Option<Invited>, said: &str) -> bool {
        let Some(invited) = invited else { return false };
        if reading::is_idle(said) || reading::courtesy(said).is_some() || reading::asks_to_wait(said) {
            return false;
        }
        let reading = self.knowledge.matcher.reading(said);
        match invited {
            // Who only greeted may talk on with the others: leisure of which the file knows nothing, and jokes, are theirs.
            Invited::Question => {
                let is_known = || {
                    let ranking = self.knowledge.matcher.rank(said);
                    ranking
                        .candidates
                        .first()
                        .is_some_and(|best| best.confidence > KNOWN)
                };
                reading.of(Act::Thank) < THANKS_PROBABILITY_MIN
                    && (!(reading::talks_idly(said) || reading::laughs(said)) || is_known())
            }
            Invited::Rephrased => {
                reading.asks() > WANTS
                    || reading.of(Act::Trouble) > TROUBLE_PROBABILITY_MIN
                    || reading::tells_of_failure(said)
            }
        }
    }
}
