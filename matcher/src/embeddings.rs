//! Embeddings of texts from a semantic model: vectors of one length, as data.
//!
//! The matcher only compares them; their source is of no matter. It leaves out what they have in common: many models put
//! all texts into one corner, so that even negatives are alike. Centred on the mean of the file's own questions, a
//! likeness means the same for every model.

use rustc_hash::FxHashMap;
use std::ops::Range;

use super::hash;
use super::sentences::sentences;

/// The stored number that stands for 1.0 in a [`Vector`].
const UNIT: f32 = 127.0;

/// The texts of a file that a semantic model reads, each once in its part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmbeddedTexts {
    /// The questions of entries and the background.
    pub questions: Vec<String>,
    /// The texts that answer them: the sentences of titles and answers.
    pub passages: Vec<String>,
}

impl EmbeddedTexts {
    /// Returns the number of texts.
    pub fn len(&self) -> usize {
        self.questions.len() + self.passages.len()
    }

    /// Returns `true` if there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The embeddings of texts.
#[derive(Debug, Clone, Default)]
pub struct QuestionEmbeddings {
    dimensions: usize,
    /// Vectors of questions and messages by the text's hash, of length one.
    vectors: FxHashMap<u64, Box<[f32]>>,
    /// Vectors of passages, for models that embed them another way; of length one.
    passages: FxHashMap<u64, Box<[f32]>>,
}

/// A vector of length one, its numbers in parts of [`UNIT`]: a byte a number is exact enough to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Vector(Box<[i8]>);

impl QuestionEmbeddings {
    /// Makes an empty set for vectors of so many numbers.
    pub fn new(dimensions: usize) -> Self {
        Self {
            dimensions,
            ..Self::default()
        }
    }

    /// Adds the vector of a question or message, scaled to length one. Ignores a vector with another count of numbers,
    /// and one without a direction.
    pub fn insert(&mut self, text: &str, vector: &[f32]) {
        if let Some(vector) = self.unit(vector) {
            self.vectors.insert(hash::text(text), vector);
        }
    }

    /// Adds the vector of a passage, as [`QuestionEmbeddings::insert`] does that of a question.
    pub fn insert_passage(&mut self, text: &str, vector: &[f32]) {
        if let Some(vector) = self.unit(vector) {
            self.passages.insert(hash::text(text), vector);
        }
    }

    fn unit(&self, vector: &[f32]) -> Option<Box<[f32]>> {
        let scale = scale(vector).filter(|_| vector.len() == self.dimensions)?;
        Some(vector.iter().map(|n| n * scale).collect())
    }

    /// Returns the number of dimensions of a vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Returns the number of texts that have a vector.
    pub fn len(&self) -> usize {
        self.vectors.len() + self.passages.len()
    }

    /// Returns `true` if no text has a vector.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty() && self.passages.is_empty()
    }

    pub(crate) fn of(&self, text: &str) -> Option<&[f32]> {
        self.vectors.get(&hash::text(text)).map(|vector| &**vector)
    }

    fn of_passage(&self, text: &str) -> Option<&[f32]> {
        self.passages.get(&hash::text(text)).map(|vector| &**vector)
    }
}

impl Vector {
    /// Scales `numbers` to length one; `None` if they are all zero or not all finite.
    fn of(numbers: &[f32]) -> Option<Self> {
        let scale = scale(numbers)? * UNIT;
        Some(Self(numbers.iter().map(|n| (n * scale).round() as i8).collect()))
    }

    fn likeness(&self, other: &[i8]) -> f32 {
        let product: i32 = self
            .0
            .iter()
            .zip(other)
            .map(|(&a, &b)| i32::from(a) * i32::from(b))
            .sum();
        product as f32 / (UNIT * UNIT)
    }
}

/// Returns the factor that brings a vector to length one; `None` if it has no length, or no finite one.
fn scale(vector: &[f32]) -> Option<f32> {
    let length = vector.iter().map(|n| n * n).sum::<f32>().sqrt();
    (length.is_finite() && length > f32::EPSILON).then(|| length.recip())
}

/// Vectors in a row, centred on their mean.
#[derive(Debug, Default)]
struct Row {
    middle: Vec<f32>,
    /// The numbers of all vectors; all zero for a missing one.
    numbers: Vec<i8>,
}

