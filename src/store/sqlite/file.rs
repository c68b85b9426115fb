//! The database file as the file system has it. A caller who opens the database itself must keep it open: closing it
//! would give up SQLite's own locks on it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Identity of a file, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

/// File under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) identity: Identity,
    pub(super) bytes: u64,
}

impl Found {
    /// Returns identity and size of an open file.
    ///
    /// # Errors
    /// Fails where the file system does not tell.
    pub(super) fn open(file: &File) -> std::io::Result<Self> {
        file.metadata().map(|found| Self::of(&found))
    }

    fn of(found: &fs::Metadata) -> Self {
        Self {
            identity: identity(found),
            bytes: found.len(),
        }
    }
}

/// Looks up the file under a name; `None` where there is none.
///
/// # Errors
/// Fails where the file system does not tell.
pub(super) fn look(path: &Path) -> std::io::Result<Option<Found>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(Found::of(&found))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn identity(found: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity {
        device: found.dev(),
        inode: found.ino(),
    }
}

/// Returns one identity for all files: other systems don't let an open file be replaced.
#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Identity {
    Identity { device: 0, inode: 0 }
}

/// Returns the path of a file beside the store's.
pub(super) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Moves a finished copy to the store's path. The file that stands there is moved aside under `aside`; of the log and the
/// index beside it, those that are `ours` are removed, as the copy has their content.
///
/// # Errors
/// Fails with the error of the file system; the copy stays at its path then.
pub(super) fn put_in_place(
    copy: &Path,
    store: &Path,
    ours: &[Identity],
    aside: &str,
) -> std::io::Result<Option<PathBuf>> {
    File::open(copy)?.sync_all()?;
    let mut found = None;
    for suffix in ["", "-wal", "-shm"] {
        let path = beside(store, suffix);
        let Some(there) = look(&path)? else { continue };
        // The index is made anew from the log whenever it is missing.
        if ours.contains(&there.identity) || suffix == "-shm" {
            fs::remove_file(&path)?;
        } else {
            let to = beside(&beside(store, aside), suffix);
            fs::rename(&path, &to)?;
            if suffix.is_empty() {
                found = Some(to);
            }
        }
    }
    fs::rename(copy, store)?;
    if let Some(folder) = store.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(found)
}

/// Highest ticket number that was given, noted beside the store, so that a store that was lost or replaced by an older
/// one does not give numbers again that people have been told.
#[derive(Debug)]
pub(super) struct LastTicket {
    path: PathBuf,
    noted: std::sync::atomic::AtomicU64,
}

/// Bound for numbers in the note: we gave none above it.
const PLAUSIBLE: u64 = 1 << 53;

impl LastTicket {
    /// Reads the note beside `store`.
    pub(super) fn of(store: &Path) -> Self {
        let path = beside(store, ".last-ticket");
        let mut text = String::new();
        let read = File::open(&path).and_then(|file| file.take(64).read_to_string(&mut text));
        let noted = match read {
            Ok(_) => text.trim().parse().ok().filter(|number| *number < PLAUSIBLE),
            Err(_) => None,
        };
        Self {
            path,
            noted: noted.unwrap_or(0).into(),
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.noted.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Records that numbers up to this one are given. The note is a second net: where it can't be written, the store has
    /// them.
    pub(super) fn note(&self, number: u64) {
        if number <= self.number() || number >= PLAUSIBLE {
            return;
        }
        self.noted.store(number, std::sync::atomic::Ordering::Relaxed);
        // As wide as any number, so that it is overwritten in one piece.
        let written = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.path)
            .and_then(|mut file| file.write_all(format!("{number:<20}\n").as_bytes()));
        if let Err(error) = written {
            tracing::debug!(file = %self.path.display(), %error, "the last ticket's number can't be noted");
        }
    }
}
