//! From faq.yaml's text to a [`Faq`]: everything that is wrong with it, at once, with positions.

mod answers;
mod entries;
mod scope;

use super::contact::ContactPoint;
use super::file::{ContactFile, EntryFile, Head};
use super::template::Facts;
use super::{Faq, Place};
use crate::hours::{HolidayBook, Language, Schedule, SpecError};
use crate::yaml::{Document, Limits, Problem};
use std::collections::HashMap;
use std::sync::Arc;

/// More entries than any admin could keep.
const MOST_ENTRIES: usize = 200_000;

/// A FAQ, and what is allowed in it and probably not meant.
#[derive(Debug)]
pub struct Loaded {
    /// The FAQ.
    pub faq: Faq,
    /// Warnings with positions.
    pub warnings: Vec<Problem>,
}

/// Reads a FAQ. `file` is its name in problems.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn load(file: &str, text: &str) -> Result<Loaded, Vec<Problem>> {
    let mut loader = Loader {
        document: Document::parse(file, text, &Limits::default())?,
        lines: text.lines().collect(),
        problems: Vec::new(),
        warnings: Vec::new(),
    };
    let loaded = loader.faq(file);
    let Loader {
        mut problems,
        mut warnings,
        ..
    } = loader;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    warnings.sort_by_key(|problem| (problem.line, problem.column));
    match loaded {
        Some(faq) if problems.is_empty() => Ok(Loaded { faq, warnings }),
        _ => Err(problems),
    }
}

/// The hours by name, in the file's order.
type Schedules = Vec<(String, Schedule)>;

