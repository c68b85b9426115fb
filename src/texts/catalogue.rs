//! The languages with their sentences.

use super::wording::Wording;
use crate::language::Language;
use crate::yaml::{Document, Limits};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, LazyLock};

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
        let document = Document::parse(language.tag(), file, &Limits::default()).unwrap_or_default();
        let wordings: Option<BTreeMap<String, String>> = document.read(&[], &mut Vec::new());
        let table = catalogue.tables.entry(language).or_default();
        for (name, wording) in wordings.unwrap_or_default() {
            drop(table.add(name, wording));
        }
    }
    Arc::new(catalogue)
});

/// The sentences of every language.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    tables: BTreeMap<Language, Table>,
}

/// The sentences of a language.
#[derive(Clone)]
struct Table {
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
    fn add(&mut self, name: String, wording: String) -> Result<(), minijinja::Error> {
        if let Some(plain) = Wording::read(&wording) {
            self.plain.insert(name.clone(), plain);
        }
        self.templates.add_template_owned(name, wording)
    }

    fn say(&self, name: &str, values: &[(&'static str, Value)]) -> Option<String> {
        let plain = self.plain.get(name).and_then(|wording| wording.fill(values));
        plain.or_else(|| {
            let template = self.templates.get_template(name).ok()?;
            template.render(Value::from_pairs(values.iter().cloned())).ok()
        })
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
    pub(super) fn placeholders(&self, language: Language, name: &str) -> std::collections::HashSet<String> {
        let table = self.tables.get(&language);
        let template = table.and_then(|table| table.templates.get_template(name).ok());
        template
            .map(|template| template.undeclared_variables(false))
            .unwrap_or_default()
    }

    /// Returns the sentences of a language; those of the nearest one where it does not speak it.
    pub fn texts(&self, language: Language) -> Texts<'_> {
        Texts {
            catalogue: self,
            language,
        }
    }
}

/// The sentences of one language, with a function for each.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    catalogue: &'a Catalogue,
    language: Language,
}

impl<'a> Texts<'a> {
    /// Returns the language.
    pub fn language(self) -> Language {
        self.language
    }

    /// Fills in a sentence. Where this language has none of the name, the nearest one has; the last is English.
    pub(super) fn say(self, name: &str, values: &[(&'static str, Value)]) -> String {
        self.tables()
            .find_map(|table| table.say(name, values))
            // A sentence stands in every file, and is rendered before it is taken up.
            .unwrap_or_else(|| name.to_owned())
    }

    fn tables(self) -> impl Iterator<Item = &'a Table> {
        let languages = self.language.nearest().chain([Language::ENGLISH]);
        languages.filter_map(|language| self.catalogue.tables.get(&language))
    }
}
