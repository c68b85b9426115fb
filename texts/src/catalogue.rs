//! The languages with their sentences.

use super::wording::Wording;
use crate::language::Language;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// Shortest piece of a sentence by which it is known, in characters without white space.
const SURE_PIECE: usize = 6;

/// Stands for what is filled in.
const FILLED_IN: char = '\u{1}';

/// Longest sentence, in characters, beside what is filled in.
pub const SENTENCE_MAX_CHARS: usize = 2_000;

/// The largest amount of work for one sentence, in the engine's fuel.
const FUEL: u64 = 20_000;

/// Languages that the program speaks by itself, with their files.
const FILES: [(Language, &str); 4] = [
    (Language::CHINESE, include_str!("zh.yaml")),
    (Language::ENGLISH, include_str!("en.yaml")),
    (Language::JAPANESE, include_str!("ja.yaml")),
    (Language::TRADITIONAL_CHINESE, include_str!("zh-Hant.yaml")),
];

static BUILT_IN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    let mut catalogue = Catalogue::default();
    for (language, file) in FILES {
        // A test reads every file and compiles every sentence.
        let wordings: BTreeMap<String, String> = serde_yaml::from_str(file).unwrap_or_default();
        let mut table = Table::default();
        for (name, wording) in wordings {
            drop(table.add(&name, wording));
        }
        catalogue.tables.insert(language, Arc::new(table));
    }
    Arc::new(catalogue)
});

/// The sentences of every language.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub(super) tables: BTreeMap<Language, Arc<Table>>,
    /// Sentences that `faq.yaml` changes.
    changed: BTreeMap<Language, Table>,
}

/// Reason for which a wording is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordingFault {
    /// No sentence has this name.
    NoSuchSentence,
    /// The wording names what this sentence is not told.
    NoSuchPlaceholder(String),
    /// The wording leaves out a placeholder.
    Missing(String),
    /// The wording names a placeholder, and never says its value.
    Unsaid(String),
    /// The wording says nothing.
    Empty,
    /// What it says is longer than [`SENTENCE_MAX_CHARS`], in characters.
    TooLong(usize),
    /// It has a character that nobody sees, or that turns the direction of others.
    Hidden(char),
    /// The wording is no valid template, or can't be filled in.
    Template(String),
}

/// The sentences of a language.
#[derive(Clone)]
pub(super) struct Table {
    templates: Environment<'static>,
    /// Wordings that need no template engine.
    plain: HashMap<String, Wording>,
}

impl Default for Table {
    fn default() -> Self {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        templates.set_syntax(syntax());
        templates.set_fuel(Some(FUEL));
        templates.set_recursion_limit(20);
        templates.add_filter("plural", plural);
        Self {
            templates,
            plain: HashMap::new(),
        }
    }
}

impl Table {
    fn add(&mut self, name: &str, wording: String) -> Result<(), minijinja::Error> {
        if let Some(plain) = Wording::read(&wording) {
            self.plain.insert(name.to_owned(), plain);
        }
        self.templates.add_template_owned(name.to_owned(), wording)
    }