impl Row {
    fn build(vectors: &[Option<&[f32]>], dimensions: usize) -> Self {
        let mut sum = vec![0.0_f64; dimensions];
        let mut count = 0.0_f64;
        for vector in vectors.iter().flatten() {
            count += 1.0;
            sum.iter_mut().zip(*vector).for_each(|(s, n)| *s += f64::from(*n));
        }
        let mut built = Self {
            middle: sum.iter().map(|s| (s / count.max(1.0)) as f32).collect(),
            numbers: Vec::new(),
        };
        let mut numbers = vec![0; vectors.len() * dimensions];
        for (vector, place) in vectors.iter().zip(numbers.chunks_exact_mut(dimensions.max(1))) {
            if let Some(vector) = vector.and_then(|vector| built.around(vector)) {
                place.copy_from_slice(&vector.0);
            }
        }
        built.numbers = numbers;
        built
    }

    /// Centres a vector on the mean.
    fn around(&self, vector: &[f32]) -> Option<Vector> {
        if vector.len() != self.middle.len() {
            return None;
        }
        let scale = scale(vector)?;
        let apart: Vec<f32> = vector
            .iter()
            .zip(&self.middle)
            .map(|(n, middle)| n * scale - middle)
            .collect();
        Vector::of(&apart)
    }

    fn get(&self, at: usize) -> &[i8] {
        let dimensions = self.middle.len();
        self.numbers
            .get(at * dimensions..(at + 1) * dimensions)
            .unwrap_or_default()
    }
}

/// A message's embedding, centred on the questions and on the passages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Meaning {
    question: Vector,
    passage: Vector,
}

/// Two likenesses that bound the usual range: the average of a question with the nearest of another entry, and with the
/// nearest of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    strange: f32,
    own: f32,
}

impl Span {
    /// The span of most encoders.
    const USUAL: Self = Self {
        strange: 0.3,
        own: 0.6,
    };

    /// Places a likeness in the span: 0 for that of the nearest of another entry, 1 for that of the nearest of its own.
    fn place(self, likeness: f32) -> f32 {
        ((likeness - self.strange) / (self.own - self.strange)).clamp(-2.0, 2.0)
    }
}

/// The vectors of a file's questions and passages, by the numbers of questions and entries.
#[derive(Debug)]
pub(crate) struct QuestionMeanings {
    questions: Row,
    /// The mean direction of each entry's questions.
    centres: Vec<Option<Vector>>,
    /// The sentences of titles and answers.
    passages: Row,
    /// The place of each entry's sentences.
    sentences: Vec<Range<usize>>,
    /// `true` if the model tells the file's entries apart.
    tells: bool,
    span: Span,
    passage_span: Span,
}

/// The likeness of a message and an entry, each number a place in the [`Span`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Alike {
    /// The likeness to the nearest question.
    pub(crate) nearest: f32,
    /// The average of the nearest three.
    pub(crate) several: f32,
    /// The likeness to the mean of all questions.
    pub(crate) centre: f32,
    /// The likeness to the nearest sentence of title and answer.
    pub(crate) passage: f32,
}

/// The number of questions by which the spans are measured.
const MEASURED_MAX: usize = 400;

impl QuestionMeanings {
    /// Builds it for `questions`, so many an entry in a row, and each entry's passage, from the vectors in `meanings`.
    pub(crate) fn build(
        questions: &[&str],
        counts: &[usize],
        passages: &[&str],
        meanings: &QuestionEmbeddings,
    ) -> Self {
        let dimensions = meanings.dimensions;
        let vectors: Vec<Option<&[f32]>> = questions.iter().map(|text| meanings.of(text)).collect();
        let mut answers: Vec<Option<&[f32]>> = Vec::new();
        let sentences = passages.iter().map(|passage| {
            let start = answers.len();
            answers.extend(
                sentences(passage)
                    .into_iter()
                    .map(|text| meanings.of_passage(text)),
            );
            start..answers.len()
        });
        let sentences = sentences.collect();
        let mut built = Self {
            questions: Row::build(&vectors, dimensions),
            passages: Row::build(&answers, dimensions),
            sentences,
            centres: Vec::with_capacity(counts.len()),
            tells: true,
            span: Span::USUAL,
            passage_span: Span::USUAL,
        };
        let mut start = 0;
        for count in counts {
            built.centres.push(built.centre(start..start + count, None));
            start += count;
        }
        built.measure(counts, &vectors);
        built
    }

