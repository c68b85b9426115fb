//! Figures as comma-separated values.

use super::{Figure, Measured};
use groupdesk_contract::clean_line;
use std::fmt::Write;

/// Renders the figures of parts as comma-separated values, a line a figure.
pub fn as_csv(measured: &[(&str, Vec<(Figure, Measured)>)]) -> String {
    // Without the mark a spreadsheet takes UTF-8 for the encoding of its country.
    let mut text =
        "\u{feff}part,figure,part_count,whole,confirmed,low,high,median_s,p90_s,waiting\n".to_owned();
    let or_empty = |value: Option<String>| value.unwrap_or_default();
    for (part, figures) in measured {
        for (figure, value) in figures {
            let mut row: [Option<String>; 8] = Default::default();
            match value {
                Measured::Count { count } => row[0] = Some(count.to_string()),
                Measured::Share {
                    part,
                    whole,
                    confirmed,
                    interval,
                    ..
                } => {
                    row[0] = Some(part.to_string());
                    row[1] = Some(whole.to_string());
                    row[2] = confirmed.map(|confirmed| confirmed.to_string());
                    row[3] = interval.map(|(low, _)| format!("{low:.4}"));
                    row[4] = interval.map(|(_, high)| format!("{high:.4}"));
                }
                Measured::PerThousand { part, whole } => {
                    row[0] = Some(part.to_string());
                    row[1] = Some(whole.to_string());
                }
                Measured::Times(times) => {
                    row[1] = Some(times.count.to_string());
                    row[5] = times.median_s.map(|time| time.to_string());
                    row[6] = times.p90_s.map(|time| time.to_string());
                    row[7] = Some(times.waiting.to_string());
                }
                Measured::Ages { count, .. } => row[0] = Some(count.to_string()),
                Measured::Entries { whole, never, .. } => {
                    row[0] = Some(never.len().to_string());
                    row[1] = Some(whole.to_string());
                }
            }
            let row: Vec<String> = row.into_iter().map(or_empty).collect();
            let _ = writeln!(text, "{},{},{}", cell(part), figure.name(), row.join(","));
        }
    }
    text
}

/// Renders a cell. A table's program takes what begins so for a formula.
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']) && text.len() > 1;
    let text = clean_line(text).replace('"', "\"\"");
    format!("\"{}{text}\"", if formula { "'" } else { "" })
}
