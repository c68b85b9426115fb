//! What texts mean according to a semantic model: vectors of one length, as data.
//!
//! Where they come from is nothing to the matcher; it only compares them, and what they have in common it leaves out: many models
//! put all texts into one corner, so that even strangers are alike. Beside the middle of the file's own questions, likeness means the
//! same whatever the model.

use rustc_hash::FxHashMap;

use super::hash;

/// What a number of one stands for in a [`Vector`].
const UNIT: f32 = 127.0;

/// The vectors of texts.
#[derive(Debug, Clone, Default)]
pub struct Meanings {
    dimensions: usize,
    /// Of length one.
    vectors: FxHashMap<u64, Box<[f32]>>,
}

/// A vector of length one, its numbers in parts of [`UNIT`]: a byte a number is exact enough to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Vector(Box<[i8]>);

impl Meanings {
    /// Holds nothing yet; its vectors will have so many numbers.
    pub fn new(dimensions: usize) -> Self {
        Self {
            dimensions,
            ..Self::default()
        }
    }

    /// Adds the vector of a text, brought to length one; one with another count of numbers, or that points nowhere, is passed
    /// over.
    pub fn insert(&mut self, text: &str, vector: &[f32]) {
        if vector.len() == self.dimensions
            && let Some(scale) = scale(vector)
        {
            let vector = vector.iter().map(|n| n * scale).collect();
            self.vectors.insert(hash::text(text), vector);
        }
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many texts have one.
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    fn of(&self, text: &str) -> Option<&[f32]> {
        self.vectors.get(&hash::text(text)).map(|vector| &**vector)
    }
}

impl Vector {
    /// Of length one, whatever the length of `numbers`. None where they are all zero or not all finite.
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

/// What brings a vector to length one; nothing does where it has no length, or none that is a number.
fn scale(vector: &[f32]) -> Option<f32> {
    let length = vector.iter().map(|n| n * n).sum::<f32>().sqrt();
    (length.is_finite() && length > f32::EPSILON).then(|| length.recip())
}

/// The vectors of a file's questions, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct QuestionMeanings {
    /// The middle of the questions' vectors.
    middle: Vec<f32>,
    /// All zero for a question without one.
    numbers: Vec<i8>,
}

impl QuestionMeanings {
    /// Of `questions`, from what is known of their texts.
    pub(crate) fn build(questions: &[&str], meanings: &Meanings) -> Self {
        let dimensions = meanings.dimensions;
        let mut sum = vec![0.0_f64; dimensions];
        let mut count = 0.0_f64;
        for vector in questions.iter().filter_map(|question| meanings.of(question)) {
            count += 1.0;
            sum.iter_mut().zip(vector).for_each(|(s, n)| *s += f64::from(*n));
        }
        let mut built = Self {
            middle: sum.iter().map(|s| (s / count.max(1.0)) as f32).collect(),
            numbers: Vec::new(),
        };
        let mut numbers = vec![0; questions.len() * dimensions];
        for (question, place) in questions.iter().zip(numbers.chunks_exact_mut(dimensions.max(1))) {
            if let Some(vector) = built.known(meanings, question) {
                place.copy_from_slice(&vector.0);
            }
        }
        built.numbers = numbers;
        built
    }

    /// The vector of a text that is among `meanings`.
    pub(crate) fn known(&self, meanings: &Meanings, text: &str) -> Option<Vector> {
        meanings.of(text).and_then(|vector| self.comparable(vector))
    }

    /// A message's vector, if it can be compared with these.
    pub(crate) fn comparable(&self, message: &[f32]) -> Option<Vector> {
        if message.len() != self.middle.len() {
            return None;
        }
        let scale = scale(message)?;
        let apart: Vec<f32> = message
            .iter()
            .zip(&self.middle)
            .map(|(n, middle)| n * scale - middle)
            .collect();
        Vector::of(&apart)
    }

    /// How alike a text and a question are, -1..=1; 0 where the question has no vector.
    pub(crate) fn likeness(&self, text: &Vector, question: u32) -> f32 {
        let dimensions = self.middle.len();
        let from = question as usize * dimensions;
        self.numbers
            .get(from..from + dimensions)
            .map_or(0.0, |numbers| text.likeness(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_cosine_around_the_middle_whatever_the_lengths() {
        let mut meanings = Meanings::new(3);
        // All texts of this model have much in common: the third number.
        meanings.insert("a", &[3.0, 0.0, 4.0]);
        meanings.insert("b", &[-3.0, 0.0, 4.0]);
        meanings.insert("short", &[1.0]);
        meanings.insert("nowhere", &[0.0; 3]);
        meanings.insert("broken", &[f32::NAN, 1.0, 1.0]);
        assert_eq!(meanings.len(), 2);
        let questions = QuestionMeanings::build(&["a", "b", "nowhere"], &meanings);
        let message = questions.comparable(&[18.0, 24.0, 40.0]).unwrap();
        assert!((questions.likeness(&message, 0) - 0.6).abs() < 0.01);
        assert!((questions.likeness(&message, 1) + 0.6).abs() < 0.01);
        assert_eq!(questions.likeness(&message, 2), 0.0);
        assert_eq!(questions.likeness(&message, 7), 0.0);
        assert!(questions.comparable(&[1.0; 4]).is_none());
        assert!(questions.comparable(&[f32::INFINITY; 3]).is_none());
    }
}
