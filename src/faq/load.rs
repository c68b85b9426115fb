//! Loads faq.yaml's text as a [`Faq`], and reports everything wrong with it at once, with positions.

mod answers;
mod branches;
mod companion_files;
pub(super) mod entries;
mod hours;
mod languages;
mod misshapen_entries;
mod out_of_scope;
mod texts;

pub use entries::bare;
pub(super) use languages::added_by;

use super::contact_points::ContactPoint;
use super::file_schema::{ContactFile, EntryFile, Head};
use super::localized_text::{Text, speaking, spoken};
use super::minute_cache::MinuteCache;
use super::template::Facts;
use super::{EntryPositions, Faq};
use crate::hours::Schedule;
use crate::language::Language;
use crate::yaml::{Document, Limits, Problem};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// More entries than any admin could keep.
const MOST_ENTRIES: usize = 200_000;

/// A FAQ, with warnings about likely mistakes.
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
/// All problems of the file, in its order: it is no YAML, or a value is wrong or missing.
pub fn load(file: &str, text: &str) -> Result<Loaded, Vec<Problem>> {
    let mut loader = Loader {
        file,
        beside: Vec::new(),
        document: Document::parse(file, text, &Limits::default())?,
        lines: text.lines().collect(),
        problems: Vec::new(),
        warnings: Vec::new(),
        misread: BTreeSet::new(),
        broken_ids: HashSet::new(),
    };
    loader.warnings.extend(loader.document.warnings().iter().cloned());
    let loaded = speaking(added_by(&loader.document), || loader.faq(file));
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

/// Returns the id that was probably meant by one that can be none.
fn good_id(given: &str, at: usize) -> String {
    let words = given.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let joined = words.join("-");
    let typed: String = joined
        .trim_start_matches(['-', '_', '.'])
        .chars()
        .take(100)
        .collect();
    match typed.is_empty() {
        true => format!("entry-{}", at + 1),
        false => typed,
    }
}

/// The hours by name, in the file's order.
type Schedules = Vec<(String, Schedule)>;

struct Loader<'a> {
    file: &'a str,
    /// Files beside it that were read with it.
    beside: Vec<PathBuf>,
    document: Document,
    lines: Vec<&'a str>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// The paths of values that could not be read: errors that only follow from them are left out.
    misread: BTreeSet<String>,
    /// The ids of entries that could not be read.
    broken_ids: HashSet<String>,
}

