//! faq.yaml, the file that admins edit. [`load`] reads it and reports all errors at once, [`Faq`] renders its answers,
//! [`watch`] reports changes of the file, [`lint_with`] finds likely mistakes that are no errors.

mod append_entry;
mod append_out_of_scope;
mod append_questions;
mod audience;
mod companion_files;
mod contact_points;
mod edit_entry;
mod edit_hours_exceptions;
mod edit_script;
mod entry_yaml;
mod file_lines;
mod file_schema;
mod file_watch;
mod line_difference;
mod lint;
mod load;
mod localized_text;
mod minute_cache;
mod synonyms;
mod template;
mod version;
mod written_entries;

#[cfg(test)]
mod tests;

pub use append_entry::{Draft, append, without_markup};
pub use append_out_of_scope::exclude;
pub use append_questions::{add_questions, only_adds_questions};
pub use companion_files::CompanionFiles;
pub use contact_points::ContactPoint;
pub use edit_entry::{EntryForm, add_entry, edit_entry, entry_lines, remove_entry};
pub use edit_hours_exceptions::{HoursUse, hours_used, with_exception};
pub use file_lines::{append_entries, in_line_ends_of, only_adds};
pub use file_schema::{Audience, Handoff, Human, Unasked, json_schema};
pub use file_watch::watch;
pub use line_difference::difference;
pub use lint::{Lint, failing_tests, lint_with};
pub use load::{Loaded, bare, load};
pub use localized_text::Text;
pub use template::is_template;
pub use version::version_of;
pub use written_entries::{Versions, WrittenEntry, WrittenFaq, head, written};

use crate::hours::{HolidaysEnd, Schedule, State};
use crate::language::Language;
use crate::texts::ComposedTexts;
use crate::yaml::Problem;
use jiff::Timestamp;
use minute_cache::MinuteCache;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use template::{AnswerTemplate, Facts};

/// The month from which on the holidays of the coming year are published.
const YEAR_ENDS: i8 = 11;

/// A FAQ that was read and found good.
#[derive(Debug)]
pub struct Faq {
    entries: Vec<Entry>,
    by_id: HashMap<Arc<str>, usize>,
    synonyms: Vec<Vec<String>>,
    human: Human,
    out_of_scope: Vec<String>,
    out_of_scope_places: Vec<(usize, usize)>,
    precision: f64,
    language: Language,
    facts: Arc<Facts>,
    /// The place of each entry in the file, for problems that are found after loading.
    places: Vec<EntryPositions>,
    file: String,
    /// Files beside it that it names.
    beside: Vec<PathBuf>,
    /// Texts of answers, by entry and language.
    answers: MinuteCache<(usize, Language), String>,
    /// Digests of answers, by entry.
    digests: MinuteCache<usize, u64>,
}

/// Lines and columns of an entry.
#[derive(Debug, Default)]
struct EntryPositions {
    id: (usize, usize),
    /// One for each question; there may be very many, and no file has 2³² lines.
    questions: Vec<(u32, u32)>,
    patterns: Vec<(usize, usize)>,
    /// The places of the phrases that must match it, and of those that must not.
    tests: Vec<(usize, usize)>,
    tests_not: Vec<(usize, usize)>,
    /// The places of the channels of its audience, and of the tags.
    channels: Vec<(usize, usize)>,
    tags: Vec<(usize, usize)>,
}

/// One known question and its answer.
#[derive(Debug)]
pub struct Entry {
    /// Name, for admins and programs.
    pub id: String,
    /// Example questions, in any language.
    pub questions: Vec<String>,
    /// Regular expressions that are certain when they match.
    pub patterns: Vec<String>,
    /// The handoff with the answer: none, an offer, or a human at once.
    pub handoff: Handoff,
    /// The rule for messages that do not call the bot.
    pub unasked: Unasked,
    /// The channels that the entry is for.
    pub audience: Audience,
    /// Phrases that must match it, and phrases that must not.
    pub tests: file_schema::Tests,
    title: Text,
    answer: AnswerTemplate,
    pictures: Vec<String>,
    links: Vec<(Option<Text>, String)>,
    see_also: Vec<usize>,
}

impl Entry {
    /// Returns a title of a few words.
    pub fn title(&self, language: Language) -> String {
        self.title.get(language).to_owned()
    }
}

/// Moment and language for which an answer is rendered.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext {
    /// The moment.
    pub now: Timestamp,
    /// The reader's language.
    pub language: Language,
}

/// An answer ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// Addresses of pictures.
    pub pictures: Vec<String>,
    /// Links under the text.
    pub links: Vec<RenderedLink>,
    /// Titles of entries that may help as well.
    pub see_also: Vec<String>,
}

