//! An OpenAI-compatible server: `POST {url}/chat/completions`.

use super::choice_check::Form;
use super::wire;
use super::{
    ChatError, ChatSettings, Choice, Chosen, DraftModel, JudgeModel, Source, SourcedSentence, draft,
};
use crate::Meter;
use crate::request_forms::Asking;
use crate::server::trimmed;
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// An OpenAI-compatible server.
pub struct Chat {
    asking: Asking<Form>,
    /// Server and model.
    model: String,
    /// The model's name on the server.
    name: String,
}

impl Chat {
    /// Makes a client for the server, without a request yet; `meter` counts the requests and may stop them.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &ChatSettings, meter: Arc<Meter>) -> Result<Self, String> {
        Ok(Self {
            asking: Asking::new(settings, "chat/completions", "chat", meter)?,
            model: format!("{} {}", trimmed(&settings.url), settings.model),
            name: settings.model.clone(),
        })
    }
}

#[async_trait]
impl JudgeModel for Chat {
    fn model(&self) -> &str {
        &self.model
    }

    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError> {
        let place = self.asking.ask(
            "judge",
            |form| wire::request(&self.name, message, choices, form),
            |body, form| wire::read(body, choices, form),
        );
        Ok(place.await?.map(|place| Chosen { place, score: None }))
    }
}

#[async_trait]
impl DraftModel for Chat {
    async fn draft(&self, question: &str, sources: &[Source<'_>]) -> Result<Vec<SourcedSentence>, ChatError> {
        self.asking
            .ask(
                "drafts",
                |form| draft::request(&self.name, question, sources, form),
                |body, form| draft::read(body, sources, form),
            )
            .await
    }
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}
