//! Reports changes of the FAQ's file, as soon as it has been at rest for a moment: a file that is saved slowly is not
//! read in halves.
//!
//! The file is watched and not its folder, in which a store may be written thousands of times a second. Editors write a
//! new file and rename it over the old one, and Kubernetes swaps a link two folders up: then the old watch ends or
//! reports nothing, the next poll finds another file there, and that one is watched from then on.

use crate::yaml::{FILE_BYTES_MAX, Problem, read_text};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// The time that the file must be at rest before it is read: an editor's save is several events, and an upload may be
/// slow.
const REST: Duration = Duration::from_millis(1500);

/// The longest time from the first change until the file is read, at rest or not.
const REST_AT_MOST: Duration = Duration::from_secs(10);

/// The time that an editor may leave no file between removing and renaming.
const GAP: Duration = Duration::from_millis(200);

/// The interval at which the file is polled, also if the system reports no change.
const LOOK: Duration = Duration::from_millis(500);

/// A change that was noticed, but not read yet.
#[derive(Debug, Clone, Copy)]
struct Change {
    first: Instant,
    last: Instant,
}

impl Change {
    fn seen(before: Option<Self>, now: Instant) -> Self {
        Self {
            first: before.map_or(now, |before| before.first),
            last: now,
        }
    }

    /// Returns the moment at which the file is to be read.
    fn due(self) -> Instant {
        (self.last + REST).min(self.first + REST_AT_MOST)
    }
}

/// Watches a file. Sends its text whenever it has changed (at first: whenever it is not `known`), or the error when it
/// can't be read. Ends when the receiver is dropped.
pub fn watch(path: PathBuf, known: &str) -> mpsc::Receiver<Result<String, Box<Problem>>> {
    let (edits, receive) = mpsc::channel(4);
    tokio::spawn(follow(path, Some(digest(known)), edits));
    receive
}

async fn follow(path: PathBuf, mut known: Option<u64>, edits: mpsc::Sender<Result<String, Box<Problem>>>) {
    let (nudge, mut nudged) = mpsc::channel::<()>(1);
    let mut watched: Option<(Stamp, Option<RecommendedWatcher>)> = None;
    // It may have been changed before it was watched, and has been at rest since, as far as is known.
    let mut change: Option<Change> = None;
    let mut read_at_once = true;
    loop {
        let stamp = look(&path).await;
        let same_file = watched.as_ref().is_some_and(|(seen, _)| seen.file == stamp.file);
        if watched.as_ref().is_some_and(|(seen, _)| *seen != stamp) {
            change = Some(Change::seen(change, Instant::now()));
        }
        if !same_file {
            // Before the file is read, so that no edit falls between. The old watcher ends with the old file.
            let watcher = watcher(&path, nudge.clone());
            watched = Some((stamp, watcher));
        } else if let Some((seen, _)) = &mut watched {
            *seen = stamp;
        }
        if std::mem::take(&mut read_at_once)
            || change.take_if(|change| change.due() <= Instant::now()).is_some()
        {
            let told = tokio::select! {
                biased;
                () = edits.closed() => return,
                told = changed(&path, &mut known) => told,
            };
            if let Some(edit) = told
                && edits.send(edit).await.is_err()
            {
                return;
            }
        }
        let next = Instant::now() + LOOK;
        tokio::select! {
            // The file's times may be too coarse to show it.
            Some(()) = nudged.recv() => change = Some(Change::seen(change, Instant::now())),
            () = sleep_until(change.map_or(next, |change| change.due().min(next))) => {}
            () = edits.closed() => return,
        }
    }
}

/// Reads the file; returns its text or error if that is new.
async fn changed(path: &Path, known: &mut Option<u64>) -> Option<Result<String, Box<Problem>>> {
    let mut text = read(path).await;
    if text.is_err() {
        // Between removing and renaming an editor leaves no file for a moment; only a lasting error is reported, and
        // once.
        tokio::time::sleep(GAP).await;
        text = read(path).await;
    }
    let now = match &text {
        Ok(text) => Some(digest(text)),
        // A file that is unreadable in another way is another fault.
        Err(problem) if problem.line > 0 => Some(digest(&problem.to_string())),
        Err(_) => None,
    };
    (std::mem::replace(known, now) != now).then_some(text)
}

async fn read(path: &Path) -> Result<String, Box<Problem>> {
    let path = path.to_owned();
    let name = path.display().to_string();
    let read = tokio::task::spawn_blocking(move || read_text(&path, FILE_BYTES_MAX));
    read.await
        .unwrap_or_else(|error| Err(Box::new(Problem::of_file(&name, error.to_string()))))
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Metadata of the file, to notice changes without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Stamp {
    /// The file's inode; 0 on systems without one, `None` if there is no file.
    file: Option<u64>,
    size: u64,
    written: Option<SystemTime>,
}

async fn look(path: &Path) -> Stamp {
    tokio::fs::metadata(path).await.map_or_else(
        |_| Stamp::default(),
        |metadata| Stamp {
            file: Some(identity(&metadata)),
            size: metadata.len(),
            written: metadata.modified().ok(),
        },
    )
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> u64 {
    0
}

fn watcher(path: &Path, nudge: mpsc::Sender<()>) -> Option<RecommendedWatcher> {
    let told = move |event: notify::Result<notify::Event>| {
        // Reading the file is an event too, and no reason to read it again.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            // Full means that the loop will look anyway.
            let _ = nudge.try_send(());
        }
    };
    let started = notify::recommended_watcher(told).and_then(|mut watcher| {
        watcher.watch(path, RecursiveMode::NonRecursive)?;
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
