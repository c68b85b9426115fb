//! Turns a ranking into a verdict: the one place where confidences meet thresholds. Pure and stateless, so that
//! `groupdesk match` and a running group decide alike.

use super::reason::Reason;
use crate::decision_kind::DecisionKind;
use crate::dialogue_act::Act;
use crate::matcher::{Evidence, Ranking, Target};

/// Confidence at which the bot answers somebody who called it. Most who call it ask something that the FAQ is about, and
/// they get a hand-over if it stays silent, so the better guess is worth more than it is to a group that asked nothing.
pub const NEEDED_WHEN_CALLED: f32 = 0.6;

/// Confidence that is enough to bring in a human, which is never far from what somebody wants who calls the bot.
const NEEDED_FOR_HUMAN_CONFIDENCE: f32 = 0.4;

/// Confidence that an answer needs where trouble is told as a statement: in a small file a single common word may carry an entry that is about
/// something else, and whoever is in trouble is better off with a human than with that.
const NEEDED_IN_TROUBLE_CONFIDENCE: f32 = 0.75;

/// Chance from which on a message speaks of another company, place or person: whoever asks the bot when Tencent's support begins is
/// not told when ours does.
pub(super) const OF_OTHERS: f32 = 0.5;

/// Below this the best candidate is not worth offering as a choice.
const OFFERED_CONFIDENCE_MIN: f32 = 0.1;

/// Confidence of the candidates offered beside it: one more line of an offer costs a glance, and often is the one that was meant.
const OFFERED_BESIDE_CONFIDENCE_MIN: f32 = 0.02;

/// Least chance, by the calibrated confidences, that one of the candidates worth offering is meant. Of a lone far-fetched one nine in ten
/// are wrong, and keep a member from the human who knows.
const OFFER_PROBABILITY_MIN: f32 = 0.125;

/// A candidate as certain as this has no rival.
const WITHOUT_RIVAL_CONFIDENCE_MIN: f32 = 0.9;

/// Verdict on a ranking, before anything is known of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Answer with this candidate (a position in [`Ranking::candidates`]), for this reason.
    Answer {
        /// Position in the ranking.
        candidate: usize,
        /// Reason for the answer.
        reason: Reason,
    },
    /// The member wants a human.
    Human {
        /// Calibrated probability, 0 to 1.
        confidence: f32,
    },
    /// Offer these candidates (positions in [`Ranking::candidates`]).
    Clarify {
        /// Positions in the ranking, best first; one to three.
        candidates: Vec<usize>,
    },
    /// The bot was called and nothing fits.
    Unknown {
        /// Confidence of the best candidate, 0 to 1.
        confidence: f32,
    },
    /// Say nothing.
    Quiet(Reason),
}

impl Verdict {
    /// Returns the kind of decision that it leads to.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Answer { .. } => DecisionKind::Answer,
            Self::Clarify { .. } => DecisionKind::Clarify,
            Self::Human { .. } | Self::Unknown { .. } => DecisionKind::HandOff,
            Self::Quiet(_) => DecisionKind::Quiet,
        }
    }
}

/// Judges a message that called the bot.
pub fn judge_called(ranking: &Ranking) -> Verdict {
    let Some(best) = ranking.candidates.first() else {
        return Verdict::Unknown { confidence: 0.0 };
    };
    let confidence = best.confidence;
    if best.target == Target::Human && confidence >= NEEDED_FOR_HUMAN_CONFIDENCE {
        return Verdict::Human { confidence };
    }
    let offered: Vec<usize> = ranking
        .candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| {
            candidate.target != Target::Human && candidate.confidence >= OFFERED_BESIDE_CONFIDENCE_MIN
        })
        .map(|(at, _)| at)
        .take(3)
        .collect();
    let shared = offered
        .get(1)
        .and_then(|second| ranking.candidates.get(*second))
        .is_some_and(|second| {
            confidence < WITHOUT_RIVAL_CONFIDENCE_MIN
                && second.confidence >= ranking.thresholds.rival * confidence
        });
    let needed = needed_when_called(ranking);
    if confidence >= needed && !shared && !is_of_others(ranking) {
        let reason = Reason::CalledAndKnown { confidence, needed };
        return Verdict::Answer { candidate: 0, reason };
    }
    let meant: f32 = offered
        .iter()
        .filter_map(|at| Some(ranking.candidates.get(*at)?.confidence))
        .filter(|confidence| *confidence >= OFFERED_CONFIDENCE_MIN)
        .sum();
    if meant < OFFER_PROBABILITY_MIN {
        Verdict::Unknown { confidence }
    } else {
        Verdict::Clarify { candidates: offered }
    }
}

