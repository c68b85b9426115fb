//! Calibration on the file itself: each question is answered by the others, as if a member had asked it.
//!
//! Four kinds of training examples teach the model what its scores are worth on this very file: every question with itself
//! left out (its entry should be found), every question with its whole entry left out (nothing should be found),
//! every message that the file says is out of scope (nothing should be found), and a background of general chatter, plain and
//! mixed with the file's own words (nothing should be found).

use super::analyse::{Analysis, Term};
use super::classify::Classifier;
use super::collect_questions;
use super::embeddings::Meaning;
use super::features::{EntryFeatures, NoneFeatures};
use super::index::Index;
use super::model::{RankingModel, TrainingExample};
use super::question_forms::Manners;
use super::retrieve::{Message, Without};
use crate::dialogue_act::Reading;

/// General chatter and questions that no FAQ answers, Chinese and English.
const BACKGROUND: &str = include_str!("data/chatter.txt");
/// The largest number of questions that are left out in turn; in a larger file they are spread evenly.
const LEFT_OUT_MAX: usize = 2_500;
/// A file with more questions than this has so many an entry that leaving a quarter of them out changes little.
const LARGE_FILE_QUESTIONS: usize = 5_000;
/// With so many questions an entry, leaving a fifth of them out changes little.
const ENOUGH: usize = 15;
/// Share of messages that no entry answers, against those that one does, in the mix that is calibrated for.
const NEGATIVES: f32 = 0.12;
/// Weight of the chatter against the questions that have an answer, in the same mix.
const CHATTER: f32 = 0.45;
/// Share of a mixed line without a strange word: "工单在哪里" may well be a real question.
const PLAIN: f32 = 0.3;
/// The strength of the built-in weights against the file's own training examples, in training examples: by words alone, and with embeddings.
const PRIOR: f64 = 20.0;
const SEMANTIC_PRIOR_STRENGTH: f64 = 40.0;
/// Newton steps; more change nothing that shows.
const ROUNDS: usize = 6;
/// Collisions that are kept; more than anybody mends at once.
const COLLISIONS: usize = 100;

/// A probability with whether the best candidate was right, and how much the case counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CalibrationOutcome {
    pub(crate) confidence: f32,
    pub(crate) right: bool,
    pub(crate) weight: f32,
    /// `true` if an entry answers the message, `false` for a negative.
    pub(crate) answerable: bool,
    /// `true` for a way of asking for a human, which stands in no file.
    pub(crate) built_in: bool,
}

/// The lines of the background.
pub(crate) fn chatter() -> impl Iterator<Item = &'static str> {
    BACKGROUND.lines().filter(|l| !l.is_empty())
}

/// Classifiers that were each trained without a part of the file, to see their verdict on questions and entries that they
/// don't know.
pub(crate) struct Folds {
    questions: Vec<Option<Classifier>>,
    entries: Vec<Option<Classifier>>,
}

impl Folds {
    pub(crate) fn train(index: &Index) -> Self {
        let parts = Self::parts(index);
        std::thread::scope(|scope| {
            let questions = scope.spawn(|| {
                (0..parts)
                    .map(|part| Classifier::train(index, |q| place(index, q) % parts != part))
                    .collect()
            });
            let entries = (0..parts)
                .map(|part| Classifier::train(index, |q| index.question(q).entry % parts != part))
                .collect();
            Self {
                questions: collect_questions::join(questions),
                entries,
            }
        })
    }

    /// Returns the number of parts that the file is cut into. With more parts, each classifier is nearer to one trained
    /// on the whole file.
    fn parts(index: &Index) -> u32 {
        let examples = index.questions() / index.entries().max(1);
        if index.questions() > LARGE_FILE_QUESTIONS {
            4
        } else if examples >= ENOUGH {
            5
        } else {
            10
        }
    }

    fn without_question(&self, index: &Index, question: u32) -> Option<&Classifier> {
        self.questions[(place(index, question) % Self::parts(index)) as usize].as_ref()
    }

    fn without_entry(&self, index: &Index, entry: u32) -> Option<&Classifier> {
        self.entries[(entry % Self::parts(index)) as usize].as_ref()
    }
}

/// Returns the place of a question among those of its entry.
fn place(index: &Index, question: u32) -> u32 {
    question - index.questions_of(index.question(question).entry).start
}

/// A question of the file, taken apart once more.
pub(crate) struct Sampled {
    pub(crate) number: u32,
    pub(crate) analysis: Analysis,
    /// `true` if it is marked as a question.
    pub(crate) asked: bool,
    pub(crate) reading: Reading,
    pub(crate) meaning: Option<Meaning>,
}

impl Sampled {
    fn is_outside(&self, index: &Index) -> bool {
        index.outside == Some(index.question(self.number).entry)
    }

