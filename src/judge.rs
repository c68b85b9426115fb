//! The judge: a chat model, or a reranker, that names the entry that a message asks for, or none. Off unless groupdesk.yaml turns it on. Its
//! voice counts as much as it was right about the file's own questions; its words go nowhere, and its failures leave everything
//! as it is without it, but for answers that need its agreement.

mod judge_weight;
mod spending;
mod training;
mod training_outcome;
mod voice_cache;

pub use judge_weight::Counts;
pub use spending::Spending;
pub use training::{TrainingExample, training_examples};

use crate::config::JudgeSettings;
use crate::desk::{JudgeAnswer, JudgeQuestion, JudgeState, Power};
use crate::store::{Batch, Memo, Store};
use groupdesk_contract::Clock;
use groupdesk_model::{Breaker, ChatError, Choice, JudgeModel, Meter, PROMPT, Part, Spent};
use jiff::SignedDuration;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use training_outcome::Showed;
use voice_cache::VoiceCache;

/// Owner of the judge's memos.
const OWNER: &str = "@judge";

/// Memo with the outcomes of the training examples.
const CALIBRATION: &str = "calibration";

/// Timeout of a training example, for which nobody waits.
const EXAMPLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Training examples after which the outcomes are kept, so that a restart repeats no more.
const KEEP_EVERY: usize = 5;

/// Word about a silence: the server's answer could not be read.
const UNREADABLE: &str = "unreadable";

/// Answers in a row that can't be read before the training examples wait for an operator.
const UNREADABLE_MOST: usize = 3;

/// A model with its voices and their weight.
pub struct Judge {
    model: Arc<dyn JudgeModel>,
    spending: Arc<Spending>,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
    store: Option<Arc<dyn Store>>,
    power: Power,
    /// Timeouts of a voice, unasked and called.
    timeouts: (Duration, Duration),
    calibration_calls: u64,
    voice_cache: Mutex<VoiceCache>,
    calibration: Mutex<Option<Calibration>>,
}

/// Results of the training examples.
#[derive(Debug, Clone, Copy)]
struct Calibration {
    counts: Counts,
    /// The score from which on what it names counts; `None` if its choices have no scores.
    cut: Option<f32>,
}

/// The entry that the model names, with its score.
type Named = Option<(String, Option<f32>)>;

/// Outcomes of the training examples, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Kept {
    /// Digest of everything that would make them another's: the model, the words that it gets, the power.
    of: String,
    /// Digest of the training examples that the calls were spent on.
    #[serde(rename = "lessons")]
    training: String,
    /// Calls that were spent on them.
    calls: u64,
    /// Outcomes by the training examples' names.
    outcomes: BTreeMap<String, String>,
}

/// End of a calibration, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Calibrated {
    /// All training examples, or as many as the budget allows, are done.
    Done(Counts),
    /// The model does not answer, for this reason: the rest has to wait.
    Waits(String),
    /// The training examples are no longer wanted.
    Stopped,
}

