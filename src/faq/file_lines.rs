//! Adds to a FAQ file and leaves its other lines, comments and order as they are.

mod line_ends;

pub use line_ends::in_line_ends_of;
use line_ends::usual;
pub(super) use line_ends::{end_of, end_or_usual, whole_lines};

use super::{Faq, WrittenEntry, load};
use crate::yaml::{Document, Limits};
use std::ops::Range;

/// Loads the FAQ of a file that is to be added to.
///
/// # Errors
/// A message for an admin: the file has errors.
pub(super) fn standing(file: &str, text: &str) -> Result<Faq, String> {
    load(file, text)
        .map(|loaded| loaded.faq)
        .map_err(|problems| format!("{file} has {} error(s): mend them first", problems.len()))
}

/// Returns the file's text with `yaml` inserted before a line (from 0), if the file then says one thing more at the end of the list
/// under `key`, and all else as before, and the result `fits`. `what` names the addition in errors.
///
/// # Errors
/// A message for an admin: the file would have errors, or would say something else than what is meant.
pub(super) fn with(
    file: &str,
    text: &str,
    (line, yaml): (usize, &str),
    (key, what): (&str, &str),
    fits: impl FnOnce(&Faq) -> bool,
) -> Result<String, String> {
    let after = insert(text, line, yaml);
    match load(file, &after) {
        Ok(loaded) if fits(&loaded.faq) && only_adds(file, text, &after, key, 1) => Ok(after),
        Ok(_) => Err(format!("{what} does not fit into {file}: add it by hand")),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            Err(format!("{what} would be an error: {first}"))
        }
    }
}

/// `true` if the text `after` says what `before` does, and so many things `more` at the end of the list under `key`.
pub fn only_adds(file: &str, before: &str, after: &str, key: &str, more: usize) -> bool {
    let read = |text: &str| Document::parse(file, text, &Limits::default());
    match (read(before), read(after)) {
        (Ok(before), Ok(after)) => after.only_adds(&before, key, more),
        _ => false,
    }
}

/// Returns the text with lines inserted before a line (from 0). The rest stays byte for byte: its line ends, whichever they are, and a
/// missing one at the end.
pub(super) fn insert(text: &str, line: usize, lines: &str) -> String {
    let at = text.split_inclusive('\n').take(line).map(str::len).sum();
    let (before, behind) = text.split_at(at);
    let end = usual(text);
    let added = lines.lines().collect::<Vec<_>>().join(end);
    if before.is_empty() || before.ends_with('\n') {
        format!("{before}{added}{end}{behind}")
    } else {
        format!("{before}{end}{added}{behind}")
    }
}

/// Returns the text with other lines in place of some (from 0), or without those where there are no others. The rest stays as
/// [`insert`] leaves it; the new lines end as those did in whose place they stand.
pub(super) fn replace(text: &str, old: Range<usize>, lines: &str) -> String {
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let rest = all.iter().take(old.start).chain(all.iter().skip(old.end));
    let gone = all.get(old.clone()).unwrap_or_default();
    let (Some(first), Some(last)) = (gone.first(), gone.last()) else {
        let rest: String = rest.copied().collect();
        return if lines.is_empty() {
            rest
        } else {
            insert(&rest, old.start, lines)
        };
    };
    let between = end_or_usual(first, text);
    let mut new = lines.lines().collect::<Vec<_>>().join(between);
    if !lines.is_empty() {
        new.push_str(end_of(last));
    }
    let before = all.iter().take(old.start).copied();
    before
        .chain([new.as_str()])
        .chain(all.iter().skip(old.end).copied())
        .collect()
}

/// Returns the file's text with entries behind its last one; everything else stays as it is. What then is wrong with it, [`load`] tells.
/// `None` where its entries are not written one below the other, each with a dash.
pub fn append_entries<'a>(text: &str, entries: impl IntoIterator<Item = &'a WrittenEntry>) -> Option<String> {
    let (line, indent) = end_of_list(text, "entries")?;
    let added: String = entries
        .into_iter()
        .map(|entry| format!("\n{}", entry.yaml(indent)))
        .collect();
    Some(insert(text, line, &added))
}

/// Counts the bytes of the space before a line's text.
pub(super) fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Finds the end of the list under a key of the file: the line (from 0) behind its last item, and the indentation of its
/// dashes. `None` if there is no such key, or its items are not written one below the other.
pub(super) fn end_of_list(text: &str, key: &str) -> Option<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let start = place_of(&lines, key)?;
    let mut indent = None;
    let mut end = start + 1;
    for (at, line) in lines.iter().enumerate().skip(start + 1) {
        let (trimmed, depth) = (line.trim_start(), indent_of(line));
        // Deeper than the dash it may be the text of an answer, and no comment.
        let is_inside = indent.is_some_and(|dash| depth > dash);
        if trimmed.is_empty() || (trimmed.starts_with('#') && !is_inside) {
            continue;
        }
        match indent {
            None if trimmed.starts_with("- ") => indent = Some(depth),
            None => return None,
            Some(dash) if depth < dash || (depth == dash && !trimmed.starts_with("- ")) => break,
            Some(_) => {}
        }
        end = at + 1;
    }
    indent.map(|indent| (end, indent))
}

