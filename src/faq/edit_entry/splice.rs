//! Changes of an entry's questions and answers where they stand in the file: every byte around them stays, comments with them.

use crate::faq::append_entry::literal;
use crate::faq::edit_script::edit_script;
use crate::faq::entry_yaml::{is_block, scalar};
use crate::faq::file_lines::{end_of, end_or_usual, in_line_ends_of};
use crate::faq::written_entries::{Versions, WrittenEntry};
use crate::yaml::{Document, Layout, Limits, ScalarSpan};
use similar::Algorithm;
use std::ops::Range;

/// Returns the file's text with the questions and answers of `new` in place of those of `old`, the entry at a place of the list.
/// `None` where they are written in a way that is not known here.
pub(super) fn spliced(
    file: &str,
    text: &str,
    at: usize,
    (old, new): (&WrittenEntry, &WrittenEntry),
) -> Option<String> {
    let document = Document::parse(file, text, &Limits::default()).ok()?;
    let mut splice = Splice {
        layout: Layout::of(text)?,
        entry: vec!["entries".to_owned(), at.to_string()],
        document,
        text,
        edits: Vec::new(),
    };
    splice.answers((&old.answer, &new.answer), new.is_template)?;
    splice.questions(&old.questions, &new.questions)?;
    Some(splice.made())
}

/// Edits that are gathered before any is made, so that every place is one of the text as it is.
struct Splice<'a> {
    layout: Layout,
    document: Document,
    text: &'a str,
    /// Path of the entry.
    entry: Vec<String>,
    edits: Vec<(Range<usize>, String)>,
}

