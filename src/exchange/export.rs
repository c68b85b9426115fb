//! Entries of a FAQ in other formats, from which `import` reads them again.

mod excel;
mod json;
mod markdown;

use super::ImportRefusal;
use super::entry_cells;
use crate::faq::{WrittenEntry, WrittenFaq};

/// The sheet of a spreadsheet that holds all but the entries.
pub(super) const HEAD_SHEET: &str = "faq.yaml";

/// A format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Comma-separated values, for spreadsheets; the entries alone.
    Csv,
    /// A row a question with its answer, for other programs.
    Pairs,
    /// A spreadsheet.
    Excel,
    /// Markdown, to be read.
    Markdown,
    /// JSON, for programs.
    Json,
}

/// The result of an export.
#[derive(Debug)]
pub struct Exported {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Everything that the format can't hold, in English and Chinese.
    pub lost: Vec<(String, String)>,
}

/// Writes a FAQ in another format.
///
/// # Errors
/// The spreadsheet can't be made.
pub fn export(faq: &WrittenFaq, to: Target) -> Result<Exported, ImportRefusal> {
    let mut lost = Vec::new();
    let bytes = match to {
        Target::Csv => {
            if !faq.head.trim().is_empty() {
                lost.push((
                    "hours, contact points and all else that is no entry: `groupdesk import --facts faq.yaml` adds them again".to_owned(),
                    "条目以外的内容（服务时间、联系方式等）；再导入时用 --facts faq.yaml 补上".to_owned(),
                ));
            }
            csv(&table(&faq.entries))
        }
        Target::Pairs => {
            lost.push((
                "all but questions and answers; templates are written as they stand".to_owned(),
                "问题和答案以外的内容；答案里的模板按原样写出".to_owned(),
            ));
            csv(&pairs(&faq.entries))
        }
        Target::Excel => excel::write(&table(&faq.entries), &faq.head)?,
        Target::Markdown => markdown::write(faq).into_bytes(),
        Target::Json => json::write(faq).into_bytes(),
    };
    Ok(Exported { bytes, lost })
}

/// Rows of cells, an entry a row, under the names of their columns.
fn table(entries: &[WrittenEntry]) -> Vec<Vec<String>> {
    const FIRST: [&str; 8] = [
        "id",
        "title",
        "title.zh",
        "title.en",
        "questions",
        "answer",
        "answer.zh",
        "answer.en",
    ];
    let rows: Vec<Vec<(String, String)>> = entries.iter().flat_map(rows_of).collect();
    let mut names: Vec<String> = Vec::new();
    for name in rows.iter().flatten().map(|(name, _)| name) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    // Two columns are always there, so that the table can be read again.
    for needed in ["questions", "answer"] {
        if !names.iter().any(|name| name.starts_with(needed)) {
            names.push(needed.to_owned());
        }
    }
    let rank = |name: &String| {
        let place = FIRST.iter().position(|first| first == name);
        let answers = usize::from(!name.starts_with("answer."));
        (place.unwrap_or(FIRST.len()), answers)
    };
    names.sort_by_key(rank);
    let mut table = vec![names.clone()];
    for row in rows {
        let cell = |name: &String| {
            row.iter()
                .find(|(known, _)| known == name)
                .map(|(_, cell)| cell.clone())
        };
        table.push(names.iter().map(|name| cell(name).unwrap_or_default()).collect());
    }
    table
}

/// The most characters of UTF-16 that Excel keeps in a cell are 32,767.
const CELL_CHARS_MAX: usize = 15_000;

/// The rows of an entry: one, and one more for each lot of questions that have no room in a cell.
fn rows_of(entry: &WrittenEntry) -> Vec<Vec<(String, String)>> {
    let mut lots: Vec<Vec<String>> = vec![Vec::new()];
    let mut chars = 0;
    for question in &entry.questions {
        let length = question.chars().count() + 1;
        if chars + length > CELL_CHARS_MAX {
            lots.push(Vec::new());
            chars = 0;
        }
        chars += length;
        if let Some(lot) = lots.last_mut() {
            lot.push(super::gather_entries::one_line(question));
        }
    }
    let mut rows = Vec::new();
    for (at, lot) in lots.into_iter().enumerate() {
        let row = match at {
            0 => WrittenEntry {
                questions: lot,
                ..entry.clone()
            },
            _ => WrittenEntry {
                id: entry.id.clone(),
                questions: lot,
                ..WrittenEntry::default()
            },
        };
        rows.push(entry_cells::cells(&row));
    }
    rows
}

/// A row a question: with the answer in the question's language, where there are several.
fn pairs(entries: &[WrittenEntry]) -> Vec<Vec<String>> {
    let mut table = vec![vec!["question".to_owned(), "answer".to_owned()]];
    for entry in entries {
        for question in &entry.questions {
            let is_chinese = question.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
            let language = if is_chinese { "zh" } else { "en" };
            let mut answers = entry.answer.iter();
            let own = answers.find(|(path, _)| path.split('.').any(|step| step == language));
            let answer = own.or(entry.answer.first()).map(|(_, text)| text.clone());
            table.push(vec![question.clone(), answer.unwrap_or_default()]);
        }
    }
    table
}

/// Comma-separated values. Excel takes them for UTF-8 because of the mark at the beginning.
fn csv(table: &[Vec<String>]) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for row in table {
        // Writing into memory can't fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}
