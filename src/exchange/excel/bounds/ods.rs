//! The extent of the sheets of an OpenDocument file, which repeats rows and cells by a number: calamine writes them all out when it
//! opens the file.

use super::{Budget, Extent, OutOfBounds, UNPACKED_MAX};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};

/// Rows and columns up to which calamine writes repeated ones out.
const ROWS_MAX: u64 = 1_048_576;
const COLUMNS_MAX: u64 = 16_384;

/// Looks at all sheets of a file, if it is one of OpenDocument.
///
/// # Errors
/// Fails when they are too large, and when the file is no XML to its end, of which calamine would wait for ever.
pub(super) fn look(bytes: &[u8], budget: &mut Budget) -> Result<(), OutOfBounds> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Ok(());
    };
    let Ok(content) = archive.by_name("content.xml") else {
        return Ok(());
    };
    let mut reader = Reader::from_reader(BufReader::new(content.take(UNPACKED_MAX)));
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut depth) = (Vec::new(), 0_u64);
    let mut sheet = Sheet::default();
    loop {
        buffer.clear();
        match reader
            .read_event_into(&mut buffer)
            .map_err(|_| OutOfBounds::Broken)?
        {
            Event::Start(start) => {
                depth += 1;
                sheet.begin(&start)?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                match end.name().as_ref() {
                    "table:table-cell" | "table:covered-table-cell" => sheet.end_cell(),
                    "table:table-row" => {
                        sheet.end_row();
                        budget.allows(&sheet.extent)?;
                    }
                    "table:table" => {
                        budget.take(&sheet.extent)?;
                        sheet = Sheet::default();
                    }
                    _ => {}
                }
            }
            Event::Text(text) => sheet.cell.text = sheet.cell.text.saturating_add(text.len() as u64),
            Event::GeneralRef(_) => sheet.cell.text += 1,
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(OutOfBounds::Broken),
            _ => {}
        }
    }
}

/// A sheet up to the place that is being read.
#[derive(Debug, Default)]
struct Sheet {
    extent: Extent,
    /// Number of rows before the present one.
    rows: u64,
    /// Number of times that the present row stands there.
    row_times: u64,
    /// Number of columns before the present cell.
    columns: u64,
    /// First and last column of the present row that are not empty.
    filled: Option<(u64, u64)>,
    /// Size of the texts of the present row.
    row_text: u64,
    cell: Cell,
}

/// A cell up to the place that is being read.
#[derive(Debug, Default)]
struct Cell {
    /// Number of times that it stands there.
    times: u64,
    is_filled: bool,
    text: u64,
}

impl Sheet {
    fn begin(&mut self, start: &BytesStart) -> Result<(), OutOfBounds> {
        match start.name().as_ref() {
            "table:table-row" => {
                self.row_times = number(start, "table:number-rows-repeated")?;
                (self.columns, self.filled, self.row_text) = (0, None, 0);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell = Cell {
                    times: number(start, "table:number-columns-repeated")?,
                    ..Cell::default()
                };
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|_| OutOfBounds::Broken)?;
                    let name = attribute.key.as_ref();
                    // A format alone fills no cell.
                    if name.starts_with("office:") || name.starts_with("calcext:") || name == "table:formula"
                    {
                        self.cell.is_filled = true;
                        self.cell.text = self.cell.text.saturating_add(attribute.value.len() as u64);
                    }
                }
            }
            // Blanks by their number.
            "text:s" => self.cell.text = self.cell.text.saturating_add(number(start, "text:c")?),
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        let end = self.columns.saturating_add(cell.times).min(COLUMNS_MAX);
        if cell.is_filled && end > self.columns {
            let first = self.filled.map_or(self.columns, |(first, _)| first);
            self.filled = Some((first, end - 1));
            let times = end - self.columns;
            self.row_text = self.row_text.saturating_add(cell.text.saturating_mul(times));
        }
        self.columns = end;
    }

    fn end_row(&mut self) {
        let end = self.rows.saturating_add(self.row_times).min(ROWS_MAX);
        if let Some(columns) = self.filled.take()
            && end > self.rows
        {
            let text = self.row_text.saturating_mul(end - self.rows);
            self.extent.add((self.rows, end - 1), columns, text);
        }
        self.rows = end;
    }
}

/// Returns the number that an attribute holds; 1 where it is missing.
fn number(start: &BytesStart, name: &str) -> Result<u64, OutOfBounds> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| OutOfBounds::Broken)?;
        if attribute.key.as_ref() == name {
            return attribute.value.trim().parse().map_err(|_| OutOfBounds::Broken);
        }
    }
    Ok(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(rows: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        let content = format!(
            "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>\
             <table:table table:name=\"S\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        for (name, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            (
                "META-INF/manifest.xml",
                "<manifest:manifest xmlns:manifest=\"m\"/>",
            ),
            ("content.xml", content.as_str()),
        ] {
            archive.start_file(name, options).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn looked_at(rows: &str) -> Result<(), OutOfBounds> {
        let bytes = file(rows);
        let looked = look(&bytes, &mut Budget::default());
        if looked.is_ok() {
            calamine::open_workbook_auto_from_rs(Cursor::new(bytes.as_slice())).unwrap();
        }
        looked
    }

    fn cell(attributes: &str, text: &str) -> String {
        format!(
            "<table:table-cell office:value-type=\"string\" {attributes}><text:p>{text}</text:p></table:table-cell>"
        )
    }

    fn row(attributes: &str, cells: &str) -> String {
        format!("<table:table-row {attributes}>{cells}</table:table-row>")
    }

    #[test]
    fn rows_and_cells_that_are_repeated_without_measure_are_refused_and_empty_ones_count_nothing() {
        let pair = cell("", "几点上班") + &cell("", "八点");
        // As office programs write it: formats down to the last row and column.
        let empty = "<table:table-cell table:number-columns-repeated=\"16382\"/>";
        let rest = row("table:number-rows-repeated=\"1048575\"", empty);
        assert_eq!(looked_at(&(row("", &(pair.clone() + empty)) + &rest)), Ok(()));

        let wide = row("", &cell("table:number-columns-repeated=\"16384\"", "a"));
        assert_eq!(looked_at(&wide), Ok(()));
        assert_eq!(looked_at(&wide.repeat(200)), Err(OutOfBounds::Cells));
        let deep = row("table:number-rows-repeated=\"1048576\"", &pair);
        assert_eq!(looked_at(&deep), Err(OutOfBounds::Cells));
        let apart = row("", &pair) + &row("table:number-rows-repeated=\"1000000\"", empty) + &row("", &pair);
        assert_eq!(looked_at(&apart), Err(OutOfBounds::Cells));
        let blanks = row("", &cell("", "<text:s text:c=\"9999999999\"/>"));
        assert_eq!(looked_at(&blanks), Err(OutOfBounds::Text));
        let much = row(
            "",
            &cell("table:number-columns-repeated=\"10000\"", &"a".repeat(10_000)),
        );
        assert_eq!(looked_at(&much), Err(OutOfBounds::Text));
    }

    #[test]
    fn a_file_that_ends_in_a_sheet_is_refused_and_not_waited_for() {
        let whole = row("", &cell("", "a"));
        for broken in [
            "</office:spreadsheet>".to_owned() + &whole,
            whole.clone() + "<!--",
            row("table:number-rows-repeated=\"x\"", &cell("", "a")),
        ] {
            assert_eq!(looked_at(&broken), Err(OutOfBounds::Broken), "{broken}");
        }
    }
}
