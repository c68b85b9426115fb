//! Keeps the faq.yaml of a node that stands by as that of the node that serves, so that no edit is lost when the desk moves. What somebody
//! wrote into this node's own file, and what was never in service, is not overwritten.

use super::faq_file::{self, NotWritten};
use crate::faq::version_of;
use crate::store::{FaqVersion, Store, StoreError};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Interval at which the versions in service are looked at.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Rounds in which the same two versions must have been seen before this node's one is replaced: where the nodes share one file, the holder
/// may be about to read an edit that brings an older version back.
const SETTLED: u32 = 3;

/// State of this node's file beside the version in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FaqState {
    /// Nothing was compared yet, or no version is known.
    Unknown,
    /// The file is the same.
    Same,
    /// This node's file was in service before, and follows soon.
    Behind,
    /// This node's file was never in service. It comes into service when this node serves.
    Differs {
        /// Version of this node's file.
        own: String,
        /// Version in service.
        served: String,
    },
    /// This node's file can't be read or written; a sentence for an admin.
    Failing(String),
}

impl FaqState {
    /// Returns it in a word, and with what an admin must know.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Same => "same".to_owned(),
            Self::Behind => "behind".to_owned(),
            Self::Differs { own, served } => format!("differs: {own} here, {served} in service"),
            Self::Failing(why) => format!("failing: {why}"),
        }
    }

    fn tell(&self, file: &Path) {
        let file = file.display();
        match self {
            Self::Unknown | Self::Same | Self::Behind => {}
            Self::Differs { own, served } => tracing::warn!(
                %file, own, served,
                "this node's FAQ was never in service: it is kept, and comes into service when this node serves"
            ),
            Self::Failing(why) => tracing::warn!(
                %file, why,
                "this node's FAQ can't follow the one in service: edits that were made there are missing here"
            ),
        }
    }
}

/// Follower of the versions in service.
pub(super) struct FaqFollower {
    store: Arc<dyn Store>,
    file: PathBuf,
    state: Mutex<FaqState>,
}

impl FaqFollower {
    /// Makes one for this node's file.
    pub(super) fn new(store: Arc<dyn Store>, file: PathBuf) -> Self {
        Self {
            store,
            file,
            state: Mutex::new(FaqState::Unknown),
        }
    }

    /// Returns what was seen last.
    pub(super) fn state(&self) -> FaqState {
        self.state.lock().clone()
    }

