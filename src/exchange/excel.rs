//! Spreadsheets: every sheet that has a column of questions and one of answers.

mod bounds;

use super::export::HEAD_SHEET;
use super::table::{self, Row};
use super::{ImportOutcome, ImportRefusal, Parsed, Source, SourcePosition, Unit};
use calamine::{Data, ExcelDateTime, Range, Reader, open_workbook_auto_from_rs};
use std::io::Cursor;
use std::panic::AssertUnwindSafe;

/// Reads a file.
pub(super) fn read(source: &Source, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    // What calamine trips over in a broken file ends the import, and not the program.
    let read = std::panic::catch_unwind(AssertUnwindSafe(|| read_book(source, parsed)));
    read.unwrap_or_else(|_| Err(ImportRefusal(bounds::OutOfBounds::Broken.in_words(&source.name))))
}

fn read_book(source: &Source, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let name = &source.name;
    let refused = |error: &dyn std::fmt::Display| {
        ImportRefusal(format!(
            "{name} 不是能读的表格：{error}；请另存为 .xlsx 或 .csv 再导入 / {name} is no spreadsheet that can be read: {error}; save it as \
             .xlsx or .csv"
        ))
    };
    let too_large = |error: bounds::OutOfBounds| ImportRefusal(error.in_words(name));
    let mut budget = bounds::Budget::default();
    bounds::before_opening(&source.bytes, &mut budget).map_err(too_large)?;
    let mut book =
        open_workbook_auto_from_rs(Cursor::new(source.bytes.as_slice())).map_err(|error| refused(&error))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for sheet in &names {
        bounds::sheet(&mut book, sheet, &mut budget).map_err(too_large)?;
        let range = book.worksheet_range(sheet).map_err(|error| refused(&error))?;
        if sheet == HEAD_SHEET {
            parsed.head = head(&range);
            continue;
        }
        let file = match names.len() {
            1 => name.clone(),
            _ => format!("{name}「{sheet}」"),
        };
        let rows = rows(&file, &range);
        if !table::is_empty(&rows) {
            sheets.push(Sheet { file, rows });
        }
    }
    read_sheets(&sheets, parsed)
}

/// A sheet that is not empty.
#[derive(Debug)]
struct Sheet {
    /// The file's name, with the sheet's where there are several.
    file: String,
    rows: Vec<Row>,
}

/// The rows of a sheet, counted as the sheet counts them.
fn rows(file: &str, range: &Range<Data>) -> Vec<Row> {
    let first = range.start().map_or(0, |(row, _)| row as usize);
    range
        .rows()
        .enumerate()
        .map(|(at, cells)| {
            let place = SourcePosition {
                file: file.to_owned(),
                unit: Unit::Row,
                number: first + at + 1,
            };
            (place, cells.iter().map(cell).collect())
        })
        .collect()
}

/// Reads the sheets whose first row names the columns. Where none does, a sheet alone is read as any table is, and of several those that
/// hold questions with answers by their look.
fn read_sheets(sheets: &[Sheet], parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    if let [only] = sheets {
        return table::read(&only.file, &only.rows, parsed);
    }
    let has_names = sheets.iter().any(|sheet| table::is_named(&sheet.rows));
    let is_taken = |sheet: &Sheet| match has_names {
        true => table::is_named(&sheet.rows),
        false => table::holds_pairs(&sheet.rows),
    };
    if let Some(first) = sheets.first()
        && !sheets.iter().any(is_taken)
    {
        return Err(table::unknown(&first.file, &first.rows));
    }
    for sheet in sheets {
        let whole = SourcePosition {
            file: sheet.file.clone(),
            unit: Unit::Row,
            number: 0,
        };
        if !is_taken(sheet) {
            let english = "the sheet has no column of questions and none of answers";
            parsed
                .notes
                .left_out(&whole, english, "这个工作表没有「问题」和「答案」两列");
            continue;
        }
        if !has_names {
            parsed.notes.add(
                &whole,
                ImportOutcome::Doubtful,
                "no row names the columns: the first column was taken for questions, the second for answers",
                "没有列名：第一列当成了问题，第二列当成了答案",
            );
        }
        table::read(&sheet.file, &sheet.rows, parsed)?;
    }
    Ok(())
}

/// The lines of the sheet that holds all but the entries.
fn head(range: &Range<Data>) -> String {
    let mut head = String::new();
    for row in range.rows() {
        head.push_str(&row.first().map(cell).unwrap_or_default());
        head.push('\n');
    }
    head
}

fn cell(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(is_true) => is_true.to_string(),
        Data::DateTime(moment) => in_words(moment),
    }
}

/// A date, a time or both, as a person would write it.
fn in_words(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = match second {
        0 => format!("{hour:02}:{minute:02}"),
        second => format!("{hour:02}:{minute:02}:{second:02}"),
    };
    match (moment.as_f64() < 1.0, moment.as_f64().fract() == 0.0) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}
