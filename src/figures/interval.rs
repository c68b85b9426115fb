//! The exact (Clopper-Pearson) interval of a share.

/// Probability with which each end is wrong.
const ERROR: f64 = 0.05;

/// Largest number that is looked for.
const MOST_NEEDED: u64 = 1 << 20;

/// Steps of the bisection: more than the bits of a number between 0 and 1 that matter.
const STEPS: u32 = 60;

/// Returns the exact binomial interval for `part` of `whole`: each end is wrong with a probability of 5 % at most. With 59
/// of 59 the lower one is 0.95.
pub fn exact_interval(part: u64, whole: u64) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    // The lower end is the share with which so many or more have this probability, the upper one that with which so many or
    // fewer do. Both tails grow or shrink with the share.
    let lower = bisect(|share| 1.0 - at_most(part.checked_sub(1), whole, share) < ERROR);
    let upper = bisect(|share| at_most(Some(part), whole, share) > ERROR);
    (
        if part == 0 { 0.0 } else { lower },
        if part >= whole { 1.0 } else { upper },
    )
}

/// Returns how many more of `whole` are needed, each of them among `part`, until the lower end of the interval is `share`.
pub fn still_needed(part: u64, whole: u64, share: f64) -> u64 {
    let enough = |more: u64| exact_interval(part + more, whole + more).0 >= share;
    let mut most = 1;
    while !enough(most - 1) && most < MOST_NEEDED {
        most *= 2;
    }
    // Below it lies the first that is enough: one more of the part never lowers the end.
    let (mut low, mut high) = (0, most - 1);
    while low < high {
        let middle = low.midpoint(high);
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Returns the largest share for which `holds`, which holds below some share.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns the probability of at most `most` of `whole` at a share; of none of them where it is `None`.
fn at_most(most: Option<u64>, whole: u64, share: f64) -> f64 {
    let Some(most) = most else { return 0.0 };
    let n = as_float(whole);
    let mut log_choose = 0.0;
    let mut sum = 0.0;
    for k in 0..=most.min(whole) {
        let of = as_float(k);
        if k > 0 {
            log_choose += ((n - of + 1.0) / of).ln();
        }
        sum += (log_choose + of * share.ln() + (n - of) * (-share).ln_1p()).exp();
    }
    sum.min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_clopper_and_pearson() {
        // scipy.stats.beta.ppf(0.05, k, n - k + 1), beta.ppf(0.95, k + 1, n - k)
        for (part, whole, lower, upper) in [
            (59, 59, 0.9505, 1.0),
            (0, 10, 0.0, 0.2589),
            (8, 10, 0.4931, 0.9632),
            (190, 200, 0.9164, 0.9727),
        ] {
            let (low, high) = exact_interval(part, whole);
            assert!((low - lower).abs() < 1e-3, "{part}/{whole}: {low}");
            assert!((high - upper).abs() < 1e-3, "{part}/{whole}: {high}");
        }
        assert_eq!(exact_interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn with_59_right_labels_the_lower_end_is_095_and_each_wrong_one_asks_for_more() {
        // One-sided: the lower end is above the share with a probability of 5 % at most.
        assert!(exact_interval(59, 59).0 >= 0.95);
        assert!(exact_interval(58, 58).0 < 0.95);
        for (wrong, of_095, of_098) in [(0, 59, 149), (1, 93, 236), (2, 124, 313)] {
            for (share, labels) in [(0.95, of_095), (0.98, of_098)] {
                assert_eq!(still_needed(0, wrong, share) + wrong, labels, "{wrong} {share}");
                assert_eq!(still_needed(20, 20 + wrong, share), labels - 20 - wrong);
            }
        }
        assert_eq!(still_needed(400, 400, 0.98), 0);
    }
}
