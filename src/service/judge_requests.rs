//! Asks the judge beside the inbox: a question of the desk on a task of its own, after the commit, and the calibration on every
//! version of the FAQ. Members' messages never wait here: the desk waits, for as long as its timer runs.

use super::alerts::{Alerts, Severity};
use super::live_knowledge::LiveKnowledge;
use crate::desk::{JudgeAnswer, JudgeQuestion, JudgeState, Knowledge};
use crate::judge::{Calibrated, Judge, Spending, training_examples};
use crate::texts::ComposedTexts;
use groupdesk_contract::Place;
use groupdesk_model::Meter;
use jiff::SignedDuration;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Questions that are asked at once, or wait for their turn; what comes then has no voice.
const WAITING_QUESTIONS_MAX: usize = 32;

/// Name of the alert that fires while the day's calls are used up.
const USED_UP_ALERT: &str = "judge-calls";

/// Name of the alert that fires while the judge does not answer.
const DOWN_ALERT: &str = "judge";

/// Interval at which the FAQ in service and the judge's state are looked at.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Backoff of a calibration after the judge did not answer; it doubles each time, up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_secs(15);

/// Longest backoff.
const BACKOFF_MAX: Duration = Duration::from_secs(10 * 60);

/// The judge with the questions that are under way.
pub struct JudgeCaller {
    judge: Arc<Judge>,
    alerts: Arc<Alerts>,
    /// Channels that wait for a voice, by question.
    under_way: Mutex<HashMap<JudgeQuestion, Vec<Place>>>,
    wake: mpsc::UnboundedSender<Place>,
    woken: tokio::sync::Mutex<mpsc::UnboundedReceiver<Place>>,
}

impl JudgeCaller {
    /// Makes an asker of `judge`.
    pub fn new(judge: Judge, alerts: Arc<Alerts>) -> Arc<Self> {
        let (wake, woken) = mpsc::unbounded_channel();
        Arc::new(Self {
            judge: Arc::new(judge),
            alerts,
            under_way: Mutex::default(),
            wake,
            woken: tokio::sync::Mutex::new(woken),
        })
    }

    /// Returns the judge as the desk needs it now.
    pub(super) fn judging(&self) -> JudgeState {
        self.judge.judging()
    }

    /// Returns the longest time that a voice is waited for.
    pub(super) fn longest(&self) -> SignedDuration {
        self.judge.longest()
    }

    /// Asks for a voice on a task of its own; [`JudgeCaller::woken`] returns the channel when it is there, or when there is none.
    pub(super) fn ask(self: &Arc<Self>, place: Place, inquiry: JudgeQuestion) {
        {
            let mut under_way = self.under_way.lock();
            if let Some(waiting) = under_way.get_mut(&inquiry) {
                if !waiting.contains(&place) {
                    waiting.push(place);
                }
                return;
            }
            if under_way.len() < WAITING_QUESTIONS_MAX {
                under_way.insert(inquiry.clone(), vec![place]);
            } else {
                drop(under_way);
                self.judge.note(&inquiry, JudgeAnswer::Silent("too many at once"));
                // The inbox has ended.
                let _ = self.wake.send(place);
                return;
            }
        }
        let asker = Arc::clone(self);
        tokio::spawn(async move {
            let asked = OpenInquiry {
                asker: &asker,
                inquiry: &inquiry,
            };
            asker.judge.ask(&inquiry).await;
            drop(asked);
            asker.look();
        });
    }

    /// Waits for a channel whose voice has come.
    pub(super) async fn woken(&self) -> Place {
        match self.woken.lock().await.recv().await {
            Some(place) => place,
            // It has a sender itself.
            None => std::future::pending().await,
        }
    }

    /// Fires or resolves the alerts of the judge.
    fn look(&self) {
        look_at_spending(self.judge.spending(), &self.alerts);
        if self.judge.is_down() {
            let message = ComposedTexts::both().alert_judge_down();
            self.alerts.fire(DOWN_ALERT, Severity::Warning, message);
        } else {
            self.alerts.resolve(DOWN_ALERT);
        }
    }

