//! The drafter: a chat model that drafts answers for staff out of the sources that it is given. Off unless groupdesk.yaml turns it
//! on. What it says is checked by the desk; its failures cost a draft and nothing else.

use crate::config::DraftSettings;
use crate::desk::{DraftInput, DraftSentence, NoDraft};
use crate::judge::Spending;
use groupdesk_contract::Clock;
use groupdesk_model::{Breaker, ChatError, DraftModel, DraftSource, Part};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A chat model that drafts, with its deadline.
pub struct Drafter {
    model: Arc<dyn DraftModel>,
    spending: Arc<Spending>,
    breaker: Breaker,
    timeout: Duration,
}

impl Drafter {
    /// Opens the drafter; sends nothing yet. `spending` counts its requests.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn open(
        settings: &DraftSettings,
        clock: Arc<dyn Clock>,
        spending: Arc<Spending>,
    ) -> Result<Self, String> {
        Ok(Self {
            model: open_model(settings, &spending)?,
            spending,
            breaker: Breaker::new(clock, Part::Drafts),
            timeout: settings.timeout,
        })
    }

    /// Asks for a draft, no longer than its deadline.
    ///
    /// # Errors
    /// The reason for which there is none.
    pub async fn draft(&self, brief: &DraftInput) -> Result<Vec<DraftSentence>, NoDraft> {
        if brief.question.is_empty() {
            return Err(NoDraft::NoQuestion);
        }
        if brief.sources.is_empty() {
            return Err(NoDraft::NoSources);
        }
        if !self.breaker.may_try() {
            return Err(NoDraft::Down);
        }
        let sources: Vec<DraftSource<'_>> = brief
            .sources
            .iter()
            .map(|source| DraftSource {
                id: &source.id,
                text: &source.text,
            })
            .collect();
        let asked = tokio::time::timeout(self.timeout, self.model.draft(&brief.question, &sources)).await;
        self.spending.keep().await;
        let error = match asked {
            Ok(Ok(said)) => {
                self.breaker.succeeded();
                let said = said.into_iter().map(|said| DraftSentence {
                    text: said.text,
                    source: said.source,
                });
                return Ok(said.collect());
            }
            Ok(Err(error)) => error,
            Err(_) => ChatError::Unreachable(format!("no answer within {:?}", self.timeout)),
        };
        match &error {
            ChatError::Nonsense(_) => {
                tracing::debug!(%error, "no draft");
                self.breaker.succeeded();
                return Err(NoDraft::Nonsense);
            }
            ChatError::UsedUp => return Err(NoDraft::UsedUp),
            ChatError::Busy {
                after: Some(pause), ..
            } => self.breaker.asked_to_wait(*pause, &error),
            error => self.breaker.failed(error),
        }
        Err(NoDraft::Down)
    }

    /// Returns what counts its requests.
    pub fn spending(&self) -> &Spending {
        &self.spending
    }

    /// Returns `true` while the model is not asked because it did not answer.
    pub fn is_down(&self) -> bool {
        self.breaker.is_down()
    }
}

impl fmt::Debug for Drafter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drafter")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "semantic-endpoint")]
fn open_model(settings: &DraftSettings, spending: &Spending) -> Result<Arc<dyn DraftModel>, String> {
    let meter = Arc::clone(spending.meter());
    Ok(Arc::new(groupdesk_model::Chat::new(&settings.chat, meter)?))
}

#[cfg(not(feature = "semantic-endpoint"))]
fn open_model(_: &DraftSettings, _: &Spending) -> Result<Arc<dyn DraftModel>, String> {
    Err("this program was built without it: build it with `--features semantic-endpoint`".to_owned())
}
