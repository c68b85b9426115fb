//! Entries as they are written, in faq.yaml or to be: every key as text, answers with their templates. What other formats are made
//! from, and made into.

use super::file_lines::{end_of_list, place_of};
use super::file_schema::EntryFile;
use super::load;
use super::load::added_by;
use super::localized_text::{AnswerFile, speaking};
use super::template::is_template;
use crate::yaml::{Document, Limits, Problem};

/// Texts by what chooses them: a language, `open` or `closed`, both joined by a dot, or nothing where there is one for all.
pub type Versions = Vec<(String, String)>;

/// An entry as it is written. What is empty is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct WrittenEntry {
    /// Name.
    pub id: String,
    /// Title, by language.
    pub title: Versions,
    /// Example questions.
    pub questions: Vec<String>,
    /// Regular expressions.
    pub patterns: Vec<String>,
    /// Answer, by language and by whether somebody is there.
    pub answer: Versions,
    /// `{{ }}` and `{% %}` in the answer are templates; else they are words.
    pub is_template: bool,
    /// The hours that decide between open and closed.
    pub hours: String,
    /// Addresses of pictures.
    pub pictures: Vec<String>,
    /// Links: titles by language, and the address.
    pub links: Vec<(Versions, String)>,
    /// Ids of entries that may help as well.
    pub see_also: Vec<String>,
    /// Hand-over, as `handoff` has it.
    pub handoff: String,
    /// Rule for messages that call nobody, as `unasked` has it.
    pub unasked: String,
    /// Tags of the channels that it is for.
    pub tags: Vec<String>,
    /// Channels that it is for.
    pub channels: Vec<String>,
    /// Phrases that must match.
    pub tests_match: Vec<String>,
    /// Phrases that must not match.
    pub tests_not: Vec<String>,
}

/// A FAQ as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenFaq {
    /// Everything but the entries, as YAML.
    pub head: String,
    /// The entries, in the file's order.
    pub entries: Vec<WrittenEntry>,
}

/// Reads a FAQ as it is written. `file` is its name in problems.
///
/// # Errors
/// Everything that is wrong with it.
pub fn written(file: &str, text: &str) -> Result<WrittenFaq, Vec<Problem>> {
    load(file, text)?;
    let document = Document::parse(file, text, &Limits::default())?;
    speaking(added_by(&document), || entries_of(&document, text))
}

fn entries_of(document: &Document, text: &str) -> Result<WrittenFaq, Vec<Problem>> {
    let mut problems = Vec::new();
    let count = document.len(&["entries".to_owned()]);
    let entries = (0..count).filter_map(|at| {
        let path = ["entries".to_owned(), at.to_string()];
        document
            .read::<EntryFile>(&path, &mut problems)
            .map(WrittenEntry::from)
    });
    let entries: Vec<WrittenEntry> = entries.collect();
    match problems.is_empty() {
        true => Ok(WrittenFaq {
            head: head(text),
            entries,
        }),
        false => Err(problems),
    }
}

/// Returns what stands around the entries of a FAQ: all of it but the key `entries` and the list under it. Empty where the entries are
/// not written one below the other, each with a dash.
pub fn head(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.lines().collect();
    let (Some(start), Some((end, _))) = (place_of(&lines, "entries"), end_of_list(text, "entries")) else {
        return String::new();
    };
    let before = lines.get(..start).unwrap_or_default();
    let after = lines.get(end..).unwrap_or_default();
    let mut head = before.join("\n").trim_end().to_owned();
    head.push('\n');
    let after = after.join("\n");
    if !after.trim().is_empty() {
        head.push_str(after.trim_end());
        head.push('\n');
    }
    head.trim_start_matches('\n').to_owned()
}

impl From<EntryFile> for WrittenEntry {
    fn from(file: EntryFile) -> Self {
        let mut answer = Versions::new();
        flatten(&file.answer, "", &mut answer);
        let is_template = answer.iter().any(|(_, text)| is_template(text));
        Self {
            id: file.id,
            title: file.title.map(|title| title.by_language()).unwrap_or_default(),
            questions: file.questions,
            patterns: file.patterns,
            answer,
            is_template,
            hours: file.hours.unwrap_or_default(),
            pictures: file.pictures,
            links: file
                .links
                .into_iter()
                .map(|link| {
                    let title = link.title.map(|title| title.by_language());
                    (title.unwrap_or_default(), link.url)
                })
                .collect(),
            see_also: file.see_also,
            handoff: match file.handoff {
                super::Handoff::Never => String::new(),
                super::Handoff::Offer => "offer".to_owned(),
                super::Handoff::Always => "always".to_owned(),
            },
            unasked: match file.unasked {
                super::Unasked::Certain => String::new(),
                super::Unasked::Never => "never".to_owned(),
            },
            tags: file.audience.tags,
            channels: file.audience.channels,
            tests_match: file.tests.matches,
            tests_not: file.tests.not,
        }
    }
}

fn flatten(answer: &AnswerFile, above: &str, found: &mut Versions) {
    match answer {
        AnswerFile::Text(text) => found.push((above.to_owned(), text.trim_end().to_owned())),
        AnswerFile::Variants(parts) => {
            for (key, part) in parts {
                let below = match above {
                    "" => key.clone(),
                    above => format!("{above}.{key}"),
                };
                flatten(part, &below, found);
            }
        }
    }
}
