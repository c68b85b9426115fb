//! Edits of one entry of a FAQ file: its questions and answers, or all of it. Other lines, comments and order stay as they are. An edit
//! counts only if the file, read again, differs in exactly what was meant.

mod splice;

use self::splice::spliced;
use super::file_lines::{append_entries, end_of_list, in_line_ends_of, indent_of, replace};
use super::template::is_template;
use super::written_entries::{Versions, WrittenEntry, WrittenFaq, written};
use crate::texts::ComposedTexts;
use crate::yaml::{Document, Layout, Limits, Problem, comments_of};
use std::ops::Range;

/// Key of the list of entries.
const KEY: &str = "entries";

/// Keys of an entry that a form edits.
const EDITED: [&str; 2] = ["questions", "answer"];

/// An entry as a form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryForm {
    /// Id of it.
    pub id: String,
    /// Example questions.
    pub questions: Vec<String>,
    /// Answers, as the file has them.
    pub answer: Versions,
}

impl EntryForm {
    /// Returns the entry that it makes of another one.
    fn over(&self, entry: WrittenEntry) -> WrittenEntry {
        let answer: Versions = self
            .answer
            .iter()
            .map(|(key, text)| (key.clone(), text.trim_end().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        WrittenEntry {
            id: self.id.clone(),
            questions: self.questions.clone(),
            is_template: answer.iter().any(|(_, text)| is_template(text)),
            answer,
            ..entry
        }
    }
}

/// Returns the file's text with an entry more, behind its last one.
///
/// # Errors
/// A message for an admin: the file has errors or such an entry, or would have errors.
pub fn add_entry(file: &str, text: &str, form: &EntryForm) -> Result<String, String> {
    let mut wanted = read(file, text)?;
    if wanted.entries.iter().any(|entry| entry.id == form.id) {
        let id = &form.id;
        return Err(format!(
            "{file} 里已经有条目 `{id}`，请换一个编号 / {file} has an entry `{id}` already: choose another id"
        ));
    }
    let entry = form.over(WrittenEntry::default());
    let after = append_entries(text, [&entry]);
    wanted.entries.push(entry);
    first_good(file, (text, &wanted), after, true)
}

/// Returns the file's text with the questions and answers of a form in the entry with its id.
///
/// # Errors
/// A message for an admin: the file has errors or no such entry, would have errors, or the entry is written in a way that can't be edited.
pub fn edit_entry(file: &str, text: &str, form: &EntryForm) -> Result<String, String> {
    let mut wanted = read(file, text)?;
    let missing = || ComposedTexts::both().faq_entry_missing(file, &form.id);
    let found = wanted.entries.iter_mut().enumerate();
    let mut found = found.filter(|(_, entry)| entry.id == form.id);
    let (at, old) = found.next().ok_or_else(missing)?;
    let new = form.over(old.clone());
    if new == *old {
        return Ok(text.to_owned());
    }
    let before = old.clone();
    let changed = [old.questions != new.questions, old.answer != new.answer];
    old.clone_from(&new);
    let in_place = spliced(file, text, at, (&before, &new));
    let place = EntryLines::of(file, text, at);
    let keys = EDITED.into_iter().zip(changed).filter(|(_, changed)| *changed);
    let by_keys = place.as_ref().and_then(|place| {
        keys.map(|(key, _)| key).try_fold(text.to_owned(), |text, key| {
            place.with_key(file, &text, key, &new)
        })
    });
    let whole = place.as_ref().map(|place| {
        let kept = comments_in(text, place.start..place.end, place.dash);
        place.with(text, &format!("{kept}{}", new.yaml(place.dash)))
    });
    let anew = by_keys.into_iter().chain(whole);
    let anew = anew.map(|after| in_line_ends_of(text, &after));
    let tried = in_place.into_iter().chain(anew);
    first_good(file, (text, &wanted), tried, true)
}

/// Returns the file's text without an entry.
///
/// # Errors
/// A message for an admin: the file has errors or no such entry, would have errors, or the entry is written in a way that can't be edited.
pub fn remove_entry(file: &str, text: &str, id: &str) -> Result<String, String> {
    let mut wanted = read(file, text)?;
    let missing = || ComposedTexts::both().faq_entry_missing(file, id);
    let at = wanted.entries.iter().position(|entry| entry.id == id);
    let at = at.ok_or_else(missing)?;
    let _ = wanted.entries.remove(at);
    let after = EntryLines::of(file, text, at).map(|place| place.with(text, ""));
    // The comments inside it go with it.
    first_good(file, (text, &wanted), after, false)
}

/// Returns the lines of an entry, as they stand in the file, with the number of the first one (from 1).
pub fn entry_lines(file: &str, text: &str, id: &str) -> Option<(usize, String)> {
    let at = written(file, text)
        .ok()?
        .entries
        .iter()
        .position(|entry| entry.id == id)?;
    let place = EntryLines::of(file, text, at)?;
    let lines = text.lines().skip(place.start).take(place.end - place.start);
    let lines: Vec<&str> = lines.collect();
    Some((place.start + 1, lines.join("\n")))
}

fn read(file: &str, text: &str) -> Result<WrittenFaq, String> {
    written(file, text).map_err(|problems| first_of(&problems).unwrap_or_default())
}

fn first_of(problems: &[Problem]) -> Option<String> {
    problems.first().map(Problem::in_both_languages)
}

/// Returns the first of some texts that has the entries that are wanted, says all else as the text before did, and has each of its
/// comments where they are to be kept.
fn first_good(
    file: &str,
    (before, wanted): (&str, &WrittenFaq),
    tried: impl IntoIterator<Item = String>,
    keeps_comments: bool,
) -> Result<String, String> {
    let parsed = |text: &str| Document::parse(file, text, &Limits::default()).ok();
    let old = parsed(before);
    let is_same = |after: &str| {
        let both = old.as_ref().zip(parsed(after));
        both.is_some_and(|(before, after)| after.differs_only_under(before, KEY))
    };
    let comments = comments_of(before);
    let has_comments = |after: &str| {
        let mut after = comments_of(after).into_iter();
        !keeps_comments
            || comments
                .iter()
                .all(|comment| after.any(|other| other == *comment))
    };
    let mut why = None;
    for after in tried {
        match written(file, &after) {
            Ok(found) if found.entries == wanted.entries && is_same(&after) && has_comments(&after) => {
                return Ok(after);
            }
            Ok(_) => {}
            Err(problems) => why = why.or_else(|| first_of(&problems)),
        }
    }
    Err(why.unwrap_or_else(|| {
        format!("{file} 里的这个条目写法特殊，请直接改文字 / this entry of {file} is written in a way that a form can't edit: edit the text")
    }))
}

/// Lines of an entry in a file.
struct EntryLines {
    /// Lines, from 0: the first one, and the one behind its last.
    start: usize,
    end: usize,
    /// Spaces before its dash.
    dash: usize,
    at: usize,
}

impl EntryLines {
    /// Finds the entry at a place of the list.
    fn of(file: &str, text: &str, at: usize) -> Option<Self> {
        let document = Document::parse(file, text, &Limits::default()).ok()?;
        let line = |at: usize| {
            let (line, _) = document.position(&[KEY.to_owned(), at.to_string()]);
            line.checked_sub(1)
        };
        let start = line(at)?;
        let lines: Vec<&str> = text.lines().collect();
        let dash = indent_of(lines.get(start)?);
        lines.get(start)?.trim_start().strip_prefix('-')?;
        let behind = match at + 1 < document.len(&[KEY.to_owned()]) {
            true => line(at + 1)?,
            false => end_of_list(text, KEY)?.0,
        };
        Some(Self {
            start,
            end: without_rest(&lines, start, behind, dash),
            dash,
            at,
        })
    }

    /// Returns the text with other lines in place of the entry's.
    fn with(&self, text: &str, lines: &str) -> String {
        replace(text, self.start..self.end, lines)
    }

    /// Returns the text with a key of the entry as another entry has it. `None` where the key has no lines of its own.
    fn with_key(&self, file: &str, text: &str, key: &str, entry: &WrittenEntry) -> Option<String> {
        let document = Document::parse(file, text, &Limits::default()).ok()?;
        // An edit of another key may have moved it.
        let place = Self::of(file, text, self.at)?;
        let item = [KEY.to_owned(), self.at.to_string()];
        let position = |key: &str| {
            let [list, at] = item.clone();
            let (line, column) = document.key_position(&[list, at, key.to_owned()]);
            Some((line.checked_sub(1)?, column.checked_sub(1)?))
        };
        let (line, column) = position(key)?;
        let mut behind = place.end;
        for other in document.keys(&item) {
            let (at, _) = position(&other)?;
            if other != key && at == line {
                return None;
            }
            if at > line {
                behind = behind.min(at);
            }
        }
        let lines: Vec<&str> = text.lines().collect();
        let end = without_rest(&lines, line, behind, column);
        let new = lines_of(&entry.yaml(column.checked_sub(2)?), key, column);
        // A dash before it stays.
        let head: String = lines.get(line)?.chars().take(column).collect();
        let new = new
            .strip_prefix(&" ".repeat(column))
            .map(|rest| format!("{head}{rest}"));
        let depth = head.find(|c: char| c != ' ').unwrap_or(column);
        let kept = comments_in(text, line..end, depth);
        Some(replace(text, line..end, &format!("{kept}{}", new?)))
    }
}

/// Returns the comments in some lines of a text (from 0), each on a line of its own and so far from the left.
fn comments_in(text: &str, lines: Range<usize>, depth: usize) -> String {
    let layout = Layout::of(text).unwrap_or_default();
    let start = |line: usize| text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    let comments = layout.comments_in(text, start(lines.start)..start(lines.end));
    let pad = " ".repeat(depth);
    comments.map(|comment| format!("{pad}{comment}\n")).collect()
}

/// Returns the end of a part without the empty lines and the comments behind it, which belong to what follows.
fn without_rest(lines: &[&str], start: usize, behind: usize, depth: usize) -> usize {
    let mut end = behind;
    while end > start + 1 {
        let Some(line) = lines.get(end - 1) else { break };
        let is_comment = line.trim_start().starts_with('#') && indent_of(line) <= depth;
        if !line.trim().is_empty() && !is_comment {
            break;
        }
        end -= 1;
    }
    end
}

/// Returns the lines of a key of an entry that [`WrittenEntry::yaml`] wrote, the key so far from the left.
fn lines_of(yaml: &str, key: &str, column: usize) -> String {
    let head = format!("{}{key}:", " ".repeat(column));
    let mut found = String::new();
    for line in yaml.lines().skip_while(|line| !line.starts_with(&head)) {
        if !found.is_empty() && !line.is_empty() && indent_of(line) <= column {
            break;
        }
        found.push_str(line);
        found.push('\n');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\r\nlanguage: zh\r\nentries: # all\r\n  # the first\r\n  - id: a\r\n    questions: [几点开门, \"a, b\"] # often\r\n    # why so\r\n    answer: 八点\r\n    tests: { match: [开门] } # kept\r\n\r\n  # the second\r\n  - id: b\r\n    answer:\r\n      zh: |-\r\n        三天\r\n\r\n        # no comment\r\n      en: three days\r\n    questions:\r\n      - 怎么退款\r\n  - { id: c, questions: [能刷卡吗], answer: 都行 }\r\nprecision: 0.9\r\n";

    fn form(id: &str, questions: &[&str], answer: &[(&str, &str)]) -> EntryForm {
        EntryForm {
            id: id.to_owned(),
            questions: questions.iter().map(|one| (*one).to_owned()).collect(),
            answer: answer
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn what_is_edited_changes_and_every_other_line_stays() {
        let after = edit_entry(
            "f",
            FILE,
            &form("a", &["几点开门", "a, b"], &[("", "九点\n到六点")]),
        )
        .unwrap();
        assert_eq!(
            after,
            FILE.replace(
                "    answer: 八点\r\n",
                "    answer: |-\r\n      九点\r\n      到六点\r\n"
            )
        );
        let after = edit_entry(
            "f",
            FILE,
            &form("a", &["几点开门", "开门没有: #1"], &[("", "八点")]),
        )
        .unwrap();
        assert!(after.contains("# why so") && after.contains("# kept"), "{after}");
        let after = edit_entry(
            "f",
            FILE,
            &form(
                "b",
                &["怎么退款", "退款"],
                &[("zh", "{{ hours.office }} 三天"), ("en", "")],
            ),
        );
        // There are no such hours: the file would be wrong.
        assert!(after.unwrap_err().contains("hours"));
        let both = form("b", &["怎么退款", "退款"], &[("zh", "四天"), ("en", "four days")]);
        let after = edit_entry("f", FILE, &both).unwrap();
        assert!(
            after.contains("      zh: 四天\r\n      en: four days\r\n    questions:\r\n      - 怎么退款\r\n      - 退款\r\n  - { id: c"),
            "{after}"
        );
        let after = edit_entry("f", FILE, &form("c", &["能刷卡吗"], &[("", "不行")])).unwrap();
        assert_eq!(after, FILE.replace("answer: 都行 }", "answer: 不行 }"));
        assert!(after.ends_with("precision: 0.9\r\n"), "{after}");
        assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    }

    #[test]
    fn comments_behind_and_between_what_is_edited_stay_and_so_does_every_line_end() {
        // Windows's line ends and others, as two editors leave them; the last line has none.
        let text = "entries:\n  - id: a # one\n    questions: # asked\r\n      - 几点开门  # often\r\n      # rarely\r\n      - 开门时间 # two\n      - 营业时间\r\n    answer: 八点  # note #1\r\n  - id: b\n    questions: [怎么退款, 退款] # b1\n    answer: # by language\n      zh: |-  # head\r\n        三天\n        到账\r\n      # between\n      en: \"three # days\" # tail\r\n  - { id: c, questions: [能刷卡吗], answer: 都行 } # c";
        let edited = |id: &str, questions: &[&str], answer: &[(&str, &str)]| {
            edit_entry("f", text, &form(id, questions, answer)).unwrap()
        };
        let all = ["几点开门", "开门时间", "营业时间"];
        for (after, changes) in [
            (
                edited("a", &all, &[("", "九点: #2")]),
                vec![("八点  #", "\"九点: #2\"  #")],
            ),
            (
                edited("a", &all, &[("", "九点\n\n到六点")]),
                vec![(
                    "八点  # note #1\r\n",
                    "|-  # note #1\r\n      九点\r\n\r\n      到六点\r\n",
                )],
            ),
            (
                edited("a", &["几点开门", "几点关门", "开门时间"], &[("", "八点")]),
                vec![
                    ("# often\r\n", "# often\r\n      - 几点关门\r\n"),
                    ("      - 营业时间\r\n", ""),
                ],
            ),
            (
                edited("a", &["开门时间", "营业时间", "开门吗"], &[("", "八点")]),
                vec![
                    ("- 几点开门  # often", "# often"),
                    ("- 营业时间\r\n", "- 营业时间\r\n      - 开门吗\r\n"),
                ],
            ),
            (
                edited(
                    "b",
                    &["退款", "能退吗"],
                    &[("zh", "三天\n以内\n到账"), ("en", "4 days")],
                ),
                vec![
                    ("[怎么退款, 退款] #", "[退款, 能退吗] #"),
                    ("三天\n        到账\r\n", "三天\n        以内\n        到账\r\n"),
                    ("\"three # days\" #", "\"4 days\" #"),
                ],
            ),
            (
                edited(
                    "b",
                    &["怎么退款", "退款"],
                    &[("zh", "四天"), ("en", "three # days"), ("ja", "四日")],
                ),
                vec![
                    ("|-  # head\r\n        三天\n        到账\r\n", "四天  # head\r\n"),
                    ("# tail\r\n", "# tail\r\n      ja: 四日\r\n"),
                ],
            ),
            (
                edited("c", &["能刷卡吗"], &[("", "不行, 现金")]),
                vec![("都行", "\"不行, 现金\"")],
            ),
        ] {
            let wanted = changes.iter().fold(text.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            });
            assert_eq!(after, wanted);
        }
        // What is written anew as a whole keeps the comments above it.
        let after = edited("b", &["怎么退款", "退款"], &[("zh", "三天\n到账")]);
        for comment in comments_of(text) {
            assert!(after.contains(&comment), "{comment}: {after}");
        }
    }

    #[test]
    fn nothing_changes_where_nothing_was_changed_and_errors_are_told() {
        let same = form("a", &["几点开门", "a, b"], &[("", "八点")]);
        assert_eq!(edit_entry("f", FILE, &same).unwrap(), FILE);
        assert!(edit_entry("f", FILE, &form("x", &["a"], &[("", "b")])).is_err());
        assert!(edit_entry("f", FILE, &form("a", &["几点开门"], &[])).is_err());
        assert!(add_entry("f", FILE, &same).unwrap_err().contains("`a`"));
        assert!(edit_entry("f", "entries: [", &same).is_err());
    }

    #[test]
    fn an_entry_comes_and_goes() {
        let added = add_entry("f", FILE, &form("d", &["停车场在哪"], &[("", "东门")])).unwrap();
        assert!(added.contains("停车场在哪"));
        let (line, lines) = entry_lines("f", &added, "d").unwrap();
        assert!(lines.starts_with("  - id: d") && line > 20, "{line} {lines}");
        let gone = remove_entry("f", &added, "d").unwrap();
        // The line that set it apart stays.
        assert_eq!(gone.replace("\r\n\r\nprecision", "\r\nprecision"), FILE);
        let gone = remove_entry("f", FILE, "a").unwrap();
        assert!(!gone.contains("八点") && gone.contains("# the second"), "{gone}");
        let gone = remove_entry("f", FILE, "c").unwrap();
        assert!(
            !gone.contains("刷卡") && gone.ends_with("precision: 0.9\r\n"),
            "{gone}"
        );
        assert!(remove_entry("f", FILE, "x").is_err());
    }

    #[test]
    fn entries_of_the_shipped_file_are_edited_in_their_lines() {
        let shipped = include_str!("../../faq.yaml");
        let entries = written("faq.yaml", shipped).unwrap().entries;
        for entry in &entries {
            let mut form = EntryForm {
                id: entry.id.clone(),
                questions: entry.questions.clone(),
                answer: entry.answer.clone(),
            };
            assert_eq!(edit_entry("faq.yaml", shipped, &form).unwrap(), shipped);
            form.questions.push(format!("{} 另一个问法", entry.id));
            let after = edit_entry("faq.yaml", shipped, &form).unwrap();
            let (start, lines) = entry_lines("faq.yaml", &after, &entry.id).unwrap();
            let rest = after.lines().skip(start - 1 + lines.lines().count());
            let rest: Vec<&str> = rest.collect();
            assert!(
                shipped.trim_end().ends_with(rest.join("\n").trim_end()),
                "{}",
                entry.id
            );
            assert!(lines.contains("另一个问法"), "{lines}");
        }
    }
}
