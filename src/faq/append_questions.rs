//! Adds questions to an entry of a FAQ file, whose other lines, comments and order stay as they are.

use super::append_entry::bare;
use super::file_lines::{insert, quoted, standing};
use super::load;
use crate::texts::ComposedTexts;
use crate::yaml::{Document, Limits};

/// The keys of the lists.
const KEYS: [&str; 2] = ["entries", "questions"];

/// Returns the file's text with `questions` added to the entry with this id. Those that it has already are left out.
///
/// # Errors
/// A message for an admin: the file has errors or no such entry, another entry has one of the questions, nothing is left to add, or the
/// entry is written in a way that can't be added to.
pub fn add_questions(file: &str, text: &str, id: &str, questions: &[String]) -> Result<String, String> {
    let known = standing(file, text)?;
    let Some(entry) = known.index_of(id).and_then(|at| known.entries().get(at)) else {
        return Err(ComposedTexts::both().faq_entry_missing(file, id));
    };
    let asks = |questions: &[String], bare_question: &str| {
        questions.iter().any(|other| bare(other) == bare_question)
    };
    let mut added: Vec<String> = Vec::new();
    for question in questions {
        let bare_question = bare(question);
        if bare_question.is_empty() || asks(&entry.questions, &bare_question) || asks(&added, &bare_question)
        {
            continue;
        }
        let mut others = known.entries().iter().filter(|other| other.id != id);
        if let Some(other) = others.find(|other| asks(&other.questions, &bare_question)) {
            return Err(ComposedTexts::both().faq_question_taken(question, &other.id));
        }
        added.push(question.clone());
    }
    if added.is_empty() {
        return Err(ComposedTexts::both().faq_entry_has_questions(id));
    }
    let by_hand = || {
        let list: Vec<String> = added.iter().map(|question| quoted(question)).collect();
        let asks = ComposedTexts::both().faq_add_by_hand(file, id);
        format!("{asks}: {}", list.join(", "))
    };
    let tried = places(file, text, id).ok_or_else(by_hand)?;
    let candidates = tried.iter().filter_map(|place| place.with(text, &added));
    let mut good = candidates.filter(|after| only_adds_questions(file, text, after, id, &added));
    good.next().ok_or_else(by_hand)
}

/// `true` if the text `after` says what `before` does, and these questions more in the entry with this id.
pub fn only_adds_questions(file: &str, before: &str, after: &str, id: &str, added: &[String]) -> bool {
    let read = |text: &str| Document::parse(file, text, &Limits::default());
    let (Ok(old), Ok(new)) = (read(before), read(after)) else {
        return false;
    };
    let Some(path) = path_of(&new, id) else {
        return false;
    };
    new.only_adds_within(&old, &path, added) && load(file, after).is_ok()
}

/// A place at which questions can be inserted.
enum InsertionPoint {
    /// Lines of their own before this line (from 0), the dashes so far from the left.
    Lines(usize, usize),
    /// In a list in brackets, before the text at this line (from 0) and column (from 0, in characters).
    Brackets(usize, usize),
}

impl InsertionPoint {
    fn with(&self, text: &str, questions: &[String]) -> Option<String> {
        match *self {
            Self::Lines(line, indent) => {
                let dash = " ".repeat(indent);
                let added: String = questions
                    .iter()
                    .map(|question| format!("{dash}- {}\n", quoted(question)))
                    .collect();
                Some(insert(text, line, &added))
            }
            Self::Brackets(line, column) => {
                let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
                let (before, rest) = text.split_at_checked(start)?;
                let at = rest.char_indices().nth(column).map(|(at, _)| at)?;
                let (head, tail) = rest.split_at_checked(at)?;
                let added: String = questions
                    .iter()
                    .map(|question| format!("{}, ", quoted(question)))
                    .collect();
                Some(format!("{before}{head}{added}{tail}"))
            }
        }
    }
}

