//! Trouble that no entry is about: an entry shares its words, and the question that it is likened to tells of none.

use super::Desk;
use super::reading;
use crate::dialogue_act::{Act, Reading};
use crate::matcher::{Evidence, Ranking};

/// Below this probability an entry is not offered to a member who says that something fails...
pub(super) const FITS_TROUBLE: f32 = 0.45;

/// ...and below this one, where what it is likened to tells of no trouble: "I can't log in" is likened to "do I have to log in".
const FITS_THOUGH_NO_TROUBLE: f32 = 0.75;
/// Below this confidence an entry whose nearest question tells of no trouble is no answer to a member who does: "the top-up has not
/// arrived" is likened to "what do I get for a top-up".
const ANSWERS_THOUGH_NO_TROUBLE: f32 = 0.9;

/// Probability from which on a question of the file is about trouble.
const TELLS: f32 = 0.2;

/// `true` if a message tells of trouble that no entry fits well: then it is none of those that could be offered.
pub(super) fn is_trouble_of_its_own(
    said: &str,
    ranking: &Ranking,
    reading_of: impl Fn(&str) -> Reading,
) -> bool {
    let told = ranking.reading.of(Act::Trouble) > ranking.reading.of(Act::Ask);
    if !told && !reading::tells_of_failure(said) && !reading::tells_of_fault(said) {
        return false;
    }
    let Some(best) = ranking.candidates.first() else {
        return true;
    };
    let tells = |example: &str| tells_of_trouble(example, &reading_of(example));
    // Bare topics tell of nothing.
    let topics = ranking.reading.act() == Act::Exclaim && !reading::tells_of_failure(said);
    let needed = match &best.evidence {
        Evidence::Nearest(example) if !topics && !tells(example) => FITS_THOUGH_NO_TROUBLE,
        _ => FITS_TROUBLE,
    };
    best.confidence < needed
}

/// `true` if a question of the file is about trouble.
fn tells_of_trouble(example: &str, reading: &Reading) -> bool {
    reading.of(Act::Trouble) > TELLS || reading::tells_of_failure(example) || reading::names_trouble(example)
}

impl Desk<'_> {
    /// `true` if a member tells of trouble, and the best entry shares its words but tells of none and is not sure enough to be about it
    /// all the same.
    pub(super) fn only_shares_words(&self, said: &str, ranking: &Ranking) -> bool {
        let told = ranking.reading.act() == Act::Trouble || reading::is_fault(said);
        let best = ranking.candidates.first();
        let unsure = best.is_some_and(|best| best.confidence < ANSWERS_THOUGH_NO_TROUBLE);
        told && unsure && self.is_likened_to_no_trouble(ranking)
    }

    /// `true` if the question that the best entry is likened to tells of no trouble.
    pub(super) fn is_likened_to_no_trouble(&self, ranking: &Ranking) -> bool {
        let best = ranking.candidates.first();
        best.is_some_and(|best| match &best.evidence {
            Evidence::Nearest(example) => {
                !tells_of_trouble(example, &self.knowledge.matcher.reading(example))
            }
            _ => false,
        })
    }
}
