//! Entries from other formats, and into them. Reads bytes and returns text: no file is opened here.
//!
//! A reader a format finds questions with their answers (`Found`); `gather` puts those with the same answer together, gives them
//! ids, and tells of each that it left out; `compose` makes a FAQ of them that loads.

mod blocks;
mod compose;
mod csv;
mod encoding;
mod entry_cells;
mod entry_id;
mod excel;
mod export;
mod gather_entries;
mod html;
mod json;
mod koishi;
mod markdown;
mod rasa;
mod table;
mod text_kind;
mod weak_entries;
mod zammad;

#[cfg(test)]
mod tests;

pub use export::{Exported, Target, export};
pub use weak_entries::Weak;

use crate::faq::WrittenEntry;
use crate::language::Language;
use std::fmt;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values: question, answer.
    Csv,
    /// A spreadsheet: xlsx, xls, ods.
    Excel,
    /// Headings, `**Q:**` and `**A:**`, `details` and `summary`.
    Markdown,
    /// Headings, `dt` and `dd`, `details` and `summary`.
    Html,
    /// JSON or JSON lines; those of other programs are known by their keys.
    Json,
    /// Rasa's training data and domain.
    Rasa,
}

/// A file to read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name, as it is shown.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Questions with answers of one import; a FAQ of so many is several times as large as any that people keep.
const FOUND_MAX: usize = 50_000;

/// A part of a file is counted in these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Lines of a text.
    Line,
    /// Rows of a table.
    Row,
    /// Items of a list.
    Item,
}

/// A place in a file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePosition {
    /// The file's name.
    pub file: String,
    /// The unit that is counted.
    pub unit: Unit,
    /// From 1; 0 is the file as a whole.
    pub number: usize,
}

impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match (self.unit, self.number) {
            (_, 0) => write!(f, "{file}"),
            (Unit::Line, number) => write!(f, "{file}:{number}"),
            (Unit::Row, number) => write!(f, "{file} 第 {number} 行/row {number}"),
            (Unit::Item, number) => write!(f, "{file} 第 {number} 项/item {number}"),
        }
    }
}

/// The outcome of something that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is not in the FAQ.
    LeftOut,
    /// It is there once already.
    Duplicate,
    /// It is in the FAQ, and not as it was.
    Changed,
    /// It is in the FAQ, and may not be meant so.
    Doubtful,
}

/// Something that is not in the FAQ as it was read, or may not be meant to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The place where it stood.
    pub place: SourcePosition,
    /// Outcome.
    pub fate: ImportOutcome,
    /// The reason, in English.
    pub english: String,
    /// The reason, in Chinese.
    pub chinese: String,
}

/// Everything that is not in the FAQ as it was read, in the order of the files.
#[derive(Debug, Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn add(
        &mut self,
        place: &SourcePosition,
        fate: ImportOutcome,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) {
        self.0.push(Note {
            place: place.clone(),
            fate,
            english: english.into(),
            chinese: chinese.into(),
        });
    }

    fn left_out(&mut self, place: &SourcePosition, english: impl Into<String>, chinese: impl Into<String>) {
        self.add(place, ImportOutcome::LeftOut, english, chinese);
    }
}

/// The reason why nothing was imported or exported, in Chinese and English, with what to type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImportRefusal(pub String);

/// A question with its answer, and where it stood.
#[derive(Debug, Clone)]
struct Found {
    entry: WrittenEntry,
    place: SourcePosition,
}

/// The entries and notes read so far.
#[derive(Debug, Default)]
struct Parsed {
    found: Vec<Found>,
    notes: Notes,
    /// All but the entries, where the file has it.
    head: String,
    rasa: rasa::Parts,
    zammad: zammad::Parts,
}

impl Parsed {
    fn found(&mut self, entry: WrittenEntry, place: SourcePosition) {
        self.found.push(Found { entry, place });
    }
}

/// The FAQ into which the imported entries are put.
#[derive(Debug, Clone)]
pub enum Destination {
    /// A file of its own; with all but the entries of another FAQ, where one is given.
    New(Option<String>),
    /// Behind the entries of this FAQ.
    Behind(String),
}