    fn message(&self) -> Message<'_> {
        Message {
            analysis: &self.analysis,
            asked: self.asked,
            meaning: self.meaning.as_ref(),
        }
    }
}

/// A line that should get no answer.
#[derive(Clone)]
pub(crate) struct Chatter {
    pub(crate) analysis: Analysis,
    pub(crate) reading: Reading,
    pub(crate) meaning: Option<Meaning>,
    /// The weight of the line beside other lines.
    pub(crate) share: f32,
}

/// The numbers of the questions that are left out in turn, of so many.
pub(crate) fn sample(questions: usize) -> impl Iterator<Item = usize> {
    (0..questions).step_by(questions.div_ceil(LEFT_OUT_MAX).max(1))
}

/// Weights of negatives and chatter when thresholds are chosen, each against the questions that have an answer.
struct Mix {
    negatives: f32,
    chatter: f32,
}

impl Mix {
    fn of(index: &Index) -> Self {
        let entries = index.entries().max(1) as f32;
        let examples = index.questions() as f32 / entries;
        Self {
            // With an example or two an entry, messages outside the file often look like those inside: its own questions
            // show too little of the questions around them. With many, they show enough.
            negatives: (0.6 / examples.max(0.1)).clamp(0.06, 0.4),
            // The fewer entries, the smaller the share of a group's messages that they are about.
            chatter: 0.8 + 60.0 / entries,
        }
    }
}

/// The training examples that `index` teaches.
pub(crate) fn training_examples(
    index: &Index,
    classifier: Option<&Classifier>,
    folds: &Folds,
    sampled: &[Sampled],
    chatter: &[Chatter],
) -> Vec<TrainingExample> {
    let mut training = Vec::new();
    let mix = Mix::of(index);
    let (outside, sampled): (Vec<&Sampled>, Vec<&Sampled>) =
        sampled.iter().partition(|question| question.is_outside(index));
    let left_out = |question: &Sampled| {
        let without = Without {
            question: Some(question.number),
            entry: None,
        };
        let classifier = folds.without_question(index, question.number);
        index.field(&question.message(), classifier, without, |_| true)
    };
    for question in &sampled {
        let number = question.number;
        let entry = index.question(number).entry;
        if index.questions_of(entry).len() < 2 {
            continue;
        }
        let field = left_out(question);
        let right = field.candidates.iter().position(|c| c.entry == entry);
        training.push(TrainingExample {
            question: Some(number),
            field,
            reading: question.reading,
            right,
            weight: 1.0,
            count: 1.0,
            built_in: false,
        });
    }
    humble(&mut training, index);
    let known = training.len().max(20) as f32;
    let negative = known / sampled.len().max(1) as f32;
    training.extend(
        outside
            .iter()
            .map(|question| TrainingExample::of_nothing(left_out(question), question.reading, 1.0, 1.0)),
    );
    for question in sampled {
        let entry = index.question(question.number).entry;
        let without = Without {
            question: None,
            entry: Some(entry),
        };
        let classifier = folds.without_entry(index, entry);
        let field = index.field(&question.message(), classifier, without, |_| true);
        training.push(TrainingExample::of_nothing(
            field,
            question.reading,
            NEGATIVES * negative,
            mix.negatives * negative,
        ));
    }
    let total: f32 = chatter.iter().map(|c| c.share).sum();
    let unit = known / total.max(1.0);
    for line in chatter {
        let message = Message {
            analysis: &line.analysis,
            asked: true,
            meaning: line.meaning.as_ref(),
        };
        let field = index.field(&message, classifier, Without::default(), |_| true);
        // A file about the chatter's own subject may well answer it.
        if field
            .candidates
            .iter()
            .any(|c| c.features.explained > 0.9 && c.features.words > 0.7)
        {
            continue;
        }
        let share = unit * line.share;
        training.push(TrainingExample::of_nothing(
            field,
            line.reading,
            CHATTER * share,
            mix.chatter * share,
        ));
    }
    training
}

/// Scales the weight of the built-in intent, the last entry of all: its dozens of questions must not speak for a file
/// that has hardly any.
fn humble(training: &mut [TrainingExample], index: &Index) {
    let human = index.outside.unwrap_or(index.entries() as u32).saturating_sub(1);
    let of_human = |example: &TrainingExample| {
        example
            .question
            .is_some_and(|question| index.question(question).entry == human)
    };
    let all = training.len();
    let built_in = training.iter().filter(|example| of_human(example)).count();
    let share = (all - built_in) as f32 / built_in.max(1) as f32;
    for example in training.iter_mut().filter(|example| of_human(example)) {
        example.built_in = true;
        example.count = share.min(1.0);
    }
}

