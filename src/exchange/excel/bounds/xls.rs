//! The extent of the sheets of a file of Excel 97 to 2003, all of which calamine reads when it opens the file. It is a small file system
//! (MS-CFB) with one stream of records (MS-XLS).

use super::{Budget, Extent, OutOfBounds};

const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The end of a chain of sectors; from [`RESERVED`] on, numbers are no sectors.
const RESERVED: u32 = 0xFFFF_FFFA;
/// Streams that are smaller lie in sectors of 64 bytes.
const SMALL: u64 = 4096;
/// Rows and columns of a sheet.
const ROWS_MAX: u64 = 65_536;
const COLUMNS_MAX: u64 = 256;
/// Records that are looked at, over all sheets: several may begin at the same place.
const RECORDS_MAX: u64 = 10_000_000;

// Records, by their numbers in MS-XLS.
const FORMULA: u16 = 0x0006;
const END: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const SHEET: u16 = 0x0085;
const MANY_NUMBERS: u16 = 0x00BD;
const RICH_TEXT: u16 = 0x00D6;
const SHARED_TEXTS: u16 = 0x00FC;
const SHARED_TEXT: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const TEXT: u16 = 0x0204;
const TRUTH: u16 = 0x0205;
const TEXT_OF_FORMULA: u16 = 0x0207;
const SHORT_NUMBER: u16 = 0x027E;

/// Looks at all sheets of a file, if it is one of these.
///
/// # Errors
/// Fails when they are too large, and when the file's sectors or records do not lead to an end.
pub(super) fn look(bytes: &[u8], budget: &mut Budget) -> Result<(), OutOfBounds> {
    if !bytes.starts_with(SIGNATURE) {
        return Ok(());
    }
    let stream = workbook(bytes).ok_or(OutOfBounds::Broken)?;
    let (sheets, texts) = contents(&stream).ok_or(OutOfBounds::Broken)?;
    let mut left = RECORDS_MAX;
    for at in sheets {
        let records = stream.get(at..).ok_or(OutOfBounds::Broken)?;
        let mut extent = Extent::default();
        let mut formula = None;
        for (kind, data) in Records(records) {
            left = left.checked_sub(1).ok_or(OutOfBounds::Cells)?;
            match kind {
                END => break,
                DIMENSIONS if !is_possible(data) => return Err(OutOfBounds::Broken),
                kind => add(kind, data, &mut formula, &texts, &mut extent),
            }
            budget.allows(&extent)?;
        }
        budget.take(&extent)?;
    }
    Ok(())
}

/// Adds the cells of a record. Text of charts counts as if it were the sheet's.
fn add(kind: u16, data: &[u8], formula: &mut Option<(u64, u64)>, texts: &[u64], extent: &mut Extent) {
    let at = u16_at(data, 0)
        .zip(u16_at(data, 2))
        .map(|(row, column)| (u64::from(row), u64::from(column)));
    // As calamine does, it takes the text of a formula for the last one.
    let at = match kind {
        TEXT_OF_FORMULA => *formula,
        _ => at,
    };
    let Some((row, column)) = at else {
        return;
    };
    let (last, text) = match kind {
        // Six bytes each, and the last column behind them.
        MANY_NUMBERS => (column.saturating_add(data.len() as u64 / 6), 0),
        SHARED_TEXT => {
            let text = u32_at(data, 6).and_then(|index| texts.get(index as usize));
            (column, text.copied().unwrap_or_default())
        }
        FORMULA => {
            *formula = at;
            (column, 0)
        }
        // A letter takes up to three bytes more than in the file.
        TEXT | RICH_TEXT | TEXT_OF_FORMULA => (column, 3 * data.len() as u64),
        NUMBER | TRUTH | SHORT_NUMBER => (column, 0),
        _ => return,
    };
    extent.add((row, row), (column, last), text);
}

/// `true` if a sheet may have the extent that a record says, for which calamine makes room before it has seen a cell.
fn is_possible(data: &[u8]) -> bool {
    let read = match data.len() {
        10 => [0, 2, 4, 6].map(|at| u16_at(data, at).map(u64::from)),
        14 | 16 => [
            u32_at(data, 0).map(u64::from),
            u32_at(data, 4).map(u64::from),
            u16_at(data, 8).map(u64::from),
            u16_at(data, 10).map(u64::from),
        ],
        _ => return false,
    };
    let [Some(row), Some(rows), Some(column), Some(columns)] = read else {
        return false;
    };
    // Nothing is in it.
    if rows == 0 || columns == 0 {
        return true;
    }
    let is_reset = column > 0xFF || columns < column;
    row < rows && rows <= ROWS_MAX && (is_reset || column < columns) && columns <= COLUMNS_MAX
}

/// The records of a stream: number and content.
struct Records<'s>(&'s [u8]);

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + usize::from(length))?;
        self.0 = self.0.get(4 + data.len()..)?;
        Some((kind, data))
    }
}

/// Returns the places at which sheets begin, and the sizes of the texts that cells share.
fn contents(stream: &[u8]) -> Option<(Vec<usize>, Vec<u64>)> {
    let (mut sheets, mut texts) = (Vec::new(), Vec::new());
    let mut records = Records(stream);
    while let Some((kind, data)) = records.next() {
        match kind {
            END => break,
            SHEET => sheets.push(u32_at(data, 0)? as usize),
            SHARED_TEXTS => {
                let mut parts = vec![data.get(8..)?];
                let mut ahead = Records(records.0);
                while let Some((CONTINUE, data)) = ahead.next() {
                    parts.push(data);
                    records = Records(ahead.0);
                }
                texts = sizes(parts)?;
            }
            _ => {}
        }
    }
    Some((sheets, texts))
}

