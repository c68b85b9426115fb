//! Answers are templates, so that each fact stands once in the file. The values of their names are computed at use.

mod bounds;
pub(super) mod faults;
mod names;

use super::RenderContext;
use super::contact_points::{self, ContactPoint};
use crate::hours::{Schedule, State};
use crate::language::Language;
use crate::texts::{Catalogue, ComposedTexts};
use faults::TemplateFault;
use jiff::Timestamp;
use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{Environment, UndefinedBehavior};
use std::fmt;
use std::sync::Arc;

/// The largest amount of work for one answer, in the engine's fuel. A text with a few names costs some dozens.
const FUEL: u64 = 20_000;

/// `true` if a text has the signs of a template.
pub fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|sign| text.contains(sign))
}

/// The facts that answers name.
pub(super) struct Facts {
    pub(super) schedules: Vec<(String, Schedule)>,
    pub(super) contacts: Vec<ContactPoint>,
    pub(super) service: Schedule,
    pub(super) catalogue: Arc<Catalogue>,
    /// Language of the file.
    language: Language,
    templates: Environment<'static>,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts")
            .field("contacts", &self.contacts)
            .finish_non_exhaustive()
    }
}

/// An answer's variants.
#[derive(Debug)]
pub(super) struct AnswerTemplate {
    pub(super) variants: Vec<Variant>,
    /// The hours that decide between open and closed; `None` for the service hours.
    pub(super) schedule: Option<Schedule>,
}

/// One variant of an answer.
#[derive(Debug)]
pub(super) struct Variant {
    /// The language of its readers; `None` for all.
    pub(super) language: Option<Language>,
    /// `true` for open hours, `false` for closed ones; `None` for any time.
    pub(super) open: Option<bool>,
    pub(super) source: Source,
}

/// The text of a variant.
#[derive(Debug)]
pub(super) enum Source {
    /// A text without a template.
    Plain(String),
    /// The name of a compiled template.
    Template(String),
}

impl Facts {
    pub(super) fn new(
        schedules: Vec<(String, Schedule)>,
        contacts: Vec<ContactPoint>,
        service: Schedule,
        (catalogue, language): (Arc<Catalogue>, Language),
    ) -> Self {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        templates.set_fuel(Some(FUEL));
        templates.set_recursion_limit(20);
        bounds::restrict(&mut templates);
        Self {
            schedules,
            contacts,
            service,
            catalogue,
            language,
            templates,
        }
    }

    /// Compiles a text.
    ///
    /// # Errors
    /// The text is no valid template, or its templates write a list, a tuple or a mapping.
    pub(super) fn compile(&mut self, name: String, text: &str) -> Result<Source, minijinja::Error> {
        if !text.contains("{{") && !text.contains("{%") && !text.contains("{#") {
            return Ok(Source::Plain(text.trim_end().to_owned()));
        }
        bounds::check(text)?;
        self.templates
            .add_template_owned(name.clone(), text.trim_end().to_owned())?;
        Ok(Source::Template(name))
    }

    /// Renders a text at a moment for a reader.
    ///
    /// # Errors
    /// The template names something that does not exist, or takes too much work.
    pub(super) fn try_render(
        self: &Arc<Self>,
        source: &Source,
        context: &RenderContext,
    ) -> Result<String, minijinja::Error> {
        match source {
            Source::Plain(text) => Ok(text.clone()),
            Source::Template(name) => {
                let names = Names {
                    facts: Arc::clone(self),
                    now: context.now,
                    language: context.language,
                };
                self.templates
                    .get_template(name)?
                    .render(Value::from_object(names))
            }
        }
    }

    /// Returns the first name in a text that does not exist, as it is written there.
    pub(super) fn lost_name(self: &Arc<Self>, source: &Source, context: &RenderContext) -> Option<String> {
        let template = self.template(source)?;
        let all = Value::from_object(Names {
            facts: Arc::clone(self),
            now: context.now,
            language: context.language,
        });
        let leads_to_nothing = |name: &str| {
            let end = name.split('.').try_fold(all.clone(), |value, step| {
                value.get_attr(step).ok().filter(|value| !value.is_undefined())
            });
            // In a template `a-b` is a difference.
            end.is_none() || name.contains('-')
        };
        let mut used = names::used(&template).into_iter();
        used.find(|name| leads_to_nothing(name)).map(str::to_owned)
    }