impl Judge {
    /// Opens the judge; sends nothing yet.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn open(
        settings: &JudgeSettings,
        clock: Arc<dyn Clock>,
        spending: Arc<Spending>,
    ) -> Result<Self, String> {
        let model = open_model(settings, Arc::clone(spending.meter()))?;
        Ok(Self::new(model, spending, settings, clock))
    }

    /// Makes a judge on `model`, whose calls `spending` counts.
    pub fn new(
        model: Arc<dyn JudgeModel>,
        spending: Arc<Spending>,
        settings: &JudgeSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            model,
            spending,
            breaker: Breaker::new(Arc::clone(&clock), Part::Judge),
            clock,
            store: None,
            power: settings.power,
            timeouts: (settings.unasked, settings.called),
            calibration_calls: settings.calibration_calls,
            voice_cache: Mutex::default(),
            calibration: Mutex::new(None),
        }
    }

    /// Keeps what the training examples showed in `store`, and goes on from what is kept there.
    #[must_use]
    pub fn keeping(self, store: Arc<dyn Store>) -> Self {
        Self {
            store: Some(store),
            ..self
        }
    }

    /// Returns the judge as the desk needs it now.
    pub fn judging(&self) -> JudgeState {
        let span = |timeout: Duration| SignedDuration::try_from(timeout).unwrap_or(SignedDuration::ZERO);
        JudgeState {
            power: self.power,
            weight: self.weight(),
            voices: self.voice_cache.lock().at(self.clock.now()),
            may_ask: self.breaker.would_let_try() && !self.spending.meter().is_used_up(),
            unasked: span(self.timeouts.0),
            called: span(self.timeouts.1),
        }
    }

    /// Returns the weight of its voice; 0 until it is calibrated.
    pub fn weight(&self) -> f32 {
        self.counts().map_or(0.0, |counts| counts.weight(self.power))
    }

    /// Returns the counts that its weight follows from; `None` until it is calibrated.
    pub fn counts(&self) -> Option<Counts> {
        self.calibration().map(|calibration| calibration.counts)
    }

    fn calibration(&self) -> Option<Calibration> {
        *self.calibration.lock()
    }

    /// Returns the longest timeout of a voice.
    pub fn longest(&self) -> SignedDuration {
        SignedDuration::try_from(self.timeouts.0.max(self.timeouts.1)).unwrap_or(SignedDuration::ZERO)
    }

    /// Returns what counts its requests.
    pub fn spending(&self) -> &Spending {
        &self.spending
    }

    /// Returns calls and tokens of this day.
    pub fn spent(&self) -> Spent {
        self.spending.meter().spent()
    }

    /// Returns `true` while it is not asked because it did not answer.
    pub fn is_down(&self) -> bool {
        self.breaker.is_down()
    }

    /// Returns `true` while it is not asked because the day has had all of its calls.
    pub fn is_used_up(&self) -> bool {
        self.spending.meter().is_used_up()
    }

    /// Asks for a voice, within the longest timeout, and remembers it.
    pub async fn ask(&self, inquiry: &JudgeQuestion) {
        let timeout = self.timeouts.0.max(self.timeouts.1);
        let voice = match self.ask_model(inquiry, timeout).await {
            Ok(named) => self.voice(named),
            Err((silence, _)) => JudgeAnswer::Silent(silence),
        };
        self.note(inquiry, voice);
        self.spending.keep().await;
    }

    /// Remembers a voice.
    pub fn note(&self, inquiry: &JudgeQuestion, voice: JudgeAnswer) {
        self.voice_cache.lock().put(inquiry, voice, self.clock.now());
    }

    /// Goes through the training examples that were not had yet, as far as the budget allows, and sets the weight by them. `wanted` says if
    /// they still are.
    pub async fn calibrate(
        &self,
        training: &[TrainingExample],
        wanted: impl Fn() -> bool + Send + Sync,
    ) -> Calibrated {
        let named: Vec<(String, &TrainingExample)> =
            training.iter().map(|example| (example.name(), example)).collect();
        let mut kept = self.kept(&named).await;
        let mut unreadable = 0;
        for (number, (name, example)) in named.iter().enumerate() {
            if kept.outcomes.contains_key(name) {
                continue;
            }
            if kept.calls >= self.calibration_calls {
                break;
            }
            if !wanted() {
                return Calibrated::Stopped;
            }
            let before = self.spending.meter().spent();
            let heard = self.ask_model(&example.inquiry, EXAMPLE_TIMEOUT).await;
            let after = self.spending.meter().spent();
            // Members' calls at the same time count too: the budget is a limit, and no account.
            let calls = if after.day == before.day {
                after.calls.saturating_sub(before.calls)
            } else {
                1
            };
            kept.calls = kept.calls.saturating_add(calls);
            let named = match heard {
                Ok(named) => {
                    unreadable = 0;
                    named
                }
                // One may be an accident; what can't be read at all says nothing of the model.
                Err((UNREADABLE, Some(_))) if unreadable + 1 < UNREADABLE_MOST => {
                    unreadable += 1;
                    continue;
                }
                Err((_, Some(why))) => {
                    self.keep(&kept).await;
                    return Calibrated::Waits(why);
                }
                Err((_, None)) => None,
            };
            let named = named.as_ref().map(|(id, score)| (id.as_str(), *score));
            kept.outcomes
                .insert(name.clone(), Showed::of(named, example).written());
            if number % KEEP_EVERY == 0 {
                self.keep(&kept).await;
            }
        }
        self.keep(&kept).await;
        let shown: Vec<(bool, Showed)> = named
            .iter()
            .filter_map(|(name, example)| {
                let showed = Showed::read(kept.outcomes.get(name)?)?;
                Some((example.right.is_some(), showed))
            })
            .collect();
        let (counts, cut) = training_outcome::measure(&shown);
        let before = self.calibration.lock().replace(Calibration { counts, cut });
        if before.and_then(|before| before.cut) != cut {
            // What was no voice may be one now, and the other way round.
            self.voice_cache.lock().clear();
        }
        Calibrated::Done(counts)
    }

    /// Returns the voice of what was named: none where it has a score that tells nothing, and none before the training examples showed which does.
    fn voice(&self, named: Named) -> JudgeAnswer {
        let cut = self.calibration().and_then(|calibration| calibration.cut);
        match named {
            Some((_, Some(score))) if cut.is_none_or(|cut| score < cut) => JudgeAnswer::Nothing,
            Some((id, _)) => JudgeAnswer::Entry(id),
            None => JudgeAnswer::Nothing,
        }
    }

    /// Asks the model: once to veto, twice with the entries in another order to promote. The error is a word about the silence,
    /// and the reason if it passes by itself or by an operator.
    async fn ask_model(
        &self,
        inquiry: &JudgeQuestion,
        timeout: Duration,
    ) -> Result<Named, (&'static str, Option<String>)> {
        if !self.breaker.may_try() {
            return Err(("down", Some("the judge is left alone for a while".to_owned())));
        }
        let asked = tokio::time::timeout(timeout, self.choose_in_both_orders(inquiry)).await;
        let error = match asked {
            Ok(Ok(named)) => {
                self.breaker.succeeded();
                return Ok(named);
            }
            Ok(Err(error)) => error,
            Err(_) => ChatError::Unreachable(format!("no answer within {timeout:?}")),
        };
        match &error {
            ChatError::Nonsense(_) => {
                tracing::debug!(%error, "the judge has no voice");
                self.breaker.succeeded();
                return Err(("no id", None));
            }
            ChatError::UsedUp => return Err(("calls used up", Some(error.to_string()))),
            ChatError::Busy {
                after: Some(pause), ..
            } => self.breaker.asked_to_wait(*pause, &error),
            error => self.breaker.failed(error),
        }
        let word = match &error {
            ChatError::Unreachable(_) => "no answer in time",
            ChatError::Unreadable(_) => UNREADABLE,
            ChatError::Busy { .. } => "busy",
            _ => "refused",
        };
        Err((word, Some(error.to_string())))
    }

    async fn choose_in_both_orders(&self, inquiry: &JudgeQuestion) -> Result<Named, ChatError> {
        let mut choices: Vec<Choice<'_>> = inquiry
            .entries
            .iter()
            .map(|entry| Choice {
                id: &entry.id,
                title: &entry.title,
                questions: &entry.questions,
            })
            .collect();
        // A model that likes the first one must not agree with the matcher by that.
        shuffle(&mut choices, &inquiry.text);
        let first = self.chosen(inquiry, &choices).await?;
        // A score is one of an entry alone: its place has no part in it.
        let is_scored = first.as_ref().is_some_and(|(_, score)| score.is_some());
        if self.power == Power::Veto || first.is_none() || is_scored {
            return Ok(first);
        }
        choices.reverse();
        let second = self.chosen(inquiry, &choices).await?;
        Ok(if first == second { first } else { None })
    }

    async fn chosen(&self, inquiry: &JudgeQuestion, choices: &[Choice<'_>]) -> Result<Named, ChatError> {
        let chosen = self.model.choose(&inquiry.text, choices).await?;
        Ok(chosen.and_then(|chosen| {
            let choice = choices.get(chosen.place)?;
            Some((choice.id.to_owned(), chosen.score))
        }))
    }

    /// Returns the outcomes that are kept of these training examples.
    async fn kept(&self, training: &[(String, &TrainingExample)]) -> Kept {
        let of = digest([
            self.model.model(),
            &PROMPT.to_string(),
            match self.power {
                Power::Veto => "veto",
                Power::Promote => "promote",
            },
        ]);
        let digest = digest(training.iter().map(|(name, _)| name.as_str()));
        let kept = match &self.store {
            None => None,
            Some(store) => match store.memo(OWNER, CALIBRATION).await {
                Ok(kept) => kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok()),
                Err(error) => {
                    tracing::warn!(%error, "can't read the judge's calibration; beginning anew");
                    None
                }
            },
        };
        let mut kept = kept.filter(|kept| kept.of == of).unwrap_or_default();
        kept.of = of;
        if kept.training != digest {
            kept.training = digest;
            kept.calls = 0;
        }
        kept.outcomes
            .retain(|name, _| training.iter().any(|(example, _)| example == name));
        kept
    }

    async fn keep(&self, kept: &Kept) {
        if let Ok(value) = serde_json::to_string(kept) {
            self.memo(CALIBRATION, value).await;
        }
        self.spending.keep().await;
    }

    async fn memo(&self, key: &str, value: String) {
        let Some(store) = &self.store else { return };
        let memo = Memo {
            owner: OWNER.to_owned(),
            key: key.to_owned(),
            value,
        };
        if let Err(error) = store.commit(&Batch::of_memo(memo)).await {
            tracing::warn!(%error, key, "can't keep what is known of the judge");
        }
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge")
            .field("model", &self.model)
            .field("power", &self.power)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "semantic-endpoint")]
fn open_model(settings: &JudgeSettings, meter: Arc<Meter>) -> Result<Arc<dyn JudgeModel>, String> {
    use crate::config::JudgeApi;
    Ok(match settings.api {
        JudgeApi::Chat => Arc::new(groupdesk_model::Chat::new(&settings.chat, meter)?),
        JudgeApi::Rerank => Arc::new(groupdesk_model::Reranker::new(&settings.chat, meter)?),
    })
}

#[cfg(not(feature = "semantic-endpoint"))]
fn open_model(_: &JudgeSettings, _: Arc<Meter>) -> Result<Arc<dyn JudgeModel>, String> {
    Err("this program was built without it: build it with `--features semantic-endpoint`".to_owned())
}

/// Puts the choices in an order that follows from the text and from nothing else.
fn shuffle(choices: &mut [Choice<'_>], text: &str) {
    let digest = Sha256::digest(text.as_bytes());
    for (last, random) in (1..choices.len()).rev().zip(digest) {
        choices.swap(last, usize::from(random) % (last + 1));
    }
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(crate) mod tests;
