//! Entries with one question: which of them need others most.

use super::gather_entries::Gathered;
use crate::faq::bare;
use std::collections::{HashMap, HashSet};

/// An entry with one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weak {
    /// Id.
    pub id: String,
    /// Question.
    pub question: String,
}

/// The entries with one question and no pattern, those first whose question says least: it is short, and made of what other questions
/// are made of.
pub(super) fn weak(entries: &[Gathered]) -> Vec<Weak> {
    let mut known: HashMap<[char; 2], f64> = HashMap::new();
    for found in entries {
        let pairs: HashSet<[char; 2]> = found
            .entry
            .questions
            .iter()
            .flat_map(|text| pairs(text))
            .collect();
        for pair in pairs {
            *known.entry(pair).or_default() += 1.0;
        }
    }
    let count = entries.len() as f64;
    let says = |question: &str| -> f64 {
        let pairs = pairs(question).into_iter();
        pairs
            .map(|pair| ((1.0 + count) / known.get(&pair).copied().unwrap_or(1.0)).ln())
            .sum()
    };
    let mut weak: Vec<(f64, Weak)> = entries
        .iter()
        .filter(|found| found.entry.patterns.is_empty())
        .filter_map(|found| match found.entry.questions.as_slice() {
            [question] => {
                let weak = Weak {
                    id: found.entry.id.clone(),
                    question: question.clone(),
                };
                Some((says(question), weak))
            }
            _ => None,
        })
        .collect();
    weak.sort_by(|a, b| a.0.total_cmp(&b.0));
    weak.into_iter().map(|(_, weak)| weak).collect()
}

/// The pairs of letters of a question, each once.
fn pairs(question: &str) -> HashSet<[char; 2]> {
    let letters: Vec<char> = bare(question).chars().collect();
    letters
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some([*a, *b]),
            _ => None,
        })
        .collect()
}
