//! Bounds of a spreadsheet, looked at before it is read: a file of some kilobytes can be gigabytes of cells.

mod ods;
mod xls;

use calamine::{Cell, DataRef, Sheets};
use std::io::{Cursor, Read, Seek, copy, sink};

/// Size of all parts of a file together when they are unpacked, in bytes.
const UNPACKED_MAX: u64 = 32 << 20;

/// Cells of a file, each sheet's from its first one to its last, the empty ones between them too.
const CELLS_MAX: u64 = 2_000_000;

/// Size of the texts of all cells together, in bytes: a text that stands once in the file may be that of many cells.
const TEXT_MAX: u64 = 64 << 20;

/// Reason for which a spreadsheet is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutOfBounds {
    /// It is small only as long as it is packed.
    Unpacked,
    /// Its cells are too many, or lie too far apart.
    Cells,
    /// Its cells hold too much text.
    Text,
    /// It is broken in a way that whoever reads it may not notice.
    Broken,
}

impl OutOfBounds {
    /// Says it in Chinese and English, with what to do.
    pub(super) fn in_words(self, name: &str) -> String {
        match self {
            Self::Unpacked => format!(
                "{name} 解压后超过 {} MB，没有导入；请删掉用不到的工作表和图片，或分成几个文件 / {name} is more than {} MB when it is unpacked: remove \
                 the sheets and pictures that are not needed, or split it",
                UNPACKED_MAX >> 20,
                UNPACKED_MAX >> 20
            ),
            Self::Cells => format!(
                "{name} 的工作表太大（超过 {CELLS_MAX} 个单元格），没有导入；请删掉问题和答案以外的行和列 / the sheets of {name} have more than \
                 {CELLS_MAX} cells: remove the rows and columns beside the questions and answers"
            ),
            Self::Text => format!(
                "{name} 的单元格里文字太多（超过 {} MB），没有导入；请删掉问题和答案以外的行和列 / the cells of {name} hold more than {} MB of \
                 text: remove the rows and columns beside the questions and answers",
                TEXT_MAX >> 20,
                TEXT_MAX >> 20
            ),
            Self::Broken => format!(
                "{name} 不是能读的表格，没有导入；请另存为 .xlsx 或 .csv 再导入 / {name} is no spreadsheet that can be read: save it as .xlsx or \
                 .csv"
            ),
        }
    }
}

/// Cells and text that the sheets of a file may still have.
#[derive(Debug)]
pub(super) struct Budget {
    cells: u64,
    text: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            cells: CELLS_MAX,
            text: TEXT_MAX,
        }
    }
}

impl Budget {
    /// Fails if a sheet of this extent is more than is left.
    fn allows(&self, sheet: &Extent) -> Result<(), OutOfBounds> {
        if sheet.cells() > self.cells {
            return Err(OutOfBounds::Cells);
        }
        if sheet.text > self.text {
            return Err(OutOfBounds::Text);
        }
        Ok(())
    }

    /// Takes a sheet of this extent.
    fn take(&mut self, sheet: &Extent) -> Result<(), OutOfBounds> {
        self.allows(sheet)?;
        self.cells -= sheet.cells();
        self.text -= sheet.text;
        Ok(())
    }
}

/// The rectangle around the cells of a sheet, and the size of their texts.
#[derive(Debug, Default)]
struct Extent {
    rows: Option<(u64, u64)>,
    columns: Option<(u64, u64)>,
    text: u64,
}

impl Extent {
    /// Adds the cells of `rows` and `columns`, both from the first one to the last.
    fn add(&mut self, rows: (u64, u64), columns: (u64, u64), text: u64) {
        grow(&mut self.rows, rows);
        grow(&mut self.columns, columns);
        self.text = self.text.saturating_add(text);
    }

    fn cells(&self) -> u64 {
        length(self.rows).saturating_mul(length(self.columns))
    }
}