    fn say(&self, name: &str, values: &[(&'static str, Value)]) -> Option<String> {
        let plain = self.plain.get(name).and_then(|wording| wording.fill(values));
        let said = plain.or_else(|| self.try_say(name, values).ok())?;
        // What was short when it was tried may be long for one ticket.
        let filled = || -> usize { values.iter().map(|(_, value)| value.to_string().len()).sum() };
        (said.len() <= SENTENCE_MAX_CHARS || said.chars().count() <= SENTENCE_MAX_CHARS + filled())
            .then_some(said)
    }

    fn try_say(&self, name: &str, values: &[(&'static str, Value)]) -> Result<String, minijinja::Error> {
        let template = self.templates.get_template(name)?;
        template.render(Value::from_pairs(values.iter().cloned()))
    }

    fn placeholders(&self, name: &str) -> BTreeSet<String> {
        let template = self.templates.get_template(name).ok();
        let used = template.map(|template| template.undeclared_variables(false));
        used.unwrap_or_default().into_iter().collect()
    }

    /// Returns the longest piece of a sentence's own words, without white space.
    fn longest_piece(&self, name: &str) -> Option<String> {
        let filled_in = Value::from(FILLED_IN.to_string());
        let used = self.placeholders(name);
        let values = used
            .into_iter()
            .map(|placeholder| (placeholder, filled_in.clone()));
        let template = self.templates.get_template(name).ok()?;
        let said = template.render(Value::from_pairs(values)).ok()?;
        let pieces = said
            .split(FILLED_IN)
            .map(|piece| -> String { piece.chars().filter(|c| !c.is_whitespace()).collect() });
        pieces.max_by_key(|piece| piece.chars().count())
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.templates.templates().map(|(name, _)| name))
            .finish()
    }
}

/// Syntax of minijinja, but that a line's end stays.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .keep_trailing_newline(true)
        .build()
        .unwrap_or_default()
}

/// Chooses between the form for one and the form for others.
fn plural(count: i64, one: String, others: String) -> String {
    if count == 1 { one } else { others }
}

impl Catalogue {
    /// Returns the languages and sentences of the program itself.
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// Says a sentence of a language in other words, which are tried.
    ///
    /// # Errors
    /// There is no such sentence, or the wording does not fit it.
    pub fn change(&mut self, language: Language, name: &str, wording: &str) -> Result<(), WordingFault> {
        let sentence = super::sentences().find(|sentence| sentence.name == name);
        let sentence = sentence.ok_or(WordingFault::NoSuchSentence)?;
        if wording.trim().is_empty() {
            return Err(WordingFault::Empty);
        }
        let before = self.texts(language).written(name);
        let mut tried = Table::default();
        let wording = spaced_like(&before, wording.trim());
        let broken = |error: minijinja::Error| WordingFault::Template(one_line(&error));
        tried.add(name, wording.clone()).map_err(broken)?;
        let used = tried.placeholders(name);
        // In the order of their names, so that the same mistake is told the same way.
        if let Some(unknown) = used.iter().find(|used| !sentence.has(used)) {
            return Err(WordingFault::NoSuchPlaceholder(unknown.clone()));
        }
        if let Some(missing) = sentence.needed.iter().find(|needed| !used.contains(**needed)) {
            return Err(WordingFault::Missing((*missing).to_owned()));
        }
        let mut said = Vec::new();
        for values in sentence.samples().iter().chain([&sentence.made_up(false)]) {
            let filled = tried.try_say(name, values).map_err(broken)?;
            // Of no parts there may be nothing to say.
            if filled.trim().is_empty() && !self.texts(language).say(name, values).trim().is_empty() {
                return Err(WordingFault::Empty);
            }
            said.push(filled);
        }
        let longest = said.iter().map(|text| text.chars().count()).max();
        if let Some(longest) = longest.filter(|longest| *longest > SENTENCE_MAX_CHARS) {
            return Err(WordingFault::TooLong(longest));
        }
        let mut written = wording.chars().chain(said.iter().flat_map(|text| text.chars()));
        if let Some(hidden) = written.find(|c| is_hidden(*c)) {
            return Err(WordingFault::Hidden(hidden));
        }
        if let Some(unsaid) = sentence.unsaid(&said) {
            return Err(WordingFault::Unsaid(unsaid.to_owned()));
        }
        let changed = self.changed.entry(language).or_default();
        changed.add(name, wording).map_err(broken)
    }

    /// Returns a placeholder, and a value of it with which a changed sentence says nothing although the program's own words say something.
    /// `None` where it always says something, as far as is tried.
    pub fn hidden_by(&self, language: Language, name: &str) -> Option<(&'static str, String)> {
        let table = self.changed.get(&language)?;
        let sentence = super::sentences().find(|sentence| sentence.name == name)?;
        let own = Self::built_in().texts(language);
        sentence.variants().into_iter().find_map(|(placeholder, values)| {
            let hidden = table
                .say(name, &values)
                .is_some_and(|said| said.trim().is_empty());
            let value = values.iter().find(|(name, _)| *name == placeholder);
            let shown = value.map(|(_, value)| value.to_string()).unwrap_or_default();
            (hidden && !own.say(name, &values).trim().is_empty()).then_some((placeholder, shown))
        })
    }

    /// `true` if a text without white space is a sentence in any language, in the program's words or the admin's. A platform may cut
    /// the end of what is quoted.
    pub fn is_said(&self, name: &str, text: &str) -> bool {
        let tables = self
            .tables
            .values()
            .map(|table| &**table)
            .chain(self.changed.values());
        tables.filter_map(|table| table.longest_piece(name)).any(|piece| {
            let length = piece.chars().count();
            let begins: String = piece.chars().take(length.div_ceil(2).max(SURE_PIECE)).collect();
            length >= SURE_PIECE && text.contains(&begins)
        })
    }

    /// Returns the file with the sentences of a language.
    pub fn built_in_file(language: Language) -> Option<&'static str> {
        let file = FILES.iter().find(|(of, _)| *of == language);
        file.map(|(_, text)| *text)
    }

    /// Returns the languages that it speaks.
    pub fn languages(&self) -> impl Iterator<Item = Language> + '_ {
        self.tables.keys().copied()
    }

