//! Spreadsheets: every sheet that has a column of questions and one of answers.

use super::export::HEAD_SHEET;
use super::{Parsed, Place, Refusal, Source, Unit, table};
use calamine::{Data, ExcelDateTime, Range, Reader, open_workbook_auto_from_rs};
use std::io::Cursor;

/// Reads a file.
pub(super) fn read(source: &Source, parsed: &mut Parsed) -> Result<(), Refusal> {
    let name = &source.name;
    let refused = |error: &dyn std::fmt::Display| {
        Refusal(format!(
            "{name} 不是能读的表格：{error}；请另存为 .xlsx 或 .csv 再导入 / {name} is no spreadsheet that can be read: {error}; save it as \
             .xlsx or .csv"
        ))
    };
    let mut book =
        open_workbook_auto_from_rs(Cursor::new(source.bytes.as_slice())).map_err(|error| refused(&error))?;
    let sheets = book.sheet_names();
    let mut refusal = None;
    let mut read = 0;
    for sheet in &sheets {
        let range = book.worksheet_range(sheet).map_err(|error| refused(&error))?;
        if sheet == HEAD_SHEET {
            parsed.head = head(&range);
            continue;
        }
        if range.is_empty() {
            continue;
        }
        let file = match sheets.len() {
            1 => name.clone(),
            _ => format!("{name}「{sheet}」"),
        };
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let rows: Vec<(Place, Vec<String>)> = range
            .rows()
            .enumerate()
            .map(|(at, cells)| {
                let place = Place {
                    file: file.clone(),
                    unit: Unit::Row,
                    number: first + at + 1,
                };
                (place, cells.iter().map(cell).collect())
            })
            .collect();
        match table::read(&file, &rows, parsed) {
            Ok(()) => read += 1,
            Err(why) => refusal = refusal.or(Some((file, why))),
        }
    }
    match refusal {
        Some((_, why)) if read == 0 => Err(why),
        Some((file, _)) => {
            let place = Place {
                file,
                unit: Unit::Row,
                number: 0,
            };
            let english = "the sheet has no column of questions and none of answers";
            parsed
                .notes
                .left_out(&place, english, "这个工作表没有「问题」和「答案」两列");
            Ok(())
        }
        None => Ok(()),
    }
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
