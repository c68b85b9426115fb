//! Comma-separated values, and those that other signs separate.

use super::{ImportRefusal, Parsed, SourcePosition, Unit, table};
use csv::{ReaderBuilder, StringRecord};

/// Signs that separate, by how often they are meant.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads a file. Rows are counted as the text's lines, which editors show.
pub(super) fn read(name: &str, text: &str, parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let place = |number: usize| SourcePosition {
        file: name.to_owned(),
        unit: Unit::Line,
        number,
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut counted, mut line) = (0, 1);
    for record in reader.records() {
        match record {
            Ok(record) => {
                let read = record.position().map_or(0, |position| position.byte());
                let at = begin(text, usize::try_from(read).unwrap_or(counted));
                line += line_ends(text.get(counted..at).unwrap_or_default());
                counted = at;
                let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                rows.push((place(line), cells));
            }
            Err(error) => parsed.notes.left_out(
                &place(0),
                format!("a row can't be read: {error}"),
                format!("有一行读不出来：{error}"),
            ),
        }
    }
    table::read(name, &rows, parsed)
}

/// The byte at which a row begins: the reader stands before the line feed of the row above, and before blank lines.
fn begin(text: &str, read: usize) -> usize {
    let rest = text.get(read..).unwrap_or_default();
    text.len() - rest.trim_start_matches(['\r', '\n']).len()
}

/// The number of line ends in a text: `\r\n`, `\n` or `\r`.
fn line_ends(text: &str) -> usize {
    text.matches(['\r', '\n']).count() - text.matches("\r\n").count()
}

/// The sign that separates: the one that makes most columns of the first row.
fn delimiter(text: &str) -> u8 {
    let columns = |delimiter: u8| {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut first = StringRecord::new();
        match reader.read_record(&mut first) {
            Ok(true) => first.len(),
            _ => 0,
        }
    };
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let columns = columns(delimiter);
        if columns > best.0 {
            best = (columns, delimiter);
        }
    }
    best.1
}
