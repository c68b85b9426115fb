//! A spreadsheet: the entries, and all else on a sheet of its own.

use super::super::ImportRefusal;
use super::HEAD_SHEET;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

pub(super) fn write(table: &[Vec<String>], head: &str) -> Result<Vec<u8>, ImportRefusal> {
    book(table, head).map_err(|error| {
        ImportRefusal(format!(
            "写不出表格：{error} / the spreadsheet can't be written: {error}"
        ))
    })
}

fn book(table: &[Vec<String>], head: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let name = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("FAQ")?;
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in table.iter().enumerate() {
        let row_number = u32::try_from(row).unwrap_or(u32::MAX);
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            let format = if row == 0 { &name } else { &cell };
            sheet.write_string_with_format(row_number, column, text, format)?;
        }
    }
    for (column, name) in table.first().into_iter().flatten().enumerate() {
        let is_wide = name.starts_with("answer") || name == "questions";
        let width = if is_wide { 50 } else { 18 };
        sheet.set_column_width(u16::try_from(column).unwrap_or(u16::MAX), width)?;
    }
    if !head.trim().is_empty() {
        let sheet = book.add_worksheet();
        sheet.set_name(HEAD_SHEET)?;
        sheet.set_column_width(0, 100)?;
        for (row, line) in head.lines().enumerate() {
            sheet.write_string(u32::try_from(row).unwrap_or(u32::MAX), 0, line)?;
        }
    }
    book.save_to_buffer()
}
