//! The vectors of messages: remembered, bounded in time, and not asked for while the model is down.

use crate::recent::Recent;
use crate::{Breaker, EmbedError, Embedder, Role};
use futures_util::future::try_join_all;
use groupdesk_contract::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How much of a text is given to the model, in characters: a question is shorter, and logs are not worth their price.
const CHARS: usize = 1000;

/// Gives messages their vectors, or none in time.
#[derive(Debug)]
pub struct Heard {
    embedder: Arc<dyn Embedder>,
    breaker: Breaker,
    recent: Mutex<Recent>,
    timeout: Duration,
}

impl Heard {
    /// Asks `embedder`, and waits no longer than `timeout`.
    pub fn new(embedder: Arc<dyn Embedder>, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            embedder,
            breaker: Breaker::new(clock),
            recent: Mutex::default(),
            timeout,
        }
    }

    /// The vectors of those texts that have one of this many numbers, by text. Never fails: what has no vector is matched
    /// by its words.
    pub async fn vectors(&self, texts: &[String], dimensions: usize) -> HashMap<String, Arc<[f32]>> {
        let mut found = HashMap::with_capacity(texts.len());
        let mut missing: Vec<&String> = Vec::new();
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            match self.recent().get(text).filter(|v| v.len() == dimensions) {
                Some(vector) => drop(found.insert(text.clone(), vector)),
                None if missing.contains(&text) => {}
                None => missing.push(text),
            }
        }
        if missing.is_empty() || !self.breaker.may_try() {
            return only_meaning(found);
        }
        match self.ask(&missing, dimensions).await {
            Ok(vectors) => {
                self.breaker.succeeded();
                for (text, vector) in missing.into_iter().zip(vectors) {
                    let vector: Arc<[f32]> = Arc::from(vector);
                    self.recent().put(text, Arc::clone(&vector));
                    found.insert(text.clone(), vector);
                }
            }
            Err(
                ref error @ EmbedError::Busy {
                    after: Some(pause), ..
                },
            ) => self.breaker.asked_to_wait(pause, error),
            Err(error) => self.breaker.failed(&error),
        }
        only_meaning(found)
    }

    /// Whether the model is left alone because it did not answer.
    pub fn is_down(&self) -> bool {
        self.breaker.is_down()
    }

    async fn ask(&self, texts: &[&String], dimensions: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
        let texts: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let calls = texts
            .chunks(self.embedder.batch().max(1))
            .map(|texts| self.embedder.embed(Role::Question, texts));
        let vectors = tokio::time::timeout(self.timeout, try_join_all(calls))
            .await
            .map_err(|_| EmbedError::Unreachable(format!("no answer within {:?}", self.timeout)))??;
        let vectors: Vec<Vec<f32>> = vectors.into_iter().flatten().collect();
        match vectors.iter().find(|vector| vector.len() != dimensions) {
            Some(other) => Err(EmbedError::Nonsense(format!(
                "vectors of {} numbers, where those of the FAQ have {dimensions}",
                other.len()
            ))),
            None => Ok(vectors),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without the texts of which the model makes nothing.
fn only_meaning(mut found: HashMap<String, Arc<[f32]>>) -> HashMap<String, Arc<[f32]>> {
    found.retain(|_, vector| vector.iter().any(|x| *x != 0.0));
    found
}

/// As much of a text as is given to a model.
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
        let heard = Heard::new(Arc::new(Narrow), clock, Duration::from_secs(5));
        let texts = ["known".to_owned(), "zebra".to_owned(), " ".to_owned()];
        for _ in 0..2 {
            let found = heard.vectors(&texts, 1).await;
            assert_eq!(found.keys().collect::<Vec<_>>(), ["known"]);
        }
    }
}