    fn centre(&self, questions: Range<usize>, without: Option<usize>) -> Option<Vector> {
        let mut sum = vec![0.0_f32; self.questions.middle.len()];
        for question in questions.filter(|&question| without != Some(question)) {
            let vector = self.questions.get(question);
            sum.iter_mut().zip(vector).for_each(|(s, &n)| *s += f32::from(n));
        }
        Vector::of(&sum)
    }

    /// Measures the spans: encoders differ in how alike they make all texts.
    fn measure(&mut self, counts: &[usize], vectors: &[Option<&[f32]>]) {
        let entries: Vec<usize> = (0..)
            .zip(counts)
            .flat_map(|(entry, &count)| std::iter::repeat_n(entry, count))
            .collect();
        let (mut own, mut strange) = (Mean::default(), Mean::default());
        let (mut own_passage, mut strange_passage) = (Mean::default(), Mean::default());
        let step = vectors.len().div_ceil(MEASURED_MAX).max(1);
        for at in (0..vectors.len()).step_by(step) {
            let Some(meaning) = vectors
                .get(at)
                .copied()
                .flatten()
                .and_then(|v| self.comparable(v))
            else {
                continue;
            };
            let Some(&entry) = entries.get(at) else { continue };
            let mut best = [f32::MIN; 2];
            for (other, &of) in entries.iter().enumerate().filter(|(other, _)| *other != at) {
                let likeness = meaning.question.likeness(self.questions.get(other));
                let place = usize::from(of != entry);
                best[place] = best[place].max(likeness);
            }
            own.add(best[0]);
            strange.add(best[1]);
            let mut best = [f32::MIN; 2];
            for other in 0..counts.len() {
                if let Some(likeness) = self.answered(&meaning, other) {
                    let place = usize::from(other != entry);
                    best[place] = best[place].max(likeness);
                }
            }
            own_passage.add(best[0]);
            strange_passage.add(best[1]);
        }
        self.tells = !Mean::is_misled(own, strange);
        self.span = Mean::span(own, strange);
        self.passage_span = Mean::span(own_passage, strange_passage);
    }

    /// Returns `true` if the model tells the file's entries apart. One for another language does not: it goes by shared
    /// characters and finds all questions alike.
    pub(crate) fn tells(&self) -> bool {
        self.tells
    }

    /// Returns the embedding of a text that is in `meanings`.
    pub(crate) fn known(&self, meanings: &QuestionEmbeddings, text: &str) -> Option<Meaning> {
        meanings.of(text).and_then(|vector| self.comparable(vector))
    }

    /// Returns a message's embedding, if its vector can be compared with these.
    pub(crate) fn comparable(&self, message: &[f32]) -> Option<Meaning> {
        Some(Meaning {
            question: self.questions.around(message)?,
            passage: self.passages.around(message).unwrap_or_default(),
        })
    }

    /// Compares a text and a question, -1..=1; 0 if the question has no vector.
    pub(crate) fn likeness(&self, text: &Meaning, question: u32) -> f32 {
        text.question.likeness(self.questions.get(question as usize))
    }

    /// Compares a text and an entry with these questions; `without` is passed over.
    pub(crate) fn alike(
        &self,
        text: &Meaning,
        entry: u32,
        questions: Range<u32>,
        without: Option<u32>,
    ) -> Alike {
        let mut best = [0.0_f32; 3];
        let mut found = 0;
        for question in questions.clone().filter(|&question| without != Some(question)) {
            let likeness = self.likeness(text, question);
            found += 1;
            if likeness > best[2] {
                best[2] = likeness;
                best.sort_by(|a, b| b.total_cmp(a));
            }
        }
        if found == 0 {
            return Alike::default();
        }
        let several = best.iter().take(found).sum::<f32>() / found.min(best.len()) as f32;
        let own = without.filter(|question| questions.contains(question));
        let centre = match own {
            Some(own) => self.centre(
                questions.start as usize..questions.end as usize,
                Some(own as usize),
            ),
            None => self.centres.get(entry as usize).cloned().flatten(),
        };
        let answered = self.answered(text, entry as usize);
        Alike {
            nearest: self.span.place(best[0]),
            several: self.span.place(several),
            centre: centre.map_or(0.0, |centre| self.span.place(text.question.likeness(&centre.0))),
            passage: answered.map_or(0.0, |likeness| self.passage_span.place(likeness)),
        }
    }