impl Splice<'_> {
    /// Makes the edits, the last one first.
    fn made(mut self) -> String {
        self.edits
            .sort_by_key(|(bytes, _)| std::cmp::Reverse((bytes.start, bytes.end)));
        let mut after = self.text.to_owned();
        for (bytes, new) in self.edits {
            after.replace_range(bytes, &new);
        }
        after
    }

    fn path(&self, key: &str, steps: &[&str]) -> Vec<String> {
        let steps = std::iter::once(key).chain(steps.iter().copied());
        self.entry
            .iter()
            .cloned()
            .chain(steps.map(str::to_owned))
            .collect()
    }

    fn standing(&self, path: &[String]) -> Option<ScalarSpan> {
        self.layout.text_at(self.document.position(path)).cloned()
    }

    fn answers(&mut self, (old, new): (&Versions, &Versions), is_template: bool) -> Option<()> {
        let of = |versions: &Versions, key: &str| {
            let found = versions.iter().find(|(other, _)| other == key);
            found.map(|(_, text)| text.clone())
        };
        for (key, text) in new {
            let text = if is_template { text.clone() } else { literal(text) };
            match of(old, key) {
                Some(was) if of(new, key).as_ref() == Some(&was) => {}
                Some(_) => self.answer(key, &text)?,
                None => self.another_answer(old, key, &text)?,
            }
        }
        let gone = old.iter().filter(|(key, _)| of(new, key).is_none());
        gone.map(|(key, _)| key).try_for_each(|key| self.no_answer(key))
    }

    /// Puts another text in place of a version of the answer.
    fn answer(&mut self, key: &str, new: &str) -> Option<()> {
        let steps: Vec<&str> = key.split('.').filter(|step| !step.is_empty()).collect();
        let path = self.path("answer", &steps);
        let standing = self.standing(&path)?;
        if standing.in_brackets || !is_block(new) {
            self.put(&standing, new);
            return Some(());
        }
        let (_, column) = self.document.key_position(&path);
        let indent = " ".repeat(column + 1);
        let from = standing.header.clone().unwrap_or(standing.bytes.clone());
        let end = self.end_or_usual_at(from.end);
        let lines = lines_below(new, &indent, end);
        if standing.header.is_some() {
            let old = self.line_ends_before(&standing);
            let lines = in_line_ends_of(self.text.get(old.clone())?, &lines);
            self.edits.push((from, "|-".to_owned()));
            self.edits.push((old, lines));
        } else {
            // What follows the text on its line, a comment, stays behind the header.
            let behind = self.line_end(standing.bytes.end);
            self.edits.push((from, "|-".to_owned()));
            self.edits.push((behind..behind, lines));
        }
        Some(())
    }

    /// Puts a text of one line in place of one that stands in the file. What follows a header, a comment, stays behind the text.
    fn put(&mut self, standing: &ScalarSpan, new: &str) {
        match &standing.header {
            None => self.edits.push((standing.bytes.clone(), scalar(new))),
            Some(header) => {
                self.edits.push((header.clone(), scalar(new)));
                self.edits.push((self.line_ends_before(standing), String::new()));
            }
        }
    }

    /// Returns the bytes of a text over several lines with the line end before them.
    fn line_ends_before(&self, standing: &ScalarSpan) -> Range<usize> {
        let before = self.text.get(..standing.bytes.start).unwrap_or_default();
        standing.bytes.start - end_of(before).len()..standing.bytes.end
    }

    /// Adds a version of the answer behind the last one of the same table.
    fn another_answer(&mut self, old: &Versions, key: &str, new: &str) -> Option<()> {
        let (above, last) = key.rsplit_once('.').unwrap_or(("", key));
        let is_beside = |other: &&(String, String)| {
            let (beside, _) = other.0.rsplit_once('.').unwrap_or(("", &other.0));
            !other.0.is_empty() && beside == above
        };
        let (beside, _) = old.iter().rfind(is_beside)?;
        let steps: Vec<&str> = beside.split('.').collect();
        let path = self.path("answer", &steps);
        let standing = self.standing(&path)?;
        let (_, column) = self.document.key_position(&path);
        if standing.in_brackets {
            let at = standing.bytes.end;
            self.edits.push((at..at, format!(", {last}: {}", scalar(new))));
            return Some(());
        }
        let at = self.line_end(standing.bytes.end);
        let end = self.end_or_usual_at(at);
        let indent = " ".repeat(column.checked_sub(1)?);
        let text = if is_block(new) {
            format!("|-{}", lines_below(new, &format!("{indent}  "), end))
        } else {
            scalar(new)
        };
        self.edits.push((at..at, format!("{end}{indent}{last}: {text}")));
        Some(())
    }

    /// Takes a version of the answer away, and leaves the comment behind it.
    fn no_answer(&mut self, key: &str) -> Option<()> {
        let steps: Vec<&str> = key.split('.').filter(|step| !step.is_empty()).collect();
        let path = self.path("answer", &steps);
        let standing = self.standing(&path)?;
        if steps.is_empty() || standing.in_brackets || standing.header.is_some() {
            return None;
        }
        let (line, column) = self.document.key_position(&path);
        let start = self.line_start(standing.bytes.start);
        let is_on_its_line = self.text.get(..start)?.matches('\n').count() + 1 == line;
        is_on_its_line.then_some(())?;
        self.take_away(start + column - 1, standing.bytes.end);
        Some(())
    }

    /// Takes what stands at the end of the indentation of a line away: all of the line, or what is before the comment on it.
    fn take_away(&mut self, from: usize, to: usize) {
        let end = self.line_end(to);
        let tail = self.text.get(to..end).unwrap_or_default();
        let comment = tail.trim_start();
        if comment.starts_with('#') {
            self.edits.push((from..end - comment.len(), String::new()));
            return;
        }
        let start = self.line_start(from);
        let behind = end + self.end_at(end).len();
        let bytes = match self.end_at(end) {
            // The last line: the one before it is the last one then.
            "" => start - end_of(self.text.get(..start).unwrap_or_default()).len()..end,
            _ => start..behind,
        };
        self.edits.push((bytes, String::new()));
    }

    fn questions(&mut self, old: &[String], new: &[String]) -> Option<()> {
        let standing = (0..old.len()).map(|at| self.standing(&self.path("questions", &[&at.to_string()])));
        let standing: Vec<ScalarSpan> = standing.collect::<Option<_>>()?;
        let [before, after] = [old, new].map(|list| list.iter().map(String::as_str).collect::<Vec<_>>());
        for op in edit_script(Algorithm::Myers, &before, &after, None) {
            let (_, was, is) = op.as_tag_tuple();
            let (gone, come) = (old.get(was.clone())?, new.get(is)?);
            if gone == come {
                continue;
            }
            let both = gone.len().min(come.len());
            for (one, question) in standing.get(was.clone())?.iter().zip(come) {
                self.put(one, question);
            }
            let behind = was.start + both;
            self.more_questions(&standing, behind, come.get(both..)?)?;
            self.fewer_questions(&standing, behind..was.end)?;
        }
        Some(())
    }

    /// Adds questions behind the one before a place of their list, or before the first one.
    fn more_questions(&mut self, standing: &[ScalarSpan], at: usize, new: &[String]) -> Option<()> {
        if new.is_empty() {
            return Some(());
        }
        let near = standing.get(at.saturating_sub(1))?;
        if near.in_brackets {
            let new: Vec<String> = new.iter().map(|question| scalar(question)).collect();
            let new = new.join(", ");
            let edit = match at {
                0 => (near.bytes.start..near.bytes.start, format!("{new}, ")),
                _ => (near.bytes.end..near.bytes.end, format!(", {new}")),
            };
            self.edits.push(edit);
            return Some(());
        }
        let dash = self.dash(near)?;
        let start = self.line_start(dash);
        let indent = self.text.get(start..dash)?;
        let line_end = self.line_end(near.bytes.end);
        let end = self.end_or_usual_at(line_end);
        let lines = new
            .iter()
            .map(|question| format!("{indent}- {}", scalar(question)));
        let edit = match at {
            0 => (start..start, lines.map(|line| line + end).collect()),
            _ => (
                line_end..line_end,
                lines.map(|line| format!("{end}{line}")).collect(),
            ),
        };
        self.edits.push(edit);
        Some(())
    }

    /// Takes questions away, and leaves the comments behind them.
    fn fewer_questions(&mut self, standing: &[ScalarSpan], gone: Range<usize>) -> Option<()> {
        let Some(at) = gone.clone().last() else {
            return Some(());
        };
        let (first, last) = (standing.get(gone.start)?, standing.get(at)?);
        if first.in_brackets {
            let bytes = match (standing.get(gone.end), gone.start.checked_sub(1)) {
                (Some(next), _) => first.bytes.start..next.bytes.start,
                (None, Some(before)) => standing.get(before)?.bytes.end..last.bytes.end,
                (None, None) => return None,
            };
            self.edits.push((bytes, String::new()));
            return Some(());
        }
        for one in standing.get(gone)? {
            let dash = self.dash(one)?;
            self.take_away(dash, one.bytes.end);
        }
        Some(())
    }

    /// Finds the dash of an item, before which its line has nothing.
    fn dash(&self, item: &ScalarSpan) -> Option<usize> {
        let start = self.line_start(item.start());
        let before = self.text.get(start..item.start())?;
        let indent = before.trim_end().strip_suffix('-')?;
        indent.trim().is_empty().then_some(start + indent.len())
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |end| end + 1)
    }

    /// Returns the place behind a line's text, before its end.
    fn line_end(&self, at: usize) -> usize {
        let line = self.rest_of_line(at);
        at + line.len() - end_of(line).len()
    }

    /// Returns the rest of the line at a place, with its end.
    fn rest_of_line(&self, at: usize) -> &str {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.split_inclusive('\n').next().unwrap_or_default()
    }

    /// Returns the end of the line at a place; nothing where the text ends with it.
    fn end_at(&self, at: usize) -> &'static str {
        end_of(self.rest_of_line(at))
    }

    /// Returns the end of the line at a place; the file's usual one where the text ends with it.
    fn end_or_usual_at(&self, at: usize) -> &'static str {
        end_or_usual(self.rest_of_line(at), self.text)
    }
}

/// Writes the lines of a text below a header, each behind the end of the one before it.
fn lines_below(text: &str, indent: &str, end: &str) -> String {
    let lines = text.split('\n').map(|line| match line {
        "" => end.to_owned(),
        line => format!("{end}{indent}{line}"),
    });
    lines.collect()
}