impl Loader<'_> {
    fn faq(&mut self, file: &str) -> Option<Faq> {
        let head: Head = self.document.read(&[], &mut self.problems).unwrap_or_default();
        self.shape();
        self.note_misread();
        let language = self.language(&head);
        let precision = self.precision(&head);
        self.human(&head);
        let schedules = self.schedules(&head);
        let contacts = self.contacts(&head, &schedules);
        let service = self.service(&head, &schedules);
        let texts = self.texts(&head, language);
        let mut facts = Facts::new(schedules, contacts, service, (texts, language));

        let count = self.document.len(&path(&["entries"]));
        if count == 0 {
            let help = "add at least one: `- { id: ..., questions: [...], answer: ... }`".to_owned();
            self.error(
                &path(&["entries"]),
                "there are no entries".to_owned(),
                Some(help),
                "没有任何条目；请至少加一条：- { id: ..., questions: [...], answer: ... }",
            );
        }
        if count > MOST_ENTRIES {
            let message = format!("{count} entries; at most {MOST_ENTRIES} are read");
            let chinese = format!("有 {count} 个条目，最多 {MOST_ENTRIES} 个；请删掉一些");
            self.error(&path(&["entries"]), message, None, chinese);
            return None;
        }
        let files: Vec<(usize, EntryFile)> = (0..count)
            .filter_map(|at| {
                let path = vec!["entries".to_owned(), at.to_string()];
                let read = self.document.read::<EntryFile>(&path, &mut self.problems);
                if read.is_none() {
                    let id = [path, vec!["id".to_owned()]].concat();
                    self.broken_ids
                        .extend(self.document.text_at(&id).map(str::to_owned));
                }
                Some((at, read?))
            })
            .collect();
        self.note_misread();
        let by_id = self.ids(&files);
        let asked = self.repeated_questions(&files);
        self.out_of_scope(&head, &asked);
        let mut entries = Vec::with_capacity(files.len());
        let mut places = Vec::with_capacity(files.len());
        for (at, file) in files {
            places.push(self.place(at, &file));
            entries.push(self.entry(at, file, &by_id, &mut facts, language));
        }
        let facts = Arc::new(facts);
        self.try_answers(&entries, &facts);
        Some(Faq {
            by_id: by_id.into_iter().map(|(id, at)| (Arc::from(id), at)).collect(),
            entries,
            synonyms: head.synonyms,
            human: head.human,
            out_of_scope_places: (0..head.out_of_scope.len())
                .map(|at| self.document.position(&path(&["out_of_scope", &at.to_string()])))
                .collect(),
            out_of_scope: head.out_of_scope,
            precision,
            language,
            facts,
            places,
            file: file.to_owned(),
            beside: std::mem::take(&mut self.beside),
            answers: MinuteCache::default(),
            digests: MinuteCache::default(),
        })
    }

    /// Returns the places of an entry and its parts.
    fn place(&self, entry: usize, file: &EntryFile) -> EntryPositions {
        let entry = entry.to_string();
        let mut question = path(&["entries", &entry, "questions", ""]);
        let questions = (0..file.questions.len()).map(|at| {
            if let Some(last) = question.last_mut() {
                *last = at.to_string();
            }
            let (line, column) = self.document.position(&question);
            let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            (short(line), short(column))
        });
        let each = |keys: &[&str], count: usize| {
            let above = [&["entries", entry.as_str()], keys].concat();
            let position = |at: usize| {
                self.document
                    .position(&path(&[&above, [at.to_string().as_str()].as_slice()].concat()))
            };
            (0..count).map(position).collect()
        };
        EntryPositions {
            patterns: each(&["patterns"], file.patterns.len()),
            tests: each(&["tests", "match"], file.tests.matches.len()),
            tests_not: each(&["tests", "not"], file.tests.not.len()),
            channels: each(&["audience", "channels"], file.audience.channels.len()),
            tags: each(&["audience", "tags"], file.audience.tags.len()),
            questions: questions.collect(),
            id: self.document.position(&path(&["entries", &entry, "id"])),
        }
    }

    /// Reports an error, unless it follows from one that was reported: about a value that could not be read at this
    /// place, or in it.
    fn error(&mut self, path: &[String], message: String, help: Option<String>, chinese: impl Into<String>) {
        let above = (0..=path.len()).any(|end| self.misread.contains(&path[..end].join(".")));
        if above || self.is_misread(path) {
            return;
        }
        let mut problem = self.document.problem(path, message, help);
        problem.chinese = Some(chinese.into()).filter(|text| !text.is_empty());
        self.problems.push(problem);
    }

    fn note_misread(&mut self) {
        self.misread
            .extend(self.problems.iter().map(|problem| problem.path.clone()));
    }

    /// Returns `true` if a value at a path, or in it, could not be read.
    fn is_misread(&self, path: &[String]) -> bool {
        let path = path.join(".");
        let within = format!("{path}.");
        self.misread.contains(&path)
            || self
                .misread
                .range(within.clone()..)
                .next()
                .is_some_and(|misread| misread.starts_with(&within))
    }

    /// Returns the names under a key of the file that are there but could not be read.
    fn misread_names(&self, key: &str) -> Vec<String> {
        let within = format!("{key}.");
        let names = self.misread.range(within.clone()..);
        names
            .map_while(|path| path.strip_prefix(&within))
            .map(|rest| rest.split('.').next().unwrap_or(rest).to_owned())
            .collect()
    }

    fn language(&mut self, head: &Head) -> Language {
        let Some(tag) = &head.language else {
            return Language::CHINESE;
        };
        spoken(tag).unwrap_or_else(|| {
            self.error(
                &path(&["language"]),
                format!("unknown language `{tag}`"),
                Some("use zh or en, or else zh-Hant or ja".to_owned()),
                format!("不认识语言「{tag}」；请写 zh 或 en，也可以写 zh-Hant 或 ja"),
            );
            Language::CHINESE
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
                "precision 超出范围；请写 0.5 到 0.999 之间的数，一般用 0.95",
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
                    "一组同义词至少要有两个词，例如 [工单, ticket]",
                );
            }
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
                if text.is_some_and(Text::has_blank) {
                    self.error(
                        &below(key),
                        format!("the {key} is empty"),
                        None,
                        format!("{key} 是空的；请补上内容，或删掉这一行"),
                    );
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
                    format!("联系方式「{id}」既没有 value 也没有 link；请加上 value:（号码、地址）或 link:"),
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
        for id in self.misread_names("contact_points") {
            if contacts.iter().all(|contact| contact.id != id) {
                let text = Text::same(id.clone());
                contacts.push(ContactPoint {
                    id,
                    name: text.clone(),
                    schedule: Schedule::always(),
                    purpose: Some(text.clone()),
                    value: Some(text),
                    link: Some(String::new()),
                    recommended: false,
                });
            }
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
        if what == "hours" && self.misread.contains("hours") {
            return;
        }
        let mut known = known;
        let mut shown: Vec<&str> = known.by_ref().take(30).collect();
        if known.next().is_some() {
            shown.push("…");
        }
        let known = shown;
        let what_chinese = if what == "hours" { "服务时间" } else { "条目" };
        let (mut help, mut chinese) = if known.is_empty() {
            (
                format!("there are no {what}"),
                format!("没有名为「{name}」的{what_chinese}，文件里一个也没有"),
            )
        } else {
            let known = known.join(", ");
            (
                format!("there are: {known}"),
                format!("没有名为「{name}」的{what_chinese}；现有：{known}"),
            )
        };
        if what == "hours"
            && let Some(typed) = misshapen_entries::schedule_of(name)
        {
            help.push_str(&format!(
                "; other hours get a name of their own under `hours:` at the top, which stands here; write:\n{typed}"
            ));
            chinese.push_str(&format!(
                "；这里只写名称，时间要在文件开头的 hours: 下面另起一个名称再写，例如写成：\n{typed}"
            ));
        }
        self.error(path, format!("unknown {what} `{name}`"), Some(help), chinese);
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
                    format!("正则表达式「{pattern}」会匹配任何消息；请至少要求一个字符"),
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
                    format!(
                        "「{pattern}」不是正确的正则表达式；要按原样匹配的符号前面请加 \\ ，不需要正则就写在 questions 里"
                    ),
                );
            }
        }
    }

    /// Checks the address of a picture, which the platforms fetch.
    fn picture(&mut self, path: &[String], address: &str) {
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        if is_web {
            self.link(path, address);
            return;
        }
        self.error(
            path,
            format!("`{address}` is no link to a picture"),
            Some(
                "a picture is sent by its address on the web: put it where everybody can open it, and write its address, which \
                 begins with https://"
                    .to_owned(),
            ),
            format!(
                "「{address}」不是图片的网址；图片要先传到大家都能打开的网站上，这里写以 https:// 开头的网址"
            ),
        );
    }

    fn link(&mut self, path: &[String], link: &str) {
        let scheme = ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .find_map(|scheme| link.strip_prefix(scheme));
        if !scheme.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)) {
            let mut help = "it begins with https://, http://, mailto: or tel: and has no spaces".to_owned();
            let mut chinese =
                format!("「{link}」不是链接；要以 https://、http://、mailto: 或 tel: 开头，中间没有空格");
            if let Some(meant) = misshapen_entries::link_meant(link) {
                help.push_str(&format!("; write: \"{meant}\""));
                chinese.push_str(&format!("，写成：\"{meant}\""));
            }
            self.error(path, format!("`{link}` is no link"), Some(help), chinese);
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
                let typed = good_id(&file.id, *at);
                let help = format!(
                    "write id: {typed} (letters, digits, `-`, `_` and `.`, at most 100, beginning with a letter or digit)"
                );
                self.error(
                    &here,
                    format!("`{}` is no id", file.id),
                    Some(help),
                    format!(
                        "「{}」不能作为 id；请写 id: {typed}（只能用文字、数字、-、_ 和 . ，以文字或数字开头，最多 100 个字符）",
                        file.id
                    ),
                );
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
                    format!(
                        "id「{}」重复了，第一次在第 {line} 行；请改掉一个，或合并成一个条目",
                        file.id
                    ),
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
