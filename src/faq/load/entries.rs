//! Loads one entry: its values, and its references.

use super::{Loader, path};
use crate::faq::Entry;
use crate::faq::file_schema::EntryFile;
use crate::faq::localized_text::Text;
use crate::faq::template::{AnswerTemplate, Facts, written_in};
use crate::hours::Schedule;
use crate::language::Language;
use std::collections::HashMap;

/// The longest question and the longest answer, in characters.
pub(super) const QUESTION_AND_ANSWER_MAX_CHARS: (usize, usize) = (1_000, 20_000);

/// The most questions and patterns of one entry.
const QUESTIONS_MAX: usize = 5_000;

impl Loader<'_> {
    /// Loads the entry at `at`, with an error for every value that is wrong.
    pub(super) fn entry(
        &mut self,
        at: usize,
        file: EntryFile,
        by_id: &HashMap<String, usize>,
        facts: &mut Facts,
        default: Language,
    ) -> Entry {
        self.check_questions(at, &file);
        self.check_attached(at, &file);
        let see_also = self.see_also(at, &file, by_id);
        self.check_audience(at, &file);
        let schedule = self.entry_schedule(at, &file, facts);
        let variants = self.variants(&key(at, "answer"), &file.answer, facts, default);
        let title = file.title.clone().unwrap_or_else(|| {
            title_of(
                file.questions.first().unwrap_or(&file.id),
                &file.questions,
                default,
            )
        });
        Entry {
            id: file.id,
            questions: file.questions,
            patterns: file.patterns,
            handoff: file.handoff,
            unasked: file.unasked,
            audience: file.audience,
            tests: file.tests,
            title,
            answer: AnswerTemplate { variants, schedule },
            pictures: file.pictures,
            links: file
                .links
                .into_iter()
                .map(|link| (link.title, link.url))
                .collect(),
            see_also,
        }
    }

    /// Checks the questions and patterns that lead to an entry.
    fn check_questions(&mut self, at: usize, file: &EntryFile) {
        let id = &file.id;
        let whole = path(&["entries", &at.to_string()]);
        if file.questions.is_empty() && file.patterns.is_empty() && !self.is_misread(&whole) {
            let help = "give example questions in the words of members: `questions: [..., ...]`".to_owned();
            self.error(
                &key(at, "id"),
                format!("nothing leads to entry `{id}`: it has neither questions nor patterns"),
                Some(help),
                format!("条目「{id}」没有 questions；请写上成员会怎么问：questions: [..., ...]"),
            );
        }
        if file.questions.len() > QUESTIONS_MAX || file.patterns.len() > QUESTIONS_MAX {
            self.error(
                &key(at, "questions"),
                format!("entry `{id}` has more than {QUESTIONS_MAX} questions or patterns"),
                None,
                format!("条目「{id}」的问法超过 {QUESTIONS_MAX} 个；请删掉一些"),
            );
        }
        for (index, question) in file.questions.iter().enumerate() {
            if !question.chars().any(char::is_alphanumeric) {
                let help = "write a question in the words of members, or remove the line".to_owned();
                self.error(
                    &item(at, "questions", index),
                    format!("an empty question in entry `{id}`"),
                    Some(help),
                    format!("条目「{id}」里有一个空的问题；请写上问法，或删掉这一项"),
                );
            }
            self.length(
                &item(at, "questions", index),
                "question",
                question,
                QUESTION_AND_ANSWER_MAX_CHARS.0,
            );
        }
        for (index, pattern) in file.patterns.iter().enumerate() {
            self.pattern(&item(at, "patterns", index), pattern);
        }
    }

    /// Checks the pictures, links and the title of an entry.
    fn check_attached(&mut self, at: usize, file: &EntryFile) {
        for (index, picture) in file.pictures.iter().enumerate() {
            self.picture(&item(at, "pictures", index), picture);
        }
        for (index, link) in file.links.iter().enumerate() {
            let mut url = item(at, "links", index);
            url.push("url".to_owned());
            self.link(&url, &link.url);
        }
        if file.title.as_ref().is_some_and(Text::has_blank) {
            let id = &file.id;
            self.error(
                &key(at, "title"),
                format!("the title of entry `{id}` is empty"),
                None,
                format!("条目「{id}」的 title 是空的；请补上，或删掉这一行"),
            );
        }
    }

    /// Finds the entries to which an entry refers.
    fn see_also(&mut self, at: usize, file: &EntryFile, by_id: &HashMap<String, usize>) -> Vec<usize> {
        let id = &file.id;
        let mut see_also = Vec::new();
        for (index, other) in file.see_also.iter().enumerate() {
            match by_id.get(other) {
                Some(_) if other == id => {
                    self.error(
                        &item(at, "see_also", index),
                        format!("entry `{id}` refers to itself"),
                        None,
                        format!("see_also 指向了条目「{id}」自己；请删掉"),
                    );
                }
                Some(other) => see_also.push(*other),
                None if self.broken_ids.contains(other) => {}
                None => self.unknown(
                    &item(at, "see_also", index),
                    "entry",
                    other,
                    nearest(other, by_id)
                        .into_iter()
                        .chain((by_id.len() > KNOWN_SHOWN).then_some("…")),
                ),
            }
        }
        see_also
    }

    /// Checks the form of the channels to which an entry is limited.
    fn check_audience(&mut self, at: usize, file: &EntryFile) {
        for (index, channel) in file.audience.channels.iter().enumerate() {
            let parts = channel.split_once('/');
            if parts.is_none_or(|(account, channel)| account.is_empty() || channel.is_empty()) {
                let mut place = key(at, "audience");
                place.extend(["channels".to_owned(), index.to_string()]);
                let help = "expected account/channel, such as qq/group:123456".to_owned();
                self.error(
                    &place,
                    format!("`{channel}` is no channel"),
                    Some(help),
                    format!("「{channel}」不是会话地址；请写成 账号/会话，例如 qq/group:123456"),
                );
            }
        }
    }

    /// Finds the hours that an entry names: a schedule's, else a contact point's.
    fn entry_schedule(&mut self, at: usize, file: &EntryFile, facts: &Facts) -> Option<Schedule> {
        let name = file.hours.as_ref()?;
        let by_hours = facts
            .schedules
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, schedule)| schedule.clone());
        let by_contact = || {
            let mut contacts = facts.contacts.iter();
            let contact = contacts.find(|contact| contact.id == *name)?;
            Some(contact.schedule.clone())
        };
        let found = by_hours.or_else(by_contact);
        if found.is_none() {
            let known: Vec<String> = facts.schedules.iter().map(|(name, _)| name.clone()).collect();
            self.unknown(&key(at, "hours"), "hours", name, known.iter().map(String::as_str));
        }
        found
    }

    pub(super) fn length(&mut self, path: &[String], what: &str, text: &str, longest: usize) {
        // Bytes first: counting characters of a short text is all that remains.
        if text.len() > longest && text.chars().count() > longest {
            self.error(
                path,
                format!("a {what} of more than {longest} characters"),
                Some("shorten it".to_owned()),
                format!("太长了，最多 {longest} 个字符；请缩短"),
            );
        }
    }

    pub(super) fn answer_length(&mut self, path: &[String], text: &str) {
        self.length(path, "answer", text, QUESTION_AND_ANSWER_MAX_CHARS.1);
    }

    /// Warns of a question that stands in two entries: one of them is never found by it. Returns the first place of each
    /// question.
    pub(super) fn repeated_questions(&mut self, files: &[(usize, EntryFile)]) -> QuestionPositions {
        let mut seen = QuestionPositions::new();
        for (at, file) in files {
            for (index, question) in file.questions.iter().enumerate() {
                let (first, first_index) = *seen.entry(bare(question)).or_insert((*at, index));
                if (first, first_index) == (*at, index) {
                    continue;
                }
                let here = path(&["entries", &at.to_string(), "questions", &index.to_string()]);
                let (line, _) = self.document.position(&path(&[
                    "entries",
                    &first.to_string(),
                    "questions",
                    &first_index.to_string(),
                ]));
                let message = format!("the question `{question}` stands in line {line} already");
                let mut problem = self.document.problem(
                    &here,
                    message,
                    Some("keep the one whose answer is right".to_owned()),
                );
                problem.in_chinese(format!(
                    "问题「{question}」在第 {line} 行已经有了；请只保留答案正确的那一个"
                ));
                self.warnings.push(problem.into_warning());
            }
        }
        seen
    }
}

