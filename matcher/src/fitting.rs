//! Fits the built-in weights ([`super::features`]) to files with members'
//! messages whose right entries are known. Only `examples/fit_weights.rs` runs it.

use super::calibrate;
use super::embeddings::QuestionEmbeddings;
use super::features::{EntryFeatures, NoneFeatures};
use super::language::language;
use super::model::{RankingModel, TrainingExample};
use super::normalise::{Normalised, normalise};
use super::retrieve::{Message, Without};
use super::{Matcher, question_forms};
use crate::dialogue_act::Act;

/// Newton steps of a fit.
const ROUNDS: usize = 40;

/// A member's message and the entries, by number, that answer it; none if no entry does.
pub struct Labelled {
    /// The member's message.
    pub text: String,
    /// The entries that answer it.
    pub right: Vec<usize>,
}

/// Messages of one or more files, taken apart.
#[derive(Default)]
pub struct Fitting {
    training: Vec<TrainingExample>,
}

impl Fitting {
    /// Adds the messages of one file, with a total weight of `weight` training examples. `meanings` must come from `matcher`'s
    /// model; messages without an embedding are left out then.
    pub fn add(
        &mut self,
        matcher: &Matcher,
        messages: &[Labelled],
        meanings: Option<&QuestionEmbeddings>,
        weight: f32,
    ) {
        let each = weight / messages.len().max(1) as f32;
        for message in messages {
            let Normalised { text, asked } = normalise(&message.text, language());
            let analysis = matcher.analyse(&text, language());
            let meaning =
                meanings.and_then(|meanings| matcher.index.meanings.as_ref()?.known(meanings, &message.text));
            if meanings.is_some() && meaning.is_none() {
                continue;
            }
            let reading = question_forms::read(&message.text, &matcher.own, language());
            let input = Message {
                analysis: &analysis,
                asked,
                meaning: meaning.as_ref(),
            };
            let field = matcher
                .index
                .field(&input, matcher.classifier.as_ref(), Without::default(), |_| true);
            let right = field
                .candidates
                .iter()
                .position(|candidate| message.right.contains(&(candidate.entry as usize)));
            // A message that asks nothing of us hardly counts here: its dialogue act keeps it from being answered.
            let weight = if message.right.is_empty() {
                each * reading.asks() * (1.0 - reading.of_others) * (1.0 - reading.of(Act::State))
            } else {
                each
            };
            self.training.push(TrainingExample {
                question: None,
                field,
                reading,
                right,
                weight,
                count: weight,
                built_in: false,
            });
        }
    }

    /// Adds the messages of another.
    pub fn append(&mut self, mut other: Self) {
        self.training.append(&mut other.training);
    }

    /// Returns the best weights, held to zero with `strength` training examples' worth of belief, each with its feature's name: those of
    /// entries, then those of "none".
    pub fn weights(&self, strength: f64) -> [Vec<(&'static str, f32)>; 2] {
        let fitted = RankingModel::fit(&self.training, &RankingModel::ZERO, strength, ROUNDS);
        let named = |names: &[&'static str], weights: &[f32]| {
            names.iter().copied().zip(weights.iter().copied()).collect()
        };
        [
            named(EntryFeatures::NAMES, &fitted.entry),
            named(NoneFeatures::NAMES, &fitted.none),
        ]
    }

    /// Counts the messages that a right entry leads by the built-in weights, and all messages that have a right entry.
    pub fn first(&self, semantic: bool) -> (usize, usize) {
        self.first_by(calibrate::built_in(semantic))
    }

    /// Counts as [`Fitting::first`] does, by the weights that the files of `others` give; see [`Fitting::weights`].
    pub fn first_by_others<'o>(
        &self,
        others: impl Iterator<Item = &'o Self>,
        strength: f64,
    ) -> (usize, usize) {
        let training: Vec<TrainingExample> =
            others.flat_map(|other| other.training.iter().cloned()).collect();
        self.first_by(&RankingModel::fit(
            &training,
            &RankingModel::ZERO,
            strength,
            ROUNDS,
        ))
    }

    fn first_by(&self, model: &RankingModel) -> (usize, usize) {
        let mut probabilities = Vec::new();
        let known: Vec<&TrainingExample> = self
            .training
            .iter()
            .filter(|example| example.right.is_some())
            .collect();
        let right = known.iter().filter(|example| {
            model.probabilities(&example.field, &mut probabilities);
            let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            best.map(|best| best.0) == example.right
        });
        (right.count(), known.len())
    }
}
