//! Files of the old Excel, written record by record.

use super::*;
use calamine::{Data, Reader};
use std::io::Cursor;

const FREE: u32 = 0xFFFF_FFFF;
const LAST: u32 = 0xFFFF_FFFE;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

/// The beginning of the workbook (5) or of a sheet (16).
fn beginning(of: u8) -> Vec<u8> {
    let mut data = [0; 16];
    data[1] = 6;
    data[2] = of;
    record(0x0809, &data)
}

/// A cell with a text that is shared.
fn shared(row: u16, column: u16, text: u32) -> Vec<u8> {
    let [row, column] = [row, column].map(u16::to_le_bytes);
    record(
        SHARED_TEXT,
        &[&row[..], &column, &[0, 0], &text.to_le_bytes()].concat(),
    )
}

/// The shared texts, in Latin letters, in records of at most `part` bytes.
fn texts(texts: &[&str], part: usize) -> Vec<u8> {
    let mut data = vec![0; 8];
    let mut records = Vec::new();
    for text in texts {
        data.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        data.push(0);
        for letter in text.bytes() {
            if data.len() == part {
                records.push(std::mem::replace(&mut data, vec![0]));
            }
            data.push(letter);
        }
    }
    records.push(data);
    let kinds = std::iter::once(SHARED_TEXTS).chain(std::iter::repeat(CONTINUE));
    let records = kinds.zip(&records).map(|(kind, data)| record(kind, data));
    records.collect::<Vec<_>>().concat()
}

/// The stream of a workbook that names its only sheet `times` times.
fn stream(texts: &[u8], sheet: &[u8], times: u8) -> Vec<u8> {
    let names: usize = usize::from(times) * 14;
    let at = beginning(5).len() + names + texts.len() + 4;
    let mut stream = beginning(5);
    for number in 0..times {
        let at = u32::try_from(at).unwrap().to_le_bytes();
        let name = [b'a' + number / 26, b'a' + number % 26];
        stream.extend(record(SHEET, &[&at[..], &[0, 0, 2, 0], &name].concat()));
    }
    stream.extend(texts);
    stream.extend(record(END, &[]));
    assert_eq!(stream.len(), at);
    stream.extend(beginning(16));
    stream.extend(sheet);
    stream.extend(record(END, &[]));
    stream
}

/// A file with that stream, whose last sector is followed by `after`.
fn file(mut stream: Vec<u8>, after: u32) -> Vec<u8> {
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut fat = vec![0xFFFF_FFFD, LAST];
    fat.extend((3..2 + sectors).chain([after]));
    assert!(fat.len() <= 128);
    fat.resize(128, FREE);
    let mut head = vec![0; 76];
    head[..8].copy_from_slice(SIGNATURE);
    head[26] = 3;
    head[30] = 9;
    head[32] = 6;
    head[44] = 1;
    head[48] = 1;
    head[60..64].copy_from_slice(&LAST.to_le_bytes());
    head[68..72].copy_from_slice(&LAST.to_le_bytes());
    let words = |words: &[u32]| -> Vec<u8> { words.iter().flat_map(|word| word.to_le_bytes()).collect() };
    head.extend(words(&[0]));
    head.extend(words(&[FREE; 108]));
    let entry = |name: &str, start: u32, size: usize| {
        let mut entry = vec![0; 128];
        for (at, letter) in name.bytes().enumerate() {
            entry[2 * at] = letter;
        }
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        entry
    };
    let mut directory = [entry("Root Entry", LAST, 0), entry("Workbook", 2, stream.len())].concat();
    directory.resize(512, 0);
    [head, words(&fat), directory, stream].concat()
}

fn looked_at(bytes: &[u8]) -> Result<(), OutOfBounds> {
    look(bytes, &mut Budget::default())
}

#[test]
fn a_plain_sheet_is_read_and_texts_are_measured_over_their_parts() {
    let long = "b".repeat(700);
    let all = ["a", long.as_str(), "c"];
    for part in [9_000, 300] {
        let sheet = [shared(0, 0, 0), shared(0, 1, 1), shared(1, 0, 2)].concat();
        let bytes = file(stream(&texts(&all, part), &sheet, 1), LAST);
        assert_eq!(looked_at(&bytes), Ok(()), "{part}");
        let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes.as_slice())).unwrap();
        let range = book.worksheet_range("aa").unwrap();
        assert_eq!(range.get_value((0, 1)), Some(&Data::String(long.clone())));
        let (_, sizes) = contents(&workbook(&bytes).unwrap()).unwrap();
        assert_eq!(sizes, [3, 2_100, 3]);
    }
}

#[test]
fn cells_far_apart_a_text_in_many_cells_and_a_sheet_with_many_names_are_refused() {
    let texts_of = |text: &str| texts(&[text], 60_000);
    let apart = [shared(0, 0, 0), shared(65_535, 255, 0)].concat();
    let apart = file(stream(&texts_of("a"), &apart, 1), LAST);
    assert_eq!(looked_at(&apart), Err(OutOfBounds::Cells));
    let deep = [shared(0, 0, 0), shared(65_535, 0, 0)].concat();
    let named = |times| looked_at(&file(stream(&texts_of("a"), &deep, times), LAST));
    assert_eq!(named(2), Ok(()));
    assert_eq!(named(40), Err(OutOfBounds::Cells));
    let many: Vec<u8> = (0..1_000).flat_map(|row| shared(row, 0, 0)).collect();
    let many = file(stream(&texts_of(&"a".repeat(30_000)), &many, 1), LAST);
    assert_eq!(looked_at(&many), Err(OutOfBounds::Text));
}

#[test]
fn an_extent_that_no_sheet_has_and_a_chain_without_an_end_are_refused() {
    let dimensions = |rows: u32, columns: u16| {
        let words = [0_u32.to_le_bytes(), rows.to_le_bytes()].concat();
        let sheet = record(
            DIMENSIONS,
            &[&words[..], &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat(),
        );
        looked_at(&file(stream(&[], &sheet, 1), LAST))
    };
    assert_eq!(dimensions(65_536, 256), Ok(()));
    assert_eq!(dimensions(u32::MAX, 256), Err(OutOfBounds::Broken));
    let plain = stream(&[], &[], 1);
    assert_eq!(looked_at(&file(plain.clone(), LAST)), Ok(()));
    assert_eq!(looked_at(&file(plain, 2)), Err(OutOfBounds::Broken));
    assert_eq!(looked_at(SIGNATURE), Err(OutOfBounds::Broken));
    assert_eq!(looked_at(b"question,answer"), Ok(()));
}
