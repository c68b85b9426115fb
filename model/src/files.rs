//! A model's files are what somebody copied from somewhere: only plain files of a sensible size are read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Opens a plain file.
///
/// # Errors
/// The kind of file that it is instead, or the system's error.
pub(crate) fn open(path: &Path) -> std::io::Result<File> {
    // Asked before it is opened: a pipe would wait for somebody who writes into it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no plain file"));
    }
    File::open(path)
}

/// Reads a plain file of at most `max` bytes.
///
/// # Errors
/// As for [`open`], and when it is larger.
pub(crate) fn read(path: &Path, max: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(std::io::Error::other(format!(
            "it has more than {} MiB",
            max >> 20
        )));
    }
    Ok(bytes)
}