    /// Compares a text and the sentences of an entry's title and answer, -1..=1: the likeness to the nearest; `None` if none has a
    /// vector.
    fn answered(&self, text: &Meaning, entry: usize) -> Option<f32> {
        let sentences = self.sentences.get(entry)?.clone();
        let vectors = sentences.map(|sentence| self.passages.get(sentence));
        vectors
            .filter(|vector| vector.iter().any(|n| *n != 0))
            .map(|vector| text.passage.likeness(vector))
            .reduce(f32::max)
    }
}

/// A running mean.
#[derive(Default, Clone, Copy)]
struct Mean {
    sum: f32,
    count: f32,
}

impl Mean {
    /// Adds a number; [`f32::MIN`] stands for "none".
    fn add(&mut self, number: f32) {
        if number > f32::MIN {
            self.sum += number;
            self.count += 1.0;
        }
    }

    /// Returns `true` if questions are surely more alike to those of other entries than to their own entry's.
    fn is_misled(own: Self, strange: Self) -> bool {
        own.count >= 30.0 && strange.count >= 30.0 && own.sum / own.count + 0.08 < strange.sum / strange.count
    }

    /// Returns the span of two means; the usual one if the file shows too little, or the model tells nothing apart.
    fn span(own: Self, strange: Self) -> Span {
        let enough = own.count >= 10.0 && strange.count >= 10.0;
        let span = Span {
            strange: strange.sum / strange.count.max(1.0),
            own: own.sum / own.count.max(1.0),
        };
        if enough && span.own > span.strange + 0.05 {
            span
        } else {
            Span::USUAL
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_finds_negatives_more_alike_than_kin_tells_nothing() {
        let questions: Vec<String> = (0..40).map(|n| format!("q{n}")).collect();
        let texts: Vec<&str> = questions.iter().map(String::as_str).collect();
        // Two entries; what belongs together lies together, or each question lies with one of the other entry.
        for (together, expected) in [(true, true), (false, false)] {
            let mut meanings = QuestionEmbeddings::new(20);
            for (n, text) in texts.iter().enumerate() {
                let mut vector = [0.0_f32; 20];
                vector[if together { n / 20 } else { n % 20 }] = 1.0;
                vector[19] += 0.01 * n as f32;
                meanings.insert(text, &vector);
            }
            let built = QuestionMeanings::build(&texts, &[20, 20], &[], &meanings);
            assert_eq!(built.tells(), expected, "{together}");
        }
    }

    #[test]
    fn likeness_is_the_cosine_around_the_middle_whatever_the_lengths() {
        let mut meanings = QuestionEmbeddings::new(3);
        // All texts of this model have much in common: the third number.
        meanings.insert("a", &[3.0, 0.0, 4.0]);
        meanings.insert("b", &[-3.0, 0.0, 4.0]);
        meanings.insert("short", &[1.0]);
        meanings.insert("nowhere", &[0.0; 3]);
        meanings.insert("broken", &[f32::NAN, 1.0, 1.0]);
        assert_eq!(meanings.len(), 2);
        let questions = QuestionMeanings::build(&["a", "b", "nowhere"], &[3], &[], &meanings);
        let message = questions.comparable(&[18.0, 24.0, 40.0]).unwrap();
        assert!((questions.likeness(&message, 0) - 0.6).abs() < 0.01);
        assert!((questions.likeness(&message, 1) + 0.6).abs() < 0.01);
        assert_eq!(questions.likeness(&message, 2), 0.0);
        assert_eq!(questions.likeness(&message, 7), 0.0);
        assert!(questions.comparable(&[1.0; 4]).is_none());
        assert!(questions.comparable(&[f32::INFINITY; 3]).is_none());
    }
}
