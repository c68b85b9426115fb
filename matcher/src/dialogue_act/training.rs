//! The training examples of the word model, for a model that learns the same from vectors.

use crate::packed_tables::{Packed, packed};
use std::sync::LazyLock;

/// The shipped files of training examples; `data/README.md` says how they are written.
const FILES: [Packed; 12] = [
    packed!("training-1.tsv"),
    packed!("training-2.tsv"),
    packed!("training-3.tsv"),
    packed!("training-4.tsv"),
    packed!("training-5.tsv"),
    packed!("training-6.tsv"),
    packed!("training-7.tsv"),
    packed!("training-8.tsv"),
    packed!("training-9.tsv"),
    packed!("training-10.tsv"),
    packed!("training-11.tsv"),
    packed!("training-13.tsv"),
];

/// Texts of the examples, which only a model of what texts mean asks for.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| FILES.iter().map(|file| file.text()).collect());

/// The step through the training examples, one in so many: a vector costs milliseconds, and all of them teach little more than every fourth.
const SAMPLING_STEP: usize = 4;

/// Returns some training examples of each business, each with `true` if the line asks, requests or tells of trouble, and asks us
/// and not another member.
pub(crate) fn some() -> impl Iterator<Item = (&'static str, bool)> {
    let lines = TEXTS.iter().flat_map(|text| text.lines());
    let training = lines.filter_map(|line| line.split_once('\t').filter(|_| !line.starts_with('#')));
    training.step_by(SAMPLING_STEP).map(|(code, text)| {
        let asks = code.starts_with(['a', 'r', 't']) && !code.contains(['m', 'z']);
        (text, asks)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_training_of_both_kinds_in_both_languages() {
        let all: Vec<_> = super::some().collect();
        let count = |wanted: &dyn Fn(&str, bool) -> bool| {
            all.iter().filter(|(text, asks)| wanted(text, *asks)).count()
        };
        assert!((2_500..3_500).contains(&all.len()), "{}", all.len());
        for asks in [true, false] {
            assert!(count(&|text, a| a == asks && text.is_ascii()) > 100);
            assert!(count(&|text, a| a == asks && !text.is_ascii()) > 100);
        }
    }
}