/// A link ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedLink {
    /// The text of the link.
    pub title: Option<String>,
    /// The address.
    pub url: String,
}

/// Returns a digest of a text without digits. It is never 0.
pub fn digest_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash_words(text, &mut hasher);
    hasher.finish().max(1)
}

fn hash_words(text: &str, hasher: &mut DefaultHasher) {
    text.split(|c: char| c.is_ascii_digit())
        .for_each(|part| part.hash(hasher));
}

impl Faq {
    /// The files beside it that it names and that were read with it.
    pub fn companion_files(&self) -> &[PathBuf] {
        &self.beside
    }

    /// The entries, in the file's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the position of an entry.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the title of an entry; its id where there is none of this id any more.
    pub fn title_of(&self, id: &str, language: Language) -> String {
        let entry = self.index_of(id).and_then(|index| self.entries.get(index));
        entry.map_or_else(|| id.to_owned(), |entry| entry.title(language))
    }

    /// Returns groups of words that mean the same.
    pub fn synonyms(&self) -> &[Vec<String>] {
        &self.synonyms
    }

    /// Returns the further ways of asking for a human.
    pub fn human(&self) -> &Human {
        &self.human
    }

    /// Returns the id of the entry that has a message, but for case and signs, as one of its questions.
    pub fn entry_asking(&self, message: &str) -> Option<&str> {
        let asked = bare(message);
        self.entries
            .iter()
            .find(|entry| entry.questions.iter().any(|question| bare(question) == asked))
            .map(|entry| entry.id.as_str())
    }

    /// Tells if an entry has a text among its questions, word for word; `None` where there is no entry of this id.
    pub fn has_question(&self, id: &str, text: &str) -> Option<bool> {
        let entry = self.entries.get(self.index_of(id)?)?;
        let asked = bare(text);
        Some(entry.questions.iter().any(|question| bare(question) == asked))
    }

    /// Returns messages that no entry answers, though they look as if one did.
    pub fn out_of_scope(&self) -> &[String] {
        &self.out_of_scope
    }

    /// Returns the precision wanted of answers to messages that don't call the bot, 0.5 to 0.999.
    pub fn precision(&self) -> f64 {
        self.precision
    }