/// Chatter with the file's telling words put into it: "docker 报错" becomes "docker 报错 工单".
pub(crate) fn mixed(index: &Index, sampled: &[Sampled], chatter: &[Chatter]) -> Vec<Chatter> {
    let sampled: Vec<&Sampled> = sampled.iter().filter(|q| !q.is_outside(index)).collect();
    if sampled.is_empty() {
        return Vec::new();
    }
    let telling = |analysis: &Analysis| {
        let words = analysis.terms.iter().filter(|t| t.is_word());
        words.copied().max_by(|a, b| {
            let weight = |t: &Term| t.info * index.id(t).map_or(1.0, |id| index.telling(id).0);
            weight(a).total_cmp(&weight(b)).then(b.key.cmp(&a.key))
        })
    };
    let strange = |t: &Term| t.is_word() && t.info > 0.5 && index.id(t).is_none();
    chatter
        .iter()
        .enumerate()
        .filter_map(|(i, line)| {
            let word = telling(&sampled[i * 7 % sampled.len()].analysis)?;
            let mut mixed = line.analysis.clone();
            let share = if mixed.terms.iter().any(strange) {
                1.0
            } else {
                PLAIN
            };
            mixed.terms.push(word);
            mixed.terms.sort_unstable_by_key(|t| t.key);
            mixed.terms.dedup_by_key(|t| t.key);
            // One more word changes the line's embedding little.
            Some(Chatter {
                analysis: mixed,
                reading: line.reading,
                meaning: line.meaning.clone(),
                share,
            })
        })
        .collect()
}

/// Fits the model to the training examples: with embeddings of their messages (`semantic`) or with their words only.
pub(crate) fn fit(training: &[TrainingExample], semantic: bool) -> RankingModel {
    let strength = if semantic { SEMANTIC_PRIOR_STRENGTH } else { PRIOR };
    RankingModel::fit(training, built_in(semantic), strength, ROUNDS)
}

/// Returns the built-in weights to start from.
pub(crate) fn built_in(semantic: bool) -> &'static RankingModel {
    if semantic { &SEMANTIC_PRIOR } else { &PRIOR_MODEL }
}

/// Returns what nouns that are strange to its entry take from each question that was left out and found.
pub(crate) fn strangeness(training: &[TrainingExample]) -> impl Iterator<Item = f32> {
    let own = training.iter().filter(|example| !example.built_in);
    own.filter_map(|example| Some(example.field.candidates.get(example.right?)?.strangeness))
}

/// Ranks each training example with the model, as a message that did not call the bot.
pub(crate) fn outcomes(
    model: &RankingModel,
    training: &[TrainingExample],
    manners: &Manners,
) -> Vec<CalibrationOutcome> {
    let mut probabilities = Vec::new();
    training
        .iter()
        .map(|example| {
            model.probabilities(&example.field, &mut probabilities);
            let clear = manners.clear(&example.reading);
            for (p, candidate) in probabilities.iter_mut().zip(&example.field.candidates) {
                *p *= clear * manners.unasked(candidate.entry, &example.reading);
                *p = manners.of_ours(candidate, &example.field.none, *p);
            }
            let best = (0..probabilities.len())
                .reduce(|a, b| if probabilities[b] > probabilities[a] { b } else { a });
            CalibrationOutcome {
                confidence: best.map_or(0.0, |b| probabilities[b]),
                right: best.is_some() && best == example.right,
                weight: example.count,
                answerable: example.question.is_some(),
                built_in: example.built_in,
            }
        })
        .collect()
}

/// Returns the questions that, left out and asked, another entry would answer at probability `at` or more, each with that
/// entry and its probability; the surest first.
pub(crate) fn collisions(
    model: &RankingModel,
    training: &[TrainingExample],
    at: f32,
) -> Vec<(u32, u32, f32)> {
    let mut probabilities = Vec::new();
    let mut found = Vec::new();
    for example in training {
        let Some(question) = example.question else {
            continue;
        };
        model.probabilities(&example.field, &mut probabilities);
        let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((best, &confidence)) = best
            && confidence >= at
            && example.right != Some(best)
        {
            found.push((question, example.field.candidates[best].entry, confidence));
        }
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    found.truncate(COLLISIONS);
    found
}

/// Weights to start from; a file's own training examples move them.
static PRIOR_MODEL: RankingModel = RankingModel {
    entry: EntryFeatures::BY_WORDS,
    none: NoneFeatures::BY_WORDS,
};

/// The prior with embeddings.
static SEMANTIC_PRIOR: RankingModel = RankingModel {
    entry: EntryFeatures::WITH_EMBEDDINGS,
    none: NoneFeatures::WITH_EMBEDDINGS,
};
