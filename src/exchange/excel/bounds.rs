//! Bounds of a spreadsheet, looked at before it is read: a file of some megabytes can be gigabytes of cells.

use calamine::Sheets;
use std::io::{Cursor, Read, Seek, copy, sink};

/// Size of all parts of a file together when they are unpacked, in bytes.
const UNPACKED_MAX: u64 = 32 << 20;

/// Cells of a sheet from its first one to its last, the empty ones between them too.
const CELLS_MAX: u64 = 2_000_000;

/// Reason for which a spreadsheet is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooLarge {
    /// It is small only as long as it is packed.
    Unpacked,
    /// Its cells lie too far apart.
    Cells,
}

impl TooLarge {
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
                "{name} 的一个工作表太大（超过 {CELLS_MAX} 个单元格），没有导入；请删掉问题和答案以外的行和列 / a sheet of {name} has more than \
                 {CELLS_MAX} cells: remove the rows and columns beside the questions and answers"
            ),
        }
    }
}

/// Looks at the size of a packed file's parts. They are unpacked for it, since a file may say anything about itself.
///
/// # Errors
/// Fails when they are too large. What is no packed file is not looked at.
pub(super) fn unpacked(bytes: &[u8]) -> Result<(), TooLarge> {
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
        left = left.checked_sub(size).ok_or(TooLarge::Unpacked)?;
    }
    Ok(())
}

/// Looks at the extent of a sheet: what is read of it holds every cell between the first and the last.
///
/// # Errors
/// Fails when there are too many. Of formats whose cells can't be read one by one nothing is looked at.
pub(super) fn extent<R: Read + Seek>(book: &mut Sheets<R>, sheet: &str) -> Result<(), TooLarge> {
    let Sheets::Xlsx(book) = book else {
        return Ok(());
    };
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else {
        return Ok(());
    };
    let (mut rows, mut columns) = (None, None);
    while let Ok(Some(cell)) = cells.next_cell() {
        let (row, column) = cell.get_position();
        grow(&mut rows, row);
        grow(&mut columns, column);
        if length(rows).saturating_mul(length(columns)) > CELLS_MAX {
            return Err(TooLarge::Cells);
        }
    }
    Ok(())
}

fn grow(span: &mut Option<(u32, u32)>, at: u32) {
    *span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
}

fn length(span: Option<(u32, u32)>) -> u64 {
    span.map_or(0, |(first, last)| u64::from(last - first) + 1)
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

    fn looked_at(bytes: &[u8]) -> Result<(), TooLarge> {
        unpacked(bytes)?;
        let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
        extent(&mut book, "Sheet1")
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
        assert_eq!(looked_at(&wide), Err(TooLarge::Cells));
        let packed = book(|sheet| {
            for row in 0..1_200 {
                sheet
                    .write_string(row, 0, format!("{row}{}", "a".repeat(32_000)))
                    .unwrap();
            }
        });
        assert!(packed.len() < 1 << 20, "{}", packed.len());
        assert_eq!(looked_at(&packed), Err(TooLarge::Unpacked));
    }
}
