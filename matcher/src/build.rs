//! Builds a matcher from a file's entries and calibrates its confidences.

use std::sync::Arc;

use super::analyse::analyse;
use super::answer_passages::Passages;
use super::asks_classifier::Asking;
use super::calibrate::{self, Chatter, Folds, Sampled};
use super::classify::Classifier;
use super::collect_questions::collect;
use super::embeddings::{Meaning, QuestionEmbeddings, QuestionMeanings};
use super::exact_match::Exact;
use super::fitted_model::Fitted;
use super::index::{Index, MOST_QUESTIONS};
use super::language::{Dictionaries, language};
use super::normalise::normalise;
use super::patterns::Patterns;
use super::question_forms::{self, Manners};
use super::synonyms::Synonyms;
use super::typo_correction::Typos;
use crate::dialogue_act::{Own, Reading};

use super::{Collision, EntryInput, HUMAN, HumanInput, Input, Matcher, MatcherError, Target, handoff_intent};

/// From this probability on for another entry, a question collides: it is likelier than its own, whatever that one gets.
const COLLISION: f32 = 0.6;

impl Matcher {
    /// Builds the matcher and calibrates it on the input's own questions. Uses as many threads as are worth their start;
    /// the result does not depend on their number.
    ///
    /// # Errors
    /// A pattern is no regular expression, or there are more questions than can be numbered.
    pub fn build(input: Input) -> Result<Self, MatcherError> {
        let language = language();
        let Input {
            mut entries,
            synonyms,
            human,
            out_of_scope,
            precision,
            meanings,
        } = input;
        entries.push(built_in(human));
        let human = entries.len() - 1;
        let patterns = Patterns::build(&entries)?;
        let questions: Vec<&str> = entries
            .iter()
            .flat_map(|entry| &entry.questions)
            .chain(&out_of_scope)
            .map(String::as_str)
            .collect();
        if questions.len() > MOST_QUESTIONS {
            return Err(MatcherError::TooMany {
                questions: questions.len(),
                most: MOST_QUESTIONS,
            });
        }
        let synonyms = Synonyms::build(&synonyms, language);
        let mut parts = collect(&questions, &synonyms, language);
        let outside = (!out_of_scope.is_empty()).then_some(out_of_scope.len());
        let counts = entries.iter().map(|entry| entry.questions.len()).chain(outside);
        let counts: Vec<usize> = counts.collect();
        let mut index = Index::build(&counts, &mut parts);
        index.human = u32::try_from(human).ok();
        index.outside = outside.map(|_| entries.len() as u32);
        let passages: Vec<&str> = entries.iter().map(|entry| entry.passage.as_str()).collect();
        index.passages = Passages::build(
            passages.iter().copied(),
            |word, entry| index.has_word(entry, word),
            &synonyms,
            language,
        );
        let exact = Exact::build(parts.iter().flat_map(|part| part.exact.iter().copied()));
        let mut typos = Typos::default();
        parts.iter().for_each(|part| typos.add(&part.learnt));
        drop(parts);

        let own = own_names(&entries);
        let examples = index.questions() as f32 / index.entries().max(1) as f32;
        let classifier = Classifier::train(&index, |_| true);
        let folds = Folds::train(&index);
        let fit = |index: &Index, meanings: Option<&QuestionEmbeddings>, asking: Option<&Asking>| {
            let meant = |text: &str| index.meanings.as_ref()?.known(meanings?, text);
            let read = |text: &str| {
                let reading = question_forms::read(text, &own, language);
                let vector = asking.and_then(|asking| Some((asking, meanings?.of(text)?)));
                vector.map_or(reading, |(asking, vector)| {
                    reading.shifted(asking.log_odds(vector))
                })
            };
            let manners = Manners::of(&entries, &read);
            let sampled = sampled(&questions, &read, &meant, &synonyms, language);
            let chatter = background(index, &sampled, &read, &meant, &synonyms, language);
            let training =
                calibrate::training_examples(index, classifier.as_ref(), &folds, &sampled, &chatter);
            (
                Fitted::to(
                    &training,
                    manners,
                    meanings.is_some(),
                    (precision as f32, examples),
                ),
                training,
            )
        };
        let (lexical, training) = fit(&index, None, None);
        // A model that is misled by the file's language makes the ranking by words worse.
        let built = meanings
            .as_deref()
            .map(|meanings| QuestionMeanings::build(&questions, &counts, &passages, meanings));
        index.meanings = built.filter(QuestionMeanings::tells);
        let served = meanings.as_deref().filter(|_| index.meanings.is_some());
        let asking = served.and_then(Asking::train);
        let semantic = served.map(|meanings| fit(&index, Some(meanings), asking.as_ref()).0);

        let questions: Vec<Arc<str>> = questions.into_iter().map(Arc::from).collect();
        let target = |entry: u32| match entry as usize {
            entry if entry == human => Target::Human,
            entry => Target::Entry(entry),
        };
        let collisions = calibrate::collisions(
            &lexical.model,
            &training,
            COLLISION.min(lexical.thresholds.answer),
        )
        .into_iter()
        .map(|(question, other, confidence)| Collision {
            question: Arc::clone(&questions[question as usize]),
            own: target(index.question(question).entry),
            other: target(other),
            confidence,
        })
        .collect();
        Ok(Self {
            ids: entries.iter().map(|e| Arc::from(e.id.as_str())).collect(),
            questions,
            exact,
            patterns,
            synonyms,
            typos,
            own,
            index,
            classifier,
            lexical,
            semantic,
            asking,
            collisions,
        })
    }
}

/// The built-in intent, with what the admin adds to it.
fn built_in(own: HumanInput) -> EntryInput {
    EntryInput {
        id: HUMAN.to_owned(),
        questions: handoff_intent::questions()
            .map(str::to_owned)
            .chain(own.questions)
            .collect(),
        patterns: handoff_intent::patterns()
            .map(str::to_owned)
            .chain(own.patterns)
            .collect(),
        passage: String::new(),
    }
}

/// Prepares the questions that are left out in turn.
fn sampled(
    questions: &[&str],
    read: &dyn Fn(&str) -> Reading,
    meant: &dyn Fn(&str) -> Option<Meaning>,
    synonyms: &Synonyms,
    language: &Dictionaries,
) -> Vec<Sampled> {
    calibrate::sample(questions.len())
        .map(|number| {
            let normalised = normalise(questions[number], language);
            Sampled {
                number: number as u32,
                analysis: analyse(&normalised.text, synonyms, language),
                asked: normalised.asked,
                reading: read(questions[number]),
                meaning: meant(questions[number]),
            }
        })
        .collect()
}

/// Collects the names in the file's own texts: they are no names of others.
fn own_names(entries: &[EntryInput]) -> Own {
    let texts = entries
        .iter()
        .flat_map(|entry| entry.questions.iter().chain([&entry.passage]));
    Own::of(texts.map(String::as_str))
}

/// Returns lines that should get no answer: general chatter, plain and mixed with the file's words.
fn background(
    index: &Index,
    sampled: &[Sampled],
    read: &dyn Fn(&str) -> Reading,
    meant: &dyn Fn(&str) -> Option<Meaning>,
    synonyms: &Synonyms,
    language: &Dictionaries,
) -> Vec<Chatter> {
    let mut chatter: Vec<Chatter> = calibrate::chatter()
        .map(|line| Chatter {
            analysis: analyse(&normalise(line, language).text, synonyms, language),
            reading: read(line),
            meaning: meant(line),
            share: 1.0,
        })
        .collect();
    let mixed = calibrate::mixed(index, sampled, &chatter);
    chatter.extend(mixed);
    chatter
}
