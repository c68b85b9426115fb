//! A FAQ of what was gathered, which loads: what does not pass is taken out or said as words, and told of.

use super::gather_entries::{Gathered, Gathering, Present, gather};
use super::{Destination, ImportOutcome, ImportRefusal, Imported, Note, Options, Parsed, weak_entries};
use crate::faq::{Faq, append_entries, bare, head, load, only_adds};
use crate::language::Language;
use crate::yaml::Problem;
use std::collections::BTreeSet;

/// The most times that a FAQ is mended. What is wrong with a part is told at once; mending it may show what was behind.
const ROUNDS: usize = 8;

/// Makes the FAQ.
pub(super) fn compose(mut parsed: Parsed, options: &Options) -> Result<Imported, ImportRefusal> {
    let found_head = std::mem::take(&mut parsed.head);
    let (mut standing, before) = match &options.into {
        Destination::New(_) => (Present::default(), 0),
        Destination::Behind(text) => {
            let loaded = load(&options.file, text).map_err(|problems| errors_in(&options.file, &problems))?;
            (standing(&loaded.faq), loaded.faq.entries().len())
        }
    };
    standing.meaning = Some(options.meaning);
    let mut gathering = gather(parsed, &standing);
    if gathering.entries.is_empty() {
        return Err(nothing(&gathering.notes.0));
    }
    let head = match &options.into {
        Destination::New(Some(facts)) => head(facts),
        Destination::New(None) if !found_head.trim().is_empty() => found_head,
        _ => {
            let language = options.language.unwrap_or_else(|| language(&gathering.entries));
            format!("language: {language}\n")
        }
    };
    let yaml = settle(&mut gathering, options, &head, before)?;
    let questions = gathering.entries.iter().map(|found| found.entry.questions.len());
    Ok(Imported {
        yaml,
        entries: gathering.entries.len(),
        questions: questions.sum(),
        grouped: gathering.grouped,
        weak: weak_entries::weak(&gathering.entries),
        notes: gathering.notes.0,
    })
}

/// Returns what a FAQ has to which entries are added.
fn standing(faq: &Faq) -> Present {
    let mut standing = Present::default();
    for entry in faq.entries() {
        standing.ids.insert(entry.id.clone());
        for question in &entry.questions {
            standing.asked.insert(bare(question), entry.id.clone());
        }
    }
    standing
}

fn errors_in(file: &str, problems: &[Problem]) -> ImportRefusal {
    let first = problems
        .first()
        .map(Problem::in_both_languages)
        .unwrap_or_default();
    ImportRefusal(format!(
        "{file} 有 {count} 个错误，没有写入；先运行 groupdesk check {file} / {file} has {count} error(s), nothing was added: run \
         `groupdesk check {file}` first\n{first}",
        count = problems.len()
    ))
}

fn nothing(notes: &[Note]) -> ImportRefusal {
    let mut text =
        "没有找到问题和答案，什么都没有写入 / no question with an answer was found, nothing was written"
            .to_owned();
    for note in notes.iter().take(20) {
        text.push_str(&format!(
            "\n  {}: {} / {}",
            note.place, note.chinese, note.english
        ));
    }
    if let Some(more) = notes.len().checked_sub(20).filter(|more| *more > 0) {
        text.push_str(&format!("\n  … {more}"));
    }
    ImportRefusal(text)
}

/// The language of most answers.
fn language(entries: &[Gathered]) -> Language {
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let chinese = entries.iter().filter(|found| {
        let answers = &found.entry.answer;
        answers.iter().any(|(_, text)| is_chinese(text))
    });
    match 2 * chinese.count() >= entries.len() {
        true => Language::CHINESE,
        false => Language::ENGLISH,
    }
}