/// The settings of an import beside its files.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of all files; by their names and contents where none is given.
    pub format: Option<Format>,
    /// The FAQ's language; by its words where none is given.
    pub language: Option<Language>,
    /// The name of the FAQ that is written, as it is shown.
    pub file: String,
    /// The FAQ into which the entries are put.
    pub into: Destination,
    /// Tells what a question means to the bot by itself, in English and in Chinese: such a one can't be an entry's, and is left out.
    pub meaning: fn(&str) -> Option<Meaning>,
}

/// The meaning of a question for the bot itself, in English and in Chinese.
pub type Meaning = (&'static str, &'static str);

/// A FAQ that was made of other files.
#[derive(Debug)]
pub struct Imported {
    /// faq.yaml.
    pub yaml: String,
    /// The number of entries read.
    pub entries: usize,
    /// The number of their questions together.
    pub questions: usize,
    /// The number of questions put to an entry because their answer is the same.
    pub grouped: usize,
    /// Everything that is not in it as it was read, in the order of the files.
    pub notes: Vec<Note>,
    /// Entries with one question, those first that need others most.
    pub weak: Vec<Weak>,
}

/// Returns the text of a file in any encoding that is known here, as [`import`] reads one.
///
/// # Errors
/// Refuses bytes that are no text in any of them.
pub fn text_of(name: &str, bytes: &[u8]) -> Result<String, ImportRefusal> {
    encoding::decode(name, bytes, false)
}

/// Makes a FAQ of files.
///
/// # Errors
/// A file can't be read as its format, or holds no questions with answers.
pub fn import(sources: &[Source], options: &Options) -> Result<Imported, ImportRefusal> {
    let mut parsed = Parsed::default();
    for source in sources {
        read(source, options.format, &mut parsed)?;
        if parsed.found.len() > FOUND_MAX {
            return Err(ImportRefusal(format!(
                "{name} 里的问答超过 {FOUND_MAX} 条，没有导入；请分开导入，或先挑出常用的 / {name} has more than {FOUND_MAX} questions with answers: split \
                 it, or choose those that are asked often",
                name = source.name
            )));
        }
    }
    rasa::finish(&mut parsed);
    zammad::finish(&mut parsed);
    compose::compose(parsed, options)
}

/// Reads a file of a format, or of the format that it seems to have.
fn read(source: &Source, format: Option<Format>, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let format = match format {
        Some(format) => format,
        None => guess(source)?,
    };
    if format == Format::Excel {
        return excel::read(source, parsed);
    }
    let text = encoding::decode(&source.name, &source.bytes, format == Format::Html)?;
    match format {
        Format::Csv => csv::read(&source.name, &text, parsed),
        Format::Markdown => {
            markdown::read(&source.name, &text, parsed);
            Ok(())
        }
        Format::Html => {
            html::read(&source.name, &text, parsed);
            Ok(())
        }
        Format::Json => json::read(&source.name, &text, parsed),
        Format::Rasa => rasa::read(&source.name, &text, parsed),
        Format::Excel => Ok(()),
    }
}

/// The format of a file by the end of its name, or by how it begins.
fn guess(source: &Source) -> Result<Format, ImportRefusal> {
    let name = source.name.to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "csv" | "tsv" => return Ok(Format::Csv),
        "xlsx" | "xlsm" | "xls" | "ods" => return Ok(Format::Excel),
        "md" | "markdown" => return Ok(Format::Markdown),
        "html" | "htm" | "xhtml" => return Ok(Format::Html),
        "json" | "jsonl" | "ndjson" => return Ok(Format::Json),
        "yml" | "yaml" => return Ok(Format::Rasa),
        _ => {}
    }
    let begins: Vec<u8> = source
        .bytes
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || [0xef, 0xbb, 0xbf].contains(byte))
        .take(4)
        .collect();
    match begins.as_slice() {
        [b'P', b'K', ..] | [0xd0, 0xcf, 0x11, 0xe0] => Ok(Format::Excel),
        [b'{' | b'[', ..] => Ok(Format::Json),
        [b'<', ..] => Ok(Format::Html),
        [b'#', ..] => Ok(Format::Markdown),
        _ => Err(ImportRefusal(format!(
            "看不出 {name} 是什么格式；请加上 --format csv|excel|markdown|html|json|rasa / the format of {name} can't be told: add --format \
             csv|excel|markdown|html|json|rasa",
            name = source.name
        ))),
    }
}