    /// Follows until it is dropped.
    pub(super) async fn follow(&self) {
        let mut rounds = FollowRounds::default();
        loop {
            let now = self.compare().await;
            let pair = now
                .as_ref()
                .ok()
                .and_then(Option::as_ref)
                .and_then(Compared::pair);
            let settled = rounds.settled(pair);
            self.act(now, settled).await;
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Follows once, at the moment at which this node begins to serve: nobody else brings an edit into service any more.
    pub(super) async fn catch_up(&self) {
        let now = self.compare().await;
        self.act(now, true).await;
    }

    async fn act(&self, now: Result<Option<Compared>, StoreError>, settled: bool) {
        let state = match now {
            // The desk's own loop says that the store fails.
            Err(_) | Ok(None) => return,
            Ok(Some(Compared::Is(state))) => state,
            Ok(Some(Compared::Behind { .. })) if !settled => FaqState::Behind,
            Ok(Some(Compared::Behind { own, newest, .. })) => self.replace(own, &newest).await,
        };
        let before = std::mem::replace(&mut *self.state.lock(), state.clone());
        if before != state {
            state.tell(&self.file);
        }
    }

    /// Compares this node's file with the version in service. `None` where none is known.
    async fn compare(&self) -> Result<Option<Compared>, StoreError> {
        let Some(newest) = self.store.faq_versions(1).await?.into_iter().next() else {
            return Ok(None);
        };
        let read = |file: &Path| faq_file::read(file).map_err(NotWritten::Failed);
        let bytes = match self.blocking(read).await {
            Ok(bytes) | Err(NotWritten::Changed(bytes)) => bytes,
            Err(NotWritten::Failed(why)) => return Ok(Some(Compared::Is(FaqState::Failing(why)))),
        };
        let own = version_of(&bytes);
        if own == newest.version {
            return Ok(Some(Compared::Is(FaqState::Same)));
        }
        let known = self.store.faq_content(&own).await?.is_some();
        Ok(Some(match known {
            true => Compared::Behind {
                own: bytes,
                version: own,
                newest,
            },
            false => Compared::Is(FaqState::Differs {
                own,
                served: newest.version,
            }),
        }))
    }

    /// Puts the version in service into this node's file.
    async fn replace(&self, own: Vec<u8>, newest: &FaqVersion) -> FaqState {
        let content = match self.store.faq_content(&newest.version).await {
            Ok(Some(content)) => content,
            // It is asked again.
            Ok(None) | Err(_) => return FaqState::Behind,
        };
        let version = newest.version.clone();
        let write =
            move |file: &Path| faq_file::write(file, &own, &content, |read| version_of(read) == version);
        match self.blocking(write).await {
            Ok(()) => {
                tracing::info!(
                    file = %self.file.display(),
                    version = newest.version,
                    source = newest.source.name(),
                    author = newest.author,
                    "this node's FAQ follows the one in service"
                );
                FaqState::Same
            }
            // Somebody edits it: what it is then is seen in the next round.
            Err(NotWritten::Changed(_)) => FaqState::Behind,
            Err(NotWritten::Failed(why)) => FaqState::Failing(why),
        }
    }

    /// Does something with the file on a thread that may wait.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, NotWritten> {
        let file = self.file.clone();
        let done = tokio::task::spawn_blocking(move || work(&file)).await;
        done.unwrap_or_else(|error| Err(NotWritten::Failed(error.to_string())))
    }
}

/// This node's file beside the version in service.
enum Compared {
    Is(FaqState),
    /// It was in service before; it is to be replaced.
    Behind {
        own: Vec<u8>,
        version: String,
        newest: FaqVersion,
    },
}

impl Compared {
    /// Returns the two versions, where one may take the place of the other.
    fn pair(&self) -> Option<(String, String)> {
        match self {
            Self::Behind { version, newest, .. } => Some((version.clone(), newest.version.clone())),
            Self::Is(_) => None,
        }
    }
}

/// Count of the rounds in a row in which the same two versions were seen.
#[derive(Default)]
struct FollowRounds {
    pair: Option<(String, String)>,
    seen: u32,
}

impl FollowRounds {
    /// Counts a round, and returns `true` if its two versions were seen often enough.
    fn settled(&mut self, pair: Option<(String, String)>) -> bool {
        if self.pair != pair {
            *self = Self { pair, seen: 0 };
        }
        self.seen = self.seen.saturating_add(1);
        self.pair.is_some() && self.seen >= SETTLED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{FaqChange, FaqSource, SqliteStore};
    use jiff::Timestamp;

    struct World {
        store: Arc<SqliteStore>,
        follower: FaqFollower,
        folder: tempfile::TempDir,
    }

    impl World {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = Arc::new(SqliteStore::open(folder.path().join("test.db")).await.unwrap());
            let file = folder.path().join("faq.yaml");
            let follower = FaqFollower::new(Arc::<SqliteStore>::clone(&store), file);
            Self {
                store,
                follower,
                folder,
            }
        }

        fn write(&self, content: &str) {
            std::fs::write(self.folder.path().join("faq.yaml"), content).unwrap();
        }

        fn read(&self) -> String {
            std::fs::read_to_string(self.folder.path().join("faq.yaml")).unwrap()
        }

        /// Brings a content into service elsewhere.
        async fn serve(&self, content: &str) {
            let change = FaqChange {
                at: Timestamp::UNIX_EPOCH,
                source: FaqSource::Chat,
                author: "Lin".to_owned(),
                note: String::new(),
            };
            let version = version_of(content.as_bytes());
            self.store
                .keep_faq(&version, content.as_bytes(), &change)
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn a_file_that_was_in_service_follows_and_one_that_somebody_wrote_here_stays() {
        let world = World::new().await;
        world.write("a: 1\n");
        world.follower.catch_up().await;
        assert_eq!(world.follower.state(), FaqState::Unknown, "no version is known");
        world.serve("a: 1\n").await;
        world.follower.catch_up().await;
        assert_eq!(world.follower.state(), FaqState::Same);
        world.serve("a: 2\n").await;
        world.follower.catch_up().await;
        assert_eq!(
            (world.read().as_str(), world.follower.state()),
            ("a: 2\n", FaqState::Same)
        );
        // An older version that came back into service is the newest one.
        world.serve("a: 1\n").await;
        world.follower.catch_up().await;
        assert_eq!(world.read(), "a: 1\n");
        world.write("a: mine\n");
        world.follower.catch_up().await;
        assert_eq!(world.read(), "a: mine\n");
        assert!(matches!(world.follower.state(), FaqState::Differs { .. }));
        std::fs::remove_file(world.folder.path().join("faq.yaml")).unwrap();
        world.follower.catch_up().await;
        let state = world.follower.state();
        assert!(
            matches!(&state, FaqState::Failing(why) if why.contains("faq.yaml")),
            "{state:?}"
        );
    }

    #[test]
    fn while_it_stands_by_the_same_two_versions_are_seen_several_times_before_one_is_replaced() {
        let pair = |own: &str, newest: &str| Some((own.to_owned(), newest.to_owned()));
        let mut rounds = FollowRounds::default();
        let mut seen =
            |pair: Option<(String, String)>| (0..4).map(|_| rounds.settled(pair.clone())).collect::<Vec<_>>();
        assert_eq!(seen(pair("a", "b")), [false, false, true, true]);
        assert_eq!(
            seen(pair("a", "c")),
            [false, false, true, true],
            "another edit came"
        );
        assert_eq!(seen(None), [false; 4], "nothing is to be replaced");
    }
}