/// The FAQ's text, when everything in it passes.
fn settle(
    gathering: &mut Gathering,
    options: &Options,
    head: &str,
    before: usize,
) -> Result<String, ImportRefusal> {
    for _ in 0..ROUNDS {
        let entries = gathering.entries.iter().map(|found| &found.entry);
        let text = match &options.into {
            Destination::New(_) => {
                let mut text = format!("{}\n\nentries:\n", head.trim_end());
                for (at, entry) in entries.enumerate() {
                    if at > 0 {
                        text.push('\n');
                    }
                    text.push_str(&entry.yaml(2));
                }
                text
            }
            Destination::Behind(text) => {
                append_entries(text, entries).ok_or_else(|| not_behind(&options.file))?
            }
        };
        let problems = match load(&options.file, &text) {
            Ok(_) if adds_only(&text, options, gathering.entries.len()) => return Ok(text),
            Ok(_) => return Err(not_behind(&options.file)),
            Err(problems) => problems,
        };
        if !mend(gathering, &problems, before) {
            return Err(errors_in(&options.file, &problems));
        }
        if gathering.entries.is_empty() {
            return Err(nothing(&gathering.notes.0));
        }
    }
    Err(ImportRefusal(
        "导入的内容有错误，没有写入 / what was imported has errors, nothing was written".to_owned(),
    ))
}

/// `true` if a text says what the FAQ before it does, and so many entries more.
fn adds_only(text: &str, options: &Options, more: usize) -> bool {
    match &options.into {
        Destination::New(_) => true,
        Destination::Behind(before) => only_adds(&options.file, before, text, "entries", more),
    }
}

/// Refuses a FAQ behind whose entries nothing can be written.
fn not_behind(file: &str) -> ImportRefusal {
    ImportRefusal(format!(
        "{file} 里的条目不是一条一个短横往下写的，没有写入；请用 --out 写成另一个文件 / the entries of {file} are not written one below \
         the other, each with a dash: nothing was added; write a file of its own with --out"
    ))
}

/// Takes out what problems are about, and tells of it; false where one is not about an entry that was gathered.
fn mend(gathering: &mut Gathering, problems: &[Problem], before: usize) -> bool {
    // From the end, so that what is left keeps its number.
    let mut places: Vec<(usize, Vec<&str>, &Problem)> = Vec::new();
    for problem in problems {
        let mut steps = problem.path.split('.');
        let is_entry = steps.next() == Some("entries");
        let at = steps.next().and_then(|at| at.parse::<usize>().ok());
        match at.and_then(|at| at.checked_sub(before)).filter(|_| is_entry) {
            Some(at) if at < gathering.entries.len() => places.push((at, steps.collect(), problem)),
            _ => return false,
        }
    }
    places.sort_by_key(|(at, steps, _)| {
        let number = steps.iter().find_map(|step| step.parse::<usize>().ok());
        std::cmp::Reverse((*at, number))
    });
    let mut lost = BTreeSet::new();
    for (at, steps, problem) in places {
        let Some(found) = gathering.entries.get_mut(at) else {
            continue;
        };
        let entry = &mut found.entry;
        let number = steps.get(1).and_then(|step| step.parse::<usize>().ok());
        let take = |list: &mut Vec<String>| match number {
            Some(number) if number < list.len() => drop(list.remove(number)),
            _ => list.clear(),
        };
        let mut fate = ImportOutcome::LeftOut;
        match steps.first().copied() {
            Some("answer") if entry.is_template => {
                entry.is_template = false;
                fate = ImportOutcome::Changed;
            }
            Some("questions") => take(&mut entry.questions),
            Some("patterns") => take(&mut entry.patterns),
            Some("pictures") => take(&mut entry.pictures),
            Some("see_also") => take(&mut entry.see_also),
            Some("audience") => entry.channels.clear(),
            Some("tests") => {
                entry.tests_match.clear();
                entry.tests_not.clear();
            }
            Some("title") => entry.title.clear(),
            Some("hours") => entry.hours.clear(),
            Some("links") => match number {
                Some(number) if number < entry.links.len() => drop(entry.links.remove(number)),
                _ => entry.links.clear(),
            },
            _ => {
                lost.insert(at);
            }
        }
        if entry.questions.is_empty() && entry.patterns.is_empty() {
            lost.insert(at);
        }
        let chinese = problem.chinese.clone().unwrap_or_else(|| problem.message.clone());
        let (said, said_chinese) = match fate {
            ImportOutcome::Changed => (
                "said as words, not as a template: ",
                "按文字原样说出，不作为模板：",
            ),
            _ => ("", ""),
        };
        gathering.notes.add(
            &found.place,
            fate,
            format!("{said}{}", problem.message),
            format!("{said_chinese}{chinese}"),
        );
    }
    let mut at = 0;
    gathering.entries.retain(|_| {
        at += 1;
        !lost.contains(&(at - 1))
    });
    true
}
