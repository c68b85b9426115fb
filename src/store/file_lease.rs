//! Lease of the store, which one program has at a time: two would hold two different states of the same tickets, answer
//! everything twice, and throw each other off the platforms that allow one connection an account.
//!
//! It is a lock of the operating system on a file beside the store, so that it ends with the program however that ends.

use crate::store::{Result, StoreError};
use parking_lot::Mutex;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// Time for which a new program waits for an old one to end: that one finishes its work in hand.
pub const LEASE_TIMEOUT: Duration = Duration::from_secs(20);
/// Interval at which a program checks that the other one has ended, or that the file of its own lease is still there.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// Time for which a new program waits where there is a store and no lease: a program that serves with it takes the lease
/// again within that.
const CLAIM_TIME: Duration = Duration::from_secs(1);

/// Lease of a store, held as long as the program serves.
#[derive(Debug)]
pub struct Lease {
    beside: PathBuf,
    file: Mutex<File>,
}

/// File at the lease's path.
#[derive(Debug, PartialEq, Eq)]
enum LeaseFile {
    /// Our own file.
    Ours,
    /// No file: somebody deleted it.
    Gone,
    /// Another file.
    Another,
}

impl Lease {
    /// Takes the lease of the store at `path`, waiting up to `patience` for another program to give it up.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another program keeps it, [`StoreError::Open`] when the file beside the store can't be
    /// written.
    pub async fn take(path: &Path, patience: Duration) -> Result<Self> {
        let beside = beside(path);
        let unwritable = |error: std::io::Error| unwritable(&beside, &error);
        let until = Instant::now() + patience;
        let mut told = false;
        loop {
            // Somebody may have deleted the file under one who serves.
            let unclaimed = !beside.exists() && path.exists();
            let mut file = open(&beside).map_err(unwritable)?;
            match file.try_lock() {
                Ok(()) => {
                    if unclaimed {
                        note(&mut file, &beside, "");
                        tokio::time::sleep(CLAIM_TIME).await;
                    }
                    if standing(&file, &beside) == LeaseFile::Ours {
                        note(&mut file, &beside, &std::process::id().to_string());
                        let file = Mutex::new(file);
                        return Ok(Self { beside, file });
                    }
                }
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    if !told {
                        told = true;
                        tracing::warn!(
                            store = %path.display(), process = holder(&mut file),
                            "another groupdesk serves with this store; waiting for it to end"
                        );
                    }
                    tokio::time::sleep(LOOK_INTERVAL).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Taken {
                        path: path.to_owned(),
                        process: holder(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(
                        file = %beside.display(), %error,
                        "this file system knows no locks: nothing keeps a second groupdesk from serving with the same store"
                    );
                    let file = Mutex::new(file);
                    return Ok(Self { beside, file });
                }
            }
        }
    }

    /// Returns the process that serves with the store at `path`, as it noted itself, if one does.
    pub fn holder_of(path: &Path) -> Option<String> {
        let mut file = File::options().read(true).write(true).open(beside(path)).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Some(holder(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// Watches over the lease, and takes it again where somebody deleted its file. Returns when another program serves
    /// with the store by now, which is a reason to end.
    pub async fn guard_until_lost(&self) -> StoreError {
        loop {
            tokio::time::sleep(LOOK_INTERVAL).await;
            if let Err(process) = self.keep() {
                return StoreError::Taken {
                    path: self.beside.with_extension(""),
                    process,
                };
            }
        }
    }

    /// Checks the lease once; fails with the process that has it instead of us.
    fn keep(&self) -> std::result::Result<(), String> {
        let mut ours = self.file.lock();
        match standing(&ours, &self.beside) {
            LeaseFile::Ours => return Ok(()),
            LeaseFile::Gone => {}
            LeaseFile::Another => {
                if let Ok(mut other) = open(&self.beside)
                    && let Err(TryLockError::WouldBlock) = other.try_lock()
                    && let Some(process) = noted(&mut other)
                {
                    return Err(process);
                }
            }
        }
        tracing::warn!(file = %self.beside.display(), "the file of the lease was deleted; taking the lease again");
        // Put there with the lock already on it, over whoever waits to see whether that happens.
        let mut name = self.beside.as_os_str().to_owned();
        name.push(format!(".{}", std::process::id()));
        let next = PathBuf::from(name);
        let taken = open(&next).and_then(|mut file| {
            file.try_lock()?;
            note(&mut file, &next, &std::process::id().to_string());
            std::fs::rename(&next, &self.beside)?;
            Ok(file)
        });
        match taken {
            Ok(file) => *ours = file,
            Err(error) => {
                tracing::warn!(file = %self.beside.display(), %error, "the lease can't be taken again; trying on");
            }
        }
        Ok(())
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
}

fn unwritable(beside: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Open {
        path: beside.to_owned(),
        why: error.to_string(),
        help: "`store.path` must be in a folder that this program may write to",
    }
}

/// Compares the file at `path` with `file`. Where the system does not tell, it can't be deleted while it is open either.
#[cfg(unix)]
fn standing(file: &File, path: &Path) -> LeaseFile {
    use std::os::unix::fs::MetadataExt;
    let (Ok(ours), Ok(there)) = (file.metadata(), std::fs::metadata(path)) else {
        return if path.exists() {
            LeaseFile::Ours
        } else {
            LeaseFile::Gone
        };
    };
    if (ours.dev(), ours.ino()) == (there.dev(), there.ino()) {
        LeaseFile::Ours
    } else {
        LeaseFile::Another
    }
}

#[cfg(not(unix))]
fn standing(_: &File, _: &Path) -> LeaseFile {
    LeaseFile::Ours
}

/// Writes the name of this process into the file; only information for a second program.
fn note(file: &mut File, path: &Path, process: &str) {
    let noted = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{process}"));
    if let Err(error) = noted {
        tracing::debug!(file = %path.display(), %error, "who serves can't be noted");
    }
}

/// Reads the process that noted itself as the one who serves.
fn noted(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    Some(text).filter(|text| !text.is_empty())
}

/// Returns the path of the lease beside the store.
fn beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Returns the process that holds the lease, as it noted itself.
fn holder(file: &mut File) -> String {
    noted(file).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_program_serves_at_a_time_and_the_next_one_waits_for_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("desk.db");
        let first = Lease::take(&store, Duration::ZERO).await.unwrap();
        let refused = Lease::take(&store, Duration::from_millis(150)).await.unwrap_err();
        let words = refused.to_string();
        assert!(
            words.contains("desk.db") && words.contains(&std::process::id().to_string()),
            "{words}"
        );
        let other = folder.path().join("other.db");
        Lease::take(&other, Duration::ZERO).await.unwrap();
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { Lease::take(&store, LEASE_TIMEOUT).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap().unwrap();
        let nowhere = Lease::take(&folder.path().join("no/desk.db"), Duration::ZERO).await;
        assert!(matches!(nowhere, Err(StoreError::Open { .. })));
    }
    #[cfg(unix)]
    #[tokio::test]
    async fn a_lease_whose_file_was_deleted_is_taken_again_and_nobody_else_serves() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("desk.db");
        std::fs::write(&store, "").unwrap();
        let lock = beside(&store);
        let first = std::sync::Arc::new(Lease::take(&store, Duration::ZERO).await.unwrap());
        let watched = tokio::spawn({
            let first = std::sync::Arc::clone(&first);
            async move { first.guard_until_lost().await }
        });
        for _ in 0..2 {
            std::fs::remove_file(&lock).unwrap();
            let second = Lease::take(&store, Duration::from_millis(300)).await;
            assert!(matches!(second, Err(StoreError::Taken { .. })), "{second:?}");
        }
        assert!(!watched.is_finished());
        // One that was stopped for so long that another began must end.
        watched.abort();
        std::fs::remove_file(&lock).unwrap();
        let second = Lease::take(&store, Duration::ZERO).await.unwrap();
        assert_eq!(first.keep(), Err(std::process::id().to_string()));
        assert_eq!(second.keep(), Ok(()));
    }
}
