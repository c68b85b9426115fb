//! A message as a vector: the matcher's views of it, each at length one and weighted, the whole at length one.

use crate::matcher::Views;
use std::cmp::Ordering;

/// Dimensions of a sense.
const SENSE: usize = Views::SENSE;

/// Part of each view in the likeness of two messages (words, pairs of words, characters, sounds), and that of the sense. Found on sets of
/// several kinds together; docs/unanswered.md has the figures.
const VIEW_PARTS: [f32; Views::COUNT] = [0.31, 0.10, 0.16, 0.13];
const SENSE_PART: f32 = 0.30;

/// Least information of a term: none is worth nothing.
const INFO_LEAST: f32 = 0.02;

/// Terms of a message that count, the most telling ones.
const TERMS_MAX: usize = 96;

/// Terms of a mean that count, the weightiest ones.
pub(super) const TERMS_OF_MEAN_MAX: usize = 256;

impl Vector {
    /// Returns a message as a vector.
    pub(super) fn of(views: &Views) -> Self {
        let mut terms: Vec<(u64, f32)> = Vec::with_capacity(views.terms.len());
        let mut squares = [0.0_f32; Views::COUNT];
        for term in &views.terms {
            let weight = term.info.max(INFO_LEAST).sqrt();
            if let Some(square) = squares.get_mut(term.view()) {
                *square += weight * weight;
            }
            terms.push((term.key, weight));
        }
        let scales: [f32; Views::COUNT] =
            std::array::from_fn(|view| match (squares.get(view), VIEW_PARTS.get(view)) {
                (Some(square), Some(part)) if *square > 0.0 => (part / square).sqrt(),
                _ => 0.0,
            });
        for ((_, weight), term) in terms.iter_mut().zip(&views.terms) {
            *weight *= scales.get(term.view()).copied().unwrap_or_default();
        }
        keep_weightiest(&mut terms, TERMS_MAX);
        let vector = Self {
            terms,
            sense: views.sense().map(|number| number * SENSE_PART.sqrt()),
        };
        vector.at_length_one()
    }
}

/// A vector: of a message, or the sum of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// Terms with their weights, in order of their keys.
    pub(super) terms: Vec<(u64, f32)>,
    sense: [f32; SENSE],
}

impl Default for Vector {
    fn default() -> Self {
        Self {
            terms: Vec::new(),
            sense: [0.0; SENSE],
        }
    }
}

impl Vector {
    /// Returns the mean of messages, at length one.
    pub fn mean<'v>(messages: impl IntoIterator<Item = &'v Views>) -> Self {
        let mut sum = Self::default();
        for views in messages {
            sum.add(&Self::of(views), TERMS_OF_MEAN_MAX);
        }
        sum.at_length_one()
    }

    /// Scales it to length one; what has no length stays.
    fn at_length_one(mut self) -> Self {
        let length = self.dot(&self).sqrt();
        if length > 0.0 {
            self.scale(1.0 / length);
        }
        self
    }

    /// Returns the product with another vector.
    pub(super) fn dot(&self, other: &Self) -> f32 {
        let mut sum: f32 = self.sense.iter().zip(&other.sense).map(|(a, b)| a * b).sum();
        let (mut a, mut b) = (self.terms.as_slice(), other.terms.as_slice());
        while let ([(x, v), rest_a @ ..], [(y, w), rest_b @ ..]) = (a, b) {
            match x.cmp(y) {
                Ordering::Less => a = rest_a,
                Ordering::Greater => b = rest_b,
                Ordering::Equal => {
                    sum += v * w;
                    (a, b) = (rest_a, rest_b);
                }
            }
        }
        sum
    }

    pub(super) fn scale(&mut self, by: f32) {
        self.terms.iter_mut().for_each(|(_, weight)| *weight *= by);
        self.sense.iter_mut().for_each(|number| *number *= by);
    }

    /// Adds another vector; of too many terms the weakest go.
    pub(super) fn add(&mut self, other: &Self, most: usize) {
        for (mine, its) in self.sense.iter_mut().zip(&other.sense) {
            *mine += its;
        }
        let mut sum = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            match (a.peek(), b.peek()) {
                (Some((x, v)), Some((y, w))) if x == y => {
                    sum.push((*x, v + w));
                    a.next();
                    b.next();
                }
                (Some((x, v)), Some((y, _))) if x < y => {
                    sum.push((*x, *v));
                    a.next();
                }
                (Some((x, v)), None) => {
                    sum.push((*x, *v));
                    a.next();
                }
                (_, Some((y, w))) => {
                    sum.push((*y, *w));
                    b.next();
                }
                (None, None) => break,
            }
        }
        keep_weightiest(&mut sum, most);
        self.terms = sum;
    }

    /// Returns the vector as bytes, for the store: hashes of terms and numbers, no words.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SENSE * 4 + self.terms.len() * 12);
        for number in &self.sense {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for (key, weight) in &self.terms {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&weight.to_le_bytes());
        }
        bytes
    }

    /// Reads a vector back; `None` if it is none.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (senses, terms) = bytes.split_at_checked(SENSE * 4)?;
        let mut vector = Self::default();
        for (number, bytes) in vector.sense.iter_mut().zip(senses.chunks_exact(4)) {
            *number = f32::from_le_bytes(bytes.try_into().ok()?);
        }
        for term in terms.chunks_exact(12) {
            let (key, weight) = term.split_at_checked(8)?;
            let key = u64::from_le_bytes(key.try_into().ok()?);
            vector
                .terms
                .push((key, f32::from_le_bytes(weight.try_into().ok()?)));
        }
        Some(vector)
    }
}

/// Leaves the weightiest terms, at most so many, in order of their keys.
fn keep_weightiest(terms: &mut Vec<(u64, f32)>, most: usize) {
    if terms.len() > most {
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(most);
        terms.sort_by_key(|(key, _)| *key);
    }
}
