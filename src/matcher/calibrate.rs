//! What the file says of itself: each question answered by the others, as if a member had asked it.
//!
//! Three kinds of lessons teach the model what its scores are worth on this very file: every question with itself
//! left out (its entry should be found), every question with its whole entry left out (nothing should be found),
//! and a background of general chatter, plain and mixed with the file's own words (nothing should be found).

use super::analyse::{Analysis, Term, View};
use super::classify::Classifier;
use super::index::Index;
use super::model::{Lesson, Model};
use super::score::{EXPLAINED, FEATURES, Without};

/// General chatter and questions that no FAQ answers, Chinese and English.
const BACKGROUND: &str = include_str!("data/chatter.txt");
/// Most questions that are left out, one after another; spread evenly over the file when it has more.
const MOST: usize = 2_500;
/// Share of messages that no entry answers, against those that one does, in the mix that is calibrated for.
const STRANGERS: f32 = 0.12;
/// The same for the choice of thresholds, where too much caution costs less than too little.
const STRANGERS_COUNT: f32 = 0.25;
/// Weight of the chatter against the questions that have an answer.
const CHATTER: f32 = 1.5;
/// Share of a mixed line without a strange word: "工单在哪里" may well be a real question.
const PLAIN: f32 = 0.3;
/// How much the built-in weights count against what the file teaches.
const PRIOR: f64 = 4.0;
/// Newton steps; more change nothing that shows.
const ROUNDS: usize = 6;
/// Collisions that are kept; more than anybody mends at once.
const COLLISIONS: usize = 100;

/// A probability with whether the best candidate was right, and how much the case counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) confidence: f32,
    pub(crate) right: bool,
    pub(crate) weight: f32,
    /// A message that an entry answers, as against a stranger.
    pub(crate) answerable: bool,
}

/// The lines of the background.
pub(crate) fn chatter() -> impl Iterator<Item = &'static str> {
    BACKGROUND.lines().filter(|l| !l.is_empty())
}

/// Parts into which the file is cut to see what the classifier makes of questions and entries it was not taught.
const FOLDS: usize = 5;

/// Classifiers that were each kept from a part of the file.
pub(crate) struct Folds {
    questions: Vec<Option<Classifier>>,
    entries: Vec<Option<Classifier>>,
}

impl Folds {
    pub(crate) fn train(index: &Index) -> Self {
        let entry = |q: usize| index.questions[q].entry as usize;
        let place = |q: usize| {
            q - index.entries[entry(q)]
                .questions
                .first()
                .map_or(0, |&f| f as usize)
        };
        std::thread::scope(|scope| {
            let questions = scope.spawn(|| {
                (0..FOLDS)
                    .map(|f| Classifier::train(index, |q| place(q) % FOLDS != f))
                    .collect()
            });
            let entries = (0..FOLDS)
                .map(|f| Classifier::train(index, |q| entry(q) % FOLDS != f))
                .collect();
            let questions = questions
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Self { questions, entries }
        })
    }
}

/// The lessons that `index` teaches, with `analyses` of its questions and of the chatter.
pub(crate) fn lessons(
    index: &Index,
    classifier: Option<&Classifier>,
    folds: &Folds,
    analyses: &[&Analysis],
    asked: &[bool],
    chatter: &[(Analysis, f32)],
) -> Vec<Lesson> {
    let mut lessons = Vec::new();
    let total = index.questions.len();
    let step = total.div_ceil(MOST).max(1);
    let mut known = 0;
    for q in (0..total).step_by(step) {
        let entry = index.questions[q].entry;
        if index.entries[entry as usize].questions.len() < 2 {
            continue;
        }
        let without = Without {
            question: Some(q as u32),
            entry: None,
        };
        let place = q - index.entries[entry as usize]
            .questions
            .first()
            .map_or(0, |&f| f as usize);
        let classifier = folds.questions[place % FOLDS].as_ref();
        let field = index.field(analyses[q], asked[q], classifier, without, |_| true);
        let right = field.candidates.iter().position(|c| c.entry == entry);
        lessons.push(Lesson {
            question: Some(q as u32),
            field,
            right,
            weight: 1.0,
            count: 1.0,
        });
        known += 1;
    }
    let strangers: Vec<usize> = (0..total).step_by(step).collect();
    let weight = STRANGERS * (known.max(20) as f32) / strangers.len().max(1) as f32;
    for q in strangers {
        let without = Without {
            question: None,
            entry: Some(index.questions[q].entry),
        };
        let classifier = folds.entries[index.questions[q].entry as usize % FOLDS].as_ref();
        let field = index.field(analyses[q], asked[q], classifier, without, |_| true);
        lessons.push(Lesson {
            question: None,
            field,
            right: None,
            weight,
            count: weight * (STRANGERS_COUNT / STRANGERS),
        });
    }
    let total: f32 = chatter.iter().map(|c| c.1).sum();
    let unit = CHATTER * (known.max(20) as f32) / total.max(1.0);
    for (analysis, share) in chatter {
        let field = index.field(analysis, true, classifier, Without::default(), |_| true);
        // A file about the chatter's own subject may well answer it.
        if field
            .candidates
            .iter()
            .any(|c| c.features[EXPLAINED] > 0.9 && c.features[0] > 0.7)
        {
            continue;
        }
        lessons.push(Lesson {
            question: None,
            field,
            right: None,
            weight: unit * share,
            count: unit * share,
        });
    }
    lessons
}

