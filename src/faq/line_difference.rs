//! The lines in which two texts of the file differ.

use super::edit_script::edit_script;
use super::file_lines::whole_lines;
use crate::texts::ComposedTexts;
use similar::{Algorithm, ChangeTag, group_diff_ops};
use std::time::{Duration, Instant};

/// Lines around a change that are shown.
const CONTEXT: usize = 1;

/// The longest time for which the shortest difference is looked for; then a longer one will do.
const DIFFERENCE_TIMEOUT: Duration = Duration::from_secs(2);

/// Returns the lines in which two texts differ, at most `most` of them: `+` before those that are new, `-` before those that are
/// gone, and a line around each place. Empty where they differ in nothing that is seen.
pub fn difference(old: &str, new: &str, most: usize, texts: ComposedTexts<'_>) -> String {
    let (old, new) = (whole_lines(old), whole_lines(new));
    let until = Instant::now() + DIFFERENCE_TIMEOUT;
    let steps = edit_script(Algorithm::Patience, &old, &new, Some(until));
    let mut lines: Vec<String> = Vec::new();
    for group in group_diff_ops(steps, CONTEXT) {
        let line = group.first().map_or(0, |op| op.new_range().start) + 1;
        lines.push(format!("@@ {}", texts.difference_line(line)));
        for change in group.iter().flat_map(|op| op.iter_changes(&old, &new)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!(
                "{sign} {}",
                change.value().trim_end_matches(['\r', '\n'])
            ));
        }
    }
    if let Some(more) = lines.len().checked_sub(most).filter(|more| *more > 0) {
        lines.truncate(most);
        lines.push(format!("… {}", texts.difference_more(more)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_shown_with_their_place_and_no_more_than_asked_for() {
        let old = "entries:\n- id: a\n  answer: b\n- id: c\n  answer: d\n";
        let new = "entries:\n- id: a\n  answer: B\n- id: c\n  answer: d\n- id: e\n";
        let both = ComposedTexts::both();
        let shown = difference(old, new, 20, both);
        assert_eq!(
            shown,
            "@@ 第 2 行 / line 2\n  - id: a\n-   answer: b\n+   answer: B\n  - id: c\n    answer: d\n+ - id: e"
        );
        assert_eq!(difference(old, old, 20, both), "");
        assert!(difference(old, new, 2, both).ends_with("… 还有 5 行 / 5 more lines"));
    }
}
