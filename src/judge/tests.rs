//! Calibration of judges of every kind, and the budget, the day's limit and the deadline of their calls.

use super::*;
use crate::config::JudgeApi;
use crate::desk::Knowledge;
use crate::store::SqliteStore;
use async_trait::async_trait;
use groupdesk_contract::ManualClock;
use groupdesk_model::{ChatSettings, Chosen};
use jiff::Timestamp;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const FAQ: (&str, &str) = ("faq.yaml", include_str!("../../faq.yaml"));

/// A judge of some kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Oracle,
    Wrong,
    First,
    Random,
    Scores,
    Prose,
    /// Its server speaks another interface.
    Unreadable,
    Dead,
}

#[derive(Debug)]
struct Model {
    kind: Mutex<Kind>,
    calls: AtomicUsize,
    meter: Arc<Meter>,
    right: BTreeMap<String, String>,
}

#[async_trait]
impl JudgeModel for Model {
    fn model(&self) -> &str {
        "model"
    }

    async fn choose(&self, message: &str, choices: &[Choice<'_>]) -> Result<Option<Chosen>, ChatError> {
        if !self.meter.take() {
            return Err(ChatError::UsedUp);
        }
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let right = self.right.get(message);
        let place = right.and_then(|right| choices.iter().position(|choice| choice.id == right));
        let kind = *self.kind.lock();
        let place = match kind {
            // A scale of its own; it finds everything a little alike.
            Kind::Scores => {
                let score = if place.is_some() {
                    7.5
                } else {
                    2.0 + (number % 5) as f32
                };
                let place = place.unwrap_or(number % choices.len());
                return Ok(Some(Chosen {
                    place,
                    score: Some(score),
                }));
            }
            // One in twenty is wrong.
            Kind::Oracle if number % 20 == 7 => Ok(Some((place.unwrap_or(0) + 1) % choices.len())),
            Kind::Oracle => Ok(place),
            Kind::Wrong => Ok((0..choices.len()).find(|at| Some(*at) != place)),
            Kind::First => Ok(Some(0)),
            Kind::Random => Ok(Some(number * 7919 % (choices.len() + 1)).filter(|at| *at < choices.len())),
            Kind::Prose => Err(ChatError::Nonsense("prose")),
            Kind::Unreadable => Err(ChatError::Unreadable("not one score for each document")),
            Kind::Dead => Err(ChatError::Unreachable("down".to_owned())),
        };
        Ok(place?.map(|place| Chosen { place, score: None }))
    }
}

fn settings(power: Power) -> JudgeSettings {
    JudgeSettings {
        power,
        api: JudgeApi::Chat,
        chat: ChatSettings {
            url: "http://127.0.0.1:9/v1".to_owned(),
            model: "m".to_owned(),
            key: None,
        },
        unasked: Duration::from_secs(2),
        called: Duration::from_secs(5),
        calls_per_day: 2000,
        calibration_calls: 120,
    }
}

fn training_of_file() -> Vec<TrainingExample> {
    let (knowledge, _) = Knowledge::load(FAQ.0, FAQ.1, None).unwrap();
    training_examples(&knowledge, 120)
}

async fn judge(
    kind: Kind,
    settings: &JudgeSettings,
    training: &[TrainingExample],
    folder: &Path,
) -> (Judge, Arc<Model>) {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.join("desk.db")).await.unwrap());
    let spending = Spending::new(Arc::clone(&clock), settings.calls_per_day);
    let spending = Arc::new(spending.keeping(Arc::clone(&store)).await);
    let asked = training.iter().filter_map(|example| {
        let right = example.right.clone()?;
        Some((example.inquiry.text.clone(), right))
    });
    let model = Arc::new(Model {
        kind: Mutex::new(kind),
        calls: AtomicUsize::new(0),
        meter: Arc::clone(spending.meter()),
        right: asked.collect(),
    });
    let chat = Arc::clone(&model) as Arc<dyn JudgeModel>;
    let judge = Judge::new(chat, spending, settings, clock);
    (judge.keeping(store), model)
}

#[tokio::test]
async fn answers_that_cannot_be_read_are_no_training_and_are_said_so_after_a_few() {
    let training = training_of_file();
    let folder = tempfile::tempdir().unwrap();
    let (judge, model) = judge(
        Kind::Unreadable,
        &settings(Power::Promote),
        &training,
        folder.path(),
    )
    .await;
    let done = judge.calibrate(&training, || true).await;
    let Calibrated::Waits(why) = &done else {
        panic!("{done:?}");
    };
    assert_eq!(
        why,
        "the server's answers can't be read: not one score for each document"
    );
    assert_eq!(model.calls.load(Ordering::SeqCst), UNREADABLE_MOST);
    assert!(judge.is_down());
    // Nothing of it is held against the model once the address is mended.
    let named: Vec<(String, &TrainingExample)> =
        training.iter().map(|example| (example.name(), example)).collect();
    assert!(judge.kept(&named).await.outcomes.is_empty());
}

