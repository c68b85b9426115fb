//! Writes faq.yaml: only where the file still is what the edit was made from, all of it or nothing, and read again afterwards. Whoever
//! edits it meanwhile, by hand or from another room, is not overwritten.

use crate::texts::ComposedTexts;
use crate::yaml::{FILE_BYTES_MAX, decode, read_bytes};
use parking_lot::Mutex;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes with which some editors of Windows begin a file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reason for which a file was not written.
#[derive(Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// It is no longer what the edit was made from; these bytes are in it.
    Changed(Vec<u8>),
    /// It can't be written, or says something else than was meant when it is read again; a sentence for an admin.
    Failed(String),
}

/// Reads a file's bytes.
///
/// # Errors
/// Fails with a sentence for an admin.
pub fn read(file: &Path) -> Result<Vec<u8>, String> {
    read_bytes(file, FILE_BYTES_MAX).map_err(|problem| problem.in_both_languages())
}

/// Returns the text of a file's bytes, without a byte-order mark.
///
/// # Errors
/// Fails with a sentence for an admin where they are no UTF-8.
pub fn text_of(file: &Path, bytes: &[u8]) -> Result<String, String> {
    decode(&file.display().to_string(), bytes.to_vec()).map_err(|problem| problem.in_both_languages())
}

/// Applies a change of the text to a file's bytes: whoever wrote a byte-order mark before the text finds it there again.
///
/// # Errors
/// Fails with the sentence of `change`, or where the bytes are no text.
pub fn changed(
    file: &Path,
    bytes: &[u8],
    change: impl FnOnce(&str, &str) -> Result<String, String>,
) -> Result<Vec<u8>, String> {
    let text = text_of(file, bytes)?;
    let after = change(&file.display().to_string(), &text)?;
    Ok(replaced(bytes, &after))
}

/// Returns the bytes of a text that takes the place of others, which need not be text: behind a byte-order mark where they had one.
pub fn replaced(bytes: &[u8], text: &str) -> Vec<u8> {
    let mark = match bytes.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK,
        false => &[],
    };
    [mark, text.as_bytes()].concat()
}

/// Puts `after` in the place of `base`, through a file beside it, so that a crash leaves one or the other. Then the file is read
/// again: where `is_meant` does not find in it what the edit means, `base` is put back.
///
/// # Errors
/// Fails with [`NotWritten`]; what the file held is in it then.
pub fn write(
    file: &Path,
    base: &[u8],
    after: &[u8],
    is_meant: impl FnOnce(&[u8]) -> bool,
) -> Result<(), NotWritten> {
    /// Edits one after the other: of two at once, one finds what the other wrote.
    static WRITING: Mutex<()> = Mutex::new(());
    let _writing = WRITING.lock();
    let name = file.display().to_string();
    let failed = |error: std::io::Error| NotWritten::Failed(format!("{name}: {error}"));
    // A link is followed: what it leads to is replaced, not the link.
    let target = std::fs::canonicalize(file).map_err(failed)?;
    put(&target, base, after, &failed)?;
    let read = read(&target).map_err(NotWritten::Failed)?;
    if read == after && is_meant(&read) {
        return Ok(());
    }
    if read != after {
        return Err(NotWritten::Changed(read));
    }
    put(&target, after, base, &failed)?;
    Err(NotWritten::Failed(ComposedTexts::both().faq_file_differs(&name)))
}

/// Replaces `base` by `after`, unless something else is there.
fn put(
    target: &Path,
    base: &[u8],
    after: &[u8],
    failed: &impl Fn(std::io::Error) -> NotWritten,
) -> Result<(), NotWritten> {
    let there = read(target).map_err(NotWritten::Failed)?;
    if there != base {
        return Err(NotWritten::Changed(there));
    }
    let beside = beside(target);
    let write = || -> std::io::Result<()> {
        let mut new = std::fs::File::create(&beside)?;
        new.set_permissions(std::fs::metadata(target)?.permissions())?;
        new.write_all(after)?;
        new.sync_all()
    };
    let written = write()
        .map_err(failed)
        .and_then(|()| swap(&beside, target, base, failed));
    if written.is_err() {
        // It is nobody's any more; the error of the edit tells more than its own.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// Returns a place beside a file that no other edit has, of this program or another one.
fn beside(target: &Path) -> PathBuf {
    static EDITS: AtomicU64 = AtomicU64::new(0);
    let edit = EDITS.fetch_add(1, Ordering::Relaxed);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!("{name}.new-{}-{edit}", std::process::id()))
}

/// Moves the new file into the place of the old one. Between the last look and the move another program may have saved the file: what
/// the move took out of its place tells.
#[cfg(target_os = "linux")]
fn swap(
    beside: &Path,
    target: &Path,
    base: &[u8],
    failed: &impl Fn(std::io::Error) -> NotWritten,
) -> Result<(), NotWritten> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let exchange = || renameat_with(CWD, beside, CWD, target, RenameFlags::EXCHANGE);
    if exchange().is_err() {
        // Not every file system can.
        return std::fs::rename(beside, target).map_err(failed);
    }
    let there = std::fs::read(beside).map_err(failed)?;
    if there == base {
        return std::fs::remove_file(beside).map_err(failed);
    }
    exchange().map_err(|error| failed(error.into()))?;
    std::fs::remove_file(beside).map_err(failed)?;
    Err(NotWritten::Changed(there))
}