    /// Renders the judge for `/healthz`.
    pub(super) fn to_json(&self) -> Value {
        let counts = self.judge.counts();
        let state = match counts {
            _ if self.judge.is_used_up() => "used up",
            _ if self.judge.is_down() => "down",
            None => "calibrating",
            Some(_) if self.judge.weight() <= 0.0 => "of no use",
            Some(_) => "ready",
        };
        json!({
            "state": state,
            "weight": self.judge.weight(),
            "lessons": counts.map(|counts| json!({
                "asked": counts.asked,
                "right": counts.right,
                "wrong": counts.wrong,
                "strangers": counts.negatives,
                "named": counts.named,
            })),
            "today": today(self.judge.spending().meter()),
        })
    }

    /// Returns the tokens since the start, by what they were spent on.
    pub(super) fn tokens(&self) -> BTreeMap<&'static str, u64> {
        self.judge.spending().meter().tokens()
    }
}

/// Fires or resolves the alert that the day's requests are used up.
pub(super) fn look_at_spending(spending: &Spending, alerts: &Alerts) {
    let meter = spending.meter();
    if meter.is_used_up() {
        let message = ComposedTexts::both().alert_calls_used_up(meter.calls_per_day());
        alerts.fire(USED_UP_ALERT, Severity::Warning, message);
    } else {
        alerts.resolve(USED_UP_ALERT);
    }
}

/// Renders what the model had today.
pub(super) fn today(meter: &Meter) -> Value {
    let spent = meter.spent();
    json!({
        "day": spent.day.to_string(),
        "calls": spent.calls,
        "calls_per_day": meter.calls_per_day(),
        "tokens_sent": spent.sent,
        "tokens_received": spent.received,
    })
}

/// Question under way; its channels are woken when it ends, however that is.
struct OpenInquiry<'a> {
    asker: &'a JudgeCaller,
    inquiry: &'a JudgeQuestion,
}

impl Drop for OpenInquiry<'_> {
    fn drop(&mut self) {
        let waiting = self.asker.under_way.lock().remove(self.inquiry);
        for place in waiting.into_iter().flatten() {
            // The inbox has ended.
            let _ = self.asker.wake.send(place);
        }
    }
}

impl fmt::Debug for JudgeCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asker")
            .field("judge", &self.judge)
            .finish_non_exhaustive()
    }
}

/// Calibrates the judge on every version of the FAQ, and looks after its alerts, until `stop`.
pub(super) async fn calibrate(
    asker: Arc<JudgeCaller>,
    shared: Arc<LiveKnowledge>,
    calls: usize,
    stop: CancellationToken,
) {
    let mut done: Option<Arc<Knowledge>> = None;
    let mut pause = BACKOFF_MIN;
    loop {
        asker.look();
        let knowledge = shared.get();
        let mut wait = POLL_INTERVAL;
        if done.as_ref().is_none_or(|done| !Arc::ptr_eq(done, &knowledge)) {
            match calibrate_on(&asker, &shared, &knowledge, calls, &stop).await {
                Calibrated::Done(counts) => {
                    let weight = asker.judge.weight();
                    let (right, asked) = (counts.right, counts.asked);
                    let (named, negatives) = (counts.named, counts.negatives);
                    if weight > 0.0 {
                        tracing::info!(right, asked, named, negatives, weight, "the judge is calibrated");
                    } else {
                        tracing::warn!(
                            right,
                            asked,
                            named,
                            negatives,
                            "the judge is of no use for this FAQ and is not asked: it is right too seldom, or there are too few questions to tell"
                        );
                    }
                    done = Some(knowledge);
                    pause = BACKOFF_MIN;
                }
                Calibrated::Waits(why) => {
                    if pause == BACKOFF_MIN {
                        tracing::warn!(
                            why,
                            "the judge can't be calibrated yet and has no voice until it is"
                        );
                    }
                    wait = pause;
                    pause = (2 * pause).min(BACKOFF_MAX);
                }
                Calibrated::Stopped => wait = Duration::ZERO,
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn calibrate_on(
    asker: &JudgeCaller,
    shared: &LiveKnowledge,
    knowledge: &Arc<Knowledge>,
    calls: usize,
    stop: &CancellationToken,
) -> Calibrated {
    let of = Arc::clone(knowledge);
    let made = tokio::task::spawn_blocking(move || training_examples(&of, calls)).await;
    let training = match made {
        Ok(training) => training,
        Err(error) => return Calibrated::Waits(format!("the training examples can't be made: {error}")),
    };
    let wanted = || !stop.is_cancelled() && Arc::ptr_eq(&shared.get(), knowledge);
    tokio::select! {
        done = asker.judge.calibrate(&training, wanted) => done,
        () = stop.cancelled() => Calibrated::Stopped,
    }
}