/// Returns the confidence that an entry needs to answer a message that called the bot.
pub(super) fn needed_when_called(ranking: &Ranking) -> f32 {
    let reading = &ranking.reading;
    if reading.of(Act::Trouble) > reading.of(Act::Ask) {
        NEEDED_IN_TROUBLE_CONFIDENCE
    } else {
        NEEDED_WHEN_CALLED
    }
}

/// Returns `true` for a message that speaks of another company, place or person. A question that stands in the file word for
/// word is ours, whatever it names.
pub(super) fn is_of_others(ranking: &Ranking) -> bool {
    let exact = ranking
        .candidates
        .first()
        .is_some_and(|best| matches!(best.evidence, Evidence::Exact(_) | Evidence::Pattern(_)));
    ranking.reading.of_others > OF_OTHERS && !exact
}

/// Judges a message of a group that did not call the bot.
pub fn judge_unasked(ranking: &Ranking) -> Verdict {
    let needed = ranking.thresholds.answer;
    let Some(best) = ranking.candidates.first() else {
        return Verdict::Quiet(if ranking.question {
            Reason::NotCertain {
                confidence: 0.0,
                needed,
            }
        } else {
            Reason::NotAQuestion
        });
    };
    let confidence = best.unasked;
    match best.target {
        _ if confidence < needed && !ranking.question => Verdict::Quiet(Reason::NotAQuestion),
        _ if confidence < needed => Verdict::Quiet(Reason::NotCertain { confidence, needed }),
        // Only a plain request brings somebody in whom nobody called.
        Target::Human if matches!(best.evidence, Evidence::Nearest(_)) => {
            Verdict::Quiet(Reason::NotAQuestion)
        }
        Target::Human => Verdict::Human { confidence },
        Target::Entry(_) => Verdict::Answer {
            candidate: 0,
            reason: Reason::UnaskedButCertain { confidence, needed },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Knowledge;

    #[test]
    fn what_is_asked_of_another_company_is_not_answered_for_it() {
        let faq = "entries:\n- { id: hours, questions: [客服几点上班, 你们几点上班, 几点下班], answer: x }\n- { id: buy, questions: [在阿里云怎么买,                    腾讯客服几点上班是怎么回事], answer: y }\n- { id: refund, questions: [怎么退款, 能退款吗], answer: z }\n";
        let (knowledge, _) = Knowledge::load("faq.yaml", faq, None).unwrap();
        let is_answered = |said: &str| {
            matches!(
                judge_called(&knowledge.matcher.rank(said)),
                Verdict::Answer { .. }
            )
        };
        assert!(is_answered("客服几点上班啊"));
        assert!(is_answered("腾讯客服几点上班是怎么回事"));
        for of_others in ["顺丰客服几点上班", "阿里云客服几点上班"] {
            assert!(!is_answered(of_others), "{of_others}");
        }
    }

    #[test]
    fn an_offer_is_made_where_it_is_likely_to_help() {
        let faq = "entries:\n- { id: a, questions: [怎么退款], answer: x }\n- { id: b, questions: [怎么退货], answer: y }\n- { id: c, questions: [怎么退票], answer: z }\n";
        let (knowledge, _) = Knowledge::load("faq.yaml", faq, None).unwrap();
        let ranking = knowledge.matcher.rank("退款退货退票");
        for (confidences, offered) in [
            (&[0.107][..], 0),
            (&[0.12, 0.09], 0),
            (&[0.13], 1),
            (&[0.13, 0.03], 2),
            (&[0.3, 0.01], 1),
            (&[0.3, 0.04, 0.03], 3),
        ] {
            let mut ranking = ranking.clone();
            ranking
                .candidates
                .retain(|candidate| candidate.target != Target::Human);
            ranking.candidates.truncate(confidences.len());
            assert_eq!(ranking.candidates.len(), confidences.len());
            for (candidate, confidence) in ranking.candidates.iter_mut().zip(confidences) {
                candidate.confidence = *confidence;
            }
            let found = match judge_called(&ranking) {
                Verdict::Clarify { candidates } => candidates.len(),
                Verdict::Unknown { confidence } if confidence == confidences[0] => 0,
                other => panic!("{other:?}"),
            };
            assert_eq!(found, offered, "{confidences:?}");
        }
    }
}