struct Loader<'a> {
    document: Document,
    lines: Vec<&'a str>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Loader<'_> {
    fn faq(&mut self, file: &str) -> Option<Faq> {
        let head: Head = self.document.read(&[], &mut self.problems).unwrap_or_default();
        let language = self.language(&head);
        let precision = self.precision(&head);
        self.human(&head);
        let schedules = self.schedules(&head);
        let contacts = self.contacts(&head, &schedules);
        let service = self.service(&head, &schedules);
        let mut facts = Facts::new(schedules, contacts, service);

        let count = self.document.len(&path(&["entries"]));
        if count == 0 {
            let help = "add at least one: `- { id: ..., questions: [...], answer: ... }`".to_owned();
            self.error(&path(&["entries"]), "there are no entries".to_owned(), Some(help));
        }
        if count > MOST_ENTRIES {
            let message = format!("{count} entries; at most {MOST_ENTRIES} are read");
            self.error(&path(&["entries"]), message, None);
            return None;
        }
        let files: Vec<(usize, EntryFile)> = (0..count)
            .filter_map(|at| {
                let path = vec!["entries".to_owned(), at.to_string()];
                Some((at, self.document.read::<EntryFile>(&path, &mut self.problems)?))
            })
            .collect();
        let by_id = self.ids(&files);
        let asked = self.repeated_questions(&files);
        self.out_of_scope(&head, &asked);
        let mut entries = Vec::with_capacity(files.len());
        let mut places = Vec::with_capacity(files.len());
        for (at, file) in files {
            places.push(self.place(at, file.questions.len()));
            entries.push(self.entry(at, file, &by_id, &mut facts, language));
        }
        let facts = Arc::new(facts);
        self.try_answers(&entries, &facts);
        Some(Faq {
            by_id: by_id.into_iter().map(|(id, at)| (Arc::from(id), at)).collect(),
            entries,
            synonyms: head.synonyms,
            human: head.human,
            out_of_scope: head.out_of_scope,
            precision,
            language,
            facts,
            places,
            file: file.to_owned(),
        })
    }

    /// Where an entry and its questions stand.
    fn place(&self, entry: usize, questions: usize) -> Place {
        let entry = entry.to_string();
        let mut question = path(&["entries", &entry, "questions", ""]);
        let questions = (0..questions).map(|at| {
            if let Some(last) = question.last_mut() {
                *last = at.to_string();
            }
            let (line, column) = self.document.position(&question);
            let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            (short(line), short(column))
        });
        Place {
            questions: questions.collect(),
            id: self.document.position(&path(&["entries", &entry, "id"])),
        }
    }

    fn error(&mut self, path: &[String], message: String, help: Option<String>) {
        let problem = self.document.problem(path, message, help);
        self.problems.push(problem);
    }

    fn language(&mut self, head: &Head) -> Language {
        let Some(tag) = &head.language else {
            return Language::Chinese;
        };
        Language::from_tag(tag).unwrap_or_else(|| {
            self.error(
                &path(&["language"]),
                format!("unknown language `{tag}`"),
                Some("use zh or en".to_owned()),
            );
            Language::Chinese
        })
    }

    fn precision(&mut self, head: &Head) -> f64 {
        let precision = head.precision.unwrap_or(0.95);
        if !(0.5..=0.999).contains(&precision) {
            let help =
                "0.95 means that 95 of 100 answers nobody called for are right; use 0.5 to 0.999".to_owned();
            self.error(
                &path(&["precision"]),
                format!("precision {precision} is out of range"),
                Some(help),
            );
        }
        precision
    }

    fn human(&mut self, head: &Head) {
        for (at, pattern) in head.human.patterns.iter().enumerate() {
            self.pattern(&path(&["human", "patterns", &at.to_string()]), pattern);
        }
        for (at, group) in head.synonyms.iter().enumerate() {
            if group.len() < 2 || group.iter().any(|word| word.trim().is_empty()) {
                let help = "a group has two words or more: [工单, ticket]".to_owned();
                self.error(
                    &path(&["synonyms", &at.to_string()]),
                    "a group that equates nothing".to_owned(),
                    Some(help),
                );
            }
        }
    }

    fn schedules(&mut self, head: &Head) -> Schedules {
        let mut book = HolidayBook::shipped();
        for (name, spec) in &head.holidays {
            match book.clone().with(name, spec) {
                Ok(with) => book = with,
                Err(errors) => self.spec_errors(&path(&["holidays", name]), errors),
            }
        }
        let mut schedules = Vec::new();
        for (name, spec) in &head.hours {
            match Schedule::build(spec, &book) {
                Ok(schedule) => schedules.push((name.clone(), schedule)),
                Err(errors) => self.spec_errors(&path(&["hours", name]), errors),
            }
        }
        // In the file's order, which decides what `service` is when nothing else does.
        schedules.sort_by_key(|(name, _)| self.document.key_position(&path(&["hours", name])));
        schedules
    }

    fn spec_errors(&mut self, above: &[String], errors: Vec<SpecError>) {
        for error in errors {
            let path: Vec<String> = above.iter().chain(&error.path).cloned().collect();
            self.error(&path, error.message, error.help);
        }
    }

    fn contacts(&mut self, head: &Head, schedules: &Schedules) -> Vec<ContactPoint> {
        let mut contacts = Vec::new();
        for (id, file) in &head.contact_points.0 {
            let ContactFile {
                name,
                hours,
                purpose,
                value,
                link,
                recommended,
            } = file.clone();
            let here = path(&["contact_points", id]);
            let below = |key: &str| {
                here.iter()
                    .cloned()
                    .chain([key.to_owned()])
                    .collect::<Vec<String>>()
            };
            for (key, text) in [
                ("name", Some(&name)),
                ("purpose", purpose.as_ref()),
                ("value", value.as_ref()),
            ] {
                if text.is_some_and(super::Text::has_blank) {
                    self.error(&below(key), format!("the {key} is empty"), None);
                }
            }
            if let Some(link) = &link {
                self.link(&below("link"), link);
            }
            if link.is_none() && value.is_none() {
                let help = "give `value:` (a number, an address) or `link:`".to_owned();
                self.error(
                    &here,
                    format!("nobody can reach `{id}`: it has neither value nor link"),
                    Some(help),
                );
            }
            let schedule = match &hours {
                None => Schedule::always(),
                Some(hours) => match schedules.iter().find(|(name, _)| name == hours) {
                    Some((_, schedule)) => schedule.clone(),
                    None => {
                        self.unknown(
                            &below("hours"),
                            "hours",
                            hours,
                            schedules.iter().map(|(name, _)| name.as_str()),
                        );
                        Schedule::always()
                    }
                },
            };
            contacts.push(ContactPoint {
                id: id.clone(),
                name,
                schedule,
                purpose,
                value,
                link,
                recommended,
            });
        }
        contacts
    }

    fn service(&mut self, head: &Head, schedules: &Schedules) -> Schedule {
        match &head.service {
            None => schedules
                .first()
                .map_or_else(Schedule::always, |(_, schedule)| schedule.clone()),
            Some(name) => match schedules.iter().find(|(known, _)| known == name) {
                Some((_, schedule)) => schedule.clone(),
                None => {
                    self.unknown(
                        &path(&["service"]),
                        "hours",
                        name,
                        schedules.iter().map(|(name, _)| name.as_str()),
                    );
                    Schedule::always()
                }
            },
        }
    }

    fn unknown<'n>(&mut self, path: &[String], what: &str, name: &str, known: impl Iterator<Item = &'n str>) {
        let known: Vec<&str> = known.take(30).collect();
        let help = if known.is_empty() {
            format!("there are no {what}")
        } else {
            format!("there are: {}", known.join(", "))
        };
        self.error(path, format!("unknown {what} `{name}`"), Some(help));
    }

    /// Checks a regular expression as the matcher will use it.
    fn pattern(&mut self, path: &[String], pattern: &str) {
        match regex::RegexBuilder::new(pattern)
            .case_insensitive(true)
            .size_limit(1 << 20)
            .build()
        {
            Ok(regex) if regex.is_match("") => {
                let help = "it would answer everything: ask for at least one character".to_owned();
                self.error(
                    path,
                    format!("the pattern `{pattern}` matches the empty text"),
                    Some(help),
                );
            }
            Ok(_) => {}
            Err(error) => {
                let text = error.to_string();
                let reason = text
                    .lines()
                    .last()
                    .unwrap_or(&text)
                    .trim_start_matches("error: ")
                    .to_owned();
                let help = "the syntax is that of https://docs.rs/regex; write \\ before a character that is meant as it stands".to_owned();
                self.error(
                    path,
                    format!("the pattern `{pattern}` is no regular expression: {reason}"),
                    Some(help),
                );
            }
        }
    }

    fn link(&mut self, path: &[String], link: &str) {
        let scheme = ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .find_map(|scheme| link.strip_prefix(scheme));
        if !scheme.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)) {
            let help = "it begins with https://, http://, mailto: or tel: and has no spaces".to_owned();
            self.error(path, format!("`{link}` is no link"), Some(help));
        }
    }

    /// The positions of the entries by id, in the order of `files`.
    fn ids(&mut self, files: &[(usize, EntryFile)]) -> HashMap<String, usize> {
        let mut by_id: HashMap<String, usize> = HashMap::with_capacity(files.len());
        for (index, (at, file)) in files.iter().enumerate() {
            let here = path(&["entries", &at.to_string(), "id"]);
            let good = file.id.starts_with(char::is_alphanumeric)
                && file
                    .id
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
                && file.id.chars().count() <= 100;
            if !good {
                let help = "letters, digits, `-`, `_` and `.`, at most 100, beginning with a letter or digit"
                    .to_owned();
                self.error(&here, format!("`{}` is no id", file.id), Some(help));
            }
            if let Some(first) = by_id.get(&file.id) {
                let (line, _) = files.get(*first).map_or((0, 0), |(first, _)| {
                    self.document
                        .position(&path(&["entries", &first.to_string(), "id"]))
                });
                let help = "give one of them another id, or make them one entry".to_owned();
                self.error(
                    &here,
                    format!(
                        "the id `{}` stands here a second time; the first is in line {line}",
                        file.id
                    ),
                    Some(help),
                );
            } else {
                by_id.insert(file.id.clone(), index);
            }
        }
        by_id
    }
}

/// A path from its steps.
fn path(steps: &[&str]) -> Vec<String> {
    steps.iter().map(|step| (*step).to_owned()).collect()
}