fn grow(span: &mut Option<(u64, u64)>, (from, to): (u64, u64)) {
    *span = Some(span.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
}

fn length(span: Option<(u64, u64)>) -> u64 {
    span.map_or(0, |(first, last)| (last - first).saturating_add(1))
}

/// Looks at a file that is not open yet: the size of its parts, and the cells of formats of which all is read when they are opened.
///
/// # Errors
/// Fails when they are too large. What is no file of such a format is not looked at.
pub(super) fn before_opening(bytes: &[u8], budget: &mut Budget) -> Result<(), OutOfBounds> {
    unpacked(bytes)?;
    ods::look(bytes, budget)?;
    xls::look(bytes, budget)
}

/// Looks at the size of a packed file's parts. They are unpacked for it, since a file may say anything about itself.
fn unpacked(bytes: &[u8]) -> Result<(), OutOfBounds> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Ok(());
    };
    let mut left = UNPACKED_MAX;
    for part in 0..archive.len() {
        let Ok(part) = archive.by_index(part) else {
            continue;
        };
        // A part that can't be read is refused by whoever reads it.
        let size = copy(&mut part.take(left + 1), &mut sink()).unwrap_or_default();
        left = left.checked_sub(size).ok_or(OutOfBounds::Unpacked)?;
    }
    Ok(())
}

/// Looks at the extent of a sheet whose cells can be read one by one: what is read of it holds every cell between the first and the
/// last.
///
/// # Errors
/// Fails when there are too many. Of the other formats, [`before_opening`] has looked at everything.
pub(super) fn sheet<R: Read + Seek>(
    book: &mut Sheets<R>,
    name: &str,
    budget: &mut Budget,
) -> Result<(), OutOfBounds> {
    let mut extent = Extent::default();
    match book {
        Sheets::Xlsx(book) => {
            if let Ok(mut cells) = book.worksheet_cells_reader(name) {
                add_all(|| cells.next_cell().ok().flatten(), &mut extent, budget)?;
            }
        }
        Sheets::Xlsb(book) => {
            if let Ok(mut cells) = book.worksheet_cells_reader(name) {
                add_all(|| cells.next_cell().ok().flatten(), &mut extent, budget)?;
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {}
    }
    budget.take(&extent)
}

/// Adds cells up to the last one, or until they are too many.
fn add_all<'c>(
    mut next: impl FnMut() -> Option<Cell<DataRef<'c>>>,
    extent: &mut Extent,
    budget: &Budget,
) -> Result<(), OutOfBounds> {
    while let Some(cell) = next() {
        let text = match cell.get_value() {
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.len(),
            DataRef::SharedString(text) => text.len(),
            _ => 0,
        };
        let (row, column) = cell.get_position();
        let (row, column) = (u64::from(row), u64::from(column));
        extent.add((row, row), (column, column), text as u64);
        budget.allows(extent)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;

    fn book(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        write(book.add_worksheet());
        book.save_to_buffer().unwrap()
    }

    fn looked_at(bytes: &[u8]) -> Result<(), OutOfBounds> {
        let mut budget = Budget::default();
        before_opening(bytes, &mut budget)?;
        let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
        sheet(&mut book, "Sheet1", &mut budget)
    }

    #[test]
    fn a_sheet_of_two_cells_far_apart_and_a_small_file_of_much_text_are_refused() {
        let small = book(|sheet| {
            sheet.write_string(0, 0, "问题").unwrap();
            sheet.write_string(100, 3, "答案").unwrap();
        });
        assert_eq!(looked_at(&small), Ok(()));
        let wide = book(|sheet| {
            sheet.write_string(0, 0, "问题").unwrap();
            sheet.write_string(1_048_575, 16_383, "答案").unwrap();
        });
        assert_eq!(looked_at(&wide), Err(OutOfBounds::Cells));
        let packed = book(|sheet| {
            for row in 0..1_200 {
                sheet
                    .write_string(row, 0, format!("{row}{}", "a".repeat(32_000)))
                    .unwrap();
            }
        });
        assert!(packed.len() < 1 << 20, "{}", packed.len());
        assert_eq!(looked_at(&packed), Err(OutOfBounds::Unpacked));
        // It stands once in the file.
        let repeated = book(|sheet| {
            let text = "a".repeat(32_000);
            for row in 0..2_100 {
                sheet.write_string(row, 0, &text).unwrap();
            }
        });
        assert!(repeated.len() < 1 << 20, "{}", repeated.len());
        assert_eq!(looked_at(&repeated), Err(OutOfBounds::Text));
    }

    #[test]
    fn sheets_count_together() {
        let mut book = Workbook::new();
        for _ in 0..3 {
            let sheet = book.add_worksheet();
            sheet.write_string(0, 0, "问题").unwrap();
            sheet.write_string(799_999, 0, "答案").unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes.as_slice())).unwrap();
        let mut budget = Budget::default();
        let told = ["Sheet1", "Sheet2", "Sheet3"].map(|name| sheet(&mut book, name, &mut budget));
        assert_eq!(told, [Ok(()), Ok(()), Err(OutOfBounds::Cells)]);
    }
}
