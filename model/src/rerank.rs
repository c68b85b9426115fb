//! A reranker behind `POST {url}/rerank`: it gives each choice a score for a message, and the choice with the highest one is its
//! choice. What a score is worth differs by model: whoever asks has to find out from which on it means anything.

mod wire;

use crate::chat::{ChatError, ChatSettings, Choice, Chosen, JudgeModel};
use crate::server::{Failed, Server, is_busy, refusal, trimmed};
use crate::{Meter, beginning};
use async_trait::async_trait;
use reqwest::StatusCode;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wire::Form;

/// The timeout of one request; members' messages are given less by who asks.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes that are read of a response.
const MAX_BODY_BYTES: usize = 1 << 20;

/// A server with a reranker.
pub struct Reranker {
    server: Server,
    /// Server, model and interface.
    model: String,
    /// The model's name on the server.
    name: String,
    meter: Arc<Meter>,
    /// The form of requests that the server takes, once it has taken one.
    form: Mutex<Option<Form>>,
}

impl Reranker {
    /// Makes a client for the server, without a request yet; `meter` counts the requests and may stop them.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &ChatSettings, meter: Arc<Meter>) -> Result<Self, String> {
        Ok(Self {
            server: Server::new(
                &settings.url,
                "rerank",
                settings.key.as_ref(),
                TIMEOUT,
                MAX_BODY_BYTES,
            )?,
            model: format!("{} {} /rerank", trimmed(&settings.url), settings.model),
            name: settings.model.clone(),
            meter,
            form: Mutex::new(None),
        })
    }

    /// Returns the scores of `documents` for `query`, in their order.
    async fn scores(&self, query: &str, documents: &[String]) -> Result<Vec<f32>, ChatError> {
        let known = *self.form.lock().unwrap_or_else(PoisonError::into_inner);
        let mut form = known.unwrap_or(Form::Documents);
        loop {
            if !self.meter.take() {
                return Err(ChatError::UsedUp);
            }
            let request = wire::request(&self.name, query, documents, form);
            let failed = match self.server.post(&request).await {
                Ok(body) => {
                    *self.form.lock().unwrap_or_else(PoisonError::into_inner) = Some(form);
                    let answer = wire::read(&body, documents.len());
                    self.meter.count("judge", answer.tokens, 0);
                    return answer.scores.map_err(ChatError::Nonsense);
                }
                Err(failed) => failed,
            };
            // What is refused in a form that was taken before is refused for something else.
            let is_refused = matches!(
                failed,
                Failed::Status(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, _)
            );
            if !is_refused || known.is_some() || form == Form::Texts {
                return Err(error(failed));
            }
            form = Form::Texts;
        }
    }
}

#[async_trait]
impl JudgeModel for Reranker {
    fn model(&self) -> &str {
        &self.model
    }

    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError> {
        let documents: Vec<String> = choices.iter().map(document).collect();
        let scores = self.scores(beginning(message), &documents).await?;
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

fn error(failed: Failed) -> ChatError {
    match failed {
        Failed::Unreachable(why) => ChatError::Unreachable(why),
        Failed::TooLong(_) => ChatError::Nonsense("far too long"),
        Failed::Status(status, after) => {
            let reason = refusal(status, "model", "reranking");
            if is_busy(status) {
                ChatError::Busy { reason, after }
            } else {
                ChatError::Refused(reason)
            }
        }
    }
}
