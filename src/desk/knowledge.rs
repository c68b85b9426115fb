//! What the desk knows: a FAQ and the matcher built from it.

use crate::faq::{self, Faq, Loaded};
use crate::matcher::{EntryInput, HumanInput, Input, Matcher};
use crate::yaml::Problem;

/// A FAQ and its matcher. Replaced as a whole when `faq.yaml` changes.
#[derive(Debug)]
pub struct Knowledge {
    /// The FAQ.
    pub faq: Faq,
    /// The matcher over its entries, in the same order.
    pub matcher: Matcher,
}

impl Knowledge {
    /// Reads a FAQ and builds its matcher, for another precision than the file's where one is given. The warnings that
    /// came up are returned beside it.
    ///
    /// # Errors
    /// Every problem of the file, with its position.
    pub fn load(
        file: &str,
        text: &str,
        precision: Option<f64>,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let Loaded { faq, warnings } = faq::load(file, text)?;
        let precision = precision.unwrap_or_else(|| faq.precision());
        let matcher = Matcher::build(input(&faq, precision))
            .map_err(|error| vec![Problem::of_file(file, error.to_string())])?;
        Ok((Self { faq, matcher }, warnings))
    }
}

fn input(faq: &Faq, precision: f64) -> Input {
    Input {
        entries: faq
            .entries()
            .iter()
            .map(|entry| EntryInput {
                id: entry.id.clone(),
                questions: entry.questions.clone(),
                patterns: entry.patterns.clone(),
            })
            .collect(),
        synonyms: faq.synonyms().to_vec(),
        human: HumanInput {
            questions: faq.human().questions.clone(),
            patterns: faq.human().patterns.clone(),
        },
        precision,
        meanings: None,
    }
}
