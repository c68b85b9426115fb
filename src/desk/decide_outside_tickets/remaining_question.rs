//! Reads a question beside something else in its message: beside thanks, or a thing that the message says it is not about.

use super::is_certain;
use crate::desk::{Desk, MessageContext, reading};
use crate::matcher::Ranking;

impl Desk<'_> {
    /// Ranks a message, and what it says beside its thanks: "谢谢，那几点上班" asks what "几点上班" does.
    pub(in crate::desk) fn rank_beside_thanks(&self, context: &MessageContext<'_>) -> Ranking {
        let ranking = self.rank(context);
        let Some(beside) = reading::beside_thanks(&context.said()).filter(|_| !is_certain(&ranking)) else {
            return ranking;
        };
        let alone = self.rank_plainly(context, &beside);
        let surer = match (alone.candidates.first(), ranking.candidates.first()) {
            (Some(alone), Some(whole)) => alone.confidence > whole.confidence,
            (alone, _) => alone.is_some(),
        };
        if (alone.question || reading::asks_about_topic(&beside)) && surer {
            alone
        } else {
            ranking
        }
    }

    /// Leaves out what a message says it is not about, where that alone has led to the best entry: "not the battery, the display is
    /// dead" is ranked by the display.
    pub(super) fn leave_out_negated(&self, context: &MessageContext<'_>, said: &str, ranking: &mut Ranking) {
        if is_certain(ranking) {
            return;
        }
        let Some((negated, rest)) = reading::beside_negated(said) else {
            return;
        };
        let best = |ranking: &Ranking| ranking.candidates.first().map(|best| best.target);
        let of_negated = best(&self.rank_plainly(context, &negated));
        if of_negated.is_none() || of_negated != best(ranking) {
            return;
        }
        let rest = self.rank_plainly(context, &rest);
        if best(&rest) != of_negated {
            *ranking = rest;
        }
    }
}
