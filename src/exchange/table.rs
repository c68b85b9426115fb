//! Rows of a table as entries: the columns by their names, or two columns without names.

use super::flat::{self, Column};
use super::{Parsed, Place, Refusal, koishi};
use crate::faq::Written;
use std::collections::BTreeMap;

/// Reads rows. The first one that is not empty names the columns.
pub(super) fn read(file: &str, rows: &[(Place, Vec<String>)], parsed: &mut Parsed) -> Result<(), Refusal> {
    let is_empty = |cells: &[String]| cells.iter().all(|cell| cell.trim().is_empty());
    let mut rows = rows.iter().filter(|(_, cells)| !is_empty(cells)).peekable();
    let Some((place, header)) = rows.peek().copied() else {
        return Ok(());
    };
    if koishi::has_keys(header.iter().map(|name| name.trim())) {
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
    let mut columns: Vec<Option<Column>> = header.iter().map(|name| flat::column(name)).collect();
    let has = |wanted: fn(&Column) -> bool| columns.iter().flatten().any(wanted);
    let asks = has(|column| matches!(column, Column::Questions | Column::Title(_)));
    let answers = has(|column| matches!(column, Column::Answer(_)));
    if asks && answers {
        for (name, _) in header
            .iter()
            .zip(&columns)
            .filter(|(name, column)| column.is_none() && !name.trim().is_empty())
        {
            let name = name.trim();
            parsed.notes.left_out(
                place,
                format!("the column `{name}` has no place in a FAQ"),
                format!("「{name}」这一列在 FAQ 里没有对应的内容"),
            );
        }
        rows.next();
    } else if header.len() == 2 && !asks && !answers {
        columns = vec![Some(Column::Questions), Some(Column::Answer(String::new()))];
    } else {
        let names = header
            .iter()
            .map(|name| name.trim())
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Refusal(format!(
            "{file} 的第一行看不出哪一列是问题、哪一列是答案（现有：{names}）；请把这两列的标题改成 问题 和 答案 再导入 / the first row of {file} \
             does not say which columns are questions and answers (there are: {names}): name them `question` and `answer`"
        )));
    }
    for (place, cells) in rows {
        let mut entry = Written::default();
        for (column, cell) in columns.iter().zip(cells) {
            if let Some(column) = column {
                flat::set(&mut entry, column, cell);
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
