//! The semantic tier: embeds the FAQ's questions and members' messages with a model from outside, as data for the
//! matcher. Off unless groupdesk.yaml turns it on; after a failure here, messages are matched by words.

use crate::matcher::{EmbeddedTexts, QuestionEmbeddings};
use crate::store::{Store, VectorKey};
use futures_util::{StreamExt, stream};
use groupdesk_contract::Clock;
use groupdesk_model::{EmbedError, Embedder, EmbeddingCache, Role, Source, beginning};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Requests for the FAQ's vectors that run at once, at most.
const CONCURRENT_REQUESTS_MAX: usize = 4;

/// "Busy" answers in a row that one batch of the FAQ's texts may get before this round fails.
const BUSY_IN_A_ROW: u32 = 8;

/// The pause after a "busy" answer without a time of its own, at first and at most; it doubles each time.
const BUSY_PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// An embedding model, with the vectors it gave.
pub struct Semantic {
    embedder: Arc<dyn Embedder>,
    cache: EmbeddingCache,
    store: Option<Arc<dyn Store>>,
    /// `true` if the model does not tell the entries of the FAQ in service apart.
    unsuited: AtomicBool,
    /// The end of the pause that a busy server asked for.
    busy_until: Mutex<Option<Instant>>,
    /// Requests since the start: those that gave all vectors, and those that did not.
    requests: (AtomicU64, AtomicU64),
}

impl Semantic {
    /// Opens the model. Reads a folder, so call it on a thread of its own; sends nothing to a server yet.
    ///
    /// # Errors
    /// The model can't be used; the text tells the operator why and what to do.
    pub fn open(source: &Source, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Self::open_with(source, clock, source.timeout())
    }

    /// Opens the model as [`Semantic::open`] does, with another timeout for messages than the source's.
    ///
    /// # Errors
    /// As for [`Semantic::open`].
    pub fn open_with(source: &Source, clock: Arc<dyn Clock>, timeout: Duration) -> Result<Self, String> {
        Ok(Self::new(source.open()?, clock, timeout))
    }