#[tokio::test]
async fn a_judge_has_the_weight_that_it_deserves_and_a_bad_one_none() {
    let training = training_of_file();
    for power in [Power::Promote, Power::Veto] {
        for kind in [
            Kind::Oracle,
            Kind::Scores,
            Kind::Wrong,
            Kind::First,
            Kind::Random,
            Kind::Prose,
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (judge, model) = judge(kind, &settings(power), &training, folder.path()).await;
            assert_eq!(judge.weight(), 0.0, "not calibrated");
            let done = judge.calibrate(&training, || true).await;
            assert!(matches!(done, Calibrated::Done(_)), "{kind:?}: {done:?}");
            let calls = model.calls.load(Ordering::SeqCst);
            assert!((60..=121).contains(&calls), "{kind:?}: {calls}");
            let good = matches!(kind, Kind::Oracle | Kind::Scores);
            assert_eq!(
                judge.weight() > 1.5,
                good,
                "{power:?} {kind:?}: {:?}",
                judge.counts()
            );
            assert_eq!(
                judge.weight() == 0.0,
                !good,
                "{power:?} {kind:?}: {:?}",
                judge.counts()
            );
        }
    }
}

#[tokio::test]
async fn a_calibration_goes_on_after_a_restart_and_is_made_once() {
    let training = training_of_file();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(Power::Promote);
    let (first, model) = judge(Kind::Oracle, &settings, &training, folder.path()).await;
    let stopped = first
        .calibrate(&training, || model.calls.load(Ordering::SeqCst) < 50)
        .await;
    assert_eq!((stopped, first.counts()), (Calibrated::Stopped, None));
    *model.kind.lock() = Kind::Dead;
    assert!(matches!(
        first.calibrate(&training, || true).await,
        Calibrated::Waits(_)
    ));
    drop(first);

    let (second, model) = judge(Kind::Oracle, &settings, &training, folder.path()).await;
    let done = second.calibrate(&training, || true).await;
    let calls = model.calls.load(Ordering::SeqCst);
    assert!((1..=80).contains(&calls), "{calls} of 120 are left, and a few");
    assert!(
        second.spent().calls >= 100,
        "the day's calls are kept: {:?}",
        second.spent()
    );
    drop(second);

    let (third, model) = judge(Kind::Dead, &settings, &training, folder.path()).await;
    assert_eq!(third.calibrate(&training, || true).await, done);
    assert_eq!(model.calls.load(Ordering::SeqCst), 0);
    // Of another power, nothing is known.
    let (other, _) = judge(Kind::Dead, &self::settings(Power::Veto), &training, folder.path()).await;
    assert!(matches!(
        other.calibrate(&training, || true).await,
        Calibrated::Waits(_)
    ));
}

#[tokio::test]
async fn a_score_is_a_voice_only_where_the_training_showed_that_it_tells_something() {
    let training = training_of_file();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(Power::Promote);
    let (judge, model) = judge(Kind::Scores, &settings, &training, folder.path()).await;
    let asks = training.iter().find(|example| example.right.is_some()).unwrap();
    let asks_nothing = training.iter().find(|example| example.right.is_none()).unwrap();
    let heard = |example: &TrainingExample| judge.judging().voices.get(&example.inquiry).cloned();
    judge.ask(&asks.inquiry).await;
    assert_eq!(
        heard(asks),
        Some(JudgeAnswer::Nothing),
        "nothing is known of its scores"
    );
    judge.calibrate(&training, || true).await;
    assert_eq!(heard(asks), None, "it may be one now");
    let before = model.calls.load(Ordering::SeqCst);
    judge.ask(&asks.inquiry).await;
    judge.ask(&asks_nothing.inquiry).await;
    assert_eq!(heard(asks), asks.right.clone().map(JudgeAnswer::Entry));
    assert_eq!(heard(asks_nothing), Some(JudgeAnswer::Nothing));
    assert_eq!(model.calls.load(Ordering::SeqCst) - before, 2, "once each");
}

#[tokio::test]
async fn only_the_same_entry_twice_in_two_orders_promotes_and_a_used_up_day_is_silent() {
    let training = training_of_file();
    let example = training.iter().find(|example| example.right.is_some()).unwrap();
    let mut settings = settings(Power::Promote);
    settings.calls_per_day = 4;
    let folder = tempfile::tempdir().unwrap();
    let (judge, model) = judge(Kind::First, &settings, &training, folder.path()).await;
    let heard = |judge: &Judge| judge.judging().voices.get(&example.inquiry).cloned();
    judge.ask(&example.inquiry).await;
    assert_eq!(heard(&judge), Some(JudgeAnswer::Nothing));
    *model.kind.lock() = Kind::Oracle;
    judge.ask(&example.inquiry).await;
    assert_eq!(heard(&judge), example.right.clone().map(JudgeAnswer::Entry));
    assert!(judge.is_used_up() && !judge.judging().may_ask);
    judge.ask(&example.inquiry).await;
    assert_eq!(heard(&judge), Some(JudgeAnswer::Silent("calls used up")));
    assert_eq!(model.calls.load(Ordering::SeqCst), 4);
}