/// Chatter with the file's telling words put into it: "docker 报错" becomes "docker 报错 工单".
pub(crate) fn mixed(index: &Index, questions: &[&Analysis], chatter: &[Analysis]) -> Vec<(Analysis, f32)> {
    if questions.is_empty() {
        return Vec::new();
    }
    let telling = |analysis: &Analysis| {
        let words = analysis.terms.iter().filter(|t| t.view == View::Word);
        words.copied().max_by(|a, b| {
            let weight = |t: &Term| {
                t.info
                    * index
                        .id(t)
                        .map_or(1.0, |id| index.idf(index.terms[id as usize].entries))
            };
            weight(a).total_cmp(&weight(b)).then(b.hash.cmp(&a.hash))
        })
    };
    let strange = |t: &Term| t.view == View::Word && t.info > 0.5 && index.id(t).is_none();
    chatter
        .iter()
        .enumerate()
        .filter_map(|(i, analysis)| {
            let word = telling(questions[i * 7 % questions.len()])?;
            let mut mixed = analysis.clone();
            let share = if mixed.terms.iter().any(strange) {
                1.0
            } else {
                PLAIN
            };
            mixed.terms.push(word);
            mixed.terms.sort_unstable_by_key(|t| (t.view, t.hash));
            mixed.terms.dedup_by_key(|t| (t.view, t.hash));
            Some((mixed, share))
        })
        .collect()
}

/// The model fitted to the lessons.
pub(crate) fn fit(lessons: &[Lesson]) -> Model {
    Model::fit(lessons, &PRIOR_MODEL, PRIOR, ROUNDS)
}

/// What the model makes of each lesson.
pub(crate) fn outcomes(model: &Model, lessons: &[Lesson]) -> Vec<Outcome> {
    let mut probabilities = Vec::new();
    lessons
        .iter()
        .map(|lesson| {
            model.probabilities(&lesson.field, &mut probabilities);
            let best = (0..probabilities.len())
                .reduce(|a, b| if probabilities[b] > probabilities[a] { b } else { a });
            Outcome {
                confidence: best.map_or(0.0, |b| probabilities[b]),
                right: best.is_some() && best == lesson.right,
                weight: lesson.count,
                answerable: lesson.question.is_some(),
            }
        })
        .collect()
}

/// The questions that, left out and asked, another entry would answer at probability `at` or more; the surest first.
pub(crate) fn collisions(model: &Model, lessons: &[Lesson], at: f32) -> Vec<(u32, u32, f32)> {
    let mut probabilities = Vec::new();
    let mut found = Vec::new();
    for lesson in lessons {
        let Some(question) = lesson.question else { continue };
        model.probabilities(&lesson.field, &mut probabilities);
        let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((best, &confidence)) = best
            && confidence >= at
            && lesson.right != Some(best)
        {
            found.push((question, lesson.field.candidates[best].entry, confidence));
        }
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    found.truncate(COLLISIONS);
    found
}

/// Weights to start from, fitted to several unlike collections of questions; a file's own lessons move them.
const PRIOR_MODEL: Model = Model {
    weights: prior(
        [
            1.5, 0.5, 2.3, 1.3, 1.2, 0.5, -1.3, 0.2, 0.8, 0.6, 1.5, -0.6, 1.7, 0.5, -0.4, 0.5, 0.5, 0.5, 0.3,
        ],
        [5.0, -0.4, -0.6, 0.9, -0.3],
    ),
};

const fn prior(
    entry: [f32; FEATURES],
    none: [f32; super::score::NONE_FEATURES],
) -> [f32; super::model::WEIGHTS] {
    let mut weights = [0.0; super::model::WEIGHTS];
    let mut i = 0;
    while i < FEATURES {
        weights[i] = entry[i];
        i += 1;
    }
    while i < super::model::WEIGHTS {
        weights[i] = none[i - FEATURES];
        i += 1;
    }
    weights
}