/// Finds where questions may be added to an entry: behind its last one, else before it.
fn places(file: &str, text: &str, id: &str) -> Option<Vec<InsertionPoint>> {
    let document = Document::parse(file, text, &Limits::default()).ok()?;
    let mut path = path_of(&document, id)?;
    let last = document.len(&path).checked_sub(1)?;
    path.push(last.to_string());
    let (line, column) = document.position(&path);
    let (line, column) = (line.checked_sub(1)?, column.checked_sub(1)?);
    let before: String = text.lines().nth(line)?.chars().take(column).collect();
    let dash = |before: &str| {
        let indent = before.trim_end().strip_suffix('-')?;
        indent.trim().is_empty().then(|| indent.chars().count())
    };
    if let Some(indent) = dash(&before) {
        return Some(vec![
            InsertionPoint::Lines(line + 1, indent),
            InsertionPoint::Lines(line, indent),
        ]);
    }
    let mut places = vec![InsertionPoint::Brackets(line, column)];
    // A text over several lines begins below its dash.
    let above = text.lines().take(line).collect::<Vec<_>>();
    let header = above.iter().enumerate().rev().find_map(|(at, line)| {
        let (before, _) = line.split_once(['>', '|'])?;
        Some(InsertionPoint::Lines(at, dash(before)?))
    });
    places.extend(header.filter(|_| before.trim().is_empty()));
    Some(places)
}

/// Returns the path of the questions of an entry.
fn path_of(document: &Document, id: &str) -> Option<Vec<String>> {
    let [entries, questions] = KEYS.map(str::to_owned);
    let count = document.len(std::slice::from_ref(&entries));
    let at = (0..count).map(|at| at.to_string()).find(|at| {
        let path = [entries.clone(), at.clone(), "id".to_owned()];
        document.text_at(&path) == Some(id)
    })?;
    Some(vec![entries, at, questions])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\r\nentries:\r\n  - id: a\r\n    questions: [几点开门, \"a, b\"] # often\r\n    answer: 八点\r\n  - id: b\r\n    questions:\r\n      # the first\r\n      - 怎么退款\r\n      - >-\r\n        可以\r\n        退款吗 # x\r\n\r\n    answer: 三天\r\n  - { id: c, questions: [能刷卡吗], answer: 都行 }\r\n";

    fn added(id: &str, questions: &[&str]) -> Result<String, String> {
        let questions: Vec<String> = questions.iter().map(|question| (*question).to_owned()).collect();
        add_questions("faq.yaml", FILE, id, &questions)
    }

    #[test]
    fn questions_go_into_lists_of_every_style_and_leave_every_other_byte() {
        for id in ["a", "b", "c"] {
            let new = ["怎么\"办\": #1", "- 另一个 [问题]"];
            let after = added(id, &new).unwrap();
            let faq = load("faq.yaml", &after).unwrap().faq;
            let entry = &faq.entries()[faq.index_of(id).unwrap()];
            for question in new {
                assert!(
                    entry.questions.iter().any(|known| known == question),
                    "{id}: {after}"
                );
            }
            // Nothing but what is new: the rest of the bytes stand in their order.
            let mut rest = after.chars();
            assert!(FILE.chars().all(|c| rest.any(|other| other == c)), "{after}");
            assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
        }
        let plain = "entries:\n- id: a\n  questions:\n  - 几点开门\n  answer: 八点";
        let questions = ["开到几点".to_owned()];
        let after = add_questions("faq.yaml", plain, "a", &questions).unwrap();
        assert_eq!(
            after,
            "entries:\n- id: a\n  questions:\n  - 几点开门\n  - \"开到几点\"\n  answer: 八点"
        );
    }

    #[test]
    fn what_an_entry_has_is_left_out_and_what_another_has_is_refused() {
        let after = added("a", &["几点开门？", "几点关门"]).unwrap();
        assert_eq!(after.matches("几点开门").count(), 1);
        assert!(added("a", &["几点开门？"]).unwrap_err().contains("已经有"));
        assert!(added("a", &["怎么退款"]).unwrap_err().contains("条目 `b`"));
        assert!(added("x", &["怎么退款"]).unwrap_err().contains("no entry"));
    }
}