    /// Returns the known name that a missing one probably stands for.
    pub(super) fn meant(&self, name: &str) -> Option<String> {
        let mut known = self.names();
        let below = |above: &str, ids: Vec<String>, keys: &[&str]| -> Vec<String> {
            let full = |id: &String| {
                let name = reference(above, id);
                keys.iter()
                    .map(move |key| format!("{name}.{key}"))
                    .collect::<Vec<_>>()
            };
            ids.iter().flat_map(full).collect()
        };
        let schedules = self.schedules.iter().map(|(name, _)| name.clone()).collect();
        known.extend(below("hours", schedules, &["notation", "open"]));
        let contacts = self.contacts.iter().map(|contact| contact.id.clone()).collect();
        known.extend(below("contact", contacts, &CONTACT_KEYS));
        let plain = name.replace('-', "_");
        if known.contains(&plain) {
            // It is there, and only has no value.
            return (plain != name).then_some(plain);
        }
        self.part_meant(&plain)
            .or_else(|| crate::yaml::nearest(&plain, &known).map(str::to_owned))
    }

    /// Returns the part of a contact point or of hours that a missing name probably stands for: never the whole in its
    /// place, which says something else.
    fn part_meant(&self, name: &str) -> Option<String> {
        let contact = self.contacts.iter().find_map(|contact| {
            let whole = reference("contact", &contact.id);
            let key = name.strip_prefix(&whole)?.strip_prefix('.')?;
            let keys: Vec<String> = CONTACT_KEYS.iter().map(|key| (*key).to_owned()).collect();
            let has_value = contact.value.is_some();
            let meant = match key {
                "url" | "href" | "链接" | "网址" if contact.link.is_some() => "link",
                "时间" | "time" | "times" => "hours",
                "名称" | "名字" | "title" => "name",
                "用途" => "purpose",
                key => crate::yaml::nearest(key, &keys)
                    .filter(|_| key != "num")
                    .unwrap_or(if has_value { "value" } else { "link" }),
            };
            Some(format!("{whole}.{meant}"))
        });
        contact.or_else(|| {
            self.schedules.iter().find_map(|(id, _)| {
                let whole = reference("hours", id);
                let key = name.strip_prefix(&whole)?.strip_prefix('.')?;
                let keys = ["notation", "open"].map(str::to_owned);
                Some(match crate::yaml::nearest(key, &keys) {
                    Some(key) => format!("{whole}.{key}"),
                    None => whole,
                })
            })
        })
    }

    /// Finds the part of a text that is not written right as a template.
    pub(super) fn fault(&self, text: &str) -> Option<TemplateFault> {
        let schedules = self.schedules.iter().map(|(name, _)| ("hours", name.as_str()));
        let contacts = self
            .contacts
            .iter()
            .map(|contact| ("contact", contact.id.as_str()));
        faults::find(text, &schedules.chain(contacts).collect::<Vec<_>>())
    }

    /// Returns the names that answers may use, for error messages.
    pub(super) fn names(&self) -> Vec<String> {
        let hours = self.schedules.iter().map(|(name, _)| reference("hours", name));
        let contacts = self
            .contacts
            .iter()
            .map(|contact| reference("contact", &contact.id));
        TOP.iter()
            .filter(|name| **name != "hours" && **name != "contact")
            .map(|name| (*name).to_owned())
            .chain(hours)
            .chain(contacts)
            .collect()
    }
}

impl Facts {
    fn template(&self, source: &Source) -> Option<String> {
        match source {
            Source::Plain(_) => None,
            Source::Template(name) => {
                let template = self.templates.get_template(name).ok()?;
                Some(template.source().to_owned())
            }
        }
    }

