//! The vectors of messages: remembered, bounded in time, and not asked for while the model is down.

use crate::recent_vectors::Recent;
use crate::{Breaker, EmbedError, Embedder, Part, Role};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use groupdesk_contract::Clock;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The length of the beginning of a text, in characters, that is embedded: questions are shorter, and logs are not worth their
/// price.
const CHARS: usize = 1000;

/// Gives messages their vectors, or none in time.
#[derive(Debug)]
pub struct EmbeddingCache {
    embedder: Arc<dyn Embedder>,
    breaker: Breaker,
    recent: Mutex<Recent>,
    timeout: Duration,
}

impl EmbeddingCache {
    /// Asks `embedder`, and waits no longer than `timeout`.
    pub fn new(embedder: Arc<dyn Embedder>, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            embedder,
            breaker: Breaker::new(clock, Part::Semantic),
            recent: Mutex::default(),
            timeout,
        }
    }

    /// Returns the vectors of this many numbers, by text. Never fails: a text without a vector is matched by its words.
    pub async fn vectors(&self, texts: &[String], dimensions: usize) -> HashMap<String, Arc<[f32]>> {
        let mut found = HashMap::with_capacity(texts.len());
        let mut missing: Vec<&String> = Vec::new();
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            match self.recent.lock().get(text).filter(|v| v.len() == dimensions) {
                Some(vector) => drop(found.insert(text.clone(), vector)),
                None if missing.contains(&text) => {}
                None => missing.push(text),
            }
        }
        if missing.is_empty() || !self.breaker.may_try() {
            return only_meaning(found);
        }
        let (vectors, error) = self.ask(&missing, dimensions).await;
        match error {
            None => self.breaker.succeeded(),
            Some(
                ref error @ EmbedError::Busy {
                    after: Some(pause), ..
                },
            ) => self.breaker.asked_to_wait(pause, error),
            Some(error) => self.breaker.failed(&error),
        }
        for (text, vector) in vectors {
            self.recent.lock().put(text, Arc::clone(&vector));
            found.insert(text.clone(), vector);
        }
        only_meaning(found)
    }

    /// True while the model counts as down because it did not answer.
    pub fn is_down(&self) -> bool {
        self.breaker.is_down()
    }

    /// Asks for all at once. What came in time counts, whatever became of the rest; with the first error.
    async fn ask<'t>(
        &self,
        texts: &[&'t String],
        dimensions: usize,
    ) -> (Vec<(&'t String, Arc<[f32]>)>, Option<EmbedError>) {
        let mut calls: FuturesUnordered<_> = texts
            .chunks(self.embedder.batch_of_messages().max(1))
            .map(|texts| async move {
                let beginnings: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
                (texts, self.embedder.embed(Role::Question, &beginnings).await)
            })
            .collect();
        let mut found = Vec::with_capacity(texts.len());
        let mut error = None;
        let all = async {
            while let Some((texts, outcome)) = calls.next().await {
                match outcome.and_then(|vectors| of_length(vectors, dimensions)) {
                    Ok(vectors) => {
                        found.extend(texts.iter().copied().zip(vectors.into_iter().map(Arc::from)));
                    }
                    Err(first) => drop(error.get_or_insert(first)),
                }
            }
        };
        if tokio::time::timeout(self.timeout, all).await.is_err() {
            let late = || EmbedError::Unreachable(format!("no answer within {:?}", self.timeout));
            error.get_or_insert_with(late);
        }
        (found, error)
    }
}

fn of_length(vectors: Vec<Vec<f32>>, dimensions: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
    match vectors.iter().find(|vector| vector.len() != dimensions) {
        Some(other) => Err(EmbedError::Nonsense(format!(
            "vectors of {} numbers, where those of the FAQ have {dimensions}",
            other.len()
        ))),
        None => Ok(vectors),
    }
}

/// Drops the zero vectors of texts that mean nothing to the model.
fn only_meaning(mut found: HashMap<String, Arc<[f32]>>) -> HashMap<String, Arc<[f32]>> {
    found.retain(|_, vector| vector.iter().any(|x| *x != 0.0));
    found
}

/// Returns the beginning of a text that is given to the model.
pub fn beginning(text: &str) -> &str {
    text.char_indices()
        .nth(CHARS)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use groupdesk_contract::ManualClock;
    use jiff::Timestamp;

    /// Knows one word.
    #[derive(Debug)]
    struct Narrow;

    #[async_trait]
    impl Embedder for Narrow {
        fn model(&self) -> &str {
            "narrow"
        }
        fn batch(&self) -> usize {
            0
        }
        fn costly(&self) -> bool {
            false
        }
        async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
            let vector = |text: &&str| vec![f32::from(u8::from(*text == "known"))];
            Ok(texts.iter().map(vector).collect())
        }
    }

    #[tokio::test]
    async fn a_text_that_means_nothing_to_the_model_has_no_vector_remembered_or_not() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let heard = EmbeddingCache::new(Arc::new(Narrow), clock, Duration::from_secs(5));
        let texts = ["known".to_owned(), "zebra".to_owned(), " ".to_owned()];
        for _ in 0..2 {
            let found = heard.vectors(&texts, 1).await;
            assert_eq!(found.keys().collect::<Vec<_>>(), ["known"]);
        }
    }

    /// Takes one message a call; a long one for ever, and after three it has enough to do.
    #[derive(Debug)]
    struct Slow;

    #[async_trait]
    impl Embedder for Slow {
        fn model(&self) -> &str {
            "slow"
        }
        fn batch(&self) -> usize {
            16
        }
        fn batch_of_messages(&self) -> usize {
            1
        }
        fn costly(&self) -> bool {
            true
        }
        async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
            match texts {
                ["busy"] => Err(EmbedError::Busy {
                    reason: "more to do than it can".to_owned(),
                    after: Some(Duration::from_secs(1)),
                }),
                ["long"] => std::future::pending().await,
                _ => Ok(vec![vec![1.0]; texts.len()]),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_in_time_counts_though_others_were_late_or_refused() {
        for other in ["long", "busy"] {
            let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
            let heard = EmbeddingCache::new(Arc::new(Slow), clock, Duration::from_secs(2));
            let texts = ["a".to_owned(), other.to_owned(), "b".to_owned()];
            let mut found: Vec<String> = heard.vectors(&texts, 1).await.into_keys().collect();
            found.sort_unstable();
            assert_eq!(found, ["a", "b"], "{other}");
            assert_eq!(heard.is_down(), other == "busy", "a pause is kept");
        }
    }
}
