//! The right to serve with a store, which one program has at a time: two would hold two different memories of the same
//! tickets, answer everything twice, and throw each other off the platforms that allow one connection an account.
//!
//! It is a lock of the operating system on a file beside the store, so that it ends with the program however that ends.

use crate::store::{Result, StoreError};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// How long a new program waits for an old one to end, which finishes what it has in hand.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(100);

/// Held as long as the program serves.
#[derive(Debug)]
pub struct Lease {
    _file: File,
}

impl Lease {
    /// Takes the lease of the store at `path`, waiting up to `patience` for another program to give it up.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another program keeps it, [`StoreError::Open`] when the file beside the store can't be
    /// written.
    pub async fn take(path: &Path, patience: Duration) -> Result<Self> {
        let beside = beside(path);
        let unwritable = |error: std::io::Error| StoreError::Open {
            path: beside.clone(),
            why: error.to_string(),
            help: "`store.path` must be in a folder that this program may write to",
        };
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&beside)
            .map_err(unwritable)?;
        let until = Instant::now() + patience;
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    if !told {
                        told = true;
                        tracing::warn!(
                            store = %path.display(), process = holder(&mut file),
                            "another groupdesk serves with this store; waiting for it to end"
                        );
                    }
                    tokio::time::sleep(LOOK).await;
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
                    break;
                }
            }
        }
        // Only words for whoever comes second.
        let named = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        if let Err(error) = named {
            tracing::debug!(file = %beside.display(), %error, "who serves can't be noted");
        }
        Ok(Self { _file: file })
    }
}

/// The file beside the store.
fn beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// The process that holds the lease, as it noted itself.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(20).read_to_string(&mut text));
    match read {
        Ok(_) if !text.is_empty() => text,
        _ => "unknown".to_owned(),
    }
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
            async move { Lease::take(&store, PATIENCE).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap().unwrap();
        let nowhere = Lease::take(&folder.path().join("no/desk.db"), Duration::ZERO).await;
        assert!(matches!(nowhere, Err(StoreError::Open { .. })));
    }
}
