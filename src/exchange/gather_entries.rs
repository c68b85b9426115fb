//! From what was found to entries: texts are cleaned, questions with the same answer put together, repeated ones left out, ids given.

use super::{Found, ImportOutcome, Meaning, Notes, Parsed, SourcePosition, entry_cells, entry_id};
use crate::faq::{Versions, WrittenEntry, bare};
use std::collections::{HashMap, HashSet};

/// The longest question and the longest answer that a FAQ takes, in characters.
const MAX_CHARS: (usize, usize) = (1_000, 20_000);
/// The most questions of an entry that a FAQ takes.
const MAX_QUESTIONS: usize = 5_000;

/// The content of a FAQ to which entries are added.
#[derive(Debug, Default)]
pub(super) struct Present {
    /// Ids.
    pub(super) ids: HashSet<String>,
    /// Questions' letters, and whose they are.
    pub(super) asked: HashMap<String, String>,
    /// Tells what a question means to the bot by itself.
    pub(super) meaning: Option<fn(&str) -> Option<Meaning>>,
}

/// An entry to be, and where its first part stood.
#[derive(Debug, Clone)]
pub(super) struct Gathered {
    pub(super) entry: WrittenEntry,
    pub(super) place: SourcePosition,
}

/// The entries gathered so far, with notes of the rest.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    pub(super) entries: Vec<Gathered>,
    pub(super) notes: Notes,
    /// The number of finds that went to an entry that has their answer.
    pub(super) grouped: usize,
    by_id: HashMap<String, usize>,
    by_answer: HashMap<WrittenEntry, Vec<usize>>,
    /// A question's letters, and where it stood first: in which entry, and at which place.
    asked: HashMap<String, (usize, SourcePosition)>,
}

/// Gathers all that was found.
pub(super) fn gather(parsed: Parsed, standing: &Present) -> Gathering {
    let mut gathering = Gathering {
        notes: parsed.notes,
        ..Gathering::default()
    };
    for found in parsed.found {
        gathering.take(found, standing);
    }
    gathering.name(standing);
    gathering
}

impl Gathering {
    fn take(&mut self, found: Found, standing: &Present) {
        let place = found.place;
        let mut entry = self.clean(found.entry, &place);
        let own = entry_id::given(&entry.id);
        // The number of a row joins its rows, and is no name.
        let row = match entry.id.trim() {
            "" => String::new(),
            row => format!("{}\n{row}", place.file),
        };
        let same_id = self.by_id.get(own.as_deref().unwrap_or(&row)).copied();
        if entry.answer.is_empty() && same_id.is_none() {
            let question = entry.questions.first().cloned().unwrap_or_default();
            self.notes.left_out(
                &place,
                format!("no answer to `{question}`"),
                format!("「{question}」没有答案"),
            );
            return;
        }
        if self.is_too_long(&entry, &place) {
            return;
        }
        let key = answer_of(&entry);
        let same =
            |at: &usize| self.entries.get(*at).map(|known| answer_of(&known.entry)) == Some(key.clone());
        let joined = match same_id {
            Some(at) if entry.answer.is_empty() || same(&at) => Some(at),
            _ => {
                let same = self.by_answer.get(&key).into_iter().flatten().copied();
                // Two names are two entries, though they say the same.
                same.into_iter().find(|at| {
                    let known = self.entries.get(*at).map(|known| known.entry.id.as_str());
                    own.is_none() || known.is_none_or(str::is_empty) || known == own.as_deref()
                })
            }
        };
        if same_id.is_some() && joined.is_none() && own.is_some() {
            let id = entry.id.clone();
            self.notes.add(
                &place,
                ImportOutcome::Changed,
                format!("the id `{id}` stands here again with another answer: it got another id"),
                format!("id「{id}」在这里又出现了，答案却不同，已改用别的 id"),
            );
        }
        let at = joined.unwrap_or(self.entries.len());
        let asks = !entry.questions.is_empty();
        let questions = self.new_questions(at, std::mem::take(&mut entry.questions), &place, standing);
        if let Some(known) = joined.and_then(|at| self.entries.get_mut(at)) {
            self.grouped += questions.len();
            let room = MAX_QUESTIONS.saturating_sub(known.entry.questions.len());
            let left = questions.len().saturating_sub(room);
            known.entry.questions.extend(questions.into_iter().take(room));
            known.entry.patterns.append(&mut entry.patterns);
            if known.entry.title.is_empty() {
                known.entry.title = entry.title;
            }
            if known.entry.id.is_empty()
                && let Some(own) = own.filter(|own| !self.by_id.contains_key(own))
            {
                known.entry.id.clone_from(&own);
                self.by_id.insert(own, at);
            }
            if left > 0 {
                self.notes.left_out(
                    &place,
                    format!("{left} question(s) more than the {MAX_QUESTIONS} that an entry may have"),
                    format!("一个条目最多 {MAX_QUESTIONS} 个问题，多出 {left} 个"),
                );
            }
            return;
        }
        if questions.is_empty() && entry.patterns.is_empty() {
            if !asks {
                self.notes.left_out(&place, "no question", "没有问题");
            }
            return;
        }
        entry.questions = questions;
        entry.id = own
            .filter(|own| !self.by_id.contains_key(own) && !standing.ids.contains(own))
            .unwrap_or_default();
        for id in [row, entry.id.clone()] {
            if !id.is_empty() {
                self.by_id.entry(id).or_insert(at);
            }
        }
        self.by_answer.entry(key).or_default().push(at);
        self.entries.push(Gathered { entry, place });
    }

