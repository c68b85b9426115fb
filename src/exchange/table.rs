//! Rows of a table as entries: the columns by their names, or two columns without names.

use super::entry_cells::{self, Column};
use super::{ImportOutcome, ImportRefusal, Parsed, SourcePosition, koishi, text_kind};
use crate::faq::WrittenEntry;
use std::collections::BTreeMap;

/// The cells of a row, and where it stood.
pub(super) type Row = (SourcePosition, Vec<String>);

/// The content of the first row.
#[derive(Debug)]
enum Header {
    /// The columns of Koishi's dialogues.
    Koishi,
    /// The columns' names, of questions and answers among them.
    Named(Vec<Option<Column>>),
    /// Two columns without names.
    Pair,
    /// Columns of which it can't be told which ask and which answer.
    Unknown,
}

impl Header {
    fn of(cells: &[String]) -> Self {
        if koishi::has_keys(cells.iter().map(|name| name.trim())) {
            return Self::Koishi;
        }
        let columns: Vec<Option<Column>> = cells.iter().map(|name| entry_cells::column(name)).collect();
        let has = |wanted: fn(&Column) -> bool| columns.iter().flatten().any(wanted);
        let asks = has(|column| matches!(column, Column::Questions | Column::Title(_)));
        let answers = has(|column| matches!(column, Column::Answer(_)));
        match (asks, answers) {
            (true, true) => Self::Named(columns),
            (false, false) if cells.len() == 2 => Self::Pair,
            _ => Self::Unknown,
        }
    }
}

/// The rows that are not empty.
fn filled(rows: &[Row]) -> impl Iterator<Item = &Row> + Clone {
    rows.iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
}

/// `true` if no row has a cell with text.
pub(super) fn is_empty(rows: &[Row]) -> bool {
    filled(rows).next().is_none()
}

/// `true` if the first row names a column of questions and one of answers.
pub(super) fn is_named(rows: &[Row]) -> bool {
    let first = filled(rows).next();
    first.is_some_and(|(_, cells)| matches!(Header::of(cells), Header::Koishi | Header::Named(_)))
}

/// `true` if the rows have two columns, and at least half of them read like a question with its answer.
pub(super) fn holds_pairs(rows: &[Row]) -> bool {
    let is_pair = |cells: &[String]| match cells {
        [question, answer] => text_kind::is_pair(question, answer),
        _ => false,
    };
    let all = filled(rows).count();
    let pairs = filled(rows).filter(|(_, cells)| is_pair(cells)).count();
    let first = filled(rows).next();
    first.is_some_and(|(_, cells)| matches!(Header::of(cells), Header::Pair)) && 2 * pairs >= all
}

/// The refusal of a table of whose columns it can't be told which ask and which answer.
pub(super) fn unknown(file: &str, rows: &[Row]) -> ImportRefusal {
    let first = filled(rows).next().map(|(_, cells)| cells.as_slice());
    let names: Vec<&str> = first.unwrap_or_default().iter().map(|name| name.trim()).collect();
    let names = names.join(", ");
    ImportRefusal(format!(
        "{file} 的第一行看不出哪一列是问题、哪一列是答案（现有：{names}）；请把这两列的标题改成 问题 和 答案 再导入 / the first row of {file} \
         does not say which columns are questions and answers (there are: {names}): name them `question` and `answer`"
    ))
}

/// Reads rows. The first one that is not empty names the columns.
pub(super) fn read(file: &str, all: &[Row], parsed: &mut Parsed) -> Result<(), ImportRefusal> {
    let mut rows = filled(all);
    let Some((place, header)) = rows.clone().next() else {
        return Ok(());
    };
    let columns = match Header::of(header) {
        Header::Koishi => {
            for (place, cells) in rows.skip(1) {
                let row: BTreeMap<&str, &str> = header
                    .iter()
                    .map(|name| name.trim())
                    .zip(cells.iter().map(String::as_str))
                    .collect();
                koishi::row(|name| row.get(name).map(|cell| (*cell).to_owned()), place, parsed);
            }
            return Ok(());
        }
        Header::Named(columns) => {
            tell_of_columns(header, &columns, place, parsed);
            rows.next();
            columns
        }
        Header::Pair => {
            if rows.clone().nth(1).is_some() {
                tell_of_names(header, place, parsed);
            }
            vec![Some(Column::Questions), Some(Column::Answer(String::new()))]
        }
        Header::Unknown => return Err(unknown(file, all)),
    };
    for (place, cells) in rows {
        let mut entry = WrittenEntry::default();
        for (column, cell) in columns.iter().zip(cells) {
            if let Some(column) = column {
                entry_cells::set(&mut entry, column, cell);
            }
        }
        // A title asks where nothing else does.
        if entry.questions.is_empty()
            && entry.patterns.is_empty()
            && entry.id.is_empty()
            && let Some((_, title)) = entry.title.first()
        {
            entry.questions.push(title.clone());
        }
        parsed.found(entry, place.clone());
    }
    Ok(())
}

/// Tells of columns that have no place in a FAQ, and of those that hold answers as one before them does.
fn tell_of_columns(
    header: &[String],
    columns: &[Option<Column>],
    place: &SourcePosition,
    parsed: &mut Parsed,
) {
    for (at, (name, column)) in header.iter().zip(columns).enumerate() {
        let name = name.trim();
        let is_answer = matches!(column, Some(Column::Answer(_)));
        if column.is_none() && !name.is_empty() {
            parsed.notes.left_out(
                place,
                format!("the column `{name}` has no place in a FAQ"),
                format!("「{name}」这一列在 FAQ 里没有对应的内容"),
            );
        } else if is_answer && columns.iter().take(at).any(|before| before == column) {
            parsed.notes.left_out(
                place,
                format!("the column `{name}` where a column of answers before it has text: an entry has one answer"),
                format!("「{name}」这一列：前面已有一列答案，那一列为空时才用它"),
            );
        }
    }
}

/// Tells of a first row that may name the columns, and was taken as an entry.
fn tell_of_names(header: &[String], place: &SourcePosition, parsed: &mut Parsed) {
    let [first, second] = header else { return };
    if !text_kind::are_names(first, second) {
        return;
    }
    let (first, second) = (first.trim(), second.trim());
    parsed.notes.add(
        place,
        ImportOutcome::Doubtful,
        format!(
            "the first row, `{first}` and `{second}`, was taken as an entry: if these are names of columns, write `question` and `answer` \
             instead, and import again"
        ),
        format!("第一行「{first}」「{second}」当成了一个条目；如果它们是列名，请改成 问题 和 答案 再导入"),
    );
}
