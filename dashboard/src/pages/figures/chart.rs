//! Bars of a figure by day, as SVG: classes of the style sheet give the colours, so that both schemes have them.

/// Width of a chart's drawing.
const WIDTH_PX: f64 = 320.0;
/// Height of a chart's drawing.
const HEIGHT_PX: f64 = 64.0;

/// Largest width of a bar.
const BAR_MAX_PX: f64 = 24.0;

/// Share of a bar's place that it takes.
const FILLED: f64 = 0.75;

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chart {
    /// Bars, the first day first.
    pub(super) bars: Vec<Bar>,
    /// First day, and last day.
    pub(super) first: String,
    /// Last day.
    pub(super) last: String,
}

/// A bar: its place in the drawing, and the day that it stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// Left edge.
    pub(super) x: String,
    /// Upper edge.
    pub(super) y: String,
    /// Width of it.
    pub(super) width: String,
    /// Height of it.
    pub(super) height: String,
    /// `true` if the day has no value.
    pub(super) is_empty: bool,
}

impl Chart {
    /// Draws values by day; a share reaches to one. `None` for less than two days, or without any value.
    #[expect(clippy::cast_precision_loss, reason = "days of a span are few")]
    pub(super) fn of(days: &[(&str, Option<f64>)], is_share: bool) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        if days.len() < 2 {
            return None;
        }
        let values = days.iter().filter_map(|(_, value)| *value);
        let highest = values.fold(0.0_f64, f64::max);
        if highest <= 0.0 {
            return None;
        }
        let top = if is_share { 1.0 } else { highest };
        let place = WIDTH_PX / days.len() as f64;
        let width = (place * FILLED).min(BAR_MAX_PX);
        let bar = |(at, (_, value)): (usize, &(&str, Option<f64>))| {
            let height = value.map_or(0.0, |value| (value / top).clamp(0.0, 1.0) * HEIGHT_PX);
            // What is not nothing can be seen.
            let height = if value.is_some_and(|value| value > 0.0) {
                height.max(1.0)
            } else {
                height
            };
            Bar {
                x: format!("{:.1}", at as f64 * place + (place - width) / 2.0),
                y: format!("{:.1}", HEIGHT_PX - height),
                width: format!("{width:.1}"),
                height: format!("{height:.1}"),
                is_empty: value.is_none(),
            }
        };
        Some(Self {
            bars: days.iter().enumerate().map(bar).collect(),
            first: first.0.to_owned(),
            last: last.0.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_values_and_a_day_without_one_has_none() {
        let chart = Chart::of(&[("a", Some(0.5)), ("b", None), ("c", Some(0.001))], true);
        let bars = chart.map(|chart| chart.bars).unwrap_or_default();
        let heights: Vec<&str> = bars.iter().map(|bar| bar.height.as_str()).collect();
        assert_eq!(heights, ["32.0", "0.0", "1.0"]);
        assert!(bars.get(1).is_some_and(|bar| bar.is_empty));
        let counts = Chart::of(&[("a", Some(4.0)), ("b", Some(8.0))], false);
        let counts = counts.map(|chart| chart.bars).unwrap_or_default();
        assert_eq!(counts.first().map(|bar| bar.height.as_str()), Some("32.0"));
        assert_eq!(Chart::of(&[("a", Some(4.0))], false), None);
        assert_eq!(Chart::of(&[("a", None), ("b", Some(0.0))], false), None);
    }
}
