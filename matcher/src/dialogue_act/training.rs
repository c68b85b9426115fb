//! The training examples of the word model, for a model that learns the same from vectors.

/// The shipped files of training examples; `data/README.md` says how they are written.
const FILES: [&str; 12] = [
    include_str!("data/training-1.tsv"),
    include_str!("data/training-2.tsv"),
    include_str!("data/training-3.tsv"),
    include_str!("data/training-4.tsv"),
    include_str!("data/training-5.tsv"),
    include_str!("data/training-6.tsv"),
    include_str!("data/training-7.tsv"),
    include_str!("data/training-8.tsv"),
    include_str!("data/training-9.tsv"),
    include_str!("data/training-10.tsv"),
    include_str!("data/training-11.tsv"),
    include_str!("data/training-13.tsv"),
];

/// The step through the training examples, one in so many: a vector costs milliseconds, and all of them teach little more than every fourth.
const STEP: usize = 4;

/// Returns some training examples of each business, each with `true` if the line asks, requests or tells of trouble, and asks us
/// and not another member.
pub(crate) fn some() -> impl Iterator<Item = (&'static str, bool)> {
    let lines = FILES.into_iter().flat_map(str::lines);
    let training = lines.filter_map(|line| line.split_once('\t').filter(|_| !line.starts_with('#')));
    training.step_by(STEP).map(|(code, text)| {
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