/// Finds the line (from 0) before a key of the file and the comment directly above it.
pub(super) fn before(text: &str, key: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = place_of(&lines, key)?;
    while at > 0 && lines.get(at - 1).is_some_and(|line| line.starts_with('#')) {
        at -= 1;
    }
    Some(at)
}

/// Finds the line of a key that has a list below it.
pub(super) fn place_of(lines: &[&str], key: &str) -> Option<usize> {
    lines.iter().position(|line| {
        line.strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'))
            .is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(" #"))
    })
}

/// Formats a YAML string in double quotes, which is the same as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // A string is always JSON.
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Draft, append, exclude};
    use proptest::prelude::*;

    /// A file of the pieces that people's editors leave behind, each line with either line end.
    fn file() -> impl Strategy<Value = String> {
        let entry = prop::sample::select(vec![
            "  - id: ID\n    questions: [怎么ID]   # often\n    answer: 好的\n",
            "  # above it\n  - id: ID\n    questions:\n      - \"怎么 ID 呢\"\n      - '再说 ID'\n    answer: |\n      第一行\n\n      # no comment\n",
            "\n  - { id: ID, questions: [ID 在哪里], answer: \"a: b\" } # flow\n\n",
            "  -   id: ID\n      answer: &ID >-\n        折叠\n        的\n      questions: [能不能 ID]\n",
        ]);
        let around = prop::sample::select(vec![
            "",
            "# 注释\n",
            "language: zh\n\n",
            "synonyms:\n  - [a1, b1]\n",
        ]);
        (
            around.clone(),
            prop::collection::vec(entry, 1..5),
            around,
            prop::collection::vec(any::<bool>(), 80),
            any::<bool>(),
        )
            .prop_map(|(head, entries, tail, windows, ends)| {
                let tail = if head == tail { "" } else { tail };
                let entries: String = (0..)
                    .zip(entries)
                    .map(|(at, entry)| entry.replace("ID", &format!("x{at}")))
                    .collect();
                let text = format!("{head}entries: # ours\n{entries}{tail}");
                let lines = text.lines().zip(windows.iter().cycle());
                let text: String = lines
                    .map(|(line, windows)| format!("{line}{}", if *windows { "\r\n" } else { "\n" }))
                    .collect();
                if ends { text } else { text.trim_end().to_owned() }
            })
    }

    /// Returns what was inserted at one place of a text; `None` where anything else has changed.
    fn inserted<'a>(before: &str, after: &'a str) -> Option<&'a str> {
        let same = before
            .bytes()
            .zip(after.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let more = after.len().checked_sub(before.len())?;
        (0..=same).rev().find_map(|at| {
            let added = after.get(at..at + more)?;
            (after.get(at + more..) == before.get(at..)).then_some(added)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn an_edit_adds_its_lines_and_leaves_every_other_byte(text in file()) {
            let draft = Draft {
                id: "ticket-7".to_owned(),
                questions: vec!["怎么退款".to_owned()],
                answer: "找客服\n要订单号".to_owned(),
            };
            let after = append("faq.yaml", &text, &draft).map_err(TestCaseError::fail)?;
            let added = inserted(&text, &after).ok_or_else(|| TestCaseError::fail(after.clone()))?;
            prop_assert!(added.contains("ticket-7"), "{}", added);
            prop_assert_eq!(text.ends_with('\n'), after.ends_with('\n'));
            let message = "谁有工单的表情包";
            let excluded = exclude("faq.yaml", &after, message).map_err(TestCaseError::fail)?;
            let added = inserted(&after, &excluded).ok_or_else(|| TestCaseError::fail(excluded.clone()))?;
            prop_assert!(added.contains(message), "{}", added);
            let again = exclude("faq.yaml", &excluded, "另一句话不用回答").map_err(TestCaseError::fail)?;
            prop_assert!(inserted(&excluded, &again).is_some());
        }
    }

    #[test]
    fn an_entry_whose_text_goes_on_to_the_files_end_is_not_changed_by_one_behind_it() {
        // Blank lines behind `|+` belong to the answer.
        let keeps = "entries:\n- id: a\n  questions: [几点开门]\n  answer: |+\n    八点\n\n\nlanguage: zh\n";
        let draft = Draft {
            id: "b".to_owned(),
            questions: vec!["怎么退款".to_owned()],
            answer: "找客服".to_owned(),
        };
        if let Ok(after) = append("f", keeps, &draft) {
            let entries = super::super::written("f", &after).unwrap().entries;
            assert_eq!(entries[0], super::super::written("f", keeps).unwrap().entries[0]);
        }
    }
}
