//! Reports changes of the FAQ's file, as soon as it has been at rest for a moment: a file that is saved slowly is not
//! read in halves.
//!
//! The file is watched and not its folder, in which a store may be written thousands of times a second. Editors write a
//! new file and rename it over the old one, and Kubernetes swaps a link two folders up: then the old watch ends or
//! reports nothing, the next poll finds another file there, and that one is watched from then on.
//!
//! A file may never answer: a network share that is away, `/proc/kmsg`. Whatever is asked of it is waited for so long and no
//! longer, and asked again when it has ended, or when another file is there.

use crate::yaml::{FILE_BYTES_MAX, Problem, READ_TIME, read_however_long, unanswered};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep_until, timeout};

/// The time that the file must be at rest before it is read: an editor's save is several events, and an upload may be
/// slow.
const QUIET_PERIOD: Duration = Duration::from_millis(1500);

/// The longest time from the first change until the file is read, at rest or not.
const CHANGE_TO_READ_MAX: Duration = Duration::from_secs(10);

/// The time that an editor may leave no file between removing and renaming.
const RENAME_GAP: Duration = Duration::from_millis(200);

/// The interval at which the file is polled, also if the system reports no change.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Threads that may hang on one question. Others need the same pool, which has 512.
const HANGING_THREADS_MAX: usize = 16;

/// A change that was noticed, but not read yet.
#[derive(Debug, Clone, Copy)]
struct FileChange {
    first: Instant,
    last: Instant,
}

impl FileChange {
    fn seen(before: Option<Self>, now: Instant) -> Self {
        Self {
            first: before.map_or(now, |before| before.first),
            last: now,
        }
    }

    /// Returns the moment at which the file is to be read.
    fn due(self) -> Instant {
        (self.last + QUIET_PERIOD).min(self.first + CHANGE_TO_READ_MAX)
    }
}

/// Result of a read.
type Read = Result<String, Box<Problem>>;

/// Reads a file, however long that takes.
type Reader = Arc<dyn Fn(&Path) -> Read + Send + Sync>;

/// Watches a file. Sends its text whenever it has changed (at first: whenever it is not `known`), or the error when it
/// can't be read. Ends when the receiver is dropped.
pub fn watch(path: PathBuf, known: &str) -> mpsc::Receiver<Result<String, Box<Problem>>> {
    let reader = Arc::new(|path: &Path| read_however_long(path, FILE_BYTES_MAX));
    watch_by(path, known, READ_TIME, reader)
}

/// Watches a file as [`watch`] does, by another reader, which is waited for no longer than `patience`.
pub(super) fn watch_by(
    path: PathBuf,
    known: &str,
    patience: Duration,
    reader: Reader,
) -> mpsc::Receiver<Read> {
    let (edits, receive) = mpsc::channel(4);
    let file = Watched {
        path,
        patience,
        reader,
        known: Some(digest(known)),
        link: BackgroundRead::default(),
        seen_link: None,
        target: BackgroundRead::default(),
        text: BackgroundRead::default(),
    };
    tokio::spawn(file.follow(edits));
    receive
}

/// A question to the file system that may never be answered. Only one is under way at a time: the thread of one that hangs
/// can't be stopped.
#[derive(Debug)]
struct BackgroundRead<T> {
    under_way: Option<JoinHandle<T>>,
    /// Questions that nobody waits for any more.
    left: Vec<JoinHandle<T>>,
}

impl<T> Default for BackgroundRead<T> {
    fn default() -> Self {
        Self {
            under_way: None,
            left: Vec::new(),
        }
    }
}

impl<T: Send + 'static> BackgroundRead<T> {
    /// Asks, and waits for the answer; `None` while there is none. What hangs already is looked at, and not asked again.
    async fn ask(&mut self, patience: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (mut asked, patience) = match self.under_way.take() {
            Some(asked) => (asked, Duration::ZERO),
            None => (spawn_blocking(work), patience),
        };
        match timeout(patience, &mut asked).await {
            Ok(answer) => answer.ok(),
            Err(_) => {
                self.under_way = Some(asked);
                None
            }
        }
    }

    /// Returns when what hung has ended; never where nothing hangs.
    async fn ended(&mut self) {
        match &mut self.under_way {
            Some(asked) => {
                let _ = asked.await;
                self.under_way = None;
            }
            None => std::future::pending().await,
        }
    }

    /// Gives up what is under way, so that it can be asked anew. Of very many that hang the last is waited for.
    fn forget(&mut self) {
        self.left.retain(|left| !left.is_finished());
        if self.left.len() < HANGING_THREADS_MAX {
            self.left.extend(self.under_way.take());
        }
    }
}

