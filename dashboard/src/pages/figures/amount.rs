//! Values of figures in words.

use crate::backend::Amount;
use crate::texts::PageLanguage;

/// A value, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// Value in large letters.
    pub(super) headline: String,
    /// Numbers behind it.
    pub(super) details: Vec<String>,
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Returns the value that a chart draws; `None` where there is none.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
pub(super) fn share_of(amount: &Amount) -> Option<f64> {
    match amount {
        Amount::Count(count) => Some(*count as f64),
        Amount::Share { part, whole, .. } | Amount::PerThousand(part, whole) => ratio(*part, *whole),
        Amount::Times(times) => times.median.map(|seconds| seconds as f64),
        Amount::Ages { .. } | Amount::Entries { .. } => None,
    }
}

/// Writes a value.
pub(super) fn shown(amount: &Amount, language: PageLanguage) -> Shown {
    let w = language.words();
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    match amount {
        Amount::Count(count) => Shown {
            headline: count.to_string(),
            details: Vec::new(),
        },
        Amount::Share {
            part,
            whole,
            confirmed,
            interval,
            still_needed,
        } => {
            let mut details = vec![format!("{part} / {whole}")];
            if let Some(confirmed) = confirmed {
                let assumed = part.saturating_sub(*confirmed);
                details.push(format!("{} {confirmed} · {} {assumed}", w.confirmed, w.assumed));
            }
            if let Some((low, high)) = interval.filter(|_| *whole > 0) {
                details.push(format!("95 %: {} – {}", percent(low), percent(high)));
            }
            if let Some([first, second]) = still_needed {
                details.push(format!("{} 0.95: {first} · 0.98: {second}", w.still_needed));
            }
            Shown {
                headline: ratio(*part, *whole).map_or_else(|| "–".to_owned(), percent),
                details,
            }
        }
        Amount::PerThousand(part, whole) => Shown {
            headline: ratio(*part, *whole)
                .map_or_else(|| "–".to_owned(), |share| format!("{:.2} ‰", 1000.0 * share)),
            details: vec![format!("{part} / {whole}")],
        },
        Amount::Times(times) => Shown {
            headline: times
                .median
                .map_or_else(|| "–".to_owned(), |time| language.length(time)),
            details: vec![
                format!(
                    "{} · {} {} · {} {}",
                    w.median,
                    w.ninety,
                    times
                        .p90
                        .map_or_else(|| "–".to_owned(), |time| language.length(time)),
                    w.in_all,
                    times.count
                ),
                format!("{} {}", w.still_waiting, times.waiting),
            ],
        },
        Amount::Ages { count, oldest, bands } => Shown {
            headline: count.to_string(),
            details: vec![
                format!(
                    "{} {}",
                    w.oldest,
                    oldest.map_or_else(|| "–".to_owned(), |age| language.length(age))
                ),
                {
                    let [hour, day, three, older] = bands;
                    format!(
                        "{} {hour} · {} {day} · {} {three} · {} {older}",
                        w.in_hour, w.in_day, w.in_three, w.over_three
                    )
                },
            ],
        },
        Amount::Entries {
            whole,
            never,
            most,
            doubted,
        } => {
            let named = |entries: &[(String, u64)]| {
                let each = entries
                    .iter()
                    .take(3)
                    .map(|(entry, times)| format!("{entry} {times}"));
                each.collect::<Vec<_>>().join(", ")
            };
            let mut details = vec![format!("{} {never}", w.never_answered)];
            for (label, entries) in [(w.answers_most, most), (w.doubted_most, doubted)] {
                if !entries.is_empty() {
                    details.push(format!("{label}: {}", named(entries)));
                }
            }
            Shown {
                headline: format!("{} / {whole}", whole.saturating_sub(*never)),
                details,
            }
        }
    }
}

/// Says in which way a thing counts, with its class in style sheets.
pub(super) fn role(role: &'static str, language: PageLanguage) -> (&'static str, &'static str) {
    let w = language.words();
    match role {
        "yes" => (w.role_yes, "good"),
        "no" => (w.role_no, "warn"),
        "confirmed" => (w.confirmed, "good"),
        "assumed" => (w.assumed, "good"),
        "right" => (w.label_right, "good"),
        "wrong" => (w.label_wrong, "bad"),
        "needless" => (w.label_needless, "warn"),
        "withdrawn" => (w.outcome_withdrawn, "bad"),
        "doubted" => (w.outcome_did_not_help, "bad"),
        "answered_by_staff" => (w.outcome_answered_by_staff, "warn"),
        "waiting" => (w.still_waiting, "warn"),
        "took" => (w.took, ""),
        "open" => (w.open_all, ""),
        "asked" => (w.asked, ""),
        "answered" => (w.answered, "good"),
        "never" => (w.never_answered, "warn"),
        other => (other, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Times;

    #[test]
    fn a_share_of_nothing_is_no_number() {
        let none = Amount::Share {
            part: 0,
            whole: 0,
            confirmed: None,
            interval: Some((0.0, 1.0)),
            still_needed: None,
        };
        assert_eq!(shown(&none, PageLanguage::English).headline, "–");
        assert_eq!(share_of(&none), None);
        let waits = Amount::Times(Times {
            median: None,
            p90: None,
            count: 0,
            waiting: 2,
        });
        let text = shown(&waits, PageLanguage::English);
        assert_eq!(text.headline, "–");
        assert!(text.details.iter().any(|line| line.ends_with('2')), "{text:?}");
    }
}
