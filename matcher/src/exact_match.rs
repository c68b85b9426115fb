//! Finds questions by the hash of their normal form: those that may be the message word for word.

use super::collect_questions::exact_hash;

/// Hashes with the numbers of their questions, ascending.
#[derive(Debug, Default)]
pub(crate) struct Exact(Vec<(u64, u32)>);

impl Exact {
    /// Builds the table from each question's hash, in the order of the questions; 0 stands for an empty one.
    pub(crate) fn build(hashes: impl Iterator<Item = u64>) -> Self {
        let mut all: Vec<(u64, u32)> = hashes.zip(0..).filter(|h| h.0 != 0).collect();
        all.sort_unstable();
        all.shrink_to_fit();
        Self(all)
    }

    /// Returns the questions that have the hash of `normalised`, in their order. The caller compares the texts.
    pub(crate) fn questions(&self, normalised: &str) -> impl Iterator<Item = u32> {
        let hash = exact_hash(normalised);
        let from = self.0.partition_point(|h| h.0 < hash);
        self.0[from..]
            .iter()
            .take_while(move |h| h.0 == hash && hash != 0)
            .map(|h| h.1)
    }
}