/// Path to a key of the entry at `at`.
fn key(at: usize, key: &str) -> Vec<String> {
    path(&["entries", &at.to_string(), key])
}

/// Path to an item of a list of the entry at `at`.
fn item(at: usize, key: &str, index: usize) -> Vec<String> {
    path(&["entries", &at.to_string(), key, &index.to_string()])
}

/// The place of an entry and of a question in it, by the question's letters and digits.
pub(super) type QuestionPositions = HashMap<String, (usize, usize)>;

/// A question's letters and digits: two questions that agree in them are one.
pub fn bare(question: &str) -> String {
    let lower = question.to_lowercase();
    lower.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Ids that are shown at most.
const KNOWN_SHOWN: usize = 8;

/// A few ids that look like `name`.
fn nearest<'a>(name: &str, by_id: &'a HashMap<String, usize>) -> Vec<&'a str> {
    let parts: Vec<&str> = name.split(['-', '_', '.']).collect();
    let mut ids: Vec<(usize, &str)> = by_id
        .keys()
        .map(|id| {
            (
                parts.iter().filter(|part| id.contains(**part)).count(),
                id.as_str(),
            )
        })
        .collect();
    ids.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    ids.into_iter().take(KNOWN_SHOWN).map(|(_, id)| id).collect()
}

/// Makes the title of an entry that has none: for a reader its first question in their language, else its first.
fn title_of(first: &str, questions: &[String], default: Language) -> Text {
    let in_language = |language: Language| {
        let mut questions = questions.iter();
        questions
            .find(|question| written_in(question, default) == Some(language))
            .cloned()
    };
    let languages = [default, Language::CHINESE, Language::ENGLISH, Language::JAPANESE];
    let mut title = Text::same(first);
    for (at, language) in languages.into_iter().enumerate() {
        if !languages[..at].contains(&language) {
            title = title.version(language, in_language(language));
        }
    }
    title
}