    /// Makes a tier on `embedder`; a message waits for its vector no longer than `timeout`.
    pub fn new(embedder: Arc<dyn Embedder>, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            cache: EmbeddingCache::new(Arc::clone(&embedder), clock, timeout),
            embedder,
            store: None,
            unsuited: AtomicBool::new(false),
            busy_until: Mutex::default(),
            requests: (AtomicU64::new(0), AtomicU64::new(0)),
        }
    }

    /// Keeps the FAQ's vectors in `store` if the model is costly to ask.
    #[must_use]
    pub fn keeping(self, store: Arc<dyn Store>) -> Self {
        let store = self.embedder.costly().then_some(store);
        Self { store, ..self }
    }

    /// Returns the embeddings of a FAQ's texts: stored ones, and the rest from the model, without a time limit. Vectors
    /// are stored as they arrive, so that a call after an error goes on where this one ended.
    ///
    /// Waits as long as a busy server asks for, and sends smaller batches to a server that takes fewer texts at once.
    ///
    /// # Errors
    /// The model did not answer for some texts, or gave vectors of several lengths. Vectors that arrived before are
    /// stored.
    pub async fn meanings(&self, texts: &EmbeddedTexts) -> Result<QuestionEmbeddings, EmbedError> {
        let questions = self.vectors(Role::Question, &texts.questions).await?;
        let mut passages = self.vectors(Role::Passage, &texts.passages).await?;
        if length(&passages).is_some_and(|kept| Some(kept) != length(&questions)) && !questions.is_empty() {
            // They were kept of another model under the same name.
            passages = self.ask(Role::Passage, texts.passages.clone()).await?;
        }
        let dimensions = length(&questions).or(length(&passages)).unwrap_or_default();
        let all = || questions.values().chain(passages.values());
        if let Some(other) = all().find(|vector| vector.len() != dimensions) {
            let why = format!("vectors of {dimensions} and of {} numbers", other.len());
            return Err(EmbedError::Nonsense(why));
        }
        let mut meanings = QuestionEmbeddings::new(dimensions);
        for (text, vector) in &questions {
            meanings.insert(text, vector);
        }
        for (text, vector) in &passages {
            meanings.insert_passage(text, vector);
        }
        Ok(meanings)
    }

    /// Returns the vectors of texts of one role, stored ones first.
    async fn vectors(&self, role: Role, texts: &[String]) -> Result<HashMap<String, Vec<f32>>, EmbedError> {
        let kept = self.kept(role, texts).await;
        let missing: Vec<String> = texts
            .iter()
            .filter(|text| !kept.contains_key(*text))
            .cloned()
            .collect();
        let asked = missing.len();
        let mut vectors = self.ask(role, missing).await?;
        match (length(&vectors), length(&kept)) {
            // The server has another model under the old name.
            (Some(new), Some(old)) if new != old => vectors = self.ask(role, texts.to_vec()).await?,
            _ => vectors.extend(kept),
        }
        tracing::debug!(
            model = self.embedder.model(),
            asked,
            "vectors of the FAQ are there"
        );
        Ok(vectors)
    }

    /// Deletes the stored vectors of all texts but these, the ones in service.
    pub async fn forget_but(&self, texts: &EmbeddedTexts) {
        let Some(store) = &self.store else { return };
        let questions = texts.questions.iter().map(|text| key(Role::Question, text));
        let passages = texts.passages.iter().map(|text| key(Role::Passage, text));
        let needed: HashSet<VectorKey> = questions.chain(passages).collect();
        if let Err(error) = store.forget_vectors_but(self.embedder.model(), &needed).await {
            tracing::warn!(%error, "can't forget vectors that are no longer needed");
        }
    }

    /// Embeds messages. Returns vectors by text, only those of `dimensions` numbers that arrived within the timeout.
    pub async fn embed(&self, texts: &[String], dimensions: usize) -> HashMap<String, Arc<[f32]>> {
        let vectors = self.cache.vectors(texts, dimensions).await;
        if !texts.is_empty() {
            self.count(texts.iter().all(|text| vectors.contains_key(text)));
        }
        vectors
    }

    /// Returns the requests since the start, for messages and for the FAQ: those that gave all vectors, and those that did
    /// not.
    pub fn requests(&self) -> (u64, u64) {
        let (answered, failed) = &self.requests;
        (answered.load(Ordering::Relaxed), failed.load(Ordering::Relaxed))
    }

    fn count(&self, answered: bool) {
        let (yes, no) = &self.requests;
        let counter = if answered { yes } else { no };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Records if the model tells the entries of the FAQ in service apart.
    pub fn set_suited(&self, suited: bool) {
        self.unsuited.store(!suited, Ordering::Relaxed);
    }

    /// Returns `true` if the model does not tell the FAQ's entries apart (it may be for another language), so that
    /// messages are matched by words.
    pub fn is_unsuited(&self) -> bool {
        self.unsuited.load(Ordering::Relaxed)
    }

    /// Returns `true` while the model is not asked because it did not answer.
    pub fn is_down(&self) -> bool {
        self.cache.is_down()
    }

    async fn kept(&self, role: Role, texts: &[String]) -> HashMap<String, Vec<f32>> {
        let Some(store) = &self.store else {
            return HashMap::new();
        };
        let keys: Vec<VectorKey> = texts.iter().map(|text| key(role, text)).collect();
        match store.vectors(self.embedder.model(), &keys).await {
            Ok(kept) => texts
                .iter()
                .zip(kept)
                .filter_map(|(text, vector)| Some((text.clone(), vector?)))
                .collect(),
            Err(error) => {
                tracing::warn!(%error, "can't read the vectors that are kept; asking for them again");
                HashMap::new()
            }
        }
    }

    async fn ask(&self, role: Role, texts: Vec<String>) -> Result<HashMap<String, Vec<f32>>, EmbedError> {
        let size = self.embedder.batch().max(1);
        let parts: Vec<Vec<String>> = texts.chunks(size).map(<[String]>::to_vec).collect();
        let calls = parts.into_iter().map(|texts| self.ask_patiently(role, texts));
        // All of them, so that one that fails does not take the others with it.
        let outcomes: Vec<Result<_, EmbedError>> = stream::iter(calls)
            .buffered(CONCURRENT_REQUESTS_MAX)
            .collect()
            .await;
        let mut vectors = HashMap::new();
        for outcome in outcomes {
            vectors.extend(outcome?);
        }
        Ok(vectors)
    }

    /// Asks for a batch again while the server is busy, and in smaller batches if the server refuses it as too large.
    async fn ask_patiently(
        &self,
        role: Role,
        texts: Vec<String>,
    ) -> Result<Vec<(String, Vec<f32>)>, EmbedError> {
        let mut found = Vec::with_capacity(texts.len());
        let mut left = vec![texts];
        let mut busy: u32 = 0;
        while let Some(part) = left.pop() {
            self.until_free().await;
            match self.ask_at_once(role, &part).await {
                Ok(vectors) => {
                    busy = 0;
                    found.extend(part.into_iter().zip(vectors));
                }
                Err(EmbedError::Busy { after, .. }) if busy < BUSY_IN_A_ROW => {
                    let grown = BUSY_PAUSE.0.saturating_mul(1 << busy).min(BUSY_PAUSE.1);
                    let pause = after.filter(|pause| !pause.is_zero()).unwrap_or(grown);
                    busy += 1;
                    self.leave_alone(pause);
                    left.push(part);
                }
                Err(EmbedError::TooLarge(_)) if part.len() > 1 => {
                    busy = 0;
                    let size = self.embedder.batch().clamp(1, part.len() / 2);
                    left.extend(part.chunks(size).map(<[String]>::to_vec));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    fn leave_alone(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut busy = self.busy_until.lock();
        *busy = (*busy).max(Some(until));
    }

    /// Waits until the server may be asked again.
    async fn until_free(&self) {
        loop {
            let until = *self.busy_until.lock();
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    async fn ask_at_once(&self, role: Role, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let beginnings: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let vectors = self.embedder.embed(role, &beginnings).await;
        self.count(vectors.is_ok());
        let vectors = vectors?;
        self.keep(role, texts, &vectors).await;
        Ok(vectors)
    }

    async fn keep(&self, role: Role, texts: &[String], vectors: &[Vec<f32>]) {
        let Some(store) = &self.store else { return };
        let rows: Vec<(VectorKey, Vec<f32>)> = texts
            .iter()
            .map(|text| key(role, text))
            .zip(vectors.to_vec())
            .collect();
        if let Err(error) = store.keep_vectors(self.embedder.model(), &rows).await {
            tracing::warn!(%error, "can't keep the FAQ's vectors; the next start will ask for them again");
        }
    }
}

impl fmt::Debug for Semantic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semantic")
            .field("embedder", &self.embedder)
            .finish_non_exhaustive()
    }
}

/// Returns the number of dimensions of the vectors; `None` if there are none.
fn length(vectors: &HashMap<String, Vec<f32>>) -> Option<usize> {
    vectors.values().next().map(Vec::len)
}

fn key(role: Role, text: &str) -> VectorKey {
    match role {
        Role::Question => Sha256::digest(text.as_bytes()),
        // No question begins so.
        Role::Passage => Sha256::digest(format!("\0passage\0{text}").as_bytes()),
    }
    .into()
}

#[cfg(test)]
mod tests;
