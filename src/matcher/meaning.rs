//! What texts mean according to a semantic model: vectors of one length, as data.
//!
//! Where they come from is nothing to the matcher; it only compares them. A byte a number is exact enough for that.

use rustc_hash::FxHashMap;

use super::hash;

/// What a number of one stands for in a [`Vector`].
const UNIT: f32 = 127.0;

/// The vectors of texts.
#[derive(Debug, Clone, Default)]
pub struct Meanings {
    dimensions: usize,
    vectors: FxHashMap<u64, Vector>,
}

/// A vector of length one, its numbers in parts of [`UNIT`].
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
            && let Some(vector) = Vector::of(vector)
        {
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

    /// The vector of a text.
    pub(crate) fn of(&self, text: &str) -> Option<&Vector> {
        self.vectors.get(&hash::text(text))
    }
}

impl Vector {
    /// Of length one, whatever the length of `numbers`. None where they are all zero or not all finite.
    pub(crate) fn of(numbers: &[f32]) -> Option<Self> {
        let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt();
        if !length.is_finite() || length <= f32::EPSILON {
            return None;
        }
        let scaled = numbers.iter().map(|n| (n / length * UNIT).round() as i8);
        Some(Self(scaled.collect()))
    }

    /// How many numbers it has.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
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

/// The vectors of a file's questions, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct QuestionMeanings {
    dimensions: usize,
    /// All zero for a question without one.
    numbers: Vec<i8>,
}

impl QuestionMeanings {
    /// Of `questions`, from what is known of their texts.
    pub(crate) fn build(questions: &[&str], meanings: &Meanings) -> Self {
        let mut numbers = vec![0; questions.len() * meanings.dimensions];
        for (question, place) in questions
            .iter()
            .zip(numbers.chunks_exact_mut(meanings.dimensions.max(1)))
        {
            if let Some(vector) = meanings.of(question) {
                place.copy_from_slice(&vector.0);
            }
        }
        Self {
            dimensions: meanings.dimensions,
            numbers,
        }
    }

    /// A message's vector, if it can be compared with these.
    pub(crate) fn comparable(&self, message: &[f32]) -> Option<Vector> {
        Vector::of(message).filter(|vector| vector.len() == self.dimensions)
    }

    /// How alike a text and a question are, -1..=1; 0 where the question has no vector.
    pub(crate) fn likeness(&self, text: &Vector, question: u32) -> f32 {
        let from = question as usize * self.dimensions;
        self.numbers
            .get(from..from + self.dimensions)
            .map_or(0.0, |numbers| text.likeness(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_cosine_whatever_the_lengths() {
        let mut meanings = Meanings::new(3);
        meanings.insert("a", &[3.0, 4.0, 0.0]);
        meanings.insert("short", &[1.0]);
        meanings.insert("nowhere", &[0.0; 3]);
        meanings.insert("broken", &[f32::NAN, 1.0, 1.0]);
        assert_eq!(meanings.len(), 1);
        let questions = QuestionMeanings::build(&["a", "nowhere"], &meanings);
        let message = questions.comparable(&[30.0, 0.0, 0.0]).unwrap();
        assert!((questions.likeness(&message, 0) - 0.6).abs() < 0.01);
        assert_eq!(questions.likeness(&message, 1), 0.0);
        assert_eq!(questions.likeness(&message, 7), 0.0);
        assert!(questions.comparable(&[1.0; 4]).is_none());
    }
}