    /// The language of answers to messages that show none.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns the sentences of a language.
    pub fn texts(&self, language: Language) -> ComposedTexts<'_> {
        self.facts.catalogue.texts(language).into()
    }

    /// Returns the sentences to those who write the file: in its language.
    pub fn own_texts(&self) -> ComposedTexts<'_> {
        self.texts(self.language())
    }

    /// `true` if a text without white space is one of the desk's own sentences, in any language and in anybody's words.
    pub fn is_said(&self, sentence: &str, text: &str) -> bool {
        self.facts.catalogue.is_said(sentence, text)
    }

    /// `true` if the desk speaks a language.
    pub fn speaks(&self, language: Language) -> bool {
        self.facts.catalogue.speaks(language)
    }

    /// Returns the languages in which the desk speaks.
    pub fn languages(&self) -> impl Iterator<Item = Language> + '_ {
        self.facts.catalogue.languages()
    }

    /// Returns the sentences of every language.
    pub fn every_text(&self) -> impl Iterator<Item = ComposedTexts<'_>> {
        let catalogue = &*self.facts.catalogue;
        catalogue
            .languages()
            .map(|language| catalogue.texts(language).into())
    }

    /// Returns `true` if an entry is for a channel (`account/channel`) with these tags.
    pub fn is_for(&self, entry: usize, place: &str, tags: &[String]) -> bool {
        self.entries.get(entry).is_some_and(|entry| {
            let Audience {
                tags: wanted,
                channels,
            } = &entry.audience;
            (wanted.is_empty() && channels.is_empty())
                || wanted.iter().any(|tag| tags.contains(tag))
                || channels.iter().any(|channel| channel == place)
        })
    }

    /// Renders the answer of the entry at a position; an empty one if there is no such entry.
    pub fn render(&self, index: usize, context: &RenderContext) -> Rendered {
        let Some(entry) = self.entries.get(index) else {
            return Rendered {
                text: String::new(),
                pictures: Vec::new(),
                links: Vec::new(),
                see_also: Vec::new(),
            };
        };
        let links = entry.links.iter().map(|(title, url)| RenderedLink {
            title: title.as_ref().map(|title| title.get(context.language).to_owned()),
            url: url.clone(),
        });
        let titles = entry.see_also.iter().filter_map(|index| self.entries.get(*index));
        let text = self.answers.get((index, context.language), context.now, || {
            entry.answer.render(&self.facts, context)
        });
        Rendered {
            text,
            pictures: entry.pictures.clone(),
            links: links.collect(),
            see_also: titles.map(|entry| entry.title(context.language)).collect(),
        }
    }

    /// Returns a digest of an entry's answer at a moment in every language, without digits: opening hours count down. It is
    /// never 0.
    pub fn digest(&self, index: usize, now: Timestamp) -> u64 {
        self.digests.get(index, now, || {
            let mut hasher = DefaultHasher::new();
            if let Some(entry) = self.entries.get(index) {
                self.passage(entry).hash(&mut hasher);
            }
            for language in [Language::CHINESE, Language::ENGLISH] {
                let rendered = self.render(index, &RenderContext { now, language });
                hash_words(&rendered.text, &mut hasher);
            }
            hasher.finish().max(1)
        })
    }

    /// Returns an entry's title and answer, in all their languages, without the templates: the text that says what the
    /// entry is about. A title that is one of the questions is left out.
    pub fn passage(&self, entry: &Entry) -> String {
        let mut passage = String::new();
        for title in entry.title.versions() {
            if !entry.questions.iter().any(|question| question == title) {
                passage.push_str(title);
                passage.push('\n');
            }
        }
        for variant in &entry.answer.variants {
            passage.push_str(&self.facts.words(&variant.source));
            passage.push('\n');
        }
        passage
    }

    /// The hours by name, in the file's order.
    pub fn schedules(&self) -> impl Iterator<Item = (&str, &Schedule)> {
        let schedules = self.facts.schedules.iter();
        schedules.map(|(name, schedule)| (name.as_str(), schedule))
    }

    /// Returns the service hours: staff are there while they are open.
    pub fn service(&self) -> &Schedule {
        &self.facts.service
    }

    /// Returns `true` if staff are there by the service hours.
    pub fn service_open(&self, now: Timestamp) -> bool {
        self.service().is_open(now)
    }

    /// Describes the next opening of the service hours; `None` if they are open, or never will be.
    pub fn next_opening(&self, now: Timestamp, language: Language) -> Option<String> {
        match self.service().state(now) {
            State::Closed { opens: Some(opens) } => {
                Some(self.service().when(now, opens, self.texts(language)))
            }
            State::Open { .. } | State::Closed { opens: None } => None,
        }
    }

    /// Lists the contact points that are open, a line each; empty if none is.
    pub fn open_now(&self, now: Timestamp, language: Language) -> String {
        contact_points::list(
            self.facts
                .contacts
                .iter()
                .filter(|contact| contact.schedule.is_open(now)),
            self.texts(language),
        )
    }

    /// Lists the contact points that are open, without those with the ids in `failing`, a line each; empty if none is.
    pub fn open_but(&self, failing: &[String], now: Timestamp, language: Language) -> String {
        let others = self
            .facts
            .contacts
            .iter()
            .filter(|contact| !failing.contains(&contact.id));
        contact_points::list(
            others.filter(|contact| contact.schedule.is_open(now)),
            self.texts(language),
        )
    }

    /// Takes the lines that list contact points with the ids in `failing` out of an answer. `None` where it lists none of
    /// them; the text is empty where it lists no others.
    pub fn listing_but(&self, failing: &[String], text: &str) -> Option<String> {
        let contacts = &self.facts.contacts;
        let lists = |line: &str, contact: &ContactPoint| contact.is_line(line.trim(), &self.facts.catalogue);
        let lost = |line: &str| {
            let mut lost = contacts.iter().filter(|contact| failing.contains(&contact.id));
            lost.any(|contact| lists(line, contact))
        };
        if failing.is_empty() || !text.lines().any(lost) {
            return None;
        }
        let kept: Vec<&str> = text.lines().filter(|line| !lost(line)).collect();
        let others = kept
            .iter()
            .any(|line| contacts.iter().any(|contact| lists(line, contact)));
        Some(if others { kept.join("\n") } else { String::new() })
    }

    /// Returns the contact point that the answer of the entry at a position names, if it names only one.
    pub fn only_contact(&self, entry: usize) -> Option<&ContactPoint> {
        let entry = self.entries.get(entry)?;
        let variants = || entry.answer.variants.iter();
        let mut named = self
            .facts
            .contacts
            .iter()
            .filter(|contact| variants().any(|variant| self.facts.shows(&variant.source, contact)));
        named.next().filter(|_| {
            named.next().is_none() && !variants().any(|variant| self.facts.shows_all(&variant.source))
        })
    }

    /// Returns the contact points, in the file's order.
    pub fn contact_points(&self) -> &[ContactPoint] {
        &self.facts.contacts
    }

    /// Returns the end of the known holidays, of the calendar that ends first; `None` if no hours have a calendar.
    pub fn holidays_end(&self, now: Timestamp) -> Option<HolidaysEnd> {
        let schedules = self.facts.schedules.iter();
        let ends = schedules.filter_map(|(_, schedule)| HolidaysEnd::of(schedule, now));
        ends.min_by_key(|end| end.days_left)
    }

    /// Warns of a holiday calendar without data for this year, and of one that ends soon.
    pub fn calendar_warnings(&self, now: Timestamp) -> Vec<Problem> {
        let mut warnings: Vec<Problem> = Vec::new();
        for (_, schedule) in &self.facts.schedules {
            let Some(calendar) = schedule.holiday_calendar() else {
                continue;
            };
            let today = schedule.time_zone().to_datetime(now).date();
            let year = today.year();
            // A calendar of the coming year: its writer is ahead.
            let is_ahead = today.month() >= YEAR_ENDS && schedule.covers(year.saturating_add(1));
            let (message, chinese) = match HolidaysEnd::of(schedule, now).filter(HolidaysEnd::is_near) {
                Some(end) => {
                    let (chinese, english) = end.words();
                    (english, chinese)
                }
                None if !schedule.covers(year) && !is_ahead => (
                    format!(
                        "the holiday calendar `{calendar}` has no data for {year}: no holiday of it is known"
                    ),
                    format!("节假日表「{calendar}」没有 {year} 年的数据，那一年的节假日都不知道"),
                ),
                None => continue,
            };
            if warnings.iter().any(|warning| warning.message == message) {
                continue;
            }
            let help = format!(
                "when the dates are published, add them under `holidays: {{ {calendar}: {{ off: [...], work: [...] }} }}`, or in a file: \
                 `holidays: {{ {calendar}: {calendar}.yaml }}`"
            );
            let mut warning = Problem {
                help: Some(help),
                ..Problem::of_file(&self.file, message)
            };
            warning.in_chinese(format!(
                "{chinese}；公布以后请写在 holidays: {{ {calendar}: {{ off: [...], work: [...] }} }} 下面，或写成文件：holidays: {{ \
                 {calendar}: {calendar}.yaml }}"
            ));
            warnings.push(warning.into_warning());
        }
        warnings
    }

    /// Makes an error about a place of the file, without line and column where it is not known.
    fn problem_at(
        &self,
        place: Option<(usize, usize)>,
        path: String,
        message: String,
        help: Option<String>,
    ) -> Problem {
        let (line, column) = place.unwrap_or_default();
        Problem {
            line,
            column,
            path,
            help,
            ..Problem::of_file(&self.file, message)
        }
    }

    /// Makes an error about a pattern of an entry.
    pub fn pattern_problem(
        &self,
        (entry, pattern): (usize, usize),
        message: String,
        help: Option<String>,
    ) -> Problem {
        let place = self.places.get(entry);
        let place = place.and_then(|place| place.patterns.get(pattern)).copied();
        let path = format!("entries.{entry}.patterns.{pattern}");
        self.problem_at(place, path, message, help)
    }

    /// Makes an error about a message that is out of scope.
    pub fn out_of_scope_problem(&self, number: usize, message: String, help: Option<String>) -> Problem {
        let place = self.out_of_scope_places.get(number).copied();
        self.problem_at(place, format!("out_of_scope.{number}"), message, help)
    }

    fn problem(&self, entry: usize, message: String, help: Option<String>) -> Problem {
        let place = self.places.get(entry).map(|place| place.id);
        self.problem_at(place, format!("entries.{entry}"), message, help)
    }

    /// Returns line and column of a question.
    fn question_place(&self, entry: usize, question: usize) -> (usize, usize) {
        let place = self
            .places
            .get(entry)
            .and_then(|place| place.questions.get(question));
        let (line, column) = place.copied().unwrap_or_default();
        (line as usize, column as usize)
    }

    /// Makes an error about a test phrase of an entry: one that must match, or one that must not.
    fn test_problem(
        &self,
        entry: usize,
        (must_match, phrase): (bool, usize),
        message: String,
        help: Option<String>,
    ) -> Problem {
        let mut problem = self.problem(entry, message, help);
        let place = self.places.get(entry).and_then(|place| {
            let phrases = if must_match {
                &place.tests
            } else {
                &place.tests_not
            };
            phrases.get(phrase)
        });
        if let Some((line, column)) = place {
            (problem.line, problem.column) = (*line, *column);
        }
        problem
    }

    /// Makes an error about a question of an entry.
    pub fn question_problem(
        &self,
        (entry, question): (usize, usize),
        message: String,
        help: Option<String>,
    ) -> Problem {
        let place = self.question_place(entry, question);
        let path = format!("entries.{entry}.questions.{question}");
        self.problem_at(Some(place), path, message, help)
    }
}