    /// Returns `true` if an answer shows a contact point, by its name or written out.
    pub(super) fn shows(&self, source: &Source, contact: &ContactPoint) -> bool {
        match (source, self.template(source)) {
            (Source::Plain(text), _) => contact.is_written_in(text),
            (_, Some(template)) => {
                let name = reference("contact", &contact.id);
                template.match_indices(&name).any(|(at, found)| {
                    let after = template
                        .get(at + found.len()..)
                        .and_then(|rest| rest.chars().next());
                    after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                })
            }
            (Source::Template(_), None) => false,
        }
    }

    /// Returns `true` if an answer lists the contact points.
    pub(super) fn shows_all(&self, source: &Source) -> bool {
        self.template(source)
            .is_some_and(|template| template.contains("contact_list") || template.contains("open_now"))
    }

    /// Returns the text of a source without its templates.
    pub(super) fn words(&self, source: &Source) -> String {
        let template = match source {
            Source::Plain(text) => return text.clone(),
            Source::Template(name) => self.templates.get_template(name),
        };
        let mut words = String::new();
        let mut rest = template.as_ref().map_or("", |template| template.source());
        while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
            let (before, tag) = rest.split_at(start);
            words.push_str(before);
            words.push(' ');
            let end = tag.find("}}").into_iter().chain(tag.find("%}")).min();
            rest = end.and_then(|end| tag.get(end + 2..)).unwrap_or_default();
        }
        words.push_str(rest);
        words
    }
}

impl Variant {
    /// Returns the language of its words: the one that it is marked with, else the one that they are written in; `None` where
    /// they show none.
    fn own_language(&self, facts: &Facts) -> Option<Language> {
        self.language
            .or_else(|| written_in(&facts.words(&self.source), facts.language))
    }
}

/// Returns the language of the words of an answer; addresses have none.
pub(super) fn written_in(words: &str, default: Language) -> Option<Language> {
    if Language::is_japanese(words) {
        return Some(Language::JAPANESE);
    }
    let is_chinese = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
    if words.contains(is_chinese) {
        return Some(Language::of_han(default));
    }
    let plain = words
        .split_whitespace()
        .filter(|word| word.chars().all(char::is_alphabetic));
    (plain.count() >= 2).then_some(Language::ENGLISH)
}

impl AnswerTemplate {
    /// Renders the answer for a reader at a moment. Every variant was tried when the file was loaded; if one still fails,
    /// the next best is used.
    pub(super) fn render(&self, facts: &Arc<Facts>, context: &RenderContext) -> String {
        let open = self
            .schedule
            .as_ref()
            .unwrap_or(&facts.service)
            .is_open(context.now);
        let mut ranked: Vec<&Variant> = self
            .variants
            .iter()
            .filter(|variant| variant.open.is_none_or(|o| o == open))
            .collect();
        ranked.sort_by_key(|variant| match variant.language {
            Some(language) if language == context.language => 0,
            None => 1,
            Some(language) if context.language.nearest().any(|near| near == language) => 2,
            Some(_) => 3,
        });
        for variant in ranked {
            // Hours and names stand in the language of the sentence around them.
            let context = RenderContext {
                language: variant.own_language(facts).unwrap_or(context.language),
                ..*context
            };
            match facts.try_render(&variant.source, &context) {
                Ok(text) => return text,
                Err(error) => tracing::error!(%error, "an answer can't be rendered"),
            }
        }
        String::new()
    }
}

/// Returns a name as templates can write it: `qq-group` is `qq_group` there.
fn identifier(name: &str) -> String {
    name.replace(['-', '.', ' '], "_")
}

/// Returns `true` if a template can write a name behind a dot.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '_')
}

/// Returns what a template writes for a name under `hours` or `contact`.
fn reference(above: &str, name: &str) -> String {
    let plain = identifier(name);
    match is_identifier(&plain) {
        true => format!("{above}.{plain}"),
        false => format!("{above}['{name}']"),
    }
}

fn same(name: &str, key: &str) -> bool {
    name == key || identifier(name) == key
}