    /// The questions that nobody has yet; the others are told of.
    fn new_questions(
        &mut self,
        at: usize,
        questions: Vec<String>,
        place: &SourcePosition,
        standing: &Present,
    ) -> Vec<String> {
        let mut new = Vec::new();
        for question in questions {
            let letters = bare(&question);
            if letters.is_empty() {
                if !question.is_empty() {
                    self.notes.left_out(
                        place,
                        format!("`{question}` has no letters: nobody asks with it"),
                        format!("「{question}」里没有文字，不能当问题"),
                    );
                }
                continue;
            }
            if question.chars().count() > MAX_CHARS.0 {
                let most = MAX_CHARS.0;
                self.notes.left_out(
                    place,
                    format!("a question of more than {most} characters"),
                    format!("问题超过 {most} 个字"),
                );
                continue;
            }
            if let Some((english, chinese)) = standing.meaning.and_then(|meaning| meaning(&question)) {
                self.notes.left_out(
                    place,
                    format!("`{question}` {english}, and can be no question of an entry"),
                    format!("「{question}」是机器人自带的含义（{chinese}），不能当问题"),
                );
                continue;
            }
            if let Some(entry) = standing.asked.get(&letters) {
                self.notes.add(
                    place,
                    ImportOutcome::Duplicate,
                    format!("`{question}` is a question of entry `{entry}` already: its answer there stays"),
                    format!("「{question}」已经是条目「{entry}」的问题，保留原来的答案"),
                );
                continue;
            }
            match self.asked.get(&letters) {
                Some((known, first)) if *known == at => {
                    let first = first.clone();
                    self.notes.add(
                        place,
                        ImportOutcome::Duplicate,
                        format!("`{question}` again; first at {first}"),
                        format!("「{question}」重复，第一次在 {first}"),
                    );
                }
                Some((_, first)) => {
                    let first = first.clone();
                    self.notes.add(
                        place,
                        ImportOutcome::Duplicate,
                        format!("`{question}` again with another answer: the one at {first} stays"),
                        format!("「{question}」重复，答案却不同；保留 {first} 的答案"),
                    );
                }
                None => {
                    self.asked.insert(letters, (at, place.clone()));
                    new.push(question);
                }
            }
        }
        new
    }

    fn is_too_long(&mut self, entry: &WrittenEntry, place: &SourcePosition) -> bool {
        let most = MAX_CHARS.1;
        let is_long = entry.answer.iter().any(|(_, text)| text.chars().count() > most);
        if is_long {
            self.notes.left_out(
                place,
                format!("an answer of more than {most} characters"),
                format!("答案超过 {most} 个字"),
            );
        }
        is_long
    }