    /// `true` if it speaks a language.
    pub fn speaks(&self, language: Language) -> bool {
        self.tables.contains_key(&language)
    }

    /// Returns the names of the sentences that a language has.
    #[cfg(test)]
    pub(super) fn names(&self, language: Language) -> Vec<String> {
        let table = self.tables.get(&language);
        let templates = table.into_iter().flat_map(|table| table.templates.templates());
        templates.map(|(name, _)| name.to_owned()).collect()
    }

    /// Returns the placeholders that the wording of a sentence names in a language.
    #[cfg(test)]
    pub(super) fn placeholders(&self, language: Language, name: &str) -> BTreeSet<String> {
        let table = self.tables.get(&language);
        table.map(|table| table.placeholders(name)).unwrap_or_default()
    }

    /// Returns the sentences of a language; those of the nearest one where it does not speak it.
    pub fn texts(&self, language: Language) -> Texts<'_> {
        Texts {
            catalogue: self,
            language,
            after: None,
        }
    }

    /// Returns the sentences in Chinese and English at once, for readers whose language nobody knows: of the log, of health, of alerts.
    pub fn both() -> Texts<'static> {
        Texts {
            catalogue: Self::built_in(),
            language: Language::CHINESE,
            after: Some((Language::ENGLISH, " / ")),
        }
    }

    /// Returns the same sentences, English below Chinese, for texts that have the room.
    pub fn both_in_lines() -> Texts<'static> {
        Texts {
            after: Some((Language::ENGLISH, "\n")),
            ..Self::both()
        }
    }
}

/// The sentences of one language, with a function for each.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    catalogue: &'a Catalogue,
    language: Language,
    /// Language in which a sentence is said once more behind the first, and what stands between them.
    after: Option<(Language, &'static str)>,
}

impl<'a> Texts<'a> {
    /// Returns the language.
    pub fn language(self) -> Language {
        self.language
    }

    /// Fills in a sentence. Where this language has none of the name, the nearest one has; the last is English.
    pub(super) fn say(self, name: &str, values: &[(&'static str, Value)]) -> String {
        // Words that fill in to nothing hide a sentence which has something to say: then the program's own are said.
        let mut said = self.tables().filter_map(|table| table.say(name, values));
        let first = said.next();
        let is_blank = first.as_ref().is_none_or(|first| first.trim().is_empty());
        let other = is_blank
            .then(|| said.find(|other| !other.trim().is_empty()))
            .flatten();
        // A sentence stands in every file, and is rendered before it is taken up.
        let said = other.or(first).unwrap_or_else(|| name.to_owned());
        match self.after {
            None => said,
            Some((language, between)) => {
                let again = self.catalogue.texts(language).say(name, values);
                format!("{said}{between}{again}")
            }
        }
    }

    /// Returns the wording of a sentence, as it is written.
    pub(super) fn written(self, name: &str) -> String {
        let mut templates = self.tables().map(|table| table.templates.get_template(name));
        let template = templates.find_map(Result::ok);
        template
            .map(|template| template.source().to_owned())
            .unwrap_or_default()
    }

    fn tables(self) -> impl Iterator<Item = &'a Table> {
        let Self {
            catalogue, language, ..
        } = self;
        let languages = language.nearest().chain([Language::ENGLISH]);
        languages.flat_map(|language| {
            let own = catalogue.tables.get(&language).map(|table| &**table);
            catalogue.changed.get(&language).into_iter().chain(own)
        })
    }
}

/// `true` for a control character, and for one that shows nothing or turns the direction of others.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Puts the white space around a wording that the sentence has: some are said after others.
fn spaced_like(before: &str, wording: &str) -> String {
    let lead = &before[..before.len() - before.trim_start().len()];
    let trail = &before[before.trim_end().len()..];
    format!("{lead}{wording}{trail}")
}

fn one_line(error: &minijinja::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}