/// The file that is watched, with what was asked about it and not answered yet.
struct Watched {
    path: PathBuf,
    patience: Duration,
    reader: Reader,
    /// Digest of the text that was read last; `None` if it could not be read.
    known: Option<u64>,
    /// The name itself, where it is a link: another one may lead away from a target that does not answer.
    link: BackgroundRead<Stamp>,
    seen_link: Option<Stamp>,
    target: BackgroundRead<Stamp>,
    text: BackgroundRead<Read>,
}

impl Watched {
    async fn follow(mut self, edits: mpsc::Sender<Read>) {
        let (nudge, mut nudged) = mpsc::channel::<()>(1);
        let mut watched: Option<(Stamp, Option<RecommendedWatcher>)> = None;
        // It may have been changed before it was watched, and has been at rest since, as far as is known.
        let mut change: Option<FileChange> = None;
        let mut read_at_once = true;
        loop {
            let stamp = self.look().await;
            let same_file = watched.as_ref().is_some_and(|(seen, _)| seen.file == stamp.file);
            if watched.as_ref().is_some_and(|(seen, _)| *seen != stamp) {
                change = Some(FileChange::seen(change, Instant::now()));
                // Another file than the one that hangs.
                self.text.forget();
            }
            if !same_file {
                // Before the file is read, so that no edit falls between. The old watcher ends with the old file.
                let watcher = self.watcher(stamp, &nudge).await;
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
                    told = self.changed() => told,
                };
                if let Some(edit) = told
                    && edits.send(edit).await.is_err()
                {
                    return;
                }
            }
            let next = Instant::now() + POLL_INTERVAL;
            tokio::select! {
                // The file's times may be too coarse to show it.
                Some(()) = nudged.recv() => change = Some(FileChange::seen(change, Instant::now())),
                // What was waited for in vain may be an old text by now.
                () = self.text.ended() => change = Some(FileChange::seen(change, Instant::now())),
                () = sleep_until(change.map_or(next, |change| change.due().min(next))) => {}
                () = edits.closed() => return,
            }
        }
    }

    /// Looks at the file without reading it.
    async fn look(&mut self) -> Stamp {
        let path = self.path.clone();
        let link = self
            .link
            .ask(self.patience, move || Stamp::of(std::fs::symlink_metadata(path)));
        let link = link.await;
        if link != self.seen_link {
            self.seen_link = link;
            self.target.forget();
        }
        let path = self.path.clone();
        let target = self
            .target
            .ask(self.patience, move || Stamp::of(std::fs::metadata(path)));
        target.await.unwrap_or(Stamp::UNANSWERED)
    }

    /// Reads the file; returns its text or error if that is new.
    async fn changed(&mut self) -> Option<Read> {
        let mut text = self.read().await;
        if matches!(text, Some(Err(_))) {
            // Between removing and renaming an editor leaves no file for a moment; only a lasting error is reported, and
            // once.
            tokio::time::sleep(RENAME_GAP).await;
            text = self.read().await;
        }
        let now = match &text {
            Some(Ok(text)) => Some(digest(text)),
            // A file that is unreadable in another way is another fault.
            Some(Err(problem)) if problem.line > 0 => Some(digest(&problem.to_string())),
            Some(Err(_)) => None,
            None => Some(digest(&unanswered(&self.path).to_string())),
        };
        let text = text.unwrap_or_else(|| Err(unanswered(&self.path)));
        (std::mem::replace(&mut self.known, now) != now).then_some(text)
    }

    /// Reads the file; `None` if it does not answer.
    async fn read(&mut self) -> Option<Read> {
        let (path, reader) = (self.path.clone(), Arc::clone(&self.reader));
        self.text.ask(self.patience, move || reader(&path)).await
    }

    /// Has the system tell of changes of the file that is there, if it can.
    async fn watcher(&self, stamp: Stamp, nudge: &mpsc::Sender<()>) -> Option<RecommendedWatcher> {
        if stamp == Stamp::UNANSWERED {
            return None;
        }
        let (path, nudge) = (self.path.clone(), nudge.clone());
        let made = timeout(self.patience, spawn_blocking(move || watcher(&path, nudge)));
        made.await.ok()?.ok()?
    }
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
    /// `true` if the file system does not answer.
    unanswered: bool,
}

impl Stamp {
    const UNANSWERED: Self = Self {
        file: None,
        size: 0,
        written: None,
        unanswered: true,
    };

    fn of(metadata: std::io::Result<Metadata>) -> Self {
        metadata.map_or_else(
            |_| Self::default(),
            |metadata| Self {
                file: Some(identity(&metadata)),
                size: metadata.len(),
                written: metadata.modified().ok(),
                unanswered: false,
            },
        )
    }
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
