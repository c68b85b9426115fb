//! The judge for a command: calibrated before anything is asked, and asked one message after the other.

use super::language::{TerminalLanguage, said};
use super::{Failure, output, problem_report};
use crate::config::{JudgeSettings, StoreSettings};
use crate::desk::{JudgeAnswer, JudgeEffect, JudgeQuestion, JudgeState, Knowledge, Verdict};
use crate::judge::{Calibrated, Judge, Spending, training_examples};
use crate::matcher::Ranking;
use crate::service::stores;
use groupdesk_contract::{Clock, SystemClock};
use std::cell::Cell;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// The judge that the configuration names.
pub(super) struct Judged {
    judge: Judge,
    runtime: Runtime,
    budget: Budget,
}

/// Requests that a command may spend on questions.
#[derive(Debug, Default)]
struct Budget {
    /// Number of them; `None` for no limit but the day's.
    most: Cell<Option<u64>>,
    /// Requests of the day before the first of them.
    before: Cell<u64>,
    /// Questions that were not asked because the budget was spent.
    unheard: Cell<usize>,
}

impl Judged {
    /// Opens the judge, and calibrates it on the FAQ as far as the store does not know that yet. Says so if it has no voice.
    ///
    /// # Errors
    /// [`Failure::Broken`] if it can't be used.
    pub(super) fn open(
        settings: &JudgeSettings,
        store: &StoreSettings,
        knowledge: &Knowledge,
    ) -> Result<Self, Failure> {
        let broken = |why: String| {
            let why = problem_report::in_a_line(&why);
            Failure::Broken(said!("判断模型：{why}", "the judge (`model`): {why}"))
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(error.to_string()))?;
        let calls = usize::try_from(settings.calibration_calls).unwrap_or(usize::MAX);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let spending = Spending::new(Arc::clone(&clock), settings.calls_per_day);
        let (judge, calibrated) = runtime
            .block_on(async {
                let (spending, store) = if stores::may_exist(store) {
                    // Another's store, or none: the training examples are asked again.
                    match stores::open(store).await {
                        Ok(store) => (spending.keeping(Arc::clone(&store)).await, Some(store)),
                        Err(_) => (spending, None),
                    }
                } else {
                    (spending, None)
                };
                let judge = Judge::open(settings, clock, Arc::new(spending))?;
                let judge = match store {
                    Some(store) => judge.keeping(store),
                    None => judge,
                };
                let calibrated = judge
                    .calibrate(&training_examples(knowledge, calls), || true)
                    .await;
                Ok((judge, calibrated))
            })
            .map_err(broken)?;
        match calibrated {
            Calibrated::Done(_) if judge.weight() > 0.0 => {}
            Calibrated::Done(counts) => output::tell(said!(
                "groupdesk: 判断模型对这个文件没有用（{asked} 题对 {right}，{negatives} 题不该认领却认领 {named}），不问它",
                "groupdesk: the judge is of no use for this FAQ (right about {right} of {asked}, names an entry for {named} of {negatives} that \
                 ask for none) and is not asked",
                asked = counts.asked,
                right = counts.right,
                negatives = counts.negatives,
                named = counts.named
            )),
            Calibrated::Waits(why) => {
                let why = problem_report::in_a_line(&why);
                output::tell(said!(
                    "groupdesk: 判断模型没有应答，无法校准，不算它的意见：{why}",
                    "groupdesk: the judge can't be calibrated and has no voice: {why}"
                ));
            }
            Calibrated::Stopped => {}
        }
        Ok(Self {
            judge,
            runtime,
            budget: Budget::default(),
        })
    }

    /// Spends no more than about so many requests on questions from now on: one that is begun is asked to its end.
    pub(super) fn limit_to(&self, requests: u64) {
        self.budget.most.set(Some(requests));
        self.budget.before.set(self.judge.spent().calls);
    }

    /// Returns the requests that were spent since the limit was set.
    pub(super) fn spent(&self) -> u64 {
        let calls = self.judge.spent().calls;
        // At midnight the day's count begins anew.
        calls.checked_sub(self.budget.before.get()).unwrap_or(calls)
    }

    /// Returns the number of questions that the limit left without a voice.
    pub(super) fn unheard(&self) -> usize {
        self.budget.unheard.get()
    }

    fn may_spend(&self) -> bool {
        // A promotion takes two requests.
        self.budget.most.get().is_none_or(|most| self.spent() + 2 <= most)
    }

    /// Returns the judge as the desk needs it now.
    pub(super) fn judging(&self) -> JudgeState {
        self.judge.judging()
    }

    /// Asks for a voice.
    pub(super) fn ask(&self, inquiry: &JudgeQuestion) {
        self.runtime.block_on(self.judge.ask(inquiry));
    }

    /// Counsels on a verdict, and asks if that takes a voice.
    pub(super) fn counsel(
        &self,
        knowledge: &Knowledge,
        text: &str,
        ranking: &Ranking,
        verdict: &Verdict,
        mentioned: bool,
    ) -> JudgeEffect {
        let counsel = |judging: &JudgeState| {
            if mentioned {
                judging.of_called(knowledge, text, ranking, verdict)
            } else {
                judging.of_unasked(knowledge, text, ranking, verdict)
            }
        };
        match counsel(&self.judging()) {
            JudgeEffect::Missing(_) if !self.may_spend() => {
                self.budget.unheard.set(self.unheard() + 1);
                // As in service, when the day's requests are used up.
                counsel(&JudgeState {
                    may_ask: false,
                    ..self.judging()
                })
            }
            JudgeEffect::Missing(inquiry) => {
                self.ask(&inquiry);
                counsel(&self.judging())
            }
            counsel => counsel,
        }
    }

    /// Describes the voice on a question, if it was asked, in the language that is given; `best` is the id of the matcher's best
    /// candidate.
    pub(super) fn told(
        &self,
        inquiry: Option<&JudgeQuestion>,
        best: Option<&str>,
        language: TerminalLanguage,
    ) -> String {
        let told = |chinese: &str, english: &str| language.of(chinese, english).to_owned();
        let judging = self.judging();
        let voice = inquiry.and_then(|inquiry| judging.voices.get(inquiry));
        match voice {
            None if judging.weight <= 0.0 => told(
                "没有问：它对这个文件没有用，或还没有校准",
                "not asked: it is of no use for this FAQ, or not calibrated",
            ),
            None => told("没有问", "not asked"),
            Some(JudgeAnswer::Entry(id)) if best == Some(id) => told("同意", "agrees"),
            Some(JudgeAnswer::Entry(id)) => told(&format!("认为是 {id}"), &format!("says {id}")),
            Some(JudgeAnswer::Nothing) => told("认为不是任何条目", "says that it is none of the entries"),
            Some(JudgeAnswer::Silent(why)) => {
                told(&format!("没有意见（{why}）"), &format!("no voice ({why})"))
            }
        }
    }

    /// Returns the weight of its voice, in log-odds.
    pub(super) fn weight(&self) -> f32 {
        self.judge.weight()
    }
}
