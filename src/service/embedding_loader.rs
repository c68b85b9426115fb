//! Loads the vectors of the FAQ's questions: asks the model beside the answers, and swaps the deepened FAQ in when they
//! are there. Until then, and while the model does not answer, messages are matched lexically.

use super::live_knowledge::LiveKnowledge;
use crate::desk::Knowledge;
use crate::semantic::Semantic;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Backoff after the model did not answer; it doubles each time, up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_secs(15);

/// Longest backoff.
const BACKOFF_MAX: Duration = Duration::from_secs(10 * 60);

/// Loads the vectors of one version of the FAQ after the other; a new one ends the work on the last.
#[derive(Debug)]
pub(super) struct EmbeddingLoader {
    semantic: Option<Arc<Semantic>>,
    shared: Arc<LiveKnowledge>,
    work: Option<JoinHandle<()>>,
}

impl EmbeddingLoader {
    /// Makes a loader. Without a semantic tier it does nothing.
    pub(super) fn new(semantic: Option<Arc<Semantic>>, shared: Arc<LiveKnowledge>) -> Self {
        Self {
            semantic,
            shared,
            work: None,
        }
    }

    /// Begins with the version in service now, which was read from `text`.
    pub(super) fn begin(&mut self, file: String, text: String) {
        self.end();
        let Some(semantic) = &self.semantic else { return };
        let (semantic, shared) = (Arc::clone(semantic), Arc::clone(&self.shared));
        let work = load_embeddings(semantic, shared.get(), shared, file, text);
        self.work = Some(tokio::spawn(work));
    }

    fn end(&mut self) {
        if let Some(work) = self.work.take() {
            work.abort();
        }
    }
}

impl Drop for EmbeddingLoader {
    fn drop(&mut self) {
        self.end();
    }
}

async fn load_embeddings(
    semantic: Arc<Semantic>,
    shallow: Arc<Knowledge>,
    shared: Arc<LiveKnowledge>,
    file: String,
    text: String,
) {
    let texts = shallow.texts();
    let mut pause = BACKOFF_MIN;
    let meanings = loop {
        match semantic.meanings(&texts).await {
            Ok(meanings) => break meanings,
            Err(error) if pause == BACKOFF_MIN => {
                tracing::warn!(%error, "the FAQ has no vectors yet: messages are matched by words until the semantic tier answers");
            }
            Err(error) => tracing::debug!(%error, "still no vectors for the FAQ"),
        }
        tokio::time::sleep(pause).await;
        pause = (2 * pause).min(BACKOFF_MAX);
    };
    semantic.forget_but(&texts).await;
    if meanings.is_empty() {
        tracing::warn!(
            "the semantic tier makes nothing of the FAQ's questions: is it a model of their language?"
        );
        return;
    }
    let (questions, dimensions) = (meanings.len(), meanings.dimensions());
    let meanings = Some(Arc::new(meanings));
    let build = move || Knowledge::load_with(&file, &text, None, meanings);
    match tokio::task::spawn_blocking(build).await {
        Ok(Ok((deep, _))) if deep.dimensions.is_none() => {
            semantic.set_suited(false);
            tracing::warn!(
                "the semantic tier finds questions of different entries more alike than those of one: is it a model of the FAQ's language? Messages are matched by words"
            );
        }
        Ok(Ok((deep, _))) => {
            semantic.set_suited(true);
            // A version that came meanwhile stays.
            if shared.replace(&shallow, deep) {
                tracing::info!(questions, dimensions, "the semantic tier is in service");
            }
        }
        Ok(Err(problems)) => tracing::error!(
            problems = problems.len(),
            "the FAQ can't be built with its vectors"
        ),
        Err(error) => tracing::error!(%error, "the FAQ can't be built with its vectors"),
    }
}

#[cfg(test)]
mod tests;
