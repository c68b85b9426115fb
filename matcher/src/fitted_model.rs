//! A model fitted to a file, with its thresholds. A file has one for its words, and a second one with a semantic tier:
//! scores are worth something else there.

use super::calibrate;
use super::model::{RankingModel, TrainingExample};
use super::question_forms::Manners;
use super::threshold_fitting::{Expected, Prior, Thresholds};

/// The model and its thresholds; see the module.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) model: RankingModel,
    pub(crate) thresholds: Thresholds,
    pub(crate) expected: Expected,
    pub(crate) manners: Manners,
}

impl Fitted {
    /// Fits to `training` of a file with so many `examples` an entry, with meanings or without, and chooses the thresholds for
    /// the share of answers that should be right, 0..=1.
    pub(crate) fn to(
        training: &[TrainingExample],
        mut manners: Manners,
        semantic: bool,
        (precision, examples): (f32, f32),
    ) -> Self {
        let model = calibrate::fit(training, semantic);
        // A vector knows another object from ours, and a brief message's meaning.
        if !semantic {
            manners.learn_things(calibrate::strangeness(training));
        }
        let outcomes = calibrate::outcomes(&model, training, &manners);
        let prior = Prior::of_files(precision, examples, manners.usual(), semantic);
        let thresholds = Thresholds::choose(&outcomes, precision, prior);
        Self {
            model,
            thresholds,
            manners,
            expected: Expected::at(&outcomes, thresholds.answer),
        }
    }
}
