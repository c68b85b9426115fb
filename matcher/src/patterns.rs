//! The entries' regular expressions, all tried at once.

use std::sync::Arc;

use regex::{RegexSet, RegexSetBuilder};

use super::normalise::MAX_CHARS;
use super::{EntryInput, MatcherError};

/// The compiled patterns; see the module.
#[derive(Debug)]
pub(crate) struct Patterns {
    set: RegexSet,
    /// Entry and source of each pattern.
    owners: Vec<(u32, Arc<str>)>,
}

impl Patterns {
    /// # Errors
    /// A pattern that is no regular expression, or too large to be run.
    pub(crate) fn build(entries: &[EntryInput]) -> Result<Self, MatcherError> {
        let mut owners: Vec<(u32, Arc<str>)> = Vec::new();
        for (e, entry) in entries.iter().enumerate() {
            for pattern in &entry.patterns {
                // One by one first, so that the error names the pattern.
                Self::compile([pattern]).map_err(|source| MatcherError::Pattern {
                    id: entry.id.clone(),
                    pattern: pattern.clone(),
                    source,
                })?;
                owners.push((e as u32, Arc::from(pattern.as_str())));
            }
        }
        let set = Self::compile(owners.iter().map(|o| &*o.1)).map_err(|source| MatcherError::Pattern {
            id: String::new(),
            pattern: "all patterns together".to_owned(),
            source,
        })?;
        Ok(Self { set, owners })
    }

    fn compile<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Result<RegexSet, regex::Error> {
        RegexSetBuilder::new(patterns)
            .case_insensitive(true)
            .size_limit(32 << 20)
            .build()
    }

    /// Returns the patterns that match the message as sent or as normalised, in the order of the file.
    pub(crate) fn hits(&self, raw: &str, normalised: &str) -> Vec<(u32, &Arc<str>)> {
        let cut = raw
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(raw, |(end, _)| &raw[..end]);
        let mut hits: Vec<usize> = self.set.matches(normalised).into_iter().collect();
        if cut != normalised {
            hits.extend(self.set.matches(cut));
        }
        hits.sort_unstable();
        hits.dedup();
        hits.iter()
            .map(|&h| (self.owners[h].0, &self.owners[h].1))
            .collect()
    }
}
