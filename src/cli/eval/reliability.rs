//! Reliability of confidences: of the candidates with a confidence of 80 %, are 80 % right?

use super::figures::share;
use super::labelled_questions::Row;
use serde::Serialize;

/// The number of bins that the confidences are divided into.
const BINS: usize = 10;
/// Characters of a whole bar.
const BAR: usize = 40;

/// The best candidates of all questions, by confidence.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Reliability {
    /// The mean distance of the confidences from the shares that are right, over the questions, 0 to 1.
    pub(super) mean_gap: f64,
    pub(super) bins: Vec<Bin>,
}

/// The best candidates with confidences from one bound to the next.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Bin {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) count: usize,
    /// The mean of their confidences, 0 to 1.
    pub(super) confidence: Option<f64>,
    /// The share of them that are right, 0 to 1.
    pub(super) right: Option<f64>,
}

impl Reliability {
    pub(super) fn of(rows: &[Row]) -> Self {
        let mut sums = [(0usize, 0.0f64, 0usize); BINS];
        for row in rows {
            let at = ((row.score * BINS as f32) as usize).min(BINS - 1);
            let (count, confidence, right) = &mut sums[at];
            *count += 1;
            *confidence += f64::from(row.score);
            *right += usize::from(row.best_is_right());
        }
        let bins: Vec<Bin> = sums
            .into_iter()
            .enumerate()
            .map(|(at, (count, confidence, right))| Bin {
                from: at as f64 / BINS as f64,
                to: (at + 1) as f64 / BINS as f64,
                count,
                confidence: (count > 0).then(|| confidence / count as f64),
                right: share(right, count),
            })
            .collect();
        let gaps: f64 = sums
            .iter()
            .map(|(_, confidence, right)| (confidence - *right as f64).abs())
            .sum();
        Self {
            mean_gap: gaps / rows.len().max(1) as f64,
            bins,
        }
    }
}

impl Bin {
    /// A bar as long as the share that is right, with a mark where it would end if the confidence were exact.
    pub(super) fn bar(&self) -> String {
        let (Some(right), Some(confidence)) = (self.right, self.confidence) else {
            return String::new();
        };
        let length = |share: f64| (share * BAR as f64).round() as usize;
        let mut bar: Vec<char> = vec!['#'; length(right)];
        let mark = length(confidence);
        bar.resize(bar.len().max(mark + 1), ' ');
        bar[mark] = '|';
        bar.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::by_hand;
    use super::*;

    #[test]
    fn confidences_are_compared_with_what_came_true() {
        let reliability = Reliability::of(&by_hand());
        let bin = |at: usize| &reliability.bins[at];
        assert_eq!(reliability.bins.len(), 10);
        assert_eq!((bin(9).count, bin(9).right), (2, Some(0.5)));
        assert!((bin(9).confidence.unwrap() - 0.925).abs() < 1e-6);
        assert_eq!((bin(8).count, bin(8).right), (2, Some(0.5)));
        assert_eq!(
            (bin(4).count, bin(4).right, bin(4).bar()),
            (0, None, String::new())
        );
        assert_eq!(reliability.bins.iter().map(|bin| bin.count).sum::<usize>(), 8);
        // Sums of confidences less those right: .95 + .9 - 1, .8 + .8 - 1, .6 - 1, .3, 0.
        assert!((reliability.mean_gap - (0.85 + 0.6 + 0.4 + 0.3) / 8.0).abs() < 1e-6);
    }

    #[test]
    fn a_bar_ends_at_its_mark_when_the_confidence_is_exact() {
        let bar = |confidence, right| {
            Bin {
                from: 0.0,
                to: 1.0,
                count: 1,
                confidence: Some(confidence),
                right: Some(right),
            }
            .bar()
        };
        assert_eq!(bar(0.25, 0.25), "##########|");
        assert_eq!(bar(0.1, 0.25), "####|#####");
        assert_eq!(bar(0.25, 0.0), "          |");
        assert_eq!(bar(1.0, 1.0), format!("{}|", "#".repeat(40)));
    }
}
