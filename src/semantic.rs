//! The semantic tier: what the FAQ's questions and members' messages mean by somebody else's model, as data for the matcher.
//! Off unless groupdesk.yaml says otherwise; whatever fails here leaves matching by words.

use crate::matcher::{Meanings, Texts};
use crate::store::{Store, VectorKey};
use futures_util::{StreamExt, stream};
use groupdesk_contract::Clock;
use groupdesk_embedding::{EmbedError, Embedder, Heard, Role, Source, beginning};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How many calls for the FAQ are under way at once.
const AT_ONCE: usize = 4;

/// How often in a row a server may be too busy for one part of the FAQ before this round goes on without it.
const BUSY_IN_A_ROW: u32 = 8;

/// The pause after a server was too busy and did not say for how long, at first and at most; it doubles.
const BUSY_PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// A model, and what it said.
pub struct Semantic {
    embedder: Arc<dyn Embedder>,
    heard: Heard,
    store: Option<Arc<dyn Store>>,
    /// The model tells the entries of the FAQ in service not apart.
    unsuited: AtomicBool,
    /// Until when a busy server is left alone.
    busy_until: Mutex<Option<Instant>>,
}

impl Semantic {
    /// Opens the model: reads a folder, for which a thread of its own is wanted; says nothing to a server yet.
    ///
    /// # Errors
    /// What keeps it from being used and what to do, in words for the operator.
    pub fn open(source: &Source, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Self::open_with(source, clock, source.timeout())
    }

    /// As [`Semantic::open`], with another patience than the source's for messages.
    ///
    /// # Errors
    /// As for [`Semantic::open`].
    pub fn open_with(source: &Source, clock: Arc<dyn Clock>, timeout: Duration) -> Result<Self, String> {
        Ok(Self::new(source.open()?, clock, timeout))
    }

    /// Asks `embedder`; a message waits for it no longer than `timeout`.
    pub fn new(embedder: Arc<dyn Embedder>, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            heard: Heard::new(Arc::clone(&embedder), clock, timeout),
            embedder,
            store: None,
            unsuited: AtomicBool::new(false),
            busy_until: Mutex::default(),
        }
    }

    /// Keeps the vectors of the FAQ in `store`, where they cost something.
    #[must_use]
    pub fn keeping(self, store: Arc<dyn Store>) -> Self {
        let store = self.embedder.costly().then_some(store);
        Self { store, ..self }
    }

    /// What the texts of a FAQ mean: those that are kept, and the rest from the model, however long it takes. What was
    /// asked for is kept at once, so that a call after an error goes on where this one ended.
    ///
    /// A server that takes no more for now gets the pause that it asks for, and one that takes fewer texts at once gets fewer.
    ///
    /// # Errors
    /// When the model does not answer for some of them; the others are kept then.
    pub async fn meanings(&self, texts: &Texts) -> Result<Meanings, EmbedError> {
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
        let mut meanings = Meanings::new(dimensions);
        for (text, vector) in &questions {
            meanings.insert(text, vector);
        }
        for (text, vector) in &passages {
            meanings.insert_passage(text, vector);
        }
        Ok(meanings)
    }

    /// The vectors of texts that play one part.
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

    /// Forgets what is kept of other texts than these, which are those in service.
    pub async fn forget_but(&self, texts: &Texts) {
        let Some(store) = &self.store else { return };
        let questions = texts.questions.iter().map(|text| key(Role::Question, text));
        let passages = texts.passages.iter().map(|text| key(Role::Passage, text));
        let needed: HashSet<VectorKey> = questions.chain(passages).collect();
        if let Err(error) = store.forget_vectors_but(self.embedder.model(), &needed).await {
            tracing::warn!(%error, "can't forget vectors that are no longer needed");
        }
    }

    /// What messages mean: of the texts that have a vector of this many numbers in time, by text.
    pub async fn hear(&self, texts: &[String], dimensions: usize) -> HashMap<String, Arc<[f32]>> {
        self.heard.vectors(texts, dimensions).await
    }

    /// Notes whether the model tells the entries of the FAQ in service apart.
    pub fn set_suited(&self, suited: bool) {
        self.unsuited.store(!suited, Ordering::Relaxed);
    }

    /// Whether the model is of another language than the FAQ, so that messages are matched by words.
    pub fn is_unsuited(&self) -> bool {
        self.unsuited.load(Ordering::Relaxed)
    }

    /// Whether the model is left alone for a while because it did not answer.
    pub fn is_down(&self) -> bool {
        self.heard.is_down()
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
        let outcomes: Vec<Result<_, EmbedError>> = stream::iter(calls).buffered(AT_ONCE).collect().await;
        let mut vectors = HashMap::new();
        for outcome in outcomes {
            vectors.extend(outcome?);
        }
        Ok(vectors)
    }

    /// Asks again while the server is busy, and in smaller parts where it takes no larger ones.
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
        let mut busy = self.busy_until.lock().unwrap_or_else(PoisonError::into_inner);
        *busy = (*busy).max(Some(until));
    }

    /// Waits until the server may be asked again.
    async fn until_free(&self) {
        loop {
            let until = *self.busy_until.lock().unwrap_or_else(PoisonError::into_inner);
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    async fn ask_at_once(&self, role: Role, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let beginnings: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let vectors = self.embedder.embed(role, &beginnings).await?;
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

/// How many numbers the vectors have.
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
