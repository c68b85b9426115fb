//! Tells when the FAQ's file has changed.
//!
//! The folder is watched and not the file: editors write a new file and rename it over the old one, and Kubernetes swaps
//! a link two folders up. Where the system does not tell (network file systems), the file is looked at twice a second.

use notify::{RecursiveMode, Watcher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long the file must be at rest before it is read: an editor's save is several events.
const REST: Duration = Duration::from_millis(100);

/// How often the file is looked at when the system says nothing.
const LOOK: Duration = Duration::from_millis(500);

/// Watches a file and sends its text whenever it is another one, or the error when it can't be read. The first text is
/// the one that differs from what stands there now. Ends when the receiver is dropped.
pub fn watch(path: PathBuf) -> mpsc::Receiver<io::Result<String>> {
    let (edits, receive) = mpsc::channel(4);
    tokio::spawn(follow(path, edits));
    receive
}

async fn follow(path: PathBuf, edits: mpsc::Sender<io::Result<String>>) {
    let (nudge, mut nudged) = mpsc::channel::<()>(1);
    // Kept alive as long as the loop: dropped, it stops watching.
    let _watcher = watcher(&path, nudge);
    let mut known = read(&path).await.ok();
    let mut missing = known.is_none();
    loop {
        tokio::select! {
            Some(()) = nudged.recv() => {
                tokio::time::sleep(REST).await;
                // What came meanwhile is read with this.
                while nudged.try_recv().is_ok() {}
            }
            () = tokio::time::sleep(LOOK) => {}
            () = edits.closed() => return,
        }
        let edit = match read(&path).await {
            Ok(text) if known.as_ref() == Some(&text) => {
                missing = false;
                continue;
            }
            Ok(text) => {
                known = Some(text.clone());
                missing = false;
                Ok(text)
            }
            // Between removing and renaming an editor leaves nothing for a moment; only what lasts is told, and once.
            Err(error) if !missing => {
                tokio::time::sleep(REST * 2).await;
                if read(&path).await.is_ok() {
                    continue;
                }
                missing = true;
                known = None;
                Err(error)
            }
            Err(_) => continue,
        };
        if edits.send(edit).await.is_err() {
            return;
        }
    }
}

async fn read(path: &Path) -> io::Result<String> {
    let bytes = tokio::fs::read(path).await?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text"))
}

fn watcher(path: &Path, nudge: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let told = move |_event: notify::Result<notify::Event>| {
        // Full means that the loop will look anyway.
        let _ = nudge.try_send(());
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let started = notify::recommended_watcher(told).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    match started {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::debug!(%error, "the system does not tell of changes; looking instead");
            None
        }
    }
}