/// The names at the top.
const TOP: [&str; 6] = [
    "hours",
    "contact",
    "open_now",
    "next_opening",
    "service_open",
    "contact_list",
];

/// The names under a contact point.
const CONTACT_KEYS: [&str; 7] = ["name", "hours", "notation", "purpose", "value", "link", "open"];

/// All names; their values are computed when a template asks for them.
#[derive(Debug)]
struct Names {
    facts: Arc<Facts>,
    now: Timestamp,
    language: Language,
}

impl Object for Names {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let Names { facts, now, language } = &**self;
        let texts = ComposedTexts::from(facts.catalogue.texts(*language));
        Some(match key.as_str()? {
            "hours" => Value::from_object(HoursNames(Arc::clone(self))),
            "contact" => Value::from_object(ContactNames(Arc::clone(self))),
            "open_now" => {
                let open = facts
                    .contacts
                    .iter()
                    .filter(|contact| contact.schedule.is_open(*now));
                Value::from(contact_points::list(open, texts))
            }
            "contact_list" => Value::from(contact_points::list(facts.contacts.iter(), texts)),
            "service_open" => Value::from(facts.service.is_open(*now)),
            "next_opening" => Value::from(next_opening(&facts.service, *now, texts)),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&TOP)
    }
}

/// Describes the next opening of the service hours; "now" while they are open.
fn next_opening(service: &Schedule, now: Timestamp, texts: ComposedTexts<'_>) -> String {
    match service.state(now) {
        State::Closed { opens: Some(opens) } => service.when(now, opens, texts),
        State::Open { .. } => texts.now(),
        State::Closed { opens: None } => texts.no_opening_known(),
    }
}

/// `hours.NAME`.
#[derive(Debug)]
struct HoursNames(Arc<Names>);

impl Object for HoursNames {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let (_, schedule) = self.0.facts.schedules.iter().find(|(name, _)| same(name, key))?;
        let language = self.0.language;
        Some(Value::from_object(HoursValue {
            text: schedule.describe(self.0.facts.catalogue.texts(language).into()),
            notation: schedule.notation().map(str::to_owned),
            open: schedule.is_open(self.0.now),
        }))
    }
}

/// Hours: their text, and more by key.
#[derive(Debug)]
struct HoursValue {
    text: String,
    notation: Option<String>,
    open: bool,
}

impl Object for HoursValue {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "notation" => Some(Value::from(
                self.notation.clone().unwrap_or_else(|| self.text.clone()),
            )),
            "open" => Some(Value::from(self.open)),
            _ => None,
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `contact.NAME`.
#[derive(Debug)]
struct ContactNames(Arc<Names>);

impl Object for ContactNames {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let at = self
            .0
            .facts
            .contacts
            .iter()
            .position(|contact| same(&contact.id, key))?;
        Some(Value::from_object(ContactValue {
            names: Arc::clone(&self.0),
            at,
        }))
    }
}

/// `contact.NAME.KEY`.
#[derive(Debug)]
struct ContactValue {
    names: Arc<Names>,
    at: usize,
}

impl Object for ContactValue {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let Names { facts, now, language } = &*self.names;
        let contact = facts.contacts.get(self.at)?;
        Some(match key.as_str()? {
            "name" => Value::from(contact.name.get(*language)),
            "hours" => Value::from(contact.schedule.describe(facts.catalogue.texts(*language).into())),
            "notation" => match contact.schedule.notation() {
                Some(notation) => Value::from(notation),
                None => Value::from(contact.schedule.describe(facts.catalogue.texts(*language).into())),
            },
            "purpose" => Value::from(contact.purpose.as_ref()?.get(*language)),
            "value" => Value::from(contact.value.as_ref()?.get(*language)),
            "link" => Value::from(contact.link.clone()?),
            "open" => Value::from(contact.schedule.is_open(*now)),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contact = self.names.facts.contacts.get(self.at);
        f.write_str(contact.map_or("", |contact| contact.name.get(self.names.language)))
    }
}
