//! An OpenAI-compatible server: `POST {url}/chat/completions`.

use super::wire::{self, Answer, Form};
use super::{ChatError, ChatSettings, Choice, Chosen, DraftModel, JudgeModel, Sentence, Source, draft};
use crate::Meter;
use crate::server::{Failed, Server, is_busy, refusal, trimmed};
use async_trait::async_trait;
use reqwest::StatusCode;
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The timeout of one request; members' messages are given less by who asks.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes that are read of a response.
const LARGEST: usize = 1 << 20;

/// An OpenAI-compatible server.
pub struct Chat {
    server: Server,
    /// Server and model.
    model: String,
    /// The model's name on the server.
    name: String,
    meter: Arc<Meter>,
    /// The form of answers that the server takes, once it has taken one.
    form: Mutex<Option<Form>>,
}

impl Chat {
    /// Makes a client for the server, without a request yet; `meter` counts the requests and may stop them.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &ChatSettings, meter: Arc<Meter>) -> Result<Self, String> {
        Ok(Self {
            server: Server::new(
                &settings.url,
                "chat/completions",
                settings.key.as_ref(),
                TIMEOUT,
                LARGEST,
            )?,
            model: format!("{} {}", trimmed(&settings.url), settings.model),
            name: settings.model.clone(),
            meter,
            form: Mutex::new(None),
        })
    }

    /// Sends a request in the form that the server takes, which is found out once.
    async fn ask<T>(
        &self,
        used_for: &'static str,
        request: impl Fn(Form) -> Value + Send + Sync,
        read: impl Fn(&[u8], Form) -> Answer<T> + Send + Sync,
    ) -> Result<T, ChatError> {
        let known = self.known();
        let mut form = known.unwrap_or(Form::Schema);
        loop {
            if !self.meter.take() {
                return Err(ChatError::UsedUp);
            }
            let failed = match self.server.post(&request(form)).await {
                Ok(body) => {
                    // A server that answers at all takes the form, whatever its model makes of it.
                    *self.form.lock().unwrap_or_else(PoisonError::into_inner) = Some(form);
                    let answer = read(&body, form);
                    self.meter.count(used_for, answer.sent, answer.received);
                    return answer.said.map_err(ChatError::Nonsense);
                }
                Err(failed) => failed,
            };
            // Servers refuse a form that they do not know as a bad request. What is refused in a form that was taken before is
            // refused for something else.
            let simpler = match &failed {
                Failed::Status(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, _)
                    if known.is_none() =>
                {
                    form.simpler()
                }
                _ => None,
            };
            form = simpler.ok_or_else(|| error(failed))?;
        }
    }

    fn known(&self) -> Option<Form> {
        *self.form.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl JudgeModel for Chat {
    fn model(&self) -> &str {
        &self.model
    }

    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError> {
        let place = self.ask(
            "judge",
            |form| wire::request(&self.name, message, choices, form),
            |body, form| wire::read(body, choices, form),
        );
        Ok(place.await?.map(|place| Chosen { place, score: None }))
    }
}

#[async_trait]
impl DraftModel for Chat {
    async fn draft(&self, question: &str, sources: &[Source<'_>]) -> Result<Vec<Sentence>, ChatError> {
        self.ask(
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

fn error(failed: Failed) -> ChatError {
    match failed {
        Failed::Unreachable(why) => ChatError::Unreachable(why),
        Failed::TooLong(_) => ChatError::Nonsense("far too long"),
        Failed::Status(status, after) => {
            let reason = refusal(status, "model", "chat");
            if is_busy(status) {
                ChatError::Busy { reason, after }
            } else {
                ChatError::Refused(reason)
            }
        }
    }
}
