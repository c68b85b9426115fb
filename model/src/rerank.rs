//! A reranker behind `POST {url}/rerank`: it gives each choice a score for a message, and the choice with the highest one is its
//! choice. What a score is worth differs by model: whoever asks has to find out from which on it means anything.

mod wire;

use crate::chat::{ChatError, ChatSettings, Choice, Chosen, JudgeModel};
use crate::request_forms::Asking;
use crate::server::trimmed;
use crate::{Meter, beginning};
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;
use wire::Form;

/// A server with a reranker.
pub struct Reranker {
    asking: Asking<Form>,
    /// Server, model and interface.
    model: String,
    /// The model's name on the server.
    name: String,
}

impl Reranker {
    /// Makes a client for the server, without a request yet; `meter` counts the requests and may stop them.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &ChatSettings, meter: Arc<Meter>) -> Result<Self, String> {
        Ok(Self {
            asking: Asking::new(settings, "rerank", "reranking", meter)?,
            model: format!("{} {} /rerank", trimmed(&settings.url), settings.model),
            name: settings.model.clone(),
        })
    }
}

#[async_trait]
impl JudgeModel for Reranker {
    fn model(&self) -> &str {
        &self.model
    }

    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError> {
        let documents: Vec<String> = choices.iter().map(document).collect();
        let scores = self.asking.ask(
            "judge",
            |form| wire::request(&self.name, beginning(message), &documents, form),
            |body, _| wire::read(body, documents.len()),
        );
        let scores = scores.await.map_err(|error| match error {
            // A reranker says nothing but scores: what is none is no word of the model.
            ChatError::Nonsense(why) => ChatError::Unreadable(why),
            error => error,
        })?;
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        Ok(best.map(|(place, score)| Chosen {
            place,
            score: Some(*score),
        }))
    }
}

impl fmt::Debug for Reranker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reranker")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Returns what a choice is known by: its title, and its questions below it.
fn document(choice: &Choice<'_>) -> String {
    let lines = std::iter::once(choice.title).chain(choice.questions.iter().map(String::as_str));
    lines.collect::<Vec<_>>().join("\n")
}