/// Returns the sizes of texts that lie one behind the other in parts, in bytes of UTF-8.
fn sizes(parts: Vec<&[u8]>) -> Option<Vec<u64>> {
    let mut parts = parts.into_iter();
    let mut data = parts.next()?;
    let mut found = Vec::new();
    loop {
        if data.is_empty() {
            match parts.next() {
                Some(part) => data = part,
                None => return Some(found),
            }
            continue;
        }
        let (letters, flags) = (usize::from(u16_at(data, 0)?), *data.get(2)?);
        let (has_runs, has_more) = (flags & 8 != 0, flags & 4 != 0);
        let mut head = 3;
        let mut behind = 0;
        if has_runs {
            behind += 4 * usize::from(u16_at(data, head)?);
            head += 2;
        }
        if has_more {
            behind += u32_at(data, head)? as usize;
            head += 4;
        }
        data = data.get(head..)?;
        let (mut left, mut wide) = (letters, flags & 1 != 0);
        loop {
            let size = if wide { 2 } else { 1 };
            let here = left.min(data.len() / size);
            data = data.get(here * size..)?;
            left -= here;
            if left == 0 {
                break;
            }
            // The next part says anew how its letters are written.
            let part = parts.next()?;
            wide = part.first()? & 1 != 0;
            data = part.get(1..)?;
        }
        while behind > 0 {
            let here = behind.min(data.len());
            data = data.get(here..)?;
            behind -= here;
            if behind > 0 {
                data = parts.next()?;
            }
        }
        found.push(3 * letters as u64);
    }
}

/// Returns the stream of records. `None` if the chains of the file's sectors have no end, which calamine would follow for ever.
fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let sector = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let file = Sectors {
        data: bytes.get(sector..)?,
        size: sector,
    };
    let fat = fat(bytes, &file)?;
    has_ends(&fat).then_some(())?;
    let directory = file.chain(u32_at(bytes, 48)?, &fat, u64::MAX)?;
    let entries = directory.as_chunks::<128>().0;
    let small_fat = file.chain(u32_at(bytes, 60)?, &fat, u64::MAX).unwrap_or_default();
    let small_fat = numbers(&small_fat);
    has_ends(&small_fat).then_some(())?;
    let named = |name: &str| {
        entries
            .iter()
            .find(|entry| name_of(*entry).eq_ignore_ascii_case(name))
    };
    let entry = named("Workbook").or_else(|| named("Book"))?;
    let (start, size) = (u32_at(entry, 116)?, u64::from(u32_at(entry, 120)?));
    if size >= SMALL {
        return file.chain(start, &fat, size);
    }
    let root = entries.first()?;
    let small = file.chain(u32_at(root, 116)?, &fat, u64::from(u32_at(root, 120)?))?;
    let small = Sectors {
        data: &small,
        size: 64,
    };
    small.chain(start, &small_fat, size)
}

/// Returns which sector follows which. The sectors that say so are listed in the head and in sectors of their own.
fn fat(bytes: &[u8], file: &Sectors) -> Option<Vec<u32>> {
    let mut listed = numbers(bytes.get(76..512)?);
    let mut next = u32_at(bytes, 68)?;
    let mut left = bytes.len() / file.size + 1;
    while next < RESERVED {
        left = left.checked_sub(1)?;
        listed.extend(numbers(file.sector(next)?));
        next = listed.pop()?;
    }
    let mut fat = Vec::new();
    for sector in listed.into_iter().filter(|sector| *sector < RESERVED) {
        fat.extend(numbers(file.sector(sector)?));
        // Listed twice, they could be more than the file.
        if fat.len() > bytes.len() {
            return None;
        }
    }
    Some(fat)
}

/// Sectors of one size.
struct Sectors<'f> {
    data: &'f [u8],
    size: usize,
}

impl<'f> Sectors<'f> {
    /// Returns a sector; the last one may be short.
    fn sector(&self, number: u32) -> Option<&'f [u8]> {
        let start = (number as usize).checked_mul(self.size)?;
        let rest = self.data.get(start..).filter(|rest| !rest.is_empty())?;
        rest.get(..self.size.min(rest.len()))
    }

    /// Returns the content of a chain up to `size` bytes. `None` if it leads nowhere. It must have an end.
    fn chain(&self, start: u32, fat: &[u32], size: u64) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let mut next = start;
        while next < RESERVED && (content.len() as u64) < size {
            content.extend_from_slice(self.sector(next)?);
            next = *fat.get(next as usize)?;
        }
        content.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Some(content)
    }
}

/// `true` if every chain ends.
fn has_ends(fat: &[u32]) -> bool {
    // The chain on which a sector was seen first.
    let mut seen = vec![0_usize; fat.len()];
    for start in 0..fat.len() {
        let mut at = start;
        while let Some(mark) = seen.get_mut(at) {
            match *mark {
                0 => *mark = start + 1,
                chain if chain == start + 1 => return false,
                _ => break,
            }
            at = match fat.get(at) {
                Some(next) if *next < RESERVED => *next as usize,
                _ => break,
            };
        }
    }
    true
}

/// Returns an entry's name, without the zeros behind it.
fn name_of(entry: &[u8]) -> String {
    let letters = entry.get(..64).unwrap_or_default().as_chunks::<2>().0;
    let letters = letters.iter().map(|pair| u16::from_le_bytes(*pair));
    let name: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
    String::from_utf16_lossy(&name)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|word| u16::from_le_bytes(*word))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|word| u32::from_le_bytes(*word))
}

#[cfg(test)]
mod tests;