    /// The entry without what no FAQ takes.
    fn clean(&mut self, mut entry: WrittenEntry, place: &SourcePosition) -> WrittenEntry {
        let mut questions = Vec::with_capacity(entry.questions.len());
        for question in &entry.questions {
            questions.push(one_line(question));
        }
        questions.retain(|question| !question.is_empty());
        entry.questions = questions;
        for (_, text) in entry.answer.iter_mut().chain(&mut entry.title) {
            *text = cleaned(text);
        }
        for (key, versions) in [("answer", &mut entry.answer), ("title", &mut entry.title)] {
            versions.retain(|(_, text)| !text.is_empty());
            for (path, text) in settled(versions) {
                self.notes.left_out(
                    place,
                    format!("{key} `{path}`: there is another one in its place: {text}"),
                    format!("{key}「{path}」：同一个位置已经有别的内容：{text}"),
                );
            }
        }
        for list in [
            &mut entry.patterns,
            &mut entry.pictures,
            &mut entry.see_also,
            &mut entry.tests_match,
            &mut entry.tests_not,
            &mut entry.tags,
            &mut entry.channels,
        ] {
            for text in list.iter_mut() {
                *text = one_line(text);
            }
            list.retain(|text| !text.is_empty());
        }
        for (key, word, known) in [
            ("handoff", &mut entry.handoff, &["never", "offer", "always"][..]),
            ("unasked", &mut entry.unasked, &["certain", "never"][..]),
        ] {
            if !word.is_empty() && !known.contains(&word.as_str()) {
                let word = std::mem::take(word);
                self.notes.left_out(
                    place,
                    format!("`{key}: {word}`, which is none of {}", known.join(", ")),
                    format!("「{key}: {word}」不是 {} 之一", known.join("、")),
                );
            }
        }
        entry
    }

    /// Gives every entry an id that no other has.
    fn name(&mut self, standing: &Present) {
        let mut taken: HashSet<String> = standing.ids.clone();
        taken.extend(
            self.entries
                .iter()
                .map(|known| known.entry.id.clone())
                .filter(|id| !id.is_empty()),
        );
        for Gathered { entry, .. } in &mut self.entries {
            if !entry.id.is_empty() {
                continue;
            }
            let title = entry.title.first().map(|(_, title)| title);
            let question = entry.questions.first().or(title).or(entry.patterns.first());
            let question = question.cloned().unwrap_or_default();
            let proposed = entry_id::propose(&question);
            let mut id = proposed.clone();
            if taken.contains(&id) {
                id = entry_id::marked(&proposed, &question);
            }
            let mut number = 2;
            while taken.contains(&id) {
                id = format!("{proposed}-{number}");
                number += 1;
            }
            taken.insert(id.clone());
            entry.id = id;
        }
        let mut left = Vec::new();
        for Gathered { entry, place } in &mut self.entries {
            let own = entry.id.clone();
            entry.see_also.retain(|id| {
                let stays = *id != own && taken.contains(id);
                if !stays {
                    left.push((place.clone(), id.clone()));
                }
                stays
            });
        }
        for (place, id) in left {
            self.notes.left_out(
                &place,
                format!("see_also `{id}`: there is no such entry"),
                format!("see_also「{id}」：没有这个条目"),
            );
        }
    }
}

/// All of an entry that is said: two with the same are one.
fn answer_of(entry: &WrittenEntry) -> WrittenEntry {
    let mut answer = entry.clone();
    answer.id.clear();
    answer.title = Versions::new();
    answer.questions = Vec::new();
    answer.patterns = Vec::new();
    for (_, text) in &mut answer.answer {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    answer
}

/// Puts versions in order, and takes out those that can't stand beside others: a text for all beside one for each language.
fn settled(versions: &mut Versions) -> Versions {
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut out = Versions::new();
    let speaks = |versions: &Versions, tag: &str| versions.iter().any(|(path, _)| path.starts_with(tag));
    let by_language = speaks(versions, "zh") || speaks(versions, "en");
    if let Some(at) = versions
        .iter()
        .position(|(path, _)| path.is_empty())
        .filter(|_| by_language)
    {
        let (_, text) = versions.remove(at);
        let own = if is_chinese(&text) { "zh" } else { "en" };
        match speaks(versions, own) {
            true => out.push((String::new(), text)),
            false => versions.push((own.to_owned(), text)),
        }
    }
    entry_cells::in_order(versions);
    let mut kept = Versions::new();
    for (path, text) in versions.drain(..) {
        let stands =
            |known: &str| known.is_empty() || path == known || path.starts_with(&format!("{known}."));
        match kept.iter().any(|(known, _)| stands(known)) {
            true => out.push((path, text)),
            false => kept.push((path, text)),
        }
    }
    *versions = kept;
    out
}

/// A text without characters that a FAQ refuses, or that nobody sees; lines end as they do everywhere.
pub(super) fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let clean: String = text
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            // With a tab or such a space in it, a text of several lines could not stand as it is under `|`.
            '\t' | '\u{a0}' => Some(' '),
            '\n' => Some(c),
            '\u{feff}' | '\u{200b}' | '\u{fffe}' | '\u{ffff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect();
    let lines: Vec<&str> = clean.split('\n').map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    let text = cleaned(text);
    match text.contains('\n') {
        true => text.split_whitespace().collect::<Vec<_>>().join(" "),
        false => text,
    }
}