/// Moves the new file into the place of the old one.
#[cfg(not(target_os = "linux"))]
fn swap(
    beside: &Path,
    target: &Path,
    _base: &[u8],
    failed: &impl Fn(std::io::Error) -> NotWritten,
) -> Result<(), NotWritten> {
    std::fs::rename(beside, target).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_only_over_what_the_edit_was_made_from_and_put_back_where_it_says_something_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faq.yaml");
        let (base, after) = (&b"\xef\xbb\xbfa: 1\r\n"[..], &b"\xef\xbb\xbfa: 2\r\n"[..]);
        std::fs::write(&file, base).unwrap();
        assert_eq!(write(&file, base, after, |read| read == after), Ok(()));
        assert_eq!(std::fs::read(&file).unwrap(), after);
        // Somebody else's words stay.
        let refused = write(&file, base, b"a: 3\n", |_| true);
        assert_eq!(refused, Err(NotWritten::Changed(after.to_vec())));
        assert_eq!(std::fs::read(&file).unwrap(), after);
        let put_back = write(&file, after, b"a: 4\n", |_| false);
        assert!(matches!(put_back, Err(NotWritten::Failed(_))), "{put_back:?}");
        assert_eq!(std::fs::read(&file).unwrap(), after);
        // Saved by another program after the last look.
        let failed = |error: std::io::Error| NotWritten::Failed(error.to_string());
        let beside = beside(&file);
        std::fs::write(&beside, b"a: 5\n").unwrap();
        if cfg!(target_os = "linux") {
            let refused = swap(&beside, &file, base, &failed);
            assert_eq!(refused, Err(NotWritten::Changed(after.to_vec())));
            assert_eq!(std::fs::read(&file).unwrap(), after);
        }
        let _ = std::fs::remove_file(&beside);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn of_edits_at_once_one_is_written_and_whoever_is_told_so_has_written_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faq.yaml");
        for round in 0..50 {
            let base = format!("a: {round}\n");
            std::fs::write(&file, &base).unwrap();
            let written: Vec<String> = std::thread::scope(|scope| {
                let edits: Vec<_> = (0..4)
                    .map(|edit| {
                        let (file, base) = (&file, &base);
                        scope.spawn(move || {
                            let after = format!("a: {round}, {edit}\n");
                            let done = write(file, base.as_bytes(), after.as_bytes(), |_| true);
                            match done {
                                Ok(()) => Some(after),
                                Err(NotWritten::Changed(_)) => None,
                                Err(NotWritten::Failed(why)) => panic!("{why}"),
                            }
                        })
                    })
                    .collect();
                edits
                    .into_iter()
                    .filter_map(|edit| edit.join().unwrap())
                    .collect()
            });
            let there = std::fs::read_to_string(&file).unwrap();
            assert!(written.len() <= 1, "{written:?}");
            assert_eq!(there, written.first().cloned().unwrap_or(base));
        }
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_change_keeps_the_byte_order_mark_and_does_not_see_it() {
        let mark = |_: &str, text: &str| Ok(format!("{text}b: 2\n"));
        let after = changed(Path::new("faq.yaml"), b"\xef\xbb\xbfa: 1\n", mark).unwrap();
        assert_eq!(after, b"\xef\xbb\xbfa: 1\nb: 2\n");
        let after = changed(Path::new("faq.yaml"), b"a: 1\n", mark).unwrap();
        assert_eq!(after, b"a: 1\nb: 2\n");
        assert!(changed(Path::new("faq.yaml"), b"\xff\xfea", mark).is_err());
    }
}
